import { LIST_LIMIT } from '../../schema/parse.ts'
import {
  type Attribute,
  type Compound,
  elementsOf,
  type ObjectSchema,
  type Scalar,
  type StoredValue,
} from '../../schema/schema.ts'
import { ProblemCollector, refuseIfAny } from '../errors.ts'
import { unknownAttribute } from '../names.ts'
import type { Patch } from '../plan/planned.ts'
import type { StoredRecord } from '../record.ts'

/**
 * Which value a record has that another one is merged into. What only one of them has is kept in any case.
 * - `keep`: where both have one, that of the survivor
 * - `take`: that of the other one
 * - `append`: of a list, what the survivor has and behind it what only the other one has; of a single value the same as `keep`
 */
export const mergeRules = ['keep', 'take', 'append'] as const
export type MergeRule = (typeof mergeRules)[number]

export interface MergeRules {
  readonly default: MergeRule
  /** By slug, instead of the default. */
  readonly attributes: Readonly<Record<string, MergeRule>>
}

export interface MergedValues {
  /** Of the survivor. */
  readonly patch: Patch
  /** Attributes of which a value of either has no place in the survivor, sorted. */
  readonly left: readonly string[]
}

/** @throws RefusedError unknown_attribute; invalid_value for a list that is none */
export const checkRules = (object: ObjectSchema, { attributes }: MergeRules): void => {
  const problems = new ProblemCollector()
  for (const [slug, rule] of Object.entries(attributes)) {
    const attribute = object.attributes.get(slug)
    if (!attribute) problems.addProblem(unknownAttribute(object, slug, ['values', slug]))
    else if (rule === 'append' && !attribute.multiple)
      problems.add('invalid_value', slug, '"keep" or "take", since it has one value')
  }
  refuseIfAny(problems.found)
}

type Element = readonly [shown: Scalar | Compound, form: string]

/** What is stored of an attribute, one by one, each with the text that tells whether it is the same as another. */
const elements = ([shown, forms = shown]: StoredValue): readonly Element[] => {
  const compared = elementsOf(forms)
  return elementsOf(shown).map((one, i) => [one, JSON.stringify(compared[i])] as const)
}

/** The list as it is stored: normal forms behind it where any differs. */
const listOf = (list: readonly Element[]): StoredValue => {
  const shown = list.map(([one]) => one)
  const forms = list.map(([, form]) => JSON.parse(form) as Scalar | Compound)
  return JSON.stringify(shown) === JSON.stringify(forms) ? [shown] : [shown, forms]
}

/** Without relations to the two themselves, which would point from the survivor to itself. */
const withoutItself = (
  stored: StoredValue | undefined,
  attribute: Attribute,
  object: string,
  ids: readonly string[],
): StoredValue | undefined => {
  if (!stored || attribute.type !== 'relation' || attribute.related !== object) return stored
  const left = elements(stored).filter(([id]) => !ids.includes(String(id)))
  if (left.length === elements(stored).length) return stored
  return left.length === 0 ? undefined : listOf(left)
}

const without = (list: readonly Element[], others: readonly Element[]): readonly Element[] => {
  const known = new Set(others.map(([, form]) => form))
  return list.filter(([, form]) => !known.has(form))
}

/** @returns the value, and whether one of the two has no place in it */
const joined = (
  ours: StoredValue | undefined,
  theirs: StoredValue | undefined,
  rule: MergeRule,
  { multiple }: Attribute,
): { readonly value: StoredValue | undefined; readonly isLeft: boolean } => {
  if (!ours || !theirs) return { value: ours ?? theirs, isLeft: false }
  const added = without(elements(theirs), elements(ours))
  if (rule === 'take') return { value: theirs, isLeft: without(elements(ours), elements(theirs)).length > 0 }
  if (rule === 'append' && multiple && added.length > 0)
    return { value: listOf([...elements(ours), ...added]), isLeft: false }
  return { value: ours, isLeft: added.length > 0 }
}

/** @throws RefusedError too_many_values for a list that would be too long */
export const mergedValues = (
  { slug: object, attributes }: ObjectSchema,
  survivor: StoredRecord,
  loser: StoredRecord,
  rules: MergeRules,
): MergedValues => {
  const patch: Patch = {}
  const left: string[] = []
  const problems = new ProblemCollector()
  for (const [slug, attribute] of attributes) {
    const before = survivor.data[slug]
    const ours = withoutItself(before, attribute, object, [loser.id])
    const theirs = withoutItself(loser.data[slug], attribute, object, [loser.id, survivor.id])
    const { value, isLeft } = joined(ours, theirs, rules.attributes[slug] ?? rules.default, attribute)
    if (isLeft) left.push(slug)
    if (
      attribute.multiple &&
      value &&
      elements(value).length > Math.max(LIST_LIMIT, before ? elements(before).length : 0)
    )
      problems.add('too_many_values', slug, `at most ${LIST_LIMIT} values: "keep" or "take" those of one record`)
    if (JSON.stringify(value) !== JSON.stringify(before)) patch[slug] = value ?? null
  }
  refuseIfAny(problems.found)
  return { patch, left: left.sort() }
}
