import { Command, CommanderError } from 'commander'
import { addInstanceCommands } from './commands/instance.ts'
import { addKeyCommands } from './commands/key.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addRecordCommands } from './commands/records.ts'
import { addSchemaCommands } from './commands/schema.ts'
import { addTenantCommands } from './commands/tenants/index.ts'
import { endWith } from './failure.ts'

/** `npm run admin -- <command>`: what operators do. docs/operations.md shows each in use. */

const withTarget = (command: Command): Command =>
  command
    .option(
      '--database <database>',
      'd1, or the URL of a libSQL database (file:…, libsql://…); default: that of npm run serve',
    )
    .option('--remote', 'D1: the deployed database, not the local one')
    .option('--config <file>', 'D1: configuration of wrangler, such as that of an instance; default: wrangler.toml')
    .option('--env <name>', 'D1: environment of the configuration')
    .option('--binding <name>', 'D1: binding of the configuration; default: DB')

const program = new Command('npm run admin --')
  .description('Operate edge-upsert')
  .exitOverride()
  // What is wrong is told once, below.
  .configureOutput({ outputError: () => undefined })
addTenantCommands(program, withTarget)
addKeyCommands(program, withTarget)
addSchemaCommands(program, withTarget)
addRecordCommands(program)
addMigrateCommand(program, withTarget)
addInstanceCommands(program)

/** Of the command that the arguments name, as far as they name one. */
const helpFor = (args: readonly string[]): string => {
  let command: Command = program
  const names: string[] = []
  for (const arg of args) {
    const next = command.commands.find((one) => one.name() === arg)
    if (!next) break
    command = next
    names.push(arg)
  }
  return ['npm run admin --', ...names, '--help'].join(' ')
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) endWith(error)
  const { code, exitCode, message } = error as CommanderError
  if (code.startsWith('commander.help')) process.exit(exitCode)
  endWith(new Error(`${message.replaceAll(/^error: |\.$/g, '')}. See "${helpFor(process.argv.slice(2))}".`))
}
