import type { Search } from '../engine/query/condition.ts'
import { FOLDED_BYTES } from '../engine/query/walk.ts'
import { WORD_TEXT } from '../schema/words.ts'
import { KEYED } from './program/lookups.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { WORD, wordsIn } from './program/words.ts'
import type { Parameters } from './query-parameters.ts'

/** The words of a record `r`, made anew of its data: only of a record that a search walks past. */

/** @param attributes whose words count */
const from = (attributes: readonly string[], parameters: Parameters) =>
  named(wordsIn('r.data', parameters.add(JSON.stringify(attributes))), PROGRAM)

/** Whether for each of the prefixes one of its words begins so. */
export const searchedSql = ({ attributes, prefixes }: Search, parameters: Parameters): string => `((
  SELECT count(DISTINCT p.key) FROM ${from(attributes, parameters)}
    CROSS JOIN json_each(${parameters.add(JSON.stringify(prefixes))}) p ON substr(${WORD}, 1, length(p.value)) = p.value
) = ${prefixes.length})`

/** The first of its words in a range. @param within whether a word is in it */
export const firstWordSql = (
  attributes: readonly string[],
  parameters: Parameters,
  within: (word: string) => string,
): string => `(SELECT min(${WORD}) FROM ${from(attributes, parameters)} WHERE ${within(WORD)})`

/** What either costs: see WALKED_BYTES. @param prefixes that the words are held against */
export const wordsCost = (attributes: readonly string[], parameters: Parameters, prefixes = 0): string => `(
  SELECT coalesce(sum(${FOLDED_BYTES.value} + ${FOLDED_BYTES.byte + prefixes * FOLDED_BYTES.prefix} * octet_length(substr(v.value, 1, ${WORD_TEXT}))), 0)
  FROM json_each(${parameters.add(JSON.stringify(attributes))}) s CROSS JOIN json_each(r.data -> s.value, '$${KEYED}') v)`
