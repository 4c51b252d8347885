import type { Command, CommanderError } from 'commander'
import { withApi } from '../api.ts'
import { WRONG_USAGE } from '../exit-errors.ts'

/** What is said of a file and how it is read, alike for all commands that read one. */

const many = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** How the text is taken apart, and what its cells mean. */
export const withCells = (command: Command): Command =>
  command
    .option(
      '--format <name>',
      'csv, tsv, json, ndjson or jsonl; default: what the name of the file or its first letter tells',
    )
    .option('--encoding <name>', 'utf-8, utf-16le, utf-16be or windows-1252; default: what the file tells')
    .option('--delimiter <sign>', 'what stands between cells, or "tab"; default: what the file tells')
    .option(
      '--decimal <sign>',
      'decimal sign of numbers: . or , (also Column=sign); default: what the column tells',
      many,
    )
    .option(
      '--date-format <form>',
      'day-first, month-first or DD.MM.YYYY (also Column=form); default: what the column tells',
      many,
    )

/** All that an import and a synchronisation are told alike. */
export const withReading = (command: Command): Command =>
  withCells(withApi(command))
    .requiredOption('--object <object>', 'slug of the object, such as people')
    .option('--match <attributes>', 'by what records are found, in this order: emails,first_name+last_name, or id')
    .option('--map <column=attribute>', 'which attribute a column is, where its name does not tell', many)
    .option('--ignore <column>', 'leave a column out', many)
    .option(
      '--mapping <file>',
      'read it as this file says, which --save-mapping has written; what is said besides wins',
    )
    .option('--save-mapping <file>', 'write down how it is read')
    .option('--remembered', 'read it as the last file with these columns')
    .option('--time-zone <zone>', 'of times without an offset: Europe/Berlin, +02:00 (also Column=zone)', many)
    .option('--separator <text>', 'between the values of a list (also Column=text); default: ;', many)
    .option('--currency <code>', 'of amounts that name none (also Column=code)', many)
    .option('--country <code>', 'of phone numbers in national form (also Column=code)', many)
    .option(
      '--write <attribute=mode>',
      'what becomes of what is stored: replace (default), keep, fill, append, prepend or remove',
      many,
    )
    .option('--empty <rule>', 'an empty cell: keep what is stored (default), or clear it')
    .option('--on-bad-cell <rule>', 'skip-row (default), skip-cell or stop')
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
