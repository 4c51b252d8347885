import type { SqlValue, Statement } from './driver.ts'
import { isKeyed, KEYED, keyNumber } from './program/lookups.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { wordsIn } from './program/words.ts'

/**
 * Key rows are a function of the records' data, so they can be made anew at any time: when an attribute is first matched
 * by, when it becomes unique, and when `verify` finds a difference. The rule is that of stage 3 of the assert program.
 */

/** `(name, value, record id, number)` of every key of one attribute; parameters: organisation, object, slug. */
const attributeKeysSql = `
SELECT ?3 AS name, iif(e.type = 'real', r.data -> e.fullkey, CAST(e.value AS TEXT)) AS value, r.id AS record_id,
  ${keyNumber('e')} AS number
FROM records r CROSS JOIN json_each(r.data, '$.' || ?3 || '${KEYED}') e
WHERE r.organization_id = ?1 AND r.object = ?2 AND ${isKeyed('e')}`

/** The same of a combination. @param slugs the JSON list of its attributes, in SQL */
const combinationKeysSql = (slugs: string) => `
SELECT ?3 AS name, (SELECT json_group_array(json(r.data -> ('$.' || p.value || '${KEYED}'))) FROM json_each(${slugs}) p) AS value, r.id AS record_id, NULL AS number
FROM records r
WHERE r.organization_id = ?1 AND r.object = ?2
  AND NOT EXISTS (SELECT 1 FROM json_each(${slugs}) p WHERE r.data -> p.value IS NULL)`

/** The words that records are searched by, as often as they are there. */
const wordKeysSql = (slugs: string) => {
  const { from, word } = wordsIn('r.data', slugs)
  return named(
    `
SELECT ?3 AS name, ${word} AS value, r.id AS record_id, NULL AS number
FROM records r CROSS JOIN ${from}
WHERE r.organization_id = ?1 AND r.object = ?2`,
    PROGRAM,
  )
}

/** What an index is of. */
export type IndexKind = 'attribute' | 'combination' | 'words'

/** One index of keys. */
export interface KeyIndex {
  readonly kind: IndexKind
  readonly object: string
  /** Slug of the attribute, name of the combination, or WORDS. */
  readonly name: string
  readonly unique: boolean
  /** Those that its keys are made of; of an attribute, itself. */
  readonly attributes: readonly string[]
}

const kinds: Readonly<
  Record<
    IndexKind,
    {
      readonly derived: (slugs: string) => string
      /** Whether a record asks for the same key several times. */
      readonly repeats: boolean
      readonly isOfSeveral: boolean
    }
  >
> = {
  attribute: { derived: () => attributeKeysSql, repeats: false, isOfSeveral: false },
  combination: { derived: combinationKeysSql, repeats: false, isOfSeveral: true },
  words: { derived: wordKeysSql, repeats: true, isOfSeveral: true },
}

/**
 * Every key that the data of the records asks for; parameters: organisation, object, name.
 * @param slugs the JSON list of its attributes, in SQL
 */
export const derivedOf = ({ kind }: Pick<KeyIndex, 'kind'>, slugs = '?4'): string => kinds[kind].derived(slugs)

/** Parameters 1 to 4, for statements that have more behind them; of an attribute the fourth is not read. */
export const indexParams = (
  organizationId: string,
  { object, name, attributes }: Pick<KeyIndex, 'object' | 'name' | 'attributes'>,
): SqlValue[] => [organizationId, object, name, JSON.stringify(attributes)]

/** Parameters of a statement that has no others: as many as it reads. */
const ownParams = (organizationId: string, index: KeyIndex): SqlValue[] =>
  indexParams(organizationId, index).slice(0, kinds[index.kind].isOfSeveral ? 4 : 3)

export const removeKeys = (organizationId: string, { object, name }: Pick<KeyIndex, 'object' | 'name'>): Statement => ({
  sql: 'DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
  params: [organizationId, object, name],
})

/**
 * Makes all key rows of the index anew, in one statement. A duplicate in a unique one violates the primary key and rolls back.
 */
export const rewriteKeys = (organizationId: string, index: KeyIndex): Statement[] => [
  removeKeys(organizationId, index),
  {
    sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT ${kinds[index.kind].repeats ? 'DISTINCT ' : ''}?1, ?2, d.name, d.value, ${index.unique ? "''" : 'd.record_id'}, d.record_id, d.number FROM (${derivedOf(index)}) d`,
    params: ownParams(organizationId, index),
  },
]

/** Values that several records share that are told. */
export const SHOWN_VALUES = 20

/** The first values that more than one record has: `{value, record_ids}`. */
export const duplicateKeys = (organizationId: string, index: KeyIndex): Statement => ({
  sql: `
SELECT d.value, json_group_array(d.record_id) AS record_ids FROM (${derivedOf(index)}) d
GROUP BY d.value HAVING count(*) > 1 ORDER BY d.value LIMIT ${SHOWN_VALUES}`,
  params: ownParams(organizationId, index),
})
