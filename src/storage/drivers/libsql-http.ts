import { createClient } from '@libsql/client/http'
import { ServerRefusedError } from '../database-fault.ts'
import { type BatchResult, driverError, type SqlDriver, type Statement } from '../driver.ts'
import { withFinalSlash } from '../server-url.ts'
import { libsqlServerPasses } from './faults.ts'

/** For commands and migrations, whose batches may be long. Requests wait as long as DATABASE_TIMEOUT_MS says. */
const PATIENT_MS = 300_000

/** More than any statement of ours answers, as the server spells it. */
const ANSWER_BYTES = 32 * 2 ** 20

/** What a server answers without an end is no answer: it would fill the memory that all tenants share. */
class EndlessAnswerError extends Error {
  override readonly name = 'EndlessAnswer'
}

/** Bytes are counted only where their number was not told. */
const bounded = (response: Response): Response => {
  const length = response.headers.get('content-length')
  if (length !== null && Number(length) <= ANSWER_BYTES) return response
  let left = ANSWER_BYTES
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength
      if (left < 0) throw new EndlessAnswerError('The server answers more than can be read')
      controller.enqueue(chunk)
    },
  })
  return new Response(response.body?.pipeThrough(counting), response)
}

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
    // Nothing of a tenant goes to an address that its operator has not named. workerd knows no `error` here.
    const response = await fetch(request, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' })
    const isElsewhere = response.status >= 300 && response.status < 400
    // With GET the client asks which protocols there are.
    if (!isElsewhere && (request.method === 'GET' || !REFUSALS.has(response.status))) return bounded(response)
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
