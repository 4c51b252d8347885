import { type Attribute, keyText, type ObjectSchema, type Scalar, typeOf } from '../../schema/schema.ts'
import { type Path, refuse } from '../errors.ts'
import { isIndexed, requireIndexed } from '../indexing.ts'
import { type Bound, type Condition, compare, type Leaf, prefixRange, type Range, type Search } from './condition.ts'
import { hasOrder } from './filter.ts'
import { type Along, wordRows } from './search.ts'
import { attributeOf } from './subject.ts'
import type { Direction, KeyRows, NamedRecords, SetOrder, Walk } from './walk.ts'

export interface Sort {
  readonly attribute: string
  readonly direction: Direction
}

/** How a query is answered: along the walk, as far as the condition holds. */
export interface QueryPlan {
  readonly walk: Walk
  /** What is left to be judged on each record; absent where the walk has met it all. */
  readonly condition?: Condition
}

/** The leaves that must all hold: a walk may go along any of them. Those below `or` and `not` are judged only. */
const leavesOf = (condition: Condition | undefined): readonly Leaf[] => {
  if (!condition) return []
  if (condition.kind === 'leaf') return [condition]
  return condition.kind === 'and' ? condition.of.flatMap(leavesOf) : []
}

const keyRows = ({ slug, unique, multiple, ...attribute }: Attribute): KeyRows => ({
  name: slug,
  by: typeOf(attribute).numeric ? 'number' : 'value',
  unique,
  list: multiple,
})

/** Values as the column of the walk has them, each once, in its order. */
const columnValues = (rows: KeyRows, values: readonly Scalar[]): (string | number)[] =>
  [...new Set(values.map((value) => (rows.by === 'number' ? Number(value) : keyText(value))))].sort(compare)

const boundOf = (rows: KeyRows, bound: Bound): Bound =>
  rows.by === 'number' ? bound : { ...bound, value: String(bound.value) }

const placed = (rows: KeyRows, { from, to }: Range): Range => ({
  ...(from && { from: boundOf(rows, from) }),
  ...(to && { to: boundOf(rows, to) }),
})

const only = (value: string | number): Range => ({
  from: { value, inclusive: true },
  to: { value, inclusive: true },
})

/** Of two bounds the narrower one. @param sign 1 for lower bounds, -1 for upper ones */
const narrower = (a: Bound | undefined, b: Bound | undefined, sign: 1 | -1): Bound | undefined => {
  if (!a || !b) return a ?? b
  const order = compare(a.value, b.value) * sign
  return order > 0 || (order === 0 && !a.inclusive) ? a : b
}

const both = (a: Range, b: Range): Range => {
  const from = narrower(a.from, b.from, 1)
  const to = narrower(a.to, b.to, -1)
  return { ...(from && { from }), ...(to && { to }) }
}

/** What a leaf says of the keys of its attribute, where that is one stretch. */
const stretchOf = (rows: KeyRows, { test }: Leaf): Range | undefined => {
  if (test.kind === 'range') return placed(rows, test)
  if (test.kind !== 'in') return undefined
  const [value, ...others] = columnValues(rows, test.values)
  return value !== undefined && others.length === 0 ? only(value) : undefined
}

/** A way to go, how good it is (the lower the better), and the leaves that it leaves nothing to judge of. */
interface Candidate {
  readonly rank: number
  readonly walk: Walk
  readonly meets: readonly (Leaf | Search)[]
  /** It names records one by one, so that they can be put in any order. */
  readonly isSet?: boolean
}

const RANK = { id: 0, unique: 1, words: 2, equal: 3, between: 4, range: 5, feed: 6, table: 7 } as const

