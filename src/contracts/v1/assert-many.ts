import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { assertRecords } from '../../engine/assert.ts'
import { refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import { requireUnencoded } from '../../http/body-bytes.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { idempotencyOf } from '../../http/idempotency.ts'
import { jsonBodyOf } from '../../http/json-body.ts'
import { json } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { dataBytesOf, problemsOf } from './answer-size.ts'
import { assertStream } from './assert-stream.ts'
import { BATCH_LIMIT, commandInput, readItem } from './items.ts'
import { importId, provenanceOf } from './provenance.ts'
import { renderOutcome } from './render.ts'
import { writeResponses } from './responses.ts'
import { dryRun, idempotencyKey, item, objectParam, outcome, prefer, problem } from './schemas.ts'

/** Bytes of a JSON batch: a thousand records of eight kilobytes. */
export const BATCH_BYTES = 8_388_608

const NDJSON = /^application\/(x-)?ndjson\b/i
const isStream = (c: Context<AppEnv>) => NDJSON.test(c.req.header('content-type') ?? '')

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
  prefer: prefer('return=representation'),
  'idempotency-key': idempotencyKey,
  'import-id': importId,
})

const jsonArray = jsonBodyOf({ shape: 'array', limit: BATCH_BYTES })

/** A stream is not read here: its handler takes it chunk by chunk. */
const arrayOrStream: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!isStream(c)) return jsonArray(c, next)
  requireUnencoded(c.req.raw)
  await next()
}

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
    ...allowed(services, 'crm:write', arrayOrStream),
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
  { atomic, isDry, withRecord }: { atomic: boolean; isDry: boolean; withRecord: boolean },
) => {
  const body = await c.req.json<unknown[]>()
  if (body.length === 0 || body.length > BATCH_LIMIT)
    throw refuse('invalid_request', undefined, `A batch has 1 to ${BATCH_LIMIT} items`)
  const session = c.get('session')
  const items = body.map(readItem)
  const idempotency = await idempotencyOf(c, body)
  const {
    outcomes,
    replayed,
    session: current,
  } = await assertRecords(
    c.get('store'),
    session,
    (organization) => items.map((one) => commandInput(organization, object, one)),
    {
      ...provenanceOf(c),
      track: true,
      dataBytes: withRecord ? dataBytesOf(items.length) : 0,
      dryRun: isDry,
      allOrNothing: atomic,
      ...(idempotency && { idempotency }),
    },
  )
  if (replayed) c.header('Idempotency-Replayed', 'true')
  objectOf(current.organization, object)
  const most = problemsOf(items.length)
  const rendered = outcomes.map((one, i) => renderOutcome(one, i, items[i]?.item ?? {}, withRecord, { most }))
  const summary = { created: 0, updated: 0, unchanged: 0, refused: 0 }
  for (const { status } of rendered) summary[status]++
  const failed = atomic && summary.refused > 0
  return c.json({ outcomes: rendered, summary: { ...summary, written: !isDry && !failed } }, failed ? 409 : 200)
}

export const mountAssertMany = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const { middleware, ...declared } = route(services)
  app.openAPIRegistry.registerPath(declared)
  // Mounted without its body: a validator would refuse a whole batch for one bad item, and swallow a stream.
  const { body: _, ...request } = declared.request
  const untyped = { 200: { description: 'An array of outcomes, or a stream of them' } }
  app.openapi({ ...declared, middleware, request, responses: untyped, hide: true }, (c) => {
    const { object } = c.req.valid('param')
    const { atomic, dryRun: dry } = c.req.valid('query')
    const withRecord = c.req.valid('header').prefer === 'representation'
    const flags = { atomic: atomic === 'true', isDry: dry === 'true', withRecord }
    return isStream(c) ? assertStream(c, object, flags, services) : assertArray(c, object, flags)
  })
}
