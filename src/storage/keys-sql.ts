import type { Attribute, Combination } from '../schema/schema.ts'
import type { Statement } from './driver.ts'
import { isKeyed, KEYED, keyNumber } from './program/lookups.ts'

/**
 * Key rows are a function of the records' data, so they can be made anew at any time: when an attribute is first matched
 * by, when it becomes unique, and when `verify` finds a difference. The rule is that of stage 3 of the assert program.
 */

/** `(name, value, record id, number)` of every key of one attribute; parameters: organisation, object, slug. */
export const attributeKeysSql = `
SELECT ?3 AS name, iif(e.type = 'real', r.data -> e.fullkey, CAST(e.value AS TEXT)) AS value, r.id AS record_id,
  ${keyNumber('e')} AS number
FROM records r CROSS JOIN json_each(r.data, '$.' || ?3 || '${KEYED}') e
WHERE r.organization_id = ?1 AND r.object = ?2 AND ${isKeyed('e')}`

/** The same of a combination; the fourth parameter is the JSON list of its attributes. */
export const combinationKeysSql = `
SELECT ?3 AS name, (SELECT json_group_array(json(r.data -> ('$.' || p.value || '${KEYED}'))) FROM json_each(?4) p) AS value, r.id AS record_id, NULL AS number
FROM records r
WHERE r.organization_id = ?1 AND r.object = ?2
  AND NOT EXISTS (SELECT 1 FROM json_each(?4) p WHERE r.data -> p.value IS NULL)`

const removeKeys = 'DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2 AND name = ?3'

const insertKeys = (derived: string, unique: boolean) => `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT ?1, ?2, d.name, d.value, ${unique ? "''" : 'd.record_id'}, d.record_id, d.number FROM (${derived}) d`

const duplicates = (derived: string) => `
SELECT d.value, json_group_array(d.record_id) AS record_ids FROM (${derived}) d
GROUP BY d.value HAVING count(*) > 1 ORDER BY d.value LIMIT 20`

/**
 * Makes all key rows of the attribute anew; of one that is not indexed, none.
 * A duplicate of a unique one violates the primary key and rolls back.
 */
export const attributeKeys = (organizationId: string, object: string, attribute: Attribute): Statement[] => {
  const params = [organizationId, object, attribute.slug]
  const remove = { sql: removeKeys, params }
  return attribute.indexed ? [remove, { sql: insertKeys(attributeKeysSql, attribute.unique), params }] : [remove]
}

export const combinationKeys = (organizationId: string, object: string, combination: Combination): Statement[] => {
  const params = [organizationId, object, combination.name]
  return [
    { sql: removeKeys, params },
    {
      sql: insertKeys(combinationKeysSql, combination.unique),
      params: [...params, JSON.stringify(combination.attributes)],
    },
  ]
}

/** The first twenty values that more than one record has: `{value, record_ids}`. */
export const attributeDuplicates = (organizationId: string, object: string, slug: string): Statement => ({
  sql: duplicates(attributeKeysSql),
  params: [organizationId, object, slug],
})

export const combinationDuplicates = (organizationId: string, object: string, combination: Combination): Statement => ({
  sql: duplicates(combinationKeysSql),
  params: [organizationId, object, combination.name, JSON.stringify(combination.attributes)],
})
