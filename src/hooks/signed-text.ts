import { type SignedWord, type TemplatePiece, templatePieces } from './schemes.ts'

/**
 * The text that a sender signs, and that it can be cut into its words in one way only: whoever has seen a signed text could
 * otherwise send it again with another part of it as its id, time or body.
 *
 * - A method is always the same here, and a time is a number without leading zeros that is near now: it has as many digits as now;
 *   or one of ISO 8601 with its zone, of which none can be the beginning or the end of another.
 * - An id and a URL end where the first character of what is behind them stands (or, behind the body, begin where the last of
 *   what is before them stands): so they must not have it.
 * - A character that such words usually have cannot be that. Where there is no other, the body is next to the word, must be
 *   JSON, and so has a bracket there, and the word must have none.
 */

type Text = string | Uint8Array<ArrayBuffer>
export type Words = Readonly<Record<SignedWord, Text>>

const encoder = new TextEncoder()

/** What was signed: the template with its words filled in, the body as its bytes. */
export const signedBytes = (template: string, words: Words): Uint8Array<ArrayBuffer> => {
  const pieces = templatePieces(template)
    .map((piece) => ('word' in piece ? words[piece.word] : piece.literal))
    .map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece))
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** By word: characters that it usually has, so that they do not say where it ends. */
const USUAL = { id: /^[\w-]$/, url: /^[\w\-.~:/?#[\]@!$&'()*+,;=%]$/ } as const

const BRACKET = /[[\]{}]/

/** Where a word ends, or begins where it stands behind the body. */
interface End {
  readonly word: 'id' | 'url'
  /** The character; undefined: a bracket of the body. */
  readonly mark: string | undefined
  readonly isBehind: boolean
}

/** A word of which nobody could say where it ends, and what it is beside of. */
interface Unclear {
  readonly word: 'id' | 'url'
  readonly beside: string
}

/** @param neighbours what is beside it, the nearest first */
const endOf = (
  word: End['word'],
  [next, afterNext]: readonly (TemplatePiece | undefined)[],
  isBehind: boolean,
): End | Unclear => {
  const literal = next && 'literal' in next ? next.literal : ''
  const mark = literal.at(isBehind ? -1 : 0)
  if (mark !== undefined && !USUAL[word].test(mark)) return { word, mark, isBehind }
  const other = literal === '' ? next : afterNext
  const isBody = other !== undefined && 'word' in other && other.word === 'body'
  if (isBody && !BRACKET.test(literal)) return { word, mark: undefined, isBehind }
  return { word, beside: next && 'word' in next ? `{${next.word}}` : literal }
}

/** Of each word that could go on in what is beside it. */
const endsOf = (template: string): readonly (End | Unclear)[] => {
  const pieces = templatePieces(template).filter((piece) => 'word' in piece || piece.literal !== '')
  const body = pieces.findIndex((piece) => 'word' in piece && piece.word === 'body')
  return pieces.flatMap((piece, i) => {
    if (!('word' in piece) || (piece.word !== 'id' && piece.word !== 'url')) return []
    const isBehind = i > body
    const neighbours = isBehind ? [pieces[i - 1], pieces[i - 2]] : [pieces[i + 1], pieces[i + 2]]
    return endOf(piece.word, neighbours, isBehind)
  })
}

/** @returns undefined where all that is signed by the template can be told apart */
export const unclearWord = (template: string): Unclear | undefined =>
  endsOf(template).find((end): end is Unclear => 'beside' in end)

const BRACKETS = new Set([...'{}[]'].map((character) => character.charCodeAt(0)))

/**
 * Why a delivery could have been cut at other places than its sender has put it together at.
 * @returns undefined where it could not
 */
export const unclearCut = (
  template: string,
  words: Readonly<Record<End['word'], string>> & { readonly body: Uint8Array },
): string | undefined => {
  for (const end of endsOf(template)) {
    const { word } = end
    if ('beside' in end) return `the template of the hook has {${word}} beside ${end.beside}`
    const { mark, isBehind } = end
    if (mark === undefined ? BRACKET.test(words[word]) : words[word].includes(mark))
      return `its ${word} has what separates it from the rest that is signed`
    if (mark === undefined && !BRACKETS.has(words.body.at(isBehind ? -1 : 0) ?? 0))
      return `its body is no JSON, and nothing else says where its ${word} ends`
  }
  return undefined
}
