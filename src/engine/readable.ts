import type { Attribute, Compound, ObjectSchema, Scalar, Value } from '../schema/schema.ts'
import { elementsOf } from '../schema/schema.ts'
import { attributeList, attributeValue, type StoredRecord } from './record.ts'

/** Values as people read them: options, related records and members by what they are called, and not by their ids. */

/** What is to be called by its name: records of an object, by an attribute that finds them; or members. */
export type Naming = { readonly ids: readonly string[] } & (
  | { readonly of: 'members' }
  | { readonly of: 'records'; readonly object: string; readonly attribute: string | undefined }
)

/** By id; what is gone has none. A record without a value in that attribute is called by its id. */
export type Names = ReadonlyMap<string, string>

/** By object; of members under an empty text, which no object is called by. */
export type NamesByObject = ReadonlyMap<string, Names>

const MEMBERS = ''
const pointsAt = ({ type, related }: Attribute): string | undefined =>
  type === 'relation' ? related : type === 'user' ? MEMBERS : undefined

/** The first attribute that no two records share, so that the name finds the record. */
const namedBy = (object: ObjectSchema | undefined): string | undefined =>
  [...(object?.attributes.values() ?? [])].find(({ unique, archived }) => unique && !archived)?.slug

/** What the records point at, each once. @param objects of the organisation */
export const namingsOf = (
  objects: ReadonlyMap<string, ObjectSchema>,
  object: ObjectSchema,
  records: readonly StoredRecord[],
): readonly Naming[] => {
  const found = new Map<string, Set<string>>()
  for (const attribute of object.attributes.values()) {
    const target = pointsAt(attribute)
    if (target === undefined) continue
    const ids = found.get(target) ?? new Set()
    for (const one of records) for (const id of attributeList(one, attribute.slug)) ids.add(String(id))
    if (ids.size > 0) found.set(target, ids)
  }
  return [...found].map(([target, ids]): Naming => {
    if (target === MEMBERS) return { of: 'members', ids: [...ids] }
    return { of: 'records', object: target, attribute: namedBy(objects.get(target)), ids: [...ids] }
  })
}

/** @param answers in the order of the namings */
export const namesByObject = (namings: readonly Naming[], answers: readonly Names[]): NamesByObject =>
  new Map(namings.map((one, i) => [one.of === 'members' ? MEMBERS : one.object, answers[i] ?? new Map()]))

const amount = ({ amount: value, code }: Compound): Scalar =>
  code === undefined ? (value ?? '') : `${value ?? ''} ${code}`

/** What the options of a schema are called, by id: made once for each, since every value of every record asks for one. */
const optionNames = new WeakMap<Attribute['options'], ReadonlyMap<unknown, string>>()

const namesOfOptions = ({ options }: Attribute): ReadonlyMap<unknown, string> => {
  const known = optionNames.get(options)
  if (known) return known
  const names = new Map(options.map(({ id, value }) => [id, value]))
  optionNames.set(options, names)
  return names
}

/** One value, or undefined for what is gone. */
const readable = (value: Scalar | Compound, attribute: Attribute, names: NamesByObject): Scalar | undefined => {
  if (typeof value === 'object') return amount(value)
  const target = pointsAt(attribute)
  if (target !== undefined) return names.get(target)?.get(String(value))
  return namesOfOptions(attribute).get(value) ?? value
}

/** The value of an attribute as people read it; null where it is not set, or points at nothing that is left. */
export const readableValue = (
  record: Pick<StoredRecord, 'data'>,
  attribute: Attribute,
  names: NamesByObject,
): Scalar | readonly Scalar[] | null => {
  const value: Value | undefined = attributeValue(record, attribute.slug)
  if (value === undefined) return null
  const all = elementsOf(value).flatMap((one) => readable(one, attribute, names) ?? [])
  return attribute.multiple ? all : (all[0] ?? null)
}
