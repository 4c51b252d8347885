import { v7 } from 'uuid'
import { parseMatchValue, parseValue } from '../schema/parse.ts'
import type { Attribute, Combination, ObjectSchema, Organization, Scalar, Value } from '../schema/schema.ts'
import { combinationKeyText, isUuid, keyText, typeOf } from '../schema/schema.ts'
import { type AssertCommand, type MatchKey, Reference, type WriteMode } from './command.ts'
import { type Problem, problem, type Refusal } from './errors.ts'

/** A value wrapped in an array, as `records.data` holds it: a patch then replaces it whole. Null removes. */
export type Patch = Record<string, readonly [Value] | null>

/** `[slug, object, key name, key value, 0 check | 1 set | 2 set as a list, branch or null for both]` */
export type PlannedReference = readonly [string, string, string, string, 0 | 1 | 2, 'create' | 'update' | null]

/** One item of the assert program (migrations/0002_assert.sql): plain JSON. Absent means no. */
export interface PlannedItem {
  /** UUIDv7: the id of this write, and of the record if it creates one. */
  readonly writeId: string
  readonly object: string
  readonly name?: string
  readonly value?: string
  readonly fallbacks?: readonly (readonly [string, string])[]
  /** Patch for an update; also the data of a create, if `onCreate` does not change that. */
  readonly attributes: Patch
  /** Patch of `attributes` that makes them the data of a create. */
  readonly onCreate?: Patch
  readonly merges?: Readonly<Record<string, readonly ['append' | 'prepend' | 'remove', readonly Scalar[]]>>
  readonly fills?: Patch
  readonly refs?: readonly PlannedReference[]
  readonly mayCreate: 0 | 1
  readonly mayUpdate: 0 | 1
  readonly ifVersion?: number
  readonly newerBy?: string
  readonly several?: 'error'
  readonly agree?: 1
  readonly archived: 'revive' | 'refuse' | 'keep'
  readonly lifecycle?: 'archive' | 'restore' | 'erase'
  readonly unless?: readonly [object: string, name: string, value: string]
  readonly follows?: readonly [writeId: string, attribute: string, object: string, name: string, value: string]
}

/** A command held against the schema: what to run, and what to answer should it turn out not to create. */
export interface Plan {
  readonly item: PlannedItem
  /** Why no record would be created. Reported only when nothing matched. */
  readonly createProblems: readonly Problem[]
  readonly match: readonly (readonly [name: string, value: string])[]
}

export type Planning =
  | { readonly plan: Plan }
  | { readonly refusal: Refusal }
  /** The attribute has no key rows yet: index it, then plan again. */
  | { readonly unindexed: { readonly object: string; readonly attribute: Attribute } }

/** What one command writes, sorted by when it applies. */
interface Writes {
  readonly onBoth: Patch
  readonly createOnly: Patch
  readonly updateOnly: Patch
  readonly fills: Patch
  readonly merges: Record<string, readonly ['append' | 'prepend' | 'remove', readonly Scalar[]]>
  readonly refs: PlannedReference[]
}

class Unindexed {
  readonly object: string
  readonly attribute: Attribute
  constructor(object: string, attribute: Attribute) {
    this.object = object
    this.attribute = attribute
  }
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === ''

const activeAttribute = (object: ObjectSchema, slug: string): Attribute | undefined => {
  const attribute = object.attributes.get(slug)
  return attribute?.archived ? undefined : attribute
}

const planAttributeKey = (object: ObjectSchema, key: MatchKey, problems: Problem[]): string | undefined => {
  const attribute = activeAttribute(object, key.name)
  if (!attribute) return void problems.push(problem('unknown_attribute', key.name, object.slug))
  if (!typeOf(attribute).matchable)
    return void problems.push(problem('not_matchable', key.name, `values of type ${attribute.type} have several parts`))
  if (isEmpty(key.value)) return void problems.push(problem('empty_match_value', key.name))
  const value = parseMatchValue(key.value, attribute)
  if (!value.ok) return void problems.push(problem(value.problem.code, key.name, value.problem.detail))
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
    if (!value) problems.push(problem('empty_match_value', slug))
    else if (!value.ok) problems.push(problem(value.problem.code, slug, value.problem.detail))
    else values.push(value.value)
  })
  return values.length === combination.attributes.length ? combinationKeyText(values) : undefined
}

