import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { optionalBody } from '../../../http/json-body.ts'
import { optionalRequest } from '../../kit/responses.ts'
import { allowed } from '../access.ts'
import { idParam } from '../administration.ts'
import { decodeSequences, encodeSequence } from '../cursor.ts'
import { readResponses, writeResponses } from '../responses.ts'
import { cursor, limit } from '../schemas.ts'
import {
  deadLetter,
  ping,
  redelivered,
  redelivery,
  renderDeadLetter,
  renderSubscription,
  resumption,
  subscription,
  tags,
} from './schemas.ts'

const routes = (services: Services) => ({
  ping: createRoute({
    method: 'post',
    path: '/v1/subscriptions/{id}/ping',
    operationId: 'pingSubscription',
    tags,
    summary: 'Send a message of no change',
    description: 'Of the type `subscription.ping`, signed like all others, once and now.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: writeResponses(200, 'What came of it', ping),
  }),
  resume: createRoute({
    method: 'post',
    path: '/v1/subscriptions/{id}/resume',
    operationId: 'resumeSubscription',
    tags,
    summary: 'Go on with a subscription that is paused or waits',
    description:
      'From where it stands: nothing has been passed over. One that was switched off stays off: PATCH it with `state` on.',
    ...allowed(services, 'admin', optionalBody),
    request: { params: idParam, body: optionalRequest(resumption) },
    responses: writeResponses(200, 'The subscription as it is now', subscription),
  }),
  dead: createRoute({
    method: 'get',
    path: '/v1/subscriptions/{id}/dead-letters',
    operationId: 'listDeadLetters',
    tags,
    summary: 'What the receiver has refused for good, oldest first',
    description: 'And what stands behind it, since the changes of a record are delivered in their order.',
    ...allowed(services, 'admin'),
    request: { params: idParam, query: z.object({ cursor, limit }) },
    responses: readResponses(
      'The dead letters',
      z.strictObject({ deadLetters: z.array(deadLetter), nextCursor: z.string().nullable() }).openapi('DeadLetterPage'),
    ),
  }),
  redeliver: createRoute({
    method: 'post',
    path: '/v1/subscriptions/{id}/redeliver',
    operationId: 'redeliverDeadLetters',
    tags,
    summary: 'Send dead letters again',
    description:
      'Behind the answer, those of a record in their order, each once: what is taken is no dead letter any more, and what is not taken, for whatever reason, stays one, with all behind it. 410 pauses the subscription.',
    ...allowed(services, 'admin', optionalBody),
    request: { params: idParam, body: optionalRequest(redelivery) },
    responses: writeResponses(200, 'They are sent as soon as the subscription is on', redelivered),
  }),
})

export const mountSubscriptionDeliveries = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const { ping, resume, dead, redeliver } = routes(services)
  app.openapi(ping, async (c) => {
    const failure = await c.get('administration')().pingSubscription(c.req.valid('param').id.toLowerCase())
    return c.json({ taken: failure === null, failure }, 200)
  })
  app.openapi(resume, async (c) => {
    const id = c.req.valid('param').id.toLowerCase()
    const resumed = await c
      .get('administration')()
      .resumeSubscription(id, resumption.parse(c.req.valid('json')))
    return c.json(renderSubscription(resumed), 200)
  })
  app.openapi(dead, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const [after] = decodeSequences(cursor) ?? [0]
    const id = c.req.valid('param').id.toLowerCase()
    const found = await c.get('administration')().listDeadLetters(id, { after, limit })
    const last = found.length === limit ? found.at(-1) : undefined
    return c.json(
      { deadLetters: found.map(renderDeadLetter), nextCursor: last ? encodeSequence(last.sequence) : null },
      200,
    )
  })
  app.openapi(redeliver, async (c) => {
    const id = c.req.valid('param').id.toLowerCase()
    const { recordId } = redelivery.parse(c.req.valid('json'))
    const wanted = await c.get('administration')().redeliverDeadLetters(id, recordId?.toLowerCase())
    return c.json({ ...wanted, attempts: 1 as const }, 200)
  })
}
