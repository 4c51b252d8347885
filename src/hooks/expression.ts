import { compile, type JSONValue } from '@jmespath-community/jmespath'
import { refuse } from '../engine/errors.ts'
import { hookLimits } from './definition.ts'
import { functions, leftOut } from './functions.ts'
import { CountingInterpreter, isCounted, type Node } from './interpreter.ts'
import { isObject } from './steps.ts'

/**
 * JMESPath with limits. The language has none of its own: an expression of a hundred characters can make a list of millions.
 * So what is too long, too deep or could grow without being seen is refused when the hook is defined, and while a delivery
 * is mapped every step is counted.
 */

export type Expression = Node

/** What is known by another name than these is looked up in an object that the library has made. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** What stands directly in a node; of lists their elements. */
export const childrenOf = (node: object): readonly object[] =>
  Object.values(node)
    .flatMap((value: unknown) => value)
    .filter(isObject)

export const isNode = (value: object): value is Node => 'type' in value && typeof value.type === 'string'

/** Everything below a literal is data and no expression. */
const depthOf = (node: object): number =>
  1 + Math.max(0, ...(isNode(node) && node.type === 'Literal' ? [] : childrenOf(node).map(depthOf)))

const forbiddenIn = (node: object): string | undefined => {
  if (isNode(node)) {
    if (node.type === 'Literal') return undefined
    if (!isCounted(node.type)) return `without ${node.type}`
    if (node.type === 'Function' && !functions.has(node.name))
      return `without the ${leftOut.has(node.name) ? '' : 'unknown '}function ${node.name}`
  }
  if ('name' in node && RESERVED.has(String(node.name))) return `without the name ${String(node.name)}`
  return childrenOf(node)
    .map(forbiddenIn)
    .find((found) => found !== undefined)
}

/**
 * @param field where the expression stands, for the refusal
 * @throws RefusedError too_long, invalid_value
 */
export const compileExpression = (text: string, field: readonly (string | number)[]): Expression => {
  const { expressionCharacters, expressionDepth } = hookLimits
  if (text.length > expressionCharacters) throw refuse('too_long', field, `at most ${expressionCharacters} characters`)
  let node: Node
  try {
    node = compile(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be parsed'
    throw refuse('invalid_value', field, `a JMESPath expression (${reason})`)
  }
  if (depthOf(node) > expressionDepth)
    throw refuse('invalid_value', field, `an expression with at most ${expressionDepth} levels inside each other`)
  const forbidden = forbiddenIn(node)
  if (forbidden !== undefined) throw refuse('invalid_value', field, `an expression ${forbidden}`)
  return node
}

/** Evaluates the expressions of one delivery; their steps are counted together. */
export type Evaluate = (expression: Expression, context: unknown) => unknown

export const evaluator = (): Evaluate => {
  const interpreter = new CountingInterpreter()
  return (expression, context) => interpreter.search(expression, context as JSONValue) as unknown
}
