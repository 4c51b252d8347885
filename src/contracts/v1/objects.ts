import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { objectOf } from '../../engine/names.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { definitionLimits } from '../../schema/limits.ts'
import { jsonRequest } from '../kit/responses.ts'
import { label, slug, typeName } from '../kit/schema-document.ts'
import { allowed } from './access.ts'
import { madeResponses } from './administration.ts'
import { renderCombination, renderObject } from './render.ts'
import { readResponses } from './responses.ts'
import { objectParam } from './schemas.ts'

const option = z.strictObject({ id: z.string(), value: z.string(), archived: z.boolean() }).openapi('AttributeOption')

const jobId = z.uuid().nullable().openapi({
  description: 'The job that makes or removes its index; what is told of it is as it was until then. Null: none.',
})

export const attribute = z
  .strictObject({
    slug,
    label: z.string(),
    type: typeName,
    multiple: z.boolean(),
    required: z.boolean(),
    unique: z.boolean(),
    indexed: z.boolean(),
    searchable: z.boolean().openapi({ description: 'Records are found by its words: `q` of a list or a query.' }),
    standard: z.boolean(),
    archived: z.boolean(),
    related: z.string().nullable(),
    options: z.array(option),
    jobId,
  })
  .openapi('Attribute')

const combination = z
  .strictObject({ name: z.string(), attributes: z.array(z.string()), unique: z.boolean(), jobId })
  .openapi('Combination')

const object = z
  .strictObject({
    slug,
    singularName: z.string(),
    pluralName: z.string(),
    standard: z.boolean(),
    attributes: z.array(attribute),
    combinations: z.array(combination),
  })
  .openapi('ObjectSchema')

const newObject = z.strictObject({ slug: slug.min(3), singularName: label, pluralName: label }).openapi('NewObject')
const newCombination = z
  .strictObject({
    name: slug,
    attributes: z.array(z.string()).min(2).max(definitionLimits.attributesPerCombination),
    unique: z.boolean().default(true),
  })
  .openapi('NewCombination')
const tags = ['Schema']

const listRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects',
    operationId: 'listObjects',
    tags,
    summary: 'All objects with their attributes',
    description: 'Standard objects and those that the organisation has added, as they are now.',
    ...allowed(services, 'crm:read'),
    responses: readResponses(
      'The schema of the organisation',
      z.strictObject({ objects: z.array(object) }).openapi('ObjectList'),
    ),
  })

const getRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects/{object}',
    operationId: 'getObject',
    tags,
    summary: 'One object with its attributes',
    description: 'Its attributes, which of them find records, and what is unique together.',
    ...allowed(services, 'crm:read'),
    request: { params: objectParam },
    responses: readResponses('The object', object),
  })

const createObjectRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects',
    operationId: 'createObject',
    tags,
    summary: 'Add an object',
    description: 'The same definition again is answered with 200, another one under this slug with 409.',
    ...allowed(services, 'admin', jsonBody),
    request: { body: jsonRequest(newObject) },
    responses: madeResponses('The object', object),
  })

const combinationRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/combinations',
    operationId: 'addCombination',
    tags,
    summary: 'Declare attributes unique together, so that they are one match key',
    description: 'Refused with the duplicates listed, as long as there are any. The same again is answered with 200.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: objectParam, body: jsonRequest(newCombination) },
    responses: madeResponses('The combination', combination),
  })

export const mountObjects = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(listRoute(services), async (c) => {
    // What the isolate has cached may be outdated, and this is the one thing that is asked for here.
    const { organization } = await c.get('session').refresh()
    return c.json({ objects: [...organization.objects.values()].map(renderObject) }, 200)
  })
  app.openapi(getRoute(services), async (c) => {
    const { organization } = await c.get('session').refresh()
    return c.json(renderObject(objectOf(organization, c.req.valid('param').object)), 200)
  })
  app.openapi(createObjectRoute(services), async (c) => {
    const { created, value } = await c.get('administration')().createObject(c.req.valid('json'))
    return c.json(renderObject(value), created ? 201 : 200)
  })
  app.openapi(combinationRoute(services), async (c) => {
    const { object } = c.req.valid('param')
    const { created, value } = await c.get('administration')().addCombination(object, c.req.valid('json'))
    if (value.building) c.get('driveJobs')()
    return c.json(renderCombination(value), created ? 201 : 200)
  })
}
