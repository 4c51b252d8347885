import type { Statement } from './driver.ts'

/** Deliveries that one call deletes; one that keeps its payload may have a megabyte of it. */
const AT_ONCE = 200

/** Found in an index by age, so that what it costs depends on what is deleted, not on what is kept. */
const OLDEST = 'FROM deliveries WHERE expires_at <= CAST(?1 AS INTEGER) ORDER BY expires_at LIMIT'

/** Deletes deliveries whose time is over, of every hook; then says whether there are more. */
export const deliverySweep = (now: number): readonly Statement[] => [
  {
    sql: `DELETE FROM deliveries WHERE (organization_id, hook_id, id) IN (
      SELECT organization_id, hook_id, id ${OLDEST} ${AT_ONCE})`,
    params: [now],
  },
  { sql: `SELECT 1 AS more ${OLDEST} 1`, params: [now] },
]
