import { timer, type Waiting } from '../engine/follow.ts'
import { OverloadedError } from '../storage/driver.ts'
import type { Connect } from '../tenants/places.ts'

/** Milliseconds between two looks of one request, however fast others write. */
const LEAST_MS = 100

/** Requests that wait at the same time; those of one organisation leave half of it to others. */
const WAITING = 1_000

/**
 * Requests that wait for what others write, woken by what is written through this process. What other processes write in
 * the same database they find when they look by themselves.
 */
export class WaitingRequests implements Waiting {
  readonly #waiting = new Map<string, Set<AbortController>>()
  readonly #onPause: () => void
  #count = 0

  /** @param onPause called by each request that begins to wait */
  constructor(onPause: () => void) {
    this.#onPause = onPause
  }

  now = timer.now

  async pause(organizationId: string, milliseconds: number, ending: AbortSignal): Promise<void> {
    const own = this.#waiting.get(organizationId) ?? new Set()
    if (this.#count >= WAITING || 2 * own.size >= WAITING) throw new OverloadedError('Too many requests wait')
    this.#onPause()
    const woken = new AbortController()
    this.#waiting.set(organizationId, own.add(woken))
    this.#count++
    try {
      const least = Math.min(LEAST_MS, milliseconds)
      await timer.pause(organizationId, least, ending)
      await timer.pause(organizationId, milliseconds - least, AbortSignal.any([ending, woken.signal]))
    } finally {
      own.delete(woken)
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
          if (!options?.readOnly) for (const woken of this.#waiting.get(organizationId) ?? []) woken.abort()
          return result
        },
      }
    }
  }
}
