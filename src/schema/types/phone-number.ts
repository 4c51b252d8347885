import { rejected } from '../value.ts'
import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

const PHONE_LIMIT = 40
const DIALABLE = /^\+?[0-9()\-./\s]*[0-9][0-9()\-./\s]*(\s*(x|ext\.?|#)\s*[0-9]{1,8})?$/i

/** Kept as written: the public contracts match phone numbers by exact equality. */
export const phoneNumber: ValueType = {
  name: 'phone_number',
  describes: 'a phone number such as +1-555-0123',
  matchable: true,
  uniqueable: true,
  sortable: false,
  parse: (input) => {
    const number = parseString(input, PHONE_LIMIT, (text) => text.trim())
    return !number.ok || DIALABLE.test(number.value)
      ? number
      : rejected('invalid_value', 'a phone number such as +1-555-0123')
  },
}
