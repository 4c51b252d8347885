import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import type { FilterOperator, KeyFilter, KeyQuery } from '../../engine/read.ts'
import { scopeOf, withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { type ObjectSchema, typeOf } from '../../schema/schema.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { PAGE_RECORDS, pageLimit } from './answer-size.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { requireObject } from './items.ts'
import { checkFields, keyOf, page } from './records.ts'
import { renderRecord } from './render.ts'
import { writeResponses } from './responses.ts'
import { cursor, objectParam } from './schemas.ts'

export const FILTERS = 10
/** Values of one filter with the operator `in`. */
export const FILTER_VALUES = 1_000

const filter = z
  .strictObject({
    attribute: z.string(),
    operator: z.enum(['eq', 'in', 'gt', 'gte', 'lt', 'lte', 'starts_with']),
    value: z.unknown().openapi({ description: 'A value of the attribute; for `in` a list of them.' }),
  })
  .openapi('RecordFilter')

const body = z
  .strictObject({
    filters: z.array(filter).max(FILTERS).default([]),
    sort: z.strictObject({ attribute: z.string(), direction: z.enum(['asc', 'desc']).default('asc') }).optional(),
    fields: z.array(z.string()).optional(),
    limit: z.number().int().min(1).max(PAGE_RECORDS).default(100),
    cursor,
  })
  .openapi('RecordQuery', {
    example: {
      filters: [{ attribute: 'emails', operator: 'starts_with', value: 'ada@' }],
      sort: { attribute: 'emails', direction: 'asc' },
    },
  })

type Query = z.infer<typeof body>

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/records/query',
    operationId: 'queryRecords',
    tags: ['Records'],
    summary: 'Find records by indexed attributes',
    description:
      'Records that meet every filter, in the order of `sort`, or else of the attribute of the first filter. Archived ones too: `archivedAt` tells.',
    ...allowed(services, 'crm:read', jsonBody),
    request: { params: objectParam, body: jsonRequest(body) },
    responses: writeResponses(200, 'A page of records; it may be short although more follow', page),
  })

const ordered: ReadonlySet<FilterOperator> = new Set(['gt', 'gte', 'lt', 'lte', 'starts_with'])

/** Keys are text, and an attribute with several values stands in several places of an order. */
const checkOrder = (object: ObjectSchema, slug: string) => {
  const attribute = object.attributes.get(slug)
  if (attribute && (attribute.type === 'number' || !typeOf(attribute).sortable))
    throw refuse(
      'invalid_value',
      slug,
      'an attribute whose keys have an order: text, e-mail, domain, date or datetime; use eq or in',
    )
}

const keyFilter = (object: ObjectSchema, { attribute, operator, value }: Query['filters'][number]): KeyFilter => {
  if (operator === 'starts_with') {
    if (typeof value !== 'string' || value === '') throw refuse('invalid_value', attribute, 'the beginning of a text')
    requireIndexed(object, attribute)
    checkOrder(object, attribute)
    return { name: attribute, operator, values: [value] }
  }
  if (ordered.has(operator)) checkOrder(object, attribute)
  if (operator === 'in' && !Array.isArray(value))
    throw refuse('wrong_type', attribute, 'a list of values for the operator in')
  const values = operator === 'in' ? (value as unknown[]) : [value]
  if (values.length > FILTER_VALUES) throw refuse('too_many_values', attribute, `at most ${FILTER_VALUES} values`)
  return { name: attribute, operator, values: values.map((one) => keyOf(object, attribute, one)) }
}

const requireIndexed = (object: ObjectSchema, slug: string) => {
  const attribute = object.attributes.get(slug)
  if (!attribute || attribute.archived) throw refuse('unknown_attribute', slug, object.slug)
  if (!attribute.indexed && !attribute.unique) throw refuse('not_indexed', slug)
}

/** The walk goes along the sort attribute, or else along the first filter. @throws RefusedError */
const keyQuery = (object: ObjectSchema, query: Query): KeyQuery => {
  const filters = query.filters.map((one) => keyFilter(object, one))
  const name = query.sort?.attribute ?? filters[0]?.name
  if (name === undefined) throw refuse('required', 'filters', ' unless sort is sent; GET lists all records')
  requireIndexed(object, name)
  if (query.sort) checkOrder(object, name)
  const after = decodeCursor(query.cursor)
  const isWalked = (one: KeyFilter) => one.name === name && !object.attributes.get(name)?.multiple
  // Of a list only one condition can be put on the walk: two may be met by two different values of one record.
  const walked = filters.filter(
    (one, i) => isWalked(one) || (one.name === name && filters.findIndex((f) => f.name === name) === i),
  )
  return {
    object: object.slug,
    walk: { name, filters: walked, direction: query.sort?.direction ?? 'asc' },
    filters: filters.filter((one) => !walked.includes(one)),
    limit: pageLimit(query.limit, query.fields),
    ...(after && { after }),
  }
}

export const mountQuery = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object: slug } = c.req.valid('param')
    const query = c.req.valid('json')
    const { records, next } = await withCurrent(c.get('session'), (session) => {
      requireObject(session.organization, slug)
      const object = session.organization.objects.get(slug) as ObjectSchema
      checkFields(object, query.fields)
      return c.get('reader').query(scopeOf(session), keyQuery(object, query))
    })
    // A record with several values that meet the filters is walked past several times.
    const once = [...new Map(records.map((r) => [r.id, r])).values()]
    return c.json(
      { records: once.map((r) => renderRecord(r, query.fields)), nextCursor: next ? encodeCursor(next) : null },
      200,
    )
  })
}
