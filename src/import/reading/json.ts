import { jsonFaultOf, NESTING_LIMIT } from '../../schema/json-values.ts'
import { ImportError } from '../import-error.ts'
import { parseExactly } from './exact-json.ts'
import { elementTexts, type JsonText, lineTexts } from './json-texts.ts'
import type { Row, Table } from './table.ts'

/** A JSON array or NDJSON: each object is a row, and its members are the cells. */

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (text: string): unknown => {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

/** One value of the file; without members, where it is no object. */
interface Entry {
  readonly line: number
  readonly text: string
  readonly members?: Members
  readonly broken?: string
}

const entryOf = ({ text, line }: JsonText): Entry => {
  const value = parsed(text)
  if (!isObject(value)) return { text, line, broken: 'is no JSON object' }
  // What is nested without end could not even be told.
  if (jsonFaultOf(value)?.code === 'too_deep')
    return { text, line, broken: `is nested deeper than ${NESTING_LIMIT} levels` }
  return { text, line, members: value }
}

/** What `records export` writes: a first line about it, records with their values below `values`, and a last line. */
async function* ofExport(entries: AsyncIterable<Entry>, name: string): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    const { values, id, end, export: head } = entry.members ?? {}
    if (isObject(head)) continue
    if (isObject(end)) {
      if (end.complete === false) throw new ImportError(`${name} is a part of an export: export the rest, too.`)
    } else yield isObject(values) ? { ...entry, members: { id, ...values } } : entry
  }
}

const isExport = async (entries: AsyncIterable<Entry>): Promise<boolean> => {
  for await (const { members } of entries) return isObject(members?.export)
  return false
}

/** @throws ImportError where the file has no object at all */
export const jsonTable = async (
  format: 'json' | 'ndjson',
  text: () => AsyncIterable<string>,
  name: string,
): Promise<Table> => {
  async function* all(): AsyncGenerator<Entry> {
    const texts = format === 'json' ? elementTexts(text(), name) : lineTexts(text(), name)
    for await (const one of texts) yield entryOf(one)
  }
  const entries = (await isExport(all())) ? () => ofExport(all(), name) : all
  const columns = new Set<string>()
  for await (const { members } of entries()) for (const member of Object.keys(members ?? {})) columns.add(member)
  if (columns.size === 0) throw new ImportError(`${name} has no objects: each record must be one.`)
  const names = [...columns]
  async function* rows(): AsyncGenerator<Row> {
    for await (const { line, text, members, broken = '' } of entries())
      yield members
        ? { line, cells: names.map((one) => (Object.hasOwn(members, one) ? members[one] : undefined)) }
        : { line, cells: [], text, broken }
  }
  return { format, columns: names, delimiter: '', rows }
}
