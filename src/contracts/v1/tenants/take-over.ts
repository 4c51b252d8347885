import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { writeResponses } from '../responses.ts'
import { operated } from './routes.ts'

const request = z
  .strictObject({
    from: z
      .uuid()
      .openapi({ description: 'Identity of the directory that has them until now, as the refusal names it.' }),
  })
  .openapi('TakeOver', { example: { from: '01900000-0000-7000-8000-0000000d14ec' } })

const directory = z
  .strictObject({ id: z.uuid().openapi({ description: 'Identity of the directory that has the tenants now.' }) })
  .openapi('TenantDirectory')

export const mountTakeOver = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const take = createRoute({
    method: 'post',
    path: '/v1/tenant-directory/take-over',
    operationId: 'takeOverTenants',
    summary: 'Have the directory of this deployment be that of its tenants from now on',
    description:
      'For a directory that was lost, or replaced on purpose: where another one has the tenants of the shared database, everything else is refused with `other_directory`. Lines of that one are not copied; tenants of the shared database get new ones, and `place` says where others are. The same again changes nothing.',
    ...operated(services, { action: 'take over' }, jsonBody),
    request: { body: jsonRequest(request) },
    responses: writeResponses(200, 'The directory that has them now', directory),
  })
  app.openapi(take, async (c) => {
    const { from } = c.req.valid('json')
    return c.json({ id: await c.get('tenants').takeOver(from.toLowerCase()) }, 200)
  })
}
