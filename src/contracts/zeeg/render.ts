import { attributeList, attributeValue, type StoredRecord } from '../../engine/record.ts'
import type { Attribute, ObjectSchema, Value } from '../../schema/schema.ts'
import type { FieldMap } from '../field-map.ts'
import { offsetSeconds } from '../timestamps.ts'
import { companyFields, personFields, socialFields } from './fields.ts'

const choice = (attribute: Attribute, id: Value) => ({
  id,
  value: attribute.options.find((o) => o.id === id)?.value ?? null,
})

/** A stored value in this contract's form: options as objects, relations and users always as lists. */
const renderValue = (attribute: Attribute, value: Value | undefined): unknown => {
  if (value === undefined) return null
  const list = Array.isArray(value) ? (value as readonly Value[]) : [value]
  switch (attribute.type) {
    case 'select':
    case 'status':
      return choice(attribute, value)
    case 'multiselect':
      return list.map((id) => choice(attribute, id))
    case 'relation':
    case 'user':
      return list
    case 'datetime':
      return Array.isArray(value)
        ? list.map((v) => offsetSeconds(Date.parse(v as string)))
        : offsetSeconds(Date.parse(value as string))
    default:
      return value
  }
}

const times = (record: StoredRecord) => ({
  createdAt: offsetSeconds(record.createdAt),
  updatedAt: offsetSeconds(record.updatedAt),
})

const text = (record: StoredRecord, slug: string) => (attributeValue(record, slug) ?? null) as string | null

const socialsOf = (record: StoredRecord) => ({
  linkedin: text(record, socialFields.linkedin),
  twitter: text(record, socialFields.twitter),
  facebook: text(record, socialFields.facebook),
  instagram: text(record, socialFields.instagram),
})

const namedSlugs = new Map<FieldMap, ReadonlySet<string>>()

const hasOwnField = (fields: FieldMap, slug: string) => {
  let slugs = namedSlugs.get(fields)
  if (!slugs) {
    slugs = new Set([...Object.values(fields), ...Object.values(socialFields)])
    namedSlugs.set(fields, slugs)
  }
  return slugs.has(slug)
}

/** The organisation's own attributes, null where unset, and whatever else is set that has no field of its own here. */
const customAttributes = (record: StoredRecord, object: ObjectSchema, fields: FieldMap) => {
  const custom: Record<string, unknown> = {}
  for (const attribute of object.attributes.values()) {
    if (attribute.archived || hasOwnField(fields, attribute.slug)) continue
    const value = attributeValue(record, attribute.slug)
    if (value !== undefined || !attribute.standard) custom[attribute.slug] = renderValue(attribute, value)
  }
  return custom
}

const companyOf = (company: StoredRecord | null) =>
  company && {
    id: company.id,
    name: text(company, 'name'),
    domain: (attributeList(company, 'domains')[0] ?? null) as string | null,
  }

export const renderPerson = (record: StoredRecord, company: StoredRecord | null, object: ObjectSchema) => ({
  id: record.id,
  firstName: text(record, 'first_name'),
  lastName: text(record, 'last_name'),
  salutation: text(record, 'salutation'),
  emails: attributeList(record, 'emails') as string[],
  jobTitle: text(record, 'job_title'),
  description: text(record, 'description'),
  phoneNumber: text(record, 'phone_number'),
  primaryLocation: text(record, 'primary_location'),
  avatarUrl: text(record, 'avatar_url'),
  company: companyOf(company),
  socials: socialsOf(record),
  customAttributes: customAttributes(record, object, personFields),
  ...times(record),
})

export const renderCompany = (record: StoredRecord, object: ObjectSchema) => ({
  id: record.id,
  name: text(record, 'name'),
  domain: (attributeList(record, 'domains')[0] ?? null) as string | null,
  description: text(record, 'description'),
  website: text(record, 'website'),
  phoneNumber: text(record, 'phone_number'),
  avatarUrl: text(record, 'avatar_url'),
  socials: socialsOf(record),
  customAttributes: customAttributes(record, object, companyFields),
  ...times(record),
})

export const renderRecord = (record: StoredRecord, object: ObjectSchema) => {
  const attributes: Record<string, unknown> = {}
  for (const attribute of object.attributes.values())
    if (!attribute.archived) attributes[attribute.slug] = renderValue(attribute, attributeValue(record, attribute.slug))
  return { id: record.id, objectSlug: record.object, attributes, ...times(record) }
}
