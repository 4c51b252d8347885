import { type Path, problem, RefusedError } from '../engine/errors.ts'
import type { Expressions, Mapping } from './definition.ts'
import { compileExpression, type Expression, evaluator } from './expression.ts'

/** Expressions that know where they stand in a mapping, so that whatever fails can say which of them it was. */

export interface NamedExpression {
  readonly expression: Expression
  /** Such as `mapping`, `values`, `first_name`. */
  readonly at: Path
}

/** An expression that cannot be applied to a payload. */
export class ExpressionError extends Error {
  readonly at: Path

  constructor(at: Path, reason: string) {
    super(reason)
    this.at = at
  }

  /** @param isOfElement it is told at the place of the element, so that the sentence has to name the expression */
  asRefusal(isOfElement: boolean): RefusedError {
    const one = isOfElement
      ? problem('mapping_failed', undefined, `${this.at.join('.')}, ${this.message}`)
      : problem('mapping_failed', this.at, this.message)
    return new RefusedError(one)
  }
}

/** @throws RefusedError too_long, invalid_value */
const named = (text: string, at: Path): NamedExpression => ({ expression: compileExpression(text, at), at })

/** @throws RefusedError too_long, invalid_value */
export const namedAll = (expressions: Expressions, at: Path): readonly NamedExpression[] =>
  Object.entries(expressions).map(([name, text]) => named(text, [...at, name]))

/** Those that are of the delivery as a whole. @throws RefusedError too_long, invalid_value */
export const namedExpressions = ({ when, items, messageId }: Mapping) => {
  const one = (text: string | undefined, name: string) =>
    text === undefined ? undefined : named(text, ['mapping', name])
  return { when: one(when, 'when'), items: one(items, 'items'), messageId: one(messageId, 'messageId') }
}

/**
 * @throws ExpressionError where it meets a value of another type; RefusedError mapping_failed where the steps of the delivery
 *   are used up
 */
export type EvaluateNamed = (expression: NamedExpression, context: unknown) => unknown

/** For one delivery. */
export const namedEvaluator = (): EvaluateNamed => {
  const evaluate = evaluator()
  return ({ expression, at }, context) => {
    try {
      return evaluate(expression, context)
    } catch (error) {
      if (error instanceof RefusedError) {
        const [{ code, detail }] = error.refusal.problems
        throw new RefusedError(problem(code, at, detail))
      }
      const reason = error instanceof RangeError ? 'the payload is nested too deeply' : String(Object(error).message)
      throw new ExpressionError(at, reason)
    }
  }
}
