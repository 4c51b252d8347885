import { errorTable, problem, RefusedError } from '../engine/errors.ts'
import { clientGroup } from './allowlist.ts'
import type { Later, RateLimit } from './rate-limit.ts'

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
  if (errorTable[error.refusal.problems[0].code].kind !== 'access') return error
  const { allowed, resetSeconds } = limit.take(clientGroup(address), later)
  return allowed ? error : new RefusedError(problem('rate_limited'), resetSeconds)
}
