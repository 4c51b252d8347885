import { v7 } from 'uuid'
import { refuse } from '../engine/errors.ts'
import { isUuid } from '../schema/schema.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { issueCredential } from './credentials.ts'
import { createOrganization, type NewOrganization } from './organizations.ts'

export interface NewTenant {
  readonly organizationId: string
  /** The first administrator's key; shown this once. */
  readonly adminKey: string
}

/**
 * A new organisation and the key of its first administrator, in the database that will be theirs.
 * @param database picks it by the organisation's id
 */
export const createTenant = async (
  database: (organizationId: string) => SqlDriver,
  { id = v7(), ...organization }: NewOrganization,
): Promise<NewTenant> => {
  if (!isUuid(id)) throw refuse('invalid_value', 'id', 'a UUID')
  const driver = database(id.toLowerCase())
  const organizationId = await createOrganization(driver, { id: id.toLowerCase(), ...organization })
  const { secret } = await issueCredential(driver, organizationId, {
    kind: 'key',
    name: 'First administrator',
    scopes: ['crm:read', 'crm:write', 'admin'],
  })
  return { organizationId, adminKey: secret }
}
