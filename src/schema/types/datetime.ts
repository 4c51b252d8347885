import { parsed, rejected } from '../value.ts'
import { isDay } from './date.ts'
import type { ValueType } from './value-type.ts'

const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})$/

/** Stored in UTC with milliseconds, so that equal instants are equal text and text order is time order. */
export const datetime: ValueType = {
  name: 'datetime',
  describes: 'an instant with its offset, such as 2025-06-01T09:30:00Z',
  matchable: true,
  uniqueable: false,
  sortable: true,
  parse: (input) => {
    const day = typeof input === 'string' ? INSTANT.exec(input)?.[1] : undefined
    const time = day && isDay(day) ? Date.parse((input as string).replace(' ', 'T').toUpperCase()) : Number.NaN
    const instant = Number.isNaN(time) ? '' : new Date(time).toISOString()
    // An offset may lead out of the years of four digits, whose text no longer sorts.
    return INSTANT.test(instant)
      ? parsed(instant)
      : rejected('invalid_value', 'an instant with its offset, such as 2025-06-01T09:30:00Z')
  },
}
