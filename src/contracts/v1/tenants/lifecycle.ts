import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sentOnly } from '../../../admin/rules.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { listedStatuses } from '../../../schema/schema.ts'
import { WAIT_DAYS } from '../../../tenants/directory.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { name } from '../administration.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { organizationChange } from '../organization.ts'
import { readResponses, writeResponses } from '../responses.ts'
import { limit } from '../schemas.ts'
import { cursorParam, dryRunParam, flag, flagsOf, idOf, ofTenant, operated, triedByQuery } from './routes.ts'
import {
  changedTenant,
  newTenant,
  newTenantKey,
  placeOf,
  renderShown,
  renderTenant,
  shownTenant,
  tenant,
} from './schemas.ts'

const deletion = z
  .strictObject({
    waitDays: z
      .number()
      .int()
      .min(0)
      .max(365)
      .default(WAIT_DAYS)
      .openapi({ description: 'For so long it can be resumed and exported; then everything of it is erased.' }),
    abandon: z.boolean().default(false).openapi({
      description:
        'For a database that is gone for good: if it does not answer, the tenant leaves the directory at once, and nothing is erased.',
    }),
  })
  .openapi('TenantDeletion', { example: { waitDays: 30 } })

const keyRequest = z
  .strictObject({ name: name.openapi({ description: 'No two current keys have one name.' }) })
  .openapi('NewTenantKey', { example: { name: 'Administrator, second' } })

const responses = (description: string) => writeResponses(200, description, tenant)

