import type { Attribute } from '../schema/schema.ts'
import type { Statement } from './driver.ts'

const bit = (on: boolean): 0 | 1 => (on ? 1 : 0)

/** Everything that an isolate has cached of the organisation is outdated after this. */
export const raiseRevision = (organizationId: string): Statement => ({
  sql: 'UPDATE organizations SET revision = revision + 1 WHERE id = ?1',
  params: [organizationId],
})

/** Adds the attribute, or saves what may change of it. A standard attribute gets its row the first time that it changes. */
export const saveAttribute = (
  organizationId: string,
  object: string,
  attribute: Attribute,
  now = Date.now(),
): Statement => ({
  sql: `
INSERT INTO attributes (organization_id, object, slug, label, type, is_multiple, is_required, is_unique, is_indexed, is_standard,
  is_archived, related_object, options, position, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
  (SELECT count(*) FROM attributes a WHERE a.organization_id = ?1 AND a.object = ?2), ?14, ?14)
ON CONFLICT (organization_id, object, slug) DO UPDATE SET
  label = excluded.label, is_required = excluded.is_required, is_unique = excluded.is_unique, is_indexed = excluded.is_indexed,
  is_archived = excluded.is_archived, options = excluded.options, updated_at = excluded.updated_at`,
  params: [
    organizationId,
    object,
    attribute.slug,
    attribute.label,
    attribute.type,
    bit(attribute.multiple),
    bit(attribute.required),
    bit(attribute.unique),
    bit(attribute.indexed),
    bit(attribute.standard),
    bit(attribute.archived),
    attribute.related ?? null,
    JSON.stringify(attribute.options),
    now,
  ],
})
