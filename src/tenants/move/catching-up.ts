import { isQuiet } from '../../schema/schema.ts'
import { readOnly } from '../../storage/driver.ts'
import { type Key, keyOf, lastKey, PAGE_BYTES, pageAfter, replaceRows, rowsIn } from '../../storage/tenant-copy.ts'
import { readOrganizationRow } from '../../storage/tenant-organization.ts'
import { type TenantTable, tenantTable, tenantTables } from '../../storage/tenant-tables.ts'
import { forgetEntries, LOG_ENTRIES, logPage } from '../../storage/tenant-watch.ts'
import { type KeysOfTable, recopy, rowsAt } from './rows.ts'
import { brought, enter, fail, type MoveState, type Piece, type Work } from './state.ts'

/** What has changed since it was copied is copied again, and again, until little is left to do while the tenant waits. */

/**
 * Pieces after which the tenant is frozen though much is left: it is written to faster than can be caught up with, and
 * waits longer.
 */
const MOST_PIECES = 400

interface Entry {
  readonly sequence: number
  readonly table: string
  readonly key: string
}

/** As many of the next entries as have rows for one batch. */
const nextEntries = async (work: Work): Promise<readonly Entry[]> => {
  const { results } = await readOnly(work.source).batch([logPage(work)])
  let bytes = 0
  const entries: Entry[] = []
  for (const { sequence, table_name, key, weight } of results[0]?.rows ?? []) {
    bytes += Number(weight)
    if (entries.length > 0 && bytes > PAGE_BYTES) break
    entries.push({ sequence: Number(sequence), table: String(table_name), key: String(key) })
  }
  return entries
}

/** Each key once, however often its row has changed: what is copied is the row as it is now. */
const keysIn = (entries: readonly Entry[]): KeysOfTable[] => {
  const names = [...new Set(entries.map(({ table }) => table))]
  return names.map((name) => {
    const keys = new Set(entries.flatMap(({ table, key }) => (table === name ? [key] : [])))
    return { table: tenantTable(name), keys: [...keys].map((key) => JSON.parse(key) as Key) }
  })
}

/** How far the tables that grow have been copied: the last key of each at the target. */
type Ends = ReadonlyMap<TenantTable, Key>

const endsOf = async ({ target, organizationId }: Work): Promise<Ends> => {
  const growing = tenantTables.filter(({ grows }) => grows)
  const { results } = await readOnly(target).batch(growing.map((table) => lastKey(table, organizationId)))
  return new Map(growing.map((table, i) => [table, rowsIn(table.key, results[i])[0] ?? table.first]))
}

/** What lies behind the end of a table that grows is still to be copied, as it will be then; before its turn it would move the end. */
const upToEnds = (changed: readonly KeysOfTable[], ends: Ends): KeysOfTable[] =>
  changed.map(({ table, keys }) => {
    const end = ends.get(table)
    return { table, keys: end ? keys.filter((key) => Number(key[0]) <= Number(end[0])) : keys }
  })

/** The next rows of the tables that grow. @returns how many there were */
const copyGrowth = async ({ source, target, organizationId, now }: Work, ends: Ends): Promise<number> => {
  let copied = 0
  for (const [table, after] of ends) {
    const rows = await rowsAt(source, table, pageAfter(table, organizationId, after, now()))
    const keys = rows.map((row) => keyOf(table, row))
    if (rows.length > 0) await target.batch(replaceRows(organizationId, [{ table, keys, rows }]))
    copied += rows.length
  }
  return copied
}

/** An entry leaves the log when its row is at the target: interrupted before, it is simply copied again. */
const copyChanges = async (work: Work): Promise<number> => {
  const entries = await nextEntries(work)
  const last = entries.at(-1)
  const ends = await endsOf(work)
  if (last) {
    await recopy(work, upToEnds(keysIn(entries), ends))
    await work.source.batch([forgetEntries(work, last.sequence)])
  }
  return entries.length + (await copyGrowth(work, ends))
}

const caughtUp = (state: MoveState, rows: number): MoveState => ({
  ...brought(state),
  caughtUp: state.caughtUp + rows,
  pieces: state.pieces + 1,
})

export const catchUp: Piece = async (work, state) => {
  const rows = await copyChanges(work)
  const next = caughtUp(state, rows)
  if (rows >= LOG_ENTRIES && next.pieces < MOST_PIECES) return next
  if (!state.compared) return enter(next, 'compare')
  const here = await readOrganizationRow(work.source, work.organizationId)
  if (!here || !isQuiet(here.status))
    return fail(next, `The organisation has become ${here?.status ?? 'unknown'} while it was moved`)
  const { status, revision } = here
  return enter({ ...next, resume: { status, revision }, frozenAt: work.now() }, 'freeze')
}

/** While nothing is written at the source any more. */
export const settle: Piece = async (work, state) => {
  const rows = await copyChanges(work)
  const next = caughtUp(state, rows)
  return rows === 0 ? enter(next, 'verify') : next
}
