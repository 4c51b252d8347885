import { timer, type Waiter, type Waiting } from '../engine/follow.ts'
import { OverloadedError } from '../storage/driver.ts'
import type { Connect } from '../tenants/places.ts'
import { SharedLooks } from './shared-looks.ts'

/** Requests that wait at the same time; those of one organisation leave half of it to others. */
const WAITING = 1_000

/**
 * Requests that wait for what others write, woken by what is written through this process. What other processes write in
 * the same database they find when it is looked for without that.
 */
export class WaitingRequests implements Waiting {
  readonly #waiting = new Map<string, SharedLooks>()
  readonly #onPause: () => void
  #count = 0

  /** @param onPause called by each request that begins to wait */
  constructor(onPause: () => void) {
    this.#onPause = onPause
  }

  now = timer.now

  async pause(waiter: Waiter) {
    const { organizationId } = waiter.scope
    const own = this.#waiting.get(organizationId) ?? new SharedLooks()
    if (this.#count >= WAITING || 2 * own.size >= WAITING) throw new OverloadedError('Too many requests wait')
    this.#onPause()
    this.#waiting.set(organizationId, own)
    this.#count++
    try {
      return await own.wait(waiter)
    } finally {
      this.#count--
      if (own.size === 0 && this.#waiting.get(organizationId) === own) this.#waiting.delete(organizationId)
    }
  }

  /** The database as requests reach it: whatever may have written wakes those who wait for its organisation. */
  connect(inner: Connect): Connect {
    return (organizationId, cost) => {
      const driver = inner(organizationId, cost)
      return {
        batch: async (statements, options) => {
          const result = await driver.batch(statements, options)
          if (!options?.readOnly) this.#waiting.get(organizationId)?.wake()
          return result
        },
      }
    }
  }
}
