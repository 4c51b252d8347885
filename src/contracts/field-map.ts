/** Wire name to slug. */
export type FieldMap = Readonly<Record<string, string>>

/** From slug back to the wire name, for errors. */
export const wireNames = (fields: FieldMap, prefix = ''): ReadonlyMap<string, string> =>
  new Map(Object.entries(fields).map(([wire, slug]) => [slug, prefix + wire]))
