import { type Change, type ChangePage, type HistoryPlace, isAbout } from './history.ts'
import { type Scope, type Session, scopeOf, withCurrent } from './session.ts'

/** Follows the history as it grows: reads, and where there is nothing new waits and reads again. Nothing is held meanwhile. */

/** A request that waits, and what one look for all who wait must be told. */
export interface Waiter {
  /** What is looked at, on whose authority: those with another one look for themselves. */
  readonly scope: Scope
  /** Up to where it knows everything. */
  readonly after: HistoryPlace
  /** Milliseconds until it looks, whether anything is known to have been written or not. */
  readonly milliseconds: number
  /** Ends the pause at once. */
  readonly ending: AbortSignal
  concerns(change: Change): boolean
  /** Whatever its organisation has changed behind a place, wanted or not. @throws StaleError */
  look(after: HistoryPlace): Promise<ChangePage>
}

/** How a request waits for what others write. */
export interface Waiting {
  /** Milliseconds of a clock that never goes back: what a request has waited is told by it. */
  now(): number
  /**
   * Less than it may take where something of the organisation is known to have been written.
   * @returns what one look for several has found behind the place; undefined: whoever waited looks by itself
   * @throws OverloadedError where too many wait already
   */
  pause(waiter: Waiter): Promise<ChangePage | undefined>
}

/** Where nothing tells of a write, waiting is a timer. */
export const timer: Waiting = {
  now: () => performance.now(),
  pause: ({ milliseconds, ending }) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timeout)
        ending.removeEventListener('abort', end)
        resolve(undefined)
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

/** What is followed. */
export interface Followed<S extends Session> {
  /** Of this object alone. */
  readonly object?: string
  /** Changes of one page. */
  readonly limit: number
  /** What is wanted of what comes behind a place; undefined: from where the request begins. @throws StaleError */
  read(session: S, after: HistoryPlace | undefined): Promise<ChangePage>
  /** Whatever comes behind a place, of any object. @throws StaleError */
  look(session: S, after: HistoryPlace): Promise<ChangePage>
}

/** A page that was read for several, in pages as one of them would have read them. */
function* inPages(page: ChangePage, limit: number): Generator<ChangePage> {
  let begin = 0
  for (; page.changes.length - begin > limit; begin += limit) {
    const changes = page.changes.slice(begin, begin + limit)
    yield { ...page, changes, last: changes.at(-1) ?? page.last, more: true }
  }
  yield { ...page, changes: page.changes.slice(begin) }
}

/**
 * Every page as it was read, empty ones too; at the end the last one again. Each is read on a session that is current, so following ends when the key does.
 */
export async function* follow<S extends Session>(
  session: S,
  { object, limit, read, look }: Followed<S>,
  { waiting, forMs, ending }: FollowOptions,
): AsyncGenerator<ChangePage, ChangePage> {
  const until = waiting.now() + forMs
  let current = session
  let after: HistoryPlace | undefined
  const readOn = () =>
    withCurrent(current, (known) => {
      current = known
      return read(known, after)
    })
  const concerns = (change: Change) => object === undefined || isAbout(change, object)
  let pause = FIRST_PAUSE_MS
  let found: ChangePage | undefined
  for (;;) {
    const isShared = found !== undefined
    let page = found ?? (await readOn())
    for (page of inPages(page, limit)) yield page
    after = page.last
    found = undefined
    const left = until - waiting.now()
    // Timers may be a little early: that is no reason for one more read.
    if (left < 1 || ending.aborted) return page
    // Of what was read for several the rest is, too.
    if (page.more && !isShared) continue
    pause = page.changes.length > 0 ? FIRST_PAUSE_MS : pause
    found = await waiting.pause({
      scope: scopeOf(current),
      after,
      milliseconds: Math.ceil(Math.min(pause, left)),
      ending,
      concerns,
      look: (place) => look(current, place),
    })
    if (current.expiresAt !== null && current.expiresAt <= Date.now()) found = undefined
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
