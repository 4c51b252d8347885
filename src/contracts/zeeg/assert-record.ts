import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { assertRecord } from '../../engine/assert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import type { ObjectSchema } from '../../schema/schema.ts'
import { jsonRequest } from '../responses.ts'
import { recordCommand } from './commands.ts'
import { renderRecord } from './render.ts'
import { assertResponses, notFound } from './responses.ts'
import { matchingAttribute, recordBody, recordResponse } from './schemas.ts'

const route = (services: Services) =>
  createRoute({
    method: 'put',
    path: '/v2/crm/{objectSlug}',
    operationId: 'zeegAssertRecord',
    tags: ['Zeeg'],
    summary: 'Create or update a record of a custom object',
    description:
      'Finds a record by the attribute that the query names. The attribute need not be unique: of several records the oldest is taken.',
    security: [{ bearer: [] }],
    middleware: [services.bearer('crm:write'), jsonBody] as const,
    request: {
      params: z.object({
        objectSlug: z.string().openapi({ param: { name: 'objectSlug', in: 'path' }, example: 'products' }),
      }),
      query: matchingAttribute('Attribute to find the record by; its value must stand in the body.', 'sku'),
      body: jsonRequest(recordBody),
    },
    responses: { ...assertResponses(recordResponse, 'record'), ...notFound },
  })

export const mountAssertRecord = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { objectSlug } = c.req.valid('param')
    const command = recordCommand(objectSlug, c.req.valid('json'), c.req.valid('query').matchingAttribute)
    const { outcome, session } = await assertRecord(c.get('store'), c.get('session'), () => command, {
      contract: 'zeeg',
    })
    const object = session.organization.objects.get(objectSlug) as ObjectSchema
    const status = outcome.status === 'created' ? 201 : 200
    return c.json({ success: true as const, status, record: renderRecord(outcome.record, object) } as const, status)
  })
}
