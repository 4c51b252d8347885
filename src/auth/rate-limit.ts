import { errorTable, problem, RefusedError } from '../engine/errors.ts'
import { clientGroup } from './allowlist.ts'

/** A rate limiting binding of the platform, in the shape that Cloudflare gives it. */
export interface RateLimitBinding {
  limit(options: { key: string }): Promise<{ success: boolean }>
}

/** So many requests in so many seconds. A binding has the same, which cannot be read from it. */
export interface Quota {
  readonly limit: number
  readonly periodSeconds: number
}

/** What is left after one more request. */
export interface Taken {
  readonly allowed: boolean
  readonly remaining: number
  /** Seconds after which the whole quota is there again. */
  readonly resetSeconds: number
}

/** Keeps work alive that nobody waits for: `waitUntil` where the platform has it. */
export type Later = (work: Promise<unknown>) => void

export interface RateLimit {
  readonly quota: Quota
  /** Counts one more of this key, and says what is known of it here and now. */
  take(key: string, later: Later): Taken
}

/** So that counting can never be what fills the memory. */
const KEPT = 10_000

/**
 * The one way in which anything is limited. An isolate counts for itself and refuses at once; the binding, which counts
 * for all isolates of the place, is told meanwhile, and its no holds from the next request on. So nobody waits for it,
 * and a few requests more than the quota may pass. Without a binding (Node: one process) the count is exact.
 * @param now milliseconds of a clock that is never set: one that was set back would refuse until it catches up
 */
export const rateLimit = (quota: Quota, binding?: RateLimitBinding, now = () => performance.now()): RateLimit => {
  const { limit, periodSeconds } = quota
  const period = 1_000 * periodSeconds
  let counts = new Map<string, number>()
  let refused = new Map<string, number>()
  let until = 0

  const ask = async (key: string) => {
    // When the platform's period began it does not tell: after a whole one the key may go on for certain.
    if (binding && !(await binding.limit({ key })).success) refused.set(key, now() + period)
  }

  return {
    quota,
    take(key, later) {
      const at = now()
      if (at >= until || counts.size >= KEPT) {
        counts = new Map()
        until = at + period
      }
      if (refused.size >= KEPT) refused = new Map()
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      if (binding) later(ask(key))
      const refusedUntil = refused.get(key) ?? 0
      const allowed = count <= limit && at >= refusedUntil
      const reset = allowed ? until : count > limit ? at + period : refusedUntil
      return {
        allowed,
        remaining: allowed ? limit - count : 0,
        resetSeconds: Math.ceil((reset - at) / 1_000),
      }
    },
  }
}

/**
 * What to answer to a failed authentication: the failure itself, or that there were too many of them. Asked only after
 * one, so that requests that succeed do not pay for it.
 */
export const slowedDown = (
  error: unknown,
  limit: RateLimit | undefined,
  address: string | undefined,
  later: Later,
): unknown => {
  if (!limit || !(error instanceof RefusedError)) return error
  const { code } = error.refusal.problems[0]
  // Whoever is told that their organisation is suspended has shown a key that holds.
  if (errorTable[code].kind !== 'access' || code === 'organization_suspended') return error
  const { allowed, resetSeconds } = limit.take(clientGroup(address), later)
  return allowed ? error : new RefusedError(problem('rate_limited'), resetSeconds)
}
