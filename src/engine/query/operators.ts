import { isLongerThan } from '../../schema/characters.ts'
import { type Attribute, isUuid, type Scalar, typeOf, valueTypes } from '../../schema/schema.ts'
import { parseNumber } from '../../schema/types/number.ts'
import { kindOf, type Parsed } from '../../schema/value.ts'
import { type Path, refuse } from '../errors.ts'
import { type Bound, compare, prefixRange, type Range, type Subject, type Test } from './condition.ts'

export const operatorNames = [
  ...(['eq', 'ne', 'in', 'not_in', 'gt', 'gte', 'lt', 'lte', 'between'] as const),
  ...(['exists', 'not_exists', 'starts_with', 'contains'] as const),
] as const
export type Operator = (typeof operatorNames)[number]

/** An operator with what was sent for it, and where. */
export interface Sent {
  readonly operator: Operator
  readonly value: unknown
  /** Of the condition. */
  readonly path: Path
}

/** Characters of a part of a text. A longer one would be looked for in every record for nearly nothing. */
export const PART_CHARACTERS = 255

type ParseKey = (input: unknown, attribute: Attribute) => Parsed<Scalar>

/** One operand as it is compared: the normal form that keys hold, the amount of a currency, a time in milliseconds. */
const operand = (subject: Subject, input: unknown, path: Path, parseKey: ParseKey): Scalar => {
  const parsed = parsedOperand(subject, input, parseKey)
  if (!parsed.ok) throw refuse(parsed.problem.code, path, parsed.problem.detail)
  return parsed.value
}

const parsedOperand = (subject: Subject, input: unknown, parseKey: ParseKey): Parsed<Scalar> => {
  if (subject.kind === 'attribute' || subject.kind === 'related')
    return subject.attribute.type === 'currency' ? parseNumber(input) : parseKey(input, subject.attribute)
  if (subject.kind === 'id')
    return isUuid(input)
      ? { ok: true, value: input.toLowerCase() }
      : { ok: false, problem: { code: 'invalid_value', detail: 'the id (UUID) of a record' } }
  const time = valueTypes.datetime.parse(input, { options: [] })
  return time.ok ? { ok: true, value: Date.parse(time.value as string) } : time
}

const typeOfSubject = (subject: Subject) => ('attribute' in subject ? typeOf(subject.attribute) : undefined)

const checkOrder = (subject: Subject, { operator, path }: Sent) => {
  const type = typeOfSubject(subject)
  if (subject.kind === 'id' || (type && !type.sortable && !type.numeric))
    throw refuse(
      'invalid_value',
      [...path, 'operator'],
      `one for attributes without an order, such as eq or in, not ${operator}`,
    )
}

const textOperand = (subject: Subject, { operator, value, path }: Sent): string => {
  const fragment = typeOfSubject(subject)?.fragment
  if (!fragment)
    throw refuse(
      'invalid_value',
      [...path, 'operator'],
      `one for attributes that are no text, such as eq or in, not ${operator}`,
    )
  if (typeof value !== 'string') throw refuse('wrong_type', [...path, 'value'], `a string, not ${kindOf(value)}`)
  if (isLongerThan(value, PART_CHARACTERS))
    throw refuse('too_long', [...path, 'value'], `at most ${PART_CHARACTERS} characters`)
  const text = fragment(value)
  if (text === '') throw refuse('invalid_value', [...path, 'value'], 'a part of a text')
  return text
}

const listOf = ({ value, path, operator }: Sent): readonly unknown[] => {
  if (!Array.isArray(value))
    throw refuse('wrong_type', [...path, 'value'], `a list of values for the operator ${operator}`)
  return value
}

/** Texts and numbers are what ranges are made of; a checkbox has false before true. */
const bound = (value: Scalar, inclusive: boolean): Bound => ({
  value: typeof value === 'boolean' ? Number(value) : value,
  inclusive,
})

const rangeOf = (subject: Subject, sent: Sent, parseKey: ParseKey): Range => {
  checkOrder(subject, sent)
  const { operator, value, path } = sent
  const one = (input: unknown, at: Path = [...path, 'value']) => operand(subject, input, at, parseKey)
  if (operator !== 'between') {
    const inclusive = operator === 'gte' || operator === 'lte'
    return operator.startsWith('g') ? { from: bound(one(value), inclusive) } : { to: bound(one(value), inclusive) }
  }
  const ends = listOf(sent)
  if (ends.length !== 2) throw refuse('invalid_value', [...path, 'value'], 'a list of the lowest and the highest value')
  const [from, to] = ends.map((end, i) => bound(one(end, [...path, 'value', i]), true)) as [Bound, Bound]
  if (compare(from.value, to.value) > 0)
    throw refuse('invalid_value', [...path, 'value'], 'a list of the lowest and the highest value, in this order')
  return { from, to }
}

/** What is contained: a part of a text; of a list of other values, one of them. */
const containedTest = (subject: Subject, sent: Sent, parseKey: ParseKey): Test => {
  const isList = subject.kind !== 'id' && 'attribute' in subject && subject.attribute.multiple
  if (!isList || typeOfSubject(subject)?.fragment) return { kind: 'part', text: textOperand(subject, sent) }
  return { kind: 'in', values: [operand(subject, sent.value, [...sent.path, 'value'], parseKey)] }
}

const negations: ReadonlySet<Operator> = new Set(['ne', 'not_in', 'not_exists'])

const plainTest = (subject: Subject, sent: Sent, parseKey: ParseKey): Test => {
  const { operator, value, path } = sent
  switch (operator) {
    case 'eq':
    case 'ne':
      return { kind: 'in', values: [operand(subject, value, [...path, 'value'], parseKey)] }
    case 'in':
    case 'not_in':
      return {
        kind: 'in',
        values: listOf(sent).map((one, i) => operand(subject, one, [...path, 'value', i], parseKey)),
      }
    case 'exists':
    case 'not_exists':
      if (value !== undefined) throw refuse('unknown_field', [...path, 'value'], `a condition with ${operator}`)
      return { kind: 'exists' }
    case 'starts_with':
      return { kind: 'range', ...prefixRange(textOperand(subject, sent)) }
    case 'contains':
      return containedTest(subject, sent, parseKey)
    default:
      return { kind: 'range', ...rangeOf(subject, sent, parseKey) }
  }
}

/** What a condition asks, and whether it asks for the opposite. @throws RefusedError at the path of what is wrong */
export const testOf = (
  subject: Subject,
  sent: Sent,
  parseKey: ParseKey,
): { readonly test: Test; readonly negated: boolean } => ({
  test: plainTest(subject, sent, parseKey),
  negated: negations.has(sent.operator),
})
