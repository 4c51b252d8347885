import { REPLAY_MS } from '../engine/store.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'

/** Requests whose answers one call deletes; each has at most a row per item. */
const AT_ONCE = 100

/** Calls of one run: it ends even if keys grow old faster than it deletes them, and the next run goes on. */
const CALLS = 50

/** Finds the requests in an index by age, so that what it costs depends on what is deleted, not on what is kept. */
const OLDEST = 'FROM replays WHERE position = -1 AND created_at <= CAST(?1 AS INTEGER) ORDER BY created_at LIMIT'

/** Deletes some, then says whether there are more. */
export const replaySweep = (now: number): readonly Statement[] => [
  {
    sql: `DELETE FROM replays WHERE (organization_id, idempotency_key) IN (
      SELECT organization_id, idempotency_key ${OLDEST} ${AT_ONCE})`,
    params: [now - REPLAY_MS],
  },
  { sql: `SELECT 1 ${OLDEST} 1`, params: [now - REPLAY_MS] },
]

/** Of the results of a sweep. */
export const hasMore = (results: readonly StatementResult[]): boolean => (results[1]?.rows.length ?? 0) > 0

/**
 * Deletes the answers to an Idempotency-Key that are too old to be replayed, of every organisation in the database.
 * @returns whether none is left
 */
export const sweepReplays = async (driver: SqlDriver, now: number, calls = CALLS): Promise<boolean> => {
  for (let call = 0; call < calls; call++) {
    const { results } = await driver.batch(replaySweep(now))
    if (!hasMore(results)) return true
  }
  return false
}
