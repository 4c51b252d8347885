/** Wire name to slug. Made by `fieldMap`, so that a client's word finds what stands in it and nothing else. */
export type FieldMap = Readonly<Record<string, string>>

/** A table to look up names of clients in: without a prototype, so `constructor` and `toString` are not in it. */
export const fieldMap = <const T extends FieldMap>(fields: T): T =>
  Object.freeze(Object.assign(Object.create(null) as T, fields))

/** The entry of that name, whatever a client calls its fields: `toString` is none. */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** From slug back to the wire name, for errors. */
export const wireNames = (fields: FieldMap, prefix = ''): ReadonlyMap<string, string> =>
  new Map(Object.entries(fields).map(([wire, slug]) => [slug, prefix + wire]))
