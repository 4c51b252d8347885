import { UsageError } from '../../exit-errors.ts'
import type { QueryRow } from './query-rows.ts'
import { type Source, spooled } from './source.ts'

/** The answer to a query as a file of NDJSON: it is read more than once, and must be the same each time. */

/** @throws UsageError for what no cell can be */
const cellOf = (value: unknown, column: string): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
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

const rowsOf = async (from: string, query: string): Promise<AsyncIterable<QueryRow>> => {
  if (from.startsWith(SQLITE)) return (await import('./sqlite.ts')).sqliteRows(from.slice(SQLITE.length), query)
  if (/^postgres(ql)?:\/\//.test(from)) return (await import('./postgres.ts')).postgresRows(from, query)
  throw new UsageError(`--from: "${from.replace(/:.*/s, ':…')}" must be sqlite:FILE or postgres://….`)
}

/** @throws UsageError when the database cannot be asked, or this not */
export const openQuery = async (from: string, query: string): Promise<Source> =>
  spooled('What the query answers', linesOf(await rowsOf(from, query)))
