import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecord } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../responses.ts'
import { firmAccess, security } from './access.ts'
import { clientCommand } from './commands.ts'
import { client, fieldNames } from './fields.ts'
import { renderClient } from './render.ts'
import { upsertResponses } from './responses.ts'
import { clientBody, clientResponse, firmParams } from './schemas.ts'

const fieldName = fieldNames(client)

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/api/v1/idm/{firmId}/clients/upsert',
    operationId: 'anduinUpsertClient',
    tags: ['Anduin'],
    summary: 'Create or update a client',
    description: 'Finds a client by its tracking id.',
    security,
    middleware: [...firmAccess(services), jsonBody] as const,
    request: { params: firmParams, body: jsonRequest(clientBody) },
    responses: upsertResponses(clientResponse, 'client'),
  })

export const mountUpsertClient = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    c.set('fieldName', fieldName)
    const command = clientCommand(c.req.valid('json'))
    const { outcome } = await assertRecord(c.get('store'), c.get('session'), () => command, { contract: 'anduin' })
    return c.json(renderClient(outcome), 200)
  })
}
