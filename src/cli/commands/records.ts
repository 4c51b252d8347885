import type { Command } from 'commander'
import { type ApiOptions, requireKey, withApi } from '../api.ts'
import { requireUrl } from '../api-url.ts'
import { requireNewFile, writeLines } from '../files.ts'
import { note, progress } from '../output.ts'
import { type ExportRequest, exportedRows } from '../records-api.ts'

/** The records of an organisation, to a file: by its key, as any of its clients. */

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

const exportTo = async (object: string, { to, format, api, force = false, filter = [], ...rest }: ExportOptions) => {
  requireNewFile(to, force)
  requireUrl(api)
  const named = (['fields', 'archived', 'values'] as const).flatMap((name) => {
    const value = rest[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const parameters = [...named, ...filter.map(filterOf)]
  let records = 0
  const rows = exportedRows(
    { api, key: requireKey('read its records'), object, format: formatOf(to, format), parameters },
    (sofar) => {
      progress('exported', sofar, sofar - records)
      records = sofar
    },
  )
  await writeLines(to, rows)
  note(`${records} records in ${to}.`)
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
}
