import { parseString } from './strings.ts'
import type { ValueType } from './value-type.ts'

export const TEXT_LIMIT = 255

export const text: ValueType = {
  name: 'text',
  describes: `a string of at most ${TEXT_LIMIT} characters`,
  matchable: true,
  uniqueable: true,
  sortable: true,
  fragment: (part) => part,
  parse: (input) => parseString(input, TEXT_LIMIT),
}
