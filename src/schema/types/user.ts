import { parseId } from './strings.ts'
import type { ValueType } from './value-type.ts'

export const user: ValueType = {
  name: 'user',
  describes: 'the id of a member of the organisation',
  matchable: true,
  uniqueable: false,
  sortable: false,
  parse: (input) => parseId(input, 'a member'),
}
