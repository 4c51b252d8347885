import type { EdgeUpsert } from '../../client/index.ts'
import { askedBy } from '../../import/lookups.ts'
import type { Mapping } from '../../import/mapping.ts'
import { matchKeysOf } from '../../import/matching.ts'
import type { ImportOptions } from '../../import/options.ts'
import { type ObjectSchema, type Prepared, prepare as prepareAny } from '../../import/prepare.ts'
import { delimiters } from '../../import/reading/delimiter.ts'
import type { Table } from '../../import/reading/table.ts'
import { optionsSaid, type Reading, readingSaid } from '../../import/reading-said.ts'
import { type ReadRow, type RowReading, readRow } from '../../import/rows.ts'
import type { Doubt } from '../../import/values/column-reader.ts'
import { nearest } from '../../schema/nearest.ts'
import { UsageError } from '../exit-errors.ts'
import { note } from '../output.ts'
import { dialledIn } from './dialled.ts'
import { SourceChangedError } from './reading/source.ts'

/** A file, an object and the options of the command, put together: how each of its rows is read. Nothing is sent here. */

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

/** What cells leave open is said by options. */
export const remedies = { currency: 'say which one is meant with --currency', timeZone: 'say it with --time-zone' }

const sentence = (name: string, { text, line, flag }: Doubt): string => {
  const either = flag === '--decimal' ? 'either sign of it may be the decimal one' : 'either number may be the day'
  const choice = flag === '--decimal' ? '. or ,' : 'day-first, month-first or a form such as DD.MM.YYYY'
  return `Column "${name}", line ${line}: of "${text}" ${either}, and no other cell of the column tells. Say ${flag} '${name}=…': ${choice}.`
}

/** @throws UsageError, ImportError for everything that keeps the import from beginning */
export const prepare = async (client: EdgeUpsert, table: Table, options: ImportOptions): Promise<Prepared> => {
  const { objects } = await client.call('get', '/v1/objects', {})
  const object = objectCalled(options.object, objects)
  const keys = matchKeysOf(options.match, object.slug, object.attributes)
  const prepared = await prepareAny(
    { ...askedBy(client), dialledIn },
    {
      table,
      object,
      objects,
      keys,
      options,
      remedies,
      onMapped: tell,
    },
  )
  const { doubts } = prepared
  if (doubts.length > 0) throw new UsageError(doubts.map(({ name, doubt }) => sentence(name, doubt)).join(' '))
  await prepared.lookUp()
  return prepared
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

/** As which a refused row is read again: what stands between its cells is what stood between them, which not every file tells. */
const sameText = ({ delimiter: said }: ImportOptions, { format, delimiter }: Table) => {
  const isTold = said === undefined && delimiters.some((one) => one === delimiter)
  return format === 'csv' && !isTold ? { delimiter: delimiter === '\t' ? 'tab' : delimiter } : {}
}

/** The options by which the file of refused rows is read as this one was, but for what records are matched by. */
export const sameReading = (options: ImportOptions, prepared: RowReading): readonly string[] => {
  const { match: _, ...reading } = readingOf(options, prepared)
  return optionsSaid({ ...sameText(options, prepared.table), ...reading })
}
