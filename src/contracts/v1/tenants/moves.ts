import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { writeResponses } from '../responses.ts'
import { idOf, ofTenant, operated } from './routes.ts'
import { move, place, placeOf, renderMove } from './schemas.ts'

const request = z
  .strictObject({
    place: place.optional().openapi({ description: 'Where to. Absent: go on with the move that there is.' }),
  })
  .openapi('TenantMoveRequest', { example: { place: { shape: 'object' } } })

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
    request: ofTenant,
    responses: writeResponses(200, 'How far it has come', move),
  })
  app.openapi(back, async (c) => c.json(renderMove(await c.get('tenants').moveBack(idOf(c))), 200))
}
