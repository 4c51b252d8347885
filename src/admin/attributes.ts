import { refuse } from '../engine/errors.ts'
import { definitionLimits } from '../schema/limits.ts'
import {
  type Attribute,
  isIndexable,
  type ObjectSchema,
  type Option,
  type Organization,
  optionIdOf,
  slugOf,
  type TypeName,
  typeOf,
} from '../schema/schema.ts'
import { insertAttribute, saveAttribute } from '../storage/administration-sql.ts'
import { attributeDuplicates, attributeKeys } from '../storage/keys-sql.ts'
import type { CurrentOrganization } from './authority.ts'
import { objectOf } from './objects.ts'
import { rekey } from './rekey.ts'
import { asItIs, checkRoom, checkSlug, checkText, checkType, type Made } from './rules.ts'

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

export interface AttributeChange {
  readonly label?: string
  readonly required?: boolean
  readonly unique?: boolean
  readonly indexed?: boolean
  readonly archived?: boolean
  /** The whole list; options that keep their value keep their id. */
  readonly options?: readonly string[]
}

/** `opt_small`, or `opt_small_2` when that is taken: two values may read alike in an id. */
const freeId = (wanted: string, taken: (id: string) => boolean): string => {
  let id = wanted
  for (let n = 2; taken(id); n++) id = `${wanted}_${n}`
  return id
}

/** @throws RefusedError too_many_values, too_long, required; invalid_value when one stands there twice */
const optionsOf = (values: readonly string[], present: readonly Option[] = []): Option[] => {
  const { optionsPerAttribute, option: longest } = definitionLimits
  if (values.length > optionsPerAttribute)
    throw refuse('too_many_values', 'options', `at most ${optionsPerAttribute} options, not ${values.length}`)
  if (new Set(values).size < values.length) throw refuse('invalid_value', 'options', 'a list of different options')
  const kept = new Map(present.map((option) => [option.value, option]))
  const taken = new Set(present.map((option) => option.id))
  return values.map((value) => {
    checkText('options', value, longest)
    const option = kept.get(value) ?? { id: freeId(optionIdOf(value), (id) => taken.has(id)), value }
    taken.add(option.id)
    return option
  })
}

/** What its type must allow, new or changed. */
const checkAttribute = (attribute: Attribute) => {
  const { type, unique, indexed, slug } = attribute
  checkText('label', attribute.label, definitionLimits.label)
  if (unique && !typeOf(attribute).uniqueable)
    throw refuse('invalid_value', 'unique', `false for attributes of type ${type}`)
  if (indexed && !isIndexable(typeOf(attribute), attribute.multiple))
    throw refuse('not_matchable', slug, 'its values have several parts')
}

const newSlug = ({ slug, label }: NewAttribute): string => {
  const wanted = slug ?? slugOf(label)
  if (wanted === '') throw refuse('invalid_value', slug === undefined ? 'label' : 'slug', 'a name with letters')
  checkSlug('slug', wanted)
  return wanted
}

/** What the new attribute will be. @throws RefusedError when its type does not allow it */
const newAttribute = (organization: Organization, input: NewAttribute): Attribute => {
  checkType(input.type)
  checkText('label', input.label, definitionLimits.label)
  if (input.type === 'relation' && input.related === undefined) throw refuse('required', 'related', ' for a relation')
  if (input.related !== undefined) objectOf(organization, input.related, 'related')
  const attribute = {
    slug: newSlug(input),
    label: input.label,
    type: input.type,
    multiple: input.multiple === true || typeOf(input).alwaysMultiple === true,
    required: input.required === true,
    unique: input.unique === true,
    indexed: input.unique === true || input.indexed === true,
    standard: false,
    archived: false,
    ...(input.related !== undefined && { related: input.related }),
    options: optionsOf(input.options ?? []),
  }
  checkAttribute(attribute)
  return attribute
}

/** An attribute may have been indexed since, because somebody has matched by it: that makes it no other definition. */
const isSameDefinition = (found: Attribute, wanted: Attribute): boolean =>
  JSON.stringify(comparable({ ...wanted, indexed: wanted.indexed || found.indexed })) ===
  JSON.stringify(comparable(found))

const comparable = ({ label, type, multiple, required, unique, indexed, archived, related, options }: Attribute) => [
  ...[label, type, multiple, required, unique, indexed, archived, related ?? null],
  options.map((option) => option.value),
]

const allAttributes = ({ objects }: Organization) =>
  [...objects.values()].flatMap((one) => [...one.attributes.values()])

/** @param added how many options more there would be */
const checkOptionsRoom = (organization: Organization, added: number) => {
  const present = allAttributes(organization).reduce((sum, attribute) => sum + attribute.options.length, 0)
  if (added > 0) checkRoom('options', present + added, definitionLimits.options)
}

const checkAttributeRoom = (organization: Organization, object: ObjectSchema) => {
  const custom = allAttributes(organization).filter((attribute) => !attribute.standard)
  checkRoom('attributes of an object', object.attributes.size + 1, definitionLimits.attributesPerObject)
  checkRoom('attributes of its own', custom.length + 1, definitionLimits.attributes)
}

/** Adds a custom attribute; the same attribute again is the one that is there. @throws RefusedError already_exists */
export const addAttribute = async (
  { organization, change }: CurrentOrganization,
  objectSlug: string,
  input: NewAttribute,
): Promise<Made<Attribute>> => {
  const object = objectOf(organization, objectSlug)
  const attribute = newAttribute(organization, input)
  const { slug } = attribute
  const field = input.slug === undefined ? 'label' : 'slug'
  const found = object.attributes.get(slug)
  if (found) return asItIs(found, isSameDefinition(found, attribute), field, `The attribute "${slug}"`)
  if (object.combinations.some((c) => c.name === slug))
    throw refuse('already_exists', field, `The combination "${slug}"`)
  checkAttributeRoom(organization, object)
  checkOptionsRoom(organization, attribute.options.length)
  await change([insertAttribute(organization.id, object.slug, attribute)])
  return { created: true, value: attribute }
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
 * @throws RefusedError unknown_object, unknown_attribute; not_unique with the duplicates
 */
export const changeAttribute = async (
  current: CurrentOrganization,
  objectSlug: string,
  slug: string,
  change: AttributeChange,
): Promise<Attribute> => {
  const { organization } = current
  const object = objectOf(organization, objectSlug)
  const before = object.attributes.get(slug)
  if (!before) throw refuse('unknown_attribute', slug, object.slug)
  const after = changed(before, change)
  checkAttribute(after)
  checkOptionsRoom(organization, after.options.length - before.options.length)
  await rekey(current, {
    field: slug,
    statements: [
      saveAttribute(organization.id, object.slug, after),
      ...(isRekeyed(before, after) ? attributeKeys(organization.id, object.slug, after) : []),
    ],
    ...(after.unique && !before.unique && { duplicates: attributeDuplicates(organization.id, object.slug, slug) }),
  })
  return after
}
