import type { Waiter } from '../engine/follow.ts'
import type { ChangePage, HistoryPlace } from '../engine/history.ts'
import { StaleError } from '../engine/session.ts'
import { AbandonedError } from '../storage/driver.ts'

/** Milliseconds between two looks of one organisation, however fast others write and however many wait. */
const LEAST_MS = 100

interface Waits extends Waiter {
  /** When a look is made, whether anything was written or not. */
  readonly until: number
  /** Up to where looks have told it everything. */
  known: HistoryPlace
  end(found?: ChangePage): void
  fail(error: unknown): void
}

/** Whether what was read behind `begun` can tell what lies behind `place`: the place is in it, and is the same. */
const holds = ({ changes, last, more }: ChangePage, begun: HistoryPlace, place: HistoryPlace): boolean => {
  if (place.sequence > last.sequence) return more
  const found = [begun, last, ...changes].find(({ sequence }) => sequence === place.sequence)
  return found === undefined || found.at === undefined || place.at === undefined || found.at === place.at
}

/** Those of one organisation who wait for what others write: whoever looks does it for all of them. */
export class SharedLooks {
  readonly #waits = new Set<Waits>()
  #timeout: NodeJS.Timeout | undefined
  #lastLook = Number.NEGATIVE_INFINITY
  #isLooking = false
  #isWoken = false

  get size(): number {
    return this.#waits.size
  }

  /** Something may have been written. */
  wake(): void {
    this.#isWoken = true
    this.#schedule()
  }

  /** As `Waiting` has it. */
  async wait(waiter: Waiter): Promise<ChangePage | undefined> {
    let entered: Waits | undefined
    const onEnding = () => entered?.end()
    waiter.ending.addEventListener('abort', onEnding)
    try {
      return await new Promise((end, fail) => {
        entered = { ...waiter, until: performance.now() + waiter.milliseconds, known: waiter.after, end, fail }
        this.#waits.add(entered)
        this.#schedule()
        if (waiter.ending.aborted) end(undefined)
      })
    } finally {
      waiter.ending.removeEventListener('abort', onEnding)
      if (entered) this.#waits.delete(entered)
      if (this.#waits.size === 0) clearTimeout(this.#timeout)
    }
  }

  #schedule(): void {
    if (this.#isLooking || this.#waits.size === 0) return
    let due = this.#isWoken ? 0 : Number.POSITIVE_INFINITY
    for (const { until } of this.#waits) due = Math.min(due, until)
    clearTimeout(this.#timeout)
    const milliseconds = Math.max(due, this.#lastLook + LEAST_MS) - performance.now()
    // Timers know whole milliseconds only: a little early, and who looks now would have to look once more.
    this.#timeout = setTimeout(() => void this.#look(), Math.max(0, Math.ceil(milliseconds)))
  }

  /** One of those who know the newest revision looks for them all; the others have to find out about it themselves. */
  async #look(): Promise<void> {
    const newest = Math.max(...[...this.#waits].map(({ scope }) => scope.revision))
    const all = [...this.#waits].filter(({ scope }) => scope.revision === newest)
    const [leader] = all
    if (!leader) return
    this.#isLooking = true
    this.#isWoken = false
    for (const { scope, end } of this.#waits) if (scope.revision < newest) end()
    let begun = leader.known
    for (const { known } of all) if (known.sequence < begun.sequence) begun = known
    try {
      this.#tell(all, begun, await leader.look(begun))
    } catch (error) {
      if (error instanceof AbandonedError) leader.fail(error)
      else if (error instanceof StaleError) for (const one of all) one.end()
      else for (const one of all) one.fail(error)
      this.#isWoken = true
    } finally {
      this.#lastLook = performance.now()
      this.#isLooking = false
      this.#schedule()
    }
  }

  #tell(all: readonly Waits[], begun: HistoryPlace, page: ChangePage): void {
    const now = performance.now()
    if (page.more) this.#isWoken = true
    for (const one of all) {
      const behind = one.known.sequence
      if (!page.reaches || !holds(page, begun, one.known)) one.end()
      if (behind > page.last.sequence) continue
      const changes = page.changes.filter((change) => change.sequence > behind && one.concerns(change))
      one.known = page.last
      if (changes.length > 0 || one.until <= now) one.end({ ...page, changes })
    }
  }
}
