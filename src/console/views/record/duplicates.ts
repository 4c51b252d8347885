import type { Filter } from '../../../client/index.ts'
import { type Attribute, attributesOf, namingOf, type ObjectSchema } from '../../schema/objects.ts'
import type { StoredRecord } from '../../values/known.ts'

/** By what a record is suspected to be there twice: the same way to reach it, or the same name. */

/** What finds records that may be the same, this one among them. */
export interface Evidence {
  /** What they share, as people call it. */
  readonly label: string
  readonly filter: Filter
}

export interface Suspicions {
  /** Who is reached in the same way is hardly anybody else. */
  readonly strong: readonly Evidence[]
  /** Others may be called so, too. */
  readonly weak: readonly Evidence[]
}

const REACHED_BY: readonly Attribute['type'][] = ['email', 'phone_number', 'domain', 'url']

/** Of a list: a record with hundreds of addresses is found by some of them. */
const VALUES = 5

const valuesOf = ({ values }: StoredRecord, { slug }: Attribute): readonly unknown[] =>
  [values[slug] ?? []].flat().slice(0, VALUES)

const is = ({ slug }: Attribute, value: unknown): Filter => ({ attribute: slug, operator: 'eq', value })

const anyOf = (conditions: readonly Filter[]): Filter => {
  const [first, ...others] = conditions
  return first && others.length === 0 ? first : { or: [...conditions] }
}

/** Of all that it is called by, or it would be every Ada. */
const sameName = (object: ObjectSchema, record: StoredRecord): readonly Evidence[] => {
  const naming = namingOf(object)
  const named = naming.flatMap((attribute) => {
    const [value] = valuesOf(record, attribute)
    return value === undefined ? [] : [is(attribute, value)]
  })
  if (named.length === 0 || named.length < naming.length) return []
  return [{ label: naming.map(({ label }) => label).join(', '), filter: { and: named } }]
}

/** Whoever has one of its addresses there, whichever attribute this one has it in. Nobody else has what is unique. */
const reachedBy = (target: Attribute, object: ObjectSchema, record: StoredRecord): readonly Evidence[] => {
  const values = attributesOf(object)
    .filter((one) => one.type === target.type && !(one.slug === target.slug && one.unique))
    .flatMap((one) => valuesOf(record, one))
  const conditions = [...new Set(values)].map((value) => is(target, value))
  return conditions.length === 0 ? [] : [{ label: target.label, filter: anyOf(conditions) }]
}

/** Each is asked for by itself: what it finds says why, and it goes along its own index. */
export const suspicionsOf = (object: ObjectSchema, record: StoredRecord): Suspicions => ({
  strong: attributesOf(object)
    .filter(({ type }) => REACHED_BY.includes(type))
    .flatMap((target) => reachedBy(target, object, record)),
  weak: sameName(object, record),
})

/** Attributes of which both have a value. */
export const alike = (object: ObjectSchema, one: StoredRecord, other: StoredRecord): readonly Attribute[] =>
  attributesOf(object).filter((attribute) => {
    const values = new Set(valuesOf(one, attribute).map((value) => JSON.stringify(value)))
    return valuesOf(other, attribute).some((value) => values.has(JSON.stringify(value)))
  })