const planKey = (object: ObjectSchema, key: MatchKey, problems: Problem[]): string | undefined => {
  if (key.name === 'id')
    return isUuid(key.value)
      ? key.value.toLowerCase()
      : void problems.push(
          problem(isEmpty(key.value) ? 'empty_match_value' : 'invalid_value', 'id', 'the id (UUID) of a record'),
        )
  const combination = object.combinations.find((c) => c.name === key.name)
  return combination ? planCombinationKey(object, combination, key, problems) : planAttributeKey(object, key, problems)
}

const branchOf = (mode: WriteMode) => (mode === 'create_only' ? 'create' : mode === 'update_only' ? 'update' : null)

const email = { type: 'email' } as const

const memberKey = ({ name, value }: Reference, attribute: Attribute): string | undefined => {
  if (name === 'id') return isUuid(value) ? value.toLowerCase() : undefined
  const address = name === 'email' ? typeOf(email).parse(value, attribute) : undefined
  return address?.ok ? String(address.value) : undefined
}

const planMemberReference = (
  attribute: Attribute,
  reference: Reference,
  mode: WriteMode,
  writes: Writes,
  problems: Problem[],
) => {
  const key = memberKey(reference, attribute)
  if (key === undefined)
    return void problems.push(problem('invalid_value', attribute.slug, 'the id or the e-mail address of a member'))
  writes.refs.push([attribute.slug, 'members', reference.name, key, attribute.multiple ? 2 : 1, branchOf(mode)])
}

const planReference = (
  attribute: Attribute,
  reference: Reference,
  mode: WriteMode,
  organization: Organization,
  writes: Writes,
  problems: Problem[],
) => {
  if (attribute.type === 'user') return planMemberReference(attribute, reference, mode, writes, problems)
  const related = organization.objects.get(attribute.related ?? '')
  if (!related) return void problems.push(problem('wrong_type', attribute.slug, 'a relation to be set by a match key'))
  const missing: Problem[] = []
  const value = planKey(related, reference, missing)
  if (value === undefined)
    return void problems.push(problem('invalid_value', attribute.slug, `a match key of ${related.slug}, with a value`))
  writes.refs.push([attribute.slug, related.slug, reference.name, value, attribute.multiple ? 2 : 1, branchOf(mode)])
}

/** Ids of records and members are checked within the write: they may be gone by the time it runs. */
const checkTargets = (attribute: Attribute, value: Value, mode: WriteMode, writes: Writes) => {
  const target = attribute.type === 'relation' ? attribute.related : attribute.type === 'user' ? 'members' : undefined
  if (target === undefined || mode === 'remove') return
  for (const id of Array.isArray(value) ? value : [value])
    writes.refs.push([attribute.slug, target, 'id', id as string, 0, branchOf(mode)])
}

const sortWrite = (attribute: Attribute, value: Value | null, mode: WriteMode, writes: Writes, problems: Problem[]) => {
  const wrapped = value === null ? null : ([value] as const)
  switch (mode) {
    case 'replace':
      writes.onBoth[attribute.slug] = wrapped
      return
    case 'create_only':
      writes.createOnly[attribute.slug] = wrapped
      return
    case 'update_only':
      writes.updateOnly[attribute.slug] = wrapped
      return
    case 'fill':
      if (wrapped) writes.fills[attribute.slug] = wrapped
      return
    default:
      if (!Array.isArray(value)) problems.push(problem('invalid_value', attribute.slug, `a list of values to ${mode}`))
      else writes.merges[attribute.slug] = [mode, value]
  }
}

const planValue = (
  object: ObjectSchema,
  slug: string,
  command: AssertCommand,
  organization: Organization,
  writes: Writes,
  problems: Problem[],
) => {
  const input = command.values[slug]
  if (input === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) return void problems.push(problem('unknown_attribute', slug, object.slug))
  const mode = command.writeModes?.[slug] ?? 'replace'
  if (input instanceof Reference) return planReference(attribute, input, mode, organization, writes, problems)
  const value = parseValue(input, attribute)
  if (!value.ok) return void problems.push(problem(value.problem.code, slug, value.problem.detail))
  if (value.value === null && attribute.required && mode !== 'create_only')
    problems.push(problem('not_clearable', slug))
  if (value.value !== null) checkTargets(attribute, value.value, mode, writes)
  sortWrite(attribute, value.value, mode, writes, problems)
}

/** Everything that a record created by these writes would hold; no nulls. */
const creationData = (writes: Writes): Record<string, readonly [Value]> => {
  const data: Record<string, readonly [Value]> = {}
  for (const patch of [writes.onBoth, writes.fills, writes.createOnly])
    for (const slug in patch) {
      const value = patch[slug]
      if (value) data[slug] = value
    }
  for (const slug in writes.merges) {
    const merge = writes.merges[slug]
    if (merge && merge[0] !== 'remove' && merge[1].length > 0) data[slug] = [merge[1]]
  }
  return data
}

