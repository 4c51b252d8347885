import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { forOperator } from './access.ts'
import { name } from './administration.ts'
import { defaultCountry } from './organization.ts'
import { writeResponses } from './responses.ts'

const newTenant = z
  .strictObject({
    name,
    id: z.uuid().optional().openapi({
      description: 'Default: a new one. A tenant with its own database has its id from the configuration.',
    }),
    crmMode: z.enum(['b2b', 'b2c']).default('b2b'),
    changeFeed: z.boolean().default(false),
    defaultCountry: defaultCountry.default(null),
  })
  .openapi('NewTenant', { example: { name: 'Acme Ltd' } })

const tenant = z
  .strictObject({ organizationId: z.uuid(), adminKey: z.string().openapi({ description: 'Shown this once.' }) })
  .openapi('Tenant')

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/tenants',
    operationId: 'createTenant',
    tags: ['Administration'],
    summary: 'Create an organisation and its first administrator',
    description:
      'For the operator of the deployment: the bearer token is OPERATOR_SECRET. Without that variable there is no such endpoint. An id that exists is a 409, the same tenant again included: its key is not shown twice.',
    ...forOperator(services, jsonBody),
    request: { body: jsonRequest(newTenant) },
    responses: writeResponses(201, 'The new tenant', tenant),
  })

export const mountTenants = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { id, ...body } = c.req.valid('json')
    if (!services.createTenant) throw refuse('internal')
    return c.json(await services.createTenant({ ...body, ...(id !== undefined && { id }) }), 201)
  })
}
