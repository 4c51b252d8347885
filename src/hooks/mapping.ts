import { problem, RefusedError, refuse } from '../engine/errors.ts'
import { type Expressions, type HookDefinition, hookLimits } from './definition.ts'
import { compileExpression, type Evaluate, type Expression, evaluator } from './expression.ts'
import { CLEARED, isBlank } from './own-functions.ts'
import { newerOf, signedPart } from './signed-part.ts'

/** What expressions see of a delivery. */
export interface MappingInput {
  /** The payload, parsed. */
  readonly body: unknown
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** SHA-256 of the body as it came, in hex; there where messageId names it. */
  readonly digest?: string
}

/** What a delivery comes to; items are such as a batch of records takes. */
export interface Mapped {
  /** Empty where the hook does not care for the delivery. A RefusedError in the place of an element that cannot be mapped. */
  readonly items: readonly unknown[]
  readonly messageId: string | null
}

export type MapDelivery = (input: MappingInput) => Mapped

/** What expressions see of a delivery or one of its elements, and what of that is signed. */
interface Seen {
  readonly all: object
  readonly signed: object
}

/** What is blank is left out, but for what an expression clears. */
const settled = (values: Readonly<Record<string, unknown>>, options: HookDefinition['options']) => {
  const all = { values, blanks: 'ignore', ...options }
  const entries = Object.entries(values)
  if (!entries.some(([, value]) => value === CLEARED)) return all
  const written = all.blanks === 'ignore' ? entries.filter(([, value]) => !isBlank(value)) : entries
  const cleared = written.map(([name, value]) => [name, value === CLEARED ? null : value])
  return { ...all, values: Object.fromEntries(cleared), blanks: 'write' }
}

type Compiled = ReadonlyMap<string, Expression>

const compiledAll = (expressions: Expressions, at: readonly (string | number)[]): Compiled =>
  new Map(Object.entries(expressions).map(([name, text]) => [name, compileExpression(text, [...at, name])]))

/** JMESPath has no undefined: what is not there is null. */
const isThere = (value: unknown): boolean => value !== null && value !== undefined

const isTrue = (value: unknown): boolean =>
  isThere(value) && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0)

/** What stood in for a value that is no value: JMESPath gives a function where the library has made a mistake. */
const evaluateAll = (compiled: Compiled, evaluate: Evaluate, context: unknown) =>
  [...compiled].map(([name, expression]) => [name, evaluate(expression, context)] as const)

/** A whole number, what is written in quotes, and what a log cannot show: such a text stands as JSON. */
const NEEDS_QUOTES = /^-?\d+$|^"|\p{Cc}/u

/**
 * As it is written down. Two messages must never come to one id: the second would be taken for a repetition, and be lost. So
 * 7 and "7" are two.
 */
const messageIdOf = (value: unknown): string | null => {
  const { messageIdCharacters } = hookLimits
  const unusable = (why: string) => refuse('mapping_failed', undefined, `messageId comes to ${why}`)
  if (!isThere(value) || value === '') return null
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw unusable('a number that cannot be told from its neighbours')
    return String(value)
  }
  if (typeof value !== 'string') throw unusable('no text or number')
  if (value.length > messageIdCharacters) throw unusable(`more than ${messageIdCharacters} characters`)
  // What is half a character is stored as another one.
  if (!value.isWellFormed()) throw unusable('a text that is no Unicode')
  return NEEDS_QUOTES.test(value) ? JSON.stringify(value) : value
}

/**
 * What decides what is new is of what is signed. Where there is nothing in that, and something in all of it, the expression is
 * a mistake that must not be silent: no repetition would be known any more.
 * @param what it is called
 * @throws RefusedError mapping_failed
 */
const decided = (evaluate: Evaluate, expression: Expression, { all, signed }: Seen, what: string): unknown => {
  const value = evaluate(expression, signed)
  if (isBlank(value) && !isBlank(evaluate(expression, all)))
    throw refuse('mapping_failed', undefined, `${what} comes to something only by what its sender does not sign`)
  return value
}

