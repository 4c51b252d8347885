import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import type { ChangePage } from '../../engine/history.ts'
import { type Session, scopeOf, withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { allowed } from './access.ts'
import { pageLimit } from './answer-size.ts'
import { change, renderChange } from './change.ts'
import { decodeSequences, encodeCursor } from './cursor.ts'
import { readResponses, refused } from './responses.ts'
import { cursor, limit } from './schemas.ts'

const feed = z
  .strictObject({
    changes: z.array(change),
    nextCursor: z.string().openapi({ description: 'Ask with it again for what comes after.' }),
    more: z.boolean().openapi({ description: 'Whether there is more already.' }),
  })
  .openapi('ChangeFeed')

const query = z.object({
  cursor,
  limit,
  object: z.string().optional().openapi({ description: 'Only changes of this object, and those of no object.' }),
  since: z
    .union([z.literal('now'), z.iso.datetime({ offset: true })])
    .optional()
    .openapi({
      type: 'string',
      description:
        'Where to begin, instead of a cursor: a time, or `now` for what comes after this request. Absent, with no cursor: where the history begins.',
    }),
})

/** Of what reads the history: it may not reach back far enough. */
export const historyResponses = { 410: refused('The history does not reach back to there') }

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/changes',
    operationId: 'listChanges',
    tags: ['Changes'],
    summary: 'Read the change feed, oldest first',
    description:
      'What was changed, by whom, when and through which contract, with the values before and after. 409 where the history is off. 410 where changes after the cursor are missing, because the history was off meanwhile or keeps them no longer: copy the records anew.',
    ...allowed(services, 'crm:read'),
    request: { query },
    responses: { ...readResponses('Changes after the cursor', feed), ...historyResponses },
  })

/** @throws RefusedError history_off */
export const requireHistory = ({ organization }: Session): void => {
  if (organization.history === 'off') throw refuse('history_off')
}

export const mountChanges = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const query = c.req.valid('query')
    if (query.cursor !== undefined && query.since !== undefined)
      throw refuse('invalid_value', 'since', 'left out where a cursor is sent')
    const history = c.get('history')
    const limit = pageLimit(query.limit)
    const page = await withCurrent(c.get('session'), async (session): Promise<ChangePage> => {
      requireHistory(session)
      const scope = scopeOf(session)
      let after = decodeSequences(query.cursor)?.[0]
      let isOfTime = (_: number) => true
      if (query.since !== undefined) {
        const time = query.since === 'now' ? undefined : Date.parse(query.since)
        const moment = await history.moment(scope, time)
        if (!moment.reaches) throw refuse('history_gap', 'since', 'changes after that time are kept no longer')
        after = moment.sequence
        if (time !== undefined) isOfTime = (at) => at >= time
      }
      const found = await history.changes(scope, {
        limit,
        ...(after !== undefined && { after }),
        ...(query.object !== undefined && { object: query.object }),
      })
      if (after !== undefined && after < found.from && query.since === undefined)
        throw refuse('history_gap', 'cursor', `changes up to ${found.from} are missing`)
      return { ...found, changes: found.changes.filter(({ at }) => isOfTime(at)) }
    })
    return c.json(
      { changes: page.changes.map(renderChange), nextCursor: encodeCursor([String(page.last), '']), more: page.more },
      200,
    )
  })
}
