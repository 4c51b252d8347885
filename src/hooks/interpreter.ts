import { type compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath'
import { functions } from './functions.ts'
import { isObject, ofSpread, Steps, stepsOf } from './steps.ts'

/** Evaluates expressions as the library does, but counts each step before it is done. */

export type Node = ReturnType<typeof compile>
type Value = ReturnType<typeof TreeInterpreter.visit>

/** The class of the library's one interpreter, which it does not export by name. */
const Interpreter = TreeInterpreter.constructor as new () => typeof TreeInterpreter

/**
 * Kinds of nodes, and whether their steps are counted. A scope of its own (`let`) has none: the library goes on with another
 * interpreter there.
 */
const counted: Readonly<Record<Node['type'] | 'KeyValuePair', boolean>> = {
  AndExpression: true,
  Arithmetic: true,
  Binding: false,
  Comparator: true,
  Current: true,
  ExpressionReference: true,
  Field: true,
  FilterProjection: true,
  Flatten: true,
  Function: true,
  Identity: true,
  Index: true,
  IndexExpression: true,
  KeyValuePair: true,
  LetExpression: false,
  Literal: true,
  MultiSelectHash: true,
  MultiSelectList: true,
  NotExpression: true,
  OrExpression: true,
  Pipe: true,
  Projection: true,
  Root: true,
  Slice: true,
  Subexpression: true,
  Ternary: true,
  Unary: true,
  ValueProjection: true,
  Variable: false,
}

export const isCounted = (type: keyof typeof counted): boolean => counted[type]

/** What JMESPath takes for false: what is not there, and whatever is empty. */
export const isFalse = (value: unknown): boolean => {
  if (!isObject(value)) return value === undefined || value === null || value === false || value === ''
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
}

/** For the steps of one delivery. */
export class CountingInterpreter extends Interpreter {
  readonly #steps = new Steps()
  /** Values that stand for an expression. A payload can have some that look like it, with anything in them. */
  readonly #references = new WeakMap<object, Node>()
  /** Of objects that were looked at: looking takes as long as they are large. */
  readonly #isEmpty = new WeakMap<object, boolean>()

  constructor() {
    super()
    const { runtime } = this
    const library = runtime.callFunction.bind(runtime)
    runtime.callFunction = (name, args) => this.#call(name, args as JSONValue[], library)
  }

  #call(name: string, args: JSONValue[], library: typeof this.runtime.callFunction): JSONValue {
    const known = functions.get(name)
    if (!known) throw new Error(`there is no function ${name}`)
    known.spend(args, this.#steps)
    if (!known.own) return library(name, args)
    const [fewest, most] = known.own.arity
    if (args.length < fewest || args.length > most) throw new Error(`${name} has another number of arguments`)
    const evaluate = (reference: unknown, element: JSONValue) => this.#evaluate(reference, element)
    return known.own.run(args, { steps: this.#steps, evaluate })
  }

  #evaluate(reference: unknown, element: JSONValue): JSONValue {
    const node = isObject(reference) && this.#references.get(reference)
    if (!node) throw new Error('an argument is no expression behind &')
    return this.visit(node, element) as JSONValue
  }

  #isFalse(value: unknown): boolean {
    if (!isObject(value) || Array.isArray(value)) return isFalse(value)
    const known = this.#isEmpty.get(value)
    if (known !== undefined) return known
    this.#steps.spend(stepsOf(value))
    const isEmpty = isFalse(value)
    this.#isEmpty.set(value, isEmpty)
    return isEmpty
  }

  /** Without what comes to nothing. */
  #project(elements: readonly JSONValue[], node: Node): JSONValue[] {
    return elements.map((element) => this.visit(node, element) as JSONValue).filter((result) => result !== null)
  }

  override visit(node: Node, value: Value): Value {
    this.#steps.spend(1)
    switch (node.type) {
      case 'Field':
        // What an object merely inherits is no part of the payload.
        return isObject(value) && Object.hasOwn(value, node.name) ? super.visit(node, value) : null
      case 'Flatten': {
        const lists = this.visit(node.child, value)
        if (!Array.isArray(lists)) return null
        for (const list of lists) if (Array.isArray(list)) this.#steps.spend(stepsOf(list))
        this.#steps.spend(lists.length)
        return lists.flat()
      }
      case 'Comparator': {
        const sides = [this.visit(node.left, value), this.visit(node.right, value)] as JSONValue[]
        for (const side of sides) this.#steps.spendOnAll(side)
        const [left = null, right = null] = sides.map((side) => ({ type: 'Literal', value: side }) as const)
        return left && right ? super.visit({ ...node, left, right }, value) : null
      }
      case 'AndExpression': {
        const left = this.visit(node.left, value)
        return this.#isFalse(left) ? left : this.visit(node.right, value)
      }
      case 'OrExpression': {
        const left = this.visit(node.left, value)
        return this.#isFalse(left) ? this.visit(node.right, value) : left
      }
      case 'NotExpression':
        return this.#isFalse(this.visit(node.child, value))
      case 'Ternary':
        return this.visit(this.#isFalse(this.visit(node.condition, value)) ? node.falseExpr : node.trueExpr, value)
      case 'FilterProjection': {
        const base = this.visit(node.left, value)
        if (!Array.isArray(base)) return null
        const isMeant = (element: JSONValue) => !this.#isFalse(this.visit(node.condition, element))
        return this.#project(base.filter(isMeant), node.right)
      }
      case 'ValueProjection': {
        const base = this.visit(node.left, value)
        if (!isObject(base) || Array.isArray(base)) return null
        this.#steps.spend(stepsOf(base))
        return this.#project(Object.values(base), node.right)
      }
      case 'Slice': {
        if (typeof value === 'string') this.#steps.spend(ofSpread(value))
        const result = super.visit(node, value)
        this.#steps.spend(stepsOf(result))
        return result
      }
      case 'ExpressionReference': {
        const reference = super.visit(node, value)
        if (isObject(reference)) this.#references.set(reference, node.child)
        return reference
      }
      default:
        return super.visit(node, value)
    }
  }
}
