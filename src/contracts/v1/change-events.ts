import type { Context } from 'hono'
import { problem, RefusedError } from '../../engine/errors.ts'
import type { Waiting } from '../../engine/follow.ts'
import type { ChangePage, HistoryPlace } from '../../engine/history.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { renderChange } from './change.ts'
import { encodePlace } from './cursor.ts'
import { endedBy, type StreamSummary, streamed } from './streaming.ts'

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

const eventOf = (event: string, place: HistoryPlace, data: object) =>
  `id: ${encodePlace(place)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

interface Summary extends StreamSummary {
  changes: number
  reads: number
}

type Pages = AsyncGenerator<ChangePage, ChangePage>

/** An id alone moves a client on and is no event to it: so it stands for changes of what was not asked for, too. */
const textOf = ({ changes, last }: ChangePage): string => {
  const events = changes.map((one) => eventOf('change', one, renderChange(one)))
  return changes.at(-1)?.sequence === last.sequence
    ? events.join('')
    : `${events.join('')}:\nid: ${encodePlace(last)}\n\n`
}

const encoder = new TextEncoder()

async function* eventsOf(
  c: Context<AppEnv>,
  { now }: Waiting,
  { first, others }: { readonly first: ChangePage; readonly others: Pages },
  summary: Summary,
  ending: AbortSignal,
) {
  let { last } = first
  const end = (reason: string, error?: object) =>
    encoder.encode(eventOf('end', last, { reason, cursor: encodePlace(last), ...(error && { error }) }))
  try {
    yield encoder.encode(`retry: ${RETRY_MS}\n\n${textOf(first)}`)
    let toldAt = now()
    while (summary.reads < STREAM_READS) {
      const { value: page, done } = await others.next()
      if (done) break
      summary.reads++
      summary.changes += page.changes.length
      if (page.last.sequence === last.sequence && now() - toldAt < HEARTBEAT_MS) continue
      yield encoder.encode(textOf(page))
      last = page.last
      toldAt = now()
    }
    if (ending.aborted) throw new RefusedError(problem('stopping'), 1)
    summary.ended = 'complete'
    yield end(summary.ended)
  } catch (error) {
    const told = endedBy(c, summary, error)
    yield end(summary.ended, told)
  }
}

/**
 * @param pages whose first is read before the answer begins, so that what is wrong with the request has its own status
 * @param onEnding when nobody takes the events any more, or the server stops
 * @throws RefusedError
 */
export const changeEvents = async (
  c: Context<AppEnv>,
  services: Pick<Services, 'stopping'> & { readonly waiting: Waiting },
  pages: Pages,
  onEnding: () => void,
): Promise<Response> => {
  const { value: first } = await pages.next()
  const summary: Summary = { changes: first.changes.length, reads: 1, ended: 'abandoned' }
  const events = (ending: AbortSignal) => {
    ending.addEventListener('abort', onEnding)
    return eventsOf(c, services.waiting, { first, others: pages }, summary, ending)
  }
  return streamed(c, services, summary, events, { 'Content-Type': 'text/event-stream' })
}
