import { errorTable, problem, RefusedError } from '../engine/errors.ts'
import { clientGroup } from './allowlist.ts'

/** Counts failed authentications. Asked only after one, so that requests that succeed do not pay for it. */
export interface FailureLimit {
  /** Counts one more failure of this client; false when there were too many within the period. */
  count(client: string): Promise<boolean>
  /** Seconds after which a client may fail again. */
  readonly retryAfter: number
}

/** A rate limiting binding of the platform, in the shape that Cloudflare gives it. */
export interface RateLimitBinding {
  limit(options: { key: string }): Promise<{ success: boolean }>
}

export const failureLimit = (binding: RateLimitBinding, periodSeconds: number): FailureLimit => ({
  count: async (client) => (await binding.limit({ key: client })).success,
  retryAfter: periodSeconds,
})

/** What to answer to a failed authentication: the failure itself, or that there were too many of them. */
export const slowedDown = async (
  error: unknown,
  limit: FailureLimit | undefined,
  address: string | undefined,
): Promise<unknown> => {
  if (!limit || !(error instanceof RefusedError)) return error
  if (errorTable[error.refusal.problems[0].code].kind !== 'access') return error
  const within = await limit.count(clientGroup(address))
  return within ? error : new RefusedError(problem('rate_limited'), limit.retryAfter)
}
