import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Quota, Taken } from '../auth/rate-limit.ts'
import { refuse } from '../engine/errors.ts'
import { type Cost, noCost } from '../storage/meter.ts'
import type { UsageKeeper } from '../storage/usage/keeper.ts'
import { laterOf } from './access.ts'
import { errorText } from './app-errors.ts'
import type { AppEnv, Streamed } from './context.ts'

export interface ObserveOptions {
  /** Send Server-Timing. */
  readonly serverTiming: boolean
  /** Takes one line per request; absent: none is written. */
  readonly log?: (line: string) => void
  /** Counts requests that were let in; absent: nothing does. */
  readonly usage?: UsageKeeper
}

/** What proxies and tracers call requests, and no more: it stands in logs, in addresses of problems and in the history. */
const OWN_ID = /^[A-Za-z0-9._~:@/+=,;-]{1,200}$/

const requestIdOf = (sent: string | undefined) => (sent && OWN_ID.test(sent) ? sent : crypto.randomUUID())

/**
 * A request is undone by its id, so another one in the place of the one that was sent would be found by nobody.
 * @throws RefusedError invalid_request
 */
export const requireOwnId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const sent = c.req.header('x-request-id')
  if (sent && sent !== c.get('requestId'))
    throw refuse(
      'invalid_request',
      'X-Request-Id',
      'X-Request-Id must have 1 to 200 letters, digits and . _ ~ : @ / + = , ; -',
    )
  await next()
}

/** What the database did not tell is left out. */
const timingOf = ({ milliseconds, calls, rowsRead, rowsWritten }: Cost): string => {
  let timing = `db;dur=${milliseconds.toFixed(2)}, db-calls;desc="${calls}"`
  if (rowsRead !== undefined) timing += `, db-rows-read;desc="${rowsRead}"`
  if (rowsWritten !== undefined) timing += `, db-rows-written;desc="${rowsWritten}"`
  return timing
}

/** The two fields of draft-ietf-httpapi-ratelimit-headers. */
const rateLimitHeaders = ({ limit, periodSeconds }: Quota, { remaining, resetSeconds }: Taken) =>
  [
    ['RateLimit-Policy', `"default";q=${limit};w=${periodSeconds}`],
    ['RateLimit', `"default";r=${remaining};t=${resetSeconds}`],
  ] as const

/** `c.header` makes the response anew; only one that came from elsewhere (an asset) does not let us write to it. */
const setHeader = (c: Context<AppEnv>, name: string, value: string) => {
  try {
    c.res.headers.set(name, value)
  } catch {
    c.header(name, value)
  }
}

/** The pattern, not the path: a path may hold an address or another value of a record. */
const routeOf = (c: Context<AppEnv>): string =>
  matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none'

/** Whoever was not let in is counted nowhere: to name an organisation must cost it nothing. */
const count = (c: Context<AppEnv>, usage: UsageKeeper, milliseconds: number | undefined): void => {
  const session = c.get('session')
  if (!session) return
  usage.count(
    {
      organizationId: session.organization.id,
      contract: c.get('contract'),
      keyIds: session.credentials.map(({ id }) => id),
      status: c.res.status,
      ...(milliseconds !== undefined && { milliseconds }),
      cost: c.get('cost'),
    },
    laterOf(c),
  )
}

/** Request id, rate limit, cost and the log line. The line holds no body, no query and no header. */
export const observe =
  ({ serverTiming, log, usage }: ObserveOptions): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const started = performance.now()
    const cost = noCost()
    c.set('requestId', requestIdOf(c.req.header('x-request-id')))
    c.set('cost', cost)
    await next()
    setHeader(c, 'X-Request-Id', c.get('requestId'))
    setHeader(c, 'X-Content-Type-Options', 'nosniff')
    const limited = c.get('rateLimit')
    if (limited) for (const [name, value] of rateLimitHeaders(limited.quota, limited.taken)) setHeader(c, name, value)
    // To who was not let in, the cost of looking would tell which organisations exist.
    if (serverTiming && c.get('session')) setHeader(c, 'Server-Timing', timingOf(cost))
    const streamed = c.get('streamed')
    const thrown: unknown = c.error ?? c.get('unreached')
    const write = ({ error, ...stream }: Streamed = {}) => {
      const milliseconds = performance.now() - started
      if (usage) count(c, usage, streamed ? undefined : milliseconds)
      log?.(
        JSON.stringify({
          at: new Date().toISOString(),
          requestId: c.get('requestId'),
          method: c.req.method,
          route: routeOf(c),
          status: c.res.status,
          ms: Math.round(milliseconds),
          contract: c.get('contract'),
          organization: c.get('session')?.organization.id ?? c.get('tenantId'),
          ...(thrown !== undefined && { error: errorText(thrown) }),
          ...(error !== undefined && { error }),
          db: cost,
          ...(streamed && { stream }),
        }),
      )
    }
    if (streamed) streamed.then(write)
    else write()
  }
