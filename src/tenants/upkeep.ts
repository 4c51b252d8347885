import { advise, RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { type SqlDriver, UnavailableError } from '../storage/driver.ts'
import { type RunOptions, runJobs } from '../storage/jobs/run.ts'
import { type DeliverOptions, runSubscriptions } from '../storage/subscriptions/lanes.ts'
import { sweep } from '../storage/sweep.ts'
import { endWatch, watchesIn } from '../storage/tenant-watch.ts'
import { adoptConfigured, adoptShared } from './adopting.ts'
import { claimOf } from './claim.ts'
import type { Deployment } from './deployment.ts'
import { asLegible, type Tenant } from './directory.ts'
import { endClaim, isClaimDue } from './ending.ts'
import { eraseTenant, isDue } from './erasing.ts'
import { orFault } from './fault.ts'
import { eraseLeftovers, hasLeftoverDue, lookAfterMove } from './left-moves.ts'
import { leftoversOf, withoutMove } from './leftovers.ts'
import { databaseName, type Place, readable, type WrittenPlace } from './place.ts'
import { ruled } from './ruler.ts'
import { isOwedDeletion, payDeletion } from './status.ts'
import { endingMoveOf, isUnderWay } from './tenant-move.ts'
import { patience, withTimeLimit } from './time-limit.ts'
import { loggedDeletion, loggedErasing, loggedGivingBack, loggedLetting, loggedMove } from './upkeep-log.ts'
import { countUsage, isUsageDue } from './usage.ts'

/** What has to be done from time to time, by cron on the Worker and by a timer on Node. */

const PAGE = 500

/** Tenants whose usage one run counts; the next run goes on with others. */
const COUNTS = 200

export interface UpkeepOptions {
  /** Takes a line of JSON for everything that could not be done. Default: the console. */
  readonly log?: (line: string) => void
  /** Milliseconds that one batch may take. A database that has failed once is left alone for the rest of the run. */
  readonly timeoutMs?: number
  /** Milliseconds for which jobs go on, of all databases together. Default: until they have ended. */
  readonly jobsMs?: number
  /** Sends to the receivers of subscriptions. Absent: those wait for whoever writes next. */
  readonly subscriptions?: Pick<DeliverOptions, 'outbox' | 'openSecrets'>
}

/** Milliseconds for which one run sends to receivers: of each database, and of all of them. */
const SENDING_MS = 20_000
const ALL_SENDING_MS = 60_000

/** Databases that share what an outbox may have under way at once. */
const SENDING_SHARES = 5

/** Does one thing of many. Whatever goes wrong with it is told in a line, and keeps no other from its turn. */
type Alone = (what: Readonly<Record<string, string>>, work: () => Promise<unknown>) => Promise<void>

const aloneWith =
  (log: (line: string) => void): Alone =>
  async (what, work) => {
    try {
      await work()
    } catch (error) {
      // Somebody is changing the tenant: it is left to them until the next time.
      if (error instanceof StaleError) return
      const message = error instanceof Error ? error.message : String(error)
      const told =
        error instanceof RefusedError
          ? { error: message, detail: advise(error.refusal.problems[0]) }
          : { error: message }
      log(JSON.stringify({ at: new Date().toISOString(), upkeep: 'failed', ...what, ...told }))
    }
  }

/** The tenants that the directory has, page by page. */
async function* tenantsOf({ directory }: Deployment): AsyncGenerator<Tenant> {
  let after = ''
  for (;;) {
    const { tenants, next } = await directory.page({ after, limit: PAGE })
    yield* tenants
    if (next === undefined) return
    after = next
  }
}

/** Where tenants are by the configuration, and where they are by the directory. */
async function* placesOf(deployment: Deployment): AsyncGenerator<[string, () => Place | undefined]> {
  const { places } = deployment
  for (const id of ['', ...places.configuredIds]) yield [id, () => places.homeOf(id)]
  for await (const { id, place } of tenantsOf(deployment)) yield [id, () => readable(place)]
}

/** Where tenants have left something: in some of these nobody lives any more. */
async function* leftPlacesOf(deployment: Deployment): AsyncGenerator<[string, WrittenPlace]> {
  for await (const tenant of tenantsOf(deployment))
    for (const { place } of leftoversOf({ ...tenant, ...withoutMove(tenant) })) yield [tenant.id, place]
}

/** Databases that are asked at once: one that hangs keeps the others from nothing but its own lane. */
const LANES = 8

/** Each is begun in its turn, so many at once. */
const inLanes = async <T>(all: AsyncIterable<T>, work: (one: T) => Promise<void>): Promise<void> => {
  const next = all[Symbol.asyncIterator]()
  const lane = async () => {
    for (let one = await next.next(); !one.done; one = await next.next()) await work(one.value)
  }
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** Opens the databases that somebody must look after from outside, each once. An object looks after itself. */
const onceEach = (deployment: Deployment) => {
  const opened = new Set<string>()
  return (id: string, place: Place | undefined): SqlDriver | undefined => {
    if (!place || place.shape === 'object') return undefined
    const name = databaseName(id, place)
    if (opened.has(name)) return undefined
    const driver = deployment.places.open(id, place, { mayCreate: false })
    // Not before: another tenant may name the same database in a way that can be used.
    opened.add(name)
    return driver
  }
}

/**
 * What moves have forgotten that were given up, or whose line was written anew. A move stands in its line before it watches
 * anything, so the watches are read first, and each goes by the name of its own move: another may have begun since.
 */
const endForgottenWatches = async ({ directory }: Deployment, driver: SqlDriver): Promise<void> => {
  for (const watch of await watchesIn(driver)) {
    const line = await directory.find(watch.organizationId)
    const move = line && endingMoveOf(asLegible(line))
    // Of a move that cannot be read nobody knows which it is.
    const isItsOwn = move !== undefined && (!move.state || move.state.id === watch.id)
    if (!isItsOwn || !isUnderWay(move)) await endWatch(driver, watch)
  }
}

/** @param isRuling whether what the directory does not know is over */
const sweepDatabases = async (
  deployment: Deployment,
  alone: Alone,
  now: number,
  jobs: RunOptions,
  isRuling: boolean,
): Promise<void> => {
  const next = onceEach(deployment)
  await inLanes(placesOf(deployment), ([id, place]) =>
    alone({ work: 'sweep', ...(id !== '' && { tenant: id }) }, async () => {
      const driver = next(id, place())
      if (!driver) return
      await sweep(driver, now)
      if (isRuling) await endForgottenWatches(deployment, driver)
      await runJobs(driver, jobs)
    }),
  )
  await inLanes(leftPlacesOf(deployment), ([id, place]) =>
    alone({ work: 'sweep', tenant: id }, async () => {
      // Nobody is served there, so that it is away is told by nobody but who erases what lies there.
      await orFault(async () => {
        const driver = next(id, readable(place))
        if (!driver) return
        await sweep(driver, now)
        if (isRuling) await endForgottenWatches(deployment, driver)
      })
    }),
  )
}

/** What cannot be opened or read is told by who sweeps it. */
const databasesToSendFrom = async (deployment: Deployment) => {
  const next = onceEach(deployment)
  const databases: { readonly id: string; readonly driver: SqlDriver }[] = []
  try {
    for await (const [id, place] of placesOf(deployment)) {
      try {
        const driver = next(id, place())
        if (driver) databases.push({ id, driver })
      } catch {}
    }
  } catch {}
  return databases
}

/**
 * Sends what is due, of several databases at once and beside all other work: nothing waits for a receiver. They have their
 * turns in an order of chance, so that nobody is always behind one whose receivers take the time of all.
 */
const tellSubscribers = async (
  deployment: Deployment,
  alone: Alone,
  subscriptions: NonNullable<UpkeepOptions['subscriptions']>,
): Promise<void> => {
  const end = Date.now() + ALL_SENDING_MS
  const databases = (await databasesToSendFrom(deployment))
    .map((database) => ({ ...database, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
  const send = async () => {
    for (let next = databases.pop(); next && Date.now() < end; next = databases.pop()) {
      const { id, driver } = next
      const until = Math.min(end, Date.now() + SENDING_MS)
      await alone({ work: 'tell subscribers', ...(id !== '' && { tenant: id }) }, async () => {
        await runSubscriptions(driver, { ...subscriptions, until }).catch((error: unknown) => {
          if (!(error instanceof UnavailableError)) throw error
        })
      })
    }
  }
  const atOnce = Math.max(1, Math.floor(subscriptions.outbox.atOnce / SENDING_SHARES))
  await Promise.all(Array.from({ length: atOnce }, send))
}

const needsLook = (tenant: Tenant, now: number): boolean =>
  tenant.eraseAt !== null || tenant.move !== null || claimOf(tenant) !== undefined || hasLeftoverDue(tenant, now)

/** Read anew: what the page says may be over. */
const lookAfterTenant = async (deployment: Deployment, id: string, now: number): Promise<void> => {
  const tenant = await deployment.directory.find(id)
  if (!tenant) return
  if (isDue(tenant, now)) await loggedErasing(deployment, tenant, () => eraseTenant(deployment, tenant))
  else if (isOwedDeletion(tenant)) await loggedDeletion(deployment, tenant, () => payDeletion(deployment, tenant))
  else if (isClaimDue(tenant, now)) await loggedGivingBack(deployment, tenant, () => endClaim(deployment, tenant))
  else {
    await loggedMove(deployment, tenant, now, () => lookAfterMove(deployment, tenant, now))
    const left = await deployment.directory.find(id)
    if (left && hasLeftoverDue(left, now))
      await loggedLetting(deployment, left, () => eraseLeftovers(deployment, left, now))
  }
}

const lookAfterTenants = (deployment: Deployment, alone: Alone, now: number): Promise<void> =>
  alone({ work: 'read the directory' }, async () => {
    let counts = COUNTS
    await inLanes(tenantsOf(deployment), async (tenant) => {
      const { id } = tenant
      if (needsLook(tenant, now))
        await alone({ work: 'look after', tenant: id }, () => lookAfterTenant(deployment, id, now))
      else if (isUsageDue(tenant, now) && counts-- > 0)
        await alone({ work: 'count', tenant: id }, () => countUsage(deployment, id, now))
    })
  })

/**
 * Puts tenants from before there was a directory into it, deletes answers that are too old to be replayed, has jobs and subscriptions go on, erases
 * deleted tenants when their waiting time is over, goes on with moves and deletions that nobody goes on with, and counts what there is of
 * tenants. Where another directory has the tenants of the shared database, it does no more than answers and jobs. Throws nothing.
 * @param now milliseconds since 1970
 */
export const lookAfter = async (
  deployment: Deployment,
  now: number,
  { log = (line) => console.error(line), timeoutMs = patience.upkeep, jobsMs, subscriptions }: UpkeepOptions = {},
): Promise<void> => {
  const alone = aloneWith(log)
  const limited = withTimeLimit(deployment, timeoutMs)
  const jobs = jobsMs === undefined ? {} : { until: Date.now() + jobsMs }
  const { deployment: own, requireRuler } = ruled(limited)
  let isRuling = false
  await alone({ work: 'rule' }, async () => {
    await requireRuler({ changes: true })
    isRuling = true
  })
  if (isRuling) {
    await alone({ work: 'adopt' }, () => adoptShared(own))
    for (const id of own.places.configuredIds)
      await alone({ work: 'adopt', tenant: id }, () => adoptConfigured(own, id))
  }
  // By a limit of its own: what it cannot reach has not failed the others, who tell of it.
  const told =
    subscriptions &&
    alone({ work: 'tell subscribers' }, () =>
      tellSubscribers(withTimeLimit(deployment, timeoutMs), alone, subscriptions),
    )
  // Beside each other: what a database is waited for in vain takes nothing from tenants who are to be erased or moved.
  const swept = alone({ work: 'read the directory' }, () => sweepDatabases(limited, alone, now, jobs, isRuling))
  if (isRuling) await lookAfterTenants(own, alone, now)
  await swept
  await told
}
