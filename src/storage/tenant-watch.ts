import { isUuid } from '../schema/schema.ts'
import type { SqlDriver, SqlValue, Statement, StatementResult } from './driver.ts'
import type { Key } from './tenant-copy.ts'
import type { OrganizationRow } from './tenant-organization.ts'
import { type TenantTable, tenantTables } from './tenant-tables.ts'

/**
 * The log of what changes while a tenant is copied. Triggers write the key of every row that is touched, in the
 * transaction that touches it, so nothing can change unnoticed: not a key row that indexing adds, nor one that `verify`
 * mends, nor values that change without their record's version. Log and triggers are of one move, bear its name and go
 *
 * with it. What is new in a table that grows stands behind the last row that was copied, and need not be in the log.
 *
 * A trigger of a table is one level below the stage of the assert program that writes: docs/program.md, bounds.
 */

export interface Watch {
  readonly organizationId: string
  /** Of the move. */
  readonly id: string
}

/** Entries that one look takes. */
export const LOG_ENTRIES = 500

/** These stand in the text of statements, where no parameter can: nothing but UUIDs may. */
const checked = (uuid: string): string => {
  if (!isUuid(uuid)) throw new Error('A move and its organisation are named by UUIDs')
  return uuid.toLowerCase()
}

const PREFIX = 'moving_'

/** A UUID without its hyphens. */
const ID_LENGTH = 32

const nameOf = ({ id }: Pick<Watch, 'id'>) => `${PREFIX}${checked(id).replaceAll('-', '')}`
const ownedBy = (organizationId: string) => `organization_id = '${checked(organizationId)}'`
const watched = tenantTables

const keyIn = ({ key }: TenantTable, row: 'OLD' | 'NEW') =>
  `json_array(${key.map((column) => `${row}.${column}`).join(', ')})`

const triggersOf = (watch: Watch, table: TenantTable): readonly { readonly name: string; readonly sql: string }[] => {
  const log = nameOf(watch)
  const isOf = (row: string) => `${row}.${ownedBy(watch.organizationId)}`
  const trigger = (event: string, when: string, select: string) => {
    const name = `${log}_${table.name}_${event}`
    const sql = `
CREATE TRIGGER IF NOT EXISTS ${name} AFTER ${event} ON ${table.name} WHEN ${when}
BEGIN
  INSERT INTO ${log} (table_name, key) ${select};
END`
    return { name, sql }
  }
  const [old, made] = [
    `SELECT '${table.name}', ${keyIn(table, 'OLD')}`,
    `SELECT '${table.name}', ${keyIn(table, 'NEW')}`,
  ]
  return [
    ...(table.grows ? [] : [trigger('insert', isOf('NEW'), made)]),
    trigger('delete', isOf('OLD'), old),
    trigger('update', `${isOf('OLD')} OR ${isOf('NEW')}`, `${old} UNION ${made}`),
  ]
}

const plain = (sql: string): Statement => ({ sql, params: [] })

/** From this batch on every change is in the log. Numbers are never used twice: what is deleted was seen. */
export const startWatch = (watch: Watch): Statement[] => [
  plain(`
CREATE TABLE IF NOT EXISTS ${nameOf(watch)} (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, key TEXT NOT NULL)`),
  ...watched.flatMap((table) => triggersOf(watch, table).map(({ sql }) => plain(sql))),
]

/** Of all watches, by what stands in the schema: also those of moves that nobody knows of any more, and of earlier releases. */
const TRIGGERS = `
SELECT name, substr(name, ${PREFIX.length + 1}, ${ID_LENGTH}) AS move, sql FROM sqlite_master
WHERE type = 'trigger' AND substr(name, 1, ${PREFIX.length}) = '${PREFIX}'`

/** What stands in the text of a statement is a name that was made here. */
const LOG = new RegExp(`^${PREFIX}[0-9a-f]{${ID_LENGTH}}$`)

const OWNER = /organization_id = '([0-9a-f-]{36})'/

const uuidOf = (digits: string) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** Whose watches a database has. @returns a move of each, and whose it is, in any order */
export const watchesIn = async (driver: SqlDriver): Promise<readonly Watch[]> => {
  const { results } = await driver.batch([plain(`${TRIGGERS} GROUP BY move`)])
  return (results[0]?.rows ?? []).flatMap(({ move, sql }) => {
    const [, organizationId] = OWNER.exec(String(sql)) ?? []
    return organizationId === undefined ? [] : [{ organizationId, id: uuidOf(String(move)) }]
  })
}

/** How an organisation stands, which never stands so again. */
type Standing = Pick<OrganizationRow, 'status' | 'revision'>

