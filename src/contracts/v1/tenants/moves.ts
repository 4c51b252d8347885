import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { isOver, movePhases, type TenantMove } from '../../../tenants/moving.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { writeResponses } from '../responses.ts'
import { idOf, ofTenant, operated, tenantsOf } from './routes.ts'
import { place, placeOf } from './schemas.ts'

const request = z
  .strictObject({
    place: place.optional().openapi({ description: 'Where to. Absent: go on with the move that there is.' }),
  })
  .openapi('TenantMoveRequest', { example: { place: { shape: 'object' } } })

const move = z
  .strictObject({
    from: place,
    to: place,
    phase: z.enum(movePhases).openapi({ description: 'docs/tenants.md says what each does.' }),
    isOver: z.boolean().openapi({ description: 'False: repeat the request, and the move goes on.' }),
    copied: z.number().int().openapi({ description: 'Rows that were copied first.' }),
    caughtUp: z.number().int().openapi({ description: 'Rows that had changed meanwhile and were copied again.' }),
    failure: z.string().nullable().openapi({ description: 'Why it goes back by itself.' }),
  })
  .openapi('TenantMove', {
    // The demo has one place, so nothing moves there.
    example: {
      from: { shape: 'shared' },
      to: { shape: 'object' },
      phase: 'copy',
      isOver: false,
      copied: 2000,
      caughtUp: 0,
      failure: null,
    },
  })

const render = (one: TenantMove) => {
  const { from, to, state } = one
  const { phase, copied, caughtUp, failure = null } = state
  return { from: { ...from }, to: { ...to }, phase, isOver: isOver(one), copied, caughtUp, failure }
}

/** To another place, and back. */
export const mountMoves = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const go = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/move',
    operationId: 'moveTenant',
    summary: 'Move a tenant to another place, a piece at a time',
    description:
      'Begins with a place, and goes on with the same place or none: repeat the request until `isOver`. The tenant is served and written to meanwhile, but for the seconds in which the last changes are copied. Left alone, the move is gone on with by the upkeep of the deployment. What lies at the old place is removed a day later.',
    ...operated(services, jsonBody),
    request: { ...ofTenant, body: jsonRequest(request) },
    responses: writeResponses(200, 'How far it has come', move),
  })
  app.openapi(go, async (c) => {
    const { place: to } = c.req.valid('json')
    return c.json(render(await tenantsOf(services, c).move(c.get('operator'), idOf(c), to && placeOf(to))), 200)
  })
  const back = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/move/back',
    operationId: 'moveTenantBack',
    summary: 'Take a move back, a piece at a time',
    description:
      'As long as the tenant does not live at its new place. It is served at the old one from the first request on; repeat it until `isOver`.',
    ...operated(services),
    request: ofTenant,
    responses: writeResponses(200, 'How far it has come', move),
  })
  app.openapi(back, async (c) => c.json(render(await tenantsOf(services, c).moveBack(c.get('operator'), idOf(c))), 200))
}
