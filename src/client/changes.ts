import { AnsweredError, ConnectionError, type EdgeUpsertError, RateLimitError, ServerError } from './errors.ts'
import { type LooseOptions, send } from './operations.ts'
import { anything, flag, type Rules, requireOptions } from './options.ts'
import { backoff, wait } from './retry.ts'
import type { Change } from './schema.ts'
import type { Transport } from './transport.ts'

export interface ChangesOptions {
  /** Where to go on: the `cursor` of a feed that was read before. */
  readonly cursor?: string
  /** Where to begin instead: a time (ISO 8601 with its offset), or `now`. Absent: where the history begins. */
  readonly since?: string
  /** Only changes of this object, and those of no object. */
  readonly object?: string
  /** Whether to wait for what others write, until the signal ends it. Default: only what is there. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

const changesRules: Rules<ChangesOptions> = {
  cursor: anything,
  since: anything,
  object: anything,
  follow: flag,
  signal: anything,
}

interface ChangePage {
  readonly changes: readonly Change[]
  readonly nextCursor: string
  readonly more: boolean
}

/** Seconds that one request waits for a change: within what proxies let pass. */
const WAIT_SECONDS = 25

/** Besides that, for the answer itself. */
const ANSWER_MS = 15_000

/** Between attempts of a follower, which has all the time that there is. */
const LONGEST_BACKOFF_MS = 30_000

const passes = (error: unknown): error is EdgeUpsertError =>
  error instanceof ConnectionError || error instanceof ServerError || error instanceof RateLimitError

/**
 * The change feed, oldest first and without gaps. Each change comes at least once: who keeps `cursor` and goes on from it
 * gets again what of the last page had not been taken.
 */
export class ChangeFeed implements AsyncIterable<Change> {
  readonly #transport: Transport
  readonly #options: ChangesOptions
  #cursor: string | undefined

  constructor(transport: Transport, options: ChangesOptions) {
    requireOptions(options, changesRules)
    this.#transport = transport
    this.#options = options
    this.#cursor = options.cursor
  }

  /** Behind all that has been taken. Undefined before the first page. */
  get cursor(): string | undefined {
    return this.#cursor
  }

  /** Pages of changes; one without any only moves the cursor. A follower goes on over whatever passes by itself. */
  async *pages(): AsyncGenerator<readonly Change[], void> {
    const { follow = false } = this.#options
    // What `now` is must be known before anything is waited for: after a broken request it would be another time.
    for (let isKnown = this.#cursor !== undefined; ; isKnown = true) {
      const page = await this.#page(follow && isKnown ? WAIT_SECONDS : 0)
      yield page.changes
      this.#cursor = page.nextCursor
      if (!follow && !page.more) return
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change, void> {
    for await (const changes of this.pages()) yield* changes
  }

  async #page(seconds: number): Promise<ChangePage> {
    const { follow = false, signal } = this.#options
    for (let failures = 1; ; failures++) {
      try {
        return await this.#ask(seconds)
      } catch (error) {
        if (!follow || !passes(error)) throw error
        const asked = error instanceof AnsweredError ? (error.retryAfterMs ?? 0) : 0
        await wait(Math.max(asked, backoff(failures, Math.random(), LONGEST_BACKOFF_MS)), signal)
      }
    }
  }

  async #ask(seconds: number): Promise<ChangePage> {
    const { since, object, signal } = this.#options
    const cursor = this.#cursor
    const query = { object, ...(cursor === undefined ? { since } : { cursor }), ...(seconds > 0 && { wait: seconds }) }
    const settings: LooseOptions = {
      query,
      ...(signal && { signal }),
      ...(seconds > 0 && { timeoutMs: 1_000 * seconds + ANSWER_MS }),
    }
    return (await send(this.#transport, 'get', '/v1/changes', settings)) as ChangePage
  }
}
