import { type Authority, asLongAs } from '../admin/authority.ts'
import { type ExportCursor, type ExportLine, type ExportPage, exportPage } from '../admin/export.ts'
import { readOrganization } from '../admin/organizations.ts'
import { checkLines, restoreLines, restoreOrganization, tryLines } from '../admin/restore.ts'
import { type VerifiedPage, type VerifyCursor, verifyPage } from '../admin/verify.ts'
import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { isQuiet, isServed, type Organization } from '../schema/schema.ts'
import type { GrantsLost } from '../storage/tenant-grants.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { type Deployment, knownTenant, locate, locateIdle, openNew } from './deployment.ts'
import { notKeptOf } from './ending.ts'
import { lyingWhereItComes } from './lying-at.ts'
import { type Place, readable, samePlace } from './place.ts'
import { bringIn, requireNoneLeft, settle } from './settling.ts'

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
  /** Everything is checked that can be checked without writing, and nothing is written. */
  readonly isDry?: boolean
}

const elsewhere = () =>
  refuse('wrong_status', 'place', 'at another place already: leave "place" out, and move the tenant afterwards')

/**
 * Where the tenant is to be made, by the line of its organisation; undefined where it is already.
 * @throws RefusedError required without a place; wrong_status where it lives elsewhere; as `openNew` does
 */
const placeOfRestored = async (
  deployment: Deployment,
  id: string,
  wanted: Place | undefined,
): Promise<Place | undefined> => {
  const known = await knownTenant(deployment, id)
  const place = wanted ?? (known ? readable(known.place) : deployment.places.homeOf(id))
  if (!place) throw refuse('required', 'place', ', since tenants of this deployment have no common one')
  if (known && !samePlace(known.place, place)) throw elsewhere()
  if (known && known.status !== 'creating') return undefined
  openNew(deployment, id, place, { isNamed: wanted !== undefined })
  return place
}

/** The line of the organisation makes the tenant, unless there is one; nobody is served before it is resumed. */
const makeRestored = async (
  deployment: Deployment,
  id: string,
  lines: readonly ExportLine[],
  wanted: Place | undefined,
): Promise<void> => {
  const place = await placeOfRestored(deployment, id, wanted)
  if (!place) return
  const { name, created_at: createdAt } = lines[0]?.row ?? {}
  const line = { id, name: String(name), place, createdAt: Number(createdAt) }
  const { tenant, driver } = await settle(deployment, line, { isNamed: wanted !== undefined, elsewhere })
  await bringIn(deployment, tenant, async () => {
    const revision = await restoreOrganization(driver, id, lines, 'suspended')
    if (revision !== undefined) return { value: undefined, status: 'suspended', revision }
    // Made by a call before this one that came no further, or by a creation at this very moment.
    const there = await readOrganizationRow(driver, id)
    if (!there) throw new StaleError()
    return { value: undefined, status: there.status }
  })
}

/** @throws RefusedError wrong_status where somebody may be writing meanwhile */
const requireSuspended = ({ status }: Organization): void => {
  if (isServed(status)) throw refuse('wrong_status', undefined, `${status}, and must be suspended first`)
  if (!isQuiet(status)) throw refuse('wrong_status', undefined, status)
}

/** Its data may be put back. */
const locateSuspended = async (deployment: Deployment, id: string): Promise<Authority> =>
  asLongAs((await locateIdle(deployment, id)).authority, requireSuspended)

/** What the real run would refuse, but for values that another record holds: only writing tells of those. */
const tryRestoring = async (
  deployment: Deployment,
  id: string,
  { lines, place }: RestoredPage,
): Promise<GrantsLost> => {
  await checkLines(id, lines)
  const toBeMade = lines[0]?.table === 'organizations' && (await placeOfRestored(deployment, id, place))
  if (toBeMade) requireNoneLeft(await lyingWhereItComes(deployment, id, toBeMade))
  // One that the real run would have made by now is not there.
  const known = await knownTenant(deployment, id)
  const isThere = known !== undefined && known.status !== 'creating'
  const authority = isThere ? await locateSuspended(deployment, id) : undefined
  await authority?.run(readOrganization)
  return tryLines(authority, id, lines)
}

const restore = async (deployment: Deployment, id: string, { lines, place }: RestoredPage): Promise<GrantsLost> => {
  await checkLines(id, lines)
  const isOfOrganization = lines[0]?.table === 'organizations'
  if (isOfOrganization) await makeRestored(deployment, id, lines, place)
  const authority = await locateSuspended(deployment, id)
  if (!isOfOrganization && lines.length > 0) return restoreLines(authority, id, lines)
  // A page without lines puts nothing back either, and is held to the same rules.
  await authority.run(readOrganization)
  return {}
}

/** Of a page that was put back, what is otherwise than it was exported. */
export interface NotRestored {
  /** How many of its rows. */
  readonly changedRows: number
  /** Which, and what has become of them. */
  readonly notKept: string
}

/**
 * Puts lines of an export back. Rows that are there already stay as they are, so any page can be sent again. Nobody writes
 * meanwhile: a tenant that is there must be suspended, and one that is made is, until it is resumed.
 * @returns undefined: each of them is as it was exported, or was there
 * @throws RefusedError invalid_value for lines that are no rows of this tenant; wrong_status; unique_conflict
 */
export const restoreTenant = async (
  deployment: Deployment,
  id: string,
  page: RestoredPage,
): Promise<NotRestored | undefined> => {
  const lost = await (page.isDry ? tryRestoring : restore)(deployment, id, page)
  const notKept = notKeptOf(lost)
  return notKept === undefined ? undefined : { changedRows: Object.values(lost).flat().length, notKept }
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
