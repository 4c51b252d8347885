import { parseMatchValue } from '../../schema/parse.ts'
import type { Combination, ObjectSchema, Scalar, StoredValue } from '../../schema/schema.ts'
import { combinationKeyText, elementsOf, isUuid, keyText, storedValue, typeOf } from '../../schema/schema.ts'
import type { MatchKey } from '../command.ts'
import type { ProblemCollector } from '../errors.ts'
import { indexing, isIndexed } from '../indexing.ts'
import { unknownAttribute } from '../names.ts'
import { activeAttribute, type Draft, isEmpty, Unindexed, type Writes } from './draft.ts'
import type { Data, Merge, Patch, PlannedKey } from './planned.ts'

/** Match keys of one command, in their order. */
export const MATCH_KEYS = 10

const planId = ({ value }: MatchKey, problems: ProblemCollector): string | undefined =>
  isUuid(value)
    ? value.toLowerCase()
    : problems.add(isEmpty(value) ? 'empty_match_value' : 'invalid_value', 'id', 'the id (UUID) of a record')

const planAttributeKey = (object: ObjectSchema, key: MatchKey, problems: ProblemCollector): string | undefined => {
  const attribute = activeAttribute(object, key.name)
  if (!attribute) return problems.addProblem(unknownAttribute(object, key.name))
  if (!typeOf(attribute).matchable)
    return problems.add('not_matchable', key.name, `values of type ${attribute.type} have several parts`)
  if (isEmpty(key.value)) return problems.add('empty_match_value', key.name)
  const value = parseMatchValue(key.value, attribute)
  if (!value.ok) return problems.add(value.problem.code, key.name, value.problem.detail)
  if (!isIndexed(attribute)) throw new Unindexed(object.slug, attribute)
  return keyText(value.value.normalForm)
}

const planCombinationKey = (
  object: ObjectSchema,
  combination: Combination,
  key: MatchKey,
  problems: ProblemCollector,
): string | undefined => {
  const parts = Array.isArray(key.value) ? key.value : []
  const values: Scalar[] = []
  combination.attributes.forEach((slug, i) => {
    const attribute = object.attributes.get(slug)
    const value = attribute && !isEmpty(parts[i]) ? parseMatchValue(parts[i], attribute) : undefined
    if (!value) problems.add('empty_match_value', slug)
    else if (!value.ok) problems.add(value.problem.code, slug, value.problem.detail)
    else values.push(value.value.normalForm)
  })
  return values.length === combination.attributes.length ? combinationKeyText(values) : undefined
}

const combinationNamed = (object: ObjectSchema, name: string): Combination | undefined =>
  object.combinations.find((c) => c.name === name)

/** Of a unique key there is no second record to find, so nothing need look for one. */
export const mayFindSeveral = (object: ObjectSchema, name: string): boolean =>
  name !== 'id' && !(combinationNamed(object, name) ?? object.attributes.get(name))?.unique

/**
 * The text of a match key, or undefined and a problem.
 * @throws Unindexed
 * @throws RefusedError indexing, of a combination that nothing can be found by yet
 */
export const planKey = (object: ObjectSchema, key: MatchKey, problems: ProblemCollector): string | undefined => {
  if (key.name === 'id') return planId(key, problems)
  const combination = combinationNamed(object, key.name)
  const unready = object.buildingCombinations.find(({ name, archived }) => name === key.name && !archived)
  if (unready) throw indexing(unready.name, unready.building)
  return combination ? planCombinationKey(object, combination, key, problems) : planAttributeKey(object, key, problems)
}

/**
 * All keys of a command, in their order; fewer than those when some have problems.
 * @throws Unindexed
 */
export const planKeys = ({ object, command: { match }, problems }: Draft): PlannedKey[] => {
  if (match.length > MATCH_KEYS) {
    problems.add('too_many_values', undefined, `at most ${MATCH_KEYS} match keys, not ${match.length}`)
    return []
  }
  if (match.length > 1 && match.some(({ name }) => name === 'id'))
    problems.add('not_matchable', 'id', 'an id stands alone, without other keys')
  const keys: PlannedKey[] = []
  for (const key of match) {
    const value = planKey(object, key, problems)
    if (value !== undefined) keys.push([key.name, value])
  }
  return keys
}

const holds = (stored: Patch[string] | undefined, key: string): boolean => {
  const [value, normalForm = value] = stored ?? []
  return normalForm !== undefined && elementsOf(normalForm).some((one) => keyText(one as Scalar) === key)
}

/** The list of a merge, as it would be stored. */
const listIn = ([, ...list]: Merge): StoredValue => list as StoredValue

/** Whether these writes would take the value away from a record that has it. */
const drops = (writes: Writes, slug: string, key: string, multiple: boolean): boolean => {
  const merge = writes.merges[slug]
  const replacing = [writes.onBoth, writes.createOnly, ...(multiple ? [] : [writes.fills])]
  return (
    replacing.some((patch) => slug in patch && !holds(patch[slug], key)) ||
    (merge?.[0] === 'remove' && holds(listIn(merge), key)) ||
    (merge?.[0] === 'replace_first' && !holds(listIn(merge), key))
  )
}

const keepKey = ({ object, writes, problems }: Draft, slug: string, input: unknown, data: Data): undefined => {
  const attribute = object.attributes.get(slug)
  const parsed = attribute && parseMatchValue(input, attribute)
  if (!attribute || !parsed?.ok) return
  const { value, normalForm } = parsed.value
  const key = keyText(normalForm)
  if (drops(writes, slug, key, attribute.multiple))
    return problems.add('match_key_conflict', slug, 'one value to match by, another to write')
  const present = data[slug]
  if (holds(present, key)) return
  if (!attribute.multiple && present)
    return problems.add('match_key_conflict', slug, 'two match keys give it different values')
  const others = (present?.[0] ?? []) as readonly Scalar[]
  data[slug] = storedValue(attribute.multiple ? [value, ...others] : value, attribute)
}

/**
 * An attribute that is matched by keeps the value that it is matched by: a plan never drops its own key, and a record
 * that it creates holds it. So the keys find the same record before and after the write. Keys of which no record could
 * hold both are refused.
 * @param data what a creation holds; completed with the keys
 */
export const keepKeys = (draft: Draft, data: Data): void => {
  for (const { name, value } of draft.command.match) {
    if (name === 'id') continue
    const combination = combinationNamed(draft.object, name)
    const slugs = combination?.attributes ?? [name]
    const parts = combination ? (value as readonly unknown[]) : [value]
    for (const [i, slug] of slugs.entries()) keepKey(draft, slug, parts[i], data)
  }
}
