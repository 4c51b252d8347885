import {
  type Condition,
  filterLimits,
  type Leaf,
  type Range,
  type Search,
  type Subject,
  type Test,
} from '../engine/query/condition.ts'
import { LOOKUP_BYTES } from '../engine/query/walk.ts'
import type { Attribute } from '../schema/schema.ts'
import { KEYED } from './program/lookups.ts'
import type { Parameters } from './query-parameters.ts'
import { searchedSql, wordsCost } from './words-sql.ts'

/**
 * A condition as SQL over a record `r`. It is never null, so `not` means what it says. Each leaf has one parameter, a JSON
 * object with its path and operands: JSON keeps the types of values, which parameters of drivers do not.
 */

const path = ({ slug }: Attribute) => `$.${slug}${KEYED}`

/** A value as it is compared. Of a currency the amount; its code is a member of its own where it is no list. */
const compared = ({ type }: Attribute): string =>
  type === 'currency'
    ? "iif(e.type = 'object', e.value ->> '$.amount', iif(e.key IS 'code', NULL, e.value))"
    : 'e.value'

/** Whether a value lies in the range that the parameter holds. */
const within = (value: string, { from, to }: Range, operand: string): string =>
  [
    ...(from ? [`${value} ${from.inclusive ? '>=' : '>'} ${operand} ->> 'low'`] : []),
    ...(to ? [`${value} ${to.inclusive ? '<=' : '<'} ${operand} ->> 'high'`] : []),
  ].join(' AND ') || `${value} IS NOT NULL`

const asked = (value: string, test: Test, operand: string): string => {
  switch (test.kind) {
    case 'exists':
      return '1'
    case 'part':
      return `instr(${value}, ${operand} ->> 'text') > 0`
    case 'range':
      return within(value, test, operand)
    case 'in':
      return `${value} IN (SELECT v.value FROM json_each(${operand}, '$.values') v)`
  }
}

/** What the parameter of a test holds. */
const operands = (test: Test): object => {
  switch (test.kind) {
    case 'exists':
      return {}
    case 'part':
      return { text: test.text }
    case 'range':
      return { low: test.from?.value, high: test.to?.value }
    case 'in':
      return { values: test.values }
  }
}

/** Only the attribute's own text is taken apart for json_each, not the record's. */
const anyValue = (data: string, attribute: Attribute, test: Test, operand: string): string =>
  `EXISTS (SELECT 1 FROM json_each(${data} -> (${operand} ->> 'path')) e WHERE ${asked(compared(attribute), test, operand)})`

const columns = { id: 'r.id', createdAt: 'r.created_at', updatedAt: 'r.updated_at' } as const

type Parts = { readonly organizationId: string; readonly parameters: Parameters }

/** Leaves of a condition, those below its groups too. */
const leavesOf = (condition: Condition): readonly Leaf[] => {
  if (condition.kind === 'leaf') return [condition]
  if (condition.kind === 'words') return []
  return condition.kind === 'not' ? leavesOf(condition.of) : condition.of.flatMap(leavesOf)
}

type RelatedSubject = Extract<Subject, { kind: 'related' }>

/** What a filter asks of the records that one relation points at: each of them is looked up once, whatever is asked. */
interface Looked {
  readonly relation: Attribute
  readonly object: string
  readonly leaves: Leaf[]
}

const lookedUp = (condition: Condition): readonly Looked[] => {
  const all = new Map<string, Looked>()
  for (const leaf of leavesOf(condition)) {
    if (leaf.subject.kind !== 'related') continue
    const { relation, object } = leaf.subject
    const looked = all.get(relation.slug) ?? { relation, object, leaves: [] }
    looked.leaves.push(leaf)
    all.set(relation.slug, looked)
  }
  return [...all.values()]
}

/** Answers of the leaves stand in so many bits, above them what looking has cost: a subquery gives one number. */
const ANSWERS = filterLimits.conditions

/** One number: a bit for each leaf that one of the related records meets, and above the bits the cost of looking. */
const lookedSql = ({ relation, object, leaves }: Looked, { organizationId, parameters }: Parts): string => {
  const place = parameters.add(JSON.stringify({ link: path(relation), object }))
  const bits = leaves.map(({ subject, test }, bit) => {
    const { attribute } = subject as RelatedSubject
    const operand = parameters.add(JSON.stringify({ path: path(attribute), ...operands(test) }))
    return `max(iif(${anyValue('t.data', attribute, test, operand)}, ${2 ** bit}, 0))`
  })
  const cost = `sum(${(leaves.length + 1) * LOOKUP_BYTES} + ${leaves.length} * coalesce(octet_length(t.data), 0))`
  return `(SELECT coalesce((${cost} << ${ANSWERS}) + ${bits.join(' + ')}, 0)
    FROM json_each(r.data -> (${place} ->> 'link')) l LEFT JOIN records t
    ON t.organization_id = ${parameters.add(organizationId)} AND t.object = ${place} ->> 'object' AND t.id = l.value)`
}

