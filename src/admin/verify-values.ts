import { cutTo } from '../schema/characters.ts'
import { type Attribute, type ObjectSchema, type StoredValue, typeOf, type Value } from '../schema/schema.ts'

/** What is stored under a slug and cannot be: `wrong_shape` is a list where one value belongs, or the reverse. */
export interface WrongValue {
  readonly name: string
  readonly kind: 'wrong_type' | 'wrong_shape' | 'unknown_attribute'
  readonly value: string
}

const SHOWN_CHARACTERS = 100
const shown = (value: unknown): string => cutTo(JSON.stringify(value), SHOWN_CHARACTERS)

/** Rules may have become stricter since, and options fewer: a value is held against the kind of its type only. */
const isOfType = (value: unknown, attribute: Attribute): boolean => {
  if (value === null) return false
  const parsed = typeOf(attribute).parse(value, attribute)
  return parsed.ok ? typeof parsed.value === typeof value : parsed.problem.code !== 'wrong_type'
}

const wrongValue = (value: Value | null, attribute: Attribute): WrongValue['kind'] | undefined => {
  if (Array.isArray(value) !== attribute.multiple) return 'wrong_shape'
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value]
  return elements.length > 0 && elements.every((element) => isOfType(element, attribute)) ? undefined : 'wrong_type'
}

export const wrongValues = (object: ObjectSchema, data: Readonly<Record<string, StoredValue>>): WrongValue[] =>
  Object.entries(data).flatMap(([name, [value]]) => {
    const attribute = object.attributes.get(name)
    const kind = attribute ? wrongValue(value, attribute) : 'unknown_attribute'
    return kind ? [{ name, kind, value: shown(value) }] : []
  })
