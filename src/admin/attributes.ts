import { RefusedError, refuse } from '../engine/errors.ts'
import { objectOf, unknownAttribute } from '../engine/names.ts'
import { type Attribute, asWanted } from '../schema/schema.ts'
import { WORDS } from '../schema/words.ts'
import { insertAttribute, saveAttribute } from '../storage/administration-sql.ts'
import type { CurrentOrganization } from './authority.ts'
import {
  checkAttribute,
  checkAttributeRoom,
  checkOptionsRoom,
  checkUnused,
  type NewAttribute,
  newAttribute,
  type OptionInput,
  optionsOf,
  staysSearchable,
} from './definitions.ts'
import { ordered } from './hook-definition.ts'
import { indexOfAttribute, rekey } from './rekey.ts'
import { asItIs, type Made } from './rules.ts'
import { searchedBy, searchedChange } from './searched.ts'

export type { NewAttribute } from './definitions.ts'

export interface AttributeChange {
  readonly label?: string
  readonly required?: boolean
  readonly unique?: boolean
  readonly indexed?: boolean
  readonly searchable?: boolean
  readonly archived?: boolean
  /** The whole list; options that keep their id or their value are the same. */
  readonly options?: readonly OptionInput[]
}

/** An attribute may have been indexed since, because somebody has matched by it: that makes it no other definition. */
const isSameDefinition = (found: Attribute, wanted: Attribute): boolean =>
  JSON.stringify(comparable({ ...wanted, indexed: wanted.indexed || found.indexed })) ===
  JSON.stringify(comparable(found))

/** All that is defined of it; ids of options and what a job does are not. */
const comparable = ({ slug, standard, country, building, wording, options, ...defined }: Attribute) =>
  ordered({ ...defined, options: options.map((option) => option.value) })

/** Adds a custom attribute; the same attribute again is the one that is there. @throws RefusedError already_exists */
export const addAttribute = async (
  { organization, change }: CurrentOrganization,
  objectSlug: string,
  input: NewAttribute,
): Promise<Made<Attribute>> => {
  const object = asWanted(objectOf(organization, objectSlug))
  const attribute = newAttribute(organization, input)
  const { slug } = attribute
  const isOfLabel = input.slug === undefined
  const field = isOfLabel ? 'label' : 'slug'
  const taken = (what: string) => `${what} "${slug}"${isOfLabel ? ' (of this label: send a slug for another one)' : ''}`
  const found = object.attributes.get(slug)
  if (found) return asItIs(found, isSameDefinition(found, attribute), field, taken('The attribute'))
  if ([...object.combinations, ...object.archivedCombinations].some((c) => c.name === slug))
    throw refuse('already_exists', field, taken('The combination'))
  checkAttributeRoom(organization, object)
  checkOptionsRoom(organization, attribute.options.length)
  const before = searchedBy(object)
  const after = attribute.searchable ? [...before, slug] : before
  const { statements } = searchedChange(organization.id, object, { before, after, made: [slug] })
  await change(
    [insertAttribute(organization.id, object.slug, attribute), ...statements],
    [{ object: object.slug, names: [slug] }],
  )
  return { created: true, value: attribute }
}

const changed = (attribute: Attribute, { options, ...change }: AttributeChange): Attribute => ({
  ...attribute,
  ...change,
  ...(options && { options: optionsOf(options, attribute.options) }),
  indexed: (change.unique ?? attribute.unique) || (change.indexed ?? attribute.indexed),
  searchable: staysSearchable(change.searchable, {
    searchable: attribute.searchable,
    archived: change.archived ?? attribute.archived,
  }),
})

/**
 * Changes what may change of an attribute, and its key rows with it: in one transaction, or by a job that this begins.
 * @throws RefusedError unknown_object, unknown_attribute; not_unique with the duplicates
 */
export const changeAttribute = async (
  current: CurrentOrganization,
  objectSlug: string,
  slug: string,
  change: AttributeChange,
): Promise<Attribute> => {
  const { organization } = current
  const stands = objectOf(organization, objectSlug)
  const object = asWanted(stands)
  const before = object.attributes.get(slug)
  if (!before) throw new RefusedError(unknownAttribute(object, slug))
  const after = changed(before, change)
  checkAttribute(after)
  checkOptionsRoom(organization, after.options.length - before.options.length)
  if (after.archived && !before.archived) checkUnused(object, slug)
  if (JSON.stringify(after) === JSON.stringify(before)) return stands.attributes.get(slug) ?? before
  const searched = searchedChange(organization.id, object, {
    before: searchedBy(object),
    after: searchedBy({ attributes: new Map(object.attributes).set(slug, after) }),
  })
  const jobs = await rekey(current, {
    statements: [saveAttribute(organization.id, object.slug, after), ...searched.statements],
    changed: [{ object: object.slug, names: [slug] }],
    indexes: [...indexOfAttribute(object.slug, before, after), ...searched.indexes],
  })
  const wording = jobs.find(({ name }) => name === WORDS)?.building
  const { name: _, ...own } = jobs.find(({ name }) => name === slug) ?? {}
  return { ...after, ...own, ...(wording && { wording }) }
}
