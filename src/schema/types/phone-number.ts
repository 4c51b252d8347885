import { type Parsed, parsed, rejected } from '../value.ts'
import { phoneLibrary } from './phone-library.ts'
import { phoneParts } from './phone-text.ts'
import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

const PHONE_LIMIT = 64

export const parsePhoneNumber = (input: unknown): Parsed<string> => {
  const text = parseString(input, PHONE_LIMIT, (written) => written.trim())
  if (!text.ok) return text
  return phoneParts(text.value) ? parsed(text.value) : rejected('invalid_value', 'a phone number such as +1-555-0123')
}

/**
 * Shown as written, and found in every spelling: its normal form is E.164 where a country can be told, by the number
 * itself or by the organisation, and the bare digits where none can. Another extension is another number.
 */
export const phoneNumber: ValueType = {
  name: 'phone_number',
  describes: 'a phone number such as +1-555-0123',
  matchable: true,
  uniqueable: true,
  sortable: false,
  fragment: (part) => part.replace(/(?!^\+)\D/g, ''),
  parse: parsePhoneNumber,
  normalForm: (value, { country }) => {
    const parts = phoneParts(String(value))
    // What an earlier release took and this one would not is its own normal form.
    if (!parts) return value
    const number = phoneLibrary().e164(parts.number, country) ?? parts.number.replace('+', '')
    return parts.extension === undefined ? number : `${number};ext=${parts.extension}`
  },
}
