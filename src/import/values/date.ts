import { isDay } from '../../schema/types/date.ts'
import { monthOf } from './months.ts'
import type { Readings } from './ways.ts'

/** Days as people write them. */

const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
/** 3.4.2025, 03/04/2025, 3-4-2025. */
const NUMBERS = /^(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})$/
/** 3 April 2025, 3. Apr. 2025, 03-Apr-2025. */
const DAY_NAME = /^(\d{1,2})(?:\.|st|nd|rd|th)?[ -](?:de )?(\p{L}+)\.?,?[ -](?:de )?(\d{4})$/u
/** April 3, 2025. */
const NAME_DAY = /^(\p{L}+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u

const two = (number: string) => number.padStart(2, '0')

export const dayOf = (year: string, month: string | undefined, day: string): string | undefined => {
  if (month === undefined) return undefined
  const text = `${year}-${two(month)}-${two(day)}`
  return isDay(text) ? text : undefined
}

const certain = (day: string | undefined): Readings<string> => (day === undefined ? {} : { one: day, other: day })

/** `one`: the day stands before the month; `other`: the month before the day. */
export const dayReadings = (text: string): Readings<string> => {
  const iso = ISO.exec(text)
  if (iso) return certain(dayOf(iso[1] ?? '', iso[2], iso[3] ?? ''))
  const named = DAY_NAME.exec(text)
  if (named) return certain(dayOf(named[3] ?? '', monthOf(named[2] ?? ''), named[1] ?? ''))
  const namedFirst = NAME_DAY.exec(text)
  if (namedFirst) return certain(dayOf(namedFirst[3] ?? '', monthOf(namedFirst[1] ?? ''), namedFirst[2] ?? ''))
  const [, first = '', , second = '', year = ''] = NUMBERS.exec(text) ?? []
  const one = dayOf(year, second, first)
  const other = dayOf(year, first, second)
  return { ...(one !== undefined && { one }), ...(other !== undefined && { other }) }
}
