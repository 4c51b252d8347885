import type { JSONValue } from '@jmespath-community/jmespath'
import { charactersIn } from '../schema/characters.ts'
import { parsePhoneNumber } from '../schema/types/phone-number.ts'
import { isObject, ofSpread, ofText, type Steps, stepsOf } from './steps.ts'
import { compareTexts, piecesOf, placesOf, trimmed } from './texts.ts'

/**
 * Functions of JMESPath in the place of the library's: those of which it takes longer than their arguments are large, goes
 * wrong with some, or evaluates what stands behind `&`. Each throws an Error for what it is not for.
 */

export type Args = readonly JSONValue[]

/** What a function may do besides looking at its arguments. */
export interface Tools {
  readonly steps: Steps
  /** What stands behind `&`, for an element. @throws Error for what does not: a payload could bring what looks like it */
  readonly evaluate: (reference: unknown, element: JSONValue) => JSONValue
}

const isList = (value: unknown): value is JSONValue[] => Array.isArray(value)

const asText = (value: JSONValue | undefined): string => {
  if (typeof value !== 'string') throw new Error('a function for texts is given something else')
  return value
}

const asList = (value: JSONValue | undefined): readonly JSONValue[] => {
  if (!isList(value)) throw new Error('a function for lists is given something else')
  return value
}

const asCount = (value: JSONValue | undefined): number => {
  if (value === undefined) return Number.POSITIVE_INFINITY
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new Error('a count is no whole number')
  return value
}

const asPlace = (value: JSONValue | undefined): number => {
  if (value === undefined) return 0
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error('a place is no whole number')
  return value
}

type Compare = (one: JSONValue, other: JSONValue) => number

/** Numbers with numbers, texts with texts. */
const compareWith =
  (steps: Steps): Compare =>
  (one, other) => {
    const isLess = (characters: number) => steps.spend(ofText(characters + 4))
    if (typeof one === 'number' && typeof other === 'number') {
      isLess(0)
      return one - other
    }
    if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other, isLess)
    throw new Error('only numbers, or only texts, have an order')
  }

/** Each with the key that stands behind `&`. */
const keyed = ([list, reference]: Args, { evaluate }: Tools) =>
  asList(list).map((element) => ({ element, key: evaluate(reference, element) }))

const extreme = <T>(
  list: readonly T[],
  keyOf: (one: T) => JSONValue,
  sign: 1 | -1,
  { steps }: Tools,
): T | undefined => {
  const compare = compareWith(steps)
  const [first] = list
  // Compared with itself, so that one that has no order is refused when it stands alone, too.
  return list.reduce((best, one) => (sign * compare(keyOf(one), keyOf(best ?? one)) > 0 ? one : best), first)
}

export const extremeOf =
  (sign: 1 | -1) =>
  ([list]: Args, tools: Tools): JSONValue =>
    extreme(asList(list), (one) => one, sign, tools) ?? null

export const extremeBy =
  (sign: 1 | -1) =>
  (args: Args, tools: Tools): JSONValue =>
    extreme(keyed(args, tools), ({ key }) => key, sign, tools)?.element ?? null

export const grouped = (args: Args, tools: Tools): JSONValue => {
  const groups = new Map<string, JSONValue[]>()
  for (const { element, key } of keyed(args, tools)) {
    const name = asText(key)
    tools.steps.spend(stepsOf(name))
    const group = groups.get(name)
    if (group) group.push(element)
    else groups.set(name, [element])
  }
  return Object.fromEntries(groups)
}

export const merged = (args: Args): JSONValue =>
  Object.fromEntries(
    args.flatMap((arg) => {
      if (arg !== null && (!isObject(arg) || isList(arg))) throw new Error('merge is given what is no object')
      return Object.entries(arg ?? {})
    }),
  )

export const zipped = (args: Args, { steps }: Tools): JSONValue => {
  const lists = args.map(asList)
  const length = lists.reduce((least, list) => Math.min(least, list.length), Number.POSITIVE_INFINITY)
  steps.spend(length * lists.length)
  return Array.from({ length }, (_, i) => lists.map((list) => list[i] ?? null))
}

