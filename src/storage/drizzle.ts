import { DrizzleQueryError } from 'drizzle-orm/errors'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import type { SqlDriver, SqlValue, Statement, StatementResult } from './driver.ts'

const rowsOf = (result: StatementResult | undefined) => ({
  rows: (result?.rows ?? []).map((row) => Object.values(row)),
})

/** Drizzle over the one port, so that typed reads and administration run on every driver. `batch` is one call. */
export const drizzleOver = (driver: SqlDriver) =>
  drizzle(
    async (sql, params) => rowsOf((await driver.batch([{ sql, params: params as SqlValue[] }])).results[0]),
    async (queries) => {
      const { results } = await driver.batch(queries.map(({ sql, params }) => ({ sql, params: params as SqlValue[] })))
      return results.map(rowsOf)
    },
  )

/** What the driver threw: drizzle wraps it in an error whose message has the parameters, which no log may hold. */
export const driverErrorIn = (error: unknown): unknown =>
  error instanceof DrizzleQueryError && error.cause ? error.cause : error

/** A query whose failure is what the driver threw. */
export const plainly = async <T>(query: PromiseLike<T>): Promise<T> => {
  try {
    return await query
  } catch (error) {
    throw driverErrorIn(error)
  }
}

/** A query as a statement among others: so that a batch of both is one transaction. */
export const statementOf = (query: { toSQL(): { sql: string; params: unknown[] } }): Statement => {
  const { sql, params } = query.toSQL()
  return { sql, params: params as SqlValue[] }
}

export type Database = ReturnType<typeof drizzleOver>
