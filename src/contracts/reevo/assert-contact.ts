import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecord } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../responses.ts'
import { assertCommand } from './commands.ts'
import { contact } from './fields.ts'
import { renderMeta, renderRecord } from './render.ts'
import { assertResponses } from './responses.ts'
import { contactBody, contactResponse } from './schemas.ts'

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/api/v2/contact/_assert',
    operationId: 'reevoAssertContact',
    tags: ['Reevo'],
    summary: 'Create or update a contact',
    description: 'Finds a contact by any of its e-mail addresses, or by id.',
    security: [{ bearer: [] }, { apiKey: [] }],
    middleware: [services.bearerOrApiKey('crm:write'), jsonBody] as const,
    request: { body: jsonRequest(contactBody) },
    responses: assertResponses(contactResponse, 'contact'),
  })

export const mountAssertContact = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const body = c.req.valid('json')
    const { outcome, session } = await assertRecord(
      c.get('store'),
      c.get('session'),
      (organization) => {
        const { command, fieldName } = assertCommand(contact, body, organization)
        c.set('fieldName', fieldName)
        return command
      },
      { contract: 'reevo' },
    )
    const data = renderRecord(contact, outcome.record, session.organization)
    return c.json(
      { data, meta: renderMeta(outcome, body.match as Readonly<Record<string, string>>) },
      outcome.status === 'created' ? 201 : 200,
    )
  })
}
