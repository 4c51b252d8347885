import { describe, type Problem } from '../../engine/errors.ts'
import { jsonFaultOf } from '../../schema/json-values.ts'
import { typeOf } from '../../schema/types/index.ts'
import { parseExactly } from '../reading/exact-json.ts'
import { type Attribute, type ElementReader, elementReader, type Read, type ValueSettings } from './element.ts'
import { Evidence, type Way } from './ways.ts'

/** The cells of one column: first all are looked at, then each is read by what they have told together. */

export interface ColumnSettings extends ValueSettings {
  /** What stands between the values of a list; empty: nothing, a cell is one value. */
  readonly separator: string
}

/** A cell that nothing in its column decides. */
export interface Doubt {
  readonly text: string
  readonly line: number
  readonly flag: '--decimal' | '--date-format'
}

const LONGEST_QUOTE = 60

export const quoted = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `"${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}"`
}

/** As exports write a list that separators would tear. */
const jsonList = (cell: string): readonly unknown[] | undefined => {
  if (!cell.startsWith('[')) return undefined
  try {
    const listed: unknown = parseExactly(cell)
    return Array.isArray(listed) ? listed : undefined
  } catch {
    return undefined
  }
}

const isMatch = (value: unknown) => typeof value === 'object' && value !== null && 'match' in value

/** How deep in the body of a request the value of an attribute stands: below the batch, the item and its values. */
const VALUE_DEPTH = 3

const sentenceOf = (problem: Problem, cell: unknown): string => describe(problem, () => quoted(cell)).replace(/\.$/, '')

/** What the rule of a type is told of an attribute. */
const parseSettingsOf = ({ related, options }: Attribute) => ({
  options: options.map(({ archived, ...option }) => ({ ...option, ...(archived && { archived: true as const }) })),
  ...(related !== null && { related }),
})

type ParseSettings = ReturnType<typeof parseSettingsOf>

/** By the rule of the server itself, so that what it would refuse the whole row for is the fault of one cell. */
const judged = (attribute: Attribute, settings: ParseSettings, value: unknown, cell: unknown): Read => {
  const fault = jsonFaultOf(value, VALUE_DEPTH)
  if (fault) return { bad: sentenceOf({ code: fault.code, field: attribute.slug, detail: fault.detail }, cell) }
  if ((attribute.type === 'relation' || attribute.type === 'user') && isMatch(value)) return { value }
  const parsed = typeOf(attribute)?.parse(value, settings) ?? { ok: true }
  if (parsed.ok) return { value }
  return { bad: sentenceOf({ ...parsed.problem, field: attribute.slug }, cell) }
}

export class ColumnReader {
  readonly #attribute: Attribute
  readonly #settings: ColumnSettings
  readonly #parsing: ParseSettings
  readonly #reader: ElementReader
  readonly #evidence = new Evidence()

  constructor(attribute: Attribute, settings: ColumnSettings) {
    this.#attribute = attribute
    this.#settings = settings
    this.#parsing = parseSettingsOf(attribute)
    this.#reader = elementReader(attribute, settings)
  }

  /** Looks at a cell that is not empty. */
  learn(cell: unknown, line: number): void {
    this.gather(cell)
    const { flag, readings } = this.#reader
    if (!flag || !readings) return
    for (const text of this.#elementsOf(cell))
      if (typeof text === 'string') this.#evidence.add(readings(text), text, line)
  }

  /** Notes what has to be asked for before this cell, which is not empty, can be read. */
  gather(cell: unknown): void {
    const { gather } = this.#reader
    if (!gather) return
    for (const text of this.#elementsOf(cell)) if (typeof text === 'string') gather(text)
  }

  /** Undefined: each cell can be read. */
  get doubt(): Doubt | undefined {
    const { way, doubtful } = this.#evidence
    const { flag } = this.#reader
    return way === 'unknown' && doubtful && flag ? { ...doubtful, flag } : undefined
  }

  /** What the column has told, as the option that says it: with it, another file with these columns is read alike. */
  get told(): readonly [flag: Doubt['flag'], value: string] | undefined {
    const way = this.#way
    const { flag } = this.#reader
    if (!flag || way === undefined) return undefined
    if (flag === '--decimal') return [flag, way === 'one' ? '.' : ',']
    return [flag, way === 'one' ? 'day-first' : 'month-first']
  }

  /** @param cell not empty. @returns what is to be sent, or why not: the end of a sentence about the cell */
  read(cell: unknown): Read {
    const isList = this.#attribute.multiple
    if (!isList) return this.#one(cell)
    const values: unknown[] = []
    for (const element of this.#elementsOf(cell)) {
      const read = this.#one(element)
      if ('bad' in read) return read
      values.push(read.value)
    }
    return { value: values }
  }

  get #way(): Way | undefined {
    const { way } = this.#evidence
    return way === 'unknown' ? undefined : way
  }

  #elementsOf(cell: unknown): readonly unknown[] {
    if (Array.isArray(cell)) return cell
    const { separator } = this.#settings
    if (!this.#attribute.multiple || typeof cell !== 'string') return [cell]
    const listed = separator === '' ? undefined : jsonList(cell)
    if (listed) return listed
    const parts = separator === '' ? [cell] : cell.split(separator)
    return parts.map((part) => part.trim()).filter((part) => part !== '')
  }

  #one(cell: unknown): Read {
    if (typeof cell !== 'string') {
      const asItIs = judged(this.#attribute, this.#parsing, cell, cell)
      if ('value' in asItIs || typeof cell === 'object') return asItIs
    }
    const text = String(cell)
    const read = this.#reader.read(text, this.#way)
    return 'bad' in read
      ? { bad: `${quoted(text)} ${read.bad}` }
      : judged(this.#attribute, this.#parsing, read.value, cell)
  }
}
