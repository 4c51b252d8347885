import type { Search } from '../engine/query/condition.ts'
import { FOLDED_BYTES } from '../engine/query/walk.ts'
import { WORD_TEXT } from '../schema/words.ts'
import { KEYED } from './program/lookups.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { wordsIn } from './program/words.ts'
import type { Parameters } from './query-parameters.ts'

/** The words of a record `r`, made anew of its data: only of a record that a search walks past. */

/** @param attributes whose words count */
const wordsOf = (attributes: readonly string[], parameters: Parameters) => {
  const { from, word } = wordsIn('r.data', parameters.add(JSON.stringify(attributes)))
  return { from: named(from, PROGRAM), word }
}

/** Whether for each of the prefixes one of its words begins so. */
export const searchedSql = ({ attributes, prefixes }: Search, parameters: Parameters): string => {
  const { from, word } = wordsOf(attributes, parameters)
  return `((
  SELECT count(DISTINCT p.key) FROM ${from}
    CROSS JOIN json_each(${parameters.add(JSON.stringify(prefixes))}) p ON substr(${word}, 1, length(p.value)) = p.value
) = ${prefixes.length})`
}

/** The first of its words in a range. @param within whether a word is in it */
export const firstWordSql = (
  attributes: readonly string[],
  parameters: Parameters,
  within: (word: string) => string,
): string => {
  const { from, word } = wordsOf(attributes, parameters)
  return `(SELECT min(${word}) FROM ${from} WHERE ${within(word)})`
}

/** What either costs: see WALKED_BYTES. @param prefixes that the words are held against */
export const wordsCost = (attributes: readonly string[], parameters: Parameters, prefixes = 0): string => `(
  SELECT coalesce(sum(${FOLDED_BYTES.value} + ${FOLDED_BYTES.byte + prefixes * FOLDED_BYTES.prefix} * octet_length(substr(v.value, 1, ${WORD_TEXT}))), 0)
  FROM json_each(${parameters.add(JSON.stringify(attributes))}) s CROSS JOIN json_each(r.data -> s.value, '$${KEYED}') v)`
