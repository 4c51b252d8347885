import { parseId } from './strings.ts'
import type { ValueType } from './value-type.ts'

export const relation: ValueType = {
  name: 'relation',
  describes: 'the id of a record of the related object',
  matchable: true,
  uniqueable: false,
  sortable: false,
  parse: (input, attribute) => parseId(input, `a record of ${attribute.related ?? 'the related object'}`),
}
