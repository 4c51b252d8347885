import { type KeyConflict, problem, RefusedError, refuse } from '../engine/errors.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import type { SqlDriver, Statement } from '../storage/driver.ts'
import { readBefore, returning } from '../storage/returning-rows.ts'
import { newMark } from '../storage/revision-mark.ts'
import type { GrantsLost } from '../storage/tenant-grants.ts'
import { type Authority, type CurrentOrganization, SAME_SCHEMA } from './authority.ts'
import { type ExportLine, ownerColumn, ownerOf } from './export.ts'
import { checkExportedRow, columnsOf, type ExportedTable } from './exported-rows.ts'
import { checkOrganization } from './organizations.ts'
import { addMissingKeys, type Finding } from './verify.ts'

/** Rows of one table and of the same columns as one statement that answers those it has inserted; what is there already stays as it is. */
const insertStatement = (
  table: ExportedTable,
  rows: readonly ExportLine['row'][],
  columns = columnsOf(table, rows[0] ?? {}),
): Statement => {
  return {
    sql: `INSERT INTO ${table} (${columns.join(', ')})
SELECT ${columns.map((column) => `value ->> '$.${column}'`).join(', ')} FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING
RETURNING ${table === 'records' ? 'object, id' : '1 AS inserted'}`,
    params: [JSON.stringify(rows)],
  }
}

/** What a record holds that another holds already, taken back: keys first, so that none is left without its record. */
const takeBack = (organizationId: string, ids: readonly string[]): readonly Statement[] =>
  [
    'DELETE FROM record_keys WHERE organization_id = ?1 AND record_id IN (SELECT value FROM json_each(?2))',
    'DELETE FROM records WHERE organization_id = ?1 AND id IN (SELECT value FROM json_each(?2))',
  ].map((sql) => ({ sql, params: [organizationId, JSON.stringify(ids)] }))

const conflictOf = ({ name, value, recordIds: [holder] }: Finding): KeyConflict => ({
  field: name,
  value,
  ...(holder !== undefined && { recordId: holder }),
})

/**
 * The keys of records of a page, those that were there before it included: the page may have been interrupted in between.
 * @param own those that were put in: of no other is anything taken back
 * @throws RefusedError unique_conflict: what could not have them is out again
 */
const addKeys = async (
  current: CurrentOrganization,
  records: readonly ExportLine['row'][],
  own: ReadonlySet<string>,
): Promise<void> => {
  const duplicates: Finding[] = []
  for (const object of new Set(records.map((record) => String(record.object)))) {
    const ids = records.flatMap((record) => (record.object === object ? [String(record.id)] : [])).sort()
    const [from = '', to = from] = [ids[0], ids.at(-1)]
    const found = await addMissingKeys(current, object, [from, to])
    duplicates.push(...found.filter(({ kind, recordIds }) => kind === 'duplicate' && own.has(recordIds[1] ?? '')))
  }
  const [first] = duplicates
  if (!first) return
  await current.driver.batch(
    takeBack(
      current.organization.id,
      duplicates.map(({ recordIds }) => recordIds[1] ?? ''),
    ),
  )
  throw new RefusedError({
    problems: [problem('unique_conflict', first.name, first.value)],
    conflicts: duplicates.map(conflictOf),
  })
}

const settingColumns: Readonly<Record<string, string>> = {
  historyDays: 'history_days',
  defaultCountry: 'default_country',
}

/** An export is no way around the rules of those settings that the kinds of their columns do not tell. */
const checkSettings = async (row: ExportLine['row'], place: readonly (string | number)[]): Promise<void> => {
  const { name, change_feed: changeFeed } = row
  const { history = null, history_days: historyDays = null, default_country: defaultCountry = null } = row
  try {
    await checkOrganization({
      name: String(name),
      historyDays: historyDays === null ? null : Number(historyDays),
      defaultCountry: defaultCountry === null ? null : String(defaultCountry),
    })
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const [{ code, field = '', detail }] = error.refusal.problems
    throw refuse(code, [...place, settingColumns[field] ?? field], detail)
  }
  // Workers of the release before go by the one, and those of this release by the other.
  const told = history === 'off' ? 0 : 1
  if (history !== null && changeFeed !== told)
    throw refuse('invalid_value', [...place, 'change_feed'], `${told}, since "history" is ${history}`)
}

