import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { STALE_RETRIES } from '../../../admin/authority.ts'
import { RefusedError, refuse } from '../../../engine/errors.ts'
import { withCurrent } from '../../../engine/session.ts'
import { deliveryStatuses } from '../../../hooks/definition.ts'
import type { Delivery } from '../../../hooks/delivery.ts'
import { type DeliveryResult, refusalOf, runDelivery } from '../../../hooks/run-delivery.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { optionalBody } from '../../../http/json-body.ts'
import { optionalRequest } from '../../kit/responses.ts'
import { allowed } from '../access.ts'
import { idParam } from '../administration.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { readResponses, writeResponses } from '../responses.ts'
import { cursor, limit } from '../schemas.ts'
import { delivery, keptDelivery, received, renderDelivery, renderPayload, renderReceived, statusOf } from './results.ts'
import { commandsOf } from './run.ts'
import { tags } from './schemas.ts'

/** Deliveries that one request has run again: each is a call of the database, and a Worker may make so many. */
const AT_ONCE = 20

const one = idParam.extend({
  delivery: z.uuid().openapi({ param: { name: 'delivery', in: 'path' }, description: 'Id of the delivery.' }),
})

const again = z
  .strictObject({
    limit: z.number().int().min(1).max(AT_ONCE).default(AT_ONCE),
    cursor: z.string().optional().openapi({ description: 'The `nextCursor` of the request before.' }),
  })
  .openapi('RedeliveryRequest')

const redelivered = z
  .strictObject({
    done: z.number().int().openapi({ description: 'Written now.' }),
    skipped: z.number().int().openapi({ description: 'That the hook, as it is now, does not care for.' }),
    repeated: z.number().int().openapi({ description: 'Whose message another delivery has written meanwhile.' }),
    failed: z.number().int().openapi({ description: 'Again.' }),
    notKept: z.number().int().openapi({ description: 'That were not run: their payload was not kept.' }),
    unproven: z.number().int().openapi({
      description:
        'That were not run: when their turn came first, the hook had no more what proved that they come from its sender. Deliver again, one by one, those that do.',
    }),
    nextCursor: z.string().nullable().openapi({ description: 'Null: these were all.' }),
  })
  .openapi('Redelivered')

const routes = (services: Services) => ({
  list: createRoute({
    method: 'get',
    path: '/v1/hooks/{id}/deliveries',
    operationId: 'listDeliveries',
    tags,
    summary: 'What was delivered to a hook, newest first',
    description:
      'Page by page, for as many days as the hook keeps it. By status a page may be short, or empty, though there are more: the last one has no `nextCursor`.',
    ...allowed(services, 'admin'),
    request: {
      params: idParam,
      query: z.object({
        cursor,
        limit,
        status: z.enum(deliveryStatuses).optional().openapi({ description: 'Only these.' }),
      }),
    },
    responses: readResponses(
      'The deliveries',
      z.strictObject({ deliveries: z.array(delivery), nextCursor: z.string().nullable() }).openapi('DeliveryPage'),
    ),
  }),
  get: createRoute({
    method: 'get',
    path: '/v1/hooks/{id}/deliveries/{delivery}',
    operationId: 'getDelivery',
    tags,
    summary: 'One delivery, with its payload',
    description: 'The payload is there where the hook keeps it, without what it redacts.',
    ...allowed(services, 'admin'),
    request: { params: one },
    responses: readResponses('The delivery', keptDelivery),
  }),
  redeliver: createRoute({
    method: 'post',
    path: '/v1/hooks/{id}/deliveries/{delivery}/redeliver',
    operationId: 'redeliver',
    tags,
    summary: 'Run a delivery again',
    description:
      'As the hook maps it now; its payload must have been kept. Where another delivery of the same message has been written meanwhile, nothing happens.',
    ...allowed(services, 'admin'),
    request: { params: one },
    responses: writeResponses(200, 'It was run', received),
  }),
  redeliverFailed: createRoute({
    method: 'post',
    path: '/v1/hooks/{id}/redeliver',
    operationId: 'redeliverFailed',
    tags,
    summary: 'Run the failed deliveries again',
    description: `But for those that do not prove that they come from the sender. In the order in which they came, so that of two of one record the later one is written last. ${AT_ONCE} in a request: \`nextCursor\` goes on.`,
    ...allowed(services, 'admin', optionalBody),
    request: { params: idParam, body: optionalRequest(again) },
    responses: writeResponses(200, 'They were run', redelivered),
  }),
})

