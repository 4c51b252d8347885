import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { writeResponses } from '../responses.ts'
import { idOf, ofTenant, operated } from './routes.ts'
import { changedTenant, move, place, placeOf, renderMove, renderTenant } from './schemas.ts'

const request = z
  .strictObject({
    place: place.optional().openapi({ description: 'Where to. Absent: go on with the move that there is.' }),
  })
  .openapi('TenantMoveRequest', { example: { place: { shape: 'object' } } })

const returning = z.object({
  abandon: z.enum(['true', 'false']).optional().openapi({
    description:
      'For a new place that is gone for good: if its database does not answer, what the move has left there stays, and the move is over.',
  }),
})
const placing = z.strictObject({ place }).openapi('TenantPlacing', { example: { place: { shape: 'shared' } } })

/** To another place, and back. */
export const mountMoves = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const go = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/move',
    operationId: 'moveTenant',
    summary: 'Move a tenant to another place, a piece at a time',
    description:
      'Begins with a place, and goes on with the same place or none: repeat the request until `isOver`. The tenant is served and written to meanwhile, but for the seconds in which the last changes are copied. Left alone, the move is gone on with by the upkeep of the deployment. What lies at the old place is removed a day later.',
    ...operated(services, 'move', jsonBody),
    request: { ...ofTenant, body: jsonRequest(request) },
    responses: writeResponses(200, 'How far it has come', move),
  })
  app.openapi(go, async (c) => {
    const { place: to } = c.req.valid('json')
    return c.json(renderMove(await c.get('tenants').move(idOf(c), to && placeOf(to))), 200)
  })
  const back = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/move/back',
    operationId: 'moveTenantBack',
    summary: 'Take a move back, a piece at a time',
    description:
      'As long as the tenant does not live at its new place. It is served at the old one from the first request on; repeat it until `isOver`.',
    ...operated(services, 'move back'),
    request: { ...ofTenant, query: returning },
    responses: writeResponses(200, 'How far it has come', move),
  })
  const put = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/place',
    operationId: 'placeTenant',
    summary: 'Say where a tenant lives',
    description:
      'Copies nothing: its organisation must be there already, and nobody else where the database is its own. For a line of the directory that cannot be read, a database that has another name now, or one of an earlier time. Its status stays as it was, and keys that were revoked where it was stay revoked; if that place does not answer, `notReached` says what that means.',
    ...operated(services, 'place', jsonBody),
    request: { ...ofTenant, body: jsonRequest(placing) },
    responses: writeResponses(200, 'The tenant as it is now', changedTenant),
  })
  app.openapi(put, async (c) =>
    c.json(renderTenant(await c.get('tenants').place(idOf(c), placeOf(c.req.valid('json').place))), 200),
  )
  app.openapi(back, async (c) => {
    const mayAbandon = c.req.valid('query').abandon === 'true'
    return c.json(renderMove(await c.get('tenants').moveBack(idOf(c), { mayAbandon })), 200)
  })
}
