import type { Filter } from '../../../client/index.ts'
import { type Attribute, attributesOf, namingOf, type ObjectSchema } from '../../schema/objects.ts'
import type { StoredRecord } from '../../values/known.ts'

/** By what a record is suspected to be there twice: the same name, or the same way to reach it. */

const REACHED_BY: readonly Attribute['type'][] = ['email', 'phone_number', 'domain', 'url']

/** Of a list: a record with hundreds of addresses is found by some of them. */
const VALUES = 5

const valuesOf = ({ values }: StoredRecord, { slug }: Attribute): readonly unknown[] =>
  [values[slug] ?? []].flat().slice(0, VALUES)

const is = ({ slug }: Attribute, value: unknown): Filter => ({ attribute: slug, operator: 'eq', value })

/** Of all that it is called by, or it would be every Ada. */
const sameName = (object: ObjectSchema, record: StoredRecord): readonly Filter[] => {
  const named = namingOf(object).flatMap((attribute) => {
    const [value] = valuesOf(record, attribute)
    return value === undefined ? [] : [is(attribute, value)]
  })
  return named.length > 0 && named.length === namingOf(object).length ? [{ and: named }] : []
}

/** @returns what finds records that may be the same, this one among them; undefined: nothing of it tells */
export const duplicatesFilter = (object: ObjectSchema, record: StoredRecord): Filter | undefined => {
  // Nobody else has what is unique.
  const reached = attributesOf(object).filter(({ type, unique }) => REACHED_BY.includes(type) && !unique)
  const conditions = [
    ...sameName(object, record),
    ...reached.flatMap((attribute) => valuesOf(record, attribute).map((value) => is(attribute, value))),
  ]
  return conditions.length === 0 ? undefined : { or: conditions }
}

/** Attributes of which both have a value. */
export const alike = (object: ObjectSchema, one: StoredRecord, other: StoredRecord): readonly Attribute[] =>
  attributesOf(object).filter((attribute) => {
    const values = new Set(valuesOf(one, attribute).map((value) => JSON.stringify(value)))
    return valuesOf(other, attribute).some((value) => values.has(JSON.stringify(value)))
  })
