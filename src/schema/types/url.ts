import { parsed, rejected } from '../value.ts'
import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

const URL_LIMIT = 2_048

/** Kept as written. A bare host (`acme.com`) is taken, other schemes than http and https are not. */
export const url: ValueType = {
  name: 'url',
  describes: 'a web address',
  matchable: true,
  uniqueable: false,
  sortable: false,
  fragment: (part) => part,
  parse: (input) => {
    const text = parseString(input, URL_LIMIT, (url) => url.trim())
    if (!text.ok) return text
    const address = text.value
    const full = /^[a-z][a-z0-9+.-]*:/i.test(address) && !/^[^/]+:\d/.test(address) ? address : `https://${address}`
    return URL.canParse(full) && /^https?:\/\/\S+$/i.test(full)
      ? parsed(address)
      : rejected('invalid_value', 'a web address')
  },
}
