import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import { scopeOf, withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { allowed } from './access.ts'
import { pageLimit } from './answer-size.ts'
import { change, renderChange } from './change.ts'
import { decodeSequences, encodeSequence } from './cursor.ts'
import { readResponses } from './responses.ts'
import { cursor, limit, recordParams } from './schemas.ts'

const mergedIn = z
  .strictObject({
    id: z.uuid(),
    mergedInto: z.uuid().openapi({ description: 'This record, or one that was merged into it since.' }),
    at: z.iso.datetime(),
    actor: z.string(),
    request: z.string().nullable().openapi({
      description:
        'Id of the request that merged it: POST /v1/changes/revert with it parts the two again. Null where it is not recorded.',
    }),
    importId: z.string().nullable(),
    sequence: z.number().int().nullable().openapi({ description: 'Of its change `merged`.' }),
    keys: z.record(z.string(), z.array(z.string())).openapi({
      description:
        'Match keys that it had and that lead here now, in their normal form, by attribute or combination; at most 20. All its values are in its own history.',
    }),
  })
  .openapi('MergedIn')

const history = z
  .strictObject({
    changes: z.array(change),
    merged: z.array(mergedIn).openapi({
      description: 'Records that were merged into this one and are so still. Their own history is under their own ids.',
    }),
    nextCursor: z.string().nullable().openapi({ description: 'For older changes; null where there are none.' }),
    cutOff: z.boolean().openapi({
      description:
        'Changes before the last one here are missing: they are kept no longer, or the history was off. Of what is missing between two of them, the versions tell.',
    }),
  })
  .openapi('RecordHistory')

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects/{object}/records/{id}/history',
    operationId: 'getRecordHistory',
    tags: ['Records'],
    summary: 'Who changed what of a record, newest first, and who was merged into it',
    description:
      'Each change with its values before and after, its author, contract and request. Versions count by one: a missing one was written while the history was off, or is kept no longer. Of a record that has been erased it is 404: who changed which attributes when is still in the change feed, without values.',
    ...allowed(services, 'crm:read'),
    request: { params: recordParams, query: z.object({ cursor, limit }) },
    responses: readResponses('Changes of the record', history),
  })

/** What was erased is found by its id no longer: the history has no index by records. */
const ERASED =
  ': the object never had it, or it has been erased, which GET /v1/changes tells (who, when, without values)'

export const mountRecordHistory = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object, id } = c.req.valid('param')
    const query = c.req.valid('query')
    const from = decodeSequences(query.cursor)?.[0]
    const found = await withCurrent(c.get('session'), async (session) => {
      objectOf(session.organization, object)
      const one = await c.get('history').ofRecord(scopeOf(session), object, id, pageLimit(query.limit), from)
      if (!one) throw refuse('record_not_found', undefined, ERASED)
      return one
    })
    const { next } = found
    return c.json(
      {
        changes: found.changes.map(renderChange),
        merged: found.mergedIn.map(({ into, at, keys, ...one }) => ({
          ...one,
          mergedInto: into,
          at: zuluMilliseconds(at),
          keys: Object.fromEntries(Object.entries(keys).map(([name, values]) => [name, [...values]])),
        })),
        nextCursor: next === undefined ? null : encodeSequence(next),
        cutOff: next === undefined && found.changes.at(-1)?.action !== 'created',
      },
      200,
    )
  })
}
