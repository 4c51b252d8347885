import { BETWEEN, FOLDED, foldedLetter, LEFT_OUT, NO_WORDS, WITHOUT_SPACES, WORD_TEXT } from '../../schema/words.ts'
import type { Part } from './builder.ts'
import { KEYED } from './lookups.ts'
import { placeholder } from './names.ts'

/**
 * The words of texts in SQL: keys are a function of the data, and SQLite knows no case and no accents but those of ASCII.
 * The rules are those of src/schema/words.ts.
 */

const foldingView = placeholder('folding')

const lettersOf = ([first, last]: readonly [number, number]) =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))

/** Two characters for each letter, so that its code says where they are; a hyphen for none, which no folded text has. */
const WIDTH = 2
const letters = FOLDED.flatMap(lettersOf).map((letter) => [letter, foldedLetter(letter)] as const)
const signs = letters.map(([, folded]) => folded.slice(0, WIDTH).padEnd(WIDTH, '-'))

export const wordsPart: Part = {
  title: 'What each letter of Latin, Greek and Cyrillic stands for in words, in two places; a hyphen is nothing.',
  views: [{ name: 'folding', select: `SELECT '${signs.join('')}' AS signs` }],
}

/** Most frequent first: each character is compared with one after the other. */
const PLAIN = `'eainorstlcdmuhgpbkfywvzjxq 0123456789оаеинтслрвкмдпуяызьбгчхжшюцщэфъαοιεστνηυρπκμλωδγθχφβξζψ'`

const isIn = (ranges: readonly (readonly [number, number])[]) =>
  ranges.map(([first, last]) => `unicode(tail) BETWEEN ${first} AND ${last}`).join(' OR ')

const first = 'substr(tail, 1, 1)'

/** What has no place there of the few that stand for more: the ligatures of ffi and ffl. */
const restIn = ([start, end]: readonly [number, number]) =>
  letters
    .filter(([letter, { length }]) => length > WIDTH && start <= letter.charCodeAt(0) && letter.charCodeAt(0) <= end)
    .map(([letter, folded]) => ` || iif(${first} = '${letter}', '${folded.slice(WIDTH)}', '')`)
    .join('')

/** What a letter of one block stands for: behind those of the blocks before it. */
const signsIn = (block: readonly [number, number]) => {
  const before = FOLDED.slice(0, FOLDED.indexOf(block)).flatMap(lettersOf).length
  return `substr(l.signs, ${WIDTH} * (unicode(tail) - ${block[0] - before}) + 1, ${WIDTH})${restIn(block)}`
}

/**
 * A text, folded, with spaces around its words. It goes from one character that is not plain to the next. Shallow: the parser
 * of libSQL goes no deeper than a hundred, and all this stands within a query.
 */
const folded = (text: string): string => `(
    WITH RECURSIVE f (done, rest, tail) AS (
      VALUES ('', '', ' ' || ${text})
      UNION ALL
      SELECT done || substr(rest, 1, length(rest) - length(tail)) || CASE
          WHEN unicode(tail) < 128 THEN ' '
          ${FOLDED.map((block) => `WHEN ${isIn([block])} THEN ${signsIn(block)}`).join('\n          ')}
          WHEN ${isIn(WITHOUT_SPACES)} THEN ' ' || ${first} || ' '
          WHEN ${isIn(BETWEEN)} THEN ' '
          WHEN ${isIn(LEFT_OUT)} THEN ''
          ELSE ${first} END,
        substr(tail, 2), ltrim(substr(tail, 2), ${PLAIN})
      FROM f CROSS JOIN ${foldingView} l WHERE tail <> '')
    SELECT replace(done || rest, '-', '') FROM f WHERE tail = '')`

/** Of a phone number its digits: all of them, and without a country code of one to three. */
const searched = (value: string): string => {
  const digits = `substr(${value}, 2, instr(${value} || ';', ';') - 2)`
  const parts = [2, 3, 4, 5].map((from) => `substr(${value}, ${from})`).join(` || ' ' || `)
  return `iif(${value} GLOB '+[0-9]*' AND rtrim(${digits}, '0123456789') = '', ${parts}, ${value})`
}

/** Zeros that a number begins with do not count. */
const word = `iif(w.value GLOB '*[^0-9]*', w.value, coalesce(nullif(ltrim(w.value, '0'), ''), '0'))`

/**
 * Goes through every word of the values of some attributes, as often as it is there: the end of a FROM, and what the word is
 * beside it. No subquery, which could not name the row that the data are of.
 * @param slugs a JSON list
 */
export const wordsIn = (data: string, slugs: string): { readonly from: string; readonly word: string } => ({
  word,
  from: `json_each(${slugs}) s
    CROSS JOIN json_each(${data} -> s.value, '$${KEYED}') v
    CROSS JOIN json_each(json_array(lower(substr(${searched('v.value')}, 1, ${WORD_TEXT})))) t
    CROSS JOIN json_each('["' || replace(${folded('t.value')}, ' ', '","') || '"]') w ON w.value NOT IN ('', ${NO_WORDS.map((one) => `'${one}'`).join(', ')})`,
})
