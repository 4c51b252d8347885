import type { Context } from 'hono'
import { problem, RefusedError } from '../../engine/errors.ts'
import type { ChangePage } from '../../engine/history.ts'
import { errorText, refusalFrom } from '../../http/app-errors.ts'
import type { AppEnv, Streamed } from '../../http/context.ts'
import { renderChange } from './change.ts'
import { encodeCursor } from './cursor.ts'
import { problemDetails } from './errors.ts'

/**
 * The feed as Server-Sent Events. A stream has an end, so that none asks more of a platform than one request may; whoever
 * read it goes on from the id of the last event, which browsers do by themselves.
 */

/** Milliseconds that a stream lasts, and reads that it makes, at most: Workers may call a database so often in one request. */
export const STREAM_MS = 300_000
export const STREAM_READS = 100

/** Proxies take a connection on which nothing comes for a dead one. */
const HEARTBEAT_MS = 15_000

/** Milliseconds that a client waits before it asks again. */
const RETRY_MS = 1_000

export const cursorAt = (sequence: number): string => encodeCursor([String(sequence), ''])

const eventOf = (event: string, sequence: number, data: object) =>
  `id: ${cursorAt(sequence)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** What a stream did, for the log line. */
interface Summary {
  changes: number
  reads: number
  /** `complete`, `abandoned` by the client, or the code of what ended it. */
  ended: string
  /** What ended it early, as the log tells errors. */
  error?: string
}

type Pages = AsyncGenerator<ChangePage, ChangePage>

/** An id alone moves a client on and is no event to it: so it stands for changes of what was not asked for, too. */
const textOf = ({ changes, last }: ChangePage): string => {
  const events = changes.map((one) => eventOf('change', one.sequence, renderChange(one)))
  return changes.at(-1)?.sequence === last ? events.join('') : `${events.join('')}:\nid: ${cursorAt(last)}\n\n`
}

async function* textsOf(c: Context<AppEnv>, first: ChangePage, pages: Pages, summary: Summary, stopping?: AbortSignal) {
  let { last } = first
  const ending = (reason: string, error?: object) => {
    summary.ended = reason
    return eventOf('end', last, { reason, cursor: cursorAt(last), ...(error && { error }) })
  }
  try {
    yield `retry: ${RETRY_MS}\n\n${textOf(first)}`
    let toldAt = performance.now()
    while (summary.reads < STREAM_READS) {
      const { value: page, done } = await pages.next()
      if (done) break
      summary.reads++
      summary.changes += page.changes.length
      if (page.last === last && performance.now() - toldAt < HEARTBEAT_MS) continue
      yield textOf(page)
      last = page.last
      toldAt = performance.now()
    }
    if (stopping?.aborted) throw new RefusedError(problem('stopping'), 1)
    yield ending('complete')
  } catch (error) {
    const { refusal } = refusalFrom(error)
    summary.error = errorText(error)
    yield ending(refusal.problems[0].code, problemDetails(refusal, `urn:request:${c.get('requestId')}`))
  }
}

/**
 * @param pages whose first is read before the answer begins, so that what is wrong with the request has its own status
 * @param onGone when nobody takes the events any more
 * @throws RefusedError
 */
export const changeEvents = async (
  c: Context<AppEnv>,
  pages: Pages,
  onGone: () => void,
  stopping: AbortSignal | undefined,
): Promise<Response> => {
  const { value: first } = await pages.next()
  const summary: Summary = { changes: first.changes.length, reads: 1, ended: 'abandoned' }
  const texts = textsOf(c, first, pages, summary, stopping)
  const { promise, resolve } = Promise.withResolvers<Streamed>()
  c.set('streamed', promise)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next()
      if (!done) return controller.enqueue(encoder.encode(value))
      controller.close()
      resolve({ ...summary })
    },
    async cancel() {
      onGone()
      await texts.return(undefined)
      resolve({ ...summary, ended: 'abandoned' })
    },
  })
  return c.body(body, 200, { 'Content-Type': 'text/event-stream' })
}
