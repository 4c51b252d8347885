import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refuse } from '../../engine/errors.ts'
import { awaitChanges, type Followed, follow, timer } from '../../engine/follow.ts'
import { type ChangesQuery, gapAt } from '../../engine/history.ts'
import { objectOf } from '../../engine/names.ts'
import { type Session, scopeOf } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { allowed } from './access.ts'
import { lookLimit, pageLimit } from './answer-size.ts'
import { change, renderChange } from './change.ts'
import { changeEvents, STREAM_MS } from './change-events.ts'
import { decodePlace, encodePlace } from './cursor.ts'
import { readResponses, refused } from './responses.ts'
import { cursor, limit } from './schemas.ts'

const feed = z
  .strictObject({
    changes: z.array(change),
    nextCursor: z.string().openapi({ description: 'Ask with it again for what comes after.' }),
    more: z.boolean().openapi({ description: 'Whether there is more already.' }),
  })
  .openapi('ChangeFeed')

/** Seconds that a request may wait for a change: proxies cut what takes longer. */
export const WAIT_SECONDS = 60

const query = z.object({
  cursor,
  limit,
  object: z
    .string()
    .optional()
    .openapi({ description: 'Only changes of this object, archived or not, and those of no object.' }),
  since: z
    .union([z.literal('now'), z.iso.datetime({ offset: true })])
    .optional()
    .openapi({
      type: 'string',
      description:
        'Where to begin, instead of a cursor: a time, or `now` for what comes after this request. Absent, with no cursor: where the history begins.',
    }),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(WAIT_SECONDS)
    .optional()
    .openapi({
      description: `Seconds to wait for a change where there is none, up to ${WAIT_SECONDS}. Absent: the answer comes at once.`,
    }),
})

const headers = z.object({
  'last-event-id': z
    .string()
    .optional()
    .openapi({ description: 'Of a stream that is taken up again: goes before what the query says.' }),
})

/** Of what reads the history: it may not reach back far enough. */
export const historyResponses = { 410: refused('The history does not reach back to there') }

const responses = readResponses('Changes after the cursor', feed)

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/changes',
    operationId: 'listChanges',
    tags: ['Changes'],
    summary: 'Read the change feed, oldest first',
    description:
      'What was changed, by whom, when and through which contract, with the values before and after. With `Accept: text/event-stream` each change is an event `change` whose id is a cursor, and the last event, `end`, says why the stream has ended. 409 where the history is off. 410 where changes after the cursor are missing, because the history was off meanwhile or keeps them no longer, or because a backup was restored and the change that the cursor stands behind is not in it: copy the records anew.',
    ...allowed(services, 'crm:read'),
    request: { query, headers },
    responses: {
      ...responses,
      200: {
        ...responses[200],
        content: {
          ...responses[200].content,
          'text/event-stream': { schema: z.string().openapi({ description: 'Server-Sent Events.' }) },
        },
      },
      ...historyResponses,
    },
  })

/** @throws RefusedError history_off */
export const requireHistory = ({ organization }: Session): void => {
  if (organization.history === 'off') throw refuse('history_off')
}

/** @throws RefusedError unknown_object; an archived one still has its changes */
const requireObject = ({ organization }: Session, slug: string | undefined): void => {
  if (slug !== undefined && !organization.archivedObjects.has(slug)) objectOf(organization, slug, 'object')
}

type Query = z.infer<typeof query>

const beginOf = ({ since }: Query, cursor: string | undefined): Pick<ChangesQuery, 'after' | 'since'> => {
  if (since === undefined) {
    const after = decodePlace(cursor)
    return after ? { after } : {}
  }
  if (cursor !== undefined) throw refuse('invalid_value', 'since', 'left out where a cursor is sent')
  return { since: since === 'now' ? since : Date.parse(since) }
}

/** What the request follows. What it throws: RefusedError history_off, history_gap */
const followed = (c: Context<AppEnv>, query: Query, begin: ReturnType<typeof beginOf>): Followed<Session> => {
  const history = c.get('history')
  const { limit, object } = query
  const about = object === undefined ? {} : { object }
  return {
    ...about,
    limit,
    async read(session, behind) {
      requireHistory(session)
      requireObject(session, object)
      const from = behind === undefined ? begin : { after: behind }
      const page = await history.changes(scopeOf(session), { ...from, ...about, limit: pageLimit(limit) })
      if (page.reaches) return page
      if (from.since !== undefined) throw refuse('history_gap', 'since', 'changes after that time are kept no longer')
      throw refuse('history_gap', 'cursor', gapAt(from.after, page.from))
    },
    look: (session, after) => history.changes(scopeOf(session), { after, limit: lookLimit }),
  }
}

const wantsEvents = (c: Context<AppEnv>) => /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '')

export const mountChanges = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const { stopping, waiting = timer } = services

  app.openapi(route(services), async (c) => {
    const query = c.req.valid('query')
    const isStream = wantsEvents(c)
    if (isStream && query.wait !== undefined)
      throw refuse('invalid_request', 'wait', 'A stream waits by itself: leave wait out, or ask for JSON')
    const last = isStream ? c.req.valid('header')['last-event-id'] : undefined
    // Whoever takes a stream up again sends the request that began it, with all that it said.
    const begin = last ? beginOf({ ...query, since: undefined }, last) : beginOf(query, query.cursor)
    const changes = followed(c, query, begin)
    const gone = new AbortController()
    const ending = AbortSignal.any([c.req.raw.signal, gone.signal, ...(stopping ? [stopping] : [])])
    const pages = (forMs: number) => follow(c.get('session'), changes, { waiting, ending, forMs })
    if (isStream) return changeEvents(c, { ...services, waiting }, pages(STREAM_MS), () => gone.abort())
    const page = await awaitChanges(pages(1_000 * (query.wait ?? 0)))
    const { last: end, more } = page
    return c.json({ changes: page.changes.map(renderChange), nextCursor: encodePlace(end), more }, 200)
  })
}
