import type { FieldTable } from '../../http/contract.ts'
import type { Attribute } from '../../schema/schema.ts'
import { isAbsent, isBlank, type JsonObject } from './json.ts'

/** Wire name to slug, or to slugs where the field spans several attributes. */
export type Fields = Readonly<Record<string, string | readonly string[]>>

/** As a map, so that a client's field called `constructor` finds nothing. */
export const fieldTable = (fields: Fields): FieldTable =>
  new Map(Object.entries(fields).map(([name, slugs]) => [name, [slugs].flat()]))

/** The same fields as they stand inside of another. */
export const within = (prefix: string, table: FieldTable): FieldTable =>
  new Map([...table].map(([name, slugs]) => [prefix + name, slugs]))

/** The attribute of a field; of several, the first. */
export const slugOf = (table: FieldTable, field: string): string | undefined => table.get(field)?.[0]

/** Every field that holds the attribute, or a part of it. */
export const fieldsOf = (table: FieldTable, slug: string): readonly string[] =>
  [...table].flatMap(([name, slugs]) => (slugs.includes(slug) ? [name] : []))

/** How errors call an attribute: by the first field that has it, or by its slug where none has. */
export const fieldNames = (table: FieldTable): ((slug: string) => string) => {
  const names = new Map([...table].flatMap(([name, slugs]) => slugs.map((slug) => [slug, name] as const)).reverse())
  return (slug) => names.get(slug) ?? slug
}

/** For contracts in which an empty text is a text: no phone number and no web address is empty, so there it is none. */
export const clearsWhenBlank = ({ type }: Pick<Attribute, 'type'>, value: unknown): boolean =>
  (type === 'phone_number' || type === 'url') && isBlank(value)

/** Attribute values by slug. */
export type Values = Record<string, unknown>

export interface ReadOptions {
  /** Which values clear the attribute. Default: null only. */
  readonly clears?: (value: unknown) => boolean
  /** The values of each field that spans several attributes. */
  readonly split?: Readonly<Record<string, (value: unknown) => Values>>
}

/** The values of the fields that were sent. Fields that the table does not have are for the contract to read. */
export const readFields = (body: JsonObject, table: FieldTable, { clears, split = {} }: ReadOptions = {}): Values => {
  const values: Values = {}
  for (const [name, value] of Object.entries(body)) {
    const [slug, another] = table.get(name) ?? []
    if (slug === undefined || isAbsent(value)) continue
    const sent = clears?.(value) ? null : value
    if (another === undefined) values[slug] = sent
    else Object.assign(values, split[name]?.(sent))
  }
  return values
}
