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

const characterBefore = (text: string, end: number): string => {
  const pair = text.slice(Math.max(0, end - 2), end)
  return (pair.codePointAt(0) ?? 0) > 0xffff ? pair : text.slice(end - 1, end)
}

/** Where the text begins without the characters that are taken away. */
const startOf = (text: string, isTaken: (character: string) => boolean): number => {
  let start = 0
  for (const character of text) {
    if (!isTaken(character)) break
    start += character.length
  }
  return start
}

const endOf = (text: string, isTaken: (character: string) => boolean): number => {
  let end = text.length
  while (end > 0) {
    const character = characterBefore(text, end)
    if (!isTaken(character)) break
    end -= character.length
  }
  return end
}

const SPACE = /^[\s\u0085]$/

/** @param characters that are taken away; none: white space */
export const trimmed = (text: string, characters: string, sides: { left: boolean; right: boolean }): string => {
  const set = new Set(characters)
  const isTaken = (character: string) => (characters === '' ? SPACE.test(character) : set.has(character))
  const start = sides.left ? startOf(text, isTaken) : 0
  return sides.right ? text.slice(start, Math.max(start, endOf(text, isTaken))) : text.slice(start)
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
