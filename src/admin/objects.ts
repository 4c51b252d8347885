import { refuse } from '../engine/errors.ts'
import { definitionLimits } from '../schema/limits.ts'
import type { ObjectSchema, Organization } from '../schema/schema.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import { objects } from '../storage/tables.ts'
import type { CurrentOrganization } from './authority.ts'
import { asItIs, checkRoom, checkSlug, checkText, type Made } from './rules.ts'

export interface NewObject {
  readonly slug: string
  readonly singularName: string
  readonly pluralName: string
}

/** Names that a path or a reference already means something by. */
const RESERVED = ['objects', 'members', 'records']
const SHORTEST_SLUG = 3

/** @throws RefusedError invalid_value, too_long */
export const checkObject = ({ slug, singularName, pluralName }: NewObject) => {
  if (RESERVED.includes(slug)) throw refuse('invalid_value', 'slug', `another name than ${RESERVED.join(', ')}`)
  checkSlug('slug', slug, SHORTEST_SLUG)
  checkText('singularName', singularName, definitionLimits.label)
  checkText('pluralName', pluralName, definitionLimits.label)
}

/** Archived ones take room too. @throws RefusedError limit_reached */
export const checkObjectRoom = ({
  objects: active,
  archivedObjects,
}: Pick<Organization, 'objects' | 'archivedObjects'>): void => {
  const custom = [...active.values()].filter((object) => !object.standard).length + archivedObjects.size
  checkRoom('objects of its own', custom + 1, definitionLimits.objects)
}

/** @param now milliseconds since 1970 */
export const newObject = (definition: NewObject, now: number): ObjectSchema => ({
  ...definition,
  createdAt: now,
  updatedAt: now,
  standard: false,
  attributes: new Map(),
  combinations: [],
  archivedCombinations: [],
  buildingCombinations: [],
})

/** Adds a custom object; the same object again is the one that is there. @throws RefusedError already_exists */
export const createObject = async (
  { organization, driver, change }: CurrentOrganization,
  { slug, singularName, pluralName }: NewObject,
): Promise<Made<ObjectSchema>> => {
  const definition = { slug, singularName, pluralName }
  checkObject(definition)
  const found = organization.objects.get(slug)
  if (found) {
    const isSame = found.singularName === singularName && found.pluralName === pluralName
    return asItIs(found, isSame, 'slug', `The object "${slug}"`)
  }
  if (organization.archivedObjects.has(slug)) throw refuse('already_exists', 'slug', `The archived object "${slug}"`)
  checkObjectRoom(organization)
  const now = Date.now()
  const times = { createdAt: now, updatedAt: now }
  const row = { organizationId: organization.id, ...definition, ...times }
  await change([statementOf(drizzleOver(driver).insert(objects).values(row))], [{ object: slug, names: [] }])
  return { created: true, value: newObject(definition, now) }
}
