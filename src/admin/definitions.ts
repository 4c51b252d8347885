import { refuse } from '../engine/errors.ts'
import { objectOf } from '../engine/names.ts'
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
import { checkRoom, checkSlug, checkText, checkType } from './rules.ts'

/** What an attribute may be, whoever defines it: a route, a command or a document. */

/** What is archived is not searched by, and says so. @param said what the change says of it, which is checked */
export const staysSearchable = (
  said: boolean | undefined,
  { searchable, archived }: Pick<Attribute, 'searchable' | 'archived'>,
): boolean => said ?? (searchable && !archived)

/** A text: the option of this value. An id that is there names the option that is renamed or archived. */
export type OptionInput =
  | string
  | { readonly id?: string | undefined; readonly value: string; readonly archived?: boolean | undefined }

export interface NewAttribute {
  readonly label: string
  readonly type: TypeName
  /** Default: from the label. */
  readonly slug?: string
  readonly multiple?: boolean
  readonly required?: boolean
  readonly unique?: boolean
  readonly indexed?: boolean
  readonly searchable?: boolean
  readonly related?: string
  /** What a select, multiselect or status can be; ids are made from the values. */
  readonly options?: readonly OptionInput[]
}

/** `opt_small`, or `opt_small_2` when that is taken: two values may read alike in an id. */
const freeId = (wanted: string, taken: (id: string) => boolean): string => {
  let id = wanted
  for (let n = 2; taken(id); n++) id = `${wanted}_${n}`
  return id
}

const isTwice = (texts: readonly string[]) => new Set(texts).size < texts.length

/** @throws RefusedError too_many_values, too_long, required; invalid_value when one stands there twice */
export const optionsOf = (inputs: readonly OptionInput[], present: readonly Option[] = []): Option[] => {
  const { optionsPerAttribute, option: longest } = definitionLimits
  if (inputs.length > optionsPerAttribute)
    throw refuse('too_many_values', 'options', `at most ${optionsPerAttribute} options, not ${inputs.length}`)
  const taken = new Set(present.map((option) => option.id))
  const options = inputs.map((input): Option => {
    const { id, value, archived } = typeof input === 'string' ? { value: input } : { archived: undefined, ...input }
    checkText('options', value, longest)
    const found = present.find((option) => (id === undefined ? option.value === value : option.id === id))
    const { archived: was = false, ...rest } = found ?? {
      id: id ?? freeId(optionIdOf(value), (one) => taken.has(one)),
      value,
    }
    taken.add(rest.id)
    return { ...rest, value, ...((archived ?? was) && { archived: true as const }) }
  })
  if (isTwice(options.map(({ value }) => value)) || isTwice(options.map(({ id }) => id)))
    throw refuse('invalid_value', 'options', 'a list of different options')
  return options
}

/** What its type must allow, new or changed. @throws RefusedError */
export const checkAttribute = (attribute: Attribute): void => {
  const { type, unique, indexed, searchable, archived, slug } = attribute
  checkText('label', attribute.label, definitionLimits.label)
  if (unique && !typeOf(attribute).uniqueable)
    throw refuse('invalid_value', 'unique', `false for attributes of type ${type}`)
  if (indexed && !isIndexable(typeOf(attribute), attribute.multiple))
    throw refuse('not_matchable', slug, 'its values have several parts')
  if (searchable && !typeOf(attribute).fragment)
    throw refuse('invalid_value', 'searchable', `false for attributes of type ${type}`)
  if (searchable && archived) throw refuse('invalid_value', 'searchable', 'false for what is archived')
}

const newSlug = ({ slug, label }: NewAttribute): string => {
  const wanted = slug ?? slugOf(label)
  if (wanted === '') throw refuse('invalid_value', slug === undefined ? 'label' : 'slug', 'a name with letters')
  checkSlug('slug', wanted)
  return wanted
}

/** What the new attribute will be. @throws RefusedError when its type does not allow it */
export const newAttribute = (organization: Pick<Organization, 'objects'>, input: NewAttribute): Attribute => {
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
    searchable: input.searchable === true,
    standard: false,
    archived: false,
    ...(input.related !== undefined && { related: input.related }),
    options: optionsOf(input.options ?? []),
  }
  checkAttribute(attribute)
  return attribute
}

type Objects = Pick<Organization, 'objects' | 'archivedObjects'>

/** Archived ones take room too. */
const allAttributes = ({ objects, archivedObjects }: Objects) =>
  [...objects.values(), ...archivedObjects.values()].flatMap((one) => [...one.attributes.values()])

/** @param added how many options more there would be @throws RefusedError limit_reached */
export const checkOptionsRoom = (organization: Objects, added: number): void => {
  const present = allAttributes(organization).reduce((sum, attribute) => sum + attribute.options.length, 0)
  if (added > 0) checkRoom('options', present + added, definitionLimits.options)
}

/** @throws RefusedError limit_reached */
export const checkAttributeRoom = (organization: Objects, object: ObjectSchema): void => {
  const custom = allAttributes(organization).filter((attribute) => !attribute.standard)
  checkRoom('attributes of an object', object.attributes.size + 1, definitionLimits.attributesPerObject)
  checkRoom('attributes of its own', custom.length + 1, definitionLimits.attributes)
}

/** What a combination needs, it must keep. @throws RefusedError in_use */
export const checkUnused = ({ combinations }: ObjectSchema, slug: string): void => {
  const user = combinations.find(({ attributes }) => attributes.includes(slug))
  if (user) throw refuse('in_use', slug, `the combination "${user.name}"`)
}
