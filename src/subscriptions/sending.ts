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

/** Sends once: follows no redirect, reads no body, waits for `subscriptionLimits.answerMs`. Throws nothing. */
export type Send = (attempt: Attempt) => Promise<Answered>

/** What sends for a deployment, and to where it may. */
export interface Outbox {
  readonly send: Send
  /** By the operator's switch: http, any port and any address. */
  readonly inside: boolean
}

/** No receiver can be reached. */
export const noOutbox: Outbox = { inside: false, send: async () => ({ failed: 'it could not be reached' }) }

/** How it is told that an address leads inside, so that it is found out again whoever stored it. */
export const refusedAddress = (url: string, inside: boolean): Answered | undefined => {
  const problem = addressProblem(url, { inside })
  return problem === undefined ? undefined : { failed: `the URL must be ${problem}` }
}

/** By `fetch`, for Workers: their platform lets none of them reach the inside of a network. */
export const fetchOutbox = (fetcher: typeof fetch = fetch): Outbox => ({
  inside: false,
  async send({ url, headers, body }) {
    const refused = refusedAddress(url, false)
    if (refused) return refused
    const signal = AbortSignal.timeout(subscriptionLimits.answerMs)
    try {
      const answer = await fetcher(url, { method: 'POST', headers, body, redirect: 'manual', signal })
      await answer.body?.cancel()
      return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
    } catch {
      return { failed: signal.aborted ? 'it did not answer in time' : 'it could not be reached' }
    }
  },
})
