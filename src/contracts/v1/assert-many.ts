import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { assertRecords } from '../../engine/assert.ts'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { idempotencyOf } from '../../http/idempotency.ts'
import { jsonBodyOf } from '../../http/json-body.ts'
import { json } from '../responses.ts'
import { assertStream } from './assert-stream.ts'
import { BATCH_LIMIT, commandInput, readItem, requireObject } from './items.ts'
import { renderOutcome } from './render.ts'
import { security, writeResponses } from './responses.ts'
import { dryRun, item, objectParam, outcome, problem } from './schemas.ts'

/** Bytes of a JSON batch: a thousand records of eight kilobytes. */
export const BATCH_BYTES = 8_388_608

const NDJSON = /^application\/(x-)?ndjson\b/i

const batchResult = z
  .strictObject({
    outcomes: z.array(outcome),
    summary: z.strictObject({
      created: z.number().int(),
      updated: z.number().int(),
      unchanged: z.number().int(),
      refused: z.number().int(),
      written: z.boolean().openapi({ description: 'False for a dry run, and when atomic refused everything.' }),
    }),
  })
  .openapi('BatchResult')

const query = dryRun.extend({
  atomic: z.enum(['true', 'false']).optional().openapi({ description: 'Write all items or none.' }),
})

const headers = z.object({
  prefer: z.string().optional().openapi({ example: 'return=representation' }),
  'idempotency-key': z.string().optional(),
})

const jsonArray = jsonBodyOf({ shape: 'array', limit: BATCH_BYTES })

/** A stream is not read here: its handler takes it chunk by chunk. */
const arrayOrStream: MiddlewareHandler<AppEnv> = (c, next) =>
  NDJSON.test(c.req.header('content-type') ?? '') ? next() : jsonArray(c, next)

const responses = writeResponses(200, 'One outcome for each item, in their order', batchResult)

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/records/batch',
    operationId: 'assertRecords',
    tags: ['Records'],
    summary: 'Create or update many records',
    description:
      'A JSON array of up to 1,000 items, or any number of items as NDJSON, one a line, answered line by line.',
    security,
    middleware: [services.bearer('crm:write'), arrayOrStream] as const,
    request: {
      params: objectParam,
      query,
      headers,
      body: {
        required: true,
        content: {
          'application/json': { schema: z.array(item).max(BATCH_LIMIT) },
          'application/x-ndjson': { schema: z.string().openapi({ description: 'One item a line.' }) },
        },
      },
    },
    responses: {
      ...responses,
      200: {
        ...responses[200],
        content: { ...responses[200].content, 'application/x-ndjson': { schema: z.string() } },
      },
      409: {
        description: 'Atomic, and an item was refused: nothing was written',
        content: { ...json(batchResult, '').content, 'application/problem+json': { schema: problem } },
      },
    },
  })

const assertArray = async (
  c: Context<AppEnv>,
  object: string,
  { atomic, isDry }: { atomic: boolean; isDry: boolean },
) => {
  const body = await c.req.json<unknown[]>()
  if (body.length === 0 || body.length > BATCH_LIMIT)
    throw refuse('invalid_request', undefined, `A batch has 1 to ${BATCH_LIMIT} items`)
  const session = c.get('session')
  const items = body.map(readItem)
  const idempotency = await idempotencyOf(c, body)
  const withRecord = /\breturn=representation\b/.test(c.req.header('prefer') ?? '')
  const {
    outcomes,
    replayed,
    session: current,
  } = await assertRecords(
    c.get('store'),
    session,
    (organization) => items.map((one) => commandInput(organization, object, one)),
    {
      contract: 'v1',
      track: true,
      headsOnly: !withRecord,
      dryRun: isDry,
      allOrNothing: atomic,
      ...(idempotency && { idempotency }),
    },
  )
  requireObject(current.organization, object)
  if (replayed) c.header('Idempotency-Replayed', 'true')
  const rendered = outcomes.map((one, i) => renderOutcome(one, i, items[i]?.item ?? {}, withRecord))
  const summary = { created: 0, updated: 0, unchanged: 0, refused: 0 }
  for (const { status } of rendered) summary[status]++
  const failed = atomic && summary.refused > 0
  return c.json({ outcomes: rendered, summary: { ...summary, written: !isDry && !failed } }, failed ? 409 : 200)
}

export const mountAssertMany = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const declared = route(services)
  const { middleware, ...path } = declared
  app.openAPIRegistry.registerPath(path)
  // Mounted by hand: the validator of a JSON body would refuse a whole batch for one bad item, and swallow a stream.
  app.post('/v1/objects/:object/records/batch', ...middleware, (c) => {
    const object = c.req.param('object')
    const flags = { atomic: c.req.query('atomic') === 'true', isDry: c.req.query('dryRun') === 'true' }
    return NDJSON.test(c.req.header('content-type') ?? '')
      ? assertStream(c, object, flags, services.stopping)
      : assertArray(c, object, flags)
  })
}
