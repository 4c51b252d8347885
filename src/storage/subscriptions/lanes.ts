import type { Subscription } from '../../subscriptions/definition.ts'
import type { Outbox } from '../../subscriptions/sending.ts'
import { LEASE_MS, takeTurn } from '../../subscriptions/turn.ts'
import { type SqlDriver, UnavailableError } from '../driver.ts'
import { Bell } from './bell.ts'
import { pendingAt } from './due.ts'
import { type Seen, turnStore } from './turn-store.ts'

/** Has the subscriptions of a database send what is due, of all its organisations or of one. */

export interface DeliverOptions {
  readonly outbox: Outbox
  readonly openSecrets: (organizationId: string, subscription: Subscription, now: number) => Promise<readonly string[]>
  /** Of this organisation alone. Default: of all in the database. */
  readonly organizationId?: string
  /** Milliseconds since 1970 after which nothing is begun. Default: none. */
  readonly until?: number
  readonly stopping?: AbortSignal | undefined
  /** Rung when there may be more to do. With it, what is to be tried again before `until` is waited for. */
  readonly bell?: Bell
}

/** Where many organisations share the lanes, each has one of so many parts of them. */
const SHARES = 5

/** Subscriptions that are driven at this moment: each takes a turn of its own, as long as its receiver makes it. */
class Lanes {
  readonly #taken = new Map<string, { readonly organizationId: string; readonly turn: Promise<void> }>()
  /** Those whose turn has failed, and until when they are left alone: as long as the lease that it may have left. */
  readonly #failed = new Map<string, number>()
  readonly #driver: SqlDriver
  readonly #options: DeliverOptions

  constructor(driver: SqlDriver, options: DeliverOptions) {
    this.#driver = driver
    this.#options = options
  }

  get turns(): readonly Promise<void>[] {
    return [...this.#taken.values()].map(({ turn }) => turn)
  }

  mayBegin({ organizationId, id }: Seen): boolean {
    const { outbox, organizationId: only } = this.#options
    const key = `${organizationId} ${id}`
    const isLeftAlone = (this.#failed.get(key) ?? 0) > Date.now()
    if (this.#taken.size >= outbox.atOnce || this.#taken.has(key) || isLeftAlone) return false
    if (only !== undefined) return true
    const own = [...this.#taken.values()].filter((lane) => lane.organizationId === organizationId)
    return own.length < Math.max(1, Math.floor(outbox.atOnce / SHARES))
  }

  begin(seen: Seen): void {
    const { organizationId, id } = seen
    const { openSecrets, ...options } = this.#options
    const key = `${organizationId} ${id}`
    const store = turnStore(this.#driver, seen)
    const turn = takeTurn({ ...options, store, openSecrets: (one, now) => openSecrets(organizationId, one, now) })
      .catch((error: unknown) => {
        this.#failed.set(key, Date.now() + LEASE_MS)
        // Whether the database is away is found out by who looks for more; of all else somebody has to know.
        if (!(error instanceof UnavailableError)) console.error('A subscription could not be driven', error)
      })
      .finally(() => this.#taken.delete(key))
    this.#taken.set(key, { organizationId, turn })
  }
}

/**
 * Sends until nothing is due, or the time is over. Whoever calls it besides does no harm: a subscription is driven by one.
 * What is slow holds up nothing but itself.
 * @returns when there will be something to do again, in milliseconds since 1970; undefined: not before the next change
 * @throws whatever the driver does; each subscription is where its last turn has left it
 */
export const runSubscriptions = async (driver: SqlDriver, options: DeliverOptions): Promise<number | undefined> => {
  const { organizationId, until = Number.POSITIVE_INFINITY, stopping, bell = new Bell() } = options
  const lanes = new Lanes(driver, options)
  const isOver = () => stopping?.aborted === true || Date.now() >= until
  try {
    for (;;) {
      bell.heard()
      const { due, next } = await pendingAt(driver, organizationId, Date.now())
      let begun = 0
      for (const seen of due) {
        if (isOver() || !lanes.mayBegin(seen)) continue
        lanes.begin(seen)
        begun++
      }
      const isBusy = lanes.turns.length > 0
      if (isOver() && !isBusy) return due.length > begun ? Date.now() : next
      const isWaitedFor = next !== undefined && next < until && (options.bell !== undefined || isBusy)
      if (!isBusy && !isWaitedFor) return next
      await bell.wait(lanes.turns, isWaitedFor ? Math.max(1, next - Date.now()) : undefined)
      // Over, there is nothing to look for but the end of what is under way.
      if (isOver()) await Promise.all(lanes.turns)
    }
  } finally {
    await Promise.all(lanes.turns)
  }
}
