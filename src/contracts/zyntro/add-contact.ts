import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecords, written } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import type { Organization } from '../../schema/schema.ts'
import { contactCommand, lookupOf } from './contact-command.ts'
import { entityCommand, planEntity } from './entity-command.ts'
import { throwRefusals } from './outcome.ts'
import { renderDebug, renderSuccess } from './render.ts'
import { addContactResponses } from './responses.ts'
import { type AddContactBody, addContactBody } from './schemas.ts'

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
    request: { body: { required: true, content: { 'application/json': { schema: addContactBody } } } },
    responses: addContactResponses,
  })

/** The company first, so that the contact can refer to it by name. */
const commandsOf = (body: AddContactBody, { crmMode }: Organization) => {
  const entity = planEntity(body, crmMode)
  const contact = contactCommand(body, entity)
  return entity ? [entityCommand(body, entity), contact] : [contact]
}

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
