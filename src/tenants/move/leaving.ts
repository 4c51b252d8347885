import type { OrganizationStatus } from '../../schema/schema.ts'
import type { SqlDriver } from '../../storage/driver.ts'
import {
  deactivateOrganization,
  type OrganizationRow,
  readOrganizationRow,
  removeOrganization,
} from '../../storage/tenant-organization.ts'
import { endWatch } from '../../storage/tenant-watch.ts'
import { eraseRows } from './rows.ts'
import { enter, type Piece } from './state.ts'
import { unfreeze, unlessGone } from './switching.ts'

/** What a move leaves behind is removed: at the source once it has been kept for long enough, at the target on the way back. */

/**
 * A piece of all that an organisation has somewhere, its own row last.
 * @param seen how it stands there, as `eraseRows`
 * @returns whether nothing of it is left
 */
export const erasePiece = async (
  driver: SqlDriver,
  organizationId: string,
  seen: Pick<OrganizationRow, 'status' | 'revision'>,
): Promise<boolean> => {
  if (!(await eraseRows(driver, organizationId, seen))) return false
  const removed = await driver.batch([removeOrganization(organizationId, seen)])
  return removed.results[0]?.rows.length === 1
}

/** The same where it has this status; where it has another, there is nothing to be erased. */
const erasePieceOf = async (
  driver: SqlDriver,
  organizationId: string,
  status: OrganizationStatus,
): Promise<boolean> => {
  const seen = await readOrganizationRow(driver, organizationId)
  return seen?.status !== status || erasePiece(driver, organizationId, seen)
}

export const purge: Piece = async ({ source, organizationId }, state) =>
  (await unlessGone(() => erasePieceOf(source, organizationId, 'moved'))) === false ? state : enter(state, 'done')

/** The source first: it is what the tenant waits for. */
export const release: Piece = async (work, state) => {
  await unfreeze(work, state)
  await endWatch(work.source, work)
  return enter(state, 'withdraw')
}

/** It may have been made ready to be served, a moment before the place would have been switched. */
export const withdraw: Piece = async ({ target, organizationId }, state) => {
  if (state.claimed) await target.batch([deactivateOrganization(organizationId)])
  return (await erasePieceOf(target, organizationId, 'moving')) ? enter(state, 'returned') : state
}
