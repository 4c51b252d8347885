import { RefusedError, refuse } from '../engine/errors.ts'
import { objectOf, unknownAttribute } from '../engine/names.ts'
import { type Hook, type HookDefinition, hookLimits, hookStates } from '../hooks/definition.ts'
import { type SignedWord, type Signing, signedWords, signingOf, wordsOf } from '../hooks/schemes.ts'
import { unclearWord } from '../hooks/signed-text.ts'
import { keyBytes } from '../hooks/verification.ts'
import { charactersIn, isLongerThan } from '../schema/characters.ts'
import { accessLimits } from '../schema/limits.ts'
import { parseValue } from '../schema/parse.ts'
import type { Attribute, ObjectSchema, Organization } from '../schema/schema.ts'
import { isSameJson } from './hook-definition.ts'
import { checkAllowlist, checkOneOf, checkText } from './rules.ts'

/** What may be a hook, whoever defines it: a route or a command. */

/** What could never be written is found now, and not with the first delivery. What names something else is looked up then. */
const checkConstant = (attribute: Attribute | undefined, value: unknown): void => {
  if (!attribute || attribute.options.length > 0 || attribute.related !== undefined || attribute.type === 'user') return
  const read = parseValue(value, attribute)
  if (!read.ok) throw refuse(read.problem.code, ['mapping', 'constants', attribute.slug], read.problem.detail)
}

/**
 * Attributes that a mapping writes, or finds records by.
 * @throws RefusedError unknown_attribute; required for one that is compared and not written; what a constant cannot be
 */
const checkAttributes = (object: ObjectSchema, { mapping, options }: Pick<HookDefinition, 'mapping' | 'options'>) => {
  const check = (slug: string, path: readonly (string | number)[]) => {
    if (object.attributes.get(slug)?.archived !== false)
      throw new RefusedError(unknownAttribute(object, slug, [...path, slug]))
  }
  for (const slug of Object.keys(mapping.values)) check(slug, ['mapping', 'values'])
  for (const slug of Object.keys(mapping.constants ?? {})) check(slug, ['mapping', 'constants'])
  mapping.match.forEach((match, i) => {
    for (const slug of Object.keys(match)) if (slug !== 'id') check(slug, ['mapping', 'match', i])
  })
  const { ifNewer } = options
  if (typeof ifNewer === 'string' && !Object.hasOwn(mapping.values, ifNewer))
    throw refuse('required', ['mapping', 'values', ifNewer], ', since ifNewer compares it')
  for (const [slug, value] of Object.entries(mapping.constants ?? {})) checkConstant(object.attributes.get(slug), value)
}

/** @throws RefusedError too_many_values, required */
const checkMappingSize = ({ mapping }: Pick<HookDefinition, 'mapping'>): void => {
  const { matches, mappedAttributes } = hookLimits
  const { match, values, constants = {} } = mapping
  if (match.length > matches) throw refuse('too_many_values', ['mapping', 'match'], `at most ${matches} alternatives`)
  match.forEach((one, i) => {
    if (Object.keys(one).length === 0) throw refuse('required', ['mapping', 'match', i], ': at least one attribute')
  })
  const count = Object.keys(values).length + Object.keys(constants).length
  if (count > mappedAttributes)
    throw refuse('too_many_values', ['mapping', 'values'], `at most ${mappedAttributes} attributes, constants included`)
}

const checkDays = (field: string, days: number, most: number): void => {
  if (!Number.isInteger(days) || days < 1 || days > most)
    throw refuse('out_of_range', field, `a whole number of days from 1 to ${most}`)
}

/** @throws RefusedError too_many_values */
const checkRedaction = (paths: readonly string[]): void => {
  const { redactedPaths } = hookLimits
  if (paths.length > redactedPaths) throw refuse('too_many_values', 'redact', `at most ${redactedPaths} paths`)
}

/** What stands in braces. @throws RefusedError invalid_value for what is no word, and for one that is there twice */
const checkTemplate = (template: string, at: readonly string[]): void => {
  const inBraces = [...template.matchAll(/\{(\w*)\}/g)].map(([, word = '']) => word)
  const unknown = inBraces.find((word) => !signedWords.some((known) => known === word))
  const known = signedWords.map((word) => `{${word}}`).join(', ')
  if (unknown !== undefined) throw refuse('invalid_value', at, `a text with ${known} and not {${unknown}}`)
  const twice = inBraces.find((word, i) => inBraces.indexOf(word) !== i)
  // Each body that is signed costs whoever forges nothing, and us the whole of it.
  if (twice !== undefined) throw refuse('invalid_value', at, `a text with {${twice}} once`)
}

/**
 * What is looked at must be signed, and what is signed must be there: a time that is not signed is one that anybody may
 * write, and an old delivery with a new time would be believed.
 * @throws RefusedError required, invalid_value
 */
