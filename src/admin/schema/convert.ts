import { problem, RefusedError, refuse } from '../../engine/errors.ts'
import { parseValue } from '../../schema/parse.ts'
import { type Attribute, type StoredValue, storedValue, type Value } from '../../schema/schema.ts'
import type { Statement } from '../../storage/driver.ts'
import { type ConvertedValue, convertValues, valuesOf } from '../../storage/schema-sql.ts'
import type { CurrentOrganization } from '../authority.ts'

/** An attribute whose stored values are to become values of another type, or lists, or no lists. */
export interface Conversion {
  readonly object: string
  readonly before: Attribute
  readonly after: Attribute
}

/** Records whose values do not convert that are named. */
const NAMED = 20
/** Of JSON: as much as any database takes as one parameter, with room. */
export const CONVERTED_BYTES = 1_000_000

const optionNamed = ({ options }: Attribute, value: unknown) => options.find(({ id }) => id === value)?.value

/** One element as a client would send it to the new type. */
const sentAs = (value: unknown, before: Attribute, { type }: Attribute): unknown => {
  const shown = optionNamed(before, value) ?? value
  if (typeof shown === 'object' && shown !== null && 'amount' in shown && type === 'number') return shown.amount
  if (type === 'number' || type === 'rating') {
    const isNumeric = typeof shown === 'string' && shown.trim() !== '' && Number.isFinite(Number(shown))
    return isNumeric ? Number(shown) : shown
  }
  if (type === 'checkbox' && (shown === 'true' || shown === 'false')) return shown === 'true'
  return typeof shown === 'number' || typeof shown === 'boolean' ? String(shown) : shown
}

/** The stored value as one of the new type; undefined where it is none. */
export const converted = ([value]: StoredValue, before: Attribute, after: Attribute): StoredValue | undefined => {
  const elements = (Array.isArray(value) ? value : [value]).map((one: Value) => sentAs(one, before, after))
  if (!after.multiple && elements.length !== 1) return undefined
  const parsed = parseValue(after.multiple ? elements : elements[0], after)
  return parsed.ok && parsed.value !== null ? storedValue(parsed.value, after) : undefined
}

const KEEPS_ITS_TYPE: readonly string[] = ['relation', 'user']

/**
 * What is to be written so that every record has a value of the new type.
 * @throws RefusedError not_convertible with the first records whose values are none; too_many_records
 */
export const conversionOf = async (
  { organization: { id }, driver }: CurrentOrganization,
  { object, before, after }: Conversion,
): Promise<readonly Statement[]> => {
  if (before.type !== after.type && (KEEPS_ITS_TYPE.includes(after.type) || KEEPS_ITS_TYPE.includes(before.type)))
    throw refuse(
      'invalid_value',
      after.slug,
      `of type ${before.type}: what refers to records or members keeps its type`,
    )
  const { results } = await driver.batch([valuesOf(id, object, before.slug)])
  const rows = (results[0]?.rows ?? []) as { id: string; version: number; stored: string }[]
  const values = rows.map(
    (row): ConvertedValue => [row.id, row.version, converted(JSON.parse(row.stored) as StoredValue, before, after)],
  )
  const left = values.flatMap(([recordId, , stored], i) =>
    stored === undefined ? [{ field: after.slug, value: rows[i]?.stored ?? '', recordId }] : [],
  )
  if (left.length > 0) {
    const detail = `${left.length} of ${rows.length}`
    throw new RefusedError({
      problems: [problem('not_convertible', after.slug, detail)],
      conflicts: left.slice(0, NAMED),
    })
  }
  if (JSON.stringify(values).length > CONVERTED_BYTES)
    throw refuse('too_many_records', after.slug, `${CONVERTED_BYTES} bytes of values`)
  return convertValues(id, object, after.slug, values)
}
