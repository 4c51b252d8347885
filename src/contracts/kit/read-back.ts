import { attributeList, attributeValue, type StoredRecord } from '../../engine/record.ts'
import type { Value } from '../../schema/schema.ts'

/** From a stored record to what an answer shows of it. */

/** Null where the attribute has no value. */
export const valueIn = (record: StoredRecord, slug: string): Value | null => attributeValue(record, slug) ?? null

/** The same, of an attribute that holds texts. */
export const textIn = (record: StoredRecord, slug: string): string | null => valueIn(record, slug) as string | null

export const textsIn = (record: StoredRecord, slug: string): string[] => attributeList(record, slug) as string[]

/** The first of several texts: the primary address. */
export const firstTextIn = (record: StoredRecord, slug: string): string | null => textsIn(record, slug)[0] ?? null

/** Milliseconds since 1970 to `2025-06-01T09:30:00+00:00`. */
export const offsetSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}+00:00`

/** Milliseconds since 1970 to `2025-06-01T09:30:00.000Z`. */
export const zuluMilliseconds = (time: number): string => new Date(time).toISOString()
