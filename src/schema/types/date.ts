import { parsed, rejected } from '../value.ts'
import type { ValueType } from './value-type.ts'

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/

/** True for a day that the calendar has: 2025-02-30 is none. */
export const isDay = (text: string): boolean => {
  if (!DAY.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

export const date: ValueType = {
  name: 'date',
  describes: 'a day such as 2025-06-01',
  matchable: true,
  uniqueable: false,
  sortable: true,
  parse: (input) =>
    typeof input === 'string' && isDay(input)
      ? parsed(input)
      : rejected('invalid_value', 'a day of the calendar such as 2025-06-01'),
}
