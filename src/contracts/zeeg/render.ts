import { attributeValue, type StoredRecord } from '../../engine/record.ts'
import type { FieldTable } from '../../http/contract.ts'
import type { Attribute, ObjectSchema, Value } from '../../schema/schema.ts'
import { firstTextIn, offsetSeconds, textIn, textsIn } from '../kit/read-back.ts'
import { companyFields, personFields } from './fields.ts'

const choice = (attribute: Attribute, id: Value) => ({
  id,
  value: attribute.options.find((o) => o.id === id)?.value ?? null,
})

/** A stored instant in the form of this contract's own times; its milliseconds only where it has some. */
const offsetTime = (stored: Value): string => String(stored).replace(/(\.000)?Z$/, '+00:00')

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
      return Array.isArray(value) ? list.map(offsetTime) : offsetTime(value)
    default:
      return value
  }
}

const times = (record: StoredRecord) => ({
  createdAt: offsetSeconds(record.createdAt),
  updatedAt: offsetSeconds(record.updatedAt),
})

const socialsOf = (record: StoredRecord) => ({
  linkedin: textIn(record, 'linkedin_url'),
  twitter: textIn(record, 'x_url'),
  facebook: textIn(record, 'facebook_url'),
  instagram: textIn(record, 'instagram_url'),
})

const slugsOf = (fields: FieldTable): ReadonlySet<string> => new Set([...fields.values()].flat())
const personSlugs = slugsOf(personFields)
const companySlugs = slugsOf(companyFields)

/** The organisation's own attributes, null where unset, and whatever else is set that has no field of its own here. */
const customAttributes = (record: StoredRecord, object: ObjectSchema, named: ReadonlySet<string>) => {
  const custom: Record<string, unknown> = {}
  for (const attribute of object.attributes.values()) {
    if (attribute.archived || named.has(attribute.slug)) continue
    const value = attributeValue(record, attribute.slug)
    if (value !== undefined || !attribute.standard) custom[attribute.slug] = renderValue(attribute, value)
  }
  return custom
}

const companyOf = (company: StoredRecord | null) =>
  company && {
    id: company.id,
    name: textIn(company, 'name'),
    domain: firstTextIn(company, 'domains'),
  }

export const renderPerson = (record: StoredRecord, company: StoredRecord | null, object: ObjectSchema) => ({
  id: record.id,
  firstName: textIn(record, 'first_name'),
  lastName: textIn(record, 'last_name'),
  salutation: textIn(record, 'salutation'),
  emails: textsIn(record, 'emails'),
  jobTitle: textIn(record, 'job_title'),
  description: textIn(record, 'description'),
  phoneNumber: textIn(record, 'phone_number'),
  primaryLocation: textIn(record, 'primary_location'),
  avatarUrl: textIn(record, 'avatar_url'),
  company: companyOf(company),
  socials: socialsOf(record),
  customAttributes: customAttributes(record, object, personSlugs),
  ...times(record),
})

export const renderCompany = (record: StoredRecord, object: ObjectSchema) => ({
  id: record.id,
  name: textIn(record, 'name'),
  domain: firstTextIn(record, 'domains'),
  description: textIn(record, 'description'),
  website: textIn(record, 'website'),
  phoneNumber: textIn(record, 'phone_number'),
  avatarUrl: textIn(record, 'avatar_url'),
  socials: socialsOf(record),
  customAttributes: customAttributes(record, object, companySlugs),
  ...times(record),
})

export const renderRecord = (record: StoredRecord, object: ObjectSchema) => {
  const attributes: Record<string, unknown> = {}
  for (const attribute of object.attributes.values())
    if (!attribute.archived) attributes[attribute.slug] = renderValue(attribute, attributeValue(record, attribute.slug))
  return { id: record.id, objectSlug: record.object, attributes, ...times(record) }
}
