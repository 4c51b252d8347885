import type { StoredValue } from '../schema/schema.ts'
import type { Statement } from './driver.ts'
import { derivedOf, indexParams, type KeyIndex } from './keys-sql.ts'

/**
 * What `verify` asks and mends, page by page, so that neither side ever holds more than a page. Each statement that
 * writes judges again what it writes: between the look and the repair a record may have changed.
 */

/** Records of a page; and the bytes after which it ends sooner. */
const PAGE_RECORDS = 500
const PAGE_BYTES = 4_000_000
const PAGE_KEYS = 500

/** `{id, version, data}` of the next records: at least one, if there is one. */
export const recordsPage = (organizationId: string, object: string, after: string): Statement => ({
  sql: `
SELECT id, version, data FROM (
  SELECT id, version, data, length(data) AS size, sum(length(data)) OVER (ORDER BY id) AS total FROM (
    SELECT id, version, data FROM records WHERE organization_id = ?1 AND object = ?2 AND id > ?3 ORDER BY id LIMIT ${PAGE_RECORDS}))
WHERE total - size < ${PAGE_BYTES} ORDER BY id`,
  params: [organizationId, object, after],
})

const ofIndex = 'k.organization_id = ?1 AND k.object = ?2 AND k.name = ?3'

/** Whether the data of its record asks for the key row `k`. */
const isWanted = (index: KeyIndex) => `(k.slot = ${index.unique ? "''" : 'k.record_id'} AND EXISTS (
  SELECT 1 FROM (${derivedOf(index)}) w WHERE w.record_id = k.record_id AND w.value = k.value AND w.number IS k.number))`

/** The next key rows of the index: `{value, slot, record_id, wanted}`. */
export const keysPage = (organizationId: string, index: KeyIndex, after: readonly [string, string]): Statement => ({
  sql: `
SELECT k.value, k.slot, k.record_id, ${isWanted(index)} AS wanted FROM record_keys k
WHERE ${ofIndex} AND (k.value, k.slot) > (?5, ?6) ORDER BY k.value, k.slot LIMIT ${PAGE_KEYS}`,
  params: [...indexParams(organizationId, index), ...after],
})

/** Removes those of the rows that no data asks for. */
export const removeSurplus = (
  organizationId: string,
  index: KeyIndex,
  rows: readonly (readonly [value: string, slot: string])[],
): Statement => ({
  sql: `
DELETE FROM record_keys AS k WHERE ${ofIndex}
  AND (k.value, k.slot) IN (SELECT p.value ->> 0, p.value ->> 1 FROM json_each(?5) p) AND NOT ${isWanted(index)}`,
  params: [...indexParams(organizationId, index), JSON.stringify(rows)],
})

/** The slot of a derived key `d`. */
const slotOf = (index: KeyIndex) => (index.unique ? "''" : 'd.record_id')

/** Keys that the records of a range ask for and that have no row. */
const missingIn = (index: KeyIndex) => `
FROM (${derivedOf(index)} AND r.id BETWEEN ?5 AND ?6) d WHERE NOT EXISTS (
  SELECT 1 FROM record_keys k WHERE ${ofIndex} AND k.value = d.value
    AND k.slot = ${slotOf(index)} AND k.record_id = d.record_id)`

/** `{value, record_id, holder}`: the holder is the record that has the key rightly, where the index is unique. */
export const missingKeys = (organizationId: string, index: KeyIndex, from: string, to: string): Statement => ({
  sql: `
SELECT DISTINCT d.value, d.record_id, (
  SELECT k.record_id FROM record_keys k WHERE ${ofIndex} AND k.value = d.value AND k.slot = '' AND ${isWanted(index)}
) AS holder ${missingIn(index)}`,
  params: [...indexParams(organizationId, index), from, to],
})

