import { type Path, refuse } from '../../engine/errors.ts'
import { isJsonObject } from '../kit/json.ts'

/**
 * The value inside `{value_type, value}`; what is no envelope comes back as it is.
 * @param valueTypes that the field may bear; empty: any
 * @throws RefusedError when the envelope is of another type, or is not whole
 */
export const unwrap = (input: unknown, valueTypes: readonly string[], at: Path): unknown => {
  if (!isJsonObject(input) || !('value_type' in input)) return input
  const { value_type, value, ...rest } = input
  const others = Object.keys(rest)
  if (value === undefined || others.length > 0)
    throw refuse('invalid_value', at, 'an envelope of exactly value_type and value')
  if (valueTypes.length > 0 && !valueTypes.includes(value_type as string))
    throw refuse('invalid_value', at, `an envelope of value_type ${valueTypes.join(' or ')}`)
  return value
}

/** The same for lists: of envelopes, of raw values, or in one envelope as a whole. */
export const unwrapAll = (input: unknown, valueTypes: readonly string[], at: Path): unknown => {
  const value = unwrap(input, valueTypes, at)
  return Array.isArray(value) ? value.map((element) => unwrap(element, valueTypes, at)) : value
}
