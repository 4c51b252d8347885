import { existsSync } from 'node:fs'
import { UsageError } from '../../exit-errors.ts'
import { type QueryRow, queryError, requireNames } from './query-rows.ts'

/** Rows of a SQLite file, by the library that the server itself has for its databases. @throws UsageError */
export async function* sqliteRows(path: string, query: string): AsyncGenerator<QueryRow> {
  if (!existsSync(path)) throw new UsageError(`--from: there is no file ${path}.`)
  const { default: Database } = await import('libsql')
  const database = new Database(path)
  try {
    database.exec('PRAGMA query_only = 1')
    const statement = database.prepare(query)
    if (!statement.reader) throw new UsageError('--query: it answers no rows: write a SELECT.')
    requireNames(statement.columns().map(({ name }) => name))
    yield* statement.iterate() as Iterable<QueryRow>
  } catch (error) {
    throw queryError(error)
  } finally {
    database.close()
  }
}