/** Adds the keys that are missing; what another record holds stays as it is. */
export const addMissing = (organizationId: string, index: KeyIndex, from: string, to: string): Statement => ({
  sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT ?1, ?2, ?3, d.value, ${slotOf(index)}, d.record_id, d.number ${missingIn(index)}
ON CONFLICT DO NOTHING`,
  params: [...indexParams(organizationId, index), from, to],
})

/** A record as it was seen, and what is to stand in it instead. */
export type Reform = readonly [id: string, version: number, patch: Readonly<Record<string, StoredValue>>]

/**
 * Puts other normal forms behind the values of some records, and their keys with them, in one transaction: at no moment
 * does a record lack a key that it could have. A record that has changed since keeps what it has. What is shown stays,
 * so neither version nor time changes.
 * @param indexes those that a patched attribute has a part in
 */
export const reform = (
  organizationId: string,
  object: string,
  indexes: readonly KeyIndex[],
  reforms: readonly Reform[],
): Statement[] => {
  const ids = JSON.stringify(reforms.map(([id]) => id))
  const chosen = 'IN (SELECT i.value FROM json_each(?5) i)'
  const keys = (sql: (index: KeyIndex, derived: string) => string) =>
    indexes.map((index) => ({
      sql: sql(index, `${derivedOf(index)} AND r.id ${chosen}`),
      params: [...indexParams(organizationId, index), ids],
    }))
  return [
    ...keys(
      (index, derived) => `
DELETE FROM record_keys AS k WHERE ${ofIndex} AND k.record_id ${chosen} AND (k.value, k.slot) IN (
  SELECT d.value, ${slotOf(index)} FROM (${derived}) d)`,
    ),
    {
      sql: `
UPDATE records AS r SET data = json_patch(r.data, p.value -> 2) FROM json_each(?3) p
WHERE r.organization_id = ?1 AND r.object = ?2 AND r.id = p.value ->> 0 AND r.version = p.value ->> 1`,
      params: [organizationId, object, JSON.stringify(reforms)],
    },
    ...keys(
      (index, derived) => `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT ?1, ?2, ?3, d.value, ${slotOf(index)}, d.record_id, d.number FROM (${derived}) d WHERE true ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** The next index that has rows: `{object, name}`. One look-up, however many rows it has. */
export const nextIndexName = (organizationId: string, after: readonly [object: string, name: string]): Statement => ({
  sql: `
SELECT object, name FROM record_keys WHERE organization_id = ?1 AND (object, name) > (?2, ?3)
ORDER BY object, name LIMIT 1`,
  params: [organizationId, ...after],
})

/** Removes rows of an index, as many as one short transaction takes. */
export const removeIndexRows = (organizationId: string, object: string, name: string): Statement => ({
  sql: `
DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2 AND name = ?3 AND (value, slot) IN (
  SELECT k.value, k.slot FROM record_keys k WHERE ${ofIndex} LIMIT ${PAGE_KEYS})
RETURNING record_id`,
  params: [organizationId, object, name],
})

/** Where an alias stands in the order of the table, as text. */
const aliasPlace = 'json_array(l.object, l.name, l.value, l.merged_id)'
/** It leads to no record; or the one that was merged is there; or it is of a record itself, into which none is merged any more. */
const isLost = `(NOT EXISTS (SELECT 1 FROM records r WHERE r.organization_id = ?1 AND r.object = l.object AND r.id = l.record_id)
  OR iif(l.merged_id = l.record_id, NOT EXISTS (
    SELECT 1 FROM record_aliases t
    WHERE t.organization_id = ?1 AND t.object = l.object AND t.record_id = l.record_id AND t.tombstone IS NOT NULL), EXISTS (
    SELECT 1 FROM records r WHERE r.organization_id = ?1 AND r.object = l.object AND r.id = l.merged_id)))`

/** The next aliases of merged records: `{place, object, name, value, merged_id, record_id, lost}`. @param place '' at the start */
export const aliasesPage = (organizationId: string, place: string): Statement => ({
  sql: `
SELECT ${aliasPlace} AS place, l.object, l.name, l.value, l.merged_id, l.record_id, ${isLost} AS lost FROM record_aliases l
WHERE l.organization_id = ?1 AND (l.object, l.name, l.value, l.merged_id) > (?2 ->> 0, ?2 ->> 1, ?2 ->> 2, ?2 ->> 3)
ORDER BY l.object, l.name, l.value, l.merged_id LIMIT ${PAGE_KEYS}`,
  params: [organizationId, place === '' ? '["","","",""]' : place],
})

/** Removes those that are lost still. */
export const removeLostAliases = (organizationId: string, places: readonly string[]): Statement => ({
  sql: `
DELETE FROM record_aliases AS l WHERE l.organization_id = ?1 AND ${isLost} AND (l.object, l.name, l.value, l.merged_id) IN (
  SELECT p.value ->> 0, p.value ->> 1, p.value ->> 2, p.value ->> 3 FROM (SELECT e.value FROM json_each(?2) e) p)`,
  params: [organizationId, JSON.stringify(places)],
})
