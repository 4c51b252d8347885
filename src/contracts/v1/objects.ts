import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { checkNewObject } from '../../admin/objects.ts'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { type ObjectSchema, SLUG, typeNames } from '../../schema/schema.ts'
import { jsonRequest } from '../kit/responses.ts'
import { renderObject } from './render.ts'
import { readResponses, security, writeResponses } from './responses.ts'
import { objectParam } from './schemas.ts'

const slug = z.string().regex(SLUG).openapi({ example: 'deals' })
const typeName = z.enum(typeNames as unknown as [string, ...string[]]) as z.ZodType<(typeof typeNames)[number]>

export const attribute = z
  .strictObject({
    slug,
    label: z.string(),
    type: typeName,
    multiple: z.boolean(),
    required: z.boolean(),
    unique: z.boolean(),
    indexed: z.boolean(),
    standard: z.boolean(),
    archived: z.boolean(),
    related: z.string().nullable(),
    options: z.array(z.strictObject({ id: z.string(), value: z.string() })),
  })
  .openapi('Attribute')

const object = z
  .strictObject({
    slug,
    singularName: z.string(),
    pluralName: z.string(),
    standard: z.boolean(),
    attributes: z.array(attribute),
    combinations: z.array(z.strictObject({ name: z.string(), attributes: z.array(z.string()), unique: z.boolean() })),
  })
  .openapi('Object')

const label = z.string().min(1).max(100)
const newObject = z.strictObject({ slug: slug.min(3), singularName: label, pluralName: label }).openapi('NewObject')
const combination = z
  .strictObject({ name: slug, attributes: z.array(z.string()).min(2).max(5), unique: z.boolean().default(true) })
  .openapi('Combination')
const tags = ['Schema']

const listRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects',
    operationId: 'listObjects',
    tags,
    summary: 'All objects with their attributes',
    security,
    middleware: [services.access('crm:read')] as const,
    responses: readResponses('The schema of the organisation', z.strictObject({ objects: z.array(object) })),
  })

const getRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects/{object}',
    operationId: 'getObject',
    tags,
    summary: 'One object with its attributes',
    security,
    middleware: [services.access('crm:read')] as const,
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
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { body: jsonRequest(newObject) },
    responses: { ...writeResponses(201, 'The object', object) },
  })

const combinationRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/combinations',
    operationId: 'addCombination',
    tags,
    summary: 'Declare attributes unique together, so that they are one match key',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { params: objectParam, body: jsonRequest(combination) },
    responses: { ...writeResponses(201, 'The combination', combination) },
  })

/** @throws RefusedError unknown_object */
export const objectNamed = (objects: ReadonlyMap<string, ObjectSchema>, name: string): ObjectSchema => {
  const one = objects.get(name)
  if (!one) throw refuse('unknown_object', undefined, name)
  return one
}

export const mountObjects = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(listRoute(services), async (c) => {
    // What the isolate has cached may be outdated, and this is the one thing that is asked for here.
    const { organization } = await c.get('session').refresh()
    return c.json({ objects: [...organization.objects.values()].map(renderObject) }, 200)
  })
  app.openapi(getRoute(services), async (c) => {
    const { organization } = await c.get('session').refresh()
    return c.json(renderObject(objectNamed(organization.objects, c.req.valid('param').object)), 200)
  })
  app.openapi(createObjectRoute(services), async (c) => {
    const body = c.req.valid('json')
    const { organization } = await c.get('session').refresh()
    checkNewObject(organization, body.slug)
    await c.get('administration')().createObject(body)
    return c.json({ ...body, standard: false, attributes: [], combinations: [] }, 201)
  })
  app.openapi(combinationRoute(services), async (c) => {
    const { organization } = await c.get('session').refresh()
    const body = c.req.valid('json')
    await c
      .get('administration')()
      .addCombination(objectNamed(organization.objects, c.req.valid('param').object), body)
    return c.json(body, 201)
  })
}
