import type { components } from '../../client/index.ts'
import { jsonFaultOf } from '../../schema/json-values.ts'
import { isUuid, type TypeName } from '../../schema/types/index.ts'
import { parsePhoneNumber } from '../../schema/types/phone-number.ts'
import { parseExactly } from '../reading/exact-json.ts'
import { amountParts } from './amount.ts'
import { dayReadings } from './date.ts'
import type { ReadDay } from './date-format.ts'
import type { Names } from './names.ts'
import { numberReadings } from './number.ts'
import { MIDNIGHT, type ToInstant, timeParts } from './time.ts'
import { type Readings, readingOf, type Way } from './ways.ts'
import { yesOrNo } from './yes-no.ts'

/** One value of each type, from what a person has written to what the API takes. */

export type Attribute = components['schemas']['Attribute']

/** How a reader is told what cells leave open: the end of a sentence, in the words of the place where it is said. */
export interface Remedies {
  readonly currency: string
  readonly timeZone: string
}

/** What was read, or what is wrong with it: the end of a sentence about the cell. */
export type Read = { readonly value: unknown } | { readonly bad: string }

/** Which number of a date comes first: the day (`one`) or the month; or the one form that it has instead of all forms. */
export type Days = { readonly first: Way } | { readonly form: string; readonly read: ReadDay }

export interface ValueSettings {
  /** Which sign of numbers is decimal: the point (`one`) or the comma. Absent: what the column tells. */
  readonly decimal?: Way
  /** How days are read. Absent: what the column tells. One setting, so that what is said of a column replaces what is said of all. */
  readonly days?: Days
  readonly remedies: Remedies
  /** Of times that name no offset. */
  readonly timeZone?: ToInstant
  /** ISO 4217: of amounts that name no currency. */
  readonly currency?: string
  /** Of phone numbers: as what they are dialled in this country (ISO 3166). */
  readonly dialled?: { readonly country: string; readonly names: Names }
  /** Of related records: the attribute that cells name them by. */
  readonly relatedBy?: string
  /** And its type. */
  readonly relatedType?: Attribute['type']
  /** Of a list of them, which takes ids alone: whose ids they are. */
  readonly relatedNames?: Names
  /** Ids of members by their names, of those that nobody else has; as far as the key may know. */
  readonly members?: ReadonlyMap<string, string>
}

/** How a type is read. What is readable in two ways says so, for the column to decide. */
export interface ElementReader {
  /** The option that says the way, where it has not been said. */
  readonly flag?: '--decimal' | '--date-format'
  readings?(text: string): Readings<unknown>
  /** Is shown each text before any is read: what has to be asked for is asked for at once. */
  gather?(text: string): void
  /** @param way what the column has told */
  read(text: string, way: Way | undefined): Read
}

const asWritten: ElementReader = { read: (text) => ({ value: text }) }
const trimmed: ElementReader = { read: (text) => ({ value: text.trim() }) }

const number = ({ decimal }: ValueSettings): ElementReader => ({
  ...(decimal === undefined && { flag: '--decimal' }),
  readings: (text) => numberReadings(text.trim()),
  read(text, told) {
    const way = decimal ?? told
    const value = readingOf(numberReadings(text.trim()), way)
    if (value !== undefined) return { value }
    const sign = way === undefined ? '' : ` with a decimal ${way === 'one' ? 'point' : 'comma'}`
    return { bad: `is no number${sign}` }
  },
})

