import { isListed } from '../auth/allowlist.ts'
import { type Problem, type RefusedError, refuse } from '../engine/errors.ts'
import { fromBase64 } from '../secrets/base64.ts'
import { hashSecret } from '../secrets/hash.ts'
import { hmacOf } from '../secrets/hmac.ts'
import {
  needsSecret,
  type SignedWord,
  type Signing,
  signingOf,
  type timeUnits,
  type Verification,
  winnerOf,
  wordsOf,
} from './schemes.ts'
import { signedBytes, unclearCut } from './signed-text.ts'

/** A delivery as it came, before anything in it is believed. */
export interface Received {
  readonly method: string
  /** The whole URL that it was sent to. */
  readonly url: string
  readonly headers: Headers
  /** Exactly the bytes that were sent: a signature is of them. Read when first asked for: most forgeries are known without. */
  body(): Promise<Uint8Array<ArrayBuffer>>
  /** Of the client, as the platform tells it. */
  readonly address: string | undefined
}

/** By what a delivery has proved where it comes from: so that it can be judged once more when it is run later. */
export interface Proof {
  /** The one of the hook's secrets; null where none is asked for. */
  readonly secret: string | null
  /** Of the client; null where nobody tells. */
  readonly address: string | null
}

/** What a signature is of besides the body, as it was verified: wherever in the delivery it stands. */
export interface Signed {
  readonly id?: string
  /** When the delivery was signed, in ISO 8601: that of a later attempt is later. */
  readonly time?: string
}

/** What `verify` has found. */
export interface Verified extends Proof {
  /** Empty where nothing of the kind is signed. */
  readonly signed: Signed
}

/** Signatures of one delivery that are tried: a sender has as many as it has secrets. */
const SIGNATURES = 5

const encoder = new TextEncoder()

const unsigned = (detail: string) => refuse('invalid_signature', undefined, detail)

const headerOf = (headers: Headers, names: readonly string[] = []): string | undefined => {
  const name = winnerOf(names, (one) => headers.has(one))
  return name === undefined ? undefined : (headers.get(name) ?? undefined)
}

const fromHex = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  /^([0-9a-f]{2})*$/i.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : undefined

const decode = (text: string, { encoding }: Signing) => (encoding === 'hex' ? fromHex(text) : fromBase64(text))

/** Bytes of the key; undefined for a secret that is not of the form that the sender gives them. */
export const keyBytes = (
  secret: string,
  { secret: form }: Pick<Signing, 'secret'>,
): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = form === 'text' ? new Uint8Array(encoder.encode(secret)) : fromBase64(secret.replace(/^whsec_/, ''))
  return bytes && bytes.length > 0 ? bytes : undefined
}

/** What the header says: signatures, and the time where it has that too. A part that both prefixes begin is of the longer one. */
const read = (header: string, { separator, prefix, time }: Signing) => {
  const before = time?.prefix
  const parts = (separator === undefined ? [header] : header.split(separator)).map((part) => part.trim())
  const isTime = (part: string): boolean =>
    before !== undefined && part.startsWith(before) && (prefix.length < before.length || !part.startsWith(prefix))
  return {
    signatures: parts.flatMap((part) => (part.startsWith(prefix) && !isTime(part) ? [part.slice(prefix.length)] : [])),
    time: parts.find(isTime)?.slice(before?.length),
  }
}

/** Milliseconds since 1970; NaN for what is none. A leading zero could be the end of what stands before it in the signed text. */
const instantOf = (text: string, unit: (typeof timeUnits)[number]): number => {
  if (unit === 'iso')
    return /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) * (unit === 'seconds' ? 1_000 : 1) : Number.NaN
}

/** @throws RefusedError invalid_signature when the time is none, or too far from now */
const checkedTime = (text: string | undefined, { time }: Signing, now: number): string | undefined => {
  if (!time) return undefined
  if (text === undefined) throw unsigned('it lacks its time')
  const at = instantOf(text, time.unit)
  if (Number.isNaN(at))
    throw unsigned(`its time is no ${time.unit === 'iso' ? 'time of ISO 8601 with its zone' : 'number'}`)
  if (Math.abs(now - at) > time.tolerance * 1_000)
    throw unsigned(`its time is more than ${time.tolerance} s away from ours`)
  return new Date(at).toISOString()
}

/** Characters that HubSpot signs as they are, however they stand in the URL. */
const decodedUrl = (url: string): string =>
  url.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) => decodeURIComponent(escaped))

/** Behind a proxy that speaks TLS for us, our own URL is not the one that the sender knows: only its scheme differs. */
const urlsOf = (url: string, words: readonly SignedWord[]): readonly string[] =>
  words.includes('url') ? [...new Set([url, url.replace(/^http:/, 'https:')].map(decodedUrl))] : ['']

/** In a time that says nothing of where they differ. */
const isEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.reduce((difference, byte, i) => difference | (byte ^ (other[i] ?? 0)), 0) === 0

