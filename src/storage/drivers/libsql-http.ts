import { createClient } from '@libsql/client/http'
import { ServerRefusedError } from '../database-fault.ts'
import { type BatchResult, driverError, type SqlDriver, type Statement } from '../driver.ts'
import { withFinalSlash } from '../server-url.ts'
import { libsqlServerPasses } from './faults.ts'

/** For commands and migrations, whose batches may be long. Requests wait as long as DATABASE_TIMEOUT_MS says. */
const PATIENT_MS = 300_000

/** Of whoever asks, or of the database that is asked for. The client tells no status where the server gives a reason in JSON. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404, 410])

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
  const fetchInTime = async (request: Request) => {
    const response = await fetch(request, { signal: AbortSignal.timeout(timeoutMs) })
    // With GET the client asks which protocols there are.
    if (request.method === 'GET' || !REFUSALS.has(response.status)) return response
    await response.body?.cancel()
    throw new ServerRefusedError(response.status)
  }
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
