import { readOnly, type SqlDriver, type Statement } from '../../storage/driver.ts'
import { type Key, type Row, replaceRows, rowsIn, rowsOfKeys } from '../../storage/tenant-copy.ts'
import { columnsOf, type TenantTable } from '../../storage/tenant-tables.ts'
import type { Work } from './state.ts'

/** Rows on their way from the source to the target. */

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
