import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problem, RefusedError } from '../engine/errors.ts'
import { DatabaseFaultError } from '../storage/database-fault.ts'
import {
  BreakerOpenError,
  NoDatabaseError,
  OverloadedError,
  UnavailableError,
  UpgradingError,
} from '../storage/driver.ts'
import { driverErrorIn } from '../storage/drizzle.ts'
import type { AppEnv } from './context.ts'
import type { Contract } from './contract.ts'

/** Seconds after which a request that met a failing database may be repeated. */
const RETRY_AFTER = 1

/** A deployment takes longer than that. */
const UPGRADE_RETRY_AFTER = 5

/** Whatever was thrown, as something that may be told. The rest goes to the log only. */
export const refusalFrom = (thrown: unknown): RefusedError => {
  const error = driverErrorIn(thrown)
  if (error instanceof RefusedError) return error
  if (error instanceof OverloadedError) return new RefusedError(problem('overloaded'), RETRY_AFTER)
  if (error instanceof BreakerOpenError)
    return new RefusedError(problem('unavailable'), Math.max(RETRY_AFTER, Math.ceil(error.retryAfterMs / 1_000)))
  if (error instanceof UnavailableError) return new RefusedError(problem('unavailable'), RETRY_AFTER)
  if (error instanceof UpgradingError) return new RefusedError(problem('upgrading'), UPGRADE_RETRY_AFTER)
  // Gone since its session was opened: to the client the same as a credential that never was.
  if (error instanceof NoDatabaseError) return new RefusedError(problem('invalid_credentials'))
  return new RefusedError(problem('internal'))
}

/** With what is behind it, where that says more. */
const toldWithCause = (error: Error): string => {
  const isTold = error instanceof RefusedError || error instanceof DatabaseFaultError
  return isTold && error.cause instanceof Error ? `${error.message}: ${toldWithCause(error.cause)}` : error.message
}

/** For the log: of what was foreseen its name, of what was not the whole story. Neither has a body or a secret in it. */
export const errorText = (thrown: unknown): string => {
  const error = driverErrorIn(thrown)
  if (!(error instanceof Error)) return String(error)
  const foreseen =
    error instanceof RefusedError ||
    error instanceof UnavailableError ||
    error instanceof UpgradingError ||
    error instanceof NoDatabaseError ||
    error instanceof DatabaseFaultError
  return foreseen ? toldWithCause(error) : (error.stack ?? error.message)
}

export const respondError = (c: Context<AppEnv>, contract: Contract, error: unknown): Response => {
  const refusal = refusalFrom(error)
  const {
    status,
    body,
    contentType = 'application/json',
  } = contract.renderError(refusal, {
    requestId: c.get('requestId'),
    fieldName: c.get('fieldName') ?? ((slug) => slug),
  })
  // Whoever waits for a job has it go on.
  if (refusal.refusal.problems[0].code === 'indexing') c.get('driveJobs')()
  const headers: Record<string, string> = { 'Content-Type': contentType }
  if (refusal.retryAfter !== undefined) headers['Retry-After'] = String(refusal.retryAfter)
  const { credentials } = contract
  if (status === 401 && credentials.in === 'header') headers['WWW-Authenticate'] = credentials.challenge
  // Not a new Response: headers that the handler has set before it refused belong to the answer.
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, headers)
}
