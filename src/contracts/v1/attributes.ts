import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sentOnly } from '../../admin/rules.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { definitionLimits } from '../../schema/limits.ts'
import { jsonRequest } from '../kit/responses.ts'
import { label, optionId, optionValue } from '../kit/schema-document.ts'
import { allowed } from './access.ts'
import { madeResponses } from './administration.ts'
import { attribute } from './objects.ts'
import { renderAttribute } from './render.ts'
import { writeResponses } from './responses.ts'
import { objectParam } from './schemas.ts'

const newOption = z
  .strictObject({ id: optionId.optional(), value: optionValue, archived: z.boolean().optional() })
  .openapi('NewOption', { description: 'The option that has the id is renamed; without an id, the value says which.' })
const options = z.array(z.union([optionValue, newOption])).max(definitionLimits.optionsPerAttribute)

const searchable = z.boolean().optional().openapi({
  description:
    'Whether records are found by its words, in `q`: of a text, long text, e-mail address, domain, URL or phone number.',
})

const newAttribute = z
  .strictObject({
    label,
    type: attribute.shape.type,
    slug: attribute.shape.slug.optional().openapi({ description: 'Default: made from the label.' }),
    multiple: z.boolean().optional(),
    required: z.boolean().optional(),
    unique: z.boolean().optional(),
    indexed: z.boolean().optional(),
    searchable,
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
    searchable,
    archived: z.boolean().optional(),
    options: options.optional().openapi({
      description:
        'The whole list; options that keep their value keep their id, and one that is named by its id is renamed. Records keep what an archived option says of them; it cannot be chosen any more.',
    }),
  })
  .openapi('AttributeChange')

const addRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/attributes',
    operationId: 'addAttribute',
    tags: ['Schema'],
    summary: 'Add an attribute',
    description: 'The same definition again is answered with 200, another one under this slug with 409.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: objectParam, body: jsonRequest(newAttribute) },
    responses: madeResponses('The attribute', attribute),
  })

const changeRoute = (services: Services) =>
  createRoute({
    method: 'patch',
    path: '/v1/objects/{object}/attributes/{attribute}',
    operationId: 'changeAttribute',
    tags: ['Schema'],
    summary: 'Change an attribute',
    description:
      'Making it unique is refused with the duplicates listed, as long as there are any. The index of an object with more than 10,000 records is made by a job: `jobId` says which, and `GET /v1/jobs/{id}` how it has ended.',
    ...allowed(services, 'admin', jsonBody),
    request: {
      params: objectParam.extend({
        attribute: z
          .string()
          .openapi({ param: { name: 'attribute', in: 'path' }, description: 'Slug of the attribute.' }),
      }),
      body: jsonRequest(change),
    },
    responses: writeResponses(200, 'The attribute as it is now', attribute),
  })

export const mountAttributes = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(addRoute(services), async (c) => {
    const { object } = c.req.valid('param')
    const { created, value } = await c
      .get('administration')()
      .addAttribute(object, sentOnly(c.req.valid('json')))
    return c.json(renderAttribute(value), created ? 201 : 200)
  })
  app.openapi(changeRoute(services), async (c) => {
    const { object, attribute: slug } = c.req.valid('param')
    const changed = await c
      .get('administration')()
      .changeAttribute(object, slug, sentOnly(c.req.valid('json')))
    if (changed.building ?? changed.wording) c.get('driveJobs')()
    return c.json(renderAttribute(changed), 200)
  })
}