/** Counts characters until there are too many: what is mapped may name one part of the payload many times. */
const measured = () => {
  let left: number = hookLimits.mappedCharacters
  const measure = (value: unknown): void => {
    left -= typeof value === 'string' ? value.length + 2 : 8
    if (left < 0)
      throw refuse('mapping_failed', undefined, `it comes to more than ${hookLimits.mappedCharacters} characters`)
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        left -= name.length
        measure(inner)
      }
  }
  return measure
}

/** An expression that meets a value of another type throws an error of the library; so does one that goes too deep. */
const asRefusal = (error: unknown): RefusedError => {
  if (error instanceof RefusedError) return error
  const reason =
    error instanceof RangeError ? 'the payload is nested too deeply' : error instanceof Error ? error.message : ''
  return new RefusedError(problem('mapping_failed', undefined, reason))
}

/**
 * Compiles what a hook does with a payload, once for all of its deliveries.
 * @throws RefusedError too_long, invalid_value, naming the expression
 */
export const compileMapping = ({
  mapping,
  options,
  verification,
}: Pick<HookDefinition, 'mapping' | 'options' | 'verification'>): MapDelivery => {
  const one = (text: string | undefined, name: string) =>
    text === undefined ? undefined : compileExpression(text, ['mapping', name])
  const when = one(mapping.when, 'when')
  const list = one(mapping.items, 'items')
  const messageId = one(mapping.messageId, 'messageId')
  const matches = mapping.match.map((match, i) => compiledAll(match, ['mapping', 'match', i]))
  const expressions = compiledAll(mapping.values, ['mapping', 'values'])
  const newer = newerOf({ options })

  /** A key of which a part is not there finds nothing, so it is left out; one of them must be there. */
  const matchOf = (evaluate: Evaluate, context: object) => {
    const found = matches
      .map((match) => evaluateAll(match, evaluate, context))
      .filter((parts) => parts.every(([, value]) => isThere(value) && value !== ''))
    if (matches.length > 0 && found.length === 0) throw new Error('the payload has none of the values to match by')
    return found.map((parts) => Object.fromEntries(parts))
  }

  const itemOf = (evaluate: Evaluate, seen: Seen) => {
    const match = matchOf(evaluate, seen.all)
    const comesTo = (name: string, one: Expression) =>
      name === newer ? decided(evaluate, one, seen, `values.${name}`) : evaluate(one, seen.all)
    const mapped = [...expressions].map(([name, one]) => [name, comesTo(name, one)] as const)
    const values = { ...Object.fromEntries(mapped), ...mapping.constants }
    return { ...(match.length > 0 && { match }), ...settled(values, options) }
  }

  const elementsOf = (evaluate: Evaluate, seen: Seen): readonly Seen[] => {
    if (!list) return [seen]
    const elements = decided(evaluate, list, seen, 'items')
    if (!isThere(elements)) return []
    if (!Array.isArray(elements)) throw refuse('mapping_failed', undefined, 'items does not come to a list')
    if (elements.length > hookLimits.items)
      throw refuse(
        'mapping_failed',
        undefined,
        `items comes to ${elements.length} items, and at most ${hookLimits.items} can be taken`,
      )
    return elements.map((item: unknown) => ({ all: { ...seen.all, item }, signed: { ...seen.signed, item } }))
  }

  /** Limits are those of the delivery; all else that is wrong with an element is wrong with no other. */
  const mapOne = (evaluate: Evaluate, element: Seen): object => {
    try {
      return itemOf(evaluate, element)
    } catch (error) {
      if (error instanceof RefusedError) throw error
      return asRefusal(error)
    }
  }

  return (input) => {
    const evaluate = evaluator()
    const measure = measured()
    const seen = { all: input, signed: signedPart(input, verification) }
    try {
      const id = messageId ? messageIdOf(decided(evaluate, messageId, seen, 'messageId')) : null
      if (when && !isTrue(evaluate(when, input))) return { items: [], messageId: id }
      const items = elementsOf(evaluate, seen).map((element) => mapOne(evaluate, element))
      const [first] = items
      if (first instanceof RefusedError && items.every((item) => item instanceof RefusedError)) throw first
      measure(items)
      return { items, messageId: id }
    } catch (error) {
      throw asRefusal(error)
    }
  }
}
