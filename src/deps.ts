import type { Context, MiddlewareHandler, Next } from 'hono'
import { administration } from './admin/administration.ts'
import { createTenant } from './admin/tenants.ts'
import { Access, organizationOf, type Presented, requireScope } from './auth/access.ts'
import { bareOrBearerKey, bearerKey, bearerOrApiKey, type HeaderStrategy } from './auth/bearer.ts'
import { type BodyStrategy, bodyCredentials } from './auth/body.ts'
import type { Scope } from './auth/directory.ts'
import { slowedDown } from './auth/failures.ts'
import { requireOperator } from './auth/operator.ts'
import type { Later, RateLimit } from './auth/rate-limit.ts'
import { problem, RefusedError, refuse } from './engine/errors.ts'
import type { AppEnv } from './http/context.ts'
import type { Services } from './http/contract.ts'
import { jsonBody } from './http/json-body.ts'
import { sqlDirectory } from './storage/directory.ts'
import { metered } from './storage/meter.ts'
import { recordReader } from './storage/record-reader.ts'
import { recordStore } from './storage/record-store.ts'
import type { Connect } from './tenancy.ts'

export interface ServiceOptions {
  /** Absent: repeated failures are not slowed down. */
  readonly failures?: RateLimit
  /** Of each key; absent: not limited. */
  readonly requests?: RateLimit
  /** Comes when the process is about to stop. */
  readonly stopping?: AbortSignal
  /** Absent: tenants are created by command only. */
  readonly operator?: OperatorOptions
}

export interface OperatorOptions {
  readonly secret: string
  /** Makes the database of a new organisation. */
  readonly create: Connect
}

/** Where there is no `waitUntil` (Node, tests), work that nobody waits for goes on by itself. */
const laterOf =
  (c: Context<AppEnv>): Later =>
  (work) => {
    const settled = work.catch((error: unknown) => console.error('The rate limit could not be asked', error))
    try {
      c.executionCtx.waitUntil(settled)
    } catch {
      // Hono says so by throwing.
    }
  }

/** Builds, once per isolate, everything that requests share. */
export const createServices = (
  connect: Connect,
  { failures, requests, stopping, operator }: ServiceOptions = {},
): Services => {
  const access = new Access()

  const authenticate = async (c: Context<AppEnv>, presented: Presented) => {
    const driver = metered(connect(organizationOf(presented)), c.get('cost'))
    c.set('session', await access.open(sqlDirectory(driver), presented, c.get('clientAddress')))
    c.set('store', recordStore(driver))
    c.set('reader', recordReader(driver))
    c.set('administration', () => administration(driver, c.get('session').organization.id))
  }

  /** After authentication, so that nobody can use up the quota of a key that they do not have. */
  const countRequest = (c: Context<AppEnv>, limit: RateLimit) => {
    const taken = limit.take(c.get('session').credentials[0]?.id ?? '', laterOf(c))
    c.set('rateLimit', { quota: limit.quota, taken })
    if (!taken.allowed) throw new RefusedError(problem('rate_limited'), taken.resetSeconds)
  }

  const enter = async (c: Context<AppEnv>, read: () => Presented, scope: Scope, next: Next) => {
    try {
      await authenticate(c, read())
    } catch (error) {
      throw slowedDown(error, failures, c.get('clientAddress'), laterOf(c))
    }
    if (requests) countRequest(c, requests)
    requireScope(c.get('session'), scope)
    await next()
  }

  const byHeader =
    (read: HeaderStrategy) =>
    (scope: Scope): MiddlewareHandler<AppEnv> =>
    (c, next) =>
      enter(c, () => read(c.req.raw.headers), scope, next)

  const byBody =
    (read: BodyStrategy) =>
    (scope: Scope): MiddlewareHandler<AppEnv> =>
    (c, next) =>
      jsonBody(c, async () => {
        const body = (await c.req.bodyCache.json) as Record<string, unknown>
        await enter(c, () => read(body), scope, next)
      })

  const enterAsOperator: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (!operator) throw refuse('route_not_found', undefined, `${c.req.method} ${c.req.path}`)
    try {
      await requireOperator(c.req.raw.headers, operator.secret)
    } catch (error) {
      throw slowedDown(error, failures, c.get('clientAddress'), laterOf(c))
    }
    await next()
  }

  return {
    operator: enterAsOperator,
    ...(operator && { createTenant: (organization) => createTenant(operator.create, organization) }),
    bearer: byHeader(bearerKey),
    bearerOrApiKey: byHeader(bearerOrApiKey),
    bareOrBearer: byHeader(bareOrBearerKey),
    bodyCredentials: byBody(bodyCredentials),
    ...(stopping && { stopping }),
    quota: requests?.quota,
  }
}
