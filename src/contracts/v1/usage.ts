import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HOUR_MS, USAGE_DAYS } from '../../admin/usage.ts'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { allowed } from './access.ts'
import { tags } from './administration.ts'
import { readResponses } from './responses.ts'

/** Days that one answer is about, at most. */
export const USAGE_PAGE_DAYS = 31

const rows = z.int().nullable().openapi({ description: 'Null where the database does not tell.' })
const latency = z.number().nullable().openapi({
  description: 'Milliseconds, estimated from counts; 5000 where it was more; null where only streams were answered.',
})

const hour = z
  .strictObject({
    hour: z.iso.datetime().openapi({ description: 'When the hour began.' }),
    contract: z.string(),
    requests: z.int().openapi({ description: 'That a key has let in.' }),
    clientErrors: z.int().openapi({ description: 'Of them, those answered with 400 to 499.' }),
    serverErrors: z.int().openapi({ description: 'Those answered with 500 and more.' }),
    calls: z.int().openapi({ description: 'Of the database.' }),
    rowsRead: rows,
    rowsWritten: rows,
    p50: latency,
    p95: latency,
  })
  .openapi('UsageHour')

const usage = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    isCounted: z.boolean().openapi({ description: 'False where this deployment counts nothing (USAGE_SECONDS=0).' }),
    hours: z.array(hour).openapi({ description: 'Oldest first; hours in which nothing was asked are not there.' }),
  })
  .openapi('Usage')

const time = (description: string) => z.iso.datetime().optional().openapi({ description })

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/usage',
    operationId: 'getUsage',
    tags,
    summary: 'What was asked, by hour and contract',
    description: `Requests, errors, calls and rows of the database, and how long answers took: added up by those who answered and written every few seconds. What an isolate had not written when it ended is missing. Of the last ${USAGE_DAYS} days, ${USAGE_PAGE_DAYS} at a time.`,
    ...allowed(services, 'admin'),
    request: {
      query: z.object({
        from: time('From the hour of this time on. Default: a day before `to`.'),
        to: time('To the end of the hour before which this time is. Default: now.'),
      }),
    },
    responses: readResponses('The hours', usage),
  })

/**
 * What this isolate has counted of the organisation stands in what is told next. That it could not be written is no reason to
 * tell nothing.
 */
export const writeOwnUsage = async ({ usage }: Services, c: Context<AppEnv>): Promise<void> => {
  await usage
    ?.write(c.get('session').organization.id)
    .catch((error: unknown) => console.error('Usage could not be written', error))
}

/** Hours since 1970. @throws RefusedError invalid_value */
const hoursOf = ({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }) => {
  const end = to === undefined ? Date.now() : Date.parse(to)
  const until = Math.ceil(end / HOUR_MS)
  const first = from === undefined ? until - 24 : Math.floor(Date.parse(from) / HOUR_MS)
  if (first >= until) throw refuse('invalid_value', 'from', 'a time before "to"')
  if (until - first > 24 * USAGE_PAGE_DAYS)
    throw refuse('invalid_value', 'from', `at most ${USAGE_PAGE_DAYS} days before "to"`)
  return { from: first, until }
}

export const mountUsage = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const hours = hoursOf(c.req.valid('query'))
    await writeOwnUsage(services, c)
    const listed = await c.get('administration')().listUsage(hours)
    return c.json(
      {
        from: zuluMilliseconds(hours.from * HOUR_MS),
        to: zuluMilliseconds(hours.until * HOUR_MS),
        isCounted: services.usage !== undefined,
        hours: listed.map(({ at, ...counted }) => ({ hour: zuluMilliseconds(at), ...counted })),
      },
      200,
    )
  })
}
