import { Command, CommanderError } from 'commander'
import { addHookCommands } from './commands/hooks.ts'
import { addInstanceCommands } from './commands/instance.ts'
import { addKeyCommands } from './commands/key.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addRecordCommands } from './commands/records.ts'
import { addSchemaCommands } from './commands/schema.ts'
import { addTenantCommands } from './commands/tenants/index.ts'
import { sentenceOf } from './failure.ts'

/** The commands of operators. docs/operations.md shows each in use. */

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

const newProgram = (): Command => {
  const program = new Command('npm run admin --')
    .description('Operate edge-upsert')
    .exitOverride()
    // What is wrong is told once, below.
    .configureOutput({ outputError: () => undefined })
  addTenantCommands(program, withTarget)
  addKeyCommands(program, withTarget)
  addSchemaCommands(program, withTarget)
  addRecordCommands(program)
  addHookCommands(program)
  addMigrateCommand(program, withTarget)
  addInstanceCommands(program)
  refuseBoth(program)
  return program
}

/** Of the command that the arguments name, as far as they name one. */
const helpFor = (program: Command, args: readonly string[]): string => {
  let command = program
  const names: string[] = []
  for (const arg of args) {
    const next = command.commands.find((one) => one.name() === arg)
    if (!next) break
    command = next
    names.push(arg)
  }
  return ['npm run admin --', ...names, '--help'].join(' ')
}

/**
 * Runs a command. What is wrong is told in one line to stderr.
 * @param args as they are typed behind `npm run admin --`
 * @returns its exit code. A command that comes to its end and has found something wrong sets that of the process
 */
export const runAdmin = async (args: readonly string[]): Promise<number> => {
  const program = newProgram()
  try {
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError && error.code.startsWith('commander.help')) return error.exitCode
    const told =
      error instanceof CommanderError
        ? new Error(`${error.message.replaceAll(/^error: |\.$/g, '')}. See "${helpFor(program, args)}".`)
        : error
    console.error(sentenceOf(told))
    return 1
  }
}
