import type { Value } from '../schema/schema.ts'

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

/** The attributes that are set, without the arrays. */
export const attributeValues = (record: Pick<StoredRecord, 'data'>): Record<string, Value> => {
  const values: Record<string, Value> = {}
  for (const slug in record.data) values[slug] = record.data[slug]?.[0] as Value
  return values
}

/** All values of an attribute with several, none where it is not set. */
export const attributeList = (record: Pick<StoredRecord, 'data'>, slug: string): readonly Value[] => {
  const value = attributeValue(record, slug)
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
