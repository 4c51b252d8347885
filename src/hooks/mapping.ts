import { type Path, type Refusal, RefusedError, refuse } from '../engine/errors.ts'
import { DIGEST, type HookDefinition, hookLimits } from './definition.ts'
import { isFalse } from './interpreter.ts'
import type { MappingInput } from './mapping-input.ts'
import { messageIdOf } from './message-id.ts'
import {
  type EvaluateNamed,
  ExpressionError,
  type NamedExpression,
  namedAll,
  namedEvaluator,
  namedExpressions,
} from './named-expression.ts'
import { CLEARED, isBlank } from './own-functions.ts'
import { readsOf } from './reads.ts'
import { withoutRedacted } from './redaction.ts'
import { newerOf, signedPart } from './signed-part.ts'

/** What a delivery comes to; items are such as a batch of records takes. */
export interface Mapped {
  /** Empty where the hook does not care for the delivery. A RefusedError in the place of an element that cannot be mapped. */
  readonly items: readonly unknown[]
  /** Why there are no items; absent where there are. */
  readonly skipped?: string
  readonly messageId: string | null
}

/** What cannot be mapped, though it may be known which message it is. */
export class UnmappedError extends RefusedError {
  readonly messageId: string | null

  constructor(refusal: Refusal, messageId: string | null) {
    super(refusal)
    this.messageId = messageId
  }
}

/** @throws UnmappedError mapping_failed, naming the expression */
export type MapDelivery = (input: MappingInput) => Mapped

/** What a hook does with payloads. */
export interface CompiledMapping {
  readonly map: MapDelivery
  /** Whether it looks at the digest: that takes its time, so others do without, and only there may a log have it. */
  readonly readsDigest: boolean
}

/** What expressions see of a delivery or one of its elements, and what of that is signed. */
interface Seen {
  readonly all: object
  readonly signed: object
}

/** Why a message id is refused that a log would show more by than it may. */
export const SHOWS_REDACTED = 'it depends on what is redacted, and the log shows it'

/** What is blank is left out, but for what an expression clears. */
const settled = (values: Readonly<Record<string, unknown>>, options: HookDefinition['options']) => {
  const all = { values, blanks: 'ignore', ...options }
  const entries = Object.entries(values)
  if (!entries.some(([, value]) => value === CLEARED)) return all
  const written = all.blanks === 'ignore' ? entries.filter(([, value]) => !isBlank(value)) : entries
  const cleared = written.map(([name, value]) => [name, value === CLEARED ? null : value])
  return { ...all, values: Object.fromEntries(cleared), blanks: 'write' }
}

/** JMESPath has no undefined: what is not there is null. */
const isThere = (value: unknown): boolean => value !== null && value !== undefined

/**
 * What decides what is new is of what is signed. Where there is nothing in that, and something in all of it, the expression is
 * a mistake that must not be silent: no repetition would be known any more.
 * @throws RefusedError mapping_failed
 */
const decided = (evaluate: EvaluateNamed, expression: NamedExpression, { all, signed }: Seen): unknown => {
  const value = evaluate(expression, signed)
  if (isBlank(value) && !isBlank(evaluate(expression, all)))
    throw refuse('mapping_failed', expression.at, 'it comes to something only by what its sender does not sign')
  return value
}

const unlessItFails = <T>(work: () => T): T | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** What the log shows of a message must be the same without what is redacted; no list of expressions that tell it would be whole. */
const idOf = (
  evaluate: EvaluateNamed,
  messageId: NamedExpression,
  seen: Seen & { readonly signed: MappingInput },
  redact: readonly string[],
): string | null => {
  const id = messageIdOf(decided(evaluate, messageId, seen))
  if (id === null || redact.length === 0) return id
  const shown = () => messageIdOf(evaluate(messageId, withoutRedacted(seen.signed, redact)))
  if (id !== unlessItFails(shown)) throw refuse('mapping_failed', messageId.at, SHOWS_REDACTED)
  return id
}