/**
 * Runs a kept delivery on the hook as it stands. Hook and delivery are read before it is written, and whoever administers
 * meanwhile has them read again: as often as administration itself tries.
 * @throws RefusedError not_found, payload_not_kept
 */
const runAgain = (c: Context<AppEnv>, hookId: string, id: string): Promise<DeliveryResult> =>
  withCurrent(
    c.get('session'),
    async (session) => {
      const administration = c.get('administration')()
      const open = await administration.openHook(hookId)
      const { payload, receivedAt, messageId, unproven, attempts } = await administration.readDelivery(hookId, id)
      if (!payload) throw refuse('payload_not_kept', undefined, id)
      const asHook = { ...session, actor: `hook:${hookId}` }
      const runner = { ...open, session: asHook, log: c.get('deliveries'), commandsOf, request: c.get('requestId') }
      const arrived = { id, receivedAt, input: payload, formerId: messageId, again: true, attempts, unproven }
      return runDelivery(runner, arrived)
    },
    STALE_RETRIES,
  )

const isNotKept = (error: unknown): boolean =>
  error instanceof RefusedError && error.refusal.problems[0].code === 'payload_not_kept'

/** One after the other. @param failed oldest first: what came last is to be written last where nothing else says what is newer */
const runAllAgain = async (c: Context<AppEnv>, hookId: string, failed: readonly Delivery[]) => {
  const run = async (delivery: Delivery) => {
    // Whoever mends a mapping has not looked at each of them: what may be forged is written on nobody's word.
    if (delivery.unproven) return 'unproven'
    try {
      const result = await runAgain(c, hookId, delivery.id)
      return result.status === 'failed' ? 'failed' : statusOf(result)
    } catch (error) {
      if (isNotKept(error)) return 'notKept'
      throw error
    }
  }
  const counts = { done: 0, skipped: 0, repeated: 0, failed: 0, notKept: 0, unproven: 0 }
  for (const delivery of failed) counts[await run(delivery)]++
  return counts
}

const behind = (cursor: string | undefined) => ({ after: decodeCursor(cursor)?.[0] })
const cursorAt = (id: string | undefined) => (id === undefined ? null : encodeCursor([id, '']))

export const mountDeliveries = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const { list, get, redeliver, redeliverFailed } = routes(services)
  app.openapi(list, async (c) => {
    const { cursor, limit, status } = c.req.valid('query')
    const id = c.req.valid('param').id.toLowerCase()
    const query = { order: 'newest first', ...behind(cursor), limit, status } as const
    const { deliveries, next } = await c.get('administration')().listDeliveries(id, query)
    return c.json({ deliveries: deliveries.map(renderDelivery), nextCursor: cursorAt(next) }, 200)
  })
  app.openapi(get, async (c) => {
    const { id, delivery } = c.req.valid('param')
    const { payload, ...found } = await c.get('administration')().readDelivery(id.toLowerCase(), delivery.toLowerCase())
    return c.json({ ...renderDelivery(found), payload: payload && renderPayload(payload) }, 200)
  })
  app.openapi(redeliver, async (c) => {
    const { id, delivery } = c.req.valid('param')
    const result = await runAgain(c, id.toLowerCase(), delivery.toLowerCase())
    if (result.status === 'failed') throw refusalOf(result)
    return c.json(renderReceived(result), 200)
  })
  app.openapi(redeliverFailed, async (c) => {
    const id = c.req.valid('param').id.toLowerCase()
    const { cursor, limit } = again.parse(c.req.valid('json'))
    const query = { order: 'oldest first', ...behind(cursor), limit, status: 'failed' } as const
    const { deliveries, next } = await c.get('administration')().listDeliveries(id, query)
    return c.json({ ...(await runAllAgain(c, id, deliveries)), nextCursor: cursorAt(next) }, 200)
  })
}
