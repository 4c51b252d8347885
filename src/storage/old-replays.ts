import { REPLAY_MS } from '../engine/store.ts'
import type { Statement } from './driver.ts'

/** Requests whose answers one call deletes; each has at most a row per item. */
const AT_ONCE = 100

/** Finds the requests in an index by age, so that what it costs depends on what is deleted, not on what is kept. */
const OLDEST = 'FROM replays WHERE position = -1 AND created_at <= CAST(?1 AS INTEGER) ORDER BY created_at LIMIT'

/** Deletes some, then says whether there are more. */
export const replaySweep = (now: number): readonly Statement[] => [
  {
    sql: `DELETE FROM replays WHERE (organization_id, idempotency_key) IN (
      SELECT organization_id, idempotency_key ${OLDEST} ${AT_ONCE})`,
    params: [now - REPLAY_MS],
  },
  { sql: `SELECT 1 AS more ${OLDEST} 1`, params: [now - REPLAY_MS] },
]
