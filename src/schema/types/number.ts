import { kindOf, type Parsed, parsed, rejected } from '../value.ts'
import type { ValueType } from './value-type.ts'

/** Beyond the safe integers two different numbers would be stored as one, so they are refused. */
export const parseNumber = (input: unknown): Parsed<number> => {
  if (typeof input !== 'number') return rejected('wrong_type', `a number, not ${kindOf(input)}`)
  if (!Number.isFinite(input) || Math.abs(input) > Number.MAX_SAFE_INTEGER)
    return rejected('out_of_range', `a number between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`)
  return parsed(input === 0 ? 0 : input)
}

export const number: ValueType = {
  name: 'number',
  describes: 'an integer or a decimal number',
  matchable: true,
  uniqueable: true,
  sortable: true,
  numeric: true,
  parse: parseNumber,
}
