import { isQuiet } from '../../schema/schema.ts'
import { AbortError, readOnly, type SqlDriver } from '../../storage/driver.ts'
import { newMark } from '../../storage/revision-mark.ts'
import { requireAlone } from '../../storage/tenant-alone.ts'
import { isLastPage, type Key, keyOf, pageAfter, type Row, replaceRows } from '../../storage/tenant-copy.ts'
import { claimOrganization, readOrganizationRow } from '../../storage/tenant-organization.ts'
import { firstTable, type TenantTable, tenantTable, tenantTables } from '../../storage/tenant-tables.ts'
import { endWatches, loggedKeys, startWatch } from '../../storage/tenant-watch.ts'
import { eraseRows, recopy, rowsAt } from './rows.ts'
import { brought, enter, fail, type MovePhase, type MoveState, type Piece, piecesOf, type Work } from './state.ts'

/** The half of a move that takes its time: while it lasts, the tenant is served and written to at the source. */

/** What of the tenant lies at the target is of an earlier try, or of an earlier stay: it is not served there. */
export const claim: Piece = async ({ source, target, isOwnTarget, organizationId }, state) => {
  const here = await readOrganizationRow(source, organizationId)
  if (!here || !isQuiet(here.status))
    return fail(state, `The organisation cannot be moved: at its place it is ${here?.status ?? 'unknown'}`)
  const claiming = claimOrganization(organizationId, here.settings, newMark(here.revision))
  try {
    await target.batch([...(isOwnTarget ? requireAlone(organizationId) : []), claiming])
  } catch (error) {
    if (!(error instanceof AbortError)) throw error
    return fail(state, 'Another tenant is in the database to which it was to go alone')
  }
  const there = await readOrganizationRow(target, organizationId)
  if (there?.status !== 'moving')
    return fail(state, `The organisation is ${there?.status ?? 'unknown'} at the place where it is to go`)
  return enter({ ...state, claimed: true }, 'clear')
}

export const clear: Piece = async ({ target, organizationId }, state) => {
  const there = await readOrganizationRow(target, organizationId)
  if (there?.status !== 'moving') return enter(state, 'watch')
  return (await eraseRows(target, organizationId, there)) ? enter(state, 'watch') : state
}

export const watch: Piece = async (work, state) => {
  // One of a move that was given up. That of this very move may be in use by now, if this piece comes late.
  await endWatches(work.source, work.organizationId, { confirm: work.confirm, kept: work.id })
  await work.source.batch(startWatch(work))
  return enter(state, 'copy')
}

/** Where a walk over all rows is. */
export const positionOf = ({ cursor }: MoveState): { readonly table: TenantTable; readonly after: Key } => {
  const table = cursor ? tenantTable(cursor.table) : firstTable
  return { table, after: cursor?.after ?? table.first }
}

/** The walk from this row on; without one, at the next table. */
export const walkOn = (state: MoveState, last: Key | undefined, end: MovePhase): MoveState => {
  const { table } = positionOf(state)
  if (last) return { ...state, cursor: { table: table.name, after: last } }
  const next = tenantTables[tenantTables.indexOf(table) + 1]
  return next ? { ...state, cursor: { table: next.name, after: next.first } } : enter(state, end)
}

export const copy: Piece = async ({ source, target, organizationId, now }, state) => {
  const { table, after } = positionOf(state)
  const rows = await rowsAt(source, table, pageAfter(table, organizationId, after, now()))
  const keys = rows.map((row) => keyOf(table, row))
  if (rows.length > 0) await target.batch(replaceRows(organizationId, [{ table, keys, rows }]))
  const last = isLastPage(table, rows) ? undefined : keys.at(-1)
  return walkOn({ ...brought(state), copied: state.copied + rows.length }, last, 'catch-up')
}

/** Keys whose rows differ, or that only one side has. */
const differing = (table: TenantTable, here: readonly (readonly unknown[])[], there: typeof here): Key[] => {
  const text = (row: readonly unknown[]) => JSON.stringify(row)
  const known = new Set(there.map(text))
  const wanted = new Set(here.map(text))
  const rows = [...here.filter((row) => !known.has(text(row))), ...there.filter((row) => !wanted.has(text(row)))]
  const keys = new Map(rows.map((row) => [text(row.slice(0, table.key.length)), row.slice(0, table.key.length) as Key]))
  return [...keys.values()]
}

/** Those of the keys that the log says nothing of: whatever it names is copied again anyway. */
const unexplained = async (work: Work, table: TenantTable, keys: readonly Key[]): Promise<Key[]> => {
  if (keys.length === 0) return []
  const { results } = await readOnly(work.source).batch([loggedKeys(work, table, keys)])
  const places = new Set((results[0]?.rows ?? []).map(({ place }) => Number(place)))
  return keys.filter((_, place) => !places.has(place))
}

/** Each look ends where a page of one of both sides does; so a walk over what nobody adds to is over by then. */
const LOOKS_PER_PIECE = 2

/** What both sides have between two keys. */
interface Look {
  readonly here: readonly Row[]
  readonly there: readonly Row[]
  /** Up to which they were looked at. Absent: the table has no more. */
  readonly end?: Key
}

/**
 * The next rows of both sides, up to the end of whichever page ends first: what one side alone has, however much it is, pushes
 * nothing out of the look at the other. Nobody but this step writes at the target, so that a look at fewer of its rows shows all of them.
 */
const lookAt = async (work: Work, table: TenantTable, after: Key): Promise<Look> => {
  const at = work.now()
  const page = (driver: SqlDriver, last?: Key) =>
    rowsAt(driver, table, pageAfter(table, work.organizationId, after, at, last))
  const there = await page(work.target)
  const lastThere = there.length > 0 ? keyOf(table, there.at(-1) ?? []) : undefined
  const isWholeThere = isLastPage(table, there)
  // Of a table that grows, what is behind the last row that was copied is still to be copied.
  if (table.grows && !lastThere) return { here: [], there }
  const upTo = isWholeThere && !table.grows ? undefined : lastThere
  const here = await page(work.source, upTo)
  if (isLastPage(table, here)) return { here, there, ...(!isWholeThere && upTo && { end: upTo }) }
  const end = keyOf(table, here.at(-1) ?? [])
  const isSameEnd = JSON.stringify(end) === JSON.stringify(lastThere)
  return { here, there: isSameEnd ? there : await page(work.target, end), end }
}

/**
 * Compares every row. Meanwhile nothing is taken from the log, so a row that differs is in it; what differs and is not
 * has been missed, and is copied now. It costs what the copy did, which is why it is done before the tenant is frozen. Who writes
 * faster than it goes on would have it go on for ever: then the freeze comes first, and the sums over both sides judge the rest.
 */
export const compare: Piece = async (work, state) => {
  const { table, after } = positionOf(state)
  const { here, there, end } = await lookAt(work, table, after)
  const missed = await unexplained(work, table, differing(table, here, there))
  if (missed.length > 0) await recopy(work, [{ table, keys: missed }])
  const { looks: before = 0, ...rest } = state
  const looks = before + 1
  const next = { ...rest, missed: state.missed + missed.length }
  const walked = looks < LOOKS_PER_PIECE * piecesOf(state) ? walkOn(next, end, 'catch-up') : enter(next, 'catch-up')
  return walked.phase === 'compare' ? { ...walked, looks } : { ...walked, compared: true, pieces: 0 }
}
