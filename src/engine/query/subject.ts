import type { Attribute, ObjectSchema, Organization } from '../../schema/schema.ts'
import { type Path, RefusedError, refuse } from '../errors.ts'
import { unknownAttribute } from '../names.ts'
import type { Subject } from './condition.ts'

/** What every record has. No slug is spelt like these, so no attribute can be meant. */
const own = ['id', 'createdAt', 'updatedAt'] as const
type Own = (typeof own)[number]

export const isOwn = (name: string): name is Own => own.includes(name as Own)

/**
 * @param also what could have stood there besides attributes
 * @throws RefusedError unknown_attribute, at the path
 */
export const attributeOf = (
  object: ObjectSchema,
  slug: string,
  path: Path,
  also: readonly string[] = [],
): Attribute => {
  const attribute = object.attributes.get(slug)
  if (attribute && !attribute.archived) return attribute
  throw new RefusedError(unknownAttribute(object, slug, path, also))
}

/** `company.domains`: an attribute of the records that a relation points at. */
const relatedSubject = (organization: Organization, object: ObjectSchema, name: string, path: Path): Subject => {
  const [first = '', second = '', ...deeper] = name.split('.')
  const relation = attributeOf(object, first, path)
  const related = relation.related === undefined ? undefined : organization.objects.get(relation.related)
  if (relation.type !== 'relation' || !related || deeper.length > 0)
    throw refuse('invalid_value', path, 'an attribute, or a relation and one attribute of what it points at')
  return { kind: 'related', relation, object: related.slug, attribute: attributeOf(related, second, path) }
}

/** What a condition is about, by its name. @throws RefusedError unknown_attribute, invalid_value */
export const subjectOf = (organization: Organization, object: ObjectSchema, name: string, path: Path): Subject => {
  if (isOwn(name)) return { kind: name }
  if (name.includes('.')) return relatedSubject(organization, object, name, path)
  return { kind: 'attribute', attribute: attributeOf(object, name, path, own) }
}
