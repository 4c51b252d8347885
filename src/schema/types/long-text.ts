import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

export const LONG_TEXT_LIMIT = 20_000

export const longText: ValueType = {
  name: 'long_text',
  describes: `a string of at most ${LONG_TEXT_LIMIT} characters`,
  matchable: true,
  uniqueable: false,
  sortable: false,
  fragment: (part) => part,
  parse: (input) => parseString(input, LONG_TEXT_LIMIT),
}
