import type { Statement } from './driver.ts'

/**
 * What was erased from the schema is taken out of the values of the history, too: the event that tells of it holds in its
 * delta what is to be forgotten, and the change before which the walk down goes on; none when it is done. docs/history.md.
 */

/** Slugs of attributes; none: the whole object, with all of its values. */
export type Erased = readonly string[]

/** Changes that one call looks at. */
const AT_ONCE = 1_000

/** The delta of an event, in SQL. @param erased as JSON. @param sequence of the event */
export const forgettingOf = (erased: string, sequence: string): string =>
  `json_object('attributes', json(${erased}), 'before', ${sequence})`

/** Finds it in an index that is empty as a rule. */
const undone = (of: string) =>
  `FROM changes INDEXED BY changes_to_forget WHERE action = 'schema_changed' AND delta IS NOT NULL${of} LIMIT 1`

/** Whether there is any: a row, `more`. */
export const isForgettingLeft: Statement = {
  sql: `SELECT 1 AS more, 'forgotten' AS what ${undone('')}`,
  params: [],
}

const without = `(
  SELECT json_group_object(d.key, json(d.value)) FROM json_each(changes.delta) d
  WHERE d.key NOT IN (SELECT a.value FROM json_each(f.attributes) a))`

const steps = (of: string, params: Statement['params']): readonly Statement[] => {
  const first = `(
  SELECT organization_id, sequence, object, delta -> 'attributes' AS attributes, delta ->> 'before' AS before ${undone(of)})`
  return [
    {
      sql: `
UPDATE changes SET delta = iif(json_array_length(f.attributes) = 0, NULL, ${without}) FROM ${first} f
WHERE changes.organization_id = f.organization_id AND changes.sequence < f.before AND changes.sequence >= f.before - ${AT_ONCE}
  AND changes.object = f.object AND changes.action IN ('created', 'updated', 'archived', 'restored') AND changes.delta IS NOT NULL
  AND (json_array_length(f.attributes) = 0 OR EXISTS (
    SELECT 1 FROM json_each(f.attributes) a WHERE changes.delta -> a.value IS NOT NULL))`,
      params,
    },
    {
      sql: `
UPDATE changes SET delta = iif(
  EXISTS (SELECT 1 FROM changes c WHERE c.organization_id = f.organization_id AND c.sequence < f.before - ${AT_ONCE}),
  json_set(changes.delta, '$.before', f.before - ${AT_ONCE}), NULL) FROM ${first} f
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