/** All that is cheap to refuse is refused before the body is read: whoever has no secret shall not cost more than that. */
const verifySigned = async (
  received: Received,
  signing: Signing,
  secrets: readonly string[],
  now: number,
): Promise<Pick<Verified, 'secret' | 'signed'>> => {
  const { method, url, headers } = received
  const { header: names, template, algorithm } = signing
  const header = headerOf(headers, names)
  if (header === undefined) throw unsigned(`the header ${names[0]} is missing`)
  const { signatures, time: ofHeader } = read(header, signing)
  const decoded = signatures.slice(0, SIGNATURES).flatMap((text) => decode(text, signing) ?? [])
  if (decoded.length === 0) throw unsigned(`the header ${names[0]} has no signature of the right form`)
  const timestamp = ofHeader ?? headerOf(headers, signing.time?.header)
  const time = checkedTime(timestamp, signing, now)
  const id = headerOf(headers, signing.id)
  if (signing.id && id === undefined) throw unsigned(`the header ${signing.id[0]} is missing`)
  const words = wordsOf(template)
  if (words.length > new Set(words).size) throw unsigned('the template of the hook has a word more than once')
  const keys = secrets.map((secret) => ({ secret, bytes: keyBytes(secret, signing) }))
  const body = await received.body()
  for (const one of urlsOf(url, words)) {
    const unclear = unclearCut(template, { id: id ?? '', url: one, body })
    if (unclear !== undefined) throw unsigned(unclear)
    const text = signedBytes(template, { id: id ?? '', timestamp: timestamp ?? '', method, url: one, body })
    // Once for each secret, however many signatures are sent: that is what costs.
    for (const { secret, bytes } of keys) {
      const mac = bytes && (await hmacOf(bytes, algorithm, text))
      if (mac && decoded.some((signature) => isEqual(signature, mac)))
        return { secret, signed: { ...(id !== undefined && { id }), ...(time !== undefined && { time }) } }
    }
  }
  throw unsigned('no secret of the hook makes this signature')
}

/** @returns the one of the secrets that was sent along */
const verifyShown = async (
  { url, headers }: Received,
  { in: place, name }: { in: 'header' | 'query'; name: string },
  secrets: readonly string[],
): Promise<string> => {
  const told = place === 'header' ? headers.get(name) : new URL(url).searchParams.get(name)
  if (told === null) throw unsigned(`the ${place === 'header' ? 'header' : 'parameter'} ${name} is missing`)
  // Hashes are compared, so the time that it takes says nothing of the secrets.
  const [shown, ...expected] = await Promise.all([told, ...secrets].map(hashSecret))
  const found = shown === undefined ? undefined : secrets[expected.indexOf(shown)]
  if (found === undefined) throw unsigned('the secret is another one')
  return found
}

type Sender = { readonly verification: Verification; readonly allowlist: readonly string[] }

const isElsewhere = ({ verification, allowlist }: Sender, address: string | undefined): boolean =>
  (allowlist.length > 0 || !needsSecret(verification)) && !isListed(allowlist, address)

/** Codes of what a delivery is refused for that does not prove where it comes from. */
const UNPROVEN: readonly Problem['code'][] = ['address_not_allowed', 'invalid_signature']

/** Whether a delivery was refused since it is not for certain from its sender: somebody has to decide about that one. */
export const isUnproven = (problems: readonly { readonly problem: Problem }[]): boolean =>
  problems.some(({ problem: { code } }) => UNPROVEN.includes(code))

/**
 * Whether a delivery comes from the sender of the hook: from one of its addresses where it has a list, and signed with one
 * of its secrets.
 * @param now milliseconds since 1970
 * @throws RefusedError address_not_allowed, invalid_signature
 */
export const verify = async (
  received: Received,
  sender: Sender,
  secrets: readonly string[],
  now: number,
): Promise<Verified> => {
  const { verification } = sender
  const { address } = received
  if (isElsewhere(sender, address)) throw refuse('address_not_allowed')
  const proof = { address: address ?? null, signed: {} }
  if (verification.scheme === 'address') return { ...proof, secret: null }
  if (secrets.length === 0) throw unsigned('the hook has no secret yet, so it takes nothing')
  if (verification.scheme === 'secret') return { ...proof, secret: await verifyShown(received, verification, secrets) }
  return { ...proof, ...(await verifySigned(received, signingOf(verification), secrets, now)) }
}

/**
 * Whether what was verified then would be now: its secret may have been taken away meanwhile, or its address.
 * @returns why not
 */
export const outdatedProof = (
  { secret, address }: Proof,
  sender: Sender,
  secrets: readonly string[],
): RefusedError | undefined => {
  if (isElsewhere(sender, address ?? undefined)) return refuse('address_not_allowed')
  const isTheirs = !needsSecret(sender.verification) || (secret !== null && secrets.includes(secret))
  return isTheirs ? undefined : unsigned('it came with a secret that the hook has no more')
}
