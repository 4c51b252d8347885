import type { AssertCommand } from '../../engine/command.ts'
import { problem, refuse, refuseIfAny } from '../../engine/errors.ts'
import { MATCH_KEYS } from '../../engine/plan/keys.ts'
import type { Organization } from '../../schema/schema.ts'
import type { Values } from '../kit/fields.ts'
import { isEmpty, isJsonObject, type JsonObject, own } from '../kit/json.ts'
import { companySpellings, personSlugNamed, personSpellings } from './fields.ts'
import { namedValues, recordValues } from './values.ts'

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)

/** The first value sent. @throws RefusedError when `id` is asked for: in this contract it is no attribute */
const byValue = (object: string, slug: string, values: Values): Pick<AssertCommand, 'match'> => {
  if (slug === 'id') throw refuse('unknown_attribute', slug, object)
  return { match: [{ name: slug, value: firstOf(own(values, slug)) }] }
}

/**
 * By addresses (of mail, or domains): the first that somebody has, in the order sent, so that who has a new first
 * address is found by an older one. All must be of one record, which keeps the addresses that the sender does not know of.
 */
const byAddresses = (slug: string, values: Values): Pick<AssertCommand, 'match' | 'keysAgree' | 'writeModes'> => {
  const [first, ...others] = [own(values, slug)].flat()
  return {
    match: [first, ...others].slice(0, MATCH_KEYS).map((value) => ({ name: slug, value })),
    keysAgree: true,
    writeModes: { [slug]: 'prepend' },
  }
}

/** What the server sets: it stands in every answer, and in a request says nothing. */
const written = ({ id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...body }: JsonObject): JsonObject => body

/** The company as it is answered stands for its id, unless that is sent as well. */
const withCompanyId = (sent: JsonObject): JsonObject => {
  if (!('company' in sent)) return sent
  const { company, ...body } = sent
  if (company !== null && !isJsonObject(company)) return { ...body, company }
  const isSent = Object.keys(body).some((name) => personSpellings.get(name) === 'company')
  return isSent ? body : { ...body, companyId: company?.id ?? null }
}

export const personCommand = (
  body: JsonObject,
  matchingAttribute: string,
  { objects }: Organization,
): AssertCommand => {
  const values = namedValues(withCompanyId(written(body)), personSpellings, objects.get('people'))
  if (isEmpty(values.first_name) && isEmpty(values.last_name))
    refuseIfAny([
      problem('required', 'first_name', ' unless lastName is sent'),
      problem('required', 'last_name', ' unless firstName is sent'),
    ])
  const slug = personSlugNamed(matchingAttribute)
  const match = slug === 'emails' ? byAddresses(slug, values) : byValue('people', slug, values)
  return { object: 'people', values, ...match }
}

/** Companies are matched by domain and nothing else. */
export const companyCommand = (
  body: JsonObject,
  matchingAttribute: string,
  { objects }: Organization,
): AssertCommand => {
  const slug = companySpellings.get(matchingAttribute) ?? matchingAttribute
  if (slug !== 'domains') throw refuse('not_matchable', [matchingAttribute], 'companies are matched by domain')
  const values = namedValues(written(body), companySpellings, objects.get('companies'))
  return { object: 'companies', values, ...byAddresses(slug, values) }
}

export const recordCommand = (
  object: string,
  body: JsonObject,
  matchingAttribute: string,
  { objects }: Organization,
): AssertCommand => {
  const values = recordValues(body, objects.get(object))
  return { object, values, ...byValue(object, matchingAttribute, values) }
}
