import { subscriptionLimits } from './definition.ts'
import type { Answered } from './sending.ts'

/** What follows from an attempt that has failed: docs/subscriptions.md. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Pauses between attempts at one change; from the last one on, the last again. Together a little less than a day. */
export const PAUSES_MS: readonly number[] = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
]

/** Receivers are given the time that they ask for, up to this. */
const LONGEST_ASKED_MS = HOUR

/** Statuses of 4xx that speak of the receiver, or of the moment, and not of the change. */
export const NOT_OF_THE_CHANGE: readonly number[] = [401, 403, 404, 407, 408, 421, 425, 429]
const GONE = 410

/** Nothing can be signed, so nothing is sent. */
export const NO_KEY = 'its secrets cannot be opened with the key of this deployment'

export const isTaken = (answered: Answered): boolean =>
  'status' in answered && answered.status >= 200 && answered.status < 300

/** In a few words, for whoever owns the subscription. Nothing of the answer's text: it may hold what is nobody's business. */
export const failureOf = (answered: Answered): string => {
  if ('failed' in answered) return answered.failed
  const isRedirect = answered.status >= 300 && answered.status < 400
  return `answered ${answered.status}${isRedirect ? ', and redirects are not followed' : ''}`
}

/** Whether nobody will ever take anything there. */
export const isGone = (answered: Answered): boolean => 'status' in answered && answered.status === GONE

/** Whether the receiver refuses this very message, and is there for others. */
export const isRefused = (answered: Answered): boolean => {
  const status = 'status' in answered ? answered.status : 0
  return status >= 400 && status < 500 && !isGone(answered) && !NOT_OF_THE_CHANGE.includes(status)
}

/** Whether it will not take it however often it comes. @param attempts at it, this one included */
export const isRefusedForGood = (answered: Answered, attempts: number): boolean =>
  isRefused(answered) && attempts > PAUSES_MS.length

/** Ends every form of date that HTTP knows, but for one that nobody has sent for decades. */
const HTTP_DATE = / GMT$/

/** Retry-After: seconds, or a date. @returns milliseconds from `now`, up to the longest; 0 where it says nothing */
const askedMs = (answered: Answered, now: number): number => {
  const text = ('status' in answered ? answered.retryAfter : null)?.trim() ?? ''
  const asked = HTTP_DATE.test(text) ? Date.parse(text) - now : Number(text) * SECOND
  return asked > 0 ? Math.min(asked, LONGEST_ASKED_MS) : 0
}

/** What a subscription does that has to send its message once more. */
export type Verdict = { readonly does: 'wait'; readonly ms: number } | { readonly does: 'pause' }

/**
 * @param attempts at this message, this one included
 * @param failingSince and `now`: milliseconds since 1970; since then nothing has been taken
 */
export const verdictOn = (answered: Answered, attempts: number, failingSince: number, now: number): Verdict => {
  if (isGone(answered) || now - failingSince >= subscriptionLimits.failingDays * 24 * HOUR) return { does: 'pause' }
  const pause = PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? HOUR
  return { does: 'wait', ms: Math.max(pause, askedMs(answered, now)) }
}
