import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { writeResponses } from '../responses.ts'
import { abandonParam, flagsOf, idOf, ofTenant, operated, triedByQuery } from './routes.ts'
import { changedTenant, move, place, placeOf, renderMove, renderTenant } from './schemas.ts'

const request = z
  .strictObject({
    place: place.optional().openapi({ description: 'Where to. Absent: go on with the move that there is.' }),
  })
  .openapi('TenantMoveRequest', { example: { place: { shape: 'object' } } })

const going = abandonParam(
  'For an old place that is gone for good: once the tenant lives at its new place, and the database of the old one does not answer, what lies there stays, and the move is over.',
)
const returning = abandonParam(
  'For a new place that is gone for good: if its database does not answer, what the move has left there stays, and the move is over.',
)
const forgetting = abandonParam(
  'For places that are gone for good: what does not answer of where the tenant has been, or was to go, is not waited for, and its line names it no more. Nothing is erased there; `notReached` names it.',
)
const placing = z
  .strictObject({
    place,
    eraseOld: z.boolean().default(false).openapi({
      description:
        'Have what lies where the tenant was be erased a day later, as after a move; where it is said to be where it is, what it has left before. Left out, it stays, and `left` in the answer says so; what was to be erased before still is.',
    }),
  })
  .openapi('TenantPlacing', { example: { place: { shape: 'shared' } } })

/** To another place, and back. */
export const mountMoves = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const go = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/move',
    operationId: 'moveTenant',
    summary: 'Move a tenant to another place, a piece at a time',
    description:
      'Begins with a place, and goes on with the same place or none: repeat the request until `isOver`. The tenant is served and written to meanwhile, but for the seconds in which the last changes are copied. A dry run answers how it would begin. Left alone, the move is gone on with by the upkeep of the deployment. What lies at the old place is removed a day later.',
    ...operated(services, { action: 'move', onlyLooks: triedByQuery }, jsonBody),
    request: { ...ofTenant, query: going, body: jsonRequest(request) },
    responses: writeResponses(200, 'How far it has come', move),
  })
  app.openapi(go, async (c) => {
    const { place: to } = c.req.valid('json')
    const made = await c.get('tenants').move(idOf(c), to && placeOf(to), flagsOf(c.req.valid('query')))
    return c.json(renderMove(made), 200)
  })
  const back = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/move/back',
    operationId: 'moveTenantBack',
    summary: 'Take a move back, a piece at a time',
    description:
      'As long as the tenant does not live at its new place. It is served at the old one from the first request on; repeat it until `isOver`.',
    ...operated(services, { action: 'move back', onlyLooks: triedByQuery }),
    request: { ...ofTenant, query: returning },
    responses: writeResponses(200, 'How far it has come', move),
  })
  const put = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/place',
    operationId: 'placeTenant',
    summary: 'Say where a tenant lives',
    description:
      'Copies nothing: its organisation must be there already, and nobody else where the database is its own. For a line of the directory that cannot be read, a database that has another name now, or one of an earlier time. Its status stays as it was. Whoever is let in no longer where it was is not let in there: keys that were revoked or rotated since, members that were removed, hooks with a secret of before; `notKept` tells of what cannot be known there. If the place of before does not answer, `notReached` says what that means.',
    ...operated(services, { action: 'place', onlyLooks: triedByQuery }, jsonBody),
    request: { ...ofTenant, query: forgetting, body: jsonRequest(placing) },
    responses: writeResponses(200, 'The tenant as it is now', changedTenant),
  })
  app.openapi(put, async (c) => {
    const { place: to, eraseOld: erasesOld } = c.req.valid('json')
    const options = { erasesOld, ...flagsOf(c.req.valid('query')) }
    return c.json(renderTenant(await c.get('tenants').place(idOf(c), placeOf(to), options)), 200)
  })
  app.openapi(back, async (c) => {
    const made = await c.get('tenants').moveBack(idOf(c), flagsOf(c.req.valid('query')))
    return c.json(renderMove(made), 200)
  })
}
