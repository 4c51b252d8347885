import { type Parsed, parsed, rejected } from '../value.ts'
import { phoneLibrary } from './phone-library.ts'
import { type PhoneParts, phoneParts } from './phone-text.ts'
import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

const PHONE_LIMIT = 64

const withExtension = (number: string, { extension }: PhoneParts): string =>
  extension === undefined ? number : `${number};ext=${extension}`

export const parsePhoneNumber = (input: unknown): Parsed<string> => {
  const text = parseString(input, PHONE_LIMIT, (written) => written.trim())
  if (!text.ok) return text
  return phoneParts(text.value) ? parsed(text.value) : rejected('invalid_value', 'a phone number such as +1-555-0123')
}

const e164Of = (parts: PhoneParts, country: string | undefined): string | undefined => {
  const number = phoneLibrary().e164(parts.number, country)
  return number === undefined ? undefined : withExtension(number, parts)
}

/**
 * E.164 of a number as it is written, with its extension as RFC 3966 has it; undefined where it is none.
 * @param country ISO 3166 code of where national forms are dialled
 * @throws NotLoadedError
 */
export const phoneInE164 = (text: string, country: string | undefined): string | undefined => {
  const parts = phoneParts(text)
  return parts && e164Of(parts, country)
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
    return e164Of(parts, country) ?? withExtension(parts.number.replace('+', ''), parts)
  },
}
