import { refuse } from '../engine/errors.ts'
import { DIGEST, type HookDefinition } from './definition.ts'
import { compileExpression } from './expression.ts'
import type { Node } from './interpreter.ts'
import { signingOf, type Verification, wordsOf } from './schemes.ts'

/**
 * What decides whether a delivery is a repetition, or older than what is stored, must be signed: whoever has seen one
 * delivery could send it again under another id or time.
 */

interface Signed {
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/**
 * The headers and parameters of a delivery that its signature is of. Of an id that may stand in one of several headers it is
 * the first that is there: the one that was verified.
 */
const signedOf = (verification: Verification, { headers, query }: Signed): Signed | undefined => {
  const signing = signingOf(verification)
  if (!signing) return undefined
  const words = wordsOf(signing.template)
  const ofId = words.includes('id') ? signing.id : undefined
  const ofTime = words.includes('timestamp') && signing.time?.prefix === undefined ? signing.time?.header : undefined
  const there = [ofId, ofTime].flatMap(
    (names) => names?.map((name) => name.toLowerCase()).find((name) => Object.hasOwn(headers, name)) ?? [],
  )
  return {
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => there.includes(name))),
    query: words.includes('url') ? query : {},
  }
}

/** A delivery without what its signature is not of; as it is, where its sender proves itself by something else. */
export const signedPart = <Input extends Signed>(input: Input, verification: Verification): Input => ({
  ...input,
  ...signedOf(verification, input),
})

/** Of names one inside the other, from the whole of the delivery down; undefined for what is no such path. */
const pathOf = (node: Node): readonly string[] | undefined => {
  if (node.type === 'Root' || node.type === 'Current') return []
  if (node.type === 'Field') return [node.name]
  if (node.type !== 'Subexpression' || node.right.type !== 'Field') return undefined
  const path = pathOf(node.left)
  return path && [...path, node.right.name]
}

/** What an expression reads of the delivery. What stands behind a list or a pipe is read of something else. */
const readsOf = (node: Node): readonly (readonly string[])[] => {
  const path = pathOf(node)
  if (path) return [path]
  switch (node.type) {
    case 'Literal':
    case 'ExpressionReference':
      return []
    case 'Function':
    case 'MultiSelectList':
      return node.children.flatMap(readsOf)
    case 'MultiSelectHash':
      return node.children.flatMap(({ value }) => readsOf(value))
    case 'NotExpression':
    case 'Flatten':
      return readsOf(node.child)
    case 'Unary':
      return readsOf(node.operand)
    case 'Ternary':
      return [node.condition, node.trueExpr, node.falseExpr].flatMap(readsOf)
    case 'AndExpression':
    case 'OrExpression':
    case 'Comparator':
    case 'Arithmetic':
      return [...readsOf(node.left), ...readsOf(node.right)]
    default:
      return 'left' in node ? readsOf(node.left) : []
  }
}

/** The first header or parameter that an expression names and no signature is of, as it stands in the expression. */
const unsignedIn = (expression: Node, verification: Verification): string | undefined => {
  const reads = readsOf(expression).filter(([first]) => first === 'headers' || first === 'query')
  const found = reads.find(([from, name = '']) => {
    const signed = signedOf(verification, { headers: { [name]: name }, query: { [name]: name } })
    return signed && !Object.hasOwn(from === 'headers' ? signed.headers : signed.query, name)
  })
  return found?.map((name) => (/^\w+$/.test(name) ? name : `"${name}"`)).join('.')
}

/** The attribute that says what is newer. */
export const newerOf = ({ options: { ifNewer } }: Pick<HookDefinition, 'options'>): string | undefined =>
  typeof ifNewer === 'string' ? ifNewer : undefined

/**
 * What decides whether a delivery is a repetition, or older than what is stored, must be signed.
 * @throws RefusedError invalid_value for an expression of it that reads what is not
 */
export const checkSigned = ({
  mapping,
  options,
  verification,
}: Pick<HookDefinition, 'mapping' | 'options' | 'verification'>): void => {
  const newer = newerOf({ options })
  const deciding: readonly (readonly [text: string | undefined, ...at: string[]])[] = [
    [mapping.messageId, 'messageId'],
    [mapping.items, 'items'],
    [newer === undefined ? undefined : mapping.values[newer], 'values', newer ?? ''],
  ]
  for (const [text, ...path] of deciding) {
    const at = ['mapping', ...path]
    const found = text === undefined ? undefined : unsignedIn(compileExpression(text, at), verification)
    const instead = path[0] === 'messageId' ? `body, or ${DIGEST}, the SHA-256 of the body` : 'body'
    if (found !== undefined)
      throw refuse('invalid_value', at, `an expression over what the sender signs (${instead}) and not ${found}`)
  }
}
