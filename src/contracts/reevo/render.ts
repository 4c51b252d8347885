import { objectOf } from '../../engine/names.ts'
import type { Written } from '../../engine/outcome.ts'
import { attributeValue, type StoredRecord } from '../../engine/record.ts'
import type { ObjectSchema, Organization } from '../../schema/schema.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { renderAddress } from './address.ts'
import { bookItems, primaryOf } from './address-book.ts'
import type { Field, RecordType } from './fields.ts'
import { renderReference } from './references.ts'
import { envelope, renderValue, valueTypeOf } from './values.ts'

const renderField = (field: Field, record: StoredRecord, object: ObjectSchema, organization: Organization): unknown => {
  const wrap = (value: unknown) => envelope(field.valueType, value)
  switch (field.kind) {
    case 'derived':
      return wrap(field.of?.(record, organization.id) ?? null)
    case 'address':
      return wrap(renderAddress(record))
    case 'team': {
      const team = attributeValue(record, field.slug)
      return wrap(team === undefined ? null : renderReference(team, 'team'))
    }
    case 'primary':
      return wrap(primaryOf(record, field.book))
    case 'book':
      return bookItems(record, field.book).map(wrap)
    case 'attribute': {
      const attribute = object.attributes.get(field.slug)
      return attribute ? renderValue(record, attribute, field.valueType, organization) : wrap(null)
    }
  }
}

/** Every field of the record type, then what the organisation has added to it. */
const renderAttributes = (type: RecordType, record: StoredRecord, object: ObjectSchema, organization: Organization) => {
  const attributes: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(type.fields))
    attributes[name] = renderField(field, record, object, organization)
  for (const attribute of object.attributes.values())
    if (!attribute.standard && !attribute.archived && !Object.hasOwn(attributes, attribute.slug))
      attributes[attribute.slug] = renderValue(record, attribute, valueTypeOf(attribute), organization)
  return attributes
}

export const renderRecord = <T extends string>(
  type: RecordType<T>,
  record: StoredRecord,
  organization: Organization,
) => ({
  id: record.id,
  created_at: zuluMilliseconds(record.createdAt),
  updated_at: zuluMilliseconds(record.updatedAt),
  attributes: renderAttributes(type, record, objectOf(organization, type.object), organization),
  record_type: type.recordType,
})

/** Nothing was matched on a create; else what the request matched by, as it spelled it. */
export const renderMeta = (outcome: Written, match: Readonly<Record<string, string | undefined>>) =>
  outcome.status === 'created'
    ? { action: 'created' as const, matched_on: {} }
    : { action: 'updated' as const, matched_on: { ...match } as Record<string, string> }

export interface RenderedRecord<T extends string> {
  readonly data: ReturnType<typeof renderRecord<T>>
  readonly meta: ReturnType<typeof renderMeta>
}