/** From its creation to its end. */
export const mountLifecycle = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const create = createRoute({
    method: 'post',
    path: '/v1/tenants',
    operationId: 'createTenant',
    summary: 'Create an organisation and its first administrator',
    description:
      'For the operator of the deployment: the bearer token is OPERATOR_SECRET. Without that variable there is no such endpoint. Send an `id` of your own to be able to repeat it: an interrupted creation goes on, and one that is finished is a 409, since its key is not shown twice; then issue another. `Idempotency-Key` is refused.',
    ...operated(services, { action: 'create' }, jsonBody),
    request: { body: jsonRequest(newTenant) },
    responses: writeResponses(201, 'The new tenant', newTenantKey),
  })
  const list = createRoute({
    method: 'get',
    path: '/v1/tenants',
    operationId: 'listTenants',
    summary: 'All tenants, by id',
    description:
      'From the directory of the deployment. A tenant from before there was a directory is in it from the first time that an operator asks for it. With `status`, a page may have fewer tenants than asked for, or none, and be followed by another all the same: `nextCursor` tells.',
    ...operated(services),
    request: {
      query: cursorParam.extend({
        limit,
        status: z.enum(listedStatuses).optional().openapi({ description: 'Only those of this status.' }),
      }),
    },
    responses: readResponses(
      'The tenants',
      z.strictObject({ tenants: z.array(tenant), nextCursor: z.string().nullable() }).openapi('TenantPage'),
    ),
  })
  const get = createRoute({
    method: 'get',
    path: '/v1/tenants/{id}',
    operationId: 'getTenant',
    summary: 'One tenant',
    description:
      'From the directory: its place, its status, a move that is under way or has just ended, and about when it was last served. With `settings=true` its own database is asked too, and waited for no longer than five seconds.',
    ...operated(services),
    request: {
      ...ofTenant,
      query: z.object({ settings: flag.openapi({ description: 'Tell the settings of its organisation too.' }) }),
    },
    responses: readResponses('The tenant', shownTenant),
  })
  const change = createRoute({
    method: 'patch',
    path: '/v1/tenants/{id}',
    operationId: 'changeTenant',
    summary: 'Change name or settings of a tenant',
    description:
      'Those of its organisation, which its own administrators may change too; the directory has the new name. What is left out stays as it is. After another `defaultCountry`, `verify` with `repair` makes the keys of stored phone numbers anew.',
    ...operated(services, { action: 'change' }, jsonBody),
    request: { ...ofTenant, body: jsonRequest(organizationChange) },
    responses: responses('The tenant as it is now'),
  })
  const suspend = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/suspend',
    operationId: 'suspendTenant',
    summary: 'Serve a tenant no longer',
    description:
      'Every request of its keys is refused with 403 from the next one on, in every isolate; what is under way ends. Nothing is lost. If its database does not answer, it is suspended in the directory, and `notReached` says what that means.',
    ...operated(services, { action: 'suspend' }),
    request: ofTenant,
    responses: writeResponses(200, 'The suspended tenant', changedTenant),
  })
  const resume = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/resume',
    operationId: 'resumeTenant',
    summary: 'Serve a tenant again',
    description: 'One that was suspended, or deleted and not erased yet.',
    ...operated(services, { action: 'resume' }),
    request: ofTenant,
    responses: responses('The active tenant'),
  })
  const issue = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/keys',
    operationId: 'issueTenantKey',
    summary: "Issue another administrator's key",
    description: 'The way back for a tenant that has lost its own. Other keys stay as they are.',
    ...operated(services, { action: 'key' }, jsonBody),
    request: { ...ofTenant, body: jsonRequest(keyRequest) },
    responses: writeResponses(201, 'The key, shown this once', newTenantKey),
  })
  const remove = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/delete',
    operationId: 'deleteTenant',
    summary: 'Delete a tenant, after a waiting time',
    description:
      'It is served no longer from now on. Until the waiting time is over it can be exported and resumed; then everything of it is erased. If its database does not answer, it is suspended in the directory, the deletion goes on when that is back, and `notReached` says so.',
    ...operated(services, { action: 'delete', onlyLooks: triedByQuery }, jsonBody),
    request: { ...ofTenant, query: dryRunParam, body: jsonRequest(deletion) },
    responses: writeResponses(200, 'The tenant, and when it will be erased', changedTenant),
  })
  app.openapi(create, async (c) => {
    const { place, ...body } = sentOnly(c.req.valid('json'))
    if (body.id !== undefined) c.set('tenantId', body.id.toLowerCase())
    const made = await c.get('tenants').create({
      ...body,
      ...(place && { place: placeOf(place) }),
    })
    c.set('tenantId', made.id)
    return c.json(made, 201)
  })
  app.openapi(list, async (c) => {
    const { cursor, limit, status } = c.req.valid('query')
    const [after = ''] = decodeCursor(cursor) ?? []
    const { tenants, next } = await c.get('tenants').list({ after, limit, ...(status && { status }) })
    const nextCursor = next === undefined ? null : encodeCursor([next, ''])
    return c.json({ tenants: tenants.map(renderTenant), nextCursor }, 200)
  })
  app.openapi(get, async (c) => {
    const tenants = c.get('tenants')
    const isWhole = c.req.valid('query').settings === 'true'
    return c.json(renderShown(await (isWhole ? tenants.show(idOf(c)) : tenants.find(idOf(c)))), 200)
  })
  app.openapi(change, async (c) => {
    const wanted = sentOnly(c.req.valid('json'))
    return c.json(renderTenant(await c.get('tenants').change(idOf(c), wanted)), 200)
  })
  app.openapi(suspend, async (c) => c.json(renderTenant(await c.get('tenants').suspend(idOf(c))), 200))
  app.openapi(resume, async (c) => c.json(renderTenant(await c.get('tenants').resume(idOf(c))), 200))
  app.openapi(issue, async (c) => {
    const { name } = c.req.valid('json')
    return c.json(await c.get('tenants').issueAdminKey(idOf(c), name), 201)
  })
  app.openapi(remove, async (c) => {
    const { waitDays, abandon: mayAbandon } = c.req.valid('json')
    const { isDry } = flagsOf(c.req.valid('query'))
    const deleted = await c.get('tenants').delete(idOf(c), waitDays, { mayAbandon, isDry })
    return c.json(renderTenant(deleted), 200)
  })
}
