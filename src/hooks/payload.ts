import { RefusedError, refuse } from '../engine/errors.ts'
import { type HookDefinition, hookLimits } from './definition.ts'
import type { MappingInput } from './mapping-input.ts'
import type { OpenHook } from './opening.ts'
import { proofNamesOf, signingOf, wordsOf } from './schemes.ts'
import type { Received, Signed } from './verification.ts'

/** A payload as it is sent, and as expressions see it. */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** JSON, XML and quoted texts begin so, and no form does: there such a character is written as `%7B`. */
const IS_NO_FORM = /^[\s{["<]/

const IS_FORM = /[=&]/

const IS_MULTIPART = /^--/

/** Headers that say who the sender is, or are of the connection: no mapping has use for them, and no log may hold them. */
const WITHHELD =
  /^(cookie|cf-.*|x-forwarded-.*|x-real-ip|connection|host|key)$|auth|signature|hmac|secret|token|passw|credential|api[-_]?key/

/** Whether a mapping may use a header or parameter, and a log hold it. @param proofs those that prove it */
export const isTold = (name: string, proofs: readonly string[] = []): boolean =>
  !WITHHELD.test(name.toLowerCase()) && !proofs.some((one) => one.toLowerCase() === name.toLowerCase())

/** Of parameters that are named several times, all; in the order in which they stand. */
const membersOf = (parameters: URLSearchParams): Readonly<Record<string, string | readonly string[]>> => {
  // Gone through once: `getAll` looks through all of them, for each name.
  const members = new Map<string, string[]>()
  for (const [name, value] of parameters) {
    const values = members.get(name)
    if (values) values.push(value)
    else members.set(name, [value])
  }
  return Object.fromEntries(
    [...members].map(([name, [first = '', ...more]]) => [name, more.length > 0 ? [first, ...more] : first]),
  )
}

/** Many tools put the whole of their JSON into one field of a form. */
const jsonField = (text: string): unknown => {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const notJson = (text: string) =>
  refuse('malformed_json', undefined, text.trim() === '' ? 'it is empty' : 'it cannot be parsed')

/** Whether it is nested deeper than so many levels: what walks through it later must come to an end. */
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))

/** @throws RefusedError too_many_values: before they are made, since an object of so many is what costs */
const formOf = (text: string): unknown => {
  if (text.split('&', hookLimits.formFields + 1).length > hookLimits.formFields)
    throw refuse('too_many_values', undefined, `at most ${hookLimits.formFields} fields of a form`)
  const fields = Object.entries(membersOf(new URLSearchParams(text)))
  return Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'string' ? jsonField(value) : value]))
}

const readText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    if (IS_MULTIPART.test(text))
      throw refuse('unsupported_media_type', undefined, 'JSON, or a form that is application/x-www-form-urlencoded')
    if (IS_NO_FORM.test(text) || !IS_FORM.test(text)) throw notJson(text)
    return formOf(text)
  }
}

/**
 * JSON, or a form as an object of its fields. Which of them it is, the bytes say, and nothing else: no sender signs its
 * Content-Type, and whoever has seen one delivery could otherwise have its bytes read as something that nobody has signed.
 * @throws RefusedError unsupported_media_type, malformed_json, too_deep, too_many_values
 */
export const parsePayload = (body: Uint8Array): unknown => {
  let text: string
  try {
    text = decoder.decode(body)
  } catch {
    throw refuse('malformed_json', undefined, 'it is not UTF-8')
  }
  const payload = readText(text)
  if (isDeeper(payload, hookLimits.payloadDepth)) throw refuse('too_deep', undefined, String(hookLimits.payloadDepth))
  return payload
}

/** The headers and parameters that a mapping may use: none that could hold a secret. @param proofs those that prove the delivery */
export const told = (
  headers: Headers,
  url: string,
  proofs: readonly string[] = [],
): Pick<MappingInput, 'headers' | 'query'> => {
  const parameters = [...new URL(url).searchParams].filter(([name]) => isTold(name, proofs))
  return {
    headers: Object.fromEntries([...headers].filter(([name]) => isTold(name, proofs))),
    query: Object.fromEntries(parameters),
  }
}

/** SHA-256, in hex. */
export const digestOf = async (body: Uint8Array<ArrayBuffer>): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', body))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

/**
 * Of what its sender has signed, whatever else somebody who has seen it sends along; undefined where nothing is signed: who
 * can send that has the secret, or the address.
 */
export const signedDigest = async (
  { body, url }: Pick<Received, 'body' | 'url'>,
  { verification }: Pick<HookDefinition, 'verification'>,
): Promise<string | undefined> => {
  const signing = signingOf(verification)
  if (!signing) return undefined
  const bytes = await body()
  if (!wordsOf(signing.template).includes('url')) return digestOf(bytes)
  // As they are read, since a sender's signature is of some characters however they are written.
  return digestOf(new Uint8Array(encoder.encode(`${await digestOf(bytes)}?${new URL(url).searchParams}`)))
}

/**
 * What a mapping sees of a delivery, or why it cannot be read.
 * @param signed as it was verified
 */
export const inputOf = async (
  received: Pick<Received, 'body' | 'headers' | 'url'>,
  { hook: { verification }, readsDigest }: Pick<OpenHook, 'hook' | 'readsDigest'>,
  signed: Signed,
): Promise<MappingInput | RefusedError> => {
  const { headers, url } = received
  const body = await received.body()
  try {
    return {
      body: parsePayload(body),
      ...told(headers, url, proofNamesOf(verification)),
      ...(Object.keys(signed).length > 0 && { signed }),
      ...(readsDigest && { digest: await digestOf(body) }),
    }
  } catch (error) {
    if (error instanceof RefusedError) return error
    throw error
  }
}
