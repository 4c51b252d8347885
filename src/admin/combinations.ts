import { RefusedError, refuse } from '../engine/errors.ts'
import { objectOf, unknownAttribute } from '../engine/names.ts'
import { definitionLimits } from '../schema/limits.ts'
import { asWanted, type Combination, type ObjectSchema, typeOf } from '../schema/schema.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import { combinations } from '../storage/tables.ts'
import type { CurrentOrganization } from './authority.ts'
import { indexOfCombination, rekey } from './rekey.ts'
import { asItIs, checkRoom, checkSlug, type Made } from './rules.ts'

const FEWEST_ATTRIBUTES = 2

/** @throws RefusedError */
export const checkCombination = (object: ObjectSchema, { name, attributes }: Combination) => {
  checkSlug('name', name)
  const most = definitionLimits.attributesPerCombination
  if (attributes.length < FEWEST_ATTRIBUTES || attributes.length > most || new Set(attributes).size < attributes.length)
    throw refuse('invalid_value', 'attributes', `${FEWEST_ATTRIBUTES} to ${most} different attributes`)
  for (const slug of attributes) {
    const attribute = object.attributes.get(slug)
    if (!attribute || attribute.archived) throw new RefusedError(unknownAttribute(object, slug))
    if (attribute.multiple || !typeOf(attribute).matchable)
      throw refuse('not_matchable', slug, 'a combination takes attributes with one plain value')
  }
  if (object.attributes.has(name)) throw refuse('already_exists', 'name', `The attribute "${name}"`)
}

/**
 * Declares attributes one match key together, and writes the keys of all records. The same combination again is the one
 * that is there.
 * @throws RefusedError already_exists; not_unique with the duplicates
 */
export const addCombination = async (
  current: CurrentOrganization,
  objectSlug: string,
  { name, attributes, unique }: Combination,
): Promise<Made<Combination>> => {
  const { organization, driver } = current
  const object = asWanted(objectOf(organization, objectSlug))
  const combination = { name, attributes, unique }
  checkCombination(object, combination)
  const found = object.combinations.find((c) => c.name === name)
  if (found) {
    const isSame = found.unique === unique && found.attributes.join() === attributes.join()
    return asItIs(found, isSame, 'name', `The combination "${name}"`)
  }
  if (object.archivedCombinations.some((c) => c.name === name))
    throw refuse('already_exists', 'name', `The archived combination "${name}"`)
  checkRoom('combinations of an object', object.combinations.length + 1, definitionLimits.combinationsPerObject)
  const { id: organizationId } = organization
  const row = { organizationId, object: object.slug, name, attributes, isUnique: unique, createdAt: Date.now() }
  const [job] = await rekey(current, {
    statements: [statementOf(drizzleOver(driver).insert(combinations).values(row))],
    changed: [{ object: object.slug, names: [name] }],
    indexes: [indexOfCombination(object.slug, undefined, { ...combination, archived: false })],
  })
  return { created: true, value: { ...combination, ...(job && { building: job.building }) } }
}