const ofAttribute = (
  leaf: Leaf,
  attribute: Attribute,
  all: readonly Leaf[],
  direction: Direction,
): Candidate | undefined => {
  if (!isIndexed(attribute)) return undefined
  const rows = keyRows(attribute)
  const { test } = leaf
  if (test.kind === 'in') {
    const values = columnValues(rows, test.values)
    const rank = attribute.unique ? RANK.unique : RANK.equal
    const stretch = stretchOf(rows, leaf)
    if (stretch) return { rank, walk: { kind: 'range', direction, range: stretch, ...rows }, meets: [leaf] }
    return { rank, walk: { kind: 'values', values, ...rows }, meets: [leaf] }
  }
  if (test.kind !== 'range') return undefined
  // Of a list, two conditions may be met by two different values.
  const meets = attribute.multiple ? [leaf] : all.filter((one) => isAbout(one, attribute) && stretchOf(rows, one))
  const range = meets.map((one) => stretchOf(rows, one) ?? {}).reduce(both, {})
  const rank = range.from && range.to ? RANK.between : RANK.range
  return { rank, walk: { kind: 'range', direction, range, ...rows }, meets }
}

const isAbout = ({ subject }: Leaf, { slug }: Attribute): boolean =>
  subject.kind === 'attribute' && subject.attribute.slug === slug

/** The words that begin with one of those that are searched for: all that is met of a search for one word. */
const ofWords = (search: Search, along: Along): Candidate => ({
  rank: RANK.words,
  walk: { kind: 'range', direction: 'asc', range: prefixRange(along.prefix), ...wordRows(search.attributes) },
  meets: search.prefixes.length === 1 ? [search] : [],
  isSet: along.few,
})

/** Only by a unique key: so many records as there are values are looked for. */
const ofRelated = ({ subject, test }: Leaf): Candidate | undefined => {
  if (subject.kind !== 'related' || test.kind !== 'in') return undefined
  const { relation, object, attribute } = subject
  if (!attribute.unique || !isIndexed(relation)) return undefined
  const walk = {
    kind: 'related',
    object,
    key: attribute.slug,
    values: test.values.map(keyText),
    ...keyRows(relation),
  } as const
  return { rank: RANK.equal, walk, meets: [] }
}

const candidateOf = (leaf: Leaf, all: readonly Leaf[], withFeed: boolean): Candidate | undefined => {
  const { subject, test } = leaf
  const direction = 'asc'
  if (subject.kind === 'attribute') return ofAttribute(leaf, subject.attribute, all, direction)
  if (subject.kind === 'related') return ofRelated(leaf)
  if (subject.kind === 'id')
    return test.kind === 'in'
      ? { rank: RANK.id, walk: { kind: 'ids', direction, ids: test.values.map(String).sort() }, meets: [leaf] }
      : undefined
  if (test.kind !== 'range') return undefined
  if (subject.kind === 'createdAt')
    return { rank: RANK.range, walk: { kind: 'table', direction, range: test }, meets: [] }
  return withFeed ? { rank: RANK.feed, walk: { kind: 'feed', direction: 'desc', range: test }, meets: [] } : undefined
}

/** Ranges of times that must hold. */
const timeRange = (leaves: readonly Leaf[], kind: 'createdAt' | 'updatedAt'): Range =>
  leaves.reduce<Range>(
    (range, { subject, test }) => (subject.kind === kind && test.kind === 'range' ? both(range, test) : range),
    {},
  )

/** In the order of creation: along one key too, since the rows of one key are in that order. */
const byCreation = (candidates: readonly Candidate[], leaves: readonly Leaf[], direction: Direction): Candidate => {
  const inOrder = candidates.filter(
    ({ walk, rank }) => walk.kind === 'ids' || (walk.kind === 'range' && rank <= RANK.equal && rank !== RANK.words),
  )
  const [best] = inOrder
  if (best) return { ...best, walk: { ...best.walk, direction } as Walk }
  return { rank: RANK.table, walk: { kind: 'table', direction, range: timeRange(leaves, 'createdAt') }, meets: [] }
}

/** What a walk names one by one. */
const namedIn = (walk: Walk): NamedRecords | undefined => {
  if (walk.kind === 'ids') return { ids: walk.ids }
  if (walk.kind !== 'values' && walk.kind !== 'range') return undefined
  const { name, by, unique, list, words } = walk
  if (words) return walk.kind === 'range' ? { keys: { name, by, unique, list, words }, within: walk.range } : undefined
  const values = walk.kind === 'values' ? walk.values : walk.range.from ? [walk.range.from.value] : []
  return { keys: { name, by, unique, list }, values }
}

