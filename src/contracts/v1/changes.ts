import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import { scopeOf, withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { allowed } from './access.ts'
import { pageLimit } from './answer-size.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { readResponses } from './responses.ts'
import { cursor, limit } from './schemas.ts'

const change = z
  .strictObject({
    sequence: z.number().int().openapi({ description: 'Counts the changes of the organisation, without gaps.' }),
    at: z.iso.datetime(),
    actor: z.string().openapi({ description: '`key:<id>` or `member:<id>`.' }),
    contract: z.string(),
    action: z.enum(['created', 'updated', 'archived', 'restored', 'erased', 'schema_changed', 'history_changed']),
    object: z.string(),
    recordId: z.uuid().nullable().openapi({ description: 'Null where the change is of no record.' }),
    version: z.number().int(),
    changed: z.array(z.string()),
  })
  .openapi('Change')

const feed = z
  .strictObject({
    changes: z.array(change),
    nextCursor: z.string().openapi({ description: 'Ask with it again for what comes after.' }),
  })
  .openapi('ChangeFeed')

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/changes',
    operationId: 'listChanges',
    tags: ['Changes'],
    summary: 'Read the change feed, oldest first',
    description:
      'What was changed, by whom and through which contract, without values. 409 where the organisation has the feed switched off.',
    ...allowed(services, 'crm:read'),
    request: { query: z.object({ cursor, limit }) },
    responses: readResponses('Changes after the cursor', feed),
  })

const sequenceOf = (cursor: string | undefined): number => {
  const sequence = Number(decodeCursor(cursor)?.[0] ?? 0)
  if (!Number.isSafeInteger(sequence)) throw refuse('invalid_value', 'cursor', 'the nextCursor of an earlier page')
  return sequence
}

export const mountChanges = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const query = c.req.valid('query')
    const after = sequenceOf(query.cursor)
    const changes = await withCurrent(c.get('session'), (session) => {
      if (session.organization.history === 'off') throw refuse('feed_disabled')
      return c.get('reader').changes(scopeOf(session), after, pageLimit(query.limit))
    })
    const last = changes[changes.length - 1]?.sequence ?? after
    const rendered = changes.map((one) => ({
      ...one,
      at: zuluMilliseconds(one.at),
      recordId: one.recordId || null,
      action: one.action as z.infer<typeof change>['action'],
      changed: [...one.changed],
    }))
    return c.json({ changes: rendered, nextCursor: encodeCursor([String(last), '']) }, 200)
  })
}
