import { isLongerThan } from '../../schema/characters.ts'
import type { ObjectSchema } from '../../schema/schema.ts'
import { WORD_TEXT, WORDS, wordsOf } from '../../schema/words.ts'
import { type Path, refuse } from '../errors.ts'
import { indexing } from '../indexing.ts'
import type { Search } from './condition.ts'
import type { KeyRows } from './walk.ts'

/** Words of one search: each is looked for in each record that it walks past. */
export const SEARCHED_WORDS = 10

/** The words of which a search goes along those with one prefix. */
export interface Along {
  readonly prefix: string
  /** Whether they are so few that their records can be put in any order. */
  readonly few: boolean
}

/** So many of its words are few. */
export const FEW_WORDS = 500

const PHONE = /^[\d\s()+./-]+$/

/** With fewer digits, groups of them may be anything. */
const PHONE_DIGITS = 5

/** A phone number that is written in groups is one word among the keys. */
const searchedText = (object: ObjectSchema, text: string): string => {
  const isOfPhones = [...object.attributes.values()].some(
    ({ searchable, type }) => searchable && type === 'phone_number',
  )
  const digits = text.replace(/\D/g, '')
  return isOfPhones && digits.length >= PHONE_DIGITS && PHONE.test(text) ? digits : text
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
  const words = [...new Set(wordsOf(searchedText(object, text)))].sort((a, b) => b.length - a.length)
  const prefixes = words.filter((word, i) => !words.slice(0, i).some((longer) => longer.startsWith(word)))
  if (prefixes.length > SEARCHED_WORDS) throw refuse('too_many_values', path, `at most ${SEARCHED_WORDS} words`)
  if (prefixes.length === 0) throw refuse('invalid_value', path, 'a text with letters or digits')
  return { kind: 'words', attributes: search.attributes, prefixes }
}

/** The key rows of words. */
export const wordRows = (attributes: readonly string[]): KeyRows => ({
  ...{ name: WORDS, by: 'value', unique: false, list: true },
  words: attributes,
})
