/** Guards for what JSON can hold, and the three ways in which it can hold nothing. */

export type JsonObject = Readonly<Record<string, unknown>>

export const isJsonObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Not sent. */
export const isAbsent = (value: unknown): value is undefined => value === undefined

/** A text without a character in it that could be seen. */
export const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === ''

/** Absent, null or an empty text. */
export const isEmpty = (value: unknown): value is undefined | null | '' =>
  value === undefined || value === null || value === ''

/** The entry of that name, whatever a client calls its fields: `toString` is none. */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined
