import { z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { refuse } from '../../../engine/errors.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { isUuid } from '../../../schema/schema.ts'
import { forOperator } from '../access.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { cursor } from '../schemas.ts'
import { tags, tenantParam } from './schemas.ts'

/** What the routes of operators share. */

export const cursorParam = z.object({ cursor })

/** Gives the handler what operators can do, and names the tenant of the path in the log line, served or refused. */
const operating =
  (services: Services): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const id = c.req.param('id')
    // What is no id is a word of the path, and names nobody.
    if (id !== undefined && isUuid(id)) c.set('tenantId', id.toLowerCase())
    const tenants = services.tenantsFor?.(c.get('operator'), c.get('cost'), (cause) => c.set('unreached', cause))
    if (!tenants) throw refuse('route_not_found', undefined, `${c.req.method} ${c.req.path}`)
    c.set('tenants', tenants)
    await next()
  }

/** What a request says of itself, as far as it can be read: it is asked before anything else is known to be right with it. */
type Sent = Readonly<Record<string, unknown>>

/** Whether a request is to change nothing. @param body as it was sent, `{}` where there was none; query: its `dryRun` */
type OnlyLooks = (body: Sent, query: string | undefined) => boolean

/** Of routes that can be tried by their query, and by their body. A route that cannot be tried changes something, whatever was sent. */
export const triedByQuery: OnlyLooks = (_body, query) => query === 'true'
export const triedByBody: OnlyLooks = ({ dryRun }) => dryRun === true
const never: OnlyLooks = () => false

/**
 * Has everything that is refused be in the log of operators, whether it came to be an operation or not; but not what was to
 * change nothing, which is not in it when it is served either.
 */
const logging =
  (action: string, onlyLooks: OnlyLooks): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    await next()
    if (!c.error) return
    const body = await c.req.bodyCache.json
    if (onlyLooks(body ?? {}, c.req.query('dryRun'))) return
    await c.get('tenants').refused(action, c.get('tenantId') ?? null, c.error)
  }

/** Answers of operators hold secrets, which are not kept to be replayed: who needs to repeat has an id to repeat with. */
const refuseIdempotencyKey: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.header('idempotency-key') !== undefined)
    throw refuse(
      'unknown_parameter',
      'Idempotency-Key',
      ': nothing is done twice to a tenant of a known id, so create one with an "id" of your own',
    )
  await next()
}

interface Operated {
  /** How the log calls what it does; absent: it only reads. */
  readonly action?: string
  /** Default: every request changes something. */
  readonly onlyLooks?: OnlyLooks
}

/** A route for operators; with a tenant in its path unless it says otherwise. */
export const operated = (
  services: Services,
  { action, onlyLooks = never }: Operated = {},
  ...body: readonly MiddlewareHandler<AppEnv>[]
) => ({
  tags,
  ...forOperator(
    services,
    operating(services),
    ...(action === undefined ? [] : [logging(action, onlyLooks), refuseIdempotencyKey]),
    ...body,
  ),
})

export const ofTenant = { params: tenantParam }
export const idOf = (c: { req: { valid(target: 'param'): { id: string } } }): string =>
  c.req.valid('param').id.toLowerCase()

export const flag = z.enum(['true', 'false']).optional()

/** Of whatever destroys something, or takes long. */
export const dryRunParam = z.object({
  dryRun: flag.openapi({
    description:
      'Look at everything, change nothing, and leave no line in the log of operators: what would be refused is refused, and the answer is what the real request would be answered first.',
  }),
})
export const abandonParam = (description: string) => dryRunParam.extend({ abandon: flag.openapi({ description }) })

/** What the flags of a query say. */
export const flagsOf = (query: { readonly dryRun?: string | undefined; readonly abandon?: string | undefined }) => ({
  isDry: query.dryRun === 'true',
  mayAbandon: query.abandon === 'true',
})

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
