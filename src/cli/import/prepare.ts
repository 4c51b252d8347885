import { type components, type EdgeUpsert, PermissionError } from '../../client/index.ts'
import { type MappedColumn, type Mapping, mappingOf } from '../../import/mapping.ts'
import { matchKeysOf, requireColumnsFor } from '../../import/matching.ts'
import { columnSettings, type ImportOptions, rulesOf } from '../../import/options.ts'
import type { Table } from '../../import/reading/table.ts'
import { type ReadColumn, type ReadRow, type RowReading, readRow } from '../../import/rows.ts'
import { survey } from '../../import/survey.ts'
import { ColumnReader } from '../../import/values/column-reader.ts'
import { RelatedNames } from '../../import/values/related-names.ts'
import { writeModesSaid } from '../../import/write-modes.ts'
import { nearest } from '../../schema/nearest.ts'
import { UsageError } from '../exit-errors.ts'
import { note } from '../output.ts'
import { SourceChangedError } from './reading/source.ts'
import { optionsSaid, type Reading, readingSaid } from './reading-file.ts'

/** A file, an object and what was said, put together: how each of its rows is read. Nothing is sent here. */

type ObjectSchema = components['schemas']['ObjectSchema']

export interface Prepared extends RowReading {
  readonly object: ObjectSchema
  readonly rowCount: number
}

const objectCalled = (name: string, objects: readonly ObjectSchema[]): ObjectSchema => {
  const found = objects.find(({ slug }) => slug === name)
  if (found) return found
  const slugs = objects.map(({ slug }) => slug)
  const near = nearest(name, slugs)
  throw new UsageError(
    `--object: there is no object "${name}"${near === undefined ? '' : ` (is it ${near}?)`}; there are ${slugs.join(', ')}.`,
  )
}

const tell = ({ columns, left, id }: Mapping): void => {
  for (const { name, attribute, relatedBy } of columns)
    note(`Column "${name}" is ${attribute.slug}${relatedBy === undefined ? '' : `, found by ${relatedBy}`}.`)
  if (id !== undefined) note('Column "id" is the id of the record.')
  for (const reason of new Set(left.map(({ why }) => why))) {
    const names = left.filter(({ why }) => why === reason).map(({ name }) => `"${name}"`)
    note(`Left out: ${names.join(', ')} (${reason}).`)
  }
}

/** By what the cells of a relation name its records. */
const namingOf = ({ attribute, relatedBy }: MappedColumn, objects: readonly ObjectSchema[]) => {
  const related = objects.find(({ slug }) => slug === attribute.related)
  const key = related?.attributes.find(({ slug }) => slug === relatedBy)
  if (!related || !key) return undefined
  const relatedNames = attribute.multiple ? new RelatedNames() : undefined
  const lookUp = (client: EdgeUpsert) => relatedNames?.lookUp(client, related.slug, key.slug)
  return { settings: { relatedBy: key.slug, relatedType: key.type, ...(relatedNames && { relatedNames }) }, lookUp }
}

/** Only an administrator's key may ask for them. */
const membersByName = async (client: EdgeUpsert): Promise<ReadonlyMap<string, string>> => {
  try {
    const { members } = await client.call('get', '/v1/members', {})
    const isTwice = (name: string) => members.filter((one) => one.name === name).length > 1
    return new Map(members.filter(({ name }) => !isTwice(name)).map(({ name, id }) => [name, id]))
  } catch (error) {
    if (error instanceof PermissionError) return new Map()
    throw error
  }
}

/** What an export wrote as CSV is known by what it adds; its numbers have a decimal point. */
const isOfExport = ({ format, delimiter, columns }: Table): boolean =>
  format === 'csv' && delimiter === ',' && columns[0] === 'id' && MADE.every((name) => columns.includes(name))

const MADE = ['createdAt', 'updatedAt'] as const

/** @throws UsageError for everything that keeps the import from beginning */
export const prepare = async (client: EdgeUpsert, table: Table, options: ImportOptions): Promise<Prepared> => {
  const rules = rulesOf(options)
  const { objects } = await client.call('get', '/v1/objects', {})
  const object = objectCalled(options.object, objects)
  const keys = matchKeysOf(options.match, object.slug, object.attributes)
  const matchesById = keys.some((slugs) => slugs.includes('id'))
  const mapping = mappingOf(table.columns, options, object, objects, matchesById)
  requireColumnsFor(keys, mapping)
  const write = writeModesSaid(options.write ?? [], mapping)
  tell(mapping)
  const settings = columnSettings(options, table.columns)
  const ofAll = {
    ...(isOfExport(table) && { decimal: 'one' as const }),
    ...(mapping.columns.some(({ attribute }) => attribute.type === 'user') && { members: await membersByName(client) }),
  }
  const columns: ReadColumn[] = []
  const namings: NonNullable<ReturnType<typeof namingOf>>[] = []
  for (const column of mapping.columns) {
    const { name, attribute } = column
    const naming = namingOf(column, objects)
    if (naming) namings.push(naming)
    const reader = await ColumnReader.of(attribute, {
      ...ofAll,
      ...settings(name),
      ...naming?.settings,
    })
    columns.push({ ...column, reader })
  }
  const rowCount = await survey(table, columns, mapping.nameless)
  for (const { lookUp } of namings) await lookUp(client)
  return { table, mapping, columns, keys, rules, write, object, rowCount }
}

/** Ends an import at the first cell that cannot be read, where that was asked for. */
export class BadCellError extends Error {
  override readonly name = 'BadCellError'
}

/**
 * @param from rows that are passed over
 * @throws BadCellError where nothing behind such a cell is to be sent; SourceChangedError where they are not those that were surveyed
 */
export async function* readRows(reading: Prepared, from: number): AsyncGenerator<ReadRow> {
  let passed = 0
  for await (const row of reading.table.rows()) {
    if (passed++ < from) continue
    const read = readRow(reading, row)
    const [bad] = read.bad
    if (bad && reading.rules.onBadCell === 'stop')
      throw new BadCellError(
        `Line ${row.line}${bad.column === '' ? '' : `, column "${bad.column}"`}: ${bad.reason} What stands before it has been sent; mend it, and import the file again.`,
      )
    yield read
  }
  if (passed !== reading.rowCount) throw new SourceChangedError(`The file of ${reading.rowCount} rows`)
}

/** How another file with these columns is read as this one was: by what was said, and what its columns told. */
export const readingOf = (options: ImportOptions, { columns }: Pick<RowReading, 'columns'>): Reading => {
  const told = { '--decimal': 'decimal', '--date-format': 'dateFormat' } as const
  const reading: Record<string, unknown> = { ...readingSaid(options) }
  for (const { name, reader } of columns) {
    const [flag, value] = reader.told ?? []
    if (flag !== undefined) reading[told[flag]] = [...[reading[told[flag]] ?? []].flat(), `${name}=${value}`]
  }
  return reading
}

/** The same as options, but for what records are matched by. */
export const sameReading = (options: ImportOptions, prepared: Pick<RowReading, 'columns'>): readonly string[] => {
  const { match: _, ...reading } = readingOf(options, prepared)
  return optionsSaid(reading)
}
