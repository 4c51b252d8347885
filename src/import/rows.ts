import type { Item, ObjectTypes } from '../client/index.ts'
import type { MappedColumn, Mapping } from './mapping.ts'
import { type MatchKey, matchOf } from './matching.ts'
import type { Rules } from './options.ts'
import type { Row, Table } from './reading/table.ts'
import type { ColumnReader } from './values/column-reader.ts'
import type { WriteModes } from './write-modes.ts'

/** Rows as what is sent of them, or as why nothing is. */

export type AnyItem = Item<Untyped>

interface Untyped extends ObjectTypes {
  readonly values: Readonly<Record<string, unknown>>
  readonly input: Readonly<Record<string, unknown>>
  readonly match: Readonly<Record<string, unknown>>
}

export interface BadCell {
  /** Empty: the row as a whole. */
  readonly column: string
  readonly reason: string
}

export interface ReadRow {
  readonly row: Row
  /** Absent: nothing of it is sent. */
  readonly item?: AnyItem
  readonly bad: readonly BadCell[]
}

export interface ReadColumn extends MappedColumn {
  readonly reader: ColumnReader
}

/**
 * Exports put an apostrophe before what a spreadsheet would calculate; this takes it away again. The same rule stands in
 * contracts/v1/export-formats.ts, and a test holds one to the other.
 */
const GUARDED = /^'(?='*(?:[=@＝＠\t\r]|[+\-＋－](?![\d ().,/-]*$)))/

export const cellOf = (table: Pick<Table, 'format'>, cell: unknown): unknown =>
  table.format === 'csv' && typeof cell === 'string' ? cell.replace(GUARDED, '') : cell

export const isEmpty = (cell: unknown): boolean =>
  cell === undefined || (typeof cell === 'string' && cell.trim() === '') || (Array.isArray(cell) && cell.length === 0)

/** Adds to what other columns have given to the same list. */
const add = (values: Record<string, unknown>, slug: string, value: unknown) => {
  const before = values[slug]
  values[slug] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : (before ?? value)
}

/** What decides how rows are read: the same for each. */
export interface RowReading {
  readonly table: Table
  readonly mapping: Mapping
  readonly columns: readonly ReadColumn[]
  readonly keys: readonly MatchKey[]
  readonly rules: Rules
  /** Of attributes of which what is stored is not simply replaced. */
  readonly write: WriteModes | undefined
}

interface ReadCells {
  readonly values: Record<string, unknown>
  /** None: each cell can be read. */
  readonly bad: BadCell[]
}

/** Without asking what the row is found by. */
export const readCells = (
  { table, columns, rules }: Pick<RowReading, 'table' | 'columns' | 'rules'>,
  row: Row,
): ReadCells => {
  if (row.broken !== undefined) return { values: {}, bad: [{ column: '', reason: `The row ${row.broken}.` }] }
  const { values, bad }: ReadCells = { values: {}, bad: [] }
  for (const { name, index, attribute, reader } of columns) {
    const cell = cellOf(table, row.cells[index])
    if (cell === null || (isEmpty(cell) && rules.empty === 'clear' && cell !== undefined))
      add(values, attribute.slug, null)
    if (isEmpty(cell) || cell === null) continue
    const read = reader.read(cell)
    if ('bad' in read) bad.push({ column: name, reason: `${read.bad}.` })
    else add(values, attribute.slug, read.value)
  }
  return { values, bad }
}

export const readRow = (reading: RowReading, row: Row): ReadRow => {
  const { mapping, keys, rules, write } = reading
  const { values, bad } = readCells(reading, row)
  if (row.broken !== undefined) return { row, bad }
  if (bad.length > 0 && rules.onBadCell !== 'skip-cell') return { row, bad }
  const id = mapping.id === undefined ? undefined : row.cells[mapping.id]
  const match = matchOf(keys, isEmpty(id) ? values : { ...values, id })
  if ('bad' in match) return { row, bad: [...bad, { column: '', reason: match.bad }] }
  const item = { match: match.length === 1 && match[0] ? match[0] : match, values, ...(write && { write }) }
  return { row, item, bad }
}
