import { type Path, refuse } from '../../engine/errors.ts'
import type { Attribute, ObjectSchema } from '../../schema/schema.ts'
import { Draft } from '../kit/draft.ts'
import { clearsWhenBlank, type Values } from '../kit/fields.ts'
import { isAbsent, isJsonObject, type JsonObject } from '../kit/json.ts'
import type { Spellings } from './fields.ts'

/** The members of a group that may be absent or null. */
const membersOf = (group: unknown) => Object.entries(isJsonObject(group) ? group : {})

/** Relations and users are answered as lists, also where there can be only one. */
const isOneReference = ({ type, multiple }: Attribute) => (type === 'relation' || type === 'user') && !multiple

/** What the attribute is to hold. What is no value of it is left for the engine to refuse. */
const readValue = (attribute: Attribute | undefined, value: unknown, at: Path): unknown => {
  if (!attribute) return value
  if (clearsWhenBlank(attribute, value)) return null
  if (!isOneReference(attribute) || !Array.isArray(value)) return value
  if (value.length > 1) throw refuse('too_many_values', at, 'at most 1 value')
  return value[0] ?? null
}

/** A flat body of slugs. @throws RefusedError */
export const recordValues = (body: JsonObject, object: ObjectSchema | undefined): Values =>
  Object.fromEntries(
    Object.entries(body).map(([slug, value]) => [slug, readValue(object?.attributes.get(slug), value, [slug])]),
  )

/**
 * A body with named fields, socials and custom attributes, as attribute values. A named field may go by its slug, too.
 * @throws RefusedError when an attribute is sent twice, under two names
 */
export const namedValues = (body: JsonObject, spellings: Spellings, object: ObjectSchema | undefined): Values => {
  const { socials, customAttributes, ...flat } = body
  const draft = new Draft()
  const set = (at: Path, value: unknown, slug: string) => {
    if (!isAbsent(value)) draft.set(slug, readValue(object?.attributes.get(slug), value, at), at)
  }
  for (const [name, value] of Object.entries(flat)) set([name], value, spellings.get(name) ?? name)
  for (const [name, value] of membersOf(socials))
    set(['socials', name], value, spellings.get(`socials.${name}`) ?? name)
  for (const [name, value] of membersOf(customAttributes)) set(['customAttributes', name], value, name)
  return draft.values
}
