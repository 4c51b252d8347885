import { ImportError } from './import-error.ts'
import type { Lookups } from './lookups.ts'
import { type Encoding, encodings } from './reading/encoding.ts'
import type { ColumnSettings } from './values/column-reader.ts'
import { dateFormat } from './values/date-format.ts'
import { timeZone } from './values/time.ts'

/** What the command was told, checked before anything is read. */

export const badCellRules = ['skip-cell', 'skip-row', 'stop'] as const

/** As Commander gives them. What may be said for one column alone is `Column=value`. */
export interface ImportOptions {
  readonly object: string
  readonly match?: string
  readonly map?: readonly string[]
  readonly ignore?: readonly string[]
  readonly format?: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly decimal?: readonly string[]
  readonly dateFormat?: readonly string[]
  readonly timeZone?: readonly string[]
  readonly separator?: readonly string[]
  readonly currency?: readonly string[]
  readonly country?: readonly string[]
  /** Of attributes, and not of columns: `tags=append`. */
  readonly write?: readonly string[]
  readonly empty?: string
  readonly onBadCell?: string
  /** A file that says the same as the options from `match` to `onBadCell`. */
  readonly mapping?: string
  readonly remembered?: boolean
}

/** Those that decide how cells are read, of whichever file has these columns. */
export const cellOptions = [
  ...(['map', 'ignore', 'decimal', 'dateFormat', 'timeZone', 'separator', 'currency', 'country'] as const),
  ...(['write', 'empty', 'onBadCell'] as const),
] as const satisfies readonly (keyof ImportOptions)[]

/** Those that decide what is sent of a file. */
export const readingOptions = [...cellOptions, 'format', 'encoding', 'delimiter'] as const

type Setting = (value: string) => Partial<ColumnSettings> | Promise<Partial<ColumnSettings>>

const refuse = (flag: string, value: string, fix: string) => new ImportError(`${flag}: "${value}" must be ${fix}.`)

const decimal: Setting = (value) => {
  if (value === '.') return { decimal: 'one' }
  if (value === ',') return { decimal: 'other' }
  throw refuse('--decimal', value, 'a point or a comma')
}

const date: Setting = (value) => {
  if (value === 'day-first') return { first: 'one' }
  if (value === 'month-first') return { first: 'other' }
  const read = dateFormat(value)
  if (!read) throw refuse('--date-format', value, 'day-first, month-first, or a form such as DD.MM.YYYY')
  return { dateFormat: { form: value, read } }
}

const zone: Setting = (value) => {
  const toInstant = timeZone(value)
  if (!toInstant) throw refuse('--time-zone', value, 'a time zone such as Europe/Berlin, or an offset such as +02:00')
  return { timeZone: toInstant }
}

const separator: Setting = (value) => ({ separator: value })

const currency: Setting = (value) => {
  if (!/^[A-Z]{3}$/.test(value)) throw refuse('--currency', value, 'a currency code such as EUR')
  return { currency: value }
}

const countryBy =
  (dialledIn: Lookups['dialledIn']): Setting =>
  async (value) => {
    const dialled = await dialledIn(value)
    if (!dialled) throw refuse('--country', value, 'a country code such as DE')
    return { dialled: { country: value, names: dialled } }
  }

/** A column, and what was said of it; without a column of all that nothing else is said of. */
type Said = readonly [column: string | undefined, value: string]

/** @param columns only what stands before an equals sign and is one of them is a column: `=` may be a value itself */
const saidOf = (text: string, columns: readonly string[]): Said => {
  const at = text.lastIndexOf('=')
  const column = text.slice(0, Math.max(at, 0)).trim()
  return at > 0 && columns.includes(column) ? [column, text.slice(at + 1)] : [undefined, text]
}

/**
 * How the cells of each column are to be read.
 * @param columns the names of all
 * @throws ImportError for what cannot be meant
 */
export const columnSettings = async (
  dialledIn: Lookups['dialledIn'],
  options: ImportOptions,
  columns: readonly string[],
) => {
  const settings = [
    [options.decimal, decimal],
    [options.dateFormat, date],
    [options.timeZone, zone],
    [options.separator, separator],
    [options.currency, currency],
    [options.country, countryBy(dialledIn)],
  ] as const
  const ofAll: Partial<ColumnSettings>[] = []
  const ofOne = new Map<string, Partial<ColumnSettings>[]>()
  for (const [texts = [], setting] of settings)
    for (const text of texts) {
      const [column, value] = saidOf(text, columns)
      const parts = column === undefined ? ofAll : (ofOne.get(column) ?? [])
      parts.push(await setting(value))
      if (column !== undefined) ofOne.set(column, parts)
    }
  return (column: string): Omit<ColumnSettings, 'remedies'> =>
    Object.assign({ separator: ';' }, ...ofAll, ...(ofOne.get(column) ?? []))
}

const oneOf = <T extends string>(flag: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw refuse(flag, value, `one of ${allowed.join(', ')}`)
  return found
}

export const encodingSaid = ({ encoding }: ImportOptions): Encoding | undefined =>
  encoding === undefined ? undefined : oneOf('--encoding', encoding.toLowerCase(), encodings)

/** @throws ImportError */
export const rulesOf = ({ empty = 'keep', onBadCell = 'skip-row' }: ImportOptions) => ({
  /** What an empty cell says: nothing, or that the value is to be cleared. */
  empty: oneOf('--empty', empty, ['keep', 'clear']),
  onBadCell: oneOf('--on-bad-cell', onBadCell, badCellRules),
})

export type Rules = ReturnType<typeof rulesOf>

/** `\t` as a shell can type it. @throws ImportError */
export const delimiterSaid = ({ delimiter }: ImportOptions): string | undefined => {
  if (delimiter === undefined) return undefined
  const sign = delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter
  if (sign.length !== 1 || /["\r\n]/.test(sign)) throw refuse('--delimiter', delimiter, 'one sign such as ; or "tab"')
  return sign
}
