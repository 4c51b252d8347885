import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecords, written } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonRequest } from '../responses.ts'
import { commandsOf, lookupOf, planEntity } from './commands.ts'
import { throwRefusals } from './outcome.ts'
import { renderDebug, renderSuccess } from './render.ts'
import { addContactResponses } from './responses.ts'
import { addContactBody } from './schemas.ts'

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/apis/v2/public/crm/addContactsFull',
    operationId: 'zyntroAddContact',
    tags: ['Zyntro'],
    summary: 'Create or update a contact and its company',
    description:
      'Finds a contact by the field that lookup_by names. In a b2b organisation a new contact also gets a company, found by name; both are written, or neither. The credentials stand in the body.',
    security: [],
    middleware: [services.bodyCredentials('crm:write')] as const,
    request: { body: jsonRequest(addContactBody) },
    responses: addContactResponses,
  })

export const mountAddContact = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const body = c.req.valid('json')
    const { contact, debug } = body
    const { outcomes, session } = await assertRecords(
      c.get('store'),
      c.get('session'),
      (organization) => commandsOf(body, organization),
      { contract: 'zyntro', allOrNothing: true },
    )
    const [entity, outcome] = outcomes.length > 1 ? outcomes : [undefined, outcomes[0]]
    const asked = planEntity(body, session.organization.crmMode)?.sent === true
    throwRefusals(contact, asked, outcome, entity)
    const contactWritten = written(outcome)
    // A company that was not asked for is written for new contacts only; the answer may show one that stood there.
    const ran = asked || contactWritten.status === 'created'
    return c.json(
      {
        ...renderSuccess(contactWritten, entity && ran ? written(entity) : null),
        ...(debug && { debug: renderDebug(contactWritten, lookupOf(body), c.get('cost')) }),
      },
      200,
    )
  })
}
