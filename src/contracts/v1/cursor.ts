import { refuse } from '../../engine/errors.ts'

/**
 * A cursor is a place in an order, nothing more: the organisation always comes from the key, so a cursor of another
 * organisation, or one made up, can only begin a page somewhere else.
 */
export type Place = readonly [value: string, id: string]

export const encodeCursor = (place: Place): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(place))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')

/** @throws RefusedError invalid_value for what is no cursor of ours */
export const decodeCursor = (cursor: string | undefined): Place | undefined => {
  if (cursor === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
    const place: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
    if (isPlace(place)) return place
  } catch {
    // Falls through: whatever it was, it is no cursor.
  }
  throw refuse('invalid_value', 'cursor', 'the nextCursor of an earlier page')
}
