import { parseMatchValue } from '../../schema/parse.ts'
import type { Attribute, Combination, ObjectSchema, Scalar } from '../../schema/schema.ts'
import { combinationKeyText, isUuid, keyText, typeOf } from '../../schema/schema.ts'
import type { MatchKey } from '../command.ts'
import type { Problem } from '../errors.ts'
import { activeAttribute, isEmpty, reject } from './draft.ts'
import type { PlannedKey } from './planned.ts'

/** Thrown where a command matches by an attribute that has no key rows yet: no plan can go on from there. */
export class Unindexed {
  readonly object: string
  readonly attribute: Attribute
  constructor(object: string, attribute: Attribute) {
    this.object = object
    this.attribute = attribute
  }
}

const planId = ({ value }: MatchKey, problems: Problem[]): string | undefined =>
  isUuid(value)
    ? value.toLowerCase()
    : reject(problems, isEmpty(value) ? 'empty_match_value' : 'invalid_value', 'id', 'the id (UUID) of a record')

const planAttributeKey = (object: ObjectSchema, key: MatchKey, problems: Problem[]): string | undefined => {
  const attribute = activeAttribute(object, key.name)
  if (!attribute) return reject(problems, 'unknown_attribute', key.name, object.slug)
  if (!typeOf(attribute).matchable)
    return reject(problems, 'not_matchable', key.name, `values of type ${attribute.type} have several parts`)
  if (isEmpty(key.value)) return reject(problems, 'empty_match_value', key.name)
  const value = parseMatchValue(key.value, attribute)
  if (!value.ok) return reject(problems, value.problem.code, key.name, value.problem.detail)
  if (!attribute.unique && !attribute.indexed) throw new Unindexed(object.slug, attribute)
  return keyText(value.value)
}

const planCombinationKey = (
  object: ObjectSchema,
  combination: Combination,
  key: MatchKey,
  problems: Problem[],
): string | undefined => {
  const parts = Array.isArray(key.value) ? key.value : []
  const values: Scalar[] = []
  combination.attributes.forEach((slug, i) => {
    const attribute = object.attributes.get(slug)
    const value = attribute && !isEmpty(parts[i]) ? parseMatchValue(parts[i], attribute) : undefined
    if (!value) reject(problems, 'empty_match_value', slug)
    else if (!value.ok) reject(problems, value.problem.code, slug, value.problem.detail)
    else values.push(value.value)
  })
  return values.length === combination.attributes.length ? combinationKeyText(values) : undefined
}

export const combinationNamed = (object: ObjectSchema, name: string): Combination | undefined =>
  object.combinations.find((c) => c.name === name)

/**
 * The text of a match key, or undefined and a problem.
 * @throws Unindexed
 */
export const planKey = (object: ObjectSchema, key: MatchKey, problems: Problem[]): string | undefined => {
  if (key.name === 'id') return planId(key, problems)
  const combination = combinationNamed(object, key.name)
  return combination ? planCombinationKey(object, combination, key, problems) : planAttributeKey(object, key, problems)
}

/**
 * All keys of a command, in their order; fewer than those when some have problems.
 * @throws Unindexed
 */
export const planKeys = (object: ObjectSchema, match: readonly MatchKey[], problems: Problem[]): PlannedKey[] => {
  const keys: PlannedKey[] = []
  if (match.length > 1 && match.some(({ name }) => name === 'id'))
    reject(problems, 'not_matchable', 'id', 'an id stands alone, without other keys')
  for (const key of match) {
    const value = planKey(object, key, problems)
    if (value !== undefined) keys.push([key.name, value])
  }
  return keys
}
