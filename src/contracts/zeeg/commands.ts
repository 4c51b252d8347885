import type { AssertCommand } from '../../engine/command.ts'
import { type Path, problem, refuse, refuseIfAny } from '../../engine/errors.ts'
import type { FieldTable } from '../../http/contract.ts'
import { Draft } from '../kit/draft.ts'
import { slugOf, type Values } from '../kit/fields.ts'
import { isAbsent, isJsonObject, type JsonObject, own } from '../kit/json.ts'
import { companyFields, personFields, personSlugNamed, slugNamed } from './fields.ts'

/** The members of a group that may be absent or null. */
const membersOf = (group: unknown) => Object.entries(isJsonObject(group) ? group : {})

/** A body with named fields, socials and custom attributes, as attribute values. */
const valuesOf = (body: JsonObject, fields: FieldTable): Values => {
  const { socials, customAttributes, ...flat } = body
  const draft = new Draft()
  const set = (at: Path, value: unknown, slug: string) => {
    if (!isAbsent(value)) draft.set(slug, value, at)
  }
  for (const [name, value] of Object.entries(flat)) set([name], value, slugOf(fields, name) ?? name)
  for (const [name, value] of membersOf(socials))
    set(['socials', name], value, slugOf(fields, `socials.${name}`) ?? name)
  for (const [name, value] of membersOf(customAttributes)) set(['customAttributes', name], value, name)
  return draft.values
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)

export const personCommand = (body: JsonObject, matchingAttribute: string): AssertCommand => {
  if (!body.firstName && !body.lastName)
    refuseIfAny([
      problem('required', 'first_name', ' unless lastName is sent'),
      problem('required', 'last_name', ' unless firstName is sent'),
    ])
  const values = valuesOf(body, personFields)
  const slug = personSlugNamed(matchingAttribute)
  return {
    object: 'people',
    match: [{ name: slug, value: firstOf(own(values, slug)) }],
    values,
    // A person found by an address keeps the addresses that the sender does not know of.
    ...(slug === 'emails' && { writeModes: { emails: 'prepend' } }),
  }
}

/** Companies are matched by domain and nothing else. */
export const companyCommand = (body: JsonObject, matchingAttribute: string): AssertCommand => {
  const slug = slugNamed(matchingAttribute, companyFields)
  if (slug !== 'domains') throw refuse('not_matchable', [matchingAttribute], 'companies are matched by domain')
  const values = valuesOf(body, companyFields)
  return {
    object: 'companies',
    match: [{ name: slug, value: firstOf(values.domains) }],
    values,
    writeModes: { domains: 'prepend' },
  }
}

export const recordCommand = (object: string, body: JsonObject, matchingAttribute: string): AssertCommand => ({
  object,
  match: [{ name: matchingAttribute, value: firstOf(own(body, matchingAttribute)) }],
  values: body,
})
