import { rejected } from '../value.ts'
import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

/** RFC 5321: 254 is the longest address that fits into a mail path. */
const EMAIL_LIMIT = 254
const ADDRESS = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s@"(),:;<>[\]\\]+$/

/** Stored in lower case: that makes the match rule and the uniqueness rule the same, in every contract. */
export const email: ValueType = {
  name: 'email',
  describes: 'an e-mail address',
  matchable: true,
  uniqueable: true,
  sortable: true,
  fragment: (part) => part.trim().toLowerCase(),
  parse: (input) => {
    const address = parseString(input, EMAIL_LIMIT, (text) => text.trim().toLowerCase())
    return !address.ok || ADDRESS.test(address.value) ? address : rejected('invalid_value', 'an e-mail address')
  },
}
