import { refuse } from '../engine/errors.ts'
import { DIGEST, type HookDefinition } from './definition.ts'
import { compileExpression } from './expression.ts'
import type { Node } from './interpreter.ts'
import { readsOf, written } from './reads.ts'
import { type Signing, signedMembers, signingOf, type Verification, winnerOf, wordsOf } from './schemes.ts'

/**
 * What decides whether a delivery is a repetition, or older than what is stored, must be signed: whoever has seen one
 * delivery could send it again under another id or time.
 */

interface Headed {
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/** Lists of headers that have the same: of one list, whichever is there was verified. */
const signedHeaders = ({ template, id, time }: Signing): readonly (readonly string[])[] => {
  const words = wordsOf(template)
  const ofTime = time?.prefix === undefined ? time?.header : undefined
  const lists = [words.includes('id') ? id : undefined, words.includes('timestamp') ? ofTime : undefined]
  return lists.flatMap((names) => (names ? [names.map((name) => name.toLowerCase())] : []))
}

/**
 * The headers and parameters of a delivery that its signature is of. What was verified in one of several headers stands in all
 * of them: whoever has seen a delivery could send it again with the same value in another one.
 */
const signedOf = (verification: Verification, { headers, query }: Headed): Headed | undefined => {
  const signing = signingOf(verification)
  if (!signing) return undefined
  const known = signedHeaders(signing).flatMap((names) => {
    const value = headers[winnerOf(names, (name) => Object.hasOwn(headers, name)) ?? '']
    return value === undefined ? [] : names.map((name) => [name, value] as const)
  })
  return { headers: Object.fromEntries(known), query: wordsOf(signing.template).includes('url') ? query : {} }
}

/** A delivery without what its signature is not of; as it is, where its sender proves itself by something else. */
export const signedPart = <Input extends Headed>(input: Input, verification: Verification): Input => ({
  ...input,
  ...signedOf(verification, input),
})

/** The first header or parameter that an expression names and no signature is of, as it stands in the expression. */
const unsignedIn = (expression: Node, verification: Verification): string | undefined => {
  const found = readsOf(expression).find(([from, name = '']) => {
    const signed = signedOf(verification, { headers: { [name]: name }, query: { [name]: name } })
    if (!signed || from === undefined) return signed !== undefined
    if (from !== 'headers' && from !== 'query') return false
    return !Object.hasOwn(signed[from], name)
  })
  return found?.length === 0 ? 'the delivery as a whole' : found && written(found)
}

/** What the sender signs, as expressions call it. @param digest whether the body may be known by that */
const signedNames = (verification: Verification, digest: boolean): string => {
  const members = signedMembers(verification).map((name) => `signed.${name}`)
  return [...members, 'body', ...(digest ? [`${DIGEST}, the SHA-256 of the body`] : [])].join(', or ')
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
    const instead = signedNames(verification, path[0] === 'messageId')
    if (found !== undefined)
      throw refuse('invalid_value', at, `an expression over what the sender signs (${instead}) and not ${found}`)
  }
}
