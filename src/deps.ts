import type { Context, MiddlewareHandler, Next } from 'hono'
import { administration } from './admin/administration.ts'
import { Access, organizationOf, type Presented, requireScope } from './auth/access.ts'
import { bareOrBearerKey, bearerKey, bearerOrApiKey, type HeaderStrategy } from './auth/bearer.ts'
import type { Scope } from './auth/directory.ts'
import type { AppEnv } from './http/context.ts'
import type { Services } from './http/contract.ts'
import { sqlDirectory } from './storage/directory.ts'
import { metered } from './storage/meter.ts'
import { recordReader } from './storage/record-reader.ts'
import { recordStore } from './storage/record-store.ts'
import type { Connect } from './tenancy.ts'

/** Builds, once per isolate, everything that requests share. */
export const createServices = (connect: Connect): Services => {
  const access = new Access()

  const enter = async (c: Context<AppEnv>, presented: Presented, scope: Scope, next: Next) => {
    const driver = metered(connect(organizationOf(presented)), c.get('cost'))
    const session = await access.open(sqlDirectory(driver), presented)
    requireScope(session, scope)
    c.set('session', session)
    c.set('store', recordStore(driver))
    c.set('reader', recordReader(driver))
    c.set('administration', administration(driver, session.organization.id))
    await next()
  }

  const byHeader =
    (read: HeaderStrategy) =>
    (scope: Scope): MiddlewareHandler<AppEnv> =>
    (c, next) =>
      enter(c, read(c.req.raw.headers), scope, next)

  return {
    bearer: byHeader(bearerKey),
    bearerOrApiKey: byHeader(bearerOrApiKey),
    bareOrBearer: byHeader(bareOrBearerKey),
  }
}
