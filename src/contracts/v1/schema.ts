import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { documentOf, schemaDocument } from '../kit/schema-document.ts'
import { allowed } from './access.ts'
import { emptyResponses, readResponses, writeResponses } from './responses.ts'
import { dryRun, objectParam } from './schemas.ts'

const tags = ['Schema']

const difference = z
  .strictObject({ member: z.string(), from: z.unknown(), to: z.unknown() })
  .openapi('SchemaDifference')

const step = z
  .strictObject({
    action: z.enum(['create', 'change', 'rename', 'archive', 'restore', 'remove']),
    kind: z.enum(['object', 'attribute', 'option', 'combination', 'hook']),
    object: z.string().openapi({ description: 'Of a hook: what it writes to.' }),
    name: z.string().nullable().openapi({ description: 'Slug of the attribute, or name of the combination or hook.' }),
    option: z.string().nullable().openapi({ description: 'Id of the option.' }),
    changes: z.array(difference),
    text: z.string().openapi({ description: 'The same in words.' }),
  })
  .openapi('SchemaStep')

const applied = z
  .strictObject({
    steps: z.array(step),
    jobIds: z.array(z.uuid()).openapi({
      description:
        'Jobs that make the indexes of large objects: GET /v1/jobs/{id}. Those that began here, and those that are still at what the document names.',
    }),
    dryRun: z.literal(true).optional(),
  })
  .openapi('SchemaChanges', { description: 'In the order in which they are done; none where nothing is to be done.' })

const page = z
  .strictObject({ nextCursor: z.string().nullable().openapi({ description: 'Ask with it again; null: all is gone.' }) })
  .openapi('ErasedPage')

const attributeParams = objectParam.extend({
  attribute: z.string().openapi({ param: { name: 'attribute', in: 'path' }, description: 'Slug of the attribute.' }),
})

const getRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/schema',
    operationId: 'exportSchema',
    tags,
    summary: 'The schema as one document',
    description:
      'What the organisation has added or changed, and its hooks without their secrets. Applied to it, the document changes nothing.',
    ...allowed(services, 'admin'),
    responses: readResponses('The document', schemaDocument),
  })

const putRoute = (services: Services) =>
  createRoute({
    method: 'put',
    path: '/v1/schema',
    operationId: 'applySchema',
    tags,
    summary: 'Make the schema what a document says',
    description:
      'In one transaction, or not at all. What the document leaves out stays as it is, unless `prune` says otherwise; what would take data away is refused unless the very item asks for it.',
    ...allowed(services, 'admin', jsonBody),
    request: {
      query: dryRun.extend({
        prune: z
          .enum(['archive'])
          .optional()
          .openapi({ description: 'Archive what the organisation has and the document leaves out.' }),
      }),
      body: jsonRequest(schemaDocument),
    },
    responses: writeResponses(200, 'What was done, or would be', applied),
  })

const eraseAttributeRoute = (services: Services) =>
  createRoute({
    method: 'delete',
    path: '/v1/objects/{object}/attributes/{attribute}',
    operationId: 'eraseAttribute',
    tags,
    summary: 'Erase an archived attribute with its values',
    description:
      'For good. Of an object with many records it takes several requests, each of which does a part and says where the next goes on.',
    ...allowed(services, 'admin'),
    request: {
      params: attributeParams,
      query: z.object({
        cursor: z.uuid().optional().openapi({ description: 'The `nextCursor` of the request before.' }),
      }),
    },
    responses: writeResponses(200, 'The values are gone, or a part of them', page),
  })

const eraseObjectRoute = (services: Services) =>
  createRoute({
    method: 'delete',
    path: '/v1/objects/{object}',
    operationId: 'eraseObject',
    tags,
    summary: 'Erase an archived object with its records',
    description: 'For good. Refused where it has more records than one transaction may erase.',
    ...allowed(services, 'admin'),
    request: { params: objectParam },
    responses: emptyResponses('The object is gone'),
  })

export const mountSchema = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(getRoute(services), async (c) => {
    const document = await c.get('administration')().exportSchema()
    return c.json(document as z.output<typeof schemaDocument>, 200)
  })
  app.openapi(putRoute(services), async (c) => {
    const query = c.req.valid('query')
    const isDry = query.dryRun === 'true'
    const options = { dryRun: isDry, pruning: query.prune === 'archive' }
    const { steps, jobIds } = await c
      .get('administration')()
      .applySchema(documentOf(c.req.valid('json')), options)
    const told = steps.map((one) => ({ ...one, changes: [...one.changes] }))
    if (jobIds.length > 0) c.get('driveJobs')()
    return c.json({ steps: told, jobIds: [...jobIds], ...(isDry && { dryRun: true as const }) }, 200)
  })
  app.openapi(eraseAttributeRoute(services), async (c) => {
    const { object, attribute } = c.req.valid('param')
    const { cursor = '' } = c.req.valid('query')
    return c.json({ nextCursor: await c.get('administration')().eraseAttribute(object, attribute, cursor) }, 200)
  })
  app.openapi(eraseObjectRoute(services), async (c) => {
    await c.get('administration')().eraseObject(c.req.valid('param').object)
    return c.body(null, 204)
  })
}
