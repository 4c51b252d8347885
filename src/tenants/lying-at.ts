import type { OrganizationStatus } from '../schema/schema.ts'
import { NoDatabaseError, readOnly } from '../storage/driver.ts'
import { type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { TakenError } from './alone.ts'
import type { Deployment } from './deployment.ts'
import { requireUpToDate } from './fault.ts'
import { MissingFileError, type Place } from './place.ts'

/** Tables that tell whose a database is; one that is empty, or older than them, has none. */
const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('organizations', 'tenants')"

/**
 * What lies of a tenant at a place, for whoever is to change nothing there: a database is neither made nor brought up to
 * date for it.
 * @returns undefined where nothing does
 * @throws TakenError where the place is a database of the tenant's own, and somebody else is there
 */
export const lyingAt = async (
  { places }: Deployment,
  organizationId: string,
  place: Place,
): Promise<Pick<OrganizationRow, 'status' | 'revision'> | undefined> => {
  const driver = readOnly(places.open(organizationId, place, { mayCreate: false, asItIs: true }))
  try {
    const { results } = await driver.batch([{ sql: TABLES, params: [] }])
    const names = (results[0]?.rows ?? []).map(({ name }) => name)
    if (!names.includes('organizations')) return undefined
    const looks = ['SELECT * FROM organizations WHERE id = ?1', 'SELECT 1 FROM organizations WHERE id <> ?1 LIMIT 1']
    if (names.includes('tenants')) looks.push('SELECT 1 FROM tenants WHERE ?1 IS NOT NULL LIMIT 1')
    const { results: found } = await driver.batch(looks.map((sql) => ({ sql, params: [organizationId] })))
    const [own, ...others] = found.map(({ rows }) => rows[0])
    if (place.shape === 'database' && others.some((row) => row !== undefined)) throw new TakenError()
    return own && { status: own.status as OrganizationStatus, revision: Number(own.revision) }
  } catch (error) {
    if (error instanceof NoDatabaseError || error instanceof MissingFileError) return undefined
    throw error
  }
}

/**
 * The same for where a tenant is to come to. A database of its own is brought up to date when it comes; the shared one by nobody
 * but its operator, so it must be by now.
 * @throws DatabaseFaultError where it is not
 */
export const lyingWhereItComes: typeof lyingAt = async (deployment, organizationId, place) => {
  if (place.shape !== 'shared') return lyingAt(deployment, organizationId, place)
  await requireUpToDate(deployment, place)
  const driver = readOnly(deployment.places.open(organizationId, place, { mayCreate: false }))
  return readOrganizationRow(driver, organizationId)
}
