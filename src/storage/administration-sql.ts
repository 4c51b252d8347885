import type { Attribute } from '../schema/schema.ts'
import type { SqlValue, Statement } from './driver.ts'

/** As SQLite has a boolean. */
export const bit = (on: boolean): 0 | 1 => (on ? 1 : 0)

/** Everything that an isolate has cached of the organisation is outdated after this. */
export const raiseRevision = (organizationId: string): Statement => ({
  sql: 'UPDATE organizations SET revision = revision + 1 WHERE id = ?1',
  params: [organizationId],
})

/** What is stored of an attribute, in the order of the columns. The others are not its own, a job's, or the object's. */
const storedMembers = (attribute: Attribute) =>
  ({
    slug: attribute.slug,
    label: attribute.label,
    type: attribute.type,
    multiple: bit(attribute.multiple),
    required: bit(attribute.required),
    unique: bit(attribute.unique),
    indexed: bit(attribute.indexed),
    standard: bit(attribute.standard),
    archived: bit(attribute.archived),
    related: attribute.related ?? null,
    options: JSON.stringify(attribute.options),
  }) satisfies Record<Exclude<keyof Attribute, 'country' | 'building' | 'searchable' | 'wording'>, SqlValue>

const attributeParams = (organizationId: string, object: string, attribute: Attribute, now: number) => [
  organizationId,
  object,
  ...Object.values(storedMembers(attribute)),
  now,
]

const INSERT_ATTRIBUTE = `
INSERT INTO attributes (organization_id, object, slug, label, type, is_multiple, is_required, is_unique, is_indexed, is_standard,
  is_archived, related_object, options, position, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
  (SELECT count(*) FROM attributes a WHERE a.organization_id = ?1 AND a.object = ?2), ?14, ?14)`

/** Adds the attribute; aborts when there is one of its slug. */
export const insertAttribute = (
  organizationId: string,
  object: string,
  attribute: Attribute,
  now = Date.now(),
): Statement => ({
  sql: INSERT_ATTRIBUTE,
  params: attributeParams(organizationId, object, attribute, now),
})

/**
 * Saves what may change of an attribute. A standard one gets its row the first time that it changes. While a job makes its
 * index, it is for the job to say when that holds.
 */
export const saveAttribute = (
  organizationId: string,
  object: string,
  attribute: Attribute,
  now = Date.now(),
): Statement => ({
  sql: `${INSERT_ATTRIBUTE}
ON CONFLICT (organization_id, object, slug) DO UPDATE SET
  label = excluded.label, type = excluded.type, is_multiple = excluded.is_multiple, is_required = excluded.is_required,
  is_unique = iif(building IS NULL, excluded.is_unique, is_unique), is_indexed = iif(building IS NULL, excluded.is_indexed, is_indexed),
  is_archived = excluded.is_archived, options = excluded.options, updated_at = excluded.updated_at`,
  params: attributeParams(organizationId, object, attribute, now),
})

/** A credential to be stored, in the words of its table. */
export interface CredentialRow {
  readonly id: string
  readonly secretHash: string
  readonly kind: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly allowlist: readonly string[]
  readonly memberId: string | null
  readonly createdAt: number
  readonly expiresAt: number | null
}

const CURRENT_CREDENTIALS = `
FROM credentials c WHERE c.organization_id = ?2 AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?9)`
const MEMBER_FOUND = `
?8 IS NULL OR EXISTS (SELECT 1 FROM members m WHERE m.organization_id = ?2 AND m.id = ?8 AND m.removed_at IS NULL)`

/**
 * Stores a credential whose member is a current one, whose name no current credential has, and for which there is room.
 * The first statement tells how these stand: `{same_name, member_found, current}`; only the second inserts.
 */
export const insertCredential = (organizationId: string, row: CredentialRow, limit: number): Statement[] => {
  const params = [
    row.id,
    organizationId,
    row.secretHash,
    row.kind,
    row.name,
    JSON.stringify(row.scopes),
    JSON.stringify(row.allowlist),
    row.memberId,
    row.createdAt,
    row.expiresAt,
    limit,
  ]
  return [
    {
      sql: `SELECT (SELECT c.id ${CURRENT_CREDENTIALS} AND c.name = ?5) AS same_name, ${MEMBER_FOUND} AS member_found,
  (SELECT count(*) ${CURRENT_CREDENTIALS}) AS current`,
      params: params.slice(0, 9),
    },
    {
      sql: `
INSERT INTO credentials (id, organization_id, secret_hash, kind, name, scopes, allowlist, member_id, created_at, expires_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
WHERE (${MEMBER_FOUND}) AND NOT EXISTS (SELECT 1 ${CURRENT_CREDENTIALS} AND c.name = ?5)
  AND (SELECT count(*) ${CURRENT_CREDENTIALS}) < ?11`,
      params,
    },
  ]
}

/** A key in the place of another, with the rights of that one. */
export interface Succession {
  readonly id: string
  readonly secretHash: string
  readonly replaces: string
  readonly now: number
  /** Of the successor. */
  readonly expiresAt: number | null
  /** When the replaced key ends. */
  readonly end: number
}

/**
 * Stores a successor where there is room for it beside the key that it replaces, and has that one end. A replaced key that
 * ends at once makes room for its successor. The first statement answers one row if that has happened, and none if not.
 */
export const insertSuccessor = (
  organizationId: string,
  { id, secretHash, replaces, now, expiresAt, end }: Succession,
  limit: number,
): Statement[] => [
  {
    sql: `
INSERT INTO credentials (id, organization_id, secret_hash, kind, name, scopes, allowlist, member_id, created_at, expires_at, replaces)
SELECT ?1, organization_id, ?3, kind, name, scopes, allowlist, member_id, ?5, ?6, id
FROM credentials WHERE organization_id = ?2 AND id = ?4
  AND ?8 > (SELECT count(*) FROM credentials c WHERE c.organization_id = ?2 AND c.revoked_at IS NULL
    AND (c.expires_at IS NULL OR c.expires_at > ?5) AND (c.id <> ?4 OR ?7 > ?5))
RETURNING 1 AS made`,
    params: [id, organizationId, secretHash, replaces, now, expiresAt, end, limit],
  },
  {
    sql: `UPDATE credentials SET expires_at = ?3 WHERE organization_id = ?1 AND id = ?2
  AND EXISTS (SELECT 1 FROM credentials s WHERE s.organization_id = ?1 AND s.replaces = ?2)`,
    params: [organizationId, replaces, end],
  },
]
