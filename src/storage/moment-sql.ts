import type { Statement } from './driver.ts'

/** Where a time lies in the history of an organisation (?1). */

/** Clocks of isolates differ by less, so changes of up to this many milliseconds before a time may stand behind it. */
export const CLOCKS_MS = 60_000

/** Sequence of the newest change. */
export const LAST = `coalesce((SELECT c.sequence FROM changes c WHERE c.organization_id = ?1 ORDER BY c.sequence DESC LIMIT 1), 0)`

const isBefore = `m.at < CAST(?2 AS INTEGER) - ${CLOCKS_MS}`

/** The last change before a time, by halving: sequences have no gaps, and times hardly ever go back. */
export const momentSql = `
WITH RECURSIVE span (low, high) AS (
  SELECT o.history_from, 1 + ${LAST} FROM organizations o WHERE o.id = ?1
  UNION ALL
  SELECT iif(${isBefore}, m.sequence, s.low), iif(${isBefore}, s.high, m.sequence) FROM span s
  CROSS JOIN changes m ON m.organization_id = ?1 AND m.sequence = (s.low + s.high) / 2 WHERE s.high - s.low > 1)
SELECT s.low AS sequence, o.history_from = 0 OR s.low > o.history_from OR EXISTS (
  SELECT 1 FROM changes c WHERE c.organization_id = ?1 AND c.sequence = s.low AND c.at < CAST(?2 AS INTEGER)) AS reaches
FROM span s, organizations o WHERE o.id = ?1 AND s.high - s.low <= 1`

/**
 * `{sequence, reaches}`: the last change before it, and whether all that were made from then on are there.
 * @param time in milliseconds since 1970
 */
export const momentStatement = (organizationId: string, time: number): Statement => ({
  sql: momentSql,
  params: [organizationId, time],
})
