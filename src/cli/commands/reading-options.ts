import type { Command, CommanderError } from 'commander'
import { optionOf, type ReadingOption, readingNames } from '../../import/options.ts'
import { flagOf } from '../../import/reading-said.ts'
import { withApi } from '../api.ts'
import { WRONG_USAGE } from '../exit-errors.ts'

/** What is said of a file and how it is read, alike for all commands that read one. */

const many = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

const withOptions = (command: Command, names: readonly ReadingOption[]): Command => {
  for (const name of names) {
    const { value, help, many: isMany } = optionOf(name)
    const flags = `${flagOf(name)} ${value}`
    if (isMany) command.option(flags, help, many)
    else command.option(flags, help)
  }
  return command
}

/** What an object can be proposed by. */
export const withCells = (command: Command): Command =>
  withOptions(
    command,
    readingNames.filter((name) => optionOf(name).infers),
  )

/** All that an import and a synchronisation are told alike. */
export const withReading = (command: Command): Command =>
  withOptions(withApi(command).requiredOption('--object <object>', 'slug of the object, such as people'), readingNames)
    .option(
      '--mapping <file>',
      'read it as this file says, which --save-mapping has written; what is said besides wins',
    )
    .option('--save-mapping <file>', 'write down how it is read')
    .option('--remembered', 'read it as the last file with these columns')
    .option('--dry-run', 'tell what would become of each row, with examples, and write nothing')
    .option('--refused <file>', 'where refused rows go; default: FILE.refused.csv')
    .option('--force', 'overwrite the file of refused rows')
    .option('--restart', 'begin anew, though an earlier run of the same was broken off')
    .option('--json', 'the result as one line of JSON')

/** What is wrong with the options is told by an exit code of its own. */
export const withUsageCode = (command: Command): Command =>
  command.exitOverride((error: CommanderError) => {
    if (!error.code.startsWith('commander.help')) error.exitCode = WRONG_USAGE
    throw error
  })
