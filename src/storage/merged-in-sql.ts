import type { MergedIn } from '../engine/history.ts'
import type { StatementResult } from './driver.ts'
import { LAST_CHANGE } from './program/tombstones.ts'

/** Who was merged into a record: its own history has no row of them, since only what they were changed by it. */

/** Former keys that are told of each. */
const KEYS = 20

/** Parameters: organisation, object, id. With the history off, only the tombstone knows when and by whom. */
export const mergedInSql = `
SELECT m.merged_id AS id, m.into_id, coalesce(c.at, m.tombstone ->> 3) AS at, coalesce(c.actor, m.tombstone ->> 6) AS actor, c.request, c.import, c.sequence,
  (SELECT json_group_array(json_array(k.name, k.value)) FROM (
    SELECT a.name, a.value FROM record_aliases a
    WHERE a.organization_id = ?1 AND a.object = ?2 AND a.merged_id = m.merged_id AND a.record_id = ?3 AND a.name <> 'id'
    ORDER BY a.name, a.value LIMIT ${KEYS}) k) AS keys
FROM record_aliases m
LEFT JOIN changes c ON c.organization_id = ?1 AND c.sequence = m.tombstone ->> ${LAST_CHANGE} AND c.action = 'merged' AND c.record_id = m.merged_id
WHERE m.organization_id = ?1 AND m.object = ?2 AND m.record_id = ?3 AND m.tombstone IS NOT NULL
ORDER BY m.merged_id`

export const mergedInOf = (row: StatementResult['rows'][number]): MergedIn => {
  const keys = JSON.parse(row.keys as string) as (readonly [name: string, value: string])[]
  const byName = Map.groupBy(keys, ([name]) => name)
  return {
    ...{ id: row.id as string, into: row.into_id as string, at: row.at as number, actor: row.actor as string },
    ...{ request: row.request as string | null, importId: row.import as string | null },
    sequence: row.sequence as number | null,
    keys: Object.fromEntries([...byName].map(([name, of]) => [name, of.map(([, value]) => value)])),
  }
}
