import { Command, CommanderError } from 'commander'
import { ImportError } from '../import/import-error.ts'
import { nearest } from '../schema/nearest.ts'
import { VERSION } from '../version.ts'
import { CALLED } from './called.ts'
import { addChangesCommand } from './commands/changes.ts'
import { addExportCommand } from './commands/export.ts'
import { addHookCommands } from './commands/hooks.ts'
import { addImportCommand } from './commands/import.ts'
import { addInferCommand } from './commands/infer.ts'
import { addInitCommand } from './commands/init.ts'
import { addKeyCommands } from './commands/key.ts'
import { addKeysCommands } from './commands/keys.ts'
import { addLoginCommands } from './commands/login.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addOpenCommand } from './commands/open.ts'
import { withUsageCode } from './commands/reading-options.ts'
import { addRecordCommands } from './commands/records.ts'
import { addRunCommands } from './commands/run.ts'
import { addSchemaCommands } from './commands/schema.ts'
import { addSubscriptionCommands } from './commands/subscriptions.ts'
import { addSyncCommand } from './commands/sync.ts'
import { addTenantCommands } from './commands/tenants/index.ts'
import { addTypesCommand } from './commands/types.ts'
import { addUndoCommand } from './commands/undo.ts'
import { addUsageCommand } from './commands/usage.ts'
import { ExitError, WRONG_USAGE } from './exit-errors.ts'
import { sentenceOf } from './failure.ts'

/** Every command. docs/operations.md shows each in use. */

/** Adds commands to the program. */
export type AddCommands = (program: Command) => void

const withTarget = (command: Command): Command =>
  command
    .option(
      '--database <database>',
      'd1, or the URL of a libSQL database (file:…, libsql://…); default: that of the server',
    )
    .option('--remote', 'D1: the deployed database, not the local one')
    .option('--config <file>', 'D1: configuration of wrangler, such as that of an instance; default: wrangler.toml')
    .option('--env <name>', 'D1: environment of the configuration')
    .option('--binding <name>', 'D1: binding of the configuration; default: DB')

/** Of `--x` and `--no-x` Commander takes the last in silence. */
const refuseBoth = (command: Command): void => {
  const names = command.options.map(({ long }) => long)
  for (const name of names.flatMap((long) => /^--no-(.+)$/.exec(long ?? '')?.[1] ?? [])) {
    if (!names.includes(`--${name}`)) continue
    const said = new Set<string>()
    for (const one of [name, `no-${name}`])
      command.on(`option:${one}`, () => {
        if (said.add(one).size > 1) throw new Error(`Say either --${name} or --no-${name}.`)
      })
  }
  command.commands.forEach(refuseBoth)
}

const newProgram = (addMore: AddCommands): Command => {
  const program = new Command(CALLED)
    .description('Operate edge-upsert')
    .exitOverride()
    // What is wrong is told once, below.
    .configureOutput({ outputError: () => undefined })
  addTenantCommands(program, withTarget)
  addKeyCommands(program, withTarget)
  addKeysCommands(program)
  addSchemaCommands(program, withTarget)
  addLoginCommands(program)
  addOpenCommand(program)
  addRecordCommands(program)
  addChangesCommand(program)
  addInferCommand(program)
  addImportCommand(program)
  addSyncCommand(program)
  addExportCommand(program)
  addUndoCommand(program)
  addUsageCommand(program)
  addHookCommands(program)
  addSubscriptionCommands(program)
  addMigrateCommand(program, withTarget)
  addRunCommands(program)
  addInitCommand(program)
  addTypesCommand(program)
  addMore(program)
  refuseBoth(program)
  // Behind the commands, which would have it from here: an option that stands before any of them is of none.
  return withUsageCode(program)
}

/** The command that the arguments name, as far as they name one, and what stands behind its name. */
const commandIn = (
  program: Command,
  args: readonly string[],
): { readonly command: Command; readonly rest: string[] } => {
  let command = program
  let count = 0
  for (const arg of args) {
    const next = command.commands.find((one) => one.name() === arg)
    if (!next) break
    command = next
    count++
  }
  return { command, rest: args.slice(count) }
}

const helpFor = (program: Command, args: readonly string[]): string => {
  const { rest } = commandIn(program, args)
  return [CALLED, ...args.slice(0, args.length - rest.length), '--help'].join(' ')
}

/**
 * Commander asks for what is required before it looks at what it does not know: of an option that is misspelt it would only
 * say that the right one is missing.
 */
const misspelt = (program: Command, args: readonly string[]): string => {
  const { command, rest } = commandIn(program, args)
  const flag = command
    .parseOptions(rest)
    .unknown.find((arg) => arg.startsWith('-'))
    ?.replace(/=.*$/, '')
  if (flag === undefined) return ''
  const near = nearest(
    flag,
    command.options.flatMap(({ long }) => long ?? []),
  )
  return `unknown option '${flag}'${near === undefined ? '' : ` (Did you mean ${near}?)`}; `
}

/**
 * Runs a command. What is wrong is told in one line to stderr.
 * @param args as they are typed behind `npm run admin --`, or `npx edge-upsert`
 * @param addMore what is not a command everywhere
 * @returns its exit code. A command that comes to its end and has found something wrong sets that of the process
 */
export const runAdmin = async (args: readonly string[], addMore: AddCommands = () => undefined): Promise<number> => {
  // As an option of the program it would stand in the way of those of commands: `records revert --version 3`.
  if (args.length === 1 && args[0] === '--version') {
    console.log(VERSION)
    return 0
  }
  const program = newProgram(addMore)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError && error.code.startsWith('commander.help')) return error.exitCode
    const told =
      error instanceof CommanderError
        ? new Error(
            `${error.code === 'commander.missingMandatoryOptionValue' ? misspelt(program, args) : ''}${error.message.replaceAll(/^error: |\.$/g, '')}. See "${helpFor(program, args)}".`,
          )
        : error
    console.error(sentenceOf(told))
    if (error instanceof ImportError) return WRONG_USAGE
    return error instanceof CommanderError || error instanceof ExitError ? error.exitCode : 1
  }
}

/** Runs the command that this process was called with, and ends the process if it failed. */
export const runAsCalled = async (addMore?: AddCommands): Promise<void> => {
  const code = await runAdmin(process.argv.slice(2), addMore)
  // Whatever has failed may have left something open that would keep the process.
  if (code !== 0) process.exit(code)
}