/** The records that the filter names, in this order: no index of the order is gone along in search of them. */
const asSet = (best: Candidate | undefined, order: SetOrder, direction: Direction): Candidate | undefined => {
  const named = best && (best.isSet ?? best.rank <= RANK.unique) ? namedIn(best.walk) : undefined
  return best && named && { ...best, walk: { kind: 'set', direction, order, ...named } }
}

/** What can be sorted by besides attributes. */
const ORDERS = ['createdAt', 'updatedAt'] as const

const bySort = (
  object: ObjectSchema,
  { attribute: slug, direction }: Sort,
  leaves: readonly Leaf[],
  best: Candidate | undefined,
  path: Path,
): Candidate => {
  const attribute = attributeOf(object, slug, path, ORDERS)
  if (!hasOrder(attribute))
    throw refuse('invalid_value', path, 'an attribute whose values have an order: a number, a text, a date or a time')
  requireIndexed(attribute)
  const rows = keyRows(attribute)
  const set = asSet(best, rows, direction)
  if (set) return set
  // A record with several values stands where the first of all of them does, not where the first that the filter lets through does.
  const meets = attribute.multiple ? [] : leaves.filter((leaf) => isAbout(leaf, attribute) && stretchOf(rows, leaf))
  const range = meets.map((leaf) => stretchOf(rows, leaf) ?? {}).reduce(both, {})
  return { rank: RANK.range, walk: { kind: 'range', direction, range, ...rows }, meets }
}

const chosen = (
  object: ObjectSchema,
  condition: Condition | undefined,
  sort: Sort | undefined,
  { hasFeed, path, searched }: PlanOptions,
): Candidate => {
  const leaves = leavesOf(condition)
  const candidates = leaves.flatMap((leaf) => candidateOf(leaf, leaves, hasFeed) ?? [])
  if (searched) candidates.push(ofWords(searched.search, searched.along))
  candidates.sort((a, b) => a.rank - b.rank)
  const [best] = candidates
  if (sort?.attribute === 'updatedAt') {
    if (!hasFeed) throw refuse('history_off')
    const set = asSet(best, 'updatedAt', sort.direction)
    if (set) return set
    return {
      rank: RANK.feed,
      walk: { kind: 'feed', direction: sort.direction, range: timeRange(leaves, 'updatedAt') },
      meets: [],
    }
  }
  if (sort && sort.attribute !== 'createdAt') return bySort(object, sort, leaves, best, path)
  if (sort && (best?.walk.kind === 'values' || best?.isSet))
    return asSet(best, 'createdAt', sort.direction) ?? byCreation(candidates, leaves, sort.direction)
  if (sort) return byCreation(candidates, leaves, sort.direction)
  // Of several words, who has them whole comes before who has longer ones: the words that are gone along tell of one alone.
  const words = searched?.search.words ?? []
  if (words.length > 1 && best?.isSet) return asSet(best, { lacked: words }, 'asc') ?? best
  return best ?? byCreation([], leaves, 'asc')
}

/** The condition without what the walk has met already. */
const left = (condition: Condition | undefined, meets: readonly Condition[]): Condition | undefined => {
  if (!condition || meets.includes(condition)) return undefined
  if (condition.kind !== 'and') return condition
  const of = condition.of.flatMap((one) => left(one, meets) ?? [])
  return of.length > 0 ? { kind: 'and', of } : undefined
}

export interface PlanOptions {
  readonly hasFeed: boolean
  /** Where the sort stands in the request. */
  readonly path: Path
  /** What is searched for besides, and which of its words can be gone along. */
  readonly searched?: { readonly search: Search; readonly along: Along }
}

/**
 * Chooses what a query goes along. The order that is asked for decides; else the best index: ids, a unique key, words, other
 * keys, a range of keys, the feed, and the table itself.
 * @throws RefusedError not_indexed or invalid_value for a sort that no index has, history_off
 */
export const planQuery = (
  object: ObjectSchema,
  condition: Condition | undefined,
  sort: Sort | undefined,
  options: PlanOptions,
): QueryPlan => {
  const { walk, meets } = chosen(object, condition, sort, options)
  const search = options.searched?.search
  const rest = left(search ? { kind: 'and', of: [...(condition ? [condition] : []), search] } : condition, meets)
  return { walk, ...(rest && { condition: rest }) }
}
