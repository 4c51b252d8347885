import { z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { refuse } from '../../../engine/errors.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import type { TenantOperations } from '../../../tenants/operations.ts'
import { forOperator } from '../access.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { cursor } from '../schemas.ts'
import { tags, tenantParam } from './schemas.ts'

/** What the routes of operators share. */

export const cursorParam = z.object({ cursor })

/** Puts the tenant of the path into the log line, served or refused. */
const namesTenant: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = c.req.param('id')
  if (id !== undefined) c.set('tenantId', id.toLowerCase())
  await next()
}

/** A route for operators; with a tenant in its path unless it says otherwise. */
export const operated = (services: Services, ...body: readonly MiddlewareHandler<AppEnv>[]) => ({
  tags,
  ...forOperator(services, namesTenant, ...body),
})

/** @throws RefusedError route_not_found where nobody operates: the middleware has refused before */
export const tenantsOf = (services: Services, c: Context<AppEnv>): TenantOperations => {
  if (!services.tenants) throw refuse('route_not_found', undefined, `${c.req.method} ${c.req.path}`)
  return services.tenants
}

export const ofTenant = { params: tenantParam }
export const idOf = (c: { req: { valid(target: 'param'): { id: string } } }): string =>
  c.req.valid('param').id.toLowerCase()

/** A place in something long, as text. It begins a page and proves nothing, so nothing is lost when it is made up. */
export const encodeWalkCursor = (place: object | undefined): string | null =>
  place === undefined ? null : encodeCursor([JSON.stringify(place), ''])

/** @throws RefusedError invalid_value */
export const decodeWalkCursor = <T>(
  cursor: string | undefined,
  isOne: (value: unknown) => value is T,
): T | undefined => {
  const [text] = decodeCursor(cursor) ?? []
  if (text === undefined) return undefined
  try {
    const place: unknown = JSON.parse(text)
    if (isOne(place)) return place
  } catch {
    // Falls through: whatever it was, it is no cursor.
  }
  throw refuse('invalid_value', 'cursor', 'the nextCursor of an earlier page')
}
