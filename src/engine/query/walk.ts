import { WORDS } from '../../schema/words.ts'
import type { Range } from './condition.ts'

export type Direction = 'asc' | 'desc'

/** Rows of `record_keys` of one attribute: by the text of the key, or by its number. */
export interface KeyRows {
  readonly name: string
  readonly by: 'value' | 'number'
  readonly unique: boolean
  /** The attribute has several values, so a record may be met several times; it counts the first time. */
  readonly list: boolean
  /** Of words: the attributes that they are of. */
  readonly words?: readonly string[]
}

/** Records that a filter names: no more than it may have values. */
export type NamedRecords =
  | { readonly ids: readonly string[] }
  | { readonly keys: KeyRows; readonly values: readonly (string | number)[] }
  | { readonly keys: KeyRows; readonly within: Range }

/** By how many of some words a record has not. */
export interface LackedWords {
  readonly lacked: readonly string[]
}

/** By creation, by the last change, by the first value of an attribute (of a list the last one, downwards), or by words. */
export type SetOrder = 'createdAt' | 'updatedAt' | KeyRows | LackedWords

/** What a query goes along, in its order. It narrows; whatever else is asked is judged on each record that it meets. */
export type Walk =
  /** The table, in order of creation. Bounds are times, in milliseconds. */
  | { readonly kind: 'table'; readonly direction: Direction; readonly range: Range }
  | { readonly kind: 'ids'; readonly direction: Direction; readonly ids: readonly string[] }
  /** The few records that the filter names, by their ids, by values of a unique key or by a rare word, put in an order. */
  | ({ readonly kind: 'set'; readonly direction: Direction; readonly order: SetOrder } & NamedRecords)
  /** A stretch of an index. Without a range, all that have the attribute. */
  | ({ readonly kind: 'range'; readonly direction: Direction; readonly range: Range } & KeyRows)
  /** Several places of an index, in their order. */
  | ({ readonly kind: 'values'; readonly values: readonly (string | number)[] } & KeyRows)
  /** The keys of a relation to the records that have one of these unique keys. */
  | ({
      readonly kind: 'related'
      readonly object: string
      readonly key: string
      readonly values: readonly string[]
    } & KeyRows)
  /** The change feed: each record at its last change. Bounds are times. */
  | { readonly kind: 'feed'; readonly direction: Direction; readonly range: Range }

/** Rows that one request looks at, whatever the filter lets through: what bounds its cost. */
export const WALKED_ROWS = 1_000

/** Changes of other objects, which the history walks past without looking for a record: so many cost what one row does. */
export const PASSED_ROWS = 10

/**
 * Bytes of records that one request judges, once for each condition that looks into them: a hundred million take half a
 * second at the worst, when a long part of a text is almost met at every place.
 */
export const WALKED_BYTES = 100_000_000

/** What each look for a related record costs besides, and again each condition that is asked of it, in the same bytes. */
export const LOOKUP_BYTES = 500

/**
 * What folding the text of a record costs besides, in the same bytes: for each value, and for each byte of it that counts. Plain
 * letters cost less, accents and Chinese as much. Each prefix that its words are held against is a tenth of that again.
 */
export const FOLDED_BYTES = { value: 1_000, byte: 400, prefix: 40 } as const

/** A count goes with a page, and is never the dearer one of the two. */
export const COUNTED_BYTES = WALKED_BYTES / 4

/** Where nothing has to be judged on the record's values, counting goes further. */
export const COUNTED_ROWS = 10_000

/** Of changes, less far: each is looked at, and so is the record that it may be the last one of. */
export const COUNTED_CHANGES = 5_000

/** Says which walk a place was on: a cursor of another query has no place on this one. Of a search it is told besides. */
export const walkName = (walk: Walk): string => {
  const down = 'direction' in walk && walk.direction === 'desc' ? '-' : ''
  const order = walk.kind !== 'set' ? walk : typeof walk.order === 'string' ? { name: walk.order } : walk.order
  const name = 'name' in order ? order.name : 'lacked' in order ? WORDS : undefined
  return `${down}${walk.kind}${name === undefined ? '' : `:${name}`}`
}
