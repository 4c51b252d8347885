import { type AssertCommand, type MatchKey, Reference, type WriteMode } from '../../engine/command.ts'
import { refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import type { ObjectSchema, Organization } from '../../schema/schema.ts'
import type { Item } from './schemas.ts'

type MatchObject = Readonly<Record<string, unknown>>

/** Several attributes in one object are the combination of exactly these. @throws RefusedError required, not_matchable */
export const keyOf = (object: ObjectSchema, match: MatchObject): MatchKey => {
  const names = Object.keys(match)
  const [only] = names
  if (only === undefined) throw refuse('required', 'match', ': at least one attribute')
  if (names.length === 1) return { name: only, value: match[only] }
  const combination = object.combinations.find(
    (c) => c.attributes.length === names.length && c.attributes.every((a) => names.includes(a)),
  )
  if (!combination)
    throw refuse('not_matchable', names.join(', '), 'these attributes are not declared as a combination')
  return { name: combination.name, value: combination.attributes.map((a) => match[a]) }
}

/** The match keys of an item, in their order. @throws RefusedError when a combination is not declared */
export const keysOf = (object: ObjectSchema, match: Item['match']): MatchKey[] => {
  if (match === undefined) return []
  return (Array.isArray(match) ? match : [match]).map((m) => keyOf(object, m as MatchObject))
}

const isMatch = (value: unknown): value is { match: MatchObject } =>
  value !== null &&
  typeof value === 'object' &&
  Object.keys(value).length === 1 &&
  'match' in value &&
  value.match !== null &&
  typeof value.match === 'object'

/** `{"match": {…}}` as the value of a relation names its record by key. */
const referenceOr = (object: ObjectSchema, organization: Organization, slug: string, value: unknown): unknown => {
  const related = organization.objects.get(object.attributes.get(slug)?.related ?? '')
  if (!related || !isMatch(value)) return value
  const key = keyOf(related, value.match)
  return new Reference(key.name, key.value)
}

const modes: Record<NonNullable<Item['write']>[string], WriteMode> = {
  replace: 'replace',
  keep: 'create_only',
  fill: 'fill',
  append: 'append',
  prepend: 'prepend',
  remove: 'remove',
}

const mapped = <T, U>(from: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> => {
  const to: Record<string, U> = {}
  for (const key of Object.keys(from)) to[key] = map(from[key] as T, key)
  return to
}

const isBlank = (value: unknown) =>
  value === null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0)

/** For rows of a file whose empty cells mean "not known" and not "clear it". */
const withoutBlanks = (values: Item['values']): Item['values'] =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isBlank(value)))

/** One item as a command. @throws RefusedError unknown_object, not_matchable */
export const commandOf = (organization: Organization, objectSlug: string, item: Item): AssertCommand => {
  const object = objectOf(organization, objectSlug)
  return {
    object: objectSlug,
    match: keysOf(object, item.match),
    values: mapped(item.blanks === 'ignore' ? withoutBlanks(item.values) : item.values, (value, slug) =>
      referenceOr(object, organization, slug, value),
    ),
    ...(item.write && { writeModes: mapped(item.write, (mode) => modes[mode]) }),
    ...(item.mode && { mode: item.mode }),
    ...(item.ifVersion !== undefined && { ifVersion: item.ifVersion }),
    ...(item.ifNewer !== undefined && { ifNewer: item.ifNewer }),
    onSeveral: item.onSeveral ?? 'error',
    onArchived: item.onArchived ?? 'revive',
    keysAgree: true,
  }
}
