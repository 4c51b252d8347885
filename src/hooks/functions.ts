import type { JSONValue } from '@jmespath-community/jmespath'
import {
  type Args,
  contains,
  extremeBy,
  extremeOf,
  firstOf,
  found,
  grouped,
  lastOf,
  lengthOf,
  mapped,
  merged,
  orClear,
  replaced,
  reversed,
  sorted,
  sortedBy,
  split,
  type Tools,
  toPhone,
  toTime,
  trim,
  zipped,
} from './own-functions.ts'
import { ofSpread, ofText, type Steps, stepsOf } from './steps.ts'

/**
 * The functions that expressions may use: those of this table and no others. One that the library gains is unknown until
 * somebody has looked at what it costs.
 */

interface HookFunction {
  /** Spends what it takes, before it runs. */
  readonly spend: (args: Args, steps: Steps) => void
  /** Absent: the library's, which takes no longer than was spent. */
  readonly own?: {
    /** Fewest and most arguments. */
    readonly arity: readonly [number, number]
    readonly run: (args: Args, tools: Tools) => JSONValue
  }
}

/** As much as is directly in the arguments. */
const sizes = (args: Args, steps: Steps): void => {
  for (const arg of args) steps.spend(stepsOf(arg))
}

/** And what is in their elements, where those are texts. */
const elements = (args: Args, steps: Steps): void => {
  sizes(args, steps)
  for (const arg of args)
    if (Array.isArray(arg)) for (const one of arg) if (typeof one === 'string') steps.spend(ofText(one.length))
}

const everything = (args: Args, steps: Steps): void => {
  for (const arg of args) steps.spendOnAll(arg)
}

const nothing = (args: Args, steps: Steps): void => steps.spend(args.length)

const joined = (args: Args, steps: Steps): void => {
  elements(args, steps)
  const [separator, list] = args
  if (typeof separator === 'string' && Array.isArray(list)) steps.spend(ofText(separator.length * list.length))
}

/** Each character is looked at for itself, in the text and in those that are to be taken away. */
const spread = (args: Args, steps: Steps): void => {
  for (const arg of args) steps.spend(typeof arg === 'string' ? 1 + ofSpread(arg) : stepsOf(arg))
}

type Own = NonNullable<HookFunction['own']>

const library = (spend: HookFunction['spend']): HookFunction => ({ spend })
const own = (spend: HookFunction['spend'], arity: Own['arity'], run: Own['run']): HookFunction => ({
  spend,
  own: { arity, run },
})

const MANY = Number.POSITIVE_INFINITY

export const functions: ReadonlyMap<string, HookFunction> = new Map<string, HookFunction>([
  ['abs', library(nothing)],
  ['avg', library(sizes)],
  ['ceil', library(nothing)],
  ['contains', own(elements, [2, 2], contains)],
  ['ends_with', library(sizes)],
  ['find_first', own(sizes, [2, 4], found(firstOf))],
  ['find_last', own(sizes, [2, 4], found(lastOf))],
  ['floor', library(nothing)],
  ['from_items', library(everything)],
  ['group_by', own(sizes, [2, 2], grouped)],
  ['items', library(sizes)],
  ['join', library(joined)],
  ['keys', library(sizes)],
  ['length', own(sizes, [1, 1], lengthOf)],
  ['lower', library(sizes)],
  ['map', own(sizes, [2, 2], mapped)],
  ['max', own(sizes, [1, 1], extremeOf(1))],
  ['max_by', own(sizes, [2, 2], extremeBy(1))],
  ['merge', own(sizes, [1, MANY], merged)],
  ['min', own(sizes, [1, 1], extremeOf(-1))],
  ['min_by', own(sizes, [2, 2], extremeBy(-1))],
  ['not_null', library(nothing)],
  ['or_clear', own(nothing, [1, 1], orClear)],
  ['replace', own(sizes, [3, 4], replaced)],
  ['reverse', own(sizes, [1, 1], reversed)],
  ['sort', own(sizes, [1, 1], sorted)],
  ['sort_by', own(sizes, [2, 2], sortedBy)],
  ['split', own(sizes, [2, 3], split)],
  ['starts_with', library(sizes)],
  ['sum', library(sizes)],
  ['to_array', library(nothing)],
  ['to_number', library(sizes)],
  ['to_phone', own(sizes, [1, 1], toPhone)],
  ['to_string', library(everything)],
  ['to_time', own(sizes, [1, 1], toTime)],
  ['trim', own(spread, [1, 2], trim({ left: true, right: true }))],
  ['trim_left', own(spread, [1, 2], trim({ left: true, right: false }))],
  ['trim_right', own(spread, [1, 2], trim({ left: false, right: true }))],
  ['type', library(nothing)],
  ['upper', library(sizes)],
  ['values', library(sizes)],
  ['zip', own(sizes, [1, MANY], zipped)],
])

/** Of the library, and left out on purpose: they make texts of any length of a few characters, and no record needs them. */
export const leftOut: ReadonlySet<string> = new Set(['pad_left', 'pad_right'])
