import { StaleError } from '../engine/session.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { sweepReplays } from '../storage/old-replays.ts'
import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { eraseTenant, isDue } from './erasing.ts'
import { lookAfterMove } from './moving.ts'
import { databaseName, type Place } from './place.ts'
import { loggedErasing, loggedMove } from './upkeep-log.ts'

const PAGE = 500

interface Database {
  readonly name: string
  readonly driver: SqlDriver
}

/**
 * The databases that somebody must look after from outside, each once. An object looks after itself. One that is
 * configured otherwise than it can be is left out, with a line in the log.
 */
export async function* databasesOf(deployment: Deployment): AsyncGenerator<Database> {
  const { places } = deployment
  const seen = new Set<string>()
  const next = (id: string, placeOf: () => Place | undefined): readonly Database[] => {
    try {
      const place = placeOf()
      if (!place || place.shape === 'object') return []
      const name = databaseName(id, place)
      if (seen.has(name)) return []
      const driver = places.open(id, place, { mayCreate: false })
      seen.add(name)
      return [{ name, driver }]
    } catch (error) {
      console.error(`The database of ${id} cannot be looked after`, error)
      return []
    }
  }
  for (const id of ['', ...places.configuredIds]) yield* next(id, () => places.homeOf(id))
  for await (const { id, place } of tenantsOf(deployment)) yield* next(id, () => place)
}

/** The tenants that the directory has, page by page. */
async function* tenantsOf({ directory }: Deployment): AsyncGenerator<Tenant> {
  let after = ''
  for (;;) {
    const page = await directory.page({ after, limit: PAGE })
    yield* page
    const last = page[page.length - 1]
    if (!last) return
    after = last.id
  }
}

/** Whatever goes wrong with one is told, and keeps no other from its turn. */
const alone = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    console.error(what, error)
  }
}

/**
 * What has to be done from time to time: answers that are too old to be replayed are deleted, deleted tenants erased when their
 * waiting time is over, moves gone on with that nobody goes on with.
 * @param now milliseconds since 1970
 */
export const lookAfter = async (deployment: Deployment, now: number): Promise<void> => {
  for await (const { name, driver } of databasesOf(deployment))
    await alone(`Old replays of the database ${name} could not be deleted`, () => sweepReplays(driver, now))
  for await (const { id, status, move } of tenantsOf(deployment))
    if (status === 'deleted' || status === 'erasing' || move !== null)
      await alone(`The tenant ${id} could not be looked after`, () => lookAfterTenant(deployment, id, now))
}

/** Read anew: what the page says may be over. Whoever has changed it meanwhile is left alone until the next time. */
const lookAfterTenant = async (deployment: Deployment, id: string, now: number): Promise<void> => {
  const tenant = await deployment.directory.find(id)
  if (!tenant) return
  try {
    if (isDue(tenant, now)) await loggedErasing(deployment, tenant, () => eraseTenant(deployment, tenant))
    else await loggedMove(deployment, tenant, now, () => lookAfterMove(deployment, tenant, now))
  } catch (error) {
    if (!(error instanceof StaleError)) throw error
  }
}