const checkSigning = ({ template, id, time }: Signing): void => {
  const at = ['verification', 'signing']
  checkTemplate(template, [...at, 'template'])
  const words = wordsOf(template)
  const mustSign = (word: SignedWord) => {
    if (!words.includes(word)) throw refuse('invalid_value', [...at, 'template'], `a text that has {${word}} in it`)
  }
  mustSign('body')
  if (time) mustSign('timestamp')
  if (id) mustSign('id')
  if (words.includes('timestamp') && !time)
    throw refuse('required', [...at, 'time'], ', since the template has {timestamp}')
  if (words.includes('id') && !id) throw refuse('required', [...at, 'id'], ', since the template has {id}')
  if (time && !time.header && time.prefix === undefined)
    throw refuse('required', [...at, 'time', 'header'], ', or a prefix: where the time is')
  const unclear = unclearWord(template)
  if (unclear)
    throw refuse(
      'invalid_value',
      [...at, 'template'],
      `a text that tells where {${unclear.word}} ends: with another character than it has itself, and not ${unclear.beside}, beside it`,
    )
}

/** @throws RefusedError required, when an address is all that proves the sender and there is none; invalid_value */
const checkSender = ({ verification, allowlist }: Pick<HookDefinition, 'verification' | 'allowlist'>): void => {
  checkAllowlist(allowlist)
  if (verification.scheme === 'address' && allowlist.length === 0)
    throw refuse('required', 'allowlist', ', since the address is all that is verified')
}

/** @throws RefusedError too_long, invalid_value */
const checkExpressions = async (hook: Pick<HookDefinition, 'mapping' | 'options' | 'verification'>): Promise<void> => {
  // Loaded only where a hook is defined or delivered to: whoever has none does not pay for the language.
  const { compileMapping } = await import('../hooks/mapping.ts')
  const { checkSigned } = await import('../hooks/signed-part.ts')
  const { checkMeaning } = await import('../hooks/meaning.ts')
  compileMapping(hook)
  checkMeaning(hook)
  checkSigned(hook)
}

type Objects = Pick<Organization, 'objects'>
type Said = Pick<Hook, 'name' | 'state'> & HookDefinition

interface Rule {
  /** What it judges: where none of it changes, there is nothing to judge. */
  readonly of: readonly (keyof Said)[]
  readonly check: (hook: Said, organization: Objects) => void | Promise<void>
}

const rules: readonly Rule[] = [
  { of: ['name'], check: ({ name }) => checkText('name', name, accessLimits.name) },
  { of: ['state'], check: ({ state }) => checkOneOf('state', state, hookStates) },
  { of: ['verification', 'allowlist'], check: checkSender },
  {
    of: ['verification'],
    check: ({ verification }) => {
      if (verification.scheme === 'hmac') checkSigning(verification.signing)
    },
  },
  { of: ['mapping'], check: checkMappingSize },
  {
    of: ['object', 'mapping', 'options'],
    check: (hook, organization) => checkAttributes(objectOf(organization, hook.object, 'object'), hook),
  },
  { of: ['replayDays'], check: ({ replayDays }) => checkDays('replayDays', replayDays, hookLimits.replayDays) },
  { of: ['keepDays'], check: ({ keepDays }) => checkDays('keepDays', keepDays, hookLimits.days) },
  { of: ['redact'], check: ({ redact }) => checkRedaction(redact) },
  { of: ['mapping', 'options', 'verification'], check: checkExpressions },
]

/**
 * @throws RefusedError naming what of the hook cannot be so; of an expression too_long or invalid_value
 */
export const checkHook = async (organization: Objects, hook: Said): Promise<void> => {
  for (const { check } of rules) await check(hook, organization)
}

/**
 * What a hook becomes. What stays as it is was judged when it was said, and what it names may be gone since: that must keep
 * nobody from renaming or pausing it. Whoever switches it on has all of it judged.
 * @throws RefusedError as `checkHook`
 */
export const checkChangedHook = async (organization: Objects, before: Said, after: Said): Promise<void> => {
  const isSwitchedOn = after.state === 'on' && before.state !== 'on'
  for (const { of, check } of rules)
    if (isSwitchedOn || of.some((member) => !isSameJson(before[member], after[member])))
      await check(after, organization)
}

/** Whether a secret is one that the sender could have given. */
export const isOfForm = (secret: string, { verification }: Pick<HookDefinition, 'verification'>): boolean => {
  const signing = signingOf(verification)
  return !signing || keyBytes(secret, signing) !== undefined
}

/** @throws RefusedError too_long; invalid_value for what the sender would not have given as a secret */
export const checkSecret = (field: string, secret: string, hook: Pick<HookDefinition, 'verification'>): void => {
  const { secretCharacters } = hookLimits
  if (secret === '') throw refuse('required', field, '')
  if (isLongerThan(secret, secretCharacters))
    throw refuse('too_long', field, `at most ${secretCharacters} characters, not ${charactersIn(secret)}`)
  if (!isOfForm(secret, hook)) throw refuse('invalid_value', field, 'base64, behind whsec_ or not')
}
