import type { StoredValue, Value } from '../schema/schema.ts'

/** Bytes that the data of one record may have, as JSON. The database reads and writes it whole with every change. */
export const RECORD_BYTES = 262_144

/**
 * What changing a stored record costs, counted in bytes: those of its data, twice and once more for each list that is put
 * together with what was sent, and `element` for each element of such a list; of a record that is erased also `blanked` for
 * each of its changes, which the history then keeps without values. A million take 5 to 10 milliseconds. Changes
 * that cost less than `light` are not counted; all others of one batch may come to `batch`, since whoever waits behind
 * them waits for all. Counting writes, so what changed nothing is counted only where lists were put together for more
 * than `idle`.
 */
export const WORK_BYTES = { element: 1_000, blanked: 4_000, light: 32_768, idle: 131_072, batch: 64_000_000 } as const

/**
 * References of one request that are looked up: each is a search by whoever writes, and all others wait behind it. An item is
 * refused only for those of the items before it.
 */
export const WORK_REFERENCES = 5_000

/** A record as it is stored. Times are milliseconds since 1970. */
export interface StoredRecord {
  readonly id: string
  readonly object: string
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | null
  readonly createdBy: string
  readonly updatedBy: string
  /** See `attributeValue`. */
  readonly data: Readonly<Record<string, StoredValue>>
}

/** The value of an attribute, as it is shown; undefined where it is not set. */
export const attributeValue = (record: Pick<StoredRecord, 'data'>, slug: string): Value | undefined =>
  record.data[slug]?.[0]

/** All values of an attribute with several, none where it is not set. */
export const attributeList = (record: Pick<StoredRecord, 'data'>, slug: string): readonly Value[] => {
  const value = attributeValue(record, slug)
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
