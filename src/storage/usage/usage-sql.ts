import { servedStatuses } from '../../schema/schema.ts'
import type { SqlValue, Statement } from '../driver.ts'
import { type Counted, HOUR_MS, type Tally } from './counter.ts'

/** How what was counted is added to what stands in the organisation's own database: one call. */

/** For so long an hour can be looked at. */
export const USAGE_DAYS = 90

/** A use is written down if the one that stands there is older than this: a busy key costs a row in five minutes. */
export const KEY_USE_MS = 300_000

/**
 * Where an organisation is not served nothing is written: it may be on its way to another database. Who is suspended has been
 * asked nothing, either.
 */
const IS_SERVED = `EXISTS (SELECT 1 FROM organizations WHERE id = ?1 AND status IN (${servedStatuses.map((status) => `'${status}'`).join(', ')}))`

const rowOf = (tally: Tally): readonly unknown[] => [
  tally.hour,
  tally.contract,
  tally.requests,
  tally.clientErrors,
  tally.serverErrors,
  tally.calls,
  tally.rowsRead ?? null,
  tally.rowsWritten ?? null,
  JSON.stringify(tally.latencies),
]

const ADDED = ['requests', 'client_errors', 'server_errors', 'calls', 'rows_read', 'rows_written'] as const

const addTallies = (params: SqlValue[]): Statement => ({
  sql: `
INSERT INTO usage_hours (organization_id, hour, contract, ${ADDED.join(', ')}, latencies)
SELECT ?1, u.value ->> 0, u.value ->> 1, ${ADDED.map((_, i) => `u.value ->> ${i + 2}`).join(', ')}, u.value ->> 8
FROM json_each(?2) u WHERE ${IS_SERVED}
ON CONFLICT (organization_id, hour, contract) DO UPDATE SET
  ${ADDED.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')},
  latencies = (SELECT json_group_array(so.value + more.value) FROM json_each(usage_hours.latencies) so
    CROSS JOIN json_each(excluded.latencies) more ON more.key = so.key)`,
  params,
})

const noteUses = (params: SqlValue[]): Statement => ({
  sql: `
INSERT INTO key_uses (organization_id, credential_id, last_used_at)
SELECT ?1, u.value ->> 0, u.value ->> 1 FROM json_each(?2) u WHERE ${IS_SERVED}
ON CONFLICT (organization_id, credential_id) DO UPDATE SET last_used_at = excluded.last_used_at
WHERE excluded.last_used_at >= key_uses.last_used_at + ${KEY_USE_MS}`,
  params,
})

const forgetOld = (organizationId: string, now: number): Statement => ({
  sql: `DELETE FROM usage_hours WHERE organization_id = ?1 AND hour < CAST(?2 AS INTEGER) AND ${IS_SERVED}`,
  params: [organizationId, Math.floor(now / HOUR_MS) - 24 * USAGE_DAYS],
})

/** @param now milliseconds since 1970 */
export const addUsage = (organizationId: string, { tallies, keys }: Counted, now: number): readonly Statement[] => [
  addTallies([organizationId, JSON.stringify([...tallies.values()].map(rowOf))]),
  noteUses([organizationId, JSON.stringify([...keys])]),
  forgetOld(organizationId, now),
]
