import { type Attribute, attributesOf, objectNamed } from '../schema/objects.ts'
import { isNumber } from './kinds.ts'

/**
 * What somebody types, as the API takes it. Nothing is judged here: what is no number goes as the text that it is, and the
 * server says what is wrong with it.
 */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const toNumber = (text: string): unknown => {
  const value = Number(text)
  return Number.isNaN(value) ? text : value
}

/** A related record by its id, or by the first unique attribute of its object. */
const toRelated = (attribute: Attribute, text: string): unknown => {
  const object = objectNamed(attribute.related ?? '')
  const key = object && attributesOf(object).find(({ unique }) => unique)
  return UUID.test(text) || !key ? text : { match: { [key.slug]: text } }
}

const toCurrency = (text: string): unknown => {
  const [, amount = text, code] = /^(\S+)\s+([A-Za-z]{3})$/.exec(text) ?? []
  return code === undefined ? toNumber(amount) : { amount: toNumber(amount), code: code.toUpperCase() }
}

const one = (attribute: Attribute, text: string): unknown => {
  const { type } = attribute
  if (type === 'checkbox') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'currency') return toCurrency(text)
  if (isNumber(attribute)) return toNumber(text)
  if (type === 'relation') return toRelated(attribute, text)
  if (type === 'user' && !UUID.test(text)) return { match: { email: text } }
  return text
}

/** @param text of a list one value a line. @returns null for nothing, which clears */
export const readTyped = (attribute: Attribute, text: string): unknown => {
  if (!attribute.multiple) {
    const trimmed = attribute.type === 'long_text' || attribute.type === 'text' ? text : text.trim()
    return trimmed === '' ? null : one(attribute, trimmed)
  }
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.length === 0 ? null : lines.map((line) => one(attribute, line))
}

/** A stored value as it would be typed: what is typed unchanged is the same value. */
export const typedOf = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(typedOf).join('\n')
  if (typeof value !== 'object') return String(value)
  const { amount, code } = value as { readonly amount?: unknown; readonly code?: unknown }
  return [amount, code].filter((part) => part !== undefined).join(' ')
}
