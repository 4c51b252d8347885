import { refuse } from '../engine/errors.ts'
import { nearest } from '../schema/nearest.ts'
import { DIGEST, type HookDefinition, type Mapping } from './definition.ts'
import { childrenOf, isNode } from './expression.ts'
import type { Node } from './interpreter.ts'
import { type NamedExpression, namedAll, namedExpressions } from './named-expression.ts'
import { isTold } from './payload.ts'
import { readsOf, written } from './reads.ts'
import { proofNamesOf, signedMembers, type Verification } from './schemes.ts'

/**
 * Expressions that can be evaluated and never mean anything: they come to null, whatever is delivered. A hook with one would
 * skip its deliveries, or leave a value out, without a word; so it is told when it is defined.
 */

interface Placed extends NamedExpression {
  /** Whether it is evaluated for each element of `items`. */
  readonly hasItem: boolean
}

const placedIn = (mapping: Mapping): readonly Placed[] => {
  const whole = Object.values(namedExpressions(mapping)).filter((one) => one !== undefined)
  const ofElements = [
    ...mapping.match.flatMap((one, i) => namedAll(one, ['mapping', 'match', i])),
    ...namedAll(mapping.values, ['mapping', 'values']),
  ]
  const hasItem = mapping.items !== undefined
  return [...whole.map((one) => ({ ...one, hasItem: false })), ...ofElements.map((one) => ({ ...one, hasItem }))]
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
const problemOf = (
  [first, name]: readonly string[],
  known: readonly string[],
  verification: Verification,
): string | undefined => {
  if (first === undefined) return undefined
  if (first === 'item' && !known.includes(first)) return 'without item, where there are no items'
  if (!known.includes(first)) {
    const near = nearest(first, known)
    const meant = `${near === undefined ? '' : `the nearest is ${near}; `}a text has single quotes: '${first}'`
    return `over ${known.join(', ')} and not ${written([first])} (${meant})`
  }
  if (first === 'headers' && name !== undefined && name !== name.toLowerCase())
    return `with headers in lower case: ${written([first, name.toLowerCase()])}`
  if ((first === 'headers' || first === 'query') && name !== undefined && !isTold(name, proofNamesOf(verification)))
    return `without ${written([first, name])}, which is left out since it could hold a secret`
  const signed = signedMembers(verification)
  if (first === 'signed' && name !== undefined && !signed.some((one) => one === name))
    return `over what its sender signs (${['body', ...signed.map((one) => `signed.${one}`)].join(', ')}) and not ${written([first, name])}`
  return undefined
}

/** @throws RefusedError invalid_value naming the first expression that never means anything */
export const checkMeaning = ({ mapping, verification }: Pick<HookDefinition, 'mapping' | 'verification'>): void => {
  for (const { expression, at, hasItem } of placedIn(mapping)) {
    if (looksIntoTruth(expression))
      throw refuse(
        'invalid_value',
        at,
        'an expression with parentheses behind "!", such as !(body.test): as it stands, ! is of what is before the dot alone',
      )
    const known = ['body', 'headers', 'query', 'signed', DIGEST, ...(hasItem ? ['item'] : [])]
    for (const path of readsOf(expression)) {
      const problem = problemOf(path, known, verification)
      if (problem !== undefined) throw refuse('invalid_value', at, `an expression ${problem}`)
    }
  }
}
