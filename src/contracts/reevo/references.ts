import { Reference } from '../../engine/command.ts'
import { refuse } from '../../engine/errors.ts'
import { type Attribute, isUuid, type Organization } from '../../schema/schema.ts'
import { isJsonObject, type JsonObject } from './envelope.ts'
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

/** Only what is unique identifies a related record, so a reference is never a choice between several. */
const isUnique = (attribute: Attribute, slug: string, organization: Organization) =>
  slug === 'id' || organization.objects.get(attribute.related ?? '')?.attributes.get(slug)?.unique === true

const readMatch = (match: unknown, attribute: Attribute, organization: Organization, field: string): Reference => {
  const [entry, ...others] = isJsonObject(match) ? Object.entries(match) : []
  const where = `${field}.related_record_match`
  if (!entry || others.length > 0) throw refuse('invalid_value', where, 'an object with one key')
  const [key, value] = entry
  if (attribute.type === 'user') {
    if (key !== 'email' && key !== 'id')
      throw refuse('not_matchable', `${where}.${key}`, 'users are found by email or id')
    return new Reference(key, value)
  }
  const slug = matchSlug(attribute.related ?? '', key)
  if (!isUnique(attribute, slug, organization))
    throw refuse('not_matchable', `${where}.${key}`, `it is no unique attribute of ${referenceType(attribute)}`)
  return new Reference(slug, value)
}

const checkShape = (value: JsonObject, type: string, field: string) => {
  const { related_record_id, related_record_type, related_record_match, ...rest } = value
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw refuse('unknown_attribute', `${field}.${unknown}`, 'a reference')
  if ((related_record_id === undefined) === (related_record_match === undefined))
    throw refuse('invalid_value', field, 'a reference with either related_record_id or related_record_match')
  if (related_record_type !== undefined && related_record_type !== type)
    throw refuse('invalid_value', `${field}.related_record_type`, type)
}

/** `{related_record_id}`, `{related_record_match}` or the id alone. */
const readReference = (value: unknown, attribute: Attribute, organization: Organization, field: string): unknown => {
  if (!isJsonObject(value)) return value
  checkShape(value, referenceType(attribute), field)
  return value.related_record_match === undefined
    ? value.related_record_id
    : readMatch(value.related_record_match, attribute, organization, field)
}

/** What the attribute is to hold. Of several references, only one alone may be named by a match. */
export const readReferences = (value: unknown, attribute: Attribute, organization: Organization, field: string) => {
  if (!Array.isArray(value) || !attribute.multiple) return readReference(value, attribute, organization, field)
  const references = value.map((element) => readReference(element, attribute, organization, field))
  if (references.length === 1 && references[0] instanceof Reference) return references[0]
  if (references.some((reference) => reference instanceof Reference))
    throw refuse('invalid_value', field, 'a list of ids, or one related_record_match alone')
  return references
}

/** Teams are not kept as records here: their ids are taken as they are. */
export const readTeam = (value: unknown, field: string): unknown => {
  if (value === null) return null
  if (isJsonObject(value)) checkShape(value, 'team', field)
  const id = isJsonObject(value) ? value.related_record_id : value
  if (!isUuid(id)) throw refuse('invalid_value', field, 'the id (UUID) of a team')
  return id.toLowerCase()
}
