import { isLongerThan } from '../../schema/characters.ts'
import { type Attribute, isUuid, type Scalar, typeOf, valueTypes } from '../../schema/schema.ts'
import { parseNumber } from '../../schema/types/number.ts'
import { kindOf, type Parsed } from '../../schema/value.ts'
import { type Path, refuse } from '../errors.ts'
import { type Bound, compare, prefixRange, type Subject, type Test } from './condition.ts'

/** An operator with what was sent for it, and where. */
export interface Sent {
  readonly operator: string
  readonly value: unknown
  /** Of the condition. */
  readonly path: Path
}

/** Characters of a part of a text. A longer one would be looked for in every record for nearly nothing. */
export const PART_CHARACTERS = 255

type ParseKey = (input: unknown, attribute: Attribute) => Parsed<Scalar>

/** What an operator asks of a subject. @throws RefusedError at the path of what is wrong */
type Ask = (subject: Subject, sent: Sent, parseKey: ParseKey) => Test

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

/** Between nothing and one end. */
const beyond =
  (end: 'from' | 'to', inclusive: boolean): Ask =>
  (subject, sent, parseKey) => {
    checkOrder(subject, sent)
    const value = operand(subject, sent.value, [...sent.path, 'value'], parseKey)
    return { kind: 'range', [end]: bound(value, inclusive) }
  }

const between: Ask = (subject, sent, parseKey) => {
  checkOrder(subject, sent)
  const path = [...sent.path, 'value']
  const ends = listOf(sent)
  if (ends.length !== 2) throw refuse('invalid_value', path, 'a list of the lowest and the highest value')
  const [from, to] = ends.map((end, i) => bound(operand(subject, end, [...path, i], parseKey), true)) as [Bound, Bound]
  if (compare(from.value, to.value) > 0)
    throw refuse('invalid_value', path, 'a list of the lowest and the highest value, in this order')
  return { kind: 'range', from, to }
}

/** What is contained: a part of a text; of a list of other values, one of them. */
const contains: Ask = (subject, sent, parseKey) => {
  const isList = subject.kind !== 'id' && 'attribute' in subject && subject.attribute.multiple
  if (!isList || typeOfSubject(subject)?.fragment) return { kind: 'part', text: textOperand(subject, sent) }
  return equals(subject, sent, parseKey)
}

const equals: Ask = (subject, { value, path }, parseKey) => ({
  kind: 'in',
  values: [operand(subject, value, [...path, 'value'], parseKey)],
})

const isOneOf: Ask = (subject, sent, parseKey) => ({
  kind: 'in',
  values: listOf(sent).map((one, i) => operand(subject, one, [...sent.path, 'value', i], parseKey)),
})

const exists: Ask = (_subject, { operator, value, path }) => {
  if (value !== undefined) throw refuse('unknown_field', [...path, 'value'], `a condition with ${operator}`)
  return { kind: 'exists' }
}

const startsWith: Ask = (subject, sent) => ({ kind: 'range', ...prefixRange(textOperand(subject, sent)) })

/** What each operator asks; under `not` those that ask for the opposite. */
const operators = {
  eq: { ask: equals },
  ne: { not: equals },
  in: { ask: isOneOf },
  not_in: { not: isOneOf },
  gt: { ask: beyond('from', false) },
  gte: { ask: beyond('from', true) },
  lt: { ask: beyond('to', false) },
  lte: { ask: beyond('to', true) },
  between: { ask: between },
  exists: { ask: exists },
  not_exists: { not: exists },
  starts_with: { ask: startsWith },
  contains: { ask: contains },
} as const satisfies Record<string, { readonly ask: Ask } | { readonly not: Ask }>

export type Operator = keyof typeof operators

export const operatorNames = Object.keys(operators) as readonly Operator[]

export const isOperator = (name: unknown): name is Operator =>
  typeof name === 'string' && Object.hasOwn(operators, name)

/** What a condition asks, and whether it asks for the opposite. @throws RefusedError at the path of what is wrong */
export const testOf = (
  subject: Subject,
  sent: Sent & { readonly operator: Operator },
  parseKey: ParseKey,
): { readonly test: Test; readonly negated: boolean } => {
  const one = operators[sent.operator]
  return 'not' in one
    ? { test: one.not(subject, sent, parseKey), negated: true }
    : { test: one.ask(subject, sent, parseKey), negated: false }
}
