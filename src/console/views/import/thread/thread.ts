import type { components } from '../../../../client/index.ts'
import { ImportError } from '../../../../import/import-error.ts'
import type { Asked, Lookups } from '../../../../import/lookups.ts'
import type { MatchKey } from '../../../../import/matching.ts'
import { type Prepared, prepare } from '../../../../import/prepare.ts'
import type { Reading } from '../../../../import/reading-said.ts'
import { refusedFormat, refusedName } from '../../../../import/refused-format.ts'
import { type AnyItem, type BadCell, cellOf, isEmpty, readCells, readRow } from '../../../../import/rows.ts'
import type { Doubt } from '../../../../import/values/column-reader.ts'
import { AskedNames } from '../../../../import/values/names.ts'
import { type HeldTable, holdFile, type TextSaid } from './file.ts'
import { type Call, connect } from './messages.ts'

/** The thread that reads and judges: it has the rows of the file, and neither a key nor a way to anybody. */

type ObjectSchema = components['schemas']['ObjectSchema']

export interface ShownRow {
  /** Its place in the file, from 0. */
  readonly index: number
  readonly line: number
  /** As they stand in the file, in the order of its columns. */
  readonly cells: readonly string[]
  /** Why its cells cannot be told apart: it can be mended only in the file itself. */
  readonly broken?: string
  readonly bad: readonly BadCell[]
}

export interface Opened extends Pick<HeldTable, 'format' | 'encoding' | 'delimiter' | 'headless' | 'columns'> {
  readonly rowCount: number
  readonly first: readonly ShownRow[]
}

export interface Judging {
  readonly object: ObjectSchema
  readonly objects: readonly ObjectSchema[]
  readonly keys: readonly MatchKey[]
  readonly reading: Reading
}

export interface JudgedColumn {
  readonly name: string
  /** Slug of its attribute. */
  readonly attribute: string
  /** Cells that are not empty, and those of them that cannot be read. */
  readonly cells: number
  readonly bad: number
  readonly doubt?: Doubt
  /** How its cells have told that they are to be read. */
  readonly told?: string
}

export interface Judged {
  readonly columns: readonly JudgedColumn[]
  readonly badRows: number
}

/** What is sent of a row, or why nothing is. */
export interface SendableRow {
  readonly line: number
  readonly item?: AnyItem
  readonly bad: readonly BadCell[]
}

const SAMPLE = 20

const remedies = { currency: 'say which one is meant beside its column', timeZone: 'say it beside its column' }

let table: HeldTable | undefined
let prepared: Prepared | undefined
/** Rows with cells that cannot be read, by their places. */
const badRows = new Map<number, readonly BadCell[]>()

/** @throws Error before a file is open */
const opened = (): HeldTable => {
  if (!table) throw new Error('No file is open.')
  return table
}

/** @throws Error before its columns are judged */
const judged = (): Prepared => {
  if (!prepared) throw new Error('The columns have not been judged.')
  return prepared
}

const textOf = (cell: unknown): string =>
  cell === undefined || cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell)

const shown = (index: number): ShownRow => {
  const { held, columns } = opened()
  const { line, cells, broken, text } = held[index] ?? { line: 0, cells: [], broken: undefined, text: undefined }
  return {
    index,
    line,
    cells: text === undefined ? columns.map((_, i) => textOf(cells[i])) : [text],
    ...(broken !== undefined && { broken }),
    bad: badRows.get(index) ?? [],
  }
}

const judgeRow = (index: number): readonly BadCell[] => {
  const row = opened().held[index]
  const { bad } = row ? readCells(judged(), row) : { bad: [] }
  if (bad.length > 0) badRows.set(index, bad)
  else badRows.delete(index)
  return bad
}

const open = async (file: File, said: TextSaid): Promise<Opened> => {
  prepared = undefined
  badRows.clear()
  table = await holdFile(file, said)
  const { format, encoding, delimiter, headless, columns, held } = table
  const first = held.slice(0, SAMPLE).map((_, index) => shown(index))
  return { format, encoding, delimiter, headless, columns, rowCount: held.length, first }
}

/** What is wrong is told without the option of the command: here it is said beside the column. */
const withoutOption = (error: unknown): unknown =>
  error instanceof ImportError ? new ImportError(error.message.replace(/^--[\w-]+: /, '')) : error

