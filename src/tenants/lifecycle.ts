import { administration } from '../admin/administration.ts'
import {
  changeOrganizationStatus,
  type NewOrganization,
  newOrganization,
  type OrganizationChange,
} from '../admin/organizations.ts'
import { createOrganizationWithKey, type NewTenant } from '../admin/tenants.ts'
import { RefusedError, refuse } from '../engine/errors.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import { migrate } from '../storage/migrations.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import {
  amend,
  bringUpToDate,
  type Deployment,
  findTenant,
  knownTenant,
  locate,
  locateIdle,
  openNew,
} from './deployment.ts'
import type { Tenant } from './directory.ts'
import { type Place, samePlace } from './place.ts'

/**
 * What becomes of a tenant. Whatever concerns two databases does first what counts, and can be repeated: so the same call
 * again finishes what was interrupted.
 */

/**
 * A new organisation, the key of its first administrator, and its line in the directory.
 * @param place default: where tenants of the deployment live that have no other
 * @throws RefusedError tenant_exists for an id that is taken, the same tenant again included: its key is not shown twice
 */
export const createTenant = async (
  deployment: Deployment,
  { place: wanted, ...organization }: NewOrganization & { readonly place?: Place },
): Promise<NewTenant> => {
  const { places, directory } = deployment
  const row = await newOrganization(organization)
  const place = wanted ?? places.homeOf(row.id)
  if (!place) throw refuse('required', 'place', ', since tenants of this deployment have no common one')
  const driver = openNew(deployment, row.id, place, { isNamed: wanted !== undefined })
  const known = await knownTenant(deployment, row.id)
  if (known && known.status !== 'creating') throw refuse('tenant_exists', 'id', row.id)
  const tenant = await directory.add({ id: row.id, name: row.name, place, createdAt: row.createdAt })
  if (!samePlace(tenant.place, place)) throw refuse('tenant_exists', 'id', row.id)
  places.forget(row.id)
  await bringUpToDate(driver, place)
  // Its line says that it is there, whoever has made it: this call, or one before it that came no further.
  const isThere = () =>
    amend(deployment, row.id, ({ status }) =>
      status === 'creating' ? { status: 'active', program: PROGRAM } : undefined,
    )
  try {
    const made = await createOrganizationWithKey(() => driver, { ...organization, id: row.id })
    await isThere()
    return made
  } catch (error) {
    if (error instanceof RefusedError && error.message === 'tenant_exists') await isThere()
    throw error
  }
}

/** Changes what its own administrators may change too. @throws RefusedError not_found */
export const changeTenant = async (deployment: Deployment, id: string, wanted: OrganizationChange): Promise<Tenant> => {
  const { tenant, authority } = await locateIdle(deployment, id)
  const { name } = await administration(authority).changeOrganization(wanted)
  return amend(deployment, tenant.id, (line) => (line.name === name ? undefined : { name }))
}

/** A deletion is taken back by resuming the tenant, and by nothing that seems to do something else. */
const precededBy = {
  active: ['suspended', 'deleted'],
  suspended: ['active'],
  deleted: ['active', 'suspended'],
} as const satisfies Record<string, readonly OrganizationStatus[]>

/**
 * In the organisation first: there it ends what is under way everywhere, by the guard of the very next batch. A deletion is
 * taken back in the directory first, since the directory decides when it is erased.
 * @throws RefusedError not_found, wrong_status
 */
const setStatus = async (
  deployment: Deployment,
  id: string,
  status: 'active' | 'suspended' | 'deleted',
  eraseAt: number | null = null,
): Promise<Tenant> => {
  const { tenant, authority } = await locateIdle(deployment, id, 'deleted')
  if (tenant.status === 'deleted' && status === 'active')
    await deployment.directory.change(tenant, { status, eraseAt: null })
  await authority.run((current) => changeOrganizationStatus(current, status, precededBy[status]))
  // While it moves, the move writes down in the end what it is then.
  return amend(deployment, tenant.id, (line) => (line.status === 'moving' ? { eraseAt } : { status, eraseAt }))
}

export const suspendTenant = (deployment: Deployment, id: string): Promise<Tenant> =>
  setStatus(deployment, id, 'suspended')

/** What was suspended, or deleted and is not erased yet, is served again. */
export const resumeTenant = (deployment: Deployment, id: string): Promise<Tenant> => setStatus(deployment, id, 'active')

/** The organisation of a creation that came no further; undefined too where its place cannot be asked. */
const organizationAt = async ({ places }: Deployment, { id, place }: Tenant) => {
  try {
    return await readOrganizationRow(places.open(id, place, { mayCreate: false }), id)
  } catch {
    return undefined
  }
}

/**
 * Serves it no longer, and has it erased when the waiting time is over. One whose creation was never finished has nothing to
 * wait for: its line goes at once, and its id is free again.
 * @param eraseAt milliseconds since 1970
 */
export const deleteTenant = async (deployment: Deployment, id: string, eraseAt: number): Promise<Tenant> => {
  const tenant = await findTenant(deployment, id)
  if (tenant.status !== 'creating') return setStatus(deployment, id, 'deleted', eraseAt)
  const made = await organizationAt(deployment, tenant)
  if (made) {
    await deployment.directory.change(tenant, { status: made.status })
    return setStatus(deployment, id, 'deleted', eraseAt)
  }
  await deployment.directory.remove(tenant)
  deployment.places.forget(tenant.id)
  return { ...tenant, status: 'deleted', eraseAt: Date.now() }
}

/**
 * Another administrator's key, for whoever has lost their own.
 * @throws RefusedError not_found; already_exists when a current key has the name
 */
export const issueAdminKey = async (deployment: Deployment, id: string, name: string): Promise<NewTenant> => {
  const { tenant, authority } = await locateIdle(deployment, id)
  const { secret } = await administration(authority).issueCredential({
    kind: 'key',
    name,
    scopes: ['crm:read', 'crm:write', 'admin'],
  })
  return { id: tenant.id, adminKey: secret }
}

/** Brings the database of a tenant up to date, ahead of its next request. @returns what was applied */
export const migrateTenant = async (deployment: Deployment, id: string): Promise<readonly string[]> => {
  const { tenant, driver } = await locate(deployment, id)
  // An object does it by itself, when it wakes.
  if (tenant.place.shape === 'object') await driver.batch([])
  const applied = tenant.place.shape === 'object' ? [] : await migrate(driver)
  await amend(deployment, tenant.id, () => ({ program: PROGRAM }))
  return applied
}
