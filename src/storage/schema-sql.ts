import type { Statement } from './driver.ts'
import { named, placeholder } from './program/names.ts'
import { PROGRAM } from './program/version.ts'

/** Statements that change what records hold because the schema has changed. Slugs are parameters, as values are. */

/** Records of a page, and the bytes of data after which it ends sooner: what others wait for is tens of milliseconds. */
const PAGE_RECORDS = 2_500
const PAGE_BYTES = 4_000_000

/** A range of the records of an object, in order of their ids. */
export interface RecordPage {
  readonly organizationId: string
  readonly object: string
  readonly attribute: string
  /** Behind this id; '' from the start. */
  readonly after: string
}

/**
 * Takes the values of an attribute from the records of a page: the first statement answers `{last}`, the id that the next
 * page begins behind, or null at the end.
 */
export const removeAttributeData = ({ organizationId, object, attribute, after }: RecordPage): Statement[] => {
  const page = `
SELECT id FROM (
  SELECT id, sum(bytes) OVER along - bytes AS before FROM (
    SELECT r.id, octet_length(r.data) AS bytes FROM records r
    WHERE r.organization_id = ?1 AND r.object = ?2 AND r.id > ?3 ORDER BY r.id LIMIT ${PAGE_RECORDS})
  WINDOW along AS (ORDER BY id ROWS UNBOUNDED PRECEDING))
WHERE before < ${PAGE_BYTES}`
  return [
    {
      sql: `
SELECT max(p.id) AS last FROM (${page}) p
WHERE EXISTS (SELECT 1 FROM records r WHERE r.organization_id = ?1 AND r.object = ?2 AND r.id > (SELECT max(q.id) FROM (${page}) q))`,
      params: [organizationId, object, after],
    },
    {
      sql: `
UPDATE records SET data = json_remove(data, '$.' || ?4)
WHERE organization_id = ?1 AND object = ?2 AND id > ?3 AND id <= (SELECT max(id) FROM (${page})) AND data -> ?4 IS NOT NULL`,
      params: [organizationId, object, after, attribute],
    },
  ]
}

/** The same of all records: for those that may be rewritten at once (jobs/at-once.ts). */
export const removeAllAttributeData = (organizationId: string, object: string, slug: string): Statement => ({
  sql: `
UPDATE records SET data = json_remove(data, '$.' || ?3) WHERE organization_id = ?1 AND object = ?2 AND data -> ?3 IS NOT NULL`,
  params: [organizationId, object, slug],
})

/** The definition of the attribute, and what may be left of its keys. */
export const removeAttribute = (organizationId: string, object: string, slug: string): Statement[] =>
  [
    'DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    'DELETE FROM record_aliases WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    'DELETE FROM attributes WHERE organization_id = ?1 AND object = ?2 AND slug = ?3',
  ].map((sql) => ({ sql, params: [organizationId, object, slug] }))

export const removeCombination = (organizationId: string, object: string, name: string): Statement[] =>
  [
    'DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    'DELETE FROM record_aliases WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    'DELETE FROM combinations WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
  ].map((sql) => ({ sql, params: [organizationId, object, name] }))

/** The object with its records and all that is defined of it. */
export const removeObject = (organizationId: string, object: string): Statement[] =>
  [
    'DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2',
    'DELETE FROM record_aliases WHERE organization_id = ?1 AND object = ?2',
    'DELETE FROM records WHERE organization_id = ?1 AND object = ?2',
    'DELETE FROM attributes WHERE organization_id = ?1 AND object = ?2',
    'DELETE FROM combinations WHERE organization_id = ?1 AND object = ?2',
    'DELETE FROM objects WHERE organization_id = ?1 AND slug = ?2',
  ].map((sql) => ({ sql, params: [organizationId, object] }))

