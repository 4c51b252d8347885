import type { ChangePage, HistoryPlace } from './history.ts'
import { type Session, withCurrent } from './session.ts'

/** Follows the history as it grows: reads, and where there is nothing new waits and reads again. Nothing is held meanwhile. */

/** How a request waits for what others write. */
export interface Waiting {
  /** Milliseconds of a clock that never goes back: what a request has waited is told by it. */
  now(): number
  /**
   * @param milliseconds at most: less where it is known that something of the organisation was written
   * @param ending ends the pause at once
   * @throws OverloadedError where too many wait already
   */
  pause(organizationId: string, milliseconds: number, ending: AbortSignal): Promise<void>
}

/** Where nothing tells of a write, waiting is a timer. */
export const timer: Waiting = {
  now: () => performance.now(),
  pause: (_organizationId, milliseconds, ending) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timeout)
        ending.removeEventListener('abort', end)
        resolve()
      }
      const timeout = setTimeout(end, milliseconds)
      ending.addEventListener('abort', end)
      if (ending.aborted) end()
    }),
}

/** Milliseconds between two reads: twice as many each time that nothing was found, so that who waits long asks seldom. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

export interface FollowOptions {
  readonly waiting: Waiting
  /** Milliseconds after which the last read is made. */
  readonly forMs: number
  /** Aborted: the page that is being read is the last one. */
  readonly ending: AbortSignal
}

/**
 * Every page as it was read, empty ones too; at the end the last one again. Each is read on a session that is current, so following ends when the key does.
 * @param read of what comes behind a place; undefined: from where the request begins
 */
export async function* follow<S extends Session>(
  session: S,
  read: (session: S, after: HistoryPlace | undefined) => Promise<ChangePage>,
  { waiting, forMs, ending }: FollowOptions,
): AsyncGenerator<ChangePage, ChangePage> {
  const until = waiting.now() + forMs
  let current = session
  let after: HistoryPlace | undefined
  let pause = FIRST_PAUSE_MS
  for (;;) {
    const page = await withCurrent(current, (known) => {
      current = known
      return read(known, after)
    })
    yield page
    after = page.last
    const left = until - waiting.now()
    // Timers may be a little early: that is no reason for one more read.
    if (left < 1 || ending.aborted) return page
    if (page.more) continue
    pause = page.changes.length > 0 ? FIRST_PAUSE_MS : pause
    await waiting.pause(current.organization.id, Math.ceil(Math.min(pause, left)), ending)
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
  }
}

/** The first page that has something to say, or else the last. */
export const awaitChanges = async (pages: AsyncGenerator<ChangePage, ChangePage>): Promise<ChangePage> => {
  for (;;) {
    const { value: page, done } = await pages.next()
    if (done || page.changes.length > 0 || page.more) return page
  }
}