const pieces = (args: Args, count: JSONValue | undefined, { steps }: Tools): string[] => {
  const [text, separator] = args.map(asText)
  return piecesOf(text ?? '', separator ?? '', asCount(count), () => steps.spend(1))
}

export const split = ([text, separator, count]: Args, tools: Tools): JSONValue =>
  text === '' && separator === '' ? [] : pieces([text ?? null, separator ?? null], count, tools)

export const replaced = ([text, old, by, count]: Args, tools: Tools): JSONValue => {
  const between = asText(by)
  const parts = pieces([text ?? null, old ?? null], count, tools)
  tools.steps.spend(ofText(between.length * parts.length))
  return parts.join(between)
}

/** A place that is 0 at the end means the end. */
export const found =
  (pick: (places: Iterable<number>) => number | undefined) =>
  ([subject, sub, from, to]: Args): JSONValue => {
    const [text, needle] = [asText(subject), asText(sub)]
    if (text === '' || needle === '') return null
    const start = Math.max(asPlace(from), 0)
    const place = pick(placesOf(text.slice(start, Math.min(asPlace(to) || text.length, text.length)), needle))
    return place === undefined ? null : start + place
  }

export const firstOf = (places: Iterable<number>): number | undefined => {
  for (const place of places) return place
  return undefined
}

export const lastOf = (places: Iterable<number>): number | undefined => {
  let last: number | undefined
  for (const place of places) last = place
  return last
}

export const contains = ([subject, sought]: Args): JSONValue => {
  if (isList(subject)) return subject.includes(sought ?? null)
  if (typeof sought !== 'string') return null
  return sought === '' || firstOf(placesOf(asText(subject), sought)) !== undefined
}

export const trim =
  (sides: { left: boolean; right: boolean }) =>
  ([text, characters = '']: Args): JSONValue =>
    trimmed(asText(text), asText(characters), sides)

export const reversed = ([value]: Args, { steps }: Tools): JSONValue => {
  if (typeof value !== 'string') return asList(value).toReversed()
  steps.spend(ofSpread(value))
  return [...value].reverse().join('')
}

export const lengthOf = ([value]: Args, { steps }: Tools): JSONValue => {
  if (typeof value === 'string') {
    steps.spend(ofSpread(value))
    return charactersIn(value)
  }
  if (!isObject(value)) throw new Error('length is given what has none')
  return Object.keys(value).length
}

/** What `or_clear` comes to where there is nothing to write. */
export const CLEARED: JSONValue = Object.freeze({})

export const isBlank = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0)

/** A value that takes away what is stored where it is blank: others leave it. */
export const orClear = ([value = null]: Args): JSONValue => (isBlank(value) ? CLEARED : value)

/** From here on a number of a time is one of milliseconds: as seconds it would be after the year 5000. */
const MILLISECONDS_FROM = 100_000_000_000

/**
 * What JMESPath lacks for events: many tell their time as a number since 1970. Texts of one are taken too,
 * all else stays as it is.
 */
export const toTime = ([value = null]: Args): JSONValue => {
  if (value === null || (typeof value === 'string' && !/^\d{1,15}(\.\d+)?$/.test(value))) return value
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error('to_time is given no number or text')
  const number = Number(value)
  const time = new Date(number < MILLISECONDS_FROM ? number * 1_000 : number)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

/** A phone number as it is; what is none comes to nothing, since many tools take whatever somebody types. */
export const toPhone = ([value = null]: Args): JSONValue => (parsePhoneNumber(value).ok ? value : null)

export const mapped = ([reference, list]: Args, { evaluate }: Tools): JSONValue =>
  asList(list).map((element) => evaluate(reference, element))

export const sorted = ([list]: Args, { steps }: Tools): JSONValue => asList(list).toSorted(compareWith(steps))

export const sortedBy = (args: Args, tools: Tools): JSONValue => {
  const compare = compareWith(tools.steps)
  return keyed(args, tools)
    .sort((one, other) => compare(one.key, other.key))
    .map(({ element }) => element)
}
