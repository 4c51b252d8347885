import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { assertRecords, written } from '../../engine/assert.ts'
import type { AssertCommand } from '../../engine/command.ts'
import { RefusedError, refuse } from '../../engine/errors.ts'
import { countPointing } from '../../engine/relations.ts'
import { withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { allowed } from './access.ts'
import { versionOf } from './assert-one.ts'
import { importId, provenanceOf } from './provenance.ts'
import { renderRecord } from './render.ts'
import { emptyResponses, writeResponses } from './responses.ts'
import { ifMatch, record, recordParams } from './schemas.ts'

const headers = z.object({ 'if-match': ifMatch, 'import-id': importId })

const lifecycles = {
  archive: {
    summary: 'Archive a record; its unique keys stay reserved',
    description:
      'The record is no longer listed, unless archived ones are asked for. It can still be read, and restored.',
  },
  restore: {
    summary: 'Bring an archived record back',
    description: 'The record is listed again, with the values that it had.',
  },
}

const lifecycleRoute = (services: Services, verb: 'archive' | 'restore') =>
  createRoute({
    method: 'post',
    path: `/v1/objects/{object}/records/{id}/${verb}`,
    operationId: `${verb}Record`,
    tags: ['Records'],
    ...lifecycles[verb],
    ...allowed(services, 'crm:write'),
    request: { params: recordParams, headers },
    responses: writeResponses(200, 'The record as it is now', record),
  })

const eraseRoute = (services: Services) =>
  createRoute({
    method: 'delete',
    path: '/v1/objects/{object}/records/{id}',
    operationId: 'eraseRecord',
    tags: ['Records'],
    summary: 'Erase a record for good, and free its keys',
    description:
      'Nothing of the record is kept but the entries of the change feed, which hold no values. `Relations-Left` says how many relations pointed there; they are left as they are. An id that leads to another record since a merge erases nothing: 409 `record_merged` names that record.',
    ...allowed(services, 'crm:write'),
    request: { params: recordParams, headers },
    responses: emptyResponses('The record is gone'),
  })

const run = async (
  c: Context<AppEnv>,
  { object, id }: z.infer<typeof recordParams>,
  etag: string | undefined,
  lifecycle: NonNullable<AssertCommand['lifecycle']>,
) => {
  const ifVersion = versionOf(etag)
  const command: AssertCommand = {
    object,
    match: [{ name: 'id', value: id }],
    values: {},
    lifecycle,
    onArchived: 'keep',
    ...(ifVersion !== undefined && { ifVersion }),
  }
  const { outcomes } = await assertRecords(c.get('store'), c.get('session'), () => command, {
    ...provenanceOf(c),
    track: true,
  })
  return outcomes[0]
}

export const mountLifecycle = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  for (const verb of ['archive', 'restore'] as const)
    app.openapi(lifecycleRoute(services, verb), async (c) => {
      const outcome = written(await run(c, c.req.valid('param'), c.req.valid('header')['if-match'], verb))
      c.header('ETag', `"${outcome.record.version}"`)
      return c.json(renderRecord(outcome.record), 200)
    })

  app.openapi(eraseRoute(services), async (c) => {
    const { object, id } = c.req.valid('param')
    // Ahead of it: whatever goes wrong with counting, nothing is erased yet.
    const { value, exact } = await withCurrent(c.get('session'), (session) =>
      countPointing(c.get('reader'), session, object, id),
    )
    const outcome = await run(c, { object, id }, c.req.valid('header')['if-match'], 'erase')
    if (outcome?.status === 'refused') throw new RefusedError(outcome.refusal)
    if (outcome?.status !== 'erased') throw refuse('internal')
    c.header('Relations-Left', exact ? String(value) : `${value}+`)
    return c.body(null, 204)
  })
}
