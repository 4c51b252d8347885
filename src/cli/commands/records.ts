import type { Command } from 'commander'
import { type ApiOptions, accessOf, clientOf, withApi } from '../api.ts'
import { requireNewFile, writeLines } from '../files.ts'
import { note, type Output, print, progress, wholeNumber } from '../output.ts'
import { type ExportRequest, exportedRows } from '../records-api.ts'

/** The records of an organisation, to a file, and what they were: by its key, as any of its clients. */

interface ExportOptions extends ApiOptions {
  readonly to: string
  readonly format?: string
  readonly fields?: string
  readonly archived?: string
  readonly values?: string
  readonly filter?: readonly string[]
  readonly force?: boolean
}

/** @throws Error when the ending of the file says nothing, and the options do not either */
const formatOf = (to: string, format = to.split('.').at(-1)): ExportRequest['format'] => {
  if (format === 'csv' || format === 'ndjson') return format
  throw new Error(`--format: say csv or ndjson, or end the name of the file with one of them; "${format}" is neither.`)
}

/** @throws Error when it is no name and value */
const filterOf = (text: string): readonly [string, string] => {
  const at = text.indexOf('=')
  if (at < 1) throw new Error(`--filter: "${text}" must be an attribute and a value, such as city=Berlin.`)
  return [`filter[${text.slice(0, at)}]`, text.slice(at + 1)]
}

const exportTo = async (object: string, { to, format, force = false, filter = [], ...rest }: ExportOptions) => {
  requireNewFile(to, force)
  const named = (['fields', 'archived', 'values'] as const).flatMap((name) => {
    const value = rest[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const parameters = [...named, ...filter.map(filterOf)]
  let records = 0
  let changesCursor: string | undefined
  const rows = exportedRows(
    { ...accessOf(rest, 'read its records'), object, format: formatOf(to, format), parameters },
    {
      records(count) {
        progress('exported', count, count - records)
        records = count
      },
      changesCursor(cursor) {
        changesCursor = cursor
      },
    },
  )
  await writeLines(to, rows)
  note(`${records} records in ${to}.`)
  if (changesCursor !== undefined)
    note(`Changes-Cursor: ${changesCursor} (a copy goes on with GET /v1/changes?cursor=…)`)
}

const history = async (object: string, id: string, { json = false, ...api }: ApiOptions & Output) => {
  const changes = clientOf(api, 'read its records').records(object).history(id)
  let isCutOff = false
  for await (const { items, cutOff } of changes.pages()) {
    isCutOff = cutOff
    for (const one of items)
      print(
        { json },
        one,
        [one.version, one.at, one.action, one.actor, one.contract, one.importId ?? '', one.changed.join(',')].join(
          '\t',
        ),
      )
  }
  if (isCutOff) note('Changes before these are missing: they are kept no longer, or the history was off.')
}

interface RevertOptions extends ApiOptions, Output {
  readonly version: string
  readonly dryRun?: boolean
}

const revert = async (object: string, id: string, { json = false, version, dryRun = false, ...api }: RevertOptions) => {
  const records = clientOf(api, 'write its records').records(object)
  const done = await records.revert(id, wholeNumber('--version', version, 1), { dryRun })
  const what = [...done.changed, ...(done.transition === null ? [] : [done.transition])].join(', ')
  const would = dryRun ? 'would be set back' : 'set back'
  print({ json }, done, done.status === 'unchanged' ? 'It is as it was: nothing to do.' : `${would}: ${what}`)
}

export const addRecordCommands = (program: Command): void => {
  const records = program.command('records').description('the records of an organisation, by a key of it (API_KEY)')
  withApi(records.command('export'))
    .argument('<object>', 'slug of the object, such as people')
    .description('write all records of an object to a file, as one export however many requests it takes')
    .requiredOption('--to <file>', 'file to write')
    .option('--format <format>', 'csv or ndjson; default: as the name of the file ends')
    .option('--fields <list>', 'attributes, separated by commas; default: all')
    .option('--archived <which>', 'include, exclude or only', 'exclude')
    .option('--values <kind>', 'readable or stored; default: readable for csv, stored for ndjson')
    .option('--filter <attribute=value...>', 'only records that have these values')
    .option('--force', 'overwrite the file')
    .action((object: string, options: ExportOptions) => exportTo(object, options))
  withApi(records.command('history'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<id>', 'id of the record')
    .description(
      'tell who changed what of a record, newest first: version, time, action, author, contract, import, attributes',
    )
    .option('--json', 'one line of JSON for each change, with the values before and after')
    .action((object: string, id: string, options: ApiOptions & Output) => history(object, id, options))
  withApi(records.command('revert'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<id>', 'id of the record')
    .description('take a record back to what it was in a version, whoever has changed it since')
    .requiredOption('--version <number>', 'the version, as its history tells it')
    .option('--dry-run', 'tell what would be set back, and change nothing')
    .option('--json', 'the answer as JSON')
    .action((object: string, id: string, options: RevertOptions) => revert(object, id, options))
}
