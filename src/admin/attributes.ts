import { refuse } from '../engine/errors.ts'
import type { Scope } from '../engine/session.ts'
import {
  type Attribute,
  type ObjectSchema,
  type Option,
  optionIdOf,
  slugOf,
  type TypeName,
  typeOf,
} from '../schema/schema.ts'
import { saveAttribute } from '../storage/administration-sql.ts'
import { AbortError, type SqlDriver } from '../storage/driver.ts'
import { guarded } from '../storage/guarded.ts'
import { attributeDuplicates, attributeKeys } from '../storage/keys-sql.ts'
import { refuseDuplicates } from './duplicates.ts'
import { revisionStatement } from './revision.ts'

export interface NewAttribute {
  readonly label: string
  readonly type: TypeName
  /** Default: from the label. */
  readonly slug?: string
  readonly multiple?: boolean
  readonly required?: boolean
  readonly unique?: boolean
  readonly indexed?: boolean
  readonly related?: string
  /** What a select, multiselect or status can be; ids are made from the values. */
  readonly options?: readonly string[]
}

const optionsOf = (values: readonly string[], present: readonly Option[] = []): Option[] => {
  const options: Option[] = []
  for (const value of values) {
    const kept = present.find((o) => o.value === value)
    const taken = (id: string) => [...options, ...present].some((o) => o.id === id)
    options.push(kept ?? { id: freeSlug(optionIdOf(value), taken), value })
  }
  return options
}

/** `price`, or `price_2` when that is taken. */
export const freeSlug = (wanted: string, taken: (slug: string) => boolean): string => {
  let slug = wanted
  for (let n = 2; taken(slug); n++) slug = `${wanted}_${n}`
  return slug
}

const checkUnique = (attribute: Pick<Attribute, 'type' | 'unique'>) => {
  if (attribute.unique && !typeOf(attribute).uniqueable)
    throw refuse('invalid_value', 'unique', `false for attributes of type ${attribute.type}`)
}

/** What the new attribute will be. @throws RefusedError when its type does not allow it */
export const newAttribute = (input: NewAttribute, taken: (slug: string) => boolean): Attribute => {
  const wanted = input.slug ?? slugOf(input.label)
  if (wanted === '' || wanted === 'id') throw refuse('invalid_value', 'label', 'a name with letters, other than "id"')
  checkUnique({ type: input.type, unique: input.unique === true })
  if (input.type === 'relation' && input.related === undefined) throw refuse('required', 'related', ' for a relation')
  return {
    slug: freeSlug(wanted, taken),
    label: input.label,
    type: input.type,
    multiple: input.multiple === true || typeOf(input).alwaysMultiple === true,
    required: input.required === true,
    unique: input.unique === true,
    indexed: input.unique === true || (input.indexed === true && typeOf(input).matchable),
    standard: false,
    archived: false,
    ...(input.related !== undefined && { related: input.related }),
    options: optionsOf(input.options ?? []),
  }
}

/** Adds a custom attribute. */
export const addAttribute = async (
  driver: SqlDriver,
  organizationId: string,
  object: string,
  attribute: Attribute,
): Promise<void> => {
  await driver.batch([saveAttribute(organizationId, object, attribute), revisionStatement(organizationId)])
}

export interface AttributeChange {
  readonly label?: string
  readonly required?: boolean
  readonly unique?: boolean
  readonly indexed?: boolean
  readonly archived?: boolean
  /** The whole list; options that keep their value keep their id. */
  readonly options?: readonly string[]
}

const changed = (attribute: Attribute, { options, ...change }: AttributeChange): Attribute => ({
  ...attribute,
  ...change,
  ...(options && { options: optionsOf(options, attribute.options) }),
  indexed: (change.unique ?? attribute.unique) || (change.indexed ?? attribute.indexed),
})

/** Key rows depend on these; when neither changes, no row is touched. */
const isRekeyed = (before: Attribute, after: Attribute) =>
  before.unique !== after.unique || before.indexed !== after.indexed

/**
 * Changes what may change of an attribute, and its key rows with it, in one transaction.
 * @param scope the revision at which the object was read: nobody's change in between is undone
 * @throws RefusedError not_unique with the duplicates
 * @throws StaleError when the organisation has changed since: nothing is written
 */
export const changeAttribute = async (
  driver: SqlDriver,
  scope: Scope,
  object: ObjectSchema,
  slug: string,
  change: AttributeChange,
): Promise<Attribute> => {
  const { organizationId } = scope
  const before = object.attributes.get(slug)
  if (!before) throw refuse('unknown_attribute', slug, object.slug)
  const after = changed(before, change)
  checkUnique(after)
  if (after.indexed && !typeOf(after).matchable) throw refuse('not_matchable', slug, 'its values have several parts')
  const duplicates = attributeDuplicates(organizationId, object.slug, slug)
  if (after.unique && !before.unique) await refuseDuplicates(driver, duplicates, slug)
  try {
    await guarded(driver, scope).batch([
      saveAttribute(organizationId, object.slug, after),
      ...(isRekeyed(before, after) ? attributeKeys(organizationId, object.slug, after) : []),
      revisionStatement(organizationId),
    ])
  } catch (error) {
    // A record written between the check and the change brought a duplicate: say which.
    if (error instanceof AbortError) await refuseDuplicates(driver, duplicates, slug)
    throw error
  }
  return after
}
