import { addressProblem } from './address.ts'
import { subscriptionLimits } from './definition.ts'

/** One attempt to deliver, whatever it runs on. */
export interface Attempt {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came of it: the status of an answer, or in a few words why there was none. */
export type Answered = { readonly status: number; readonly retryAfter: string | null } | { readonly failed: string }

/** What carries one attempt: follows no redirect, reads no body. It gives up when the signal comes; nobody waits longer. */
export type Transport = (attempt: Attempt, signal: AbortSignal) => Promise<Answered>

export interface OutboxOptions {
  /** By the operator's switch: http, any port and any address. */
  readonly inside?: boolean
  /** Attempts that may be under way at once, for one that drives. Default: what a Worker may connect to. */
  readonly atOnce?: number
  /** Milliseconds for one attempt. Default: `subscriptionLimits.answerMs`. */
  readonly answerMs?: number
}

/** A Worker has six connections that wait for an answer; one is left to the database. */
const WORKER_AT_ONCE = 5

const LATE: Answered = { failed: 'it did not answer in time' }
const UNREACHED: Answered = { failed: 'it could not be reached' }

/**
 * What sends for a deployment. A class, so that there is no other way to send than `send`: within the time, to nowhere
 * inside, and without an exception, whatever the transport does.
 */
export class Outbox {
  readonly inside: boolean
  readonly atOnce: number
  readonly #transport: Transport
  readonly #answerMs: number

  constructor(
    transport: Transport,
    { inside = false, atOnce = WORKER_AT_ONCE, answerMs = subscriptionLimits.answerMs }: OutboxOptions = {},
  ) {
    this.#transport = transport
    this.inside = inside
    this.atOnce = atOnce
    this.#answerMs = answerMs
  }

  /** Where it leads is judged again each time, whoever has stored the URL. Throws nothing. */
  readonly send = async (attempt: Attempt): Promise<Answered> => {
    const problem = addressProblem(attempt.url, this)
    if (problem !== undefined) return { failed: `the URL must be ${problem}` }
    const giving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<Answered>((resolve) => {
      timer = setTimeout(() => {
        // Settled first: what the transport says of being told to give up is no answer.
        resolve(LATE)
        giving.abort()
      }, this.#answerMs)
    })
    try {
      return await Promise.race([this.#transport(attempt, giving.signal), late])
    } catch {
      return UNREACHED
    } finally {
      clearTimeout(timer)
    }
  }
}

/** No receiver can be reached. */
export const noOutbox = new Outbox(async () => UNREACHED)

/** By `fetch`, for Workers: their platform lets none of them reach the inside of a network. */
export const fetchOutbox = (fetcher: typeof fetch = fetch): Outbox =>
  new Outbox(async ({ url, headers, body }, signal) => {
    const answer = await fetcher(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    const answered = { status: answer.status, retryAfter: answer.headers.get('retry-after') }
    // Nobody reads what it has to say, nor waits for its end.
    answer.body?.cancel().catch(() => {})
    return answered
  })
