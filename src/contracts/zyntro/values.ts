import type { FieldMap } from '../field-map.ts'

/** Values of a request, before they are held against the schema. */
export type Values = Record<string, unknown>

/** Absent, null and an empty text. */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

/** The fields that were sent, by slug. A form that was left blank clears: an empty text is null. */
export const mapped = (body: object, fields: FieldMap): Values => {
  const values: Values = {}
  for (const [name, value] of Object.entries(body)) {
    const slug = fields[name]
    if (slug !== undefined && value !== undefined) values[slug] = value === '' ? null : value
  }
  return values
}