const holds = (stored: readonly [Value] | null | undefined, key: string): boolean =>
  !!stored && (Array.isArray(stored[0]) ? stored[0] : [stored[0]]).some((v) => keyText(v as Scalar) === key)

/** An attribute that is matched by keeps the value that it is matched by: a plan never drops its own key. */
const keepKey = (
  object: ObjectSchema,
  slug: string,
  input: unknown,
  writes: Writes,
  data: Record<string, readonly [Value]>,
  problems: Problem[],
) => {
  const attribute = object.attributes.get(slug)
  const parsed = attribute && parseMatchValue(input, attribute)
  if (!attribute || !parsed?.ok) return
  const key = keyText(parsed.value)
  const merge = writes.merges[slug]
  const replacing = [writes.onBoth, writes.updateOnly, writes.createOnly, ...(attribute.multiple ? [] : [writes.fills])]
  const dropped = replacing.some((p) => slug in p && !holds(p[slug], key))
  const removed = merge?.[0] === 'remove' && holds([merge[1]], key)
  if (dropped || removed)
    return void problems.push(problem('match_key_conflict', slug, 'one value to match by, another to write'))
  if (!(slug in data)) data[slug] = [attribute.multiple ? [parsed.value] : parsed.value]
  else if (!holds(data[slug], key)) data[slug] = [[parsed.value, ...((data[slug]?.[0] ?? []) as readonly Scalar[])]]
}

const keepKeys = (
  object: ObjectSchema,
  match: readonly MatchKey[],
  writes: Writes,
  data: Record<string, readonly [Value]>,
  problems: Problem[],
) => {
  for (const key of match) {
    if (key.name === 'id') continue
    const combination = object.combinations.find((c) => c.name === key.name)
    const parts = combination ? combination.attributes : [key.name]
    parts.forEach((slug, i) => {
      keepKey(object, slug, combination ? (key.value as unknown[])[i] : key.value, writes, data, problems)
    })
  }
}

const requiredOf = new WeakMap<ObjectSchema, readonly string[]>()
const requiredSlugs = (object: ObjectSchema): readonly string[] => {
  let slugs = requiredOf.get(object)
  if (!slugs) {
    slugs = [...object.attributes.values()].filter((a) => a.required && !a.archived).map((a) => a.slug)
    requiredOf.set(object, slugs)
  }
  return slugs
}

const missingOnCreate = (object: ObjectSchema, data: object, writes: Writes): readonly Problem[] =>
  requiredSlugs(object)
    .filter((slug) => !(slug in data) && !writes.refs.some((r) => r[0] === slug && r[4] > 0))
    .map((slug) => problem('required', slug, ' to create a record'))

const some = <T extends object>(value: T): T | undefined => {
  for (const _ in value) return value
  return undefined
}

/** What a create holds otherwise than the patch of an update says; usually little, and often nothing. */
const creationPatch = (attributes: Patch, data: Patch): Patch | undefined => {
  const patch: Patch = {}
  for (const slug in attributes) if (!(slug in data)) patch[slug] = null
  for (const slug in data) if (data[slug] !== attributes[slug]) patch[slug] = data[slug] ?? null
  return some(patch)
}

/** What a record created by this item holds. */
export const createdSlugs = ({ attributes, onCreate = {}, refs = [] }: PlannedItem): string[] => {
  const data = { ...attributes, ...onCreate }
  const slugs = new Set(Object.keys(data).filter((slug) => data[slug] !== null))
  for (const [slug, , , , kind, branch] of refs) if (kind > 0 && branch !== 'update') slugs.add(slug)
  return [...slugs]
}

/** Of a unique key there is no second record to find, so nothing need look for one. */
const mayFindSeveral = (name: string, object: ObjectSchema): boolean =>
  name !== 'id' && !(object.combinations.find((c) => c.name === name) ?? object.attributes.get(name))?.unique

