import type { Path } from '../../engine/errors.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { attributeValue } from '../../engine/record.ts'
import type { Attribute, Organization, TypeName } from '../../schema/schema.ts'
import { clearsWhenBlank } from '../kit/fields.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { unwrapAll } from './envelope.ts'
import { readOption, renderOption } from './options.ts'
import { readReferences, referenceType, renderReference } from './references.ts'

/** The value_type of attributes that the contract has no field of its own for. */
const valueTypes: Readonly<Record<TypeName, string>> = {
  text: 'string',
  long_text: 'long_text',
  number: 'number',
  checkbox: 'boolean',
  date: 'date',
  datetime: 'timestamp',
  email: 'email',
  domain: 'string',
  phone_number: 'phone_number',
  url: 'url',
  select: 'select',
  multiselect: 'select',
  status: 'select',
  rating: 'number',
  currency: 'currency',
  relation: 'record_reference',
  user: 'record_reference',
}

export const valueTypeOf = (attribute: Attribute): string => valueTypes[attribute.type]

/** From the wire to a value of the attribute. Its type checks the value later; here only the wrapping comes off. */
export const readValue = (
  input: unknown,
  attribute: Attribute,
  valueType: string,
  organization: Organization,
  at: Path,
): unknown => {
  const value = unwrapAll(input, [valueType], at)
  if (value === null || clearsWhenBlank(attribute, value)) return null
  switch (attribute.type) {
    case 'select':
    case 'status':
    case 'multiselect':
      return Array.isArray(value)
        ? value.map((element) => readOption(element, attribute, organization))
        : readOption(value, attribute, organization)
    case 'relation':
    case 'user':
      return readReferences(value, attribute, organization, at)
    default:
      return value
  }
}

const renderOne = (value: unknown, attribute: Attribute, organization: Organization): unknown => {
  switch (attribute.type) {
    case 'select':
    case 'status':
    case 'multiselect':
      return renderOption(String(value), attribute, organization)
    case 'relation':
    case 'user':
      return renderReference(value, referenceType(attribute))
    case 'datetime':
      return zuluMilliseconds(Date.parse(String(value)))
    default:
      return value
  }
}

export const envelope = (valueType: string, value: unknown) => ({ value, value_type: valueType })

/** Attributes with several values are lists of envelopes, empty where unset; the others one, with null. */
export const renderValue = (
  record: StoredRecord,
  attribute: Attribute,
  valueType: string,
  organization: Organization,
): unknown => {
  const value = attributeValue(record, attribute.slug)
  const wrap = (one: unknown) => envelope(valueType, renderOne(one, attribute, organization))
  if (attribute.multiple) return Array.isArray(value) ? value.map(wrap) : []
  return value === undefined ? envelope(valueType, null) : wrap(value)
}
