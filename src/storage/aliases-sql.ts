import type { Statement } from './driver.ts'

/** What `record_aliases` holds of an index, where a change of the schema makes other keys of the same values. */

const ofIndex = 'organization_id = ?1 AND object = ?2 AND name = ?3'

/** No slug, so nothing leads by it: one value may become what another one was, so none is looked for until all are others. */
const ASIDE = "('*' || ?3)"

/** `{value}` of each, once. */
export const aliasValues = (organizationId: string, object: string, name: string): Statement => ({
  sql: `SELECT DISTINCT value FROM record_aliases WHERE ${ofIndex} ORDER BY value`,
  params: [organizationId, object, name],
})

const putBack = (organizationId: string, object: string, name: string): Statement => ({
  sql: `UPDATE record_aliases SET name = ?3 WHERE organization_id = ?1 AND object = ?2 AND name = ${ASIDE}`,
  params: [organizationId, object, name],
})

export const removeAliases = (organizationId: string, object: string, name: string): Statement => ({
  sql: `DELETE FROM record_aliases WHERE ${ofIndex}`,
  params: [organizationId, object, name],
})

/** Puts other values in the place of those that are there; of what has none, nothing is left. */
export const replaceAliases = (
  organizationId: string,
  object: string,
  name: string,
  values: readonly (readonly [before: string, after: string])[],
): Statement[] => [
  {
    sql: `
UPDATE OR REPLACE record_aliases SET name = ${ASIDE}, value = v.value ->> 1 FROM json_each(?4) v
WHERE ${ofIndex} AND record_aliases.value = v.value ->> 0`,
    params: [organizationId, object, name, JSON.stringify(values)],
  },
  removeAliases(organizationId, object, name),
  putBack(organizationId, object, name),
]

/**
 * Of a combination that is to have other attributes: each key with its parts in another order.
 * @param places of the parts that are left, among those that were
 */
export const reorderAliases = (
  organizationId: string,
  object: string,
  name: string,
  places: readonly number[],
): Statement[] => [
  {
    sql: `
UPDATE OR REPLACE record_aliases SET name = ${ASIDE}, value = (
  SELECT json_group_array(json(record_aliases.value -> ('$[' || p.value || ']'))) FROM json_each(?4) p)
WHERE ${ofIndex}`,
    params: [organizationId, object, name, JSON.stringify(places)],
  },
  putBack(organizationId, object, name),
]

/** A key of a merged record that is to be another one: where it stands, and its value from then on. */
export type ReformedAlias = readonly [object: string, name: string, value: string, mergedId: string, wanted: string]

/** The same of single ones, as far as they are there still. */
export const reformAliases = (organizationId: string, aliases: readonly ReformedAlias[]): Statement => ({
  sql: `
UPDATE OR REPLACE record_aliases SET value = a.value ->> 4 FROM json_each(?2) a
WHERE organization_id = ?1 AND object = a.value ->> 0 AND name = a.value ->> 1 AND record_aliases.value = a.value ->> 2
  AND merged_id = a.value ->> 3`,
  params: [organizationId, JSON.stringify(aliases)],
})
