import { addInstanceCommands } from './commands/instance.ts'
import { runAsCalled } from './program.ts'

/** `npm run admin -- <command>`. Instances are made of the sources, so their commands are here only. */
await runAsCalled(addInstanceCommands)
