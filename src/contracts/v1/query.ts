import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { filterLimits } from '../../engine/query/condition.ts'
import { readFilter } from '../../engine/query/filter.ts'
import { operatorNames } from '../../engine/query/operators.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { PAGE_RECORDS } from './answer-size.ts'
import { historyResponses } from './changes.ts'
import { archived, find, page, q } from './find.ts'
import { writeResponses } from './responses.ts'
import { cursor, objectParam } from './schemas.ts'

const inside = { $ref: '#/components/schemas/RecordFilter' }
/** Read by the engine, which gives up a tree that is too large without looking at the rest of it. */
export const filter = z.unknown().openapi('RecordFilter', {
  description: `A condition, or and, or, not around others: up to ${filterLimits.depth} levels, ${filterLimits.conditions} conditions and ${filterLimits.values} values.`,
  type: 'object',
  properties: {
    attribute: {
      type: 'string',
      description:
        'An attribute, `id`, `createdAt` or `updatedAt`; or of what a relation points at, `company.domains`.',
    },
    operator: { type: 'string', enum: [...operatorNames] },
    value: {
      description:
        'A value of the attribute; for in, not_in and between a list of them; for exists and not_exists none. Of a currency its amount.',
    },
    and: { type: 'array', minItems: 1, items: inside },
    or: { type: 'array', minItems: 1, items: inside },
    not: inside,
  },
  additionalProperties: false,
})

const body = z
  .strictObject({
    filter: filter.optional(),
    q,
    sort: z
      .strictObject({ attribute: z.string(), direction: z.enum(['asc', 'desc']).default('asc') })
      .optional()
      .openapi({
        description:
          'An indexed attribute with an order, `createdAt` or `updatedAt`. Records without a value are left out.',
      }),
    archived,
    fields: z.array(z.string()).optional(),
    expand: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Relations whose records come along, in `expanded`.' }),
    count: z.boolean().optional().openapi({ description: 'Say how many there are on all pages.' }),
    limit: z.number().int().min(1).max(PAGE_RECORDS).default(100),
    cursor,
  })
  .openapi('RecordQuery', {
    example: {
      filter: {
        and: [
          { attribute: 'emails', operator: 'starts_with', value: 'ada@' },
          { not: { attribute: 'job_title', operator: 'eq', value: 'Analyst' } },
        ],
      },
      sort: { attribute: 'createdAt', direction: 'desc' },
    },
  })

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/records/query',
    operationId: 'queryRecords',
    tags: ['Records'],
    summary: 'Find records by a filter or by words',
    description:
      'Records that the filter lets through and that have the words of `q`, in the order of `sort`. Goes along the best index; what no index has is judged on each record, so that a page may end early: `workLimitReached` tells.',
    ...allowed(services, 'crm:read', jsonBody),
    request: { params: objectParam, body: jsonRequest(body) },
    responses: { ...writeResponses(200, 'A page of records', page), ...historyResponses },
  })

export const mountQuery = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object } = c.req.valid('param')
    const { filter: sent, ...query } = c.req.valid('json')
    const condition: Parameters<typeof find>[1]['condition'] = (organization, schema) =>
      sent === undefined ? undefined : readFilter(organization, schema, sent)
    return c.json(await find(c, { ...query, object, condition, sortAt: ['sort', 'attribute'] }), 200)
  })
}
