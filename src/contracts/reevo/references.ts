import type { Reference } from '../../engine/command.ts'
import { type Path, refuse } from '../../engine/errors.ts'
import { type Attribute, isUuid, type Organization } from '../../schema/schema.ts'
import { isJsonObject, type JsonObject } from '../kit/json.ts'
import { referenceBy, referencesOf } from '../kit/references.ts'
import { matchSlug, recordTypeOf } from './fields.ts'

export interface RenderedReference {
  readonly related_record_id: unknown
  readonly related_record_type: string
}

export const referenceType = (attribute: Attribute): string =>
  attribute.type === 'user' ? 'user' : recordTypeOf(attribute.related ?? '')

export const renderReference = (id: unknown, type: string): RenderedReference => ({
  related_record_id: id,
  related_record_type: type,
})

const readMatch = (match: unknown, attribute: Attribute, organization: Organization, at: Path): Reference => {
  const [entry, ...others] = isJsonObject(match) ? Object.entries(match) : []
  const where = [...at, 'related_record_match']
  if (!entry || others.length > 0) throw refuse('invalid_value', where, 'an object with one key')
  const [key, value] = entry
  const slug = attribute.type === 'user' ? key : matchSlug(attribute.related ?? '', key)
  const names = { at: [...where, key], related: referenceType(attribute) }
  return referenceBy(slug, value, attribute, organization, names)
}

const checkShape = (value: JsonObject, type: string, at: Path) => {
  const { related_record_id, related_record_type, related_record_match, ...rest } = value
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw refuse('unknown_field', [...at, unknown], 'a reference')
  if ((related_record_id === undefined) === (related_record_match === undefined))
    throw refuse('invalid_value', at, 'a reference with either related_record_id or related_record_match')
  if (related_record_type !== undefined && related_record_type !== type)
    throw refuse('invalid_value', [...at, 'related_record_type'], type)
}

/** `{related_record_id}`, `{related_record_match}` or the id alone. */
const readReference = (value: unknown, attribute: Attribute, organization: Organization, at: Path): unknown => {
  if (!isJsonObject(value)) return value
  checkShape(value, referenceType(attribute), at)
  return value.related_record_match === undefined
    ? value.related_record_id
    : readMatch(value.related_record_match, attribute, organization, at)
}

/** What the attribute is to hold. Of several references, only one alone may be named by a match. */
export const readReferences = (value: unknown, attribute: Attribute, organization: Organization, at: Path) =>
  referencesOf(
    value,
    attribute,
    (one) => readReference(one, attribute, organization, at),
    at,
    'a list of ids, or one related_record_match alone',
  )

/** Teams are not kept as records here: their ids are taken as they are. */
export const readTeam = (value: unknown, at: Path): unknown => {
  if (value === null) return null
  if (isJsonObject(value)) checkShape(value, 'team', at)
  const id = isJsonObject(value) ? value.related_record_id : value
  if (!isUuid(id)) throw refuse('invalid_value', at, 'the id (UUID) of a team')
  return id.toLowerCase()
}
