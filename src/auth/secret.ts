import { toBase64Url } from '../secrets/base64.ts'

/**
 * A secret is `<prefix>_<organisation id, 32 hex digits>_<256 random bits, base64url>`. The middle part is the routing
 * hint: it says which database to ask, without a look-up. Only the SHA-256 of the whole is ever stored.
 */

export const secretPrefixes = { key: 'eu', developer_secret: 'zdk' } as const
export type SecretKind = keyof typeof secretPrefixes

const SECRET = /^(eu|zdk)_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/

export interface ParsedSecret {
  readonly kind: SecretKind
  readonly organizationId: string
}

/** What a secret says of itself. Proves nothing: the database decides. Undefined when it has not the form of one. */
export const parseSecret = (secret: string): ParsedSecret | undefined => {
  const [, prefix, hint] = SECRET.exec(secret) ?? []
  if (!prefix || !hint) return undefined
  return {
    kind: prefix === secretPrefixes.key ? 'key' : 'developer_secret',
    organizationId: `${hint.slice(0, 8)}-${hint.slice(8, 12)}-${hint.slice(12, 16)}-${hint.slice(16, 20)}-${hint.slice(20)}`,
  }
}

/** 256 random bits, as 43 characters. */
export const randomSecret = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(32)))

/** A new secret, 256 bits of it random. Show it once: it cannot be had again. */
export const generateSecret = (kind: SecretKind, organizationId: string): string =>
  `${secretPrefixes[kind]}_${organizationId.replaceAll('-', '')}_${randomSecret()}`
