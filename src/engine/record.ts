import type { Value } from '../schema/schema.ts'

/**
 * Bytes that the data of one record may have, as JSON. A thousand items may each change a record that large, and the
 * database reads and writes it whole each time: at this size that is half a second (docs/benchmarks.md).
 */
export const RECORD_BYTES = 262_144

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
  /** Every value in an array of one; see `attributeValue`. */
  readonly data: Readonly<Record<string, readonly [Value]>>
}

/** The value of an attribute; undefined where it is not set. */
export const attributeValue = (record: Pick<StoredRecord, 'data'>, slug: string): Value | undefined =>
  record.data[slug]?.[0]

/** All values of an attribute with several, none where it is not set. */
export const attributeList = (record: Pick<StoredRecord, 'data'>, slug: string): readonly Value[] => {
  const value = attributeValue(record, slug)
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
