import { nearest } from '../schema/nearest.ts'
import type { ObjectSchema, Organization } from '../schema/schema.ts'
import { type Path, type Problem, problem, RefusedError } from './errors.ts'

/** What is told of a name that nothing has: everywhere with the nearest one that there is. */

const withNearest = (one: Problem, name: string, known: Iterable<string>): Problem => {
  const near = nearest(name, known)
  return { ...one, ...(near !== undefined && { near }) }
}

/**
 * @param at where the name stands in the request as a value, such as `sort`; absent: it is the name of a member there
 * @param also what may stand there besides attributes
 */
export const unknownAttribute = (
  { slug: object, attributes }: ObjectSchema,
  slug: string,
  at?: Path,
  also: readonly string[] = [],
): Problem => {
  const known = [...attributes.values()].flatMap((one) => (one.archived ? [] : [one.slug]))
  const told = at
    ? problem('unknown_attribute', at, `${object}: "${slug}"`)
    : problem('unknown_attribute', slug, object)
  return withNearest(told, slug, [...known, ...also])
}

type Objects = Pick<Organization, 'objects'>

/** @param at where the name stands in the request; absent: in its path */
export const unknownObject = ({ objects }: Objects, slug: string, at?: string): Problem =>
  withNearest(problem('unknown_object', at, slug), slug, objects.keys())

/** @throws RefusedError unknown_object: there is none of this slug, or it is archived */
export const objectOf = (organization: Objects, slug: string, at?: string): ObjectSchema => {
  const object = organization.objects.get(slug)
  if (!object) throw new RefusedError(unknownObject(organization, slug, at))
  return object
}
