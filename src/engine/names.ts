import { nearest } from '../schema/nearest.ts'
import type { ObjectSchema, Organization } from '../schema/schema.ts'
import { type Path, type Problem, problem, RefusedError } from './errors.ts'

/** What is told of a name that nothing has: everywhere with the nearest one that there is. */

const withNearest = (one: Problem, name: string, known: Iterable<string>): Problem => {
  const near = nearest(name, known)
  return { ...one, ...(near !== undefined && { near }) }
}

/**
 * @param object of which it is no attribute; its slug is how that is called
 * @param at where the name stands in the request: as a value, such as `sort`, or as the name of a member, which then ends the
 *   path; absent: it is the name of a member of the whole
 * @param also what may stand there besides attributes
 */
export const unknownAttribute = (
  { slug: object, attributes }: Pick<ObjectSchema, 'slug' | 'attributes'>,
  slug: string,
  at?: Path,
  also: readonly string[] = [],
): Problem => {
  const known = [...attributes.values()].flatMap((one) => (one.archived ? [] : [one.slug]))
  const isNamed = at === undefined || at.at(-1) === slug
  const told = problem('unknown_attribute', at ?? slug, isNamed ? object : `${object}: "${slug}"`)
  return withNearest(told, slug, [...known, ...also])
}

type Objects = Pick<Organization, 'objects'>

/** @param at where the name stands in the request; absent: in its path */
export const unknownObject = ({ objects }: Objects, slug: string, at?: string | Path): Problem =>
  withNearest(problem('unknown_object', at, slug), slug, objects.keys())

/** @throws RefusedError unknown_object: there is none of this slug, or it is archived */
export const objectOf = (organization: Objects, slug: string, at?: string | Path): ObjectSchema => {
  const object = organization.objects.get(slug)
  if (!object) throw new RefusedError(unknownObject(organization, slug, at))
  return object
}
