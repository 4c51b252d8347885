import { isAllowlistEntry } from '../auth/allowlist.ts'
import { scopes } from '../auth/directory.ts'
import { secretPrefixes } from '../auth/secret.ts'
import { refuse } from '../engine/errors.ts'
import { charactersIn, isLongerThan } from '../schema/characters.ts'
import { accessLimits } from '../schema/limits.ts'
import { SLUG, valueTypes } from '../schema/schema.ts'

/** What holds for every creation, name, choice and count, whoever asks: a route, a command or a test. */

/** Members that were sent: `undefined` would overwrite what is there. */
export const sentOnly = <T extends object>(sent: T) =>
  Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }

/** What a creation came to: it can be sent twice, and the second time finds what the first has made. */
export interface Made<T> {
  readonly created: boolean
  readonly value: T
}

/**
 * The rule of every creation whose name is taken: the same definition is the same thing, another one is refused.
 * @param what the thing with its name, for the message
 * @throws RefusedError already_exists
 */
export const asItIs = <T>(value: T, isSame: boolean, field: string, what: string): Made<T> => {
  if (!isSame) throw refuse('already_exists', field, what)
  return { created: false, value }
}

/** @throws RefusedError required, too_long */
export const checkText = (field: string, text: string, limit: number): void => {
  if (text.trim() === '') throw refuse('required', field, '')
  if (isLongerThan(text, limit))
    throw refuse('too_long', field, `at most ${limit} characters, not ${charactersIn(text)}`)
}

/** @throws RefusedError invalid_value */
export const checkOneOf = (field: string, choice: string, choices: readonly string[]): void => {
  if (!choices.includes(choice)) throw refuse('invalid_value', field, `one of ${choices.join(', ')}`)
}

/** @throws RefusedError invalid_value */
export const checkSlug = (field: string, slug: string, shortest = 1): void => {
  if (!SLUG.test(slug) || slug.length < shortest)
    throw refuse(
      'invalid_value',
      field,
      `${shortest} to 60 lower-case letters, digits and underscores, a letter first, and none of id, constructor, prototype`,
    )
}

export const checkType = (type: string): void => checkOneOf('type', type, Object.keys(valueTypes))
export const checkCrmMode = (mode: string): void => checkOneOf('crmMode', mode, ['b2b', 'b2c'])
/** @throws RefusedError invalid_value */
export const checkCountry = (country: string, { isCountry }: { isCountry(country: string): boolean }): void => {
  if (!isCountry(country))
    throw refuse('invalid_value', 'defaultCountry', 'the two capital letters of a country (ISO 3166), such as DE')
}

export const checkKind = (kind: string): void => checkOneOf('kind', kind, Object.keys(secretPrefixes))

/** @throws RefusedError invalid_value */
export const checkScopes = (wanted: readonly string[]): void => {
  for (const scope of wanted) checkOneOf('scopes', scope, scopes)
}

/** @throws RefusedError too_many_values, invalid_value: an entry that would never hold anybody */
export const checkAllowlist = (allowlist: readonly string[]): void => {
  const { allowlistEntries } = accessLimits
  if (allowlist.length > allowlistEntries)
    throw refuse('too_many_values', 'allowlist', `at most ${allowlistEntries} entries, not ${allowlist.length}`)
  if (!allowlist.every(isAllowlistEntry))
    throw refuse('invalid_value', 'allowlist', 'IPv4 or IPv6 addresses and CIDR ranges')
}

/** @throws RefusedError out_of_range */
export const checkExpiry = (expiresAt: number | undefined, now: number): void => {
  if (expiresAt !== undefined && !(expiresAt > now)) throw refuse('out_of_range', 'expiresAt', 'an instant to come')
}

/**
 * @param what what is counted, in the plural
 * @param count how many there would be
 * @throws RefusedError limit_reached
 */
export const checkRoom = (what: string, count: number, limit: number): void => {
  if (count > limit) throw refuse('limit_reached', undefined, `${limit} ${what}`)
}
