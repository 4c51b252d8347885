import {
  type ExportCursor,
  type ExportLine,
  type ExportPage,
  exportPage,
  ownerOf,
  restoreKeys,
  restoreLines,
} from '../admin/export.ts'
import { type VerifyCursor, verifyPage } from '../admin/verify.ts'
import { refuse } from '../engine/errors.ts'
import { migrate } from '../storage/migrations.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { type Deployment, locate, locateIdle, openNew } from './deployment.ts'
import type { Place } from './place.ts'

/** What a tenant's data goes through, a page at a time: bounded work, and a word where to go on. */

/** @throws RefusedError not_found */
export const exportTenant = async (deployment: Deployment, id: string, cursor?: ExportCursor): Promise<ExportPage> => {
  const { authority } = await locate(deployment, id)
  return exportPage(authority, cursor)
}

export interface RestoredPage {
  /** Lines of one table, in the order in which they were exported. */
  readonly lines: readonly ExportLine[]
  /** Where the tenant is to live, if it is not there yet. Default: where those live that have no other place. */
  readonly place?: Place
  /** No more lines will come: the match keys are made of the records. */
  readonly isLast: boolean
}

/**
 * Puts lines of an export back. Rows that are there already stay as they are, so any page can be sent again.
 * @throws RefusedError invalid_value for lines of another organisation or of several tables
 */
export const restoreTenant = async (
  deployment: Deployment,
  id: string,
  { lines, place: wanted, isLast }: RestoredPage,
): Promise<void> => {
  const [first] = lines
  if (lines.some((line) => ownerOf(line) !== id)) throw refuse('invalid_value', 'lines', `lines of the tenant ${id}`)
  if (lines.some((line) => line.table !== first?.table)) throw refuse('invalid_value', 'lines', 'lines of one table')
  if (first?.table === 'organizations') {
    const place = wanted ?? deployment.places.homeOf(id)
    if (!place) throw refuse('required', 'place', ', since tenants of this deployment have no common one')
    const driver = openNew(deployment, id, place)
    const { name, created_at: createdAt } = first.row
    await deployment.directory.add({ id, name: String(name), place, createdAt: Number(createdAt) })
    deployment.places.forget(id)
    if (place.shape === 'database') await migrate(driver)
  }
  const { tenant, driver, authority } = await locateIdle(deployment, id)
  await restoreLines(driver, lines)
  if (isLast) await authority.run(restoreKeys)
  if (tenant.status === 'creating' && lines.length > 0)
    await deployment.directory.change(id, { status: 'active', program: PROGRAM })
}

/** @throws RefusedError not_found */
export const verifyTenant = async (
  deployment: Deployment,
  id: string,
  { cursor, repair }: { readonly cursor?: VerifyCursor; readonly repair: boolean },
): ReturnType<typeof verifyPage> => {
  const { authority } = await (repair ? locateIdle : locate)(deployment, id)
  return verifyPage(authority, cursor, { repair })
}