/** How a leaf about related records is told: by its bit in the number of what was looked up. */
type BitOf = (leaf: Leaf) => string

const bitOf =
  (looked: readonly Looked[]): BitOf =>
  (leaf) => {
    const at = looked.findIndex(({ leaves }) => leaves.includes(leaf))
    return `(r.looked_${at} & ${2 ** (looked[at]?.leaves.indexOf(leaf) ?? 0)})`
  }

const leafSql = (leaf: Leaf, { parameters }: Parts, bit: BitOf): string => {
  const { subject, test } = leaf
  if (subject.kind === 'related') return bit(leaf)
  if (subject.kind !== 'attribute') {
    const operand = parameters.add(JSON.stringify(operands(test)))
    return `(${asked(columns[subject.kind], test, operand)})`
  }
  const operand = parameters.add(JSON.stringify({ path: path(subject.attribute), ...operands(test) }))
  return anyValue('r.data', subject.attribute, test, operand)
}

/** In halves: a chain of twenty would be an expression twenty deep, and stores bound that. */
const joined = (parts: readonly string[], word: 'AND' | 'OR'): string => {
  if (parts.length < 3) return `(${parts.join(` ${word} `)})`
  const half = parts.length >> 1
  return `(${joined(parts.slice(0, half), word)} ${word} ${joined(parts.slice(half), word)})`
}

const treeSql = (condition: Condition, parts: Parts, bit: BitOf): string => {
  switch (condition.kind) {
    case 'leaf':
      return leafSql(condition, parts, bit)
    case 'words':
      // It stands beside the tree (ConditionSql): no group has one.
      return '1'
    case 'not':
      return `(NOT ${treeSql(condition.of, parts, bit)})`
    case 'and':
    case 'or':
      return joined(
        condition.of.map((one) => treeSql(one, parts, bit)),
        condition.kind === 'and' ? 'AND' : 'OR',
      )
  }
}

const isAboutRelated = ({ subject }: Leaf) => subject.kind === 'related'

/** The parts of a condition that must all hold. */
const partsOf = (condition: Condition): readonly Condition[] =>
  condition.kind === 'and' ? condition.of.flatMap(partsOf) : [condition]

/** A condition in steps, so that related records are looked up only where the record itself leaves it open, and counted. */
export interface ConditionSql {
  /** What the record alone must meet. */
  readonly own: string
  /** What it must be found by besides: not within the tree, since the parser of libSQL goes only so deep. */
  readonly searched: readonly string[]
  /** What is to be looked up of each record that does, as numbers `looked_0`, `looked_1` and so on. */
  readonly looked: readonly string[]
  /** What must hold besides, with these numbers. */
  readonly rest: string
  /** How many leaves look into the record's own data. */
  readonly looks: number
  /** What folding its texts costs, in bytes: to be added, where there is anything. */
  readonly folds: string
  /** What the numbers say of the cost of looking: see WALKED_BYTES. */
  readonly lookedBytes: string
}

export const conditionSql = (condition: Condition, parts: Parts): ConditionSql => {
  const looked = lookedUp(condition)
  const bit = bitOf(looked)
  const all = partsOf(condition)
  const searches = all.filter((one): one is Search => one.kind === 'words')
  const sqlOf = (some: readonly Condition[]) =>
    some.length === 0 ? '1' : treeSql({ kind: 'and', of: some }, parts, bit)
  const isOpen = (one: Condition) => leavesOf(one).some(isAboutRelated)
  return {
    own: sqlOf(all.filter((one) => !isOpen(one) && one.kind !== 'words')),
    searched: searches.map((one) => searchedSql(one, parts.parameters)),
    looked: looked.map((one) => lookedSql(one, parts)),
    rest: sqlOf(all.filter(isOpen)),
    folds: searches.map((one) => ` + ${wordsCost(one.attributes, parts.parameters, one.prefixes.length)}`).join(''),
    looks: leavesOf(condition).filter(({ subject }) => 'attribute' in subject).length,
    lookedBytes: looked.map((_, i) => `(r.looked_${i} >> ${ANSWERS})`).join(' + ') || '0',
  }
}
