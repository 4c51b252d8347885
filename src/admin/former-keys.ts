import { refuse } from '../engine/errors.ts'
import {
  type Attribute,
  type Combination,
  combinationKeyText,
  elementsOf,
  keyText,
  type ObjectSchema,
  type Scalar,
  type StoredValue,
  storedValue,
  typeOf,
} from '../schema/schema.ts'
import { aliasValues, replaceAliases } from '../storage/aliases-sql.ts'
import type { Statement } from '../storage/driver.ts'
import type { CurrentOrganization } from './authority.ts'
import { CONVERTED_BYTES, type Conversion, converted } from './schema/convert.ts'

/**
 * Keys of which no record has the value any more, and which lead to the one that others were merged into. All that is known of
 * the value is the text of its key, so it is made anew from that.
 */

/** The value that has this key. */
const valueWith = (key: string, { type }: Attribute): Scalar | { readonly amount: number } => {
  if (type === 'currency') return { amount: Number(key) }
  if (type === 'checkbox') return key === '1'
  return typeOf({ type }).numeric ? Number(key) : key
}

const keyOf = (stored: StoredValue | undefined): Scalar | undefined => {
  const [form, further] = elementsOf(stored?.at(-1) ?? [])
  if (form === undefined || further !== undefined) return undefined
  if (typeof form !== 'object') return form
  return typeof form.amount === 'number' ? form.amount : undefined
}

const single = (attribute: Attribute): Attribute => ({ ...attribute, multiple: false })

type Converted = (value: Scalar | { readonly amount: number }) => Scalar | undefined

const converter =
  ({ before, after }: Conversion): Converted =>
  (value) =>
    keyOf(converted([value], single(before), single(after)))

/** What a key of the attribute is from now on; undefined where it is none. */
const convertedKey = (key: string, conversion: Conversion): string | undefined => {
  if (conversion.before.type === conversion.after.type) return key
  const value = converter(conversion)(valueWith(key, conversion.before))
  return value === undefined ? undefined : keyText(value)
}

const partsOf = (key: string): readonly Scalar[] => JSON.parse(key) as Scalar[]

/** The same of a combination. */
const convertedParts = (
  key: string,
  { attributes }: Combination,
  conversions: ReadonlyMap<string, Conversion>,
): string | undefined => {
  const parts = partsOf(key).flatMap((part, i) => {
    const conversion = conversions.get(attributes[i] ?? '')
    if (!conversion || conversion.before.type === conversion.after.type) return [part]
    return converter(conversion)(part) ?? []
  })
  return parts.length === attributes.length ? combinationKeyText(parts) : undefined
}

/** What conversions do to the keys that only lead to a record. */
export interface ConvertedAliases {
  readonly statements: readonly Statement[]
  /** How many lead nowhere from then on, of each index. */
  readonly lost: readonly { readonly object: string; readonly slug: string; readonly count: number }[]
}

interface Converting {
  /** Of the attribute; of a combination, of the first one that is converted. */
  readonly slug: string
  readonly name: string
  readonly wanted: (key: string) => string | undefined
}

const convertingOf = (object: ObjectSchema, conversions: readonly Conversion[]): readonly Converting[] => {
  const bySlug = new Map(conversions.map((one) => [one.after.slug, one]))
  const ofAttribute = (one: Conversion): Converting => {
    const { slug } = one.after
    return { slug, name: slug, wanted: (key) => convertedKey(key, one) }
  }
  const ofCombination = (one: Combination): readonly Converting[] => {
    const slug = one.attributes.find((part) => bySlug.has(part))
    return slug === undefined ? [] : [{ slug, name: one.name, wanted: (key) => convertedParts(key, one, bySlug) }]
  }
  const combinations = [...object.combinations, ...object.archivedCombinations]
  return [...conversions.map(ofAttribute), ...combinations.flatMap(ofCombination)]
}

/**
 * Of all conversions of one object, since a combination may have several of the attributes.
 * @throws RefusedError too_many_records
 */
export const convertedAliases = async (
  { organization: { id }, driver }: CurrentOrganization,
  object: ObjectSchema,
  conversions: readonly Conversion[],
): Promise<ConvertedAliases> => {
  const converting = convertingOf(object, conversions)
  const { results } = await driver.batch(converting.map(({ name }) => aliasValues(id, object.slug, name)))
  const all = converting.flatMap(({ slug, name, wanted }, i) => {
    const keys = (results[i]?.rows ?? []).map(({ value }) => String(value))
    const pairs = keys.flatMap((key) => {
      const made = wanted(key)
      return made === undefined ? [] : [[key, made] as const]
    })
    return keys.length === 0 ? [] : [{ slug, name, pairs, count: keys.length - pairs.length }]
  })
  if (JSON.stringify(all).length > CONVERTED_BYTES)
    throw refuse('too_many_records', all[0]?.slug, `${CONVERTED_BYTES} bytes of values`)
  return {
    statements: all.flatMap(({ name, pairs }) => replaceAliases(id, object.slug, name, pairs)),
    lost: all.map(({ slug, count }) => ({ object: object.slug, slug, count })),
  }
}

/** What a key would be if its value were written today: undefined where it is as it is, or a job is at it. @throws NotLoadedError */
export const outdatedKey = (object: ObjectSchema, name: string, key: string): string | undefined => {
  const reformed = (slug: string, part: Scalar): Scalar => {
    const attribute = object.attributes.get(slug)
    if (!attribute || attribute.building || !typeOf(attribute).normalForm) return part
    return keyOf(storedValue(part, single(attribute))) ?? part
  }
  const combination = [...object.combinations, ...object.archivedCombinations].find((one) => one.name === name)
  const made = combination
    ? combinationKeyText(partsOf(key).map((part, i) => reformed(combination.attributes[i] ?? '', part)))
    : keyText(reformed(name, key))
  return made === key ? undefined : made
}
