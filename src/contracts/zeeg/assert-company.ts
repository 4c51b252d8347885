import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecord } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import type { ObjectSchema } from '../../schema/schema.ts'
import { jsonRequest } from '../responses.ts'
import { companyCommand } from './commands.ts'
import { companyFieldName } from './fields.ts'
import { renderCompany } from './render.ts'
import { assertResponses } from './responses.ts'
import { companyBody, companyResponse, matchingAttribute } from './schemas.ts'

const route = (services: Services) =>
  createRoute({
    method: 'put',
    path: '/v2/crm/companies',
    operationId: 'zeegAssertCompany',
    tags: ['Zeeg'],
    summary: 'Create or update a company',
    description: 'Finds a company by its domain.',
    security: [{ bearer: [] }],
    middleware: [services.bearer('crm:write'), jsonBody] as const,
    request: {
      query: matchingAttribute('Companies can be found by `domain` only.', 'domain'),
      body: jsonRequest(companyBody),
    },
    responses: assertResponses(companyResponse, 'company'),
  })

export const mountAssertCompany = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    c.set('fieldName', companyFieldName)
    const command = companyCommand(c.req.valid('json'), c.req.valid('query').matchingAttribute)
    const { outcome, session } = await assertRecord(c.get('store'), c.get('session'), () => command, {
      contract: 'zeeg',
    })
    const companies = session.organization.objects.get('companies') as ObjectSchema
    const status = outcome.status === 'created' ? 201 : 200
    return c.json(
      { success: true as const, status, company: renderCompany(outcome.record, companies) } as const,
      status,
    )
  })
}
