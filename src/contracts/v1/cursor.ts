import { refuse } from '../../engine/errors.ts'
import type { WalkPlace } from '../../engine/find.ts'
import type { HistoryPlace } from '../../engine/history.ts'
import type { UndoRequest } from '../../engine/undo.ts'
import { fromBase64, toBase64Url } from '../../secrets/base64.ts'

/**
 * A cursor is a place in an order, nothing more: the organisation always comes from the key, so a cursor of another
 * organisation, or one made up, can only begin a page somewhere else.
 */
export type Place = readonly [value: string, id: string]

export const encodeCursor = (place: readonly string[]): string =>
  toBase64Url(new TextEncoder().encode(JSON.stringify(place)))

const textsOf = (cursor: string): readonly string[] => {
  try {
    const bytes = fromBase64(cursor)
    const place: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
    if (Array.isArray(place) && place.every((part) => typeof part === 'string')) return place
  } catch {
    // Falls through: whatever it was, it is no cursor.
  }
  return []
}

const noCursor = () => refuse('invalid_value', 'cursor', 'the nextCursor of an earlier page')

/** @throws RefusedError invalid_value for what is no cursor of ours */
export const decodeCursor = (cursor: string | undefined): Place | undefined => {
  if (cursor === undefined) return undefined
  const [value, id, ...more] = textsOf(cursor)
  if (value === undefined || id === undefined || more.length > 0) throw noCursor()
  return [value, id]
}

/** The place behind a sequence: of the log of operators, of dead letters, of the changes of one record. */
export const encodeSequence = (sequence: number): string => encodeCursor([String(sequence), ''])

/** A place in the history: both parts are sequences, an empty one counts as 0. @throws RefusedError invalid_value */
export const decodeSequences = (cursor: string | undefined): readonly [number, number] | undefined => {
  const place = decodeCursor(cursor)
  if (!place) return undefined
  const [first, second] = [Number(place[0]), Number(place[1])]
  if (![first, second].every((one) => Number.isSafeInteger(one) && one >= 0)) throw noCursor()
  return [first, second]
}

/** Both parts are numbers, also of releases before, which told no times: either release reads the other's. */
export const encodePlace = ({ sequence, at }: HistoryPlace): string =>
  encodeCursor([String(sequence), at === undefined ? '' : String(at)])

/** @throws RefusedError invalid_value */
export const decodePlace = (cursor: string | undefined): HistoryPlace | undefined => {
  const [sequence, at] = decodeSequences(cursor) ?? []
  return sequence === undefined ? undefined : { sequence, ...(at && { at }) }
}

type Undoing = Required<Pick<UndoRequest, 'after' | 'goesOn'>>

/** Where a page of an undoing goes on, how far down it goes, and behind which change it began. */
export const encodeUndoing = ({ after, goesOn: { before, begun, found } }: Undoing): string =>
  encodeCursor([before, after, Number(found), begun.sequence, begun.at ?? ''].map(String))

/** @throws RefusedError invalid_value */
export const decodeUndoing = (cursor: string | undefined): Undoing | undefined => {
  if (cursor === undefined) return undefined
  const parts = textsOf(cursor).map(Number)
  const [before = 0, after = 0, found, sequence = 0, at] = parts
  if (parts.length !== 5 || !parts.every((one) => Number.isSafeInteger(one) && one >= 0)) throw noCursor()
  return { after, goesOn: { before, begun: { sequence, ...(at && { at }) }, found: found === 1 } }
}

/** How a search went along its word, which stands before them. */
const WAYS = ['few', 'grouped'] as const

/** @throws RefusedError invalid_value for what is no cursor of ours */
export const decodeQueryCursor = (cursor: string | undefined): WalkPlace | undefined => {
  if (cursor === undefined) return undefined
  const [walk, value, id, prefix, ...ways] = textsOf(cursor)
  if (walk === undefined || value === undefined || id === undefined) throw noCursor()
  if (prefix === undefined) return { walk, place: [value, id] }
  const along = { prefix, few: ways.includes('few'), grouped: ways.includes('grouped') }
  return { walk, place: [value, id], along }
}

export const encodeQueryCursor = ({ walk, place, along }: WalkPlace): string => {
  const ofSearch = along ? [along.prefix, ...WAYS.filter((way) => along[way])] : []
  return encodeCursor([walk, ...place, ...ofSearch])
}
