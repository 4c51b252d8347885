import { administration } from '../admin/administration.ts'
import { changeStatus, type NewOrganization, newOrganization } from '../admin/organizations.ts'
import { createTenant as createOrganizationWithKey, type NewTenant } from '../admin/tenants.ts'
import { refuse } from '../engine/errors.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import { migrate } from '../storage/migrations.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { bringUpToDate, type Deployment, findTenant, knownTenant, locate, locateIdle, openNew } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { type Place, samePlace } from './place.ts'

/**
 * What becomes of a tenant. Whatever concerns two databases does first what counts, and can be repeated: so the same call
 * again finishes what was interrupted.
 */

/**
 * A new organisation, the key of its first administrator, and its line in the directory.
 * @param place default: where tenants of the deployment live that have no other
 * @throws RefusedError already_exists for an id that is taken, the same tenant again included: its key is not shown twice
 */
export const createTenant = async (
  deployment: Deployment,
  { place: wanted, ...organization }: NewOrganization & { readonly place?: Place },
): Promise<NewTenant> => {
  const { places, directory } = deployment
  const row = await newOrganization(organization)
  const place = wanted ?? places.homeOf(row.id)
  if (!place) throw refuse('required', 'place', ', since tenants of this deployment have no common one')
  const driver = openNew(deployment, row.id, place)
  const known = await knownTenant(deployment, row.id)
  if (known && known.status !== 'creating') throw refuse('already_exists', 'id', `The organisation ${row.id}`)
  const tenant = await directory.add({ id: row.id, name: row.name, place, createdAt: row.createdAt })
  if (!samePlace(tenant.place, place)) throw refuse('already_exists', 'id', `The organisation ${row.id}`)
  places.forget(row.id)
  await bringUpToDate(driver, place)
  const made = await createOrganizationWithKey(() => driver, { ...organization, id: row.id })
  await directory.change(row.id, { status: 'active', program: PROGRAM })
  return made
}

/** @throws RefusedError not_found */
export const renameTenant = async (deployment: Deployment, id: string, name: string): Promise<Tenant> => {
  const { tenant, authority } = await locateIdle(deployment, id)
  await administration(authority).changeOrganization({ name })
  await deployment.directory.change(tenant.id, { name })
  return findTenant(deployment, id)
}

/** A deletion is taken back by resuming the tenant, and by nothing that seems to do something else. */
const precededBy = {
  active: ['suspended', 'deleted'],
  suspended: ['active'],
  deleted: ['active', 'suspended'],
} as const satisfies Record<string, readonly OrganizationStatus[]>

/**
 * In the organisation first: there it ends what is under way everywhere, by the guard of the very next batch.
 * @throws RefusedError not_found, wrong_status
 */
const setStatus = async (
  deployment: Deployment,
  id: string,
  status: 'active' | 'suspended' | 'deleted',
  eraseAt: number | null = null,
): Promise<Tenant> => {
  const { tenant, authority } = await locateIdle(deployment, id)
  await authority.run((current) => changeStatus(current, status, precededBy[status]))
  await deployment.directory.change(tenant.id, { status, eraseAt })
  return findTenant(deployment, id)
}

export const suspendTenant = (deployment: Deployment, id: string): Promise<Tenant> =>
  setStatus(deployment, id, 'suspended')

/** What was suspended, or deleted and is not erased yet, is served again. */
export const resumeTenant = (deployment: Deployment, id: string): Promise<Tenant> => setStatus(deployment, id, 'active')

/**
 * Serves it no longer, and has it erased when the waiting time is over. One whose creation was never finished has nothing to
 * wait for: its line goes at once, and its id is free again.
 * @param eraseAt milliseconds since 1970
 */
export const deleteTenant = async (deployment: Deployment, id: string, eraseAt: number): Promise<Tenant> => {
  const tenant = await findTenant(deployment, id)
  if (tenant.status !== 'creating') return setStatus(deployment, id, 'deleted', eraseAt)
  await deployment.directory.remove(tenant.id)
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
  return { organizationId: tenant.id, adminKey: secret }
}

/** Brings the database of a tenant up to date, ahead of its next request. @returns what was applied */
export const migrateTenant = async (deployment: Deployment, id: string): Promise<readonly string[]> => {
  const { tenant, driver } = await locate(deployment, id)
  // An object does it by itself, when it wakes.
  if (tenant.place.shape === 'object') await driver.batch([])
  const applied = tenant.place.shape === 'object' ? [] : await migrate(driver)
  await deployment.directory.change(tenant.id, { program: PROGRAM })
  return applied
}
