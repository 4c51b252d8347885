import type { Command, CommanderError } from 'commander'
import { type ApiOptions, accessOf, withApi } from '../api.ts'
import type { RunOptions } from '../import/run.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print } from '../output.ts'

/** A file to records, by a key of the organisation. docs/importing.md has the rules. */

interface Options extends RunOptions, ApiOptions, Output {}

/** Some rows, or cells of rows, are not in. */
const SOME_REFUSED = 3
const WRONG_USAGE = 2

const importFile = async (file: string, options: Options): Promise<void> => {
  const { openSource } = await import('../import/reading/source.ts')
  const { runImport } = await import('../import/run.ts')
  const { sameReading } = await import('../import/prepare.ts')
  const { dryRun = false } = options
  const { reach, ...into } = accessOf(options, 'read and write its records')
  const source = await openSource(file)
  const finished = await runImport(source, file, into, options).finally(() => source.close())
  const { importId, report, refusedFile, prepared } = finished
  const { counts, examples } = report
  const result = dryRun ? { dryRun, ...counts, examples } : { importId, ...counts, refusedFile }
  print(options, result, report.text(dryRun))
  if (refusedFile !== null) {
    const about = ['--object', options.object, '--match', options.match, ...sameReading(options, prepared)]
    const command = nextCommand(reach, 'import', refusedFile, ...about)
    note(`What is not in, and why, is in ${refusedFile}. Mend it, then: ${command}`)
  }
  if (!dryRun && counts.created + counts.updated > 0)
    note(`To see what taking it back would do: ${nextCommand(reach, 'undo', importId)}`)
  if (counts.refused + counts.incomplete > 0) process.exitCode = SOME_REFUSED
}

const many = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

export const addImportCommand = (program: Command): void => {
  withApi(program.command('import'))
    .argument('<file>', 'CSV, TSV, JSON or NDJSON, gzipped or not; - is what is piped in')
    .description('import a file into the records of an object, by a key of the organisation (API_KEY)')
    .requiredOption('--object <object>', 'slug of the object, such as people')
    .option('--match <attributes>', 'by what records are found, in this order: emails,first_name+last_name, or id')
    .option('--map <column=attribute>', 'which attribute a column is, where its name does not tell', many)
    .option('--ignore <column>', 'leave a column out', many)
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
    .option('--time-zone <zone>', 'of times without an offset: Europe/Berlin, +02:00 (also Column=zone)', many)
    .option('--separator <text>', 'between the values of a list (also Column=text); default: ;', many)
    .option('--currency <code>', 'of amounts that name none (also Column=code)', many)
    .option('--country <code>', 'of phone numbers in national form (also Column=code)', many)
    .option('--empty <rule>', 'an empty cell: keep what is stored (default), or clear it')
    .option('--on-bad-cell <rule>', 'skip-row (default), skip-cell or stop')
    .option('--dry-run', 'tell what would become of each row, with examples, and write nothing')
    .option('--refused <file>', 'where refused rows go; default: FILE.refused.csv')
    .option('--force', 'overwrite the file of refused rows')
    .option('--restart', 'begin anew, though an earlier run of the same was broken off')
    .option('--json', 'the result as one line of JSON')
    .exitOverride((error: CommanderError) => {
      if (!error.code.startsWith('commander.help')) error.exitCode = WRONG_USAGE
      throw error
    })
    .action((file: string, options: Options) => importFile(file, options))
}
