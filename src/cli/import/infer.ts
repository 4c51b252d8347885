import { columnSettings, type ImportOptions } from '../../import/options.ts'
import type { Table } from '../../import/reading/table.ts'
import { cellOf, isEmpty } from '../../import/rows.ts'
import { ColumnReader, type ColumnSettings } from '../../import/values/column-reader.ts'
import type { Attribute } from '../../import/values/element.ts'
import { slugOf } from '../../schema/attribute.ts'
import { cutTo } from '../../schema/characters.ts'
import { definitionLimits } from '../../schema/limits.ts'
import { typeOf } from '../../schema/types/index.ts'
import { dialledIn } from './dialled.ts'
import { remedies } from './prepare.ts'

/** What object a file could be, and of which type each of its columns: a proposal, with the cells that speak against it. */

export interface InferredAttribute {
  readonly slug: string
  readonly label: string
  readonly type: Attribute['type']
  readonly multiple?: true
  readonly unique?: true
  readonly options?: readonly { readonly value: string }[]
}

export interface Contradiction {
  readonly line: number
  /** The end of a sentence about the cell. */
  readonly why: string
}

export interface InferredColumn {
  readonly name: string
  readonly attribute: InferredAttribute
  /** Cells that are not empty. */
  readonly cells: number
  /** Cells that are nothing of this type, and the first of them. */
  readonly bad: number
  readonly examples: readonly Contradiction[]
}

/** Of all cells so many percent must be of a type: a column is what nearly all of it is, and the rest are slips. */
const MOST = 90
const EXAMPLES = 3
/** More different values than that are no choice between a few. */
const OPTIONS = 12
const OPTION_LENGTH = 40
/** How often each choice must come, on the average. */
const REPEATED = 5

/** From the one that says most to the one that says least: the first that holds is proposed. */
const candidates = [
  'checkbox',
  'number',
  'currency',
  'datetime',
  'date',
  'email',
  'url',
  'phone_number',
  'domain',
] as const
type Candidate = (typeof candidates)[number]

const LISTED: ReadonlySet<Candidate> = new Set(['email', 'url', 'phone_number', 'domain'])

