import { type SqlDriver, UnavailableError } from '../driver.ts'
import { type Answered, UsageCounter } from './counter.ts'
import { addUsage } from './usage-sql.ts'

/** Takes work that nobody waits for. */
type Later = (work: Promise<unknown>) => void

export interface UsageOptions {
  /** Milliseconds from the first request that is counted of an organisation until what was counted of it is written. */
  readonly everyMs: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** After as many times as long what was to write it is given up: the platform has ended it with its isolate's request. */
const GIVEN_UP = 2

/** It must not be what keeps a process alive that has nothing else to do. */
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, milliseconds)
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref()
  })

/**
 * Counts requests in memory and has their sums written behind an answer, of each organisation at most once in so many
 * seconds: no request waits for it, and where nobody asks nothing is written. What has not been written when an isolate ends is
 * lost.
 */
export class UsageKeeper {
  readonly #connect: (organizationId: string) => SqlDriver
  readonly #everyMs: number
  readonly #now: () => number
  readonly #counter = new UsageCounter()
  /** By organisation: when somebody has begun to wait in order to write. */
  readonly #waiting = new Map<string, number>()

  /** @param connect the database of an organisation, for work that belongs to no request */
  constructor(connect: (organizationId: string) => SqlDriver, { everyMs, now = Date.now }: UsageOptions) {
    this.#connect = connect
    this.#everyMs = everyMs
    this.#now = now
  }

  count(answered: Omit<Answered, 'at'>, later: Later): void {
    const at = this.#now()
    const { organizationId } = answered
    this.#counter.count({ ...answered, at })
    const since = this.#waiting.get(organizationId)
    if (since !== undefined && at - since < GIVEN_UP * this.#everyMs) return
    this.#waiting.set(organizationId, at)
    later(this.#writeLater(organizationId, at))
  }

  /**
   * Writes what was counted of an organisation. Where its database is away, it counts again; whoever timed out may have been
   * written all the same, and is counted twice then.
   * @throws whatever else keeps it from being written; what was counted is lost then
   */
  async write(organizationId: string): Promise<void> {
    this.#waiting.delete(organizationId)
    const counted = this.#counter.take(organizationId)
    if (!counted) return
    try {
      await this.#connect(organizationId).batch(addUsage(organizationId, counted, this.#now()))
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      this.#counter.putBack(organizationId, counted)
    }
  }

  /** For a process that is about to end. */
  async writeAll(): Promise<void> {
    await Promise.allSettled(this.#counter.organizationIds.map((id) => this.write(id)))
  }

  async #writeLater(organizationId: string, since: number): Promise<void> {
    await wait(this.#everyMs)
    // Otherwise somebody has written meanwhile, and who was counted since waits for themselves.
    if (this.#waiting.get(organizationId) === since) await this.write(organizationId)
  }
}
