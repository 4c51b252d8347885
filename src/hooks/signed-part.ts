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

/** What an expression sees: the whole delivery, or a part of it that another one has come to. */
type Seen = 'delivery' | 'part'

/** Of names one inside the other, from the whole of the delivery down; undefined for what is no such path. */
const pathOf = (node: Node, seen: Seen): readonly string[] | undefined => {
  if (node.type === 'Root') return []
  if (node.type === 'Current' || node.type === 'Identity') return seen === 'delivery' ? [] : undefined
  if (node.type === 'Field') return seen === 'delivery' ? [node.name] : undefined
  if (node.type !== 'Subexpression' || node.right.type !== 'Field') return undefined
  const path = pathOf(node.left, seen)
  return path && [...path, node.right.name]
}

/**
 * What an expression reads of the delivery. Behind a list, a pipe or `&` it sees a part, and the delivery only by `$`. Where
 * it takes the delivery as a whole that is what it reads: nobody follows where it goes from there.
 */
const readsOf = (node: Node, seen: Seen): readonly (readonly string[])[] => {
  const path = pathOf(node, seen)
  if (path) return [path]
  switch (node.type) {
    case 'Literal':
      return []
    case 'ExpressionReference':
      return readsOf(node.child, 'part')
    case 'Function':
    case 'MultiSelectList':
      return node.children.flatMap((child) => readsOf(child, seen))
    case 'MultiSelectHash':
      return node.children.flatMap(({ value }) => readsOf(value, seen))
    case 'NotExpression':
    case 'Flatten':
      return readsOf(node.child, seen)
    case 'Unary':
      return readsOf(node.operand, seen)
    case 'Ternary':
      return [node.condition, node.trueExpr, node.falseExpr].flatMap((one) => readsOf(one, seen))
    case 'AndExpression':
    case 'OrExpression':
    case 'Comparator':
    case 'Arithmetic':
      return [...readsOf(node.left, seen), ...readsOf(node.right, seen)]
    case 'FilterProjection':
      return [...readsOf(node.left, seen), ...[node.condition, node.right].flatMap((one) => readsOf(one, 'part'))]
    default:
      return 'left' in node ? [...readsOf(node.left, seen), ...readsOf(node.right, 'part')] : []
  }
}

/** The first header or parameter that an expression names and no signature is of, as it stands in the expression. */
const unsignedIn = (expression: Node, verification: Verification): string | undefined => {
  const found = readsOf(expression, 'delivery').find(([from, name = '']) => {
    const signed = signedOf(verification, { headers: { [name]: name }, query: { [name]: name } })
    if (!signed || from === undefined) return signed !== undefined
    if (from !== 'headers' && from !== 'query') return false
    return !Object.hasOwn(signed[from], name)
  })
  if (found?.length === 0) return 'the delivery as a whole'
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
