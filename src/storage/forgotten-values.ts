import { actionsWithValues } from '../engine/history.ts'
import type { Statement } from './driver.ts'
import { oneOf } from './status-sql.ts'

/**
 * What was erased from the schema is taken out of the values of the history, too: the event that tells of it holds in its
 * delta what is to be forgotten (`attributes`), and the change before which the walk down goes on (`before`); neither when it
 * is done. The event of another slug holds the one that the values before it stand under (`renamed`), and the walk goes on
 * below it in search of that. docs/history.md.
 */

/** Slugs of attributes; none: the whole object, with all of its values. */
export type Erased = readonly string[]

/** Slugs, each with the one before it. */
export type Renamed = Readonly<Record<string, string>>

/** What they were called before that. */
export const formerly = (slugs: Erased, renamed: Renamed = {}): Erased => slugs.map((slug) => renamed[slug] ?? slug)

/** Changes that one call looks at. */
const AT_ONCE = 1_000

/** The delta of an event that begins to forget, in SQL. @param sequence of the event */
export const forgettingBefore = (delta: string, sequence: string): string =>
  `json_set(${delta}, '$.before', ${sequence})`

/** Finds it in an index that holds nothing else but events of other slugs. */
const EVENTS = "changes INDEXED BY changes_to_forget WHERE action = 'schema_changed' AND delta IS NOT NULL"
const undone = (of: string) => `FROM ${EVENTS} AND delta ->> 'before' IS NOT NULL${of} LIMIT 1`

/** Events of other slugs, `{sequence, object, renamed}`, oldest first. @param sequence behind which, in SQL */
export const renamesBehind = (sequence: string): string => `
SELECT sequence, object, delta -> 'renamed' AS renamed FROM ${EVENTS} AND organization_id = ?1 AND sequence > ${sequence}
  AND delta -> 'renamed' IS NOT NULL ORDER BY sequence`

/** Whether there is any: a row, `more`. */
export const isForgettingLeft: Statement = {
  sql: `SELECT 1 AS more, 'forgotten' AS what ${undone('')}`,
  params: [],
}

const without = `(
  SELECT json_group_object(d.key, json(d.value)) FROM json_each(changes.delta) d
  WHERE d.key NOT IN (SELECT a.value FROM json_each(f.attributes) a))`

/** What it is called below the event where this step ends, if that is one of other slugs. */
const calledBelow = `(SELECT json_group_array(coalesce(
    (SELECT c.delta -> 'renamed' ->> a.value FROM changes c
     WHERE c.organization_id = f.organization_id AND c.sequence = f.down_to AND c.action = 'schema_changed' AND c.object = f.object),
    a.value)) FROM json_each(f.attributes) a)`

const steps = (of: string, params: Statement['params']): readonly Statement[] => {
  const first = `(
  SELECT e.*, max(e.before - ${AT_ONCE}, coalesce((
    SELECT max(sequence) FROM ${EVENTS} AND organization_id = e.organization_id AND sequence < e.before
      AND object = e.object AND delta -> 'renamed' IS NOT NULL), 0)) AS down_to
  FROM (SELECT organization_id, sequence, object, delta -> 'attributes' AS attributes, delta ->> 'before' AS before ${undone(of)}) e)`
  return [
    {
      sql: `
UPDATE changes SET delta = iif(json_array_length(f.attributes) = 0, NULL, ${without}) FROM ${first} f
WHERE changes.organization_id = f.organization_id AND changes.sequence < f.before AND changes.sequence >= f.down_to
  AND changes.object = f.object AND changes.action ${oneOf(actionsWithValues)} AND changes.delta IS NOT NULL
  AND (json_array_length(f.attributes) = 0 OR EXISTS (
    SELECT 1 FROM json_each(f.attributes) a WHERE changes.delta -> a.value IS NOT NULL))`,
      params,
    },
    {
      sql: `
UPDATE changes SET delta = CASE
    WHEN EXISTS (SELECT 1 FROM changes c WHERE c.organization_id = f.organization_id AND c.sequence < f.down_to)
      THEN json_set(changes.delta, '$.before', f.down_to, '$.attributes', json(${calledBelow}))
    WHEN changes.delta -> 'renamed' IS NOT NULL THEN json_remove(changes.delta, '$.before', '$.attributes') END
FROM ${first} f
WHERE changes.organization_id = f.organization_id AND changes.sequence = f.sequence`,
      params,
    },
  ]
}

/** Goes on with one that is left. */
export const forgetErased: readonly Statement[] = steps('', [])

/** Begins with those of an organisation. @param organizationId whose event stands in the same transaction, before this */
export const beginForgetting = (organizationId: string): readonly Statement[] =>
  steps(' AND organization_id = ?1', [organizationId])
