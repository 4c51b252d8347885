import { servedStatuses } from '../../schema/schema.ts'
import type { SqlDriver } from '../driver.ts'
import { oneOf } from '../status-sql.ts'
import type { Seen } from './turn-store.ts'

/** Which subscriptions have something to do. */

/** Looked for at once. What is left over is found once these have had their turn. */
const SEEN = 200

/**
 * With something to do, now or later. A pause is that of the change behind the cursor, so dead letters that are wanted do not wait
 * for it; for the lease everything waits, and a turn that could send nothing leaves one behind. Those that are due stand in a row
 * in which each organisation has its first before any has its second, and within it whoever has waited longest comes first:
 * nobody can keep others from their turn by having many, or by having much to do.
 */
const DUE = `
WITH looked AS (
  SELECT s.organization_id, s.id, s.step, s.delivered_at, s.lease_until, s.next_at,
    EXISTS (SELECT 1 FROM dead_letters d
      WHERE d.organization_id = s.organization_id AND d.subscription_id = s.id AND d.wanted = 1) AS is_wanted,
    s.cursor < o.history_from OR EXISTS (SELECT 1 FROM changes c
      WHERE c.organization_id = s.organization_id AND c.sequence > s.cursor) AS is_behind
  FROM subscriptions s CROSS JOIN organizations o ON o.id = s.organization_id AND o.status ${oneOf(servedStatuses)}
  WHERE s.state = 'on' AND (?1 IS NULL OR s.organization_id = ?1)),
pending AS (
  SELECT l.*, CASE WHEN is_wanted THEN l.lease_until ELSE max(l.lease_until, l.next_at) END AS due
  FROM looked l WHERE is_wanted OR is_behind)
SELECT p.organization_id, p.id, p.step, p.due, row_number() OVER (
    PARTITION BY p.organization_id, p.due <= CAST(?2 AS INTEGER) ORDER BY max(p.due, coalesce(p.delivered_at, 0)), p.id) AS nth
FROM pending p
ORDER BY p.due > CAST(?2 AS INTEGER), iif(p.due <= CAST(?2 AS INTEGER), nth, p.due), p.organization_id, p.id LIMIT ${SEEN}`

export interface Pending {
  readonly due: readonly Seen[]
  /** Milliseconds since 1970 when the next of the others will be due; undefined: not before the next change. */
  readonly next: number | undefined
}

/** @param organizationId absent: of all organisations in the database */
export const pendingAt = async (
  driver: SqlDriver,
  organizationId: string | undefined,
  now: number,
): Promise<Pending> => {
  const { results } = await driver.batch([{ sql: DUE, params: [organizationId ?? null, now] }], { readOnly: true })
  const all = (results[0]?.rows ?? []).map((row) => ({
    seen: { organizationId: String(row.organization_id), id: String(row.id), step: Number(row.step) },
    due: Number(row.due),
  }))
  return {
    due: all.filter(({ due }) => due <= now).map(({ seen }) => seen),
    next: all.find(({ due }) => due > now)?.due,
  }
}
