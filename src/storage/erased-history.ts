import { chainSql } from './chain-sql.ts'
import type { Statement } from './driver.ts'

/**
 * Erasing a record blanks the newest of its changes in its own transaction (program/stages/feed.ts); where there are more,
 * the erased change says in its delta where to go on. docs/history.md.
 */

/** Changes of one record that one call blanks. */
const AT_ONCE = 1_000

/** Finds it in an index that is empty as a rule. */
const UNDONE = `FROM changes INDEXED BY changes_to_blank WHERE action = 'erased' AND delta IS NOT NULL LIMIT 1`
const FIRST = `SELECT organization_id, sequence, delta ${UNDONE}`

const chain = chainSql({
  columns: 'organization_id, sequence',
  begin: `SELECT organization_id, CAST(delta AS INTEGER) FROM (${FIRST})`,
  next: 'c.organization_id, c.previous',
  organization: 'n.organization_id',
  goesOn: 'c.previous IS NOT NULL',
})

/** Whether there is any: a row, `more`. */
export const isErasedLeft: Statement = { sql: `SELECT 1 AS more, 'erased' AS what ${UNDONE}`, params: [] }

/** Goes on with one record. */
export const blankErased: readonly Statement[] = [
  {
    sql: `UPDATE changes SET delta = NULL WHERE (organization_id, sequence) IN (
  ${chain} SELECT organization_id, sequence FROM chain LIMIT ${AT_ONCE})`,
    params: [],
  },
  {
    sql: `UPDATE changes SET delta = (${chain} SELECT sequence FROM chain LIMIT 1 OFFSET ${AT_ONCE})
WHERE (organization_id, sequence) IN (SELECT organization_id, sequence FROM (${FIRST}))`,
    params: [],
  },
]