const nothingToMatchBy = (others: readonly Path[]): string => {
  const also = others.length > 0 ? `; ${others.map((at) => at.join('.')).join(', ')} come to nothing, too` : ''
  return `the payload has none of the values to match by${also}`
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

/**
 * Compiles what a hook does with a payload, once for all of its deliveries.
 * @throws RefusedError too_long, invalid_value, naming the expression
 */
export const compileMapping = ({
  mapping,
  options,
  verification,
  redact,
}: Pick<HookDefinition, 'mapping' | 'options' | 'verification' | 'redact'>): CompiledMapping => {
  const { when, items: list, messageId } = namedExpressions(mapping)
  const matches = mapping.match.map((match, i) => namedAll(match, ['mapping', 'match', i]))
  const values = namedAll(mapping.values, ['mapping', 'values'])
  const newer = newerOf({ options })

  /** A key of which a part is not there finds nothing, so it is left out; one of them must be there. */
  const matchOf = (evaluate: EvaluateNamed, context: object) => {
    const missing: Path[] = []
    const found = matches.flatMap((match) => {
      const parts = match.map((one) => ({ name: one.at.at(-1), at: one.at, value: evaluate(one, context) }))
      const absent = parts.find(({ value }) => !isThere(value) || value === '')
      if (absent) missing.push(absent.at)
      return absent ? [] : [Object.fromEntries(parts.map(({ name, value }) => [name, value]))]
    })
    const [first, ...others] = missing
    if (first && found.length === 0) throw new ExpressionError(first, nothingToMatchBy(others))
    return found
  }

  const itemOf = (evaluate: EvaluateNamed, seen: Seen) => {
    const match = matchOf(evaluate, seen.all)
    const mapped = values.map((one) => {
      const name = String(one.at.at(-1))
      return [name, name === newer ? decided(evaluate, one, seen) : evaluate(one, seen.all)] as const
    })
    const written = { ...Object.fromEntries(mapped), ...mapping.constants }
    return { ...(match.length > 0 && { match }), ...settled(written, options) }
  }

  const elementsOf = (evaluate: EvaluateNamed, seen: Seen): readonly Seen[] => {
    if (!list) return [seen]
    const elements = decided(evaluate, list, seen)
    if (!isThere(elements)) return []
    if (!Array.isArray(elements)) throw refuse('mapping_failed', list.at, 'it does not come to a list')
    if (elements.length > hookLimits.items)
      throw refuse(
        'mapping_failed',
        list.at,
        `it comes to ${elements.length} items, and at most ${hookLimits.items} can be taken`,
      )
    return elements.map((item: unknown) => ({ all: { ...seen.all, item }, signed: { ...seen.signed, item } }))
  }

  /** Limits are those of the delivery; all else that is wrong with an element is wrong with no other. */
  const mapOne = (evaluate: EvaluateNamed, element: Seen): object => {
    try {
      return itemOf(evaluate, element)
    } catch (error) {
      if (error instanceof ExpressionError) return error.asRefusal(list !== undefined)
      throw error
    }
  }

  /** @throws RefusedError mapping_failed, as one of all where all have failed */
  const itemsOf = (evaluate: EvaluateNamed, seen: Seen): Pick<Mapped, 'items' | 'skipped'> => {
    const wanted = when ? evaluate(when, seen.all) : true
    if (isFalse(wanted)) return { items: [], skipped: `when comes to ${JSON.stringify(wanted ?? null)}` }
    const items = elementsOf(evaluate, seen).map((element) => mapOne(evaluate, element))
    if (items.length === 0) return { items, skipped: 'items comes to nothing' }
    const [first] = items
    if (first instanceof RefusedError && items.every((item) => item instanceof RefusedError)) throw first
    measured()(items)
    return { items }
  }

  const all = [when, list, messageId].flatMap((one) => one ?? []).concat(...matches, values)
  const readsDigest = all.some(({ expression }) => readsOf(expression).some(([first = DIGEST]) => first === DIGEST))

  const map: MapDelivery = (input) => {
    const evaluate = namedEvaluator()
    const seen = { all: input, signed: signedPart(input, verification) }
    let id: string | null = null
    try {
      if (messageId) id = idOf(evaluate, messageId, seen, redact)
      return { ...itemsOf(evaluate, seen), messageId: id }
    } catch (error) {
      const refusal = error instanceof ExpressionError ? error.asRefusal(false) : error
      throw refusal instanceof RefusedError ? new UnmappedError(refusal.refusal, id) : refusal
    }
  }
  return { map, readsDigest }
}
