import { parseMatchValue } from '../../schema/parse.ts'
import { type ObjectSchema, type Organization, typeOf } from '../../schema/schema.ts'
import { type Path, refuse } from '../errors.ts'
import { type Condition, filterLimits } from './condition.ts'
import { isOperator, operatorNames, testOf } from './operators.ts'
import { subjectOf } from './subject.ts'

/** What has been met of the filter so far: a tree is given up as soon as it is too large, whatever else is in it. */
interface Reading {
  readonly organization: Organization
  readonly object: ObjectSchema
  nodes: number
  conditions: number
  values: number
}

/** Groups hold at least one condition or group, so a tree that means anything has few more nodes than conditions. */
const NODES = filterLimits.conditions * filterLimits.depth

const isGroup = (name: string): name is 'and' | 'or' | 'not' => name === 'and' || name === 'or' || name === 'not'

const membersOf = (input: unknown, path: Path): Readonly<Record<string, unknown>> => {
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    throw refuse('wrong_type', path, 'an object: a condition, or {"and": [...]}, {"or": [...]}, {"not": {...}}')
  return input as Readonly<Record<string, unknown>>
}

const known = new Set(['attribute', 'operator', 'value'])

const leafOf = (members: Readonly<Record<string, unknown>>, reading: Reading, path: Path): Condition => {
  const { attribute, operator, value } = members
  for (const name of Object.keys(members))
    if (!known.has(name)) throw refuse('unknown_field', [...path, name], 'a condition')
  if (typeof attribute !== 'string') throw refuse('required', [...path, 'attribute'])
  if (operator === undefined) throw refuse('required', [...path, 'operator'])
  if (!isOperator(operator)) throw refuse('invalid_value', [...path, 'operator'], `one of ${operatorNames.join(', ')}`)
  if (++reading.conditions > filterLimits.conditions)
    throw refuse('too_many_values', ['filter'], `at most ${filterLimits.conditions} conditions`)
  const sent = { operator, value, path }
  reading.values += Array.isArray(value) ? value.length : 1
  if (reading.values > filterLimits.values)
    throw refuse('too_many_values', ['filter'], `at most ${filterLimits.values} values in all conditions`)
  const subject = subjectOf(reading.organization, reading.object, attribute, [...path, 'attribute'])
  const { test, negated } = testOf(subject, sent, (one, settings) => {
    const parsed = parseMatchValue(one, settings)
    return parsed.ok ? { ok: true, value: parsed.value.normalForm } : parsed
  })
  const leaf = { kind: 'leaf', subject, test } as const
  return negated ? { kind: 'not', of: leaf } : leaf
}

const groupOf = (
  kind: 'and' | 'or' | 'not',
  inner: unknown,
  reading: Reading,
  path: Path,
  depth: number,
): Condition => {
  if (depth >= filterLimits.depth)
    throw refuse('too_many_values', path, `at most ${filterLimits.depth} levels of and, or, not`)
  if (kind === 'not') return { kind, of: conditionOf(inner, reading, [...path, 'not'], depth + 1) }
  if (!Array.isArray(inner)) throw refuse('wrong_type', [...path, kind], 'a list of conditions')
  if (inner.length === 0) throw refuse('invalid_value', [...path, kind], 'a list of at least 1 value')
  return { kind, of: inner.map((one, i) => conditionOf(one, reading, [...path, kind, i], depth + 1)) }
}

const conditionOf = (input: unknown, reading: Reading, path: Path, depth: number): Condition => {
  if (++reading.nodes > NODES)
    throw refuse('too_many_values', ['filter'], `at most ${filterLimits.conditions} conditions`)
  const members = membersOf(input, path)
  const names = Object.keys(members)
  const group = names.find(isGroup)
  if (group === undefined) return leafOf(members, reading, path)
  const other = names.find((name) => name !== group)
  if (other !== undefined) throw refuse('unknown_field', [...path, other], `a group, which has "${group}" alone`)
  return groupOf(group, members[group], reading, path, depth)
}

/**
 * The filter as it was sent, held against the schema.
 * @param path where it stands in the request, for what is wrong with it
 * @throws RefusedError with the path of what is wrong; NotLoadedError
 */
export const readFilter = (
  organization: Organization,
  object: ObjectSchema,
  input: unknown,
  path: Path = ['filter'],
): Condition => conditionOf(input, { organization, object, nodes: 0, conditions: 0, values: 0 }, path, 0)

/** Whether an order is defined on the values: as texts, or as numbers. */
export const hasOrder = (attribute: Parameters<typeof typeOf>[0]): boolean =>
  typeOf(attribute).sortable || typeOf(attribute).numeric === true
