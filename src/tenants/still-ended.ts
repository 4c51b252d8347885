import type { Authority } from '../admin/authority.ts'
import type { Organization } from '../schema/schema.ts'
import type { Statement } from '../storage/driver.ts'

/** What an earlier state of a database must not bring back. */

type Standing = Pick<Organization, 'id' | 'revision' | 'status'>

/** How an organisation stands, and which of its keys have been revoked. @throws RefusedError not_found */
export const standingOf = ({ run }: Authority): Promise<{ organization: Standing; ended: readonly string[] }> =>
  run(async ({ organization, driver }) => {
    const sql = 'SELECT id FROM credentials WHERE organization_id = ?1 AND revoked_at IS NOT NULL'
    const { results } = await driver.batch([{ sql, params: [organization.id] }])
    return { organization, ended: (results[0]?.rows ?? []).map((row) => String(row.id)) }
  })

/** Keys that have ended since must not come back to life with the data, nor what isolates remember of the organisation. */
export const stillEnded = ({ id, revision, status }: Standing, ended: readonly string[]): readonly Statement[] => [
  {
    sql: `UPDATE credentials SET revoked_at = CAST(?2 AS INTEGER)
WHERE organization_id = ?1 AND revoked_at IS NULL AND id IN (SELECT value FROM json_each(?3))`,
    params: [id, Date.now(), JSON.stringify(ended)],
  },
  {
    sql: `UPDATE organizations SET status = ?3, revision = max(revision, CAST(?2 AS INTEGER)) + 1 WHERE id = ?1`,
    params: [id, revision, status],
  },
]
