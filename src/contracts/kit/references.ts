import { Reference } from '../../engine/command.ts'
import { type Path, refuse } from '../../engine/errors.ts'
import type { Attribute, Organization } from '../../schema/schema.ts'

/** The keys by which users can be named. */
const USER_KEYS = ['email', 'id']

/** Only what is unique names a related record, so that a reference is never a choice between several. */
const isUnique = ({ related }: Attribute, slug: string, { objects }: Organization) =>
  slug === 'id' || objects.get(related ?? '')?.attributes.get(slug)?.unique === true

/** What a request calls the key of a reference, and the kind of record that it names. */
export interface ReferenceNames {
  readonly at: Path
  readonly related: string
}

/** A related record, or a user, named by a key and its value. @throws RefusedError not_matchable */
export const referenceBy = (
  slug: string,
  value: unknown,
  attribute: Attribute,
  organization: Organization,
  { at, related }: ReferenceNames,
): Reference => {
  if (attribute.type === 'user' && !USER_KEYS.includes(slug))
    throw refuse('not_matchable', at, 'users are found by email or id')
  if (attribute.type !== 'user' && !isUnique(attribute, slug, organization))
    throw refuse('not_matchable', at, `it is no unique attribute of ${related}`)
  return new Reference(slug, value)
}

/**
 * The values of an attribute that holds references: each read for itself. A list may hold one that is named by a key
 * only if that is all it holds.
 * @param expected what may be sent, for the refusal
 * @throws RefusedError invalid_value
 */
export const referencesOf = (
  value: unknown,
  attribute: Attribute,
  read: (one: unknown) => unknown,
  at: Path,
  expected: string,
): unknown => {
  if (!Array.isArray(value) || !attribute.multiple) return read(value)
  const references = value.map(read)
  if (references.length === 1 && references[0] instanceof Reference) return references[0]
  if (references.some((reference) => reference instanceof Reference)) throw refuse('invalid_value', at, expected)
  return references
}
