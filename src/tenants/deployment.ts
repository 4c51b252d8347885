import { type Authority, asLongAs, asOperator } from '../admin/authority.ts'
import { refuse } from '../engine/errors.ts'
import { isLeft, isQuiet, type Organization, type OrganizationStatus } from '../schema/schema.ts'
import { NoDatabaseError, type SqlDriver } from '../storage/driver.ts'
import { type Cost, metered } from '../storage/meter.ts'
import { migrate } from '../storage/migrations.ts'
import { asRead } from './again.ts'
import { requireIdle } from './claim.ts'
import type { Tenant, TenantChange, TenantDirectory } from './directory.ts'
import { type ObjectPlace, type Place, PlaceError, readable, samePlace } from './place.ts'
import type { Places } from './places.ts'

/** What can be done to an object besides running statements in it. */
export interface ObjectControl {
  /**
   * @param revision that it was read with; absent: nothing of it was there
   * @returns false when the organisation has another one there, or none of the statuses: then nothing was erased
   */
  erase(
    organizationId: string,
    place: ObjectPlace,
    statuses: readonly OrganizationStatus[],
    revision?: number,
  ): Promise<boolean>
  /**
   * @param time milliseconds since 1970
   * @param options `isDry`: the platform is asked whether it can, and nothing is changed
   * @returns what the platform says where it cannot
   */
  rewind(
    organizationId: string,
    place: ObjectPlace,
    time: number,
    options: { readonly isDry: boolean },
  ): Promise<{ readonly impossible?: string }>
}

/** Where the tenants of a deployment are, and what is written of them. */
export interface Deployment {
  readonly places: Places
  readonly directory: TenantDirectory
  /** Absent: there are no objects. */
  readonly objects?: ObjectControl
  /** Whether a tenant can be anywhere but at home: only then do requests ask the directory. */
  readonly isMixed: boolean
  /** Whether this is what serves its tenants: a Worker or a server, and no command beside it. */
  readonly isServed: boolean
  /** The shared database is brought up to date by its operator, and by nothing that runs. */
  readonly isSharedMigratedByHand?: true
}

/** The same deployment for one request: what it asks of databases is counted. */
export const meteredDeployment = (deployment: Deployment, cost: Cost): Deployment => ({
  ...deployment,
  directory: deployment.directory.metered(cost),
  places: deployment.places.over((_name, driver) => metered(driver, cost)),
})

/** A tenant, its database, and the operator's authority there. */
export interface Located {
  readonly tenant: Tenant
  readonly place: Place
  readonly driver: SqlDriver
  readonly authority: Authority
}

export const located = ({ places }: Deployment, tenant: Tenant): Located => {
  const driver = places.open(tenant.id, tenant.place, { mayCreate: false })
  return { tenant, place: readable(tenant.place), driver, authority: asOperator(driver, tenant.id) }
}

/** An organisation that lives at home without a line in the directory, from before there was one, gets its line. */
const adopt = async ({ places, directory }: Deployment, id: string): Promise<Tenant | undefined> => {
  const place = places.homeOf(id)
  if (!place) return undefined
  const driver = places.open(id, place, { mayCreate: false })
  const sql = 'SELECT name, status, created_at FROM organizations WHERE id = ?1'
  try {
    const { results } = await driver.batch([{ sql, params: [id] }])
    const row = results[0]?.rows[0] as { name: string; status: Tenant['status']; created_at: number } | undefined
    // What a move has brought there, or left, is of a tenant that has its line, or is nobody's.
    if (!row || isLeft(row.status)) return undefined
    // As it is, in one go: others may look for it at this very moment.
    await directory.adopt([{ id, name: row.name, place, createdAt: row.created_at, status: row.status }])
    return await directory.find(id)
  } catch (error) {
    if (error instanceof NoDatabaseError) return undefined
    throw error
  }
}

/** The tenant of this id, if there is one: whoever makes one must have looked, since it may be older than the directory. */
export const knownTenant = async (deployment: Deployment, id: string): Promise<Tenant | undefined> =>
  (await deployment.directory.find(id)) ?? adopt(deployment, id)

/** Has the database of a new place be there, and up to date; an object does it by itself. */
export const bringUpToDate = async (driver: SqlDriver, place: Place): Promise<void> => {
  if (place.shape === 'object') await driver.batch([])
  if (place.shape === 'database') await migrate(driver)
}

/** @throws RefusedError not_found */
export const findTenant = async (deployment: Deployment, id: string): Promise<Tenant> => {
  const tenant = await knownTenant(deployment, id.toLowerCase())
  if (!tenant) throw refuse('not_found', undefined, 'such tenant')
  return tenant
}

/** @throws RefusedError not_found */
export const locate = async (deployment: Deployment, id: string): Promise<Located> =>
  located(deployment, await findTenant(deployment, id))

/** What is written to an organisation that is going elsewhere, or has gone, would be lost. */
const requireHere = ({ status }: Organization): void => {
  if (!isQuiet(status)) throw refuse('wrong_status', undefined, status)
}

/**
 * The same, for whatever changes something. What the line says is judged now; how the organisation stands, by the authority, in
 * each transaction.
 * @throws RefusedError not_found, wrong_status
 */
export const locateIdle = async (deployment: Deployment, id: string): Promise<Located> => {
  const tenant = await findTenant(deployment, id)
  requireIdle(tenant)
  const there = located(deployment, tenant)
  return { ...there, authority: asLongAs(there.authority, requireHere) }
}

/**
 * Writes into the line what holds whoever has changed it meanwhile.
 * @param change undefined: nothing, now that the line is like that
 */
export const amend = async (
  { directory }: Deployment,
  id: string,
  change: (tenant: Tenant) => TenantChange | undefined,
): Promise<Tenant> =>
  asRead(
    async () => {
      const tenant = await directory.find(id)
      if (!tenant) throw refuse('not_found', undefined, 'such tenant')
      return { tenant, wanted: change(tenant) }
    },
    async ({ tenant, wanted }) => (wanted ? directory.change(tenant, wanted) : tenant),
  )

/** Other variables of the deployment are none of what an operator may have sent to a URL. */
const TOKEN_NAME = /^TENANT_TOKEN_[A-Z0-9_]{1,80}$/

/**
 * Opens a place for a tenant.
 * @param isNamed by an operator just now, and not by the configuration
 * @throws RefusedError invalid_value when there is none such; not_possible when all tenants of the deployment live at home
 */
export const openNew = (
  { places, isMixed }: Deployment,
  id: string,
  place: Place,
  { isNamed }: { readonly isNamed: boolean },
): SqlDriver => {
  const home = places.homeOf(id)
  const isHome = home !== undefined && samePlace(home, place)
  if (!isHome && !isMixed)
    throw refuse(
      'not_possible',
      'place',
      `the deployment has no directory of tenants, so that all live where TENANCY says; TENANT_DIRECTORY would give it one`,
    )
  if (isNamed && 'token' in place && place.token !== undefined && !TOKEN_NAME.test(place.token))
    throw refuse(
      'invalid_value',
      'place',
      'a place whose token is called TENANT_TOKEN_ and something: no other secret is sent anywhere',
    )
  try {
    return places.open(id, place, { mayCreate: true })
  } catch (error) {
    throw error instanceof PlaceError
      ? refuse('invalid_value', 'place', `a place that there is: ${error.message}`)
      : error
  }
}
