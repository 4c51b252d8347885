import { errorTable, problem, RefusedError } from '../engine/errors.ts'
import { clientGroup } from './allowlist.ts'
import type { RateLimit } from './rate-limit.ts'

/**
 * What to answer to a failed authentication: the failure itself, or that there were too many of them. Asked only after
 * one, so that requests that succeed do not pay for it.
 */
export const slowedDown = async (
  error: unknown,
  limit: RateLimit | undefined,
  address: string | undefined,
): Promise<unknown> => {
  if (!limit || !(error instanceof RefusedError)) return error
  if (errorTable[error.refusal.problems[0].code].kind !== 'access') return error
  const { allowed, resetSeconds } = await limit.take(clientGroup(address))
  return allowed ? error : new RefusedError(problem('rate_limited'), resetSeconds)
}
