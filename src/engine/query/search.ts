import { isLongerThan } from '../../schema/characters.ts'
import type { ObjectSchema } from '../../schema/schema.ts'
import { isOneCharacter, WORD_TEXT, WORDS, wordsOf } from '../../schema/words.ts'
import { type Path, refuse } from '../errors.ts'
import { indexing } from '../indexing.ts'
import type { Search } from './condition.ts'
import type { KeyRows } from './walk.ts'

/** Words of one search: each is looked for in each record that it walks past. */
export const SEARCHED_WORDS = 10

/** Besides these, characters of scripts without spaces: each is a word, and a company has a name of more than ten. */
export const SEARCHED_CHARACTERS = 30

/** The words of which a search goes along those with one prefix. */
export interface Along {
  readonly prefix: string
  /** Whether they are so few that their records can be put in any order. */
  readonly few: boolean
  /** Whether digits in groups are taken for the number that some record has. */
  readonly grouped: boolean
}

/** So many of its words are few. */
export const FEW_WORDS = 500

/** Digits in groups: what a phone number may look like. With fewer digits it may be anything. */
const GROUPS = /\d[\d\s()+./-]*\d/g
const PHONE_DIGITS = 5

const joined = (group: string): string => {
  const digits = group.replace(/\D/g, '')
  return digits.length >= PHONE_DIGITS ? digits : group
}

/**
 * The longest first, none of which begins with another. Zeros that a number begins with do not count, so beside other words a
 * number that has come no further says nothing yet: 2003-0 of 2003-00017.
 */
const prefixesOf = (text: string): readonly string[] => {
  const all = [...new Set(wordsOf(text))].sort((a, b) => b.length - a.length)
  const words = all.length > 1 ? all.filter((word) => word !== '0') : all
  return words.filter((word, i) => !words.slice(0, i).some((longer) => longer.startsWith(word)))
}

/** A phone number that is written in groups is one word among the keys. Absent where that makes no difference. */
const groupedIn = (object: ObjectSchema, text: string): readonly string[] | undefined => {
  const isOfPhones = [...object.attributes.values()].some(
    ({ searchable, type }) => searchable && type === 'phone_number',
  )
  const numbers = text.replace(GROUPS, joined)
  return isOfPhones && numbers !== text ? prefixesOf(numbers) : undefined
}

/**
 * What `q` asks for.
 * @throws RefusedError not_searchable, indexing; too_long, too_many_values or invalid_value for a text without words
 */
export const readSearch = (object: ObjectSchema, text: string, path: Path = ['q']): Search => {
  const { search } = object
  if (!search || (search.attributes.length === 0 && !search.building)) throw refuse('not_searchable', path, object.slug)
  if (search.building) throw indexing('q', search.building)
  if (isLongerThan(text, WORD_TEXT)) throw refuse('too_long', path, `at most ${WORD_TEXT} characters`)
  const prefixes = prefixesOf(text)
  const characters = prefixes.filter(isOneCharacter).length
  if (prefixes.length - characters > SEARCHED_WORDS)
    throw refuse('too_many_values', path, `at most ${SEARCHED_WORDS} words`)
  if (characters > SEARCHED_CHARACTERS)
    throw refuse('too_many_values', path, `at most ${SEARCHED_CHARACTERS} characters that are words`)
  if (prefixes.length === 0) throw refuse('invalid_value', path, 'a text with letters or digits')
  const grouped = groupedIn(object, text)
  const words = [...new Set(wordsOf(text))]
  return { kind: 'words', attributes: search.attributes, prefixes, words, ...(grouped && { grouped }) }
}

/** The prefixes of which it has to be known how many words begin so, to choose which to go along. */
export const countedPrefixes = ({ prefixes, grouped = [] }: Search): readonly string[] => [
  ...new Set([...prefixes, ...grouped]),
]

/**
 * The rarest of its words. Where some record has a number that begins like the groups together, that is meant; else the groups
 * are words as any.
 * @param sizes how many words begin with each of `countedPrefixes`, counted no further than one more than what is few
 */
export const rarestOf = (search: Search, sizes: readonly number[]): Along => {
  const all = countedPrefixes(search)
  const sizeOf = (prefix: string) => sizes[all.indexOf(prefix)] ?? 0
  const grouped = search.grouped?.every((prefix) => search.prefixes.includes(prefix) || sizeOf(prefix) > 0) === true
  const [prefix = ''] = takenAs(search, grouped).prefixes.toSorted((a, b) => sizeOf(a) - sizeOf(b))
  return { prefix, few: sizeOf(prefix) <= FEW_WORDS, grouped }
}

/** The search, when it is settled what digits in groups are. */
export const takenAs = ({ grouped: numbers, ...search }: Search, grouped: boolean): Search => ({
  ...search,
  ...(grouped && numbers && { prefixes: numbers, words: numbers }),
})

/** The key rows of words. */
export const wordRows = (attributes: readonly string[]): KeyRows => ({
  ...{ name: WORDS, by: 'value', unique: false, list: true },
  words: attributes,
})
