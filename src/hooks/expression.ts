import {
  compile,
  type JSONValue,
  TreeInterpreter,
  TYPE_NULL,
  TYPE_NUMBER,
  TYPE_STRING,
} from '@jmespath-community/jmespath'
import { refuse } from '../engine/errors.ts'
import { hookLimits } from './definition.ts'

/**
 * JMESPath with limits. The language has none of its own: an expression of a hundred characters can make a list of millions.
 * So what is too long, too deep or could grow without being seen is refused when the hook is defined, and while a delivery
 * is mapped every step is counted.
 */

type Node = ReturnType<typeof compile>
type Value = ReturnType<typeof TreeInterpreter.visit>

export type Expression = Node

/** Those would make texts of any length of a few characters; no payload needs them to become a record. */
const FORBIDDEN = new Set(['pad_left', 'pad_right'])
/** What is known by another name than these is looked up in an object that the library has made. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])
/** Characters of a text that count as one step. */
const STEP_CHARACTERS = 16

/** From here on a number of a time is one of milliseconds: as seconds it would be after the year 5000. */
const MILLISECONDS_FROM = 100_000_000_000

/**
 * The one function that JMESPath lacks for events: many tell their time as a number since 1970. Texts of one are taken too,
 * all else stays as it is.
 */
const toTime = (value: unknown): JSONValue => {
  if (value === null || (typeof value === 'string' && !/^\d{1,15}(\.\d+)?$/.test(value))) return value
  const number = Number(value)
  const time = new Date(number < MILLISECONDS_FROM ? number * 1_000 : number)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

/** By name: functions besides those of the library. */
const OWN_FUNCTIONS = new Set(['to_time'])

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const childrenOf = (node: object): readonly object[] =>
  Object.values(node)
    .flatMap((value: unknown) => value)
    .filter(isObject)

const isNode = (value: object): value is Node => 'type' in value && typeof value.type === 'string'

/** Everything below a literal is data and no expression. */
const depthOf = (node: object): number =>
  1 + Math.max(0, ...(isNode(node) && node.type === 'Literal' ? [] : childrenOf(node).map(depthOf)))

const forbiddenIn = (node: object): string | undefined => {
  if (isNode(node)) {
    if (node.type === 'Literal') return undefined
    // The library would go on with an interpreter of its own, which counts nothing.
    if (node.type === 'LetExpression' || node.type === 'Variable') return 'without let'
    if (node.type === 'Function' && FORBIDDEN.has(node.name)) return `without ${node.name}`
    if (node.type === 'Function' && !OWN_FUNCTIONS.has(node.name) && !TreeInterpreter.runtime.isRegistered(node.name))
      return `without the unknown function ${node.name}`
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

const stepsOf = (value: unknown): number => {
  if (typeof value === 'string') return 1 + value.length / STEP_CHARACTERS
  if (Array.isArray(value)) return 1 + value.length
  return 1
}

/** The class of the library's one interpreter, which it does not export by name. */
const Interpreter = TreeInterpreter.constructor as new () => typeof TreeInterpreter

/** Evaluates expressions until their steps are used up. */
class CountingInterpreter extends Interpreter {
  #left: number = hookLimits.steps

  constructor() {
    super()
    const { runtime } = this
    runtime.register('to_time', ([time]) => toTime(time), [{ types: [TYPE_NUMBER, TYPE_STRING, TYPE_NULL] }])
    const call = runtime.callFunction.bind(runtime)
    runtime.callFunction = (name, args) => {
      this.#spendOnFunction(name, args)
      return call(name, args)
    }
  }

  #spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw refuse('mapping_failed', undefined, `it takes more than ${hookLimits.steps} steps`)
  }

  /** Of all that is below a value: what is compared or written out as a whole. */
  #spendOnAll(value: unknown): void {
    this.#spend(stepsOf(value))
    if (isObject(value)) for (const inner of Object.values(value)) this.#spendOnAll(inner)
  }

  /** Before it runs: what it will come to can be told from what it is given. */
  #spendOnFunction(name: string, args: readonly unknown[]): void {
    const [first, second, third] = args
    if (name === 'to_string' || name === 'contains') for (const arg of args) this.#spendOnAll(arg)
    else for (const arg of args) this.#spend(stepsOf(arg) + (isObject(arg) ? Object.keys(arg).length : 0))
    if (name === 'join' && typeof first === 'string' && Array.isArray(second)) {
      this.#spend((first.length * second.length) / STEP_CHARACTERS)
      for (const part of second) this.#spend(stepsOf(part))
    }
    if (name === 'replace' && typeof first === 'string' && typeof third === 'string')
      this.#spend(((first.length + 1) * third.length) / STEP_CHARACTERS)
    if (name === 'split' && typeof first === 'string') this.#spend(first.length)
  }

  override visit(node: Node, value: Value): Value {
    this.#spend(1)
    switch (node.type) {
      case 'Field':
        // What an object merely inherits is no part of the payload.
        return isObject(value) && Object.hasOwn(value, node.name) ? super.visit(node, value) : null
      case 'Flatten': {
        const lists = this.visit(node.child, value)
        if (!Array.isArray(lists)) return null
        for (const list of lists) this.#spend(stepsOf(list))
        return lists.flat()
      }
      case 'Comparator': {
        const sides = [this.visit(node.left, value), this.visit(node.right, value)] as JSONValue[]
        for (const side of sides) this.#spendOnAll(side)
        const [left = null, right = null] = sides.map((side) => ({ type: 'Literal', value: side }) as const)
        return left && right ? super.visit({ ...node, left, right }, value) : null
      }
      default: {
        const result = super.visit(node, value)
        if (node.type === 'Slice') this.#spend(stepsOf(result))
        return result
      }
    }
  }
}

/** Evaluates the expressions of one delivery; their steps are counted together. */
export type Evaluate = (expression: Expression, context: unknown) => unknown

export const evaluator = (): Evaluate => {
  const interpreter = new CountingInterpreter()
  return (expression, context) => interpreter.search(expression, context as JSONValue) as unknown
}
