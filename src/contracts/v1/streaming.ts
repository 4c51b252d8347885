import type { Context } from 'hono'
import { refuse } from '../../engine/errors.ts'
import { errorText, refusalFrom } from '../../http/app-errors.ts'
import type { AppEnv, Streamed } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { problemDetails } from './errors.ts'

/** Answers that go on after they began: who takes them, what ends them, and what the log tells of them. */

/** What a stream did, for the log line. */
export interface StreamSummary {
  /** `complete`, `abandoned` by the client, or the code of what ended it. */
  ended: string
  /** What ended it early, as the log tells errors. */
  error?: string
}

/** Has the log tell what ended a stream. @returns the same for the client, with the id of the request */
export const endedBy = (c: Context<AppEnv>, summary: StreamSummary, error: unknown) => {
  const { refusal } = refusalFrom(error)
  summary.ended = refusal.problems[0].code
  summary.error = errorText(error)
  return problemDetails(refusal, `urn:request:${c.get('requestId')}`)
}

/** @throws RefusedError calls_used_up before the platform itself would fail the next call, whatever that call does */
export const checkCalls = (c: Context<AppEnv>, { streams: { calls } }: Pick<Services, 'streams'>): void => {
  if (calls !== undefined && c.get('cost').calls >= calls) throw refuse('calls_used_up', undefined, String(calls))
}

/**
 * @param onGone when nobody takes the pieces any more
 * @param onEnd when the last piece has been taken, the stream broke, or what was under way for a client that has gone is done
 */
const streamOf = (
  pieces: AsyncGenerator<Uint8Array>,
  onGone: () => void,
  onEnd: () => void,
): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next()
        if (!done) return controller.enqueue(value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      onEnd()
    },
    async cancel() {
      onGone()
      await pieces.return(undefined)
      onEnd()
    },
  })

/**
 * Answers with the pieces, each made when the client has taken the last.
 * @param summary which the pieces fill in while they are made
 * @param piecesOf makes them until the signal comes: the client has gone, or the server stops
 */
export const streamed = <Summary extends StreamSummary>(
  c: Context<AppEnv>,
  { stopping }: Pick<Services, 'stopping'>,
  summary: Summary,
  piecesOf: (ending: AbortSignal) => AsyncGenerator<Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Response => {
  const gone = new AbortController()
  const ending = stopping ? AbortSignal.any([stopping, gone.signal]) : gone.signal
  const { promise, resolve } = Promise.withResolvers<Streamed>()
  c.set('streamed', promise)
  const onEnd = () => {
    const { error, ...did } = summary
    // Whatever broke then, broke because nobody waited for it any more.
    if (gone.signal.aborted && did.ended !== 'complete') resolve({ ...did, ended: 'abandoned' })
    else resolve({ ...did, ...(error !== undefined && { error }) })
  }
  return c.body(
    streamOf(piecesOf(ending), () => gone.abort(), onEnd),
    200,
    headers,
  )
}
