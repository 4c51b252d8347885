import { runAdmin } from './program.ts'

/** `npm run admin -- <command>`. */
const code = await runAdmin(process.argv.slice(2))
// Whatever has failed may have left something open that would keep the process.
if (code !== 0) process.exit(code)