/** Definition, values, keys and combinations go by the new slug from then on. */
export const renameAttribute = (organizationId: string, object: string, from: string, to: string): Statement[] =>
  [
    'UPDATE attributes SET slug = ?4 WHERE organization_id = ?1 AND object = ?2 AND slug = ?3',
    `UPDATE records SET data = json_remove(json_set(data, '$.' || ?4, data -> ?3), '$.' || ?3)
WHERE organization_id = ?1 AND object = ?2 AND data -> ?3 IS NOT NULL`,
    'UPDATE record_keys SET name = ?4 WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    'UPDATE record_aliases SET name = ?4 WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    `UPDATE combinations SET attributes = (
  SELECT json_group_array(iif(a.value = ?3, ?4, a.value)) FROM json_each(combinations.attributes) a)
WHERE organization_id = ?1 AND object = ?2 AND EXISTS (SELECT 1 FROM json_each(combinations.attributes) a WHERE a.value = ?3)`,
  ].map((sql) => ({ sql, params: [organizationId, object, from, to] }))

/** `{id, version, stored}` of every record that has a value. */
export const valuesOf = (organizationId: string, object: string, slug: string): Statement => ({
  sql: `
SELECT id, version, data -> ?3 AS stored FROM records
WHERE organization_id = ?1 AND object = ?2 AND data -> ?3 IS NOT NULL ORDER BY id`,
  params: [organizationId, object, slug],
})

/** A value as it is to be stored, of a record at the version that it was read at. */
export type ConvertedValue = readonly [id: string, version: number, stored: unknown]

const isStale = named(
  `
INSERT INTO ${placeholder('guard')} (organization_id, revision) SELECT ?1, -1 WHERE
  (SELECT count(*) FROM records WHERE organization_id = ?1 AND object = ?2 AND data -> ?3 IS NOT NULL) <>
  (SELECT count(*) FROM json_each(?4) v CROSS JOIN records r
   WHERE r.organization_id = ?1 AND r.object = ?2 AND r.id = v.value ->> 0 AND r.version = v.value ->> 1)`,
  PROGRAM,
)

/**
 * Replaces the values of an attribute in all records. Where one has been written since they were read, everything is taken
 * back, as it is for whoever is at an old revision.
 */
export const convertValues = (
  organizationId: string,
  object: string,
  slug: string,
  values: readonly ConvertedValue[],
): Statement[] => {
  const params = [organizationId, object, slug, JSON.stringify(values)]
  const convert = `
UPDATE records SET data = json_set(records.data, '$.' || ?3, json(v.value -> 2)) FROM json_each(?4) v
WHERE records.organization_id = ?1 AND records.object = ?2 AND records.id = v.value ->> 0`
  return [
    { sql: isStale, params },
    { sql: convert, params },
  ]
}

export const saveObject = (
  organizationId: string,
  {
    slug,
    singularName,
    pluralName,
  }: { readonly slug: string; readonly singularName: string; readonly pluralName: string },
  archived: boolean,
): Statement => ({
  sql: `
INSERT INTO objects (organization_id, slug, singular_name, plural_name, created_at, updated_at, is_archived)
VALUES (?1, ?2, ?3, ?4, CAST(?5 AS INTEGER), CAST(?5 AS INTEGER), ?6)
ON CONFLICT (organization_id, slug) DO UPDATE SET singular_name = excluded.singular_name, plural_name = excluded.plural_name,
  updated_at = excluded.updated_at, is_archived = excluded.is_archived`,
  params: [organizationId, slug, singularName, pluralName, Date.now(), archived ? 1 : 0],
})

export const saveCombination = (
  organizationId: string,
  object: string,
  {
    name,
    attributes,
    unique,
  }: { readonly name: string; readonly attributes: readonly string[]; readonly unique: boolean },
  archived: boolean,
): Statement => ({
  sql: `
INSERT INTO combinations (organization_id, object, name, attributes, is_unique, created_at, is_archived)
VALUES (?1, ?2, ?3, ?4, ?5, CAST(?6 AS INTEGER), ?7)
ON CONFLICT (organization_id, object, name) DO UPDATE SET attributes = excluded.attributes, is_unique = excluded.is_unique,
  is_archived = excluded.is_archived`,
  params: [organizationId, object, name, JSON.stringify(attributes), unique ? 1 : 0, Date.now(), archived ? 1 : 0],
})
