import { type ExportCursor, type ExportLine, type ExportPage, exportPage } from '../admin/export.ts'
import { checkExportedRow } from '../admin/exported-rows.ts'
import { changeStatus } from '../admin/organizations.ts'
import { restoreLines } from '../admin/restore.ts'
import { type VerifiedPage, type VerifyCursor, verifyPage } from '../admin/verify.ts'
import { refuse } from '../engine/errors.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { alone } from './alone.ts'
import { amend, type Deployment, knownTenant, locate, locateIdle } from './deployment.ts'
import { type Place, samePlace } from './place.ts'
import { orWithdraw, settle } from './settling.ts'

/** What a tenant's data goes through, a page at a time: bounded work, and a word where to go on. */

/** @throws RefusedError not_found */
export const exportTenant = async (deployment: Deployment, id: string, cursor?: ExportCursor): Promise<ExportPage> => {
  const { authority } = await locate(deployment, id)
  return exportPage(authority, cursor)
}

export interface RestoredPage {
  /** Lines of one table, in the order in which they were exported. */
  readonly lines: readonly ExportLine[]
  /** With the line of the organisation: where the tenant is to live, if it is not there yet. Default: where others live. */
  readonly place?: Place
}

/** The line of the organisation makes the tenant, unless there is one. @throws RefusedError already_exists at another place */
const makeRestored = async (
  deployment: Deployment,
  id: string,
  { name, created_at: createdAt }: ExportLine['row'],
  wanted: Place | undefined,
): Promise<void> => {
  const known = await knownTenant(deployment, id)
  const place = wanted ?? known?.place ?? deployment.places.homeOf(id)
  if (!place) throw refuse('required', 'place', ', since tenants of this deployment have no common one')
  if (known && !samePlace(known.place, place)) throw refuse('already_exists', 'place', `The tenant ${id}, elsewhere,`)
  if (known && known.status !== 'creating') return
  const line = { id, name: String(name), place, createdAt: Number(createdAt) }
  await settle(deployment, line, { isNamed: wanted !== undefined })
}

/**
 * Puts lines of an export back. Rows that are there already stay as they are, so any page can be sent again. Nobody writes
 * meanwhile: a tenant that is there must be suspended, and one that is made is, until it is resumed.
 * @throws RefusedError invalid_value for lines that are no rows of this tenant; wrong_status; unique_conflict; already_exists
 */
export const restoreTenant = async (
  deployment: Deployment,
  id: string,
  { lines, place }: RestoredPage,
): Promise<void> => {
  const [first] = lines
  if (!first) return
  if (first.table === 'organizations') {
    checkExportedRow(first.table, first.row, ['lines', 0, 'row'])
    await makeRestored(deployment, id, first.row, place)
  }
  const { tenant, driver, authority } = await locateIdle(deployment, id)
  if (tenant.status !== 'creating') {
    const { status } = await authority.run(async ({ organization }) => organization)
    if (status !== 'suspended') throw refuse('wrong_status', undefined, status)
  }
  if (tenant.status !== 'creating') return restoreLines(authority, driver, id, lines)
  const own = alone(driver, id, tenant.place)
  await orWithdraw(deployment, tenant, () => restoreLines(authority, own, id, lines))
  await authority.run((current) => changeStatus(current, 'suspended', ['active']))
  await amend(deployment, id, ({ status }) =>
    status === 'creating' ? { status: 'suspended', program: PROGRAM } : undefined,
  )
}

/** @throws RefusedError not_found */
export const verifyTenant = async (
  deployment: Deployment,
  id: string,
  { cursor, repair }: { readonly cursor?: VerifyCursor; readonly repair: boolean },
): Promise<VerifiedPage> => {
  const { authority } = await (repair ? locateIdle : locate)(deployment, id)
  return verifyPage(authority, cursor, { repair })
}