const buildItem = (
  command: AssertCommand,
  object: ObjectSchema,
  keys: readonly (readonly [string, string])[],
  writes: Writes,
  data: Record<string, readonly [Value]>,
  mayCreate: boolean,
  unless: PlannedItem['unless'],
  earlier: readonly (Plan | undefined)[],
): PlannedItem => {
  const attributes = some(writes.updateOnly) ? { ...writes.onBoth, ...writes.updateOnly } : writes.onBoth
  const onCreate = creationPatch(attributes, data)
  const [first, ...fallbacks] = keys
  const merges = some(writes.merges)
  const fills = some(writes.fills)
  const followed = command.follows && earlier[command.follows.command]?.item
  return {
    writeId: v7(),
    object: command.object,
    ...(first && { name: first[0], value: first[1] }),
    ...(fallbacks.length > 0 && { fallbacks }),
    attributes,
    ...(onCreate && { onCreate }),
    ...(merges && { merges }),
    ...(fills && { fills }),
    ...(writes.refs.length > 0 && { refs: writes.refs }),
    mayCreate: mayCreate ? 1 : 0,
    mayUpdate: command.mode === 'insert' ? 0 : 1,
    ...(command.ifVersion !== undefined && { ifVersion: command.ifVersion }),
    ...(command.onlyIfNewer !== undefined && { newerBy: command.onlyIfNewer }),
    ...(command.several === 'error' && first && mayFindSeveral(first[0], object) && { several: 'error' }),
    ...(command.keysMustAgree && fallbacks.length > 0 && { agree: 1 }),
    archived: command.archived ?? 'revive',
    ...(command.lifecycle && { lifecycle: command.lifecycle }),
    ...(unless && { unless }),
    ...(followed && {
      follows: [
        followed.writeId,
        command.follows?.attribute ?? '',
        followed.object,
        followed.name ?? '',
        followed.value ?? '',
      ],
    }),
  }
}

const checkNewer = (object: ObjectSchema, command: AssertCommand, problems: Problem[]) => {
  const slug = command.onlyIfNewer
  if (slug === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) problems.push(problem('unknown_attribute', slug, object.slug))
  else if (!typeOf(attribute).sortable || attribute.multiple)
    problems.push(problem('invalid_value', slug, 'an attribute with one value that has an order, such as a datetime'))
  else if (isEmpty(command.values[slug])) problems.push(problem('required', slug, ' to tell which data is newer'))
}

const planUnless = (command: AssertCommand, organization: Organization, problems: Problem[]): PlannedItem['unless'] => {
  if (!command.unless) return undefined
  const { object: slug, match } = command.unless
  const object = organization.objects.get(slug)
  const value = object && planKey(object, match, problems)
  if (!object) problems.push(problem('unknown_object', undefined, slug))
  return value === undefined ? undefined : [slug, match.name, value]
}

const planOrThrow = (
  command: AssertCommand,
  organization: Organization,
  earlier: readonly (Plan | undefined)[],
): Planning => {
  const object = organization.objects.get(command.object)
  if (!object) return { refusal: { problems: [problem('unknown_object', undefined, command.object)] } }

  const problems: Problem[] = []
  const keys: (readonly [string, string])[] = []
  for (const key of command.match) {
    const value = planKey(object, key, problems)
    if (value !== undefined) keys.push([key.name, value])
  }
  const writes: Writes = { onBoth: {}, createOnly: {}, updateOnly: {}, fills: {}, merges: {}, refs: [] }
  for (const slug of Object.keys(command.values)) planValue(object, slug, command, organization, writes, problems)
  checkNewer(object, command, problems)
  const unless = planUnless(command, organization, problems)

  const data = creationData(writes)
  if (keys.length === command.match.length) keepKeys(object, command.match, writes, data, problems)
  // A value that is matched by and written is judged twice.
  const isFirst = (p: Problem, i: number) => problems.findIndex((q) => q.code === p.code && q.field === p.field) === i
  const [firstProblem, ...others] = problems.filter(isFirst)
  if (firstProblem) return { refusal: { problems: [firstProblem, ...others] } }

  // A command that creates nothing whatever it says is not told what a creation would lack, but that nothing matched.
  const creates =
    command.mode !== 'update' &&
    command.ifVersion === undefined &&
    command.lifecycle === undefined &&
    command.match[0]?.name !== 'id'
  const createProblems = creates ? [...(command.createProblems ?? []), ...missingOnCreate(object, data, writes)] : []
  const mayCreate = creates && createProblems.length === 0
  return {
    plan: {
      item: buildItem(command, object, keys, writes, data, mayCreate, unless, earlier),
      createProblems,
      match: keys,
    },
  }
}

/**
 * Holds a command against the schema. Pure but for the id it draws: no database, no clock.
 * @param earlier the plans of the commands before it in the request, for `follows`
 */
export const plan = (
  command: AssertCommand,
  organization: Organization,
  earlier: readonly (Plan | undefined)[] = [],
): Planning => {
  try {
    return planOrThrow(command, organization, earlier)
  } catch (error) {
    if (error instanceof Unindexed) return { unindexed: { object: error.object, attribute: error.attribute } }
    throw error
  }
}
