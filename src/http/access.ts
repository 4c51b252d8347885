import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Administration } from '../admin/administration.ts'
import type { JobReader } from '../admin/jobs.ts'
import { Access, organizationOf, type Presented, type Session, withScope } from '../auth/access.ts'
import type { Directory, Scope } from '../auth/directory.ts'
import { type OperatorSettings, requireOperator } from '../auth/operator.ts'
import { type Later, type RateLimit, slowedDown } from '../auth/rate-limit.ts'
import { problem, RefusedError, refuse } from '../engine/errors.ts'
import type { HistoryReader } from '../engine/history.ts'
import type { MergeReader } from '../engine/merge/reader.ts'
import type { RecordReader } from '../engine/read.ts'
import type { RecordStore } from '../engine/store.ts'
import type { DeliveryLog } from '../hooks/delivery.ts'
import type { Cost } from '../storage/meter.ts'
import type { AppEnv } from './context.ts'
import type { Credentials } from './credentials.ts'
import { jsonBody } from './json-body.ts'

/** What reaches the data of one organisation, for one request. */
export interface OrganizationData {
  readonly directory: Directory
  readonly store: RecordStore
  readonly reader: RecordReader
  readonly history: HistoryReader
  readonly merging: MergeReader
  readonly jobs: JobReader
  readonly deliveries: DeliveryLog
  /** Has the organisation's jobs go on. Settles when they rest again. */
  readonly driveJobs: () => Promise<void>
  /** Has the organisation's subscriptions send what is due. Settles when they rest again. */
  readonly driveSubscriptions: () => Promise<void>
  readonly administration: (session: Session) => Administration
}

export interface AccessOptions {
  readonly dataOf: (organizationId: string, cost: Cost) => OrganizationData
  /** Absent: repeated failures are not slowed down. */
  readonly failures?: RateLimit
  /** Of each key; absent: not limited. */
  readonly requests?: RateLimit
}

/** Where there is no `waitUntil` (Node, tests), work that nobody waits for goes on by itself. */
export const laterOf =
  (c: Context<AppEnv>): Later =>
  (work) => {
    const settled = work.catch((error: unknown) => console.error('Work behind an answer has failed', error))
    try {
      c.executionCtx.waitUntil(settled)
    } catch {
      // Hono says so by throwing.
    }
  }

/** What is known of who asks is what was read last in the request, by whatever had to read it again. */
const keepNewest = (c: Context<AppEnv>, session: Session): void =>
  c.set('session', {
    ...session,
    refresh: async () => {
      keepNewest(c, await session.refresh())
      return c.get('session')
    },
  })

/** Finds out who asks; that nobody was found counts against the address. */
const counting = async (c: Context<AppEnv>, failures: RateLimit | undefined, work: () => Promise<void>) => {
  try {
    await work()
  } catch (error) {
    throw slowedDown(error, failures, c.get('clientAddress'), laterOf(c))
  }
}

/** Lets the operator of the deployment in. @param settings absent: to all requests the route does not exist */
export const operatorAccess =
  (settings: OperatorSettings | undefined, failures: RateLimit | undefined): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (settings === undefined) throw refuse('route_not_found', undefined, `${c.req.method} ${c.req.path}`)
    await counting(c, failures, async () => {
      const name = await requireOperator(c.req.raw.headers, settings, c.get('clientAddress'))
      c.set('operator', { name, requestId: c.get('requestId') })
    })
    await next()
  }

/** After authentication, so that nobody can use up the quota of a key that they do not have. */
const countRequest = (c: Context<AppEnv>, limit: RateLimit) => {
  const taken = limit.take(c.get('session').credentials[0]?.id ?? '', laterOf(c))
  c.set('rateLimit', { quota: limit.quota, taken })
  if (!taken.allowed) throw new RefusedError(problem('rate_limited'), taken.resetSeconds)
}

/**
 * Behind whatever may have written, where anybody is to be told: it costs the answer nothing, and organisations without
 * subscriptions not even a look.
 */
export const tellSubscribers = (c: Context<AppEnv>): void => {
  if (!c.get('session').organization.subscribed || c.req.method === 'GET') return
  const streamed = c.get('streamed')
  if (streamed) laterOf(c)(streamed.then(() => c.get('driveSubscriptions')()))
  else c.get('driveSubscriptions')()
}

/** The middleware that lets requests in, for any credentials and scope. */
export const accessWith = ({ dataOf, failures, requests }: AccessOptions) => {
  const access = new Access()

  const authenticate = async (c: Context<AppEnv>, read: () => Presented) => {
    const presented = read()
    const data = dataOf(organizationOf(presented), c.get('cost'))
    const { directory, store, reader, history, merging, jobs, deliveries, administration } = data
    keepNewest(c, await access.open(directory, presented, c.get('clientAddress')))
    c.set('store', store)
    c.set('reader', reader)
    c.set('history', history)
    c.set('merging', merging)
    c.set('jobs', jobs)
    c.set('deliveries', deliveries)
    c.set('driveJobs', () => laterOf(c)(data.driveJobs()))
    c.set('driveSubscriptions', () => laterOf(c)(data.driveSubscriptions()))
    c.set('administration', () => administration(c.get('session')))
  }

  const readAgain = (c: Context<AppEnv>) =>
    counting(c, failures, async () => {
      await c.get('session').refresh()
    })

  const requireCurrentScope = async (c: Context<AppEnv>, scope: Scope) => {
    const judge = () => keepNewest(c, withScope(c.get('session'), scope))
    try {
      judge()
    } catch (error) {
      if (!c.get('session').cached) throw error
      await readAgain(c)
      judge()
    }
  }

  /**
   * A refusal for which the database was never called rests on what the isolate remembers: on a key that may be revoked
   * by now. So the session is read again before the refusal goes out; if it holds no longer, that is the answer. Every
   * batch proves its session by itself, so nothing is read twice.
   */
  const refuseOnlyTheCurrent = async (c: Context<AppEnv>, next: Next) => {
    const { calls } = c.get('cost')
    await next()
    if (c.error instanceof RefusedError && c.get('session').cached && c.get('cost').calls === calls) await readAgain(c)
  }

  const enter = async (c: Context<AppEnv>, read: () => Presented, scope: Scope, next: Next) => {
    await counting(c, failures, () => authenticate(c, read))
    if (requests) countRequest(c, requests)
    await requireCurrentScope(c, scope)
    await refuseOnlyTheCurrent(c, next)
    tellSubscribers(c)
  }

  return (credentials: Credentials, scope: Scope): MiddlewareHandler<AppEnv> =>
    credentials.in === 'header'
      ? (c, next) => enter(c, () => credentials.read(c.req.raw.headers), scope, next)
      : (c, next) =>
          jsonBody(c, async () => {
            const body = (await c.req.bodyCache.json) as Record<string, unknown>
            await enter(c, () => credentials.read(body), scope, next)
          })
}
