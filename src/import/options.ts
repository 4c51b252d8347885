import { ImportError } from './import-error.ts'
import type { Lookups } from './lookups.ts'
import { type Encoding, encodings } from './reading/encoding.ts'
import type { ColumnSettings } from './values/column-reader.ts'
import { dateFormat } from './values/date-format.ts'
import { timeZone } from './values/time.ts'

/** What the command was told, checked before anything is read. */

export const badCellRules = ['skip-cell', 'skip-row', 'stop'] as const

interface Option {
  /** What stands behind its flag, as help shows it. */
  readonly value: string
  readonly help: string
  /** Whether it may be said several times, such as for one column alone: `Column=value`. */
  readonly many: boolean
  /**
   * What it decides: by what records are found; how cells are read, of whichever file with these columns; or how the text of
   * this file is taken apart.
   */
  readonly of: 'match' | 'cells' | 'text'
  /** Whether a schema can be proposed by it, too: nothing is known of any object then. */
  readonly infers?: true
  /** Of what a column is told: what it says to its reader. */
  readonly setting?: (value: string, place: Place) => Partial<ColumnSettings> | Promise<Partial<ColumnSettings>>
}

interface Place {
  readonly dialledIn: Lookups['dialledIn']
  /** The names of all columns. */
  readonly columns: readonly string[]
}

const refuse = (flag: string, value: string, fix: string) => new ImportError(`${flag}: "${value}" must be ${fix}.`)

/** @throws ImportError */
export const requireColumn = (flag: string, name: string, columns: readonly string[]): void => {
  if (!columns.includes(name))
    throw new ImportError(
      `${flag}: there is no column "${name}"; there are ${columns.map((one) => `"${one}"`).join(', ')}.`,
    )
}

/**
 * The options that decide what is sent of a file, each said once: the flags of the commands, what is kept of a mapping, and what
 * makes two imports the same are made from this.
 */
export const readingOptions = {
  match: {
    value: '<attributes>',
    help: 'by what records are found, in this order: emails,first_name+last_name, or id',
    many: false,
    of: 'match',
  },
  map: {
    value: '<column=attribute>',
    help: 'which attribute a column is, where its name does not tell',
    many: true,
    of: 'cells',
  },
  ignore: { value: '<column>', help: 'leave a column out', many: true, of: 'cells' },
  format: {
    value: '<name>',
    help: 'csv, tsv, json, ndjson or jsonl; default: what the name of the file or its first letter tells',
    many: false,
    of: 'text',
    infers: true,
  },
  encoding: {
    value: '<name>',
    help: 'utf-8, utf-16le, utf-16be or windows-1252; default: what the file tells',
    many: false,
    of: 'text',
    infers: true,
  },
  delimiter: {
    value: '<sign>',
    help: 'what stands between cells, or "tab"; default: what the file tells',
    many: false,
    of: 'text',
    infers: true,
  },
  decimal: {
    value: '<sign>',
    help: 'decimal sign of numbers: . or , (also Column=sign); default: what the column tells',
    many: true,
    of: 'cells',
    infers: true,
    setting(value) {
      if (value === '.') return { decimal: 'one' }
      if (value === ',') return { decimal: 'other' }
      throw refuse('--decimal', value, 'a point or a comma')
    },
  },
  dateFormat: {
    value: '<form>',
    help: 'day-first, month-first or DD.MM.YYYY (also Column=form); default: what the column tells',
    many: true,
    of: 'cells',
    infers: true,
    setting(value) {
      if (value === 'day-first') return { days: { first: 'one' } }
      if (value === 'month-first') return { days: { first: 'other' } }
      const read = dateFormat(value)
      if (!read) throw refuse('--date-format', value, 'day-first, month-first, or a form such as DD.MM.YYYY')
      return { days: { form: value, read } }
    },
  },
  timeZone: {
    value: '<zone>',
    help: 'of times without an offset: Europe/Berlin, +02:00 (also Column=zone)',
    many: true,
    of: 'cells',
    infers: true,
    setting(value) {
      const toInstant = timeZone(value)
      if (!toInstant)
        throw refuse('--time-zone', value, 'a time zone such as Europe/Berlin, or an offset such as +02:00')
      return { timeZone: toInstant }
    },
  },
  separator: {
    value: '<text>',
    help: 'between the values of a list (also Column=text); default: ;',
    many: true,
    of: 'cells',
    setting(value, { columns }) {
      // Any text separates, a column that is misspelt too.
      const column = /^(.*[\p{L}\p{N}].*)=/u.exec(value)?.[1]
      if (column !== undefined) requireColumn('--separator', column.trim(), columns)
      return { separator: value }
    },
  },
  currency: {
    value: '<code>',
    help: 'of amounts that name none (also Column=code)',
    many: true,
    of: 'cells',
    setting(value) {
      if (!/^[A-Z]{3}$/.test(value)) throw refuse('--currency', value, 'a currency code such as EUR')
      return { currency: value }
    },
  },
  country: {
    value: '<code>',
    help: 'of phone numbers in national form (also Column=code)',
    many: true,
    of: 'cells',
    infers: true,
    async setting(value, { dialledIn }) {
      const dialled = await dialledIn(value)
      if (!dialled) throw refuse('--country', value, 'a country code such as DE')
      return { dialled: { country: value, names: dialled } }
    },
  },
  write: {
    // Of attributes, and not of columns: `tags=append`.
    value: '<attribute=mode>',
    help: 'what becomes of what is stored: replace (default), keep, fill, append, prepend or remove',
    many: true,
    of: 'cells',
  },
  empty: {
    value: '<rule>',
    help: 'an empty cell: keep what is stored (default), or clear it',
    many: false,
    of: 'cells',
  },
  onBadCell: { value: '<rule>', help: 'skip-row (default), skip-cell or stop', many: false, of: 'cells' },
} as const satisfies Readonly<Record<string, Option>>

export type ReadingOption = keyof typeof readingOptions

type Said<Name extends ReadingOption> = (typeof readingOptions)[Name]['many'] extends true ? readonly string[] : string

/** As Commander gives them. */
export type ReadingOptions = { readonly [Name in ReadingOption]?: Said<Name> }

export interface ImportOptions extends ReadingOptions {
  readonly object: string
  /** A file that says the same as the options of cells, and `match`. */
  readonly mapping?: string
  readonly remembered?: boolean
}

export const readingNames = Object.keys(readingOptions) as readonly ReadingOption[]

export const optionOf = (name: ReadingOption): Option => readingOptions[name]

/** A column, and what was said of it; without a column of all that nothing else is said of. */
type SaidOfColumn = readonly [column: string | undefined, value: string]

/** @param columns only what stands before an equals sign and is one of them is a column: `=` may be a value itself */
const saidOf = (text: string, columns: readonly string[]): SaidOfColumn => {
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
  options: ReadingOptions,
  columns: readonly string[],
) => {
  const place = { dialledIn, columns }
  const ofAll: Partial<ColumnSettings>[] = []
  const ofOne = new Map<string, Partial<ColumnSettings>[]>()
  for (const name of readingNames) {
    const { setting } = optionOf(name)
    if (!setting) continue
    for (const text of [options[name] ?? []].flat()) {
      const [column, value] = saidOf(text, columns)
      const parts = column === undefined ? ofAll : (ofOne.get(column) ?? [])
      parts.push(await setting(value, place))
      if (column !== undefined) ofOne.set(column, parts)
    }
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