/**
 * What can be seen of lines before they are put back.
 * @throws RefusedError invalid_value for lines that are none of this organisation, of several tables, or no rows of theirs;
 * what a change of the organisation would be refused for
 */
export const checkLines = async (organizationId: string, lines: readonly ExportLine[]): Promise<void> => {
  for (const [i, line] of lines.entries()) {
    checkExportedRow(line.table, line.row, ['lines', i, 'row'])
    if (ownerOf(line) !== organizationId)
      throw refuse('invalid_value', ['lines', i, 'row', ownerColumn(line.table)], organizationId)
    if (line.table !== lines[0]?.table) throw refuse('invalid_value', ['lines', i, 'table'], lines[0]?.table)
    const columns = columnsOf(line.table, line.row).join(', ')
    const before = columnsOf(line.table, lines[0].row).join(', ')
    if (columns !== before)
      throw refuse('invalid_value', ['lines', i, 'row'], `one of the same columns as the first: ${before}`)
    if (line.table === 'organizations') await checkSettings(line.row, ['lines', i, 'row'])
  }
}

/**
 * Puts the line of an organisation back, where it is not there yet.
 * @param status how it is to stand from then on
 * @returns the revision that it has got; undefined: it was there
 * @throws RefusedError as `checkLines`
 */
export const restoreOrganization = async (
  driver: SqlDriver,
  organizationId: string,
  lines: readonly ExportLine[],
  status: OrganizationStatus,
): Promise<number | undefined> => {
  await checkLines(organizationId, lines)
  const revision = newMark()
  const rows = lines.map(({ row }) => ({ ...row, revision, status }))
  const columns = [...columnsOf('organizations', rows[0] ?? {}), 'status']
  const { results } = await driver.batch([insertStatement('organizations', rows, columns)])
  return results[0]?.rows.length ? revision : undefined
}

/**
 * Puts lines of one table back, in one transaction, and then the match keys of what are records; rows that are there already
 * stay as they are, so that any page can be sent again. Each batch is done only while the organisation is as it was read: what
 * comes late, when it has gone elsewhere or another is there, does nothing.
 * @returns what lets nobody in, though it did when it was exported
 * @throws RefusedError as `checkLines`; unique_conflict when another record holds a unique value: such records are left out, all others of the page are in
 */
export const restoreLines = async (
  { run }: Authority,
  organizationId: string,
  lines: readonly ExportLine[],
): Promise<GrantsLost> => {
  const [first] = lines
  if (!first || first.table === 'organizations') return {}
  await checkLines(organizationId, lines)
  const { table } = first
  const rows = lines.map(({ row }) => row)
  if (table !== 'records')
    return run(async ({ driver, change }) => {
      const reads = readBefore(table, organizationId, rows)
      const before = reads.length > 0 ? (await driver.batch(reads)).results : []
      const { rows: kept, lost } = returning(table, rows, before)
      await change([insertStatement(table, kept)], SAME_SCHEMA)
      return lost
    })
  const own = new Set<string>()
  await run(async (current) => {
    const { results } = await current.driver.batch([insertStatement(table, rows)])
    for (const { id } of results[0]?.rows ?? []) own.add(String(id))
    await addKeys(current, rows, own)
  })
  return {}
}

/** What `restoreLines` would answer. @param authority absent: nothing of the organisation is there */
export const tryLines = async (
  authority: Authority | undefined,
  organizationId: string,
  lines: readonly ExportLine[],
): Promise<GrantsLost> => {
  const rows = lines.map(({ row }) => row)
  const table = lines[0]?.table ?? 'organizations'
  const reads = readBefore(table, organizationId, rows)
  const before = await authority?.run(async ({ driver }) => (await driver.batch(reads)).results)
  return returning(table, rows, before).lost
}
