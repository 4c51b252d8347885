import { quietStatuses } from '../schema/schema.ts'
import type { Statement, StatementResult } from './driver.ts'
import { oneOf } from './status-sql.ts'

/** Deletes changes that their organisation keeps no longer (`history_days`), from the oldest on. docs/history.md. */

/** Changes that one call deletes. */
const AT_ONCE = 1_000

const DAY_MS = 86_400_000

const end = (direction: 'ASC' | 'DESC', column: 'sequence' | 'at') =>
  `(SELECT c.${column} FROM changes c WHERE c.organization_id = o.id ORDER BY c.sequence ${direction} LIMIT 1)`

const expiry = `CAST(?1 AS INTEGER) - o.history_days * ${DAY_MS}`

/**
 * Up to the first change that is young enough, whatever stands behind it: what is left has no hole. The newest change of all
 * stays, since the next one is numbered by it.
 */
const expiredUpTo = `min(${end('DESC', 'sequence')} - 1, (
  SELECT coalesce(min(iif(c.at >= ${expiry}, c.sequence, NULL)), max(c.sequence) + 1) - 1
  FROM (SELECT c.sequence, c.at FROM changes c WHERE c.organization_id = o.id ORDER BY c.sequence LIMIT ${AT_ONCE}) c))`

/** Whether there is any: a row, `more`, of one organisation. Not while it moves: the two places would differ. */
export const areChangesExpired = (now: number): Statement => ({
  sql: `
SELECT 1 AS more, 'expired' AS what, o.id, ${expiredUpTo} AS up_to FROM organizations o INDEXED BY organizations_with_retention
WHERE o.history_days IS NOT NULL AND o.status ${oneOf(quietStatuses)}
  AND ${end('ASC', 'at')} < ${expiry} AND ${end('ASC', 'sequence')} < ${end('DESC', 'sequence')}
LIMIT 1`,
  params: [now],
})

/** @param row of that statement */
export const deleteExpired = ({ id, up_to: upTo }: StatementResult['rows'][number]): readonly Statement[] => {
  const params = [id as string, upTo as number]
  return [
    // Whoever has read up to the last one that is gone has missed nothing, and is known by its time.
    {
      sql: `
UPDATE organizations SET history_from = CAST(?2 AS INTEGER), history_from_at = (
  SELECT c.at FROM changes c WHERE c.organization_id = ?1 AND c.sequence = CAST(?2 AS INTEGER))
WHERE id = ?1 AND history_from < CAST(?2 AS INTEGER)`,
      params,
    },
    { sql: 'DELETE FROM changes WHERE organization_id = ?1 AND sequence <= CAST(?2 AS INTEGER)', params },
  ]
}
