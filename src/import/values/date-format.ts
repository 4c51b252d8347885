import { dayOf } from './date.ts'
import { monthOf } from './months.ts'

/** A date whose form was said: `DD.MM.YYYY`. */

const parts: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<short>\\d{2})',
  MMMM: '(?<name>\\p{L}+)\\.?',
  MMM: '(?<name>\\p{L}+)\\.?',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
}

const PART = /YYYY|YY|MMMM|MMM|MM|M|DD|D/g

/** As POSIX has it: 69 to 99 are of the last century. */
const yearOf = (short: string) => `${Number(short) < 69 ? 20 : 19}${short}`

/** Reads a day; undefined for what is none in this form. */
export type ReadDay = (text: string) => string | undefined

/** @returns undefined where the form does not name a year, a month and a day, each once */
export const dateFormat = (form: string): ReadDay | undefined => {
  const named = form.match(PART)?.map((part) => part[0]) ?? []
  if (named.sort().join('') !== 'DMY') return undefined
  const escaped = form.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
  const pattern = new RegExp(`^${escaped.replaceAll(PART, (part) => parts[part] ?? part)}$`, 'u')
  return (text) => {
    const { year, short = '', month, name, day = '' } = pattern.exec(text)?.groups ?? {}
    if (day === '') return undefined
    return dayOf(year ?? yearOf(short), month ?? (name === undefined ? undefined : monthOf(name)), day)
  }
}