/** What would be lost, or is said by other signs, if a cell were read as such a value: the reader is kinder than a guess may be. */
const isPlausible = (type: Candidate, text: string): boolean => {
  // 01234 is a postal code, and long numbers are names of something.
  if (type === 'number') return !/^[+-]?0\d/.test(text) && text.replaceAll(/\D/g, '').length <= 15
  if (type === 'currency') return /[^\d\s.,'’+\-−]/.test(text)
  if (type === 'checkbox') return !/^[\d]$/.test(text)
  if (type === 'phone_number') return /^(?:\+|\(?0)[\d\s()/.-]{7,}/.test(text)
  if (type === 'url') return /^(?:https?:\/\/|www\.)/i.test(text)
  if (type === 'domain') return /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/i.test(text)
  return true
}

const attributeOf = (slug: string, type: Attribute['type'], multiple: boolean): Attribute => ({
  slug,
  label: slug,
  type,
  multiple,
  ...{ required: false, unique: false, indexed: false, searchable: false, standard: false, archived: false },
  ...{ related: null, options: [], jobId: null },
})

interface Trial {
  readonly type: Candidate
  readonly multiple: boolean
  readonly reader: ColumnReader
  /** The same with the one and the other way said. */
  readonly either: readonly ColumnReader[]
  bad: number
  readonly examples: Contradiction[]
}

interface Column {
  readonly name: string
  readonly index: number
  readonly slug: string
  readonly trials: readonly Trial[]
  /** Cells that are not empty: all of them, and those that have been judged. */
  total: number
  cells: number
  /** Different texts; undefined: there are too many to be a choice, or to be remembered. */
  values: Map<string, number> | undefined
  isUnique: boolean
  isLong: boolean
}

/** A column that names records by them is worth remembering each of its values. */
const NAMING = /(?:^|[^a-z])(?:id|nr|no|num|number|nummer|code|key|sku|e-?mails?)(?:[^a-z]|$)/i
const TEXT_LENGTH = 255

const WAYS = ['one', 'other'] as const

const trialOf = (attribute: Attribute, type: Candidate, settings: ColumnSettings): Trial => {
  const either = WAYS.map((way) => new ColumnReader(attribute, { decimal: way, days: { first: way }, ...settings }))
  const reader = new ColumnReader(attribute, settings)
  return { type, multiple: attribute.multiple, reader, either, bad: 0, examples: [] }
}

const columnOf = (name: string, index: number, slug: string, settings: ColumnSettings): Column => {
  const trials: Trial[] = []
  for (const type of candidates)
    for (const multiple of LISTED.has(type) ? [false, true] : [false])
      trials.push(trialOf(attributeOf(slug, type, multiple), type, settings))
  return { name, index, slug, trials, total: 0, cells: 0, values: new Map(), isUnique: true, isLong: false }
}

/** Of names without a Latin letter the place, and of names that would be one slug the second with a number. */
const slugsOf = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>()
  return names.map((name, index) => {
    const slug = slugOf(name) || `column_${index + 1}`
    let free = slug
    for (let n = 2; taken.has(free); n++) free = `${slug.slice(0, 56)}_${n}`
    taken.add(free)
    return free
  })
}

/** Whether nearly all cells may be of its type still. */
const holds = ({ bad }: Trial, cells: number): boolean => bad * 100 <= cells * (100 - MOST)

/** Where nothing tells which number is the day, it is a day all the same: the import is going to ask. */
const readOf = ({ reader, either }: Trial, cell: unknown) => {
  const read = reader.read(cell)
  if ('value' in read || !reader.doubt) return read
  return either.map((one) => one.read(cell)).find((one) => 'value' in one) ?? read
}

const judge = (trial: Trial, cell: unknown, line: number): void => {
  const read = readOf(trial, cell)
  const texts = typeof cell !== 'string' ? [] : trial.multiple ? cell.split(';') : [cell]
  const isSound = texts.every((text) => isPlausible(trial.type, text.trim()))
  if ('value' in read && isSound) return
  trial.bad++
  const why = 'bad' in read ? read.bad : `"${cell}" would lose something as a ${trial.type}`
  if (trial.examples.length < EXAMPLES) trial.examples.push({ line, why })
}

const count = (column: Column, cell: unknown): void => {
  const text = String(cell)
  column.cells++
  column.isLong ||= text.length > TEXT_LENGTH || text.includes('\n')
  if (!column.values) return
  const before = column.values.get(text) ?? 0
  column.isUnique &&= before === 0
  column.values.set(text, before + 1)
  if (column.values.size > OPTIONS && !NAMING.test(column.name)) {
    column.values = undefined
    column.isUnique = false
  }
}

/** Its cells are a choice between a few. */
const optionsOf = ({ values, cells }: Column): readonly { readonly value: string }[] | undefined => {
  if (!values || values.size < 2 || values.size > OPTIONS || cells < REPEATED * values.size) return undefined
  const texts = [...values.keys()]
  return texts.every((text) => text.trim() === text && text.length <= OPTION_LENGTH && !text.includes('\n'))
    ? texts.map((value) => ({ value }))
    : undefined
}

const inferred = (column: Column, rows: number): InferredColumn => {
  const { name, slug, cells, trials } = column
  const found = cells === 0 ? undefined : trials.find((trial) => holds(trial, cells))
  const options = found ? undefined : optionsOf(column)
  const type: Attribute['type'] = found?.type ?? (options ? 'select' : column.isLong ? 'long_text' : 'text')
  const multiple = found?.multiple === true
  const isUnique =
    column.isUnique &&
    cells === rows &&
    rows > 1 &&
    NAMING.test(name) &&
    typeOf(attributeOf(slug, type, multiple))?.uniqueable
  const attribute: InferredAttribute = {
    slug,
    label: cutTo(name, definitionLimits.label),
    type,
    ...(multiple && { multiple: true as const }),
    ...(isUnique && { unique: true as const }),
    ...(options && { options }),
  }
  return { name, attribute, cells, bad: found?.bad ?? 0, examples: found?.examples ?? [] }
}

/** Reads the file twice: what one cell leaves open, another one tells. @throws UsageError where it cannot be read to its end */
export const inferColumns = async (table: Table, options: ImportOptions): Promise<readonly InferredColumn[]> => {
  const columns: Column[] = []
  const settings = await columnSettings(dialledIn, options, table.columns)
  const slugs = slugsOf(table.columns)
  for (const [index, name] of table.columns.entries())
    if (name !== '') columns.push(columnOf(name, index, slugs[index] ?? '', { ...settings(name), remedies }))
  for await (const { cells, line, broken } of table.rows()) {
    if (broken !== undefined) continue
    for (const column of columns) {
      const cell = cellOf(table, cells[column.index])
      if (isEmpty(cell) || cell === null) continue
      column.total++
      for (const { reader } of column.trials) reader.learn(cell, line)
    }
  }
  let rows = 0
  for await (const { cells, line, broken } of table.rows()) {
    if (broken !== undefined) continue
    rows++
    for (const column of columns) {
      const cell = cellOf(table, cells[column.index])
      if (isEmpty(cell) || cell === null) continue
      count(column, cell)
      // One that is lost already is not proposed, and its examples are not told.
      for (const trial of column.trials) if (holds(trial, column.total)) judge(trial, cell, line)
    }
  }
  return columns.map((column) => inferred(column, rows))
}
