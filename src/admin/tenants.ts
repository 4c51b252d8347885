import { refuse } from '../engine/errors.ts'
import { accessLimits } from '../schema/limits.ts'
import { insertCredential } from '../storage/administration-sql.ts'
import { AbortError, type SqlDriver } from '../storage/driver.ts'
import { newCredential } from './credentials.ts'
import { insertOrganization, type NewOrganization, newOrganization } from './organizations.ts'

export interface NewTenant {
  readonly id: string
  /** The first administrator's key; shown this once. */
  readonly adminKey: string
}

/**
 * A new organisation and the key of its first administrator, in the database that will be theirs, in one transaction.
 * For the operator.
 * @param driver of that database
 * @returns it, and the revision that it has got
 * @throws RefusedError tenant_exists, the same tenant again included: its key cannot be shown twice
 */
export const createOrganizationWithKey = async (
  driver: SqlDriver,
  organization: NewOrganization,
): Promise<{ readonly tenant: NewTenant; readonly revision: number }> => {
  const row = await newOrganization(organization)
  const { row: key, secret } = await newCredential(row.id, {
    kind: 'key',
    name: 'First administrator',
    scopes: ['crm:read', 'crm:write', 'admin'],
  })
  try {
    await driver.batch([insertOrganization(driver, row), ...insertCredential(row.id, key, accessLimits.keys)])
  } catch (error) {
    if (error instanceof AbortError) throw refuse('tenant_exists', 'id', row.id)
    throw error
  }
  return { tenant: { id: row.id, adminKey: secret }, revision: row.revision }
}
