import { problem, RefusedError } from '../engine/errors.ts'
import { type Attribute, type Combination, hasKeys } from '../schema/schema.ts'
import { AbortError, type Statement } from '../storage/driver.ts'
import { attributeDuplicates, attributeKeys, combinationDuplicates, combinationKeys } from '../storage/keys-sql.ts'
import type { ChangedSchema, CurrentOrganization } from './authority.ts'

/** The one place where a change of the schema makes the keys of records anew. */

/** Keys that a change of the schema makes anew. */
interface KeyChange {
  /** Slug of the attribute, or name of the combination. */
  readonly field: string
  readonly statements: readonly Statement[]
  /** Finds the values that several records share; absent where they may. */
  readonly duplicates?: Statement
}

/** A change of the schema: what is to be written, what it tells the history, and the keys that it makes anew. */
export interface SchemaChange {
  readonly statements: readonly Statement[]
  readonly changed: readonly ChangedSchema[]
  readonly keys?: readonly KeyChange[]
}

/** What keys depend on: where it stays the same, no row is touched. */
const rule = (attribute: Attribute | undefined) =>
  attribute && hasKeys(attribute) ? `${attribute.unique} ${attribute.type} ${attribute.multiple}` : ''

/** @param before absent where there are no values yet */
export const keysOfAttribute = (
  organizationId: string,
  object: string,
  before: Attribute,
  after: Attribute,
): readonly KeyChange[] => {
  if (rule(before) === rule(after)) return []
  const isStricter = hasKeys(after) && after.unique && !(hasKeys(before) && before.unique)
  return [
    {
      field: after.slug,
      statements: attributeKeys(organizationId, object, { ...after, indexed: hasKeys(after) }),
      ...(isStricter && { duplicates: attributeDuplicates(organizationId, object, before.slug) }),
    },
  ]
}

/** Of an archived combination there are none. */
export const keysOfCombination = (
  organizationId: string,
  object: string,
  combination: Combination,
  archived = false,
): KeyChange => {
  const made = combinationKeys(organizationId, object, combination)
  const { name: field, unique } = combination
  if (archived) return { field, statements: made.slice(0, 1) }
  return {
    field,
    statements: made,
    ...(unique && { duplicates: combinationDuplicates(organizationId, object, combination) }),
  }
}

const SHOWN_RECORDS = 10

const valuesSharedIn = (field: string, rows: readonly Record<string, unknown>[]) =>
  rows.flatMap((row) =>
    (JSON.parse(row.record_ids as string) as string[])
      .slice(0, SHOWN_RECORDS)
      .map((recordId) => ({ field, value: String(row.value), recordId })),
  )

/** @throws RefusedError not_unique, listing each value that several records share, if there are any */
export const refuseDuplicates = async (
  { driver }: CurrentOrganization,
  { keys = [] }: Pick<SchemaChange, 'keys'>,
): Promise<void> => {
  const asked = keys.flatMap(({ field, duplicates }) => (duplicates ? [{ field, duplicates }] : []))
  if (asked.length === 0) return
  const { results } = await driver.batch(asked.map(({ duplicates }) => duplicates))
  const found = asked.flatMap(({ field }, i) => {
    const rows = results[i]?.rows ?? []
    return rows.length > 0 ? [{ field, rows }] : []
  })
  const [first, ...others] = found.map(({ field, rows }) =>
    problem('not_unique', field, rows.map((row) => String(row.value)).join(', ')),
  )
  const conflicts = found.flatMap(({ field, rows }) => valuesSharedIn(field, rows))
  if (first) throw new RefusedError({ problems: [first, ...others], conflicts })
}

/** Changes the schema and the keys with it, in one transaction. @throws RefusedError not_unique with the duplicates */
export const rekey = async (current: CurrentOrganization, change: SchemaChange): Promise<void> => {
  await refuseDuplicates(current, change)
  const keys = change.keys?.flatMap(({ statements }) => statements) ?? []
  try {
    await current.change([...change.statements, ...keys], change.changed)
  } catch (error) {
    // A record written between the check and the change brought a duplicate: say which.
    if (error instanceof AbortError) await refuseDuplicates(current, change)
    throw error
  }
}
