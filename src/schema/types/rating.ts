import { parsed, rejected } from '../value.ts'
import type { ValueType } from './value-type.ts'

const BEST = 5

export const rating: ValueType = {
  name: 'rating',
  describes: `a whole number from 0 to ${BEST}`,
  matchable: true,
  uniqueable: false,
  sortable: true,
  numeric: true,
  parse: (input) =>
    Number.isInteger(input) && (input as number) >= 0 && (input as number) <= BEST
      ? parsed(input as number)
      : rejected('out_of_range', `a whole number from 0 to ${BEST}`),
}
