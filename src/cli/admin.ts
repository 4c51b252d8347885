import { Command } from 'commander'
import { advise, RefusedError } from '../engine/errors.ts'
import { addDataCommands } from './commands/data.ts'
import { addKeyCommands } from './commands/key.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addTenantCommands } from './commands/tenant.ts'

/** `npm run admin -- <command>`: what operators do. docs/operations.md shows each in use. */

const withTarget = (command: Command): Command =>
  command
    .option('--database <database>', 'd1, or the URL of a libSQL database (file:…, libsql://…)', 'd1')
    .option('--remote', 'D1: the deployed database, not the local one')
    .option('--env <name>', 'D1: environment of wrangler.toml')
    .option('--binding <name>', 'D1: binding of wrangler.toml', 'DB')

const program = new Command('npm run admin --').description('Operate edge-upsert').showHelpAfterError()
addTenantCommands(program, withTarget)
addKeyCommands(program, withTarget)
addDataCommands(program, withTarget)
addMigrateCommand(program, withTarget)

const sentence = (error: unknown): string =>
  error instanceof RefusedError
    ? error.refusal.problems.map((p) => advise(p)).join(' ')
    : error instanceof Error
      ? error.message
      : String(error)

try {
  await program.parseAsync()
} catch (error) {
  console.error(sentence(error))
  process.exitCode = 1
}
