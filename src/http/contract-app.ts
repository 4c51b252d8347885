import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { respondError } from './app-errors.ts'
import type { ClientAddress } from './client-address.ts'
import type { AppEnv } from './context.ts'
import type { Contract, SharedServices } from './contract.ts'
import { leaveNamedPaths } from './named-paths.ts'
import { type ObserveOptions, observe, requireOwnId } from './observe.ts'
import { respondUnrouted } from './unrouted.ts'
import { validationHook } from './validation.ts'

export interface ContractAppOptions extends ObserveOptions {
  readonly services: SharedServices
  readonly clientAddress: ClientAddress
  /** Absent: no page of another origin may read an answer. */
  readonly crossOrigin?: MiddlewareHandler<AppEnv>
}

/** One contract as an app of its own: what its requests meet, in their order. */
export const contractApp = (
  contract: Contract,
  { services, clientAddress, crossOrigin, ...observing }: ContractAppOptions,
): OpenAPIHono<AppEnv> => {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: validationHook, strict: false })
  app.use(observe({ ...observing, ...(services.usage && { usage: services.usage }) }), async (c, next) => {
    c.set('contract', contract.name)
    c.set('clientAddress', clientAddress(c))
    await next()
  })
  if (crossOrigin) app.use(crossOrigin)
  app.use(requireOwnId)
  app.onError((error, c) => respondError(c, contract, error))
  app.notFound((c) => respondUnrouted(c, contract, app))
  leaveNamedPaths(app)
  contract.mount(app, { ...services, access: (scope) => services.access(contract.credentials, scope) })
  return app
}
