import type { SqlDriver, Statement } from './driver.ts'

/**
 * Whether a database is one tenant's own. The database itself is asked, in the transaction that brings the tenant there:
 * so it does not matter under which name, address, binding or token it was reached, nor how many come at once.
 */

/** Abort the batch where somebody else is: a row that is there already cannot be put in a second time. */
export const requireAlone = (organizationId: string): readonly Statement[] => [
  { sql: 'INSERT INTO organizations SELECT * FROM organizations WHERE id <> ?1 LIMIT 1', params: [organizationId] },
  // Only the database of a directory has lines of tenants.
  { sql: 'INSERT INTO tenants SELECT * FROM tenants LIMIT 1', params: [] },
]

export const isAlone = async (driver: SqlDriver, organizationId: string): Promise<boolean> => {
  const others = 'SELECT 1 FROM organizations WHERE id <> ?1 UNION ALL SELECT 1 FROM tenants LIMIT 1'
  const { results } = await driver.batch([{ sql: others, params: [organizationId] }])
  return results[0]?.rows.length === 0
}
