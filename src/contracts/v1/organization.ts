import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { tags } from './administration.ts'
import { readResponses, security, writeResponses } from './responses.ts'

const organization = z
  .strictObject({ id: z.uuid(), name: z.string(), crmMode: z.enum(['b2b', 'b2c']), changeFeed: z.boolean() })
  .openapi('Organization')
const organizationChange = organization.omit({ id: true }).partial().openapi('OrganizationChange')

export const mountOrganization = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const get = createRoute({
    method: 'get',
    path: '/v1/organization',
    operationId: 'getOrganization',
    tags,
    summary: 'The organisation of the key',
    security,
    middleware: [services.access('admin')] as const,
    responses: readResponses('The organisation', organization),
  })
  const patch = createRoute({
    method: 'patch',
    path: '/v1/organization',
    operationId: 'changeOrganization',
    tags,
    summary: 'Change name or settings',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { body: jsonRequest(organizationChange) },
    responses: writeResponses(200, 'The organisation as it is now', organization),
  })
  const current = async (c: { get(name: 'session'): AppEnv['Variables']['session'] }) => {
    const { id, name, crmMode, changeFeed } = (await c.get('session').refresh()).organization
    return { id, name, crmMode, changeFeed }
  }
  app.openapi(get, async (c) => c.json(await current(c), 200))
  app.openapi(patch, async (c) => {
    const change = Object.fromEntries(Object.entries(c.req.valid('json')).filter(([, value]) => value !== undefined))
    if (Object.keys(change).length > 0) await c.get('administration')().changeOrganization(change)
    return c.json(await current(c), 200)
  })
}
