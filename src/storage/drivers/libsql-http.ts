import { createClient } from '@libsql/client/http'
import { type BatchResult, driverError, type SqlDriver, type Statement } from '../driver.ts'
import { withFinalSlash } from '../server-url.ts'
import { libsqlServerPasses } from './faults.ts'

/** For commands and migrations, whose batches may be long. Requests wait as long as DATABASE_TIMEOUT_MS says. */
const PATIENT_MS = 300_000

export interface LibsqlRemote {
  /** `libsql:`, `https:` or `http:`. */
  readonly url: string
  readonly authToken?: string
  /** Milliseconds after which a request is given up, and its connection with it. Default: five minutes. */
  readonly timeoutMs?: number
}

/**
 * A libSQL server (Turso, sqld) over HTTP: one request per batch, in write mode, so one transaction that never has to be
 * upgraded. Runs in workerd and in Node. libSQL does not tell how many rows a statement has read or written, so neither
 * does the driver.
 */
export const libsqlHttp = ({ timeoutMs = PATIENT_MS, url, ...remote }: LibsqlRemote): SqlDriver => {
  const fetchInTime = (request: Request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs) })
  const client = createClient({ ...remote, url: withFinalSlash(url), fetch: fetchInTime })
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
        throw driverError(error, libsqlServerPasses)
      }
    },
  }
}
