import type { Attribute } from './attribute.ts'
import { isScalar, typeOf } from './types/index.ts'
import {
  type Compound,
  elementsOf,
  kindOf,
  type Parsed,
  parsed,
  rejected,
  type Scalar,
  type StoredValue,
  type Value,
} from './value.ts'

/** More than any contact needs, few enough that a list is never the reason for a slow write. */
export const LIST_LIMIT = 100

const normalForm = (value: Scalar, attribute: Attribute): Scalar =>
  typeOf(attribute).normalForm?.(value, attribute) ?? value

/**
 * What a record holds of a parsed value. A value that is its own normal form stands alone.
 * @throws NotLoadedError
 */
export const storedValue = (value: Value, attribute: Attribute): StoredValue => {
  if (!typeOf(attribute).normalForm) return [value]
  const elements = elementsOf(value) as readonly Scalar[]
  const forms = elements.map((element) => normalForm(element, attribute))
  if (forms.every((form, i) => form === elements[i])) return [value]
  return [value, Array.isArray(value) ? forms : (forms[0] as Scalar)]
}

/** Values are equal when their JSON is, since every type puts its parts into one order; or when their normal form is. */
const identity = (value: Scalar | Compound, attribute: Attribute): unknown =>
  isScalar(value) ? normalForm(value, attribute) : JSON.stringify(value)

/** Each value once, in its first spelling. */
const parseList = (input: readonly unknown[], attribute: Attribute): Parsed<readonly (Scalar | Compound)[]> => {
  if (input.length > LIST_LIMIT) return rejected('too_many_values', `at most ${LIST_LIMIT} values, not ${input.length}`)
  const type = typeOf(attribute)
  const values = new Map<unknown, Scalar | Compound>()
  for (const element of input) {
    const one = type.parse(element, attribute)
    if (!one.ok) return one
    for (const value of elementsOf(one.value)) {
      const same = identity(value, attribute)
      if (!values.has(same)) values.set(same, value)
    }
  }
  return parsed([...values.values()])
}

/**
 * One attribute's value, from the wire to what is stored. An empty list is null: both say "no value".
 * Lists lose their duplicates and keep their order; a single value for a list becomes a list of one.
 */
export const parseValue = (input: unknown, attribute: Attribute): Parsed<Value | null> => {
  if (input === null || input === undefined) return parsed(null)
  const type = typeOf(attribute)
  if (!attribute.multiple && !type.alwaysMultiple)
    return Array.isArray(input)
      ? rejected('wrong_type', `${type.describes}, not ${kindOf(input)}`)
      : type.parse(input, attribute)
  const list = parseList(Array.isArray(input) ? input : [input], attribute)
  return list.ok && list.value.length === 0 ? parsed(null) : list
}

/** One value to match by: as it would be stored, and the normal form that keys hold. */
export interface MatchValue {
  readonly value: Scalar
  readonly normalForm: Scalar
}

/**
 * The value to match by: one element, never null. The caller has checked that the type is matchable.
 * @throws NotLoadedError
 */
export const parseMatchValue = (input: unknown, attribute: Attribute): Parsed<MatchValue> => {
  const one = typeOf(attribute).parse(input, attribute)
  if (!one.ok) return one
  const { value } = one
  return isScalar(value)
    ? parsed({ value, normalForm: normalForm(value, attribute) })
    : rejected('invalid_value', 'a value that can be matched by')
}
