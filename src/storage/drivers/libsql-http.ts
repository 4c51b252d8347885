import { createClient } from '@libsql/client/http'
import { type BatchResult, driverError, type SqlDriver, type Statement } from '../driver.ts'
import { libsqlPasses } from './faults.ts'

/** Longer than any batch takes; what runs into it is answered as unavailable, and may be repeated. */
const TIMEOUT_MS = 20_000

export interface LibsqlRemote {
  /** `libsql:`, `https:` or `http:`. */
  readonly url: string
  readonly authToken?: string
}

const fetchInTime = (request: Request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) })

/**
 * A libSQL server (Turso, sqld) over HTTP: one request per batch, in write mode, so one transaction that never has to be
 * upgraded. Runs in workerd and in Node. libSQL does not tell how many rows a statement has read or written, so neither
 * does the driver.
 */
export const libsqlHttp = (remote: LibsqlRemote): SqlDriver => {
  const client = createClient({ ...remote, fetch: fetchInTime })
  return {
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
  }
}
