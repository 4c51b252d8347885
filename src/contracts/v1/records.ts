import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { RefusedError, refuse } from '../../engine/errors.ts'
import { requireIndexed } from '../../engine/indexing.ts'
import { objectOf, unknownAttribute } from '../../engine/names.ts'
import { attributeOf } from '../../engine/query/subject.ts'
import { readScopeOf } from '../../engine/read.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { parseMatchValue } from '../../schema/parse.ts'
import { keyText, type ObjectSchema, typeOf } from '../../schema/schema.ts'
import { allowed } from './access.ts'
import { renderRecord } from './render.ts'
import { readResponses } from './responses.ts'
import { fields, objectParam, record, recordParams } from './schemas.ts'

const ifNoneMatch = z.object({
  'if-none-match': z
    .string()
    .optional()
    .openapi({ description: 'ETags that the client has: no record is sent if it still has one of these.' }),
})

const oneRecord = { ...readResponses('The record', record), 304: { description: 'The client has this version' } }

const getRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects/{object}/records/{id}',
    operationId: 'getRecord',
    tags: ['Records'],
    summary: 'Get a record by id',
    description:
      'An archived record too: `archivedAt` tells. The id of one that was merged is answered with the record that it was merged into. With If-None-Match, 304 for a version that the client has.',
    ...allowed(services, 'crm:read'),
    request: { params: recordParams, query: z.object({ fields }), headers: ifNoneMatch },
    responses: oneRecord,
  })

const byKeyRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects/{object}/records/by/{attribute}/{value}',
    operationId: 'getRecordByKey',
    tags: ['Records'],
    summary: 'Get a record by an indexed attribute',
    description: 'The attribute is unique or indexed. A value that several records have is a 409 that names them.',
    ...allowed(services, 'crm:read'),
    request: {
      params: objectParam.extend({
        attribute: z.string().openapi({
          param: { name: 'attribute', in: 'path' },
          description: 'Slug of the attribute, or name of the combination.',
        }),
        value: z
          .string()
          .openapi({ param: { name: 'value', in: 'path' }, description: 'The value to match by, percent-encoded.' }),
      }),
      query: z.object({ fields }),
      headers: ifNoneMatch,
    },
    responses: oneRecord,
  })

/**
 * What is archived keeps its values, so it can be asked for.
 * @param list the parameter or member that the names stand in
 * @throws RefusedError unknown_attribute, at its place there
 */
export const checkNames = (object: ObjectSchema, list: string, names: readonly string[] = []): void => {
  for (const [i, slug] of names.entries())
    if (!object.attributes.has(slug)) throw new RefusedError(unknownAttribute(object, slug, [list, i]))
}

/** The text of a path segment as a value of the attribute's type. */
export const textValue = (type: string, text: string): unknown => {
  if (type === 'number' || type === 'rating') return Number(text)
  if (type === 'checkbox') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

/** The text of the key that an indexed attribute has for this value. @throws RefusedError */
export const keyOf = (object: ObjectSchema, slug: string, value: unknown): string => {
  const attribute = attributeOf(object, slug, ['attribute'])
  if (!typeOf(attribute).matchable) throw refuse('not_matchable', slug, 'its values have several parts')
  requireIndexed(attribute)
  const parsed = parseMatchValue(value, attribute)
  if (!parsed.ok) throw refuse(parsed.problem.code, slug, parsed.problem.detail)
  return keyText(parsed.value.normalForm)
}

/** Compared weakly, as RFC 9110 wants it: `W/"3"` is `"3"`, and `*` is whatever there is. */
const isKnown = (etag: string, ifNoneMatch: string | undefined): boolean =>
  (ifNoneMatch ?? '').split(',').some((one) => [etag, '*'].includes(one.trim().replace(/^W\//, '')))

/** @param asked the id that it was asked for by: of what it was merged into, nobody has a version by that */
const found = (
  c: Context<AppEnv>,
  one: StoredRecord | undefined,
  asked: string | undefined,
  selected: readonly string[] | undefined,
  ifNoneMatch: string | undefined,
) => {
  if (!one) throw refuse('record_not_found', undefined, '')
  const etag = `"${one.version}"`
  c.header('ETag', etag)
  return (asked ?? one.id) === one.id && isKnown(etag, ifNoneMatch)
    ? c.body(null, 304)
    : c.json(renderRecord(one, selected), 200)
}

export const mountRecords = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(getRoute(services), async (c) => {
    const { object, id } = c.req.valid('param')
    const selected = c.req.valid('query').fields
    const one = await withCurrent(c.get('session'), (session) => {
      checkNames(objectOf(session.organization, object), 'fields', selected)
      return c.get('reader').byId(readScopeOf(session), object, id)
    })
    return found(c, one, id.toLowerCase(), selected, c.req.valid('header')['if-none-match'])
  })

  app.openapi(byKeyRoute(services), async (c) => {
    const { object, attribute, value } = c.req.valid('param')
    const selected = c.req.valid('query').fields
    const records = await withCurrent(c.get('session'), (session) => {
      const schema = objectOf(session.organization, object)
      checkNames(schema, 'fields', selected)
      const key = keyOf(schema, attribute, textValue(schema.attributes.get(attribute)?.type ?? '', value))
      return c.get('reader').byKey(readScopeOf(session), object, attribute, key)
    })
    if (records.length > 1)
      throw new RefusedError({
        problems: [{ code: 'ambiguous_match', field: attribute }],
        candidates: records.map((r) => r.id),
      })
    return found(c, records[0], undefined, selected, c.req.valid('header')['if-none-match'])
  })
}
