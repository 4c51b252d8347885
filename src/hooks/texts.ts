/** Work on texts that takes as long as the texts are: what the language or the library has for it takes the square of that. */

/** Every place at which it stands, those too that overlap (Knuth, Morris and Pratt). @param needle not empty */
export function* placesOf(text: string, needle: string): Generator<number> {
  /** Of each beginning of the needle: how much of it is the needle's beginning once more. */
  const again = new Int32Array(needle.length)
  const after = (matched: number, unit: number): number => {
    let length = matched
    while (length > 0 && needle.charCodeAt(length) !== unit) length = again[length - 1] ?? 0
    return needle.charCodeAt(length) === unit ? length + 1 : 0
  }
  for (let i = 1, matched = 0; i < needle.length; i++) {
    matched = after(matched, needle.charCodeAt(i))
    again[i] = matched
  }
  for (let i = 0, matched = 0; i < text.length; i++) {
    matched = after(matched, text.charCodeAt(i))
    if (matched === needle.length) {
      yield i + 1 - matched
      matched = again[matched - 1] ?? 0
    }
  }
}

function* placesBetween(text: string): Generator<number> {
  let at = 0
  for (const character of text) {
    if (at > 0) yield at
    at += character.length
  }
}

/**
 * What is between the separators; an empty one is between all characters.
 * @param most separators that are looked at
 * @param onPiece called before each piece is made
 */
export const piecesOf = (text: string, separator: string, most: number, onPiece: () => void): string[] => {
  const pieces: string[] = []
  let from = 0
  for (const place of separator === '' ? placesBetween(text) : placesOf(text, separator)) {
    if (pieces.length === most) break
    if (place < from) continue
    onPiece()
    pieces.push(text.slice(from, place))
    from = place + separator.length
  }
  pieces.push(text.slice(from))
  return pieces
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** Of the character that ends there: the first of its units, where it has two. */
const placeBefore = (text: string, end: number): number => {
  const isPair = end > 1 && isLow(text.charCodeAt(end - 1)) && (text.codePointAt(end - 2) ?? 0) > 0xffff
  return end - (isPair ? 2 : 1)
}

/** Where the text begins without the characters that are taken away. */
const startOf = (text: string, taken: ReadonlySet<number>): number => {
  let start = 0
  while (start < text.length) {
    const character = text.codePointAt(start) ?? 0
    if (!taken.has(character)) break
    start += character > 0xffff ? 2 : 1
  }
  return start
}

const endOf = (text: string, taken: ReadonlySet<number>): number => {
  let end = text.length
  while (end > 0) {
    const place = placeBefore(text, end)
    if (!taken.has(text.codePointAt(place) ?? 0)) break
    end = place
  }
  return end
}

const codePointsOf = (text: string): ReadonlySet<number> => {
  const all = new Set<number>()
  for (let i = 0; i < text.length; i++) {
    const character = text.codePointAt(i) ?? 0
    all.add(character)
    if (character > 0xffff) i++
  }
  return all
}

/** Those of `\s`, and the next line of Unicode. */
const SPACES = codePointsOf(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
)

/** @param characters that are taken away; none: white space */
export const trimmed = (text: string, characters: string, sides: { left: boolean; right: boolean }): string => {
  const taken = characters === '' ? SPACES : codePointsOf(characters)
  const start = sides.left ? startOf(text, taken) : 0
  return sides.right ? text.slice(start, Math.max(start, endOf(text, taken))) : text.slice(start)
}

/** How many characters both begin with. */
const sharedBy = (one: string, other: string): number => {
  const most = Math.min(one.length, other.length)
  let shared = 0
  while (shared < most && one.charCodeAt(shared) === other.charCodeAt(shared)) shared++
  return shared
}

/** By code points, wherever it runs. @param onCompared called with the characters that were looked at */
export const compareTexts = (one: string, other: string, onCompared: (characters: number) => void): number => {
  const shared = sharedBy(one, other)
  onCompared(shared)
  return (one.codePointAt(shared) ?? -1) - (other.codePointAt(shared) ?? -1)
}
