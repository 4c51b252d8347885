import { RefusedError, refuse } from '../engine/errors.ts'
import { objectOf, unknownAttribute } from '../engine/names.ts'
import { type Hook, type HookDefinition, hookLimits, hookStates } from '../hooks/definition.ts'
import { checkRedacted, isRedacted } from '../hooks/redacted-path.ts'
import { accessLimits } from '../schema/limits.ts'
import { parseValue } from '../schema/parse.ts'
import type { Attribute, ObjectSchema, Organization } from '../schema/schema.ts'
import { isSameJson } from './hook-definition.ts'
import { checkSender, checkVerification } from './hook-sender-rules.ts'
import { checkOneOf, checkText } from './rules.ts'

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

/** @throws RefusedError too_many_values, invalid_value */
const checkRedaction = (paths: readonly string[]): void => {
  const { redactedPaths } = hookLimits
  if (paths.length > redactedPaths) throw refuse('too_many_values', 'redact', `at most ${redactedPaths} paths`)
  checkRedacted(paths)
}

/** @throws RefusedError too_long, invalid_value */
const checkExpressions = async (
  hook: Pick<HookDefinition, 'mapping' | 'options' | 'verification' | 'redact'>,
): Promise<void> => {
  // Loaded only where a hook is defined or delivered to: whoever has none does not pay for the language.
  const { compileMapping } = await import('../hooks/mapping.ts')
  const { checkSigned } = await import('../hooks/signed-part.ts')
  const { checkMeaning } = await import('../hooks/meaning.ts')
  compileMapping(hook)
  checkMeaning(hook)
  checkSigned(hook)
}

/**
 * A message id stands in the log. What never comes to anything but what the log must not have is told at once; of all else
 * each delivery tells (`SHOWS_REDACTED`). @throws RefusedError invalid_value
 */
const checkMessageId = async ({ mapping: { messageId }, redact }: Pick<HookDefinition, 'mapping' | 'redact'>) => {
  if (messageId === undefined || redact.length === 0) return
  const { compileExpression } = await import('../hooks/expression.ts')
  const { readsOf, written } = await import('../hooks/reads.ts')
  const at = ['mapping', 'messageId']
  const found = readsOf(compileExpression(messageId, at)).find((place) => isRedacted(place, redact))
  if (found)
    throw refuse('invalid_value', at, `an expression without ${written(found)}, which is redacted: the log shows it`)
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
  { of: ['verification'], check: checkVerification },
  { of: ['mapping'], check: checkMappingSize },
  {
    of: ['object', 'mapping', 'options'],
    check: (hook, organization) => checkAttributes(objectOf(organization, hook.object, 'object'), hook),
  },
  { of: ['replayDays'], check: ({ replayDays }) => checkDays('replayDays', replayDays, hookLimits.replayDays) },
  { of: ['keepDays'], check: ({ keepDays }) => checkDays('keepDays', keepDays, hookLimits.days) },
  { of: ['redact'], check: ({ redact }) => checkRedaction(redact) },
  { of: ['mapping', 'options', 'verification'], check: checkExpressions },
  { of: ['mapping', 'redact'], check: checkMessageId },
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
