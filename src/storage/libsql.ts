import type { Client } from '@libsql/client'
import { type BatchResult, driverError, type SqlDriver, type Statement } from './driver.ts'
import { libsqlPasses } from './faults.ts'

/**
 * Any libSQL client as a driver: one `batch` in write mode, so one transaction that never has to be upgraded.
 * libSQL does not tell how many rows a statement has read or written, so neither does the driver.
 */
export const libsqlDriver = (client: Pick<Client, 'batch'>): SqlDriver => ({
  async batch(statements: readonly Statement[]): Promise<BatchResult> {
    const started = performance.now()
    try {
      const answers = await client.batch(
        statements.map(({ sql, params }) => ({ sql, args: [...params] })),
        'write',
      )
      return {
        results: answers.map(({ rows }) => ({ rows: rows as readonly Record<string, unknown>[] })),
        milliseconds: performance.now() - started,
      }
    } catch (error) {
      throw driverError(error, libsqlPasses)
    }
  },
})
