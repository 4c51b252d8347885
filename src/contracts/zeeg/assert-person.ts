import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecord } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import type { ObjectSchema } from '../../schema/schema.ts'
import { jsonRequest } from '../responses.ts'
import { personCommand } from './commands.ts'
import { personFieldName } from './fields.ts'
import { renderPerson } from './render.ts'
import { assertResponses } from './responses.ts'
import { matchingAttribute, personBody, personResponse } from './schemas.ts'

const route = (services: Services) =>
  createRoute({
    method: 'put',
    path: '/v2/crm/people',
    operationId: 'zeegAssertPerson',
    tags: ['Zeeg'],
    summary: 'Create or update a person',
    description: 'Finds a person by the attribute that the query names, with the value that the body holds for it.',
    security: [{ bearer: [] }],
    middleware: [services.bearer('crm:write'), jsonBody] as const,
    request: {
      query: matchingAttribute('Attribute to find the person by. `email` looks at every address of a person.', 'email'),
      body: jsonRequest(personBody),
    },
    responses: assertResponses(personResponse, 'person'),
  })

export const mountAssertPerson = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    c.set('fieldName', personFieldName)
    const command = personCommand(c.req.valid('json'), c.req.valid('query').matchingAttribute)
    const { outcome, session } = await assertRecord(c.get('store'), c.get('session'), () => command, {
      contract: 'zeeg',
      include: { attribute: 'company', object: 'companies' },
    })
    const people = session.organization.objects.get('people') as ObjectSchema
    const status = outcome.status === 'created' ? 201 : 200
    return c.json(
      { success: true as const, status, person: renderPerson(outcome.record, outcome.related, people) } as const,
      status,
    )
  })
}