const parsedJson = (text: string): unknown => {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

const currency = (settings: ValueSettings): ElementReader => {
  const amount = number(settings)
  return {
    ...amount,
    readings: (text) => numberReadings(amountParts(text.trim())?.number ?? ''),
    read(text, way) {
      const trimmed = text.trim()
      // As an export of stored values has it.
      const stored = trimmed.startsWith('{') ? parsedJson(trimmed) : undefined
      if (stored !== undefined) return { value: stored }
      const parts = amountParts(trimmed)
      if (!parts) return { bad: 'is no amount' }
      const read = amount.read(parts.number, way)
      if ('bad' in read) return read
      const code = parts.code ?? settings.currency
      if (code === undefined && parts.sign !== undefined)
        return { bad: `has the sign of several currencies: ${settings.remedies.currency}` }
      return { value: code === undefined ? read.value : { amount: read.value, code } }
    },
  }
}

const checkbox: ElementReader = {
  read(text) {
    const value = yesOrNo(text.trim())
    return value === undefined ? { bad: 'is neither yes nor no' } : { value }
  },
}

const readingsBy =
  (read: ReadDay) =>
  (text: string): Readings<string> => {
    const day = read(text)
    return day === undefined ? {} : { one: day, other: day }
  }

/** How the day of a date, or of a time, is read. */
const dayReader = ({ days }: ValueSettings) => {
  if (days && 'form' in days)
    return { readings: readingsBy(days.read), way: undefined, bad: `is no day of the form ${days.form}` }
  const bad = days
    ? `is no day, with the ${days.first === 'one' ? 'day' : 'month'} first`
    : 'is no day, such as 2025-06-01'
  return { readings: dayReadings, way: days?.first, bad, ...(!days && { flag: '--date-format' as const }) }
}

const date = (settings: ValueSettings): ElementReader => {
  const { readings: days, way, bad, ...asked } = dayReader(settings)
  // Spreadsheets write a day as its first moment.
  const readings = (text: string) => {
    const parts = timeParts(text.trim())
    return days(parts?.time === MIDNIGHT && parts.zone === undefined ? parts.day : text.trim())
  }
  return {
    ...asked,
    readings,
    read(text, told) {
      const value = readingOf(readings(text), way ?? told)
      return value === undefined ? { bad } : { value }
    },
  }
}

const datetime = (settings: ValueSettings): ElementReader => {
  const { readings: days, way, bad, ...asked } = dayReader(settings)
  return {
    ...asked,
    readings: (text) => days(timeParts(text.trim())?.day ?? ''),
    read(text, told) {
      const parts = timeParts(text.trim())
      if (!parts) return { bad: 'has no time of day, such as 2025-06-01 09:30' }
      const day = readingOf(days(parts.day), way ?? told)
      if (day === undefined) return { bad }
      if (parts.zone !== undefined) return { value: `${day}T${parts.time}${parts.zone}` }
      if (!settings.timeZone) return { bad: `does not say of which zone its time is: ${settings.remedies.timeZone}` }
      const value = settings.timeZone(day, parts.time)
      return value === undefined ? { bad: 'is a time that clocks show twice there, or never' } : { value }
    },
  }
}

const plain = (text: string) => text.normalize('NFC').trim().toLowerCase().replaceAll(/\s+/g, ' ')

/** Exactly, by value or id; or the only one that is the same but for case and spaces. */
const option = ({ options }: Attribute): ElementReader => {
  const exact = new Set(options.flatMap(({ id, value }) => [id, value]))
  const similar = new Map<string, string | undefined>()
  for (const { value, archived } of options)
    if (!archived) similar.set(plain(value), similar.has(plain(value)) ? undefined : value)
  return {
    read: (text) => ({ value: exact.has(text) ? text : (similar.get(plain(text)) ?? text.trim()) }),
  }
}

const listed = (names: Names): ElementReader => ({
  gather(text) {
    const named = text.trim()
    if (!isUuid(named) && !jsonFaultOf(named)) names.add(named)
  },
  read(text) {
    const named = text.trim()
    const id = isUuid(named) ? named : names.get(named)
    return id === undefined ? { bad: 'names no record, or several' } : { value: id }
  },
})

/** By id, or by a value of another attribute, which is read as that attribute is. */
const relation = (settings: ValueSettings): ElementReader => {
  const { relatedBy, relatedType, relatedNames } = settings
  if (relatedBy === undefined) return trimmed
  if (relatedNames) return listed(relatedNames)
  const key = relatedType === 'number' || relatedType === 'rating' ? number(settings) : trimmed
  return {
    ...key,
    read(text, way) {
      const named = text.trim()
      if (isUuid(named)) return { value: named }
      const read = key.read(named, way)
      return 'bad' in read ? read : { value: { match: { [relatedBy]: read.value } } }
    },
  }
}

/** By id, by e-mail address, or by a name that only one of them has. */
const user = ({ members = new Map() }: ValueSettings): ElementReader => ({
  read(text) {
    const named = text.trim()
    if (named.includes('@')) return { value: { match: { email: named } } }
    const id = isUuid(named) ? named : members.get(named)
    return id === undefined ? { bad: 'is neither the id nor the e-mail address of a member' } : { value: id }
  },
})

/** With a country: E.164, so that it is the same number wherever it is read. Without: as written, which the server understands. */
const phone = ({ dialled }: ValueSettings): ElementReader => {
  if (!dialled) return trimmed
  const { country, names } = dialled
  const isPhone = (text: string) => parsePhoneNumber(text).ok
  return {
    gather(text) {
      if (isPhone(text)) names.add(text.trim())
    },
    read(text) {
      if (!isPhone(text)) return { value: text.trim() }
      const value = names.get(text.trim())
      return value === undefined
        ? { bad: `is no phone number of ${country}, nor one with its country code` }
        : { value }
    },
  }
}

/** Of a type that this release does not know, the text. */
export const elementReader = (attribute: Attribute, settings: ValueSettings): ElementReader => {
  const readers: Readonly<Record<TypeName, () => ElementReader>> = {
    text: () => asWritten,
    long_text: () => asWritten,
    number: () => number(settings),
    checkbox: () => checkbox,
    date: () => date(settings),
    datetime: () => datetime(settings),
    email: () => trimmed,
    domain: () => trimmed,
    phone_number: () => phone(settings),
    url: () => trimmed,
    select: () => option(attribute),
    multiselect: () => option(attribute),
    status: () => option(attribute),
    rating: () => number(settings),
    currency: () => currency(settings),
    relation: () => relation(settings),
    user: () => user(settings),
  }
  return readers[attribute.type]?.() ?? trimmed
}
