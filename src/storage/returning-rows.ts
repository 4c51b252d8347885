import type { BatchResult, SqlValue, Statement } from './driver.ts'
import { endings, type GrantingTable, type GrantsLost, grantingTables, type Rows, statement } from './tenant-grants.ts'

/**
 * Rows of an export on their way back. An export is data of an earlier time too: what lets somebody in, and is not there just
 * before, comes back as what has ended. Members of a tenant that has never had a key are let in nowhere, and come back as they were.
 */

type Row = Readonly<Record<string, SqlValue>>

const isGranting = (table: string): table is GrantingTable => grantingTables.some((one) => one === table)

/** What has to be known before; nothing for tables by which nobody is let in. */
export const readBefore = (table: string, organizationId: string, rows: Rows, now = Date.now()): Statement[] =>
  isGranting(table)
    ? [
        statement(
          `SELECT id FROM ${table} WHERE organization_id = ?1 AND id IN (SELECT value ->> 'id' FROM json_each(?2)) AND ${endings[table].isCurrent}`,
          organizationId,
          rows.map(({ id }) => ({ id })),
          now,
        ),
        { sql: 'SELECT 1 FROM credentials WHERE organization_id = ?1 LIMIT 1', params: [organizationId] },
      ]
    : []

const lostAs = { members: 'removed', credentials: 'ended', hooks: 'hooks', subscriptions: 'subscriptions' } as const

export interface Returning {
  readonly rows: readonly Row[]
  /** What of it lets nobody in, though it did when it was exported: names. */
  readonly lost: GrantsLost
}

/**
 * As they may come back. The same again is answered the same, though by then they are there.
 * @param before what `readBefore` was answered; absent: nothing is there, nor ever was
 */
export const returning = (
  table: string,
  rows: readonly Row[],
  before?: BatchResult['results'],
  now = Date.now(),
): Returning => {
  if (!isGranting(table)) return { rows, lost: {} }
  const [current, keys] = before ?? []
  const isNew = (keys?.rows.length ?? 0) === 0
  if (table === 'members' && isNew) return { rows, lost: {} }
  const there = new Set(current?.rows.map(({ id }) => id))
  const { column, value } = endings[table]
  const isEnded = (row: Row) => (value === 'now' ? row[column] !== null : row[column] === value)
  const ending = new Set(rows.filter((row) => !isEnded(row) && !there.has(row.id ?? null)))
  const names = rows.flatMap((row) => (ending.has(row) ? [String(row.name)] : [])).sort()
  return {
    rows: rows.map((row) => (ending.has(row) ? { ...row, [column]: value === 'now' ? now : value } : row)),
    lost: names.length > 0 ? { [lostAs[table]]: names } : {},
  }
}
