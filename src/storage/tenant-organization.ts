import type { OrganizationStatus } from '../schema/schema.ts'
import type { SqlDriver, SqlValue, Statement } from './driver.ts'
import { type Row, rowsIn } from './tenant-copy.ts'
import { organizationColumns } from './tenant-tables.ts'

/** The one row of an organisation that says how it stands: a move changes it at both places. */

const { settings } = organizationColumns

export interface OrganizationRow {
  readonly status: OrganizationStatus
  readonly revision: number
  /** In the order of `organizationColumns.settings`. */
  readonly settings: Row
}

export const organizationRow = (organizationId: string): Statement => ({
  sql: `SELECT status, revision, ${settings.join(', ')} FROM organizations WHERE id = ?1`,
  params: [organizationId],
})

/** @returns undefined when there is none */
export const readOrganizationRow = async (
  driver: SqlDriver,
  organizationId: string,
): Promise<OrganizationRow | undefined> => {
  const { results } = await driver.batch([organizationRow(organizationId)])
  const [row] = rowsIn(['status', 'revision', ...settings], results[0])
  if (!row) return undefined
  const [status, revision, ...rest] = row
  return { status: status as OrganizationStatus, revision: Number(revision), settings: rest }
}

const above = (parameter: number) => `max(revision + 1, CAST(?${parameter} AS INTEGER))`

/**
 * Makes the organisation one that is moving here, unless it lives here.
 * @param mark its revision, or above it where it has had a higher one here: whatever an isolate still knows of it holds no longer
 */
export const claimOrganization = (organizationId: string, row: Row, mark: number): Statement => ({
  sql: `
INSERT INTO organizations (id, ${settings.join(', ')}, status, revision)
VALUES (?1, ${settings.map((_, i) => `?${i + 3}`).join(', ')}, 'moving', CAST(?2 AS INTEGER))
ON CONFLICT (id) DO UPDATE SET status = 'moving', revision = ${above(2)} WHERE status IN ('moving', 'moved')`,
  params: [organizationId, mark, ...row],
})

/** Whoever held the organisation to its revision holds it no more. Answers the new one. */
export const raiseFence = (organizationId: string): Statement => ({
  sql: 'UPDATE organizations SET revision = revision + 1 WHERE id = ?1 RETURNING revision',
  params: [organizationId],
})

/** Takes back that it is served, before anybody has been sent there. */
export const deactivateOrganization = (organizationId: string): Statement => ({
  sql: `UPDATE organizations SET status = 'moving' WHERE id = ?1`,
  params: [organizationId],
})

/** Gives it a status if it is still as it was read, and raises the revision. */
export const changeStatus = (
  organizationId: string,
  seen: Pick<OrganizationRow, 'status' | 'revision'>,
  status: OrganizationStatus,
): Statement => ({
  sql: `
UPDATE organizations SET status = ?4, revision = revision + 1
WHERE id = ?1 AND status = ?2 AND revision = CAST(?3 AS INTEGER)`,
  params: [organizationId, seen.status, seen.revision, status],
})

/** The same with this revision, which must be above that one. Answers a row where it is done. */
export const standAs = (
  organizationId: string,
  seen: Pick<OrganizationRow, 'status' | 'revision'>,
  status: OrganizationStatus,
  revision: number,
): Statement => ({
  sql: `
UPDATE organizations SET status = ?4, revision = CAST(?5 AS INTEGER)
WHERE id = ?1 AND status = ?2 AND revision = CAST(?3 AS INTEGER) RETURNING revision`,
  params: [organizationId, seen.status, seen.revision, status, revision],
})

/** Has the organisation be served here, with these settings and this revision, or one above all that it has had here. */
export const activateOrganization = (
  organizationId: string,
  row: Row,
  status: OrganizationStatus,
  mark: number,
): Statement => {
  const params: SqlValue[] = [organizationId, mark, status, ...row]
  return {
    sql: `
UPDATE organizations SET revision = ${above(2)}, status = ?3, ${settings.map((column, i) => `${column} = ?${i + 4}`).join(', ')}
WHERE id = ?1`,
    params,
  }
}

/** An organisation that was made a moment ago, with all that it has by then. */
export const removeMade = (organizationId: string): readonly Statement[] =>
  ['DELETE FROM credentials WHERE organization_id = ?1', 'DELETE FROM organizations WHERE id = ?1'].map((sql) => ({
    sql,
    params: [organizationId],
  }))

/** When nothing else of it is left, and it stands as it was read. Answers a row where it is done. */
export const removeOrganization = (
  organizationId: string,
  { status, revision }: Pick<OrganizationRow, 'status' | 'revision'>,
): Statement => ({
  sql: 'DELETE FROM organizations WHERE id = ?1 AND status = ?2 AND revision = CAST(?3 AS INTEGER) RETURNING id',
  params: [organizationId, status, revision],
})
