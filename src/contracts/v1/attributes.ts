import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import { withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import type { Attribute } from '../../schema/schema.ts'
import { jsonRequest } from '../kit/responses.ts'
import { attribute, objectNamed } from './objects.ts'
import { security, writeResponses } from './responses.ts'
import { objectParam } from './schemas.ts'

const label = z.string().min(1).max(100)
const options = z.array(z.string().min(1).max(255)).max(500)

const newAttribute = z
  .strictObject({
    label,
    type: attribute.shape.type,
    slug: attribute.shape.slug.optional().openapi({ description: 'Default: made from the label.' }),
    multiple: z.boolean().optional(),
    required: z.boolean().optional(),
    unique: z.boolean().optional(),
    indexed: z.boolean().optional(),
    related: z.string().optional().openapi({ description: 'The object that a relation points at.' }),
    options: options.optional(),
  })
  .openapi('NewAttribute', { example: { label: 'Deal number', type: 'text', unique: true } })

const change = z
  .strictObject({
    label: label.optional(),
    required: z.boolean().optional(),
    unique: z.boolean().optional(),
    indexed: z.boolean().optional(),
    archived: z.boolean().optional(),
    options: options
      .optional()
      .openapi({ description: 'The whole list; options that keep their value keep their id.' }),
  })
  .openapi('AttributeChange')

const addRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/attributes',
    operationId: 'addAttribute',
    tags: ['Schema'],
    summary: 'Add an attribute',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { params: objectParam, body: jsonRequest(newAttribute) },
    responses: writeResponses(201, 'The new attribute', attribute),
  })

const changeRoute = (services: Services) =>
  createRoute({
    method: 'patch',
    path: '/v1/objects/{object}/attributes/{attribute}',
    operationId: 'changeAttribute',
    tags: ['Schema'],
    summary: 'Change an attribute',
    description: 'Making it unique is refused with the duplicates listed, as long as there are any.',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: {
      params: objectParam.extend({
        attribute: z.string().openapi({ param: { name: 'attribute', in: 'path' }, example: 'source' }),
      }),
      body: jsonRequest(change),
    },
    responses: writeResponses(200, 'The attribute as it is now', attribute),
  })

const render = ({ related, options, ...rest }: Attribute) => ({
  ...rest,
  related: related ?? null,
  options: options.map(({ id, value }) => ({ id, value })),
})

/** Members that were not sent are left away: `undefined` would overwrite. */
const sent = <T extends object>(body: T) =>
  Object.fromEntries(Object.entries(body).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }

export const mountAttributes = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(addRoute(services), async (c) => {
    const { organization } = await c.get('session').refresh()
    const body = sent(c.req.valid('json'))
    if (body.related !== undefined && !organization.objects.has(body.related))
      throw refuse('unknown_object', 'related', body.related)
    const object = objectNamed(organization.objects, c.req.valid('param').object)
    return c.json(render(await c.get('administration')().addAttribute(object, body)), 201)
  })
  app.openapi(changeRoute(services), async (c) => {
    const { object, attribute: slug } = c.req.valid('param')
    const change = sent(c.req.valid('json'))
    const changed = await withCurrent(await c.get('session').refresh(), ({ organization }) => {
      const schema = objectNamed(organization.objects, object)
      return c.get('administration')().changeAttribute(organization.revision, schema, slug, change)
    })
    return c.json(render(changed), 200)
  })
}
