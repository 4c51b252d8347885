import { refuse } from '../engine/errors.ts'
import { nearest } from '../schema/nearest.ts'
import { DIGEST, type HookDefinition, type Mapping } from './definition.ts'
import { childrenOf, compileExpression, isNode } from './expression.ts'
import type { Node } from './interpreter.ts'
import { readsOf, written } from './reads.ts'

/**
 * Expressions that can be evaluated and never mean anything: they come to null, whatever is delivered. A hook with one would
 * skip its deliveries, or leave a value out, without a word; so it is told when it is defined.
 */

type Place = readonly (string | number)[]

interface Placed {
  readonly text: string
  readonly at: Place
  /** Whether it is evaluated for each element of `items`. */
  readonly hasItem: boolean
}

const placedIn = ({ when, items, messageId, match, values }: Mapping): readonly Placed[] => {
  const whole = Object.entries({ when, items, messageId }).flatMap(([name, text]) =>
    text === undefined ? [] : [{ text, at: ['mapping', name], hasItem: false }],
  )
  const hasItem = items !== undefined
  const all = (expressions: Readonly<Record<string, string>>, at: Place) =>
    Object.entries(expressions).map(([name, text]) => ({ text, at: [...at, name], hasItem }))
  return [
    ...whole,
    ...match.flatMap((one, i) => all(one, ['mapping', 'match', i])),
    ...all(values, ['mapping', 'values']),
  ]
}

const isTruth = (node: Node): boolean => node.type === 'NotExpression' || node.type === 'Comparator'

/** Whether it looks for members or elements of what is only true or false. */
const looksIntoTruth = (node: object): boolean => {
  if (!isNode(node) || node.type === 'Literal') return !isNode(node) && childrenOf(node).some(looksIntoTruth)
  switch (node.type) {
    case 'Subexpression':
    case 'IndexExpression':
    case 'Projection':
    case 'ValueProjection':
    case 'FilterProjection':
      if (isTruth(node.left)) return true
      break
    case 'Flatten':
      if (isTruth(node.child)) return true
  }
  return childrenOf(node).some(looksIntoTruth)
}

/** What is wrong with a path, in words that follow "must be an expression"; undefined: nothing. */
const problemOf = (path: readonly string[], known: readonly string[]): string | undefined => {
  const [first, name] = path
  if (first === undefined) return undefined
  if (first === 'item' && !known.includes(first)) return 'without item, where there are no items'
  if (!known.includes(first)) {
    const near = nearest(first, known)
    const meant = near === undefined ? `a text has single quotes: '${first}'` : `the nearest is ${near}`
    return `over ${known.join(', ')} and not ${written([first])} (${meant})`
  }
  if (first === 'headers' && name !== undefined && name !== name.toLowerCase())
    return `with headers in lower case: ${written([first, name.toLowerCase()])}`
  return undefined
}

/** @throws RefusedError invalid_value naming the first expression that never means anything */
export const checkMeaning = ({ mapping }: Pick<HookDefinition, 'mapping'>): void => {
  for (const { text, at, hasItem } of placedIn(mapping)) {
    const expression = compileExpression(text, at)
    if (looksIntoTruth(expression))
      throw refuse(
        'invalid_value',
        at,
        'an expression with parentheses behind "!", such as !(body.test): as it stands, ! is of what is before the dot alone',
      )
    const known = ['body', 'headers', 'query', DIGEST, ...(hasItem ? ['item'] : [])]
    for (const path of readsOf(expression)) {
      const problem = problemOf(path, known)
      if (problem !== undefined) throw refuse('invalid_value', at, `an expression ${problem}`)
    }
  }
}
