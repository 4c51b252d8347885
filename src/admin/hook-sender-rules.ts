import { refuse } from '../engine/errors.ts'
import { type HookDefinition, hookLimits } from '../hooks/definition.ts'
import { type SignedWord, type Signing, signedWords, signingOf, wordsOf } from '../hooks/schemes.ts'
import { unclearWord } from '../hooks/signed-text.ts'
import { keyBytes } from '../hooks/verification.ts'
import { charactersIn, isLongerThan } from '../schema/characters.ts'
import { checkHeaderNames, checkParts, checkPlaces } from './hook-header-rules.ts'
import { checkAllowlist } from './rules.ts'

/** How a sender may be known: by what it signs or shows, by its addresses, and with which secrets. */

/** What stands in braces. @throws RefusedError invalid_value for what is no word, and for one that is there twice */
const checkTemplate = (template: string, at: readonly string[]): void => {
  const inBraces = [...template.matchAll(/\{(\w*)\}/g)].map(([, word = '']) => word)
  const unknown = inBraces.find((word) => !signedWords.some((known) => known === word))
  const known = signedWords.map((word) => `{${word}}`).join(', ')
  if (unknown !== undefined) throw refuse('invalid_value', at, `a text with ${known} and not {${unknown}}`)
  const twice = inBraces.find((word, i) => inBraces.indexOf(word) !== i)
  // Each body that is signed costs whoever forges nothing, and us the whole of it.
  if (twice !== undefined) throw refuse('invalid_value', at, `a text with {${twice}} once`)
}

/**
 * What is looked at must be signed, and what is signed must be there: a time that is not signed is one that anybody may
 * write, and an old delivery with a new time would be believed.
 * @throws RefusedError required, invalid_value
 */
const checkSigning = (signing: Signing): void => {
  const { template, id, time } = signing
  const at = ['verification', 'signing']
  checkTemplate(template, [...at, 'template'])
  const words = wordsOf(template)
  const mustSign = (word: SignedWord) => {
    if (!words.includes(word)) throw refuse('invalid_value', [...at, 'template'], `a text that has {${word}} in it`)
  }
  mustSign('body')
  if (time) mustSign('timestamp')
  if (id) mustSign('id')
  if (words.includes('timestamp') && !time)
    throw refuse('required', [...at, 'time'], ', since the template has {timestamp}')
  if (words.includes('id') && !id) throw refuse('required', [...at, 'id'], ', since the template has {id}')
  if (time && !time.header && time.prefix === undefined)
    throw refuse('required', [...at, 'time', 'header'], ', or a prefix: where the time is')
  checkParts(signing)
  const unclear = unclearWord(template)
  if (unclear)
    throw refuse(
      'invalid_value',
      [...at, 'template'],
      `a text that tells where {${unclear.word}} ends: with another character than it has itself, and not ${unclear.beside}, beside it`,
    )
}

/** @throws RefusedError required, invalid_value */
export const checkVerification = ({ verification }: Pick<HookDefinition, 'verification'>): void => {
  if (verification.scheme === 'secret' && verification.in === 'header')
    checkHeaderNames([verification.name], ['verification', 'name'])
  if (verification.scheme !== 'hmac') return
  checkPlaces(verification.signing)
  checkSigning(verification.signing)
}

/** @throws RefusedError required, when an address is all that proves the sender and there is none; invalid_value */
export const checkSender = ({ verification, allowlist }: Pick<HookDefinition, 'verification' | 'allowlist'>): void => {
  checkAllowlist(allowlist)
  if (verification.scheme === 'address' && allowlist.length === 0)
    throw refuse('required', 'allowlist', ', since the address is all that is verified')
}

/** Bytes that a key in base64 has at least: a text that happens to be base64 has fewer. Standard Webhooks asks for 24. */
const KEY_BYTES = 16

/** What such a secret is, in words that follow "must be". */
export const BASE64_KEY = `base64 of ${KEY_BYTES} bytes or more, behind whsec_ or not`

/** Whether a secret is one that the sender could have given. */
export const isOfForm = (secret: string, { verification }: Pick<HookDefinition, 'verification'>): boolean => {
  const signing = signingOf(verification)
  if (!signing) return true
  const length = keyBytes(secret, signing)?.length ?? 0
  return length >= (signing.secret === 'base64' ? KEY_BYTES : 1)
}

/** @throws RefusedError too_long; invalid_value for what the sender would not have given as a secret */
export const checkSecret = (field: string, secret: string, hook: Pick<HookDefinition, 'verification'>): void => {
  const { secretCharacters } = hookLimits
  if (secret === '') throw refuse('required', field, '')
  if (isLongerThan(secret, secretCharacters))
    throw refuse('too_long', field, `at most ${secretCharacters} characters, not ${charactersIn(secret)}`)
  if (/^\s|\s$|\p{Cc}/u.test(secret))
    throw refuse(
      'invalid_value',
      field,
      'a secret without blanks around it, tabs and line breaks: a file may have added them',
    )
  if (!isOfForm(secret, hook)) throw refuse('invalid_value', field, BASE64_KEY)
}
