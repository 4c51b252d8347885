import type { Context } from 'hono'
import { type RateLimit, slowedDown } from '../auth/rate-limit.ts'
import { RefusedError, refuse } from '../engine/errors.ts'
import { StaleError, scopeOf } from '../engine/session.ts'
import type { Backlog, OpenHookAt } from '../hooks/backlog.ts'
import { parseAddress } from '../hooks/definition.ts'
import type { DeliveryLog } from '../hooks/delivery.ts'
import { HookAccess, type HookDirectory, type HookSession, noSuchHook } from '../hooks/opening.ts'
import { Rejections } from '../hooks/rejections.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { Cost } from '../storage/meter.ts'
import { laterOf } from './access.ts'
import type { AppEnv } from './context.ts'

/** What reaches the hooks of one organisation, for one request. */
export interface HookData {
  readonly hooks: HookDirectory
  readonly deliveries: DeliveryLog
  /** Has the organisation's jobs go on. Settles when they rest again. */
  readonly driveJobs: () => Promise<void>
  /** Has the organisation's subscriptions send what is due. */
  readonly driveSubscriptions: () => Promise<void>
}

/** A hook, and what its deliveries need. */
export interface OpenedHook {
  readonly session: HookSession
  readonly log: DeliveryLog
  readonly driveJobs: () => void
  /** Has whoever is subscribed be told of what was delivered, behind the answer. */
  readonly tellSubscribers: () => void
}

export interface HookAccessOptions {
  readonly dataOf: (organizationId: string, cost: Cost) => HookData
  /** The same for work behind which there is no request. */
  readonly dataBehind: (organizationId: string) => HookData
  readonly box: SecretBox
  readonly backlog?: Backlog
  /** Absent: repeated failures are not slowed down. */
  readonly failures?: RateLimit
}

/** How deliveries get to their hook. */
export interface Hooks {
  /** Keeps what is verified and cannot be written yet. Absent: its sender has to come again. */
  readonly backlog?: Backlog
  /** Keeps by what it was verified. */
  readonly box: SecretBox
  /** @throws RefusedError not_found for what is off or never was */
  open(c: Context<AppEnv>, address: string): Promise<OpenedHook>
  /** The same for what has waited: no client is behind it. */
  readonly reopen: OpenHookAt
  /** Has the log tell, now and then, that deliveries are refused. @returns what to answer: the refusal, or that there were too many */
  reject(c: Context<AppEnv>, session: HookSession, log: DeliveryLog, error: RefusedError): Promise<unknown>
}

export const hookAccess = ({ dataOf, dataBehind, box, backlog, failures }: HookAccessOptions): Hooks => {
  const access = new HookAccess(box)
  const rejections = new Rejections()
  const counted = (c: Context<AppEnv>, error: unknown) =>
    slowedDown(error, failures, c.get('clientAddress'), laterOf(c))

  /** Whoever tries addresses is slowed down as whoever tries keys; up to there the answer is that there is none. */
  const notFound = (c: Context<AppEnv>, error: RefusedError) => {
    const answer = counted(c, refuse('invalid_credentials'))
    return answer instanceof RefusedError && answer.retryAfter !== undefined ? answer : error
  }

  const openAt = async (address: string, data: (organizationId: string) => HookData) => {
    const place = parseAddress(address)
    if (!place) throw noSuchHook()
    const { hooks, deliveries, driveJobs, driveSubscriptions } = data(place.organizationId)
    return { session: await access.open(hooks, place), log: deliveries, driveJobs, driveSubscriptions }
  }

  return {
    ...(backlog && { backlog }),
    box,
    reopen: (address) => openAt(address, dataBehind),
    async open(c, address) {
      try {
        const { driveJobs, driveSubscriptions, ...opened } = await openAt(address, (id) => dataOf(id, c.get('cost')))
        return {
          ...opened,
          driveJobs: () => laterOf(c)(driveJobs()),
          tellSubscribers: () => {
            // What was known before may have been read again since.
            const { organization } = c.get('session') ?? opened.session
            if (organization.subscribed) laterOf(c)(driveSubscriptions())
          },
        }
      } catch (error) {
        throw error instanceof RefusedError && error.refusal.problems[0].code === 'not_found'
          ? notFound(c, error)
          : error
      }
    },
    async reject(c, session, log, error) {
      const { hook } = session
      const [problem] = error.refusal.problems
      const at = Date.now()
      const times = rejections.due(hook.id, problem.code, at)
      const rejection = { hookId: hook.id, problem, at, times, keepDays: hook.keepDays }
      if (times > 0)
        await log.reject(scopeOf(session), rejection).catch((failure: unknown) => {
          // The hook was changed at this very moment: these are not told, and those that come next are.
          if (!(failure instanceof StaleError)) throw failure
        })
      return counted(c, error)
    },
  }
}
