import { existsSync } from 'node:fs'
import { UsageError } from '../../exit-errors.ts'
import { type QueryRow, queryError, requireNames } from './query-rows.ts'

/** A value, and what SQLite says that it is. */
type Typed = readonly [type: string, value: unknown]

/** The answer of the query with the type of each value, and texts as their bytes: as texts they would end at the first NUL. */
const typedQuery = (query: string, columns: readonly string[]): string => {
  const names = columns.map((_, i) => `c${i}`)
  const typed = names.map((name) => `typeof(${name}), iif(typeof(${name}) = 'text', CAST(${name} AS BLOB), ${name})`)
  return `WITH answered(${names.join()}) AS (${query.replace(/;\s*$/, '')}\n) SELECT ${typed.join()} FROM answered`
}

/** @throws TypeError for bytes that are no text */
const decoded = ([type, value]: Typed, decoder: TextDecoder): unknown =>
  type === 'text' ? decoder.decode(value as Uint8Array) : value

const pairsOf = (row: readonly unknown[]): readonly Typed[] =>
  Array.from({ length: row.length / 2 }, (_, i) => [String(row[2 * i]), row[2 * i + 1]])

/** Rows of a SQLite file, by the library that the server itself has for its databases. @throws UsageError */
export async function* sqliteRows(path: string, query: string): AsyncGenerator<QueryRow> {
  if (!existsSync(path)) throw new UsageError(`--from: there is no file ${path}.`)
  const { default: Database } = await import('libsql')
  const database = new Database(path)
  try {
    database.exec('PRAGMA query_only = 1')
    const asked = database.prepare(query)
    if (!asked.reader) throw new UsageError('--query: it answers no rows: write a SELECT.')
    const names = asked.columns().map(({ name }) => name)
    requireNames(names)
    const [encoding] = database.prepare('PRAGMA encoding').raw().get() as [string]
    // A mark at the beginning of a value is a part of it.
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
    const rows = database.prepare(typedQuery(query, names)).safeIntegers(true).raw().iterate() as Iterable<unknown[]>
    for (const row of rows) {
      const values = pairsOf(row).map((pair, i) => {
        try {
          return [names[i], decoded(pair, decoder)]
        } catch (cause) {
          throw new UsageError(`--query: the column "${names[i]}" has a text that is not ${encoding}.`, { cause })
        }
      })
      yield Object.fromEntries(values)
    }
  } catch (error) {
    throw queryError(error)
  } finally {
    database.close()
  }
}
