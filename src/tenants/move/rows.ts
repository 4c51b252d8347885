import { readOnly, type SqlDriver, type Statement } from '../../storage/driver.ts'
import { type Key, purgePiece, type Row, replaceRows, rowsIn, rowsOfKeys } from '../../storage/tenant-copy.ts'
import type { OrganizationRow } from '../../storage/tenant-organization.ts'
import { columnsOf, type TenantTable, tenantTables } from '../../storage/tenant-tables.ts'
import { endWatchesOfLeft } from '../../storage/tenant-watch.ts'
import type { Work } from './state.ts'

/** Rows on their way from the source to the target, and those that are to be nowhere any more. */

export const rowsAt = async (driver: SqlDriver, table: TenantTable, statement: Statement): Promise<Row[]> => {
  const { results } = await readOnly(driver).batch([statement])
  return rowsIn(columnsOf(table), results[0])
}

export interface KeysOfTable {
  readonly table: TenantTable
  readonly keys: readonly Key[]
}

/** Has the target's rows of these keys be what the source's are now, also where that is nothing. */
export const recopy = async (
  { source, target, organizationId }: Work,
  wanted: readonly KeysOfTable[],
): Promise<void> => {
  const { results } = await readOnly(source).batch(
    wanted.map(({ table, keys }) => rowsOfKeys(table, organizationId, keys)),
  )
  const replacements = wanted.map(({ table, keys }, i) => ({ table, keys, rows: rowsIn(columnsOf(table), results[i]) }))
  await target.batch(replaceRows(organizationId, replacements))
}

/**
 * A piece of all that an organisation has somewhere, but for its own row. A log of what changes of it would hold what is
 * erased: it goes first, whoever has forgotten it there.
 * @param seen how it stands there: a piece that comes late deletes nothing of what stands there by then
 * @returns whether nothing of that is left
 */
export const eraseRows = async (
  driver: SqlDriver,
  organizationId: string,
  seen: Pick<OrganizationRow, 'status' | 'revision'>,
): Promise<boolean> => {
  await endWatchesOfLeft(driver, organizationId, seen)
  const { results } = await driver.batch(purgePiece(tenantTables, organizationId, seen))
  return !results.some(({ rows }) => rows.length > 0)
}
