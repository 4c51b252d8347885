import { rejected } from '../value.ts'
import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

/** RFC 1035: the longest name. */
const DOMAIN_LIMIT = 253
const NAME = /^(?=.{3,})([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u

/** Names of hosts have no letter case, so they are stored in lower case. */
export const domain: ValueType = {
  name: 'domain',
  describes: 'a domain name such as acme.com',
  matchable: true,
  uniqueable: true,
  sortable: true,
  fragment: (part) => part.trim().toLowerCase(),
  parse: (input) => {
    const name = parseString(input, DOMAIN_LIMIT, (text) => text.trim().toLowerCase().replace(/\.$/, ''))
    return !name.ok || NAME.test(name.value) ? name : rejected('invalid_value', 'a domain name such as acme.com')
  },
}