const judge = async ({ object, objects, keys, reading: said }: Judging): Promise<Judged> => {
  const held = opened()
  prepared = undefined
  const options = { object: object.slug, ...said }
  const preparing = { table: held, object, objects, keys, options, remedies }
  const reading = await prepare(lookups, preparing).catch((error: unknown) => {
    throw withoutOption(error)
  })
  await reading.lookUp()
  prepared = reading
  const { columns, doubts } = reading
  badRows.clear()
  const counts = columns.map(() => ({ cells: 0, bad: 0 }))
  for (const [index, row] of held.held.entries()) {
    for (const [i, one] of columns.entries()) {
      const cell = cellOf(held, row.cells[one.index])
      const count = counts[i]
      if (count && row.broken === undefined && !isEmpty(cell) && cell !== null) count.cells++
    }
    for (const { column } of judgeRow(index)) {
      const count = counts[columns.findIndex(({ name }) => name === column)]
      if (count) count.bad++
    }
  }
  return {
    badRows: badRows.size,
    columns: columns.map(({ name, attribute, reader }, i) => {
      const doubt = doubts.find((one) => one.name === name)?.doubt
      const told = reader.told?.[1]
      const count = counts[i] ?? { cells: 0, bad: 0 }
      return { name, attribute: attribute.slug, ...count, ...(doubt && { doubt }), ...(told !== undefined && { told }) }
    }),
  }
}

/** Rows with cells that cannot be read, in the order of the file. */
const badOnes = (from: number, count: number): readonly ShownRow[] =>
  [...badRows.keys()]
    .sort((one, other) => one - other)
    .slice(from, from + count)
    .map(shown)

const rowsAt = (indexes: readonly number[]): readonly ShownRow[] => indexes.map(shown)

/** @returns what is still wrong with the row */
const mend = async (index: number, column: number, text: string): Promise<readonly BadCell[]> => {
  const held = opened()
  const row = held.held[index]
  if (!row) return []
  held.held[index] = { ...row, cells: row.cells.map((cell, i) => (i === column ? text : cell)) }
  const { columns, lookUp } = judged()
  // It may call a record or a number what no other cell has called it.
  if (!isEmpty(text)) columns.find((one) => one.index === column)?.reader.gather(cellOf(held, text))
  await lookUp()
  return judgeRow(index)
}

const read = (indexes: readonly number[]): readonly SendableRow[] => {
  const { held } = opened()
  return indexes.flatMap((index) => {
    const row = held[index]
    if (!row) return []
    const { item, bad } = readRow(judged(), row)
    return [{ line: row.line, ...(item && { item }), bad }]
  })
}

/** The file of what was refused, as the command writes it. */
const refused = (file: string, rows: readonly (readonly [index: number, bad: readonly BadCell[]])[]) => {
  const held = opened()
  const format = refusedFormat(held)
  const lines = rows.flatMap(([index, bad]) => {
    const row = held.held[index]
    return row ? [format.line(row, bad)] : []
  })
  return { name: refusedName(file, held), parts: [format.head, ...lines] }
}

const functions = { open, judge, badOnes, rowsAt, mend, read, refused }
export type ThreadFunctions = typeof functions

/** What the page asks for this thread, by its client. */
export interface PageFunctions {
  readonly [name: string]: (...args: never[]) => unknown
  readonly members: Asked['members']
  readonly idsOf: Asked['idsOf']
  readonly phoneNumbers: (
    country: string,
    written: readonly string[],
  ) => Promise<ReadonlyMap<string, string> | undefined>
}

let lookups: Lookups = {
  members: async () => new Map(),
  idsOf: async () => new Map(),
  dialledIn: async () => undefined,
}

const lookupsBy = (call: Call<PageFunctions>): Lookups => {
  const numbers = async (country: string, written: readonly string[]) =>
    (await call('phoneNumbers', country, written)) ?? new Map()
  return {
    members: () => call('members'),
    idsOf: (...args) => call('idsOf', ...args),
    dialledIn: async (country) =>
      (await call('phoneNumbers', country, [])) && new AskedNames((written) => numbers(country, written)),
  }
}

addEventListener('message', ({ ports: [port] }) => {
  if (!port) return
  lookups = lookupsBy(connect<PageFunctions>(port, functions))
})
