import type { AssertCommand } from '../../engine/command.ts'
import { problem, refuse, refuseIfAny } from '../../engine/errors.ts'
import { type FieldMap, own } from '../field-map.ts'
import { companyFields, personFields, slugNamed, socialFields } from './fields.ts'

type Body = Readonly<Record<string, unknown>>
type Values = Record<string, unknown>

const set = (values: Values, slug: string, value: unknown, field: string) => {
  if (value === undefined) return
  if (Object.hasOwn(values, slug)) throw refuse('invalid_value', field, 'given once, not twice under two names')
  values[slug] = value
}

const setAll = (values: Values, group: unknown, slugOf: (name: string) => string, field: string) => {
  for (const [name, value] of Object.entries(group ?? {})) set(values, slugOf(name), value, `${field}.${name}`)
}

/** A body with named fields, socials and custom attributes, as attribute values. */
const valuesOf = (body: Body, fields: FieldMap): Values => {
  const { socials, customAttributes, ...flat } = body
  const values: Values = {}
  for (const [name, value] of Object.entries(flat)) set(values, fields[name] ?? name, value, name)
  setAll(values, socials, (name) => socialFields[name as keyof typeof socialFields], 'socials')
  setAll(values, customAttributes, (name) => name, 'customAttributes')
  return values
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)

export const personCommand = (body: Body, matchingAttribute: string): AssertCommand => {
  if (!body.firstName && !body.lastName)
    refuseIfAny([
      problem('required', 'first_name', ' unless lastName is sent'),
      problem('required', 'last_name', ' unless firstName is sent'),
    ])
  const values = valuesOf(body, personFields)
  const slug = slugNamed(matchingAttribute, personFields)
  return {
    object: 'people',
    match: [{ name: slug, value: firstOf(own(values, slug)) }],
    values,
    // A person found by an address keeps the addresses that the sender does not know of.
    ...(slug === 'emails' && { writeModes: { emails: 'prepend' } }),
  }
}

/** Companies are matched by domain and nothing else. */
export const companyCommand = (body: Body, matchingAttribute: string): AssertCommand => {
  const slug = slugNamed(matchingAttribute, companyFields)
  if (slug !== 'domains') throw refuse('not_matchable', matchingAttribute, 'companies are matched by domain')
  const values = valuesOf(body, companyFields)
  return {
    object: 'companies',
    match: [{ name: slug, value: firstOf(values.domains) }],
    values,
    writeModes: { domains: 'prepend' },
  }
}

export const recordCommand = (object: string, body: Body, matchingAttribute: string): AssertCommand => ({
  object,
  match: [{ name: matchingAttribute, value: firstOf(own(body, matchingAttribute)) }],
  values: body,
})
