import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { BODY_LIMIT, NESTING_LIMIT } from '../../http/json-body.ts'
import { LIST_LIMIT } from '../../schema/parse.ts'
import { json } from '../kit/responses.ts'
import { BATCH_BYTES } from './assert-many.ts'
import { BATCH_LIMIT } from './items.ts'

const limits = z
  .strictObject({
    bodyBytes: z.number().int(),
    batchItems: z.number().int(),
    batchBytes: z.number().int(),
    streamLineCharacters: z.number().int(),
    nesting: z.number().int(),
    valuesPerList: z.number().int(),
    recordCharacters: z.number().int(),
    pageRecords: z.number().int(),
    idempotencyHours: z.number().int(),
    requestsPerKey: z.strictObject({ limit: z.number().int(), periodSeconds: z.number().int() }).nullable(),
  })
  .openapi('Limits')

const route = createRoute({
  method: 'get',
  path: '/v1/limits',
  operationId: 'getLimits',
  tags: ['Limits'],
  summary: 'The limits of this instance',
  security: [],
  responses: { 200: json(limits, 'The limits') },
})

export const mountLimits = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route, (c) =>
    c.json(
      {
        bodyBytes: BODY_LIMIT,
        batchItems: BATCH_LIMIT,
        batchBytes: BATCH_BYTES,
        streamLineCharacters: BODY_LIMIT,
        nesting: NESTING_LIMIT,
        valuesPerList: LIST_LIMIT,
        recordCharacters: 1_000_000,
        pageRecords: 1_000,
        idempotencyHours: 24,
        requestsPerKey: services.quota ?? null,
      },
      200,
    ),
  )
}
