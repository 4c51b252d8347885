import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecord } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../responses.ts'
import { firmAccess, security } from './access.ts'
import { contactCommand } from './commands.ts'
import { contact, fieldNames } from './fields.ts'
import { renderContact } from './render.ts'
import { upsertResponses } from './responses.ts'
import { contactBody, contactResponse, firmParams } from './schemas.ts'

const fieldName = fieldNames(contact)

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/api/v1/idm/{firmId}/contacts/upsert',
    operationId: 'anduinUpsertContact',
    tags: ['Anduin'],
    summary: 'Create or update a contact',
    description:
      'Finds a contact by its tracking id or, where none is sent, by its e-mail address without regard to letter case. A contact that is found keeps its addresses.',
    security,
    middleware: [...firmAccess(services), jsonBody] as const,
    request: { params: firmParams, body: jsonRequest(contactBody) },
    responses: upsertResponses(contactResponse, 'contact'),
  })

export const mountUpsertContact = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    c.set('fieldName', fieldName)
    const command = contactCommand(c.req.valid('json'))
    const { outcome } = await assertRecord(c.get('store'), c.get('session'), () => command, { contract: 'anduin' })
    return c.json(renderContact(outcome), 200)
  })
}
