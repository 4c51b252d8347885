import type { OrganizationStatus } from '../../schema/schema.ts'
import type { SqlDriver } from '../../storage/driver.ts'
import { purgePiece } from '../../storage/tenant-copy.ts'
import { deactivateOrganization, removeOrganization } from '../../storage/tenant-organization.ts'
import { tenantTables } from '../../storage/tenant-tables.ts'
import { endWatch } from '../../storage/tenant-watch.ts'
import { enter, type Piece } from './state.ts'
import { unfreeze, unlessGone } from './switching.ts'

/** What a move leaves behind is removed: at the source once it has been kept for long enough, at the target on the way back. */

/** @returns whether nothing of it is left; a piece deletes nothing unless the organisation has this status there */
export const erasePiece = async (
  driver: SqlDriver,
  organizationId: string,
  status: OrganizationStatus,
): Promise<boolean> => {
  const { results } = await driver.batch(purgePiece(tenantTables, organizationId, status))
  if (results.some(({ rows }) => rows.length > 0)) return false
  await driver.batch([removeOrganization(organizationId, status)])
  return true
}

export const purge: Piece = async ({ source, organizationId }, state) =>
  (await unlessGone(() => erasePiece(source, organizationId, 'moved'))) === false ? state : enter(state, 'done')

/** The source first: it is what the tenant waits for. */
export const release: Piece = async (work, state) => {
  await unfreeze(work, state)
  await work.source.batch(endWatch(work))
  return enter(state, 'withdraw')
}

/** It may have been made ready to be served, a moment before the place would have been switched. */
export const withdraw: Piece = async ({ target, organizationId }, state) => {
  if (state.claimed) await target.batch([deactivateOrganization(organizationId)])
  return (await erasePiece(target, organizationId, 'moving')) ? enter(state, 'returned') : state
}