/** All that watches an organisation, for `dropWatches`. @param seen nothing, where it does not stand so any more */
export const watchesOf = (organizationId: string, seen?: Standing): Statement => {
  const watching = `${TRIGGERS} AND instr(sql, ?1) > 0`
  if (!seen) return { sql: watching, params: [ownedBy(organizationId)] }
  return {
    sql: `${watching}
AND EXISTS (SELECT 1 FROM organizations WHERE id = ?2 AND status = ?3 AND revision = CAST(?4 AS INTEGER))`,
    params: [ownedBy(organizationId), organizationId, seen.status, seen.revision],
  }
}

/**
 * Each bears the name of its move, so nothing goes that has come since they were seen.
 * @param found by `watchesOf` @param kept the move whose watch stays
 */
export const dropWatches = (found: StatementResult | undefined, kept?: string): readonly Statement[] => {
  const except = kept === undefined ? '' : nameOf({ id: kept })
  const triggers = (found?.rows ?? [])
    .map(({ name, move }) => ({ name: String(name), log: `${PREFIX}${String(move)}` }))
    .filter(({ log }) => log !== except && LOG.test(log))
  return [
    ...triggers.map(({ name }) => plain(`DROP TRIGGER IF EXISTS "${name}"`)),
    ...[...new Set(triggers.map(({ log }) => log))].map((log) => plain(`DROP TABLE IF EXISTS ${log}`)),
  ]
}

const endFound = async (
  driver: SqlDriver,
  watching: Statement,
  confirm: () => Promise<unknown> = async () => undefined,
  kept?: string,
): Promise<void> => {
  const { results } = await driver.batch([watching])
  const drops = dropWatches(results[0], kept)
  if (drops.length === 0) return
  await confirm()
  await driver.batch(drops)
}

/** From here on nothing is written down for this move: its log goes, with what is in it. */
export const endWatch = (driver: SqlDriver, { organizationId, id }: Watch): Promise<void> => {
  const { sql, params } = watchesOf(organizationId)
  return endFound(driver, { sql: `${sql} AND move = ?2`, params: [...params, id.replaceAll('-', '').toLowerCase()] })
}

export interface EndOptions {
  /** Asked between looking and dropping: throws where somebody else may have begun a move by then. */
  readonly confirm: () => Promise<unknown>
  /** The move whose watch stays; default: none. */
  readonly kept?: string
}

/** The same for all moves that have watched an organisation until now. */
export const endWatches = (driver: SqlDriver, organizationId: string, { confirm, kept }: EndOptions): Promise<void> =>
  endFound(driver, watchesOf(organizationId), confirm, kept)

/** The same while it stands as it was seen, as one that no move takes from here. */
export const endWatchesOfLeft = (driver: SqlDriver, organizationId: string, seen: Standing): Promise<void> =>
  endFound(driver, watchesOf(organizationId, seen))

/** The next entries, oldest first: `{sequence, table_name, key, weight}`; the weight is in bytes, of the row as it is. */
export const logPage = (watch: Watch): Statement => {
  const weights = watched.flatMap((table) =>
    table.heavy
      ? `WHEN '${table.name}' THEN (SELECT octet_length(t.${table.heavy}) FROM ${table.name} t WHERE t.organization_id = ?1 AND ${table.key
          .map((column, i) => `t.${column} = e.key ->> ${i}`)
          .join(' AND ')})`
      : [],
  )
  return {
    sql: `
SELECT e.sequence, e.table_name, e.key, coalesce(CASE e.table_name ${weights.join(' ')} END, 0) AS weight
FROM ${nameOf(watch)} e ORDER BY e.sequence LIMIT ${LOG_ENTRIES}`,
    params: [checked(watch.organizationId)],
  }
}

/** `{last}`: the number of the newest entry, null when there is none. */
export const lastEntry = (watch: Watch): Statement => plain(`SELECT max(sequence) AS last FROM ${nameOf(watch)}`)

export const forgetEntries = (watch: Watch, upTo: number): Statement => ({
  sql: `DELETE FROM ${nameOf(watch)} WHERE sequence <= CAST(?1 AS INTEGER)`,
  params: [upTo],
})

/** `{place}`: which of the keys, by their number in the list, are in the log. */
export const loggedKeys = (watch: Watch, table: TenantTable, keys: readonly Key[]): Statement => {
  const params: SqlValue[] = [table.name, JSON.stringify(keys)]
  return {
    sql: `
SELECT w.key AS place FROM json_each(?2) w WHERE json_array(${table.key.map((_, i) => `w.value ->> ${i}`).join(', ')}) IN (
  SELECT e.key FROM ${nameOf(watch)} e WHERE e.table_name = ?1)`,
    params,
  }
}
