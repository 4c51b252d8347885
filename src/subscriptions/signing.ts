import { fromBase64, toBase64 } from '../secrets/base64.ts'
import { hmacOf } from '../secrets/hmac.ts'

/** Standard Webhooks (standardwebhooks.com), the symmetric scheme. */

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

const encoder = new TextEncoder()

/** A new secret, as its receiver is given it. */
export const newSigningSecret = (): string => PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))

const signature = async (secret: string, text: string): Promise<string> => {
  const key = fromBase64(secret.slice(PREFIX.length))
  if (!key) throw new Error('A secret that subscriptions sign with is no base64')
  return `v1,${toBase64(await hmacOf(key, 'SHA-256', new Uint8Array(encoder.encode(text))))}`
}

/** A message, ready to be signed. */
export interface Message {
  /** The same each time that it is sent. */
  readonly id: string
  readonly body: string
}

/**
 * @param secrets all that are valid: the receiver may know any of them
 * @param now milliseconds since 1970: of this attempt, so that receivers may refuse what is old
 */
export const signedHeaders = async ({ id, body }: Message, secrets: readonly string[], now: number) => {
  const timestamp = String(Math.floor(now / 1_000))
  const signatures = await Promise.all(secrets.map((secret) => signature(secret, `${id}.${timestamp}.${body}`)))
  return {
    'content-type': 'application/json',
    'user-agent': 'edge-upsert',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
