import { randomUUID } from 'node:crypto'
import type { Command, CommanderError } from 'commander'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import type { ImportOptions } from '../import/options.ts'
import type { Source } from '../import/reading/source.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print, progress } from '../output.ts'

/** A file to records, by a key of the organisation. docs/importing.md has the rules. */

interface Options extends ImportOptions, ApiOptions, Output {
  readonly dryRun?: boolean
  readonly refused?: string
  readonly force?: boolean
}

/** Some rows, or cells of rows, are not in. */
const SOME_REFUSED = 3
const WRONG_USAGE = 2

/** Says which day, and can be typed. */
const newImportId = (object: string): string =>
  `${object.slice(0, 40)}-${new Date().toISOString().slice(0, 10)}-${randomUUID().slice(0, 8)}`

/** The options that were given, for a command that does the same with another file. */
const saidAgain = (options: Options): readonly string[] => {
  const lists = ['map', 'ignore', 'dateFormat', 'decimal', 'timeZone', 'separator', 'currency', 'country'] as const
  const singles = ['empty', 'onBadCell'] as const
  const flag = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return [
    ...lists.flatMap((name) => (options[name] ?? []).flatMap((value) => [flag(name), value])),
    ...singles.flatMap((name) => (options[name] === undefined ? [] : [flag(name), options[name]])),
  ]
}

const importFrom = async (source: Source, file: string, options: Options): Promise<void> => {
  const { prepare, readRows, toldOptions } = await import('../import/prepare.ts')
  const { openTable } = await import('../import/reading/open.ts')
  const { RefusedFile, refusedPath, requireNoRefused } = await import('../import/refused-file.ts')
  const { Report } = await import('../import/report.ts')
  const { sendRows } = await import('../import/send.ts')
  const { api, dryRun = false, force = false } = options
  const client = clientOf(options, 'read and write its records')
  const table = await openTable(source, options)
  const path = options.refused ?? refusedPath(file, table)
  if (!dryRun) requireNoRefused(path, force)
  const prepared = await prepare(client, table, options)
  const object = prepared.object.slug
  const importId = newImportId(object)
  if (!dryRun) note(`Import ${importId}: ${prepared.rowCount} rows.`)
  const report = new Report()
  const refused = await RefusedFile.of(path, table)
  try {
    await sendRows(client, readRows(prepared), prepared.mapping, { object, importId, dryRun }, (result) => {
      report.add(result)
      if (result.bad.length > 0 && !dryRun) refused.add(result)
      progress(dryRun ? 'looked at' : 'imported', report.counts.rows)
    })
  } finally {
    refused.close()
  }
  const { counts, examples } = report
  const result = dryRun
    ? { dryRun, ...counts, examples }
    : { importId, ...counts, refusedFile: refused.isThere ? path : null }
  print(options, result, report.text(dryRun))
  if (refused.isThere) {
    const match = options.match ?? ''
    const words = [
      'import',
      path,
      '--object',
      object,
      '--match',
      match,
      ...saidAgain(options),
      ...toldOptions(prepared),
    ]
    note(`What is not in, and why, is in ${path}. Mend it, then: ${nextCommand({ api }, ...words)}`)
  }
  if (!dryRun && counts.created + counts.updated > 0)
    note(`To see what taking it back would do: ${nextCommand({ api }, 'undo', importId)}`)
  if (counts.refused + counts.incomplete > 0) process.exitCode = SOME_REFUSED
}

const importFile = async (file: string, options: Options): Promise<void> => {
  const { openSource } = await import('../import/reading/source.ts')
  const source = await openSource(file)
  try {
    await importFrom(source, file, options)
  } finally {
    await source.close()
  }
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
    .option('--empty <rule>', 'an empty cell: keep what is stored, or clear it', 'keep')
    .option('--on-bad-cell <rule>', 'skip-cell, skip-row or stop', 'skip-row')
    .option('--dry-run', 'tell what would become of each row, with examples, and write nothing')
    .option('--refused <file>', 'where refused rows go; default: FILE.refused.csv')
    .option('--force', 'overwrite the file of refused rows')
    .option('--json', 'the result as one line of JSON')
    .exitOverride((error: CommanderError) => {
      if (!error.code.startsWith('commander.help')) error.exitCode = WRONG_USAGE
      throw error
    })
    .action((file: string, options: Options) => importFile(file, options))
}
