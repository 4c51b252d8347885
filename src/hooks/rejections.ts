/** Milliseconds between two writes about one hook and reason. */
const INTERVAL_MS = 10_000
/** So that counting can never be what fills the memory. */
const KEPT = 1_000

interface Count {
  /** When it was written down last; undefined: never. */
  readonly writtenAt: number | undefined
  readonly times: number
}

/**
 * Counts what was rejected, so that a flood of it costs a write every ten seconds and not each. What an isolate has counted
 * and not written down when it ends is lost: the log says how many there were at least.
 */
export class Rejections {
  readonly #counts = new Map<string, Count>()

  /** @returns how many there are to be written down now; 0: later */
  due(hookId: string, code: string, now: number): number {
    const key = `${hookId} ${code}`
    const { writtenAt, times } = this.#counts.get(key) ?? { writtenAt: undefined, times: 0 }
    const isDue = writtenAt === undefined || now - writtenAt >= INTERVAL_MS
    if (this.#counts.size >= KEPT) this.#counts.clear()
    this.#counts.set(key, isDue ? { writtenAt: now, times: 0 } : { writtenAt, times: times + 1 })
    return isDue ? times + 1 : 0
  }
}
