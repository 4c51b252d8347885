/**
 * The words that a text is searched by: without regard to case, accents and punctuation. What a query asks for is folded here;
 * what records hold, in SQL (src/storage/program/words.ts), so that keys stay a function of the data. Both say the same of
 * every character: test/node/folding.test.ts.
 */

/** Name that words of an object stand under among its keys. No slug is spelt like it. */
export const WORDS = '*'

/** Characters of a value that count, and so half as many words at most; of a script without spaces, as many. */
export const WORD_TEXT = 100

/** What text is full of and nobody looks for. */
export const NO_WORDS = ['http', 'https', 'www'] as const

const SOFT_HYPHEN = '\u00ad'

/** Letters whose marks are no marks to Unicode. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', þ: 'th', ĳ: 'ij', ŉ: 'n' },
  ...{ ʼ: '', ʾ: '', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ĸ: 'k', ŀ: 'l', ł: 'l', ŧ: 't', ſ: 's', ς: 'σ' },
}

/** `Größe`: grosse. Small letters without accents, Latin ones as those that ASCII has; of other scripts they stay what they are. */
export const plainLetters = (text: string): string =>
  Array.from(
    text.normalize('NFKD').toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, ''),
    (one) => LETTERS[one] ?? one,
  ).join('')

type Ranges = readonly (readonly [first: number, last: number])[]

/** Latin, Greek, Cyrillic, ligatures, and the letters that are as wide as Chinese ones: one by one. Case and accents of all other scripts count. */
export const FOLDED: Ranges = [
  [0x80, 0x24f],
  [0x300, 0x52f],
  [0x1e00, 0x1fff],
  [0xfb00, 0xfb06],
  [0xff01, 0xff5e],
]

/** Joiners and marks that tell how a character is drawn. Accents on their own are left out, too. */
export const LEFT_OUT: Ranges = [
  [0x200b, 0x200d],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
]

/** Punctuation and symbols of all scripts, and emoji. */
export const BETWEEN: Ranges = [
  [0x2000, 0x200a],
  [0x200e, 0x2bff],
  [0x3000, 0x303f],
  [0x1f000, 0x1faff],
]

/** Thai to Myanmar, Khmer, Chinese and Japanese: written without spaces, so that each character is a word. */
export const WITHOUT_SPACES: Ranges = [
  [0x3400, 0x9fff],
  [0x3040, 0x312f],
  [0xe00, 0x109f],
  [0x1780, 0x17ff],
  [0x2e80, 0x2fff],
  [0xf900, 0xfaff],
  [0x20000, 0x3ffff],
]

/** Whether a word is one because its script knows no spaces. */
export const isOneCharacter = (word: string): boolean => {
  const code = word.codePointAt(0) ?? 0
  return isIn(WITHOUT_SPACES, code) && word === String.fromCodePoint(code)
}

const isIn = (ranges: Ranges, code: number) => ranges.some(([first, last]) => first <= code && code <= last)

const ascii = (character: string): string => (/[a-z0-9]/i.test(character) ? character.toLowerCase() : ' ')

/** So far behind the characters of ASCII are the wide ones. */
const WIDE = 0xfee0

/** What a character of FOLDED stands for: itself, up to three other letters, a space, or nothing. */
export const foldedLetter = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (code > WIDE) return ascii(String.fromCodePoint(code - WIDE))
  if (/\p{M}/u.test(character) || character === SOFT_HYPHEN) return ''
  if (!/\p{L}/u.test(character)) return ' '
  return plainLetters(character).replace(/\P{L}/gu, '')
}

/** What a character stands for in the words of a text. */
const foldedCharacter = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return ascii(character)
  if (isIn(FOLDED, code)) return foldedLetter(character)
  if (isIn(LEFT_OUT, code)) return ''
  if (isIn(BETWEEN, code)) return ' '
  return isIn(WITHOUT_SPACES, code) ? ` ${character} ` : character
}

/** Zeros that a number begins with do not count: `0151` is `151` in another country. */
const withoutZeros = (word: string): string => (/^\d+$/.test(word) ? word.replace(/^0+(?=.)/, '') : word)

/** The words of a text, in their order. */
export const wordsOf = (text: string): readonly string[] =>
  Array.from(text)
    .slice(0, WORD_TEXT)
    .map(foldedCharacter)
    .join('')
    .split(' ')
    .filter((word) => word !== '')
    .map(withoutZeros)
    .filter((word) => !NO_WORDS.some((one) => one === word))
