import type { Condition, Leaf, Range, Subject, Test } from '../engine/query/condition.ts'
import type { Attribute } from '../schema/schema.ts'
import { KEYED } from './program/lookups.ts'
import type { Parameters } from './query-parameters.ts'

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

const relatedSql = (
  subject: Extract<Subject, { kind: 'related' }>,
  test: Test,
  { organizationId, parameters }: Parts,
) => {
  const { relation, object, attribute } = subject
  const operand = parameters.add(
    JSON.stringify({ link: path(relation), object, path: path(attribute), ...operands(test) }),
  )
  return `EXISTS (SELECT 1 FROM json_each(r.data -> (${operand} ->> 'link')) l CROSS JOIN records t
    ON t.organization_id = ${parameters.add(organizationId)} AND t.object = ${operand} ->> 'object' AND t.id = l.value
    WHERE ${anyValue('t.data', attribute, test, operand)})`
}

/** Leaves of a condition, those below its groups too. */
const leavesOf = (condition: Condition): readonly Leaf[] => {
  if (condition.kind === 'leaf') return [condition]
  return condition.kind === 'not' ? leavesOf(condition.of) : condition.of.flatMap(leavesOf)
}

/** Bytes that judging a record `r` looks at, as far as its conditions go; nothing of a text is read to tell. */
export const judgedBytesSql = (condition: Condition, { organizationId, parameters }: Parts): string => {
  const looking = leavesOf(condition).filter(({ subject }) => 'attribute' in subject)
  const related = looking.flatMap(({ subject }) => {
    if (subject.kind !== 'related') return []
    const operand = parameters.add(JSON.stringify({ link: path(subject.relation), object: subject.object }))
    return [
      `coalesce((SELECT sum(octet_length(t.data)) FROM json_each(r.data -> (${operand} ->> 'link')) l CROSS JOIN records t
    ON t.organization_id = ${parameters.add(organizationId)} AND t.object = ${operand} ->> 'object' AND t.id = l.value), 0)`,
    ]
  })
  return [`${looking.length} * octet_length(r.data)`, ...related].join(' + ')
}

const leafSql = ({ subject, test }: Leaf, parts: Parts): string => {
  if (subject.kind === 'related') return relatedSql(subject, test, parts)
  if (subject.kind !== 'attribute') {
    const operand = parts.parameters.add(JSON.stringify(operands(test)))
    return `(${asked(columns[subject.kind], test, operand)})`
  }
  const operand = parts.parameters.add(JSON.stringify({ path: path(subject.attribute), ...operands(test) }))
  return anyValue('r.data', subject.attribute, test, operand)
}

/** In halves: a chain of twenty would be an expression twenty deep, and stores bound that. */
const joined = (parts: readonly string[], word: 'AND' | 'OR'): string => {
  if (parts.length < 3) return `(${parts.join(` ${word} `)})`
  const half = parts.length >> 1
  return `(${joined(parts.slice(0, half), word)} ${word} ${joined(parts.slice(half), word)})`
}

export const conditionSql = (condition: Condition, parts: Parts): string => {
  switch (condition.kind) {
    case 'leaf':
      return leafSql(condition, parts)
    case 'not':
      return `(NOT ${conditionSql(condition.of, parts)})`
    case 'and':
    case 'or':
      return joined(
        condition.of.map((one) => conditionSql(one, parts)),
        condition.kind === 'and' ? 'AND' : 'OR',
      )
  }
}
