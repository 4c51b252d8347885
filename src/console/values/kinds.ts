import type { components } from '../../client/index.ts'
import type { Attribute } from '../schema/objects.ts'

/** What can be done with a value, by its type: docs/contracts/v1.md, "Read". */

export type Operator = NonNullable<components['schemas']['RecordFilter']['operator']>

const ORDERED = new Set(['checkbox', 'date', 'datetime', 'domain', 'email', 'number', 'rating', 'text'])
const NUMBERS = new Set(['number', 'rating', 'currency'])
const TEXTS = new Set(['text', 'long_text', 'domain', 'email', 'phone_number', 'url'])
const OPTIONS = new Set(['select', 'multiselect', 'status'])

export const isNumber = ({ type }: Attribute): boolean => NUMBERS.has(type)
/** Of a text, records are found by its words. */
export const canBeSearched = ({ type }: Attribute): boolean => TEXTS.has(type)
export const hasOptions = ({ type }: Attribute): boolean => OPTIONS.has(type)
/** Right: what is compared by its digits. */
export const isAlignedRight = ({ type, multiple }: Attribute): boolean =>
  !multiple && (NUMBERS.has(type) || type === 'date' || type === 'datetime')

/** The server sorts along an index, of what has an order. */
export const isSortable = ({ type, indexed, unique }: Attribute): boolean => (indexed || unique) && ORDERED.has(type)

/** By the words that they are read with. */
export const operatorNames: Readonly<Record<Operator, string>> = {
  eq: 'is',
  ne: 'is not',
  contains: 'contains',
  starts_with: 'starts with',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  between: 'is between',
  in: 'is one of',
  not_in: 'is none of',
  exists: 'is set',
  not_exists: 'is not set',
}

export const operatorsOf = (attribute: Attribute): readonly Operator[] => {
  const { type, multiple } = attribute
  const isText = TEXTS.has(type)
  return [
    'eq',
    'ne',
    ...(isText ? (['contains', 'starts_with'] as const) : []),
    ...(multiple && !isText ? (['contains'] as const) : []),
    ...(NUMBERS.has(type) || type === 'date' || type === 'datetime' ? (['gte', 'lte', 'between'] as const) : []),
    ...(type === 'checkbox' ? [] : (['in', 'not_in'] as const)),
    'exists',
    'not_exists',
  ]
}
