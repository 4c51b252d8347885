import { exactNumber } from '../../../import/reading/exact-json.ts'
import { UsageError } from '../../exit-errors.ts'
import type { QueryRow } from './query-rows.ts'
import { type Source, spooled } from './source.ts'

/** The answer to a query as a file of NDJSON: it is read more than once, and must be the same each time. */

/** @throws UsageError for what no cell can be */
const cellOf = (value: unknown, column: string): unknown => {
  if (typeof value === 'bigint') return exactNumber(String(value))
  // JSON has no word for it, and null would clear: as a text it is a bad cell wherever a number is wanted.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return value.map((one) => cellOf(one, column))
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    throw new UsageError(
      `--query: the column "${column}" has bytes, which are no value of any attribute: leave it out.`,
    )
  return value
}

async function* linesOf(rows: AsyncIterable<QueryRow>): AsyncGenerator<Buffer> {
  for await (const row of rows) {
    const cells = Object.entries(row).map(([name, value]) => [name, cellOf(value, name)])
    yield Buffer.from(`${JSON.stringify(Object.fromEntries(cells))}\n`)
  }
}

const SQLITE = 'sqlite:'

interface Answered {
  readonly rows: AsyncIterable<QueryRow>
  /** Of a database that is a file. */
  readonly path?: string
}

const answered = async (from: string, query: string): Promise<Answered> => {
  if (from.startsWith(SQLITE)) {
    const path = from.slice(SQLITE.length)
    return { rows: (await import('./sqlite.ts')).sqliteRows(path, query), path }
  }
  if (/^postgres(ql)?:\/\//.test(from)) return { rows: (await import('./postgres.ts')).postgresRows(from, query) }
  throw new UsageError(`--from: "${from.replace(/:.*/s, ':…')}" must be sqlite:FILE or postgres://….`)
}

/** @throws UsageError when the database cannot be asked, or this not */
export const openQuery = async (from: string, query: string): Promise<Source> => {
  const { rows, path } = await answered(from, query)
  return spooled('What the query answers', linesOf(rows), path)
}
