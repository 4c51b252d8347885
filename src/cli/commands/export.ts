import type { Command } from 'commander'
import { type Access, type ApiOptions, accessOf, clientAt, withApi } from '../api.ts'
import { printLines, requireNewFile, writeLines } from '../files.ts'
import { filterOf, filterSaid, type SaidFilter } from '../filter.ts'
import { counted, note, progress } from '../output.ts'
import { type ExportRequest, exportedRows, type Told } from '../records-api.ts'
import { type Sorting, sortedRows } from '../sorted-rows.ts'

/** The records of an object to a file, by a key of the organisation: the way back of the import. */

interface ExportOptions extends ApiOptions {
  readonly to?: string
  readonly format?: string
  readonly fields?: string
  readonly columns?: string
  readonly archived: string
  readonly values?: string
  readonly filter?: readonly string[]
  readonly sort?: string
  readonly force?: boolean
}

/** @throws Error when the ending of the file says nothing, and the options do not either */
const formatOf = (to: string | undefined, said: string | undefined): ExportRequest['format'] => {
  const format = said ?? (to === undefined ? 'csv' : to.split('.').at(-1))
  if (format === 'csv' || format === 'ndjson') return format
  throw new Error(`--format: say csv or ndjson, or end the name of the file with one of them; "${format}" is neither.`)
}

/** @throws Error for what is none of the three */
export const archivedSaid = (text: string): Sorting['archived'] => {
  if (text === 'include' || text === 'exclude' || text === 'only') return text
  throw new Error(`--archived: "${text}" must be include, exclude or only.`)
}

export const sortSaid = (text: string): Sorting['sort'] => ({
  attribute: text.replace(/^-/, ''),
  direction: text.startsWith('-') ? 'desc' : 'asc',
})

/** @throws Error for what changes while it is being read */
const sortOf = (text: string): Sorting['sort'] => {
  const sort = sortSaid(text)
  if (sort.attribute === 'updatedAt')
    throw new Error('--sort: by updatedAt records would be missing that are changed meanwhile: name an attribute.')
  return sort
}

async function* rowsOf(
  access: Access,
  request: ExportRequest,
  { sort, archived }: ExportOptions,
  filter: SaidFilter,
  told: Told,
): AsyncGenerator<string> {
  const client = clientAt(access)
  if (sort === undefined) return yield* exportedRows(request, told)
  const where = await filterOf(client, request.object, filter)
  const sorting = { sort: sortOf(sort), archived: archivedSaid(archived), ...(where && { where }) }
  yield* sortedRows(client, request, sorting, told)
}

/** As the address of an export has them. */
const parametersOf = ({ columns, fields = columns, values, archived }: ExportOptions, { equal, where }: SaidFilter) => {
  const named = { fields, values, archived: archivedSaid(archived), where: where && JSON.stringify(where) }
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ...equal.map(([attribute, value]) => [`filter[${attribute}]`, value] as const),
  ]
}

const exportRecords = async (object: string, options: ExportOptions): Promise<void> => {
  const { to, force = false } = options
  if (options.columns !== undefined && options.fields !== undefined)
    throw new Error('--columns and --fields say the same: leave one of them away.')
  if (to !== undefined) requireNewFile(to, force)
  const access = accessOf(options, 'read its records')
  const filter = filterSaid(options.filter)
  const request: ExportRequest = {
    ...access,
    object,
    format: formatOf(to, options.format),
    parameters: parametersOf(options, filter),
  }
  let records = 0
  let changesCursor: string | undefined
  const rows = rowsOf(access, request, options, filter, {
    records(count) {
      progress('exported', count, count - records)
      records = count
    },
    changesCursor(cursor) {
      changesCursor = cursor
    },
  })
  await (to === undefined ? printLines(rows) : writeLines(to, rows))
  note(`${counted(records, 'records')}${to === undefined ? '' : ` in ${to}`}.`)
  if (changesCursor !== undefined)
    note(`Changes-Cursor: ${changesCursor} (a copy goes on with GET /v1/changes?cursor=…)`)
}

/** `export`, and `records export`, which was there first. */
export const addExportCommand = (program: Command): void => {
  withApi(program.command('export'))
    .argument('<object>', 'slug of the object, such as people')
    .description('write all records of an object to a file, as one export however many requests it takes')
    .option('--to <file>', 'file to write; default: stdout')
    .option('--format <format>', 'csv or ndjson; default: as the name of the file ends, or csv')
    .option('--columns <list>', 'attributes, separated by commas; default: all')
    .option('--fields <list>', 'the same')
    .option('--filter <filter...>', 'only records that it lets through: city=Berlin, or a filter of the API as JSON')
    .option('--sort <attribute>', 'in this order; with - before it the other way round; default: that of the ids')
    .option('--archived <which>', 'include, exclude or only', 'exclude')
    .option('--values <kind>', 'readable or stored; default: readable for csv, stored for ndjson')
    .option('--force', 'overwrite the file')
    .action((object: string, options: ExportOptions) => exportRecords(object, options))
}
