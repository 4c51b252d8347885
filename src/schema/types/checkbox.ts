import { kindOf, parsed, rejected } from '../value.ts'
import type { ValueType } from './value-type.ts'

export const checkbox: ValueType = {
  name: 'checkbox',
  describes: 'true or false',
  matchable: true,
  uniqueable: false,
  sortable: true,
  parse: (input) =>
    typeof input === 'boolean' ? parsed(input) : rejected('wrong_type', `true or false, not ${kindOf(input)}`),
}
