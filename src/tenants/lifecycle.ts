import { administration } from '../admin/administration.ts'
import { type NewOrganization, newOrganization, type OrganizationChange } from '../admin/organizations.ts'
import { createOrganizationWithKey, type NewTenant } from '../admin/tenants.ts'
import { RefusedError, refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { organizationStatuses } from '../schema/schema.ts'
import { migrate, pendingMigrations } from '../storage/migrations.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { claimOf } from './claim.ts'
import { amend, type Deployment, findTenant, knownTenant, locateIdle, openNew } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { type Place, samePlace } from './place.ts'
import { bringIn, finishLine, settle } from './settling.ts'

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
  const { places } = deployment
  const row = await newOrganization(organization)
  const place = wanted ?? places.homeOf(row.id)
  if (!place) throw refuse('required', 'place', ', since tenants of this deployment have no common one')
  openNew(deployment, row.id, place, { isNamed: wanted !== undefined })
  const known = await knownTenant(deployment, row.id)
  const exists = () => refuse('tenant_exists', 'id', row.id)
  if (known && known.status !== 'creating') throw exists()
  const { id, name, createdAt } = row
  const line = { id, name, place, createdAt }
  const { tenant, driver } = await settle(deployment, line, { isNamed: wanted !== undefined, elsewhere: exists })
  try {
    return await bringIn(deployment, tenant, async () => {
      const made = await createOrganizationWithKey(driver, { ...organization, id })
      return { value: made.tenant, status: 'active', revision: made.revision }
    })
  } catch (error) {
    if (!(error instanceof RefusedError && error.message === 'tenant_exists')) throw error
    // Somebody else has made it, or a call before this one that came no further: created or restored.
    const there = await readOrganizationRow(driver, id)
    if (there) await finishLine(deployment, tenant, there.status)
    throw error
  }
}

/** What was done at a place that the tenant has left meanwhile, or is leaving, may not be there any more. @throws StaleError */
const requireStill = (before: Tenant, line: Tenant): void => {
  if (claimOf(line) || !samePlace(line.place, before.place)) throw new StaleError()
}

/** Changes what its own administrators may change too. @throws RefusedError not_found */
export const changeTenant = async (deployment: Deployment, id: string, wanted: OrganizationChange): Promise<Tenant> => {
  const { tenant, authority } = await locateIdle(deployment, id)
  const { name } = await administration(authority).changeOrganization(wanted)
  return amend(deployment, tenant.id, (line) => {
    requireStill(tenant, line)
    return line.name === name ? undefined : { name }
  })
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
  requireStill(tenant, await findTenant(deployment, tenant.id))
  return { id: tenant.id, adminKey: secret }
}

/**
 * Brings the database of a tenant up to date, ahead of its next request; an object does it by itself, when it wakes.
 * @param isDry nothing is applied
 * Also of one that is deleted, which may be exported and resumed, and of one that moves, which goes on with it then.
 * @returns what was applied, or would be
 * @throws RefusedError not_found; wrong_status where there is no organisation, or is to be none any more; MigrationError
 */
export const migrateTenant = async (
  deployment: Deployment,
  id: string,
  { isDry = false } = {},
): Promise<readonly string[]> => {
  const tenant = await findTenant(deployment, id)
  if (!organizationStatuses.some((status) => status === tenant.status))
    throw refuse('wrong_status', undefined, tenant.status)
  const isObject = tenant.place.shape === 'object'
  const driver = deployment.places.open(tenant.id, tenant.place, { mayCreate: false, asItIs: isDry })
  if (isDry) return isObject ? [] : (await pendingMigrations(driver)).map(({ name }) => name)
  if (isObject) await driver.batch([])
  const applied = isObject ? [] : await migrate(driver)
  // One that lives elsewhere by now has another database.
  await amend(deployment, tenant.id, ({ place }) => (samePlace(place, tenant.place) ? { program: PROGRAM } : undefined))
  return applied
}
