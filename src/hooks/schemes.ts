/** What a row of the table may say, and a scheme of one's own likewise. */
export const separators = [',', ';', ' '] as const
export const algorithms = ['SHA-256', 'SHA-1'] as const
export const encodings = ['hex', 'base64'] as const
export const secretForms = ['text', 'base64'] as const
/** `iso`: a time of ISO 8601 with its zone. */
export const timeUnits = ['seconds', 'milliseconds', 'iso'] as const

/**
 * How senders sign what they deliver: a row of this table for each. Whoever is not in it describes a row of their own
 * (scheme `hmac`).
 */
export interface Signing {
  /** Names of the header that has the signature; the first that is there counts. */
  readonly header: readonly string[]
  /** What is between several parts of the header. Absent: it has one part. */
  readonly separator?: (typeof separators)[number] | undefined
  /** How the part with a signature begins; other parts are passed over. */
  readonly prefix: string
  /** `{body}` and, where the sender has them, the other `signedWords`, each once; all else as it is. */
  readonly template: string
  readonly algorithm: (typeof algorithms)[number]
  readonly encoding: (typeof encodings)[number]
  /** How the secret becomes a key: its text, or the bytes that it stands for behind `whsec_`. */
  readonly secret: (typeof secretForms)[number]
  /** Headers with the id of the message, where it is signed. */
  readonly id?: readonly string[] | undefined
  /** Where the time of the delivery is; absent where the sender signs none. */
  readonly time?:
    | {
        /** Headers, or how the part of the signature's header begins that has it. */
        readonly header?: readonly string[] | undefined
        readonly prefix?: string | undefined
        readonly unit: (typeof timeUnits)[number]
        /** Seconds by which it may differ from ours, in both directions. */
        readonly tolerance: number
      }
    | undefined
}

/** What the words of a template stand for: parts of the delivery. */
export const signedWords = ['body', 'id', 'timestamp', 'method', 'url'] as const
export type SignedWord = (typeof signedWords)[number]

export type TemplatePiece = { readonly word: SignedWord } | { readonly literal: string }

const isWord = (text: string): text is SignedWord => signedWords.some((word) => word === text)

/** A text in braces that is no word is a literal like any other. */
export const templatePieces = (template: string): readonly TemplatePiece[] =>
  template.split(/(\{\w+\})/).map((literal) => {
    const word = literal.startsWith('{') ? literal.slice(1, -1) : ''
    return isWord(word) ? { word } : { literal }
  })

export const wordsOf = (template: string): readonly SignedWord[] =>
  templatePieces(template).flatMap((piece) => ('word' in piece ? [piece.word] : []))

const FIVE_MINUTES = 300

/** Of the body alone, which is what most do. */
const ofBody = (header: string, prefix: string, encoding: Signing['encoding'], algorithm: Signing['algorithm']) =>
  ({ header: [header], prefix, template: '{body}', algorithm, encoding, secret: 'text' }) as const satisfies Signing

/** A list such as `t=1,v1=ab,v1=cd`. */
const timedList = (header: string, tolerance: number) =>
  ({
    header: [header],
    separator: ',',
    prefix: 'v1=',
    template: '{timestamp}.{body}',
    algorithm: 'SHA-256',
    encoding: 'hex',
    secret: 'text',
    time: { prefix: 't=', unit: 'seconds', tolerance },
  }) as const satisfies Signing

export const schemes = {
  /** Standard Webhooks, and Svix, which it comes from. */
  standard: {
    header: ['webhook-signature', 'svix-signature'],
    separator: ' ',
    prefix: 'v1,',
    template: '{id}.{timestamp}.{body}',
    algorithm: 'SHA-256',
    encoding: 'base64',
    secret: 'base64',
    id: ['webhook-id', 'svix-id'],
    time: { header: ['webhook-timestamp', 'svix-timestamp'], unit: 'seconds', tolerance: FIVE_MINUTES },
  },
  stripe: timedList('stripe-signature', FIVE_MINUTES),
  calendly: timedList('calendly-webhook-signature', 180),
  github: ofBody('x-hub-signature-256', 'sha256=', 'hex', 'SHA-256'),
  shopify: ofBody('x-shopify-hmac-sha256', '', 'base64', 'SHA-256'),
  typeform: ofBody('typeform-signature', 'sha256=', 'base64', 'SHA-256'),
  cal: ofBody('x-cal-signature-256', '', 'hex', 'SHA-256'),
  intercom: ofBody('x-hub-signature', 'sha1=', 'hex', 'SHA-1'),
  hubspot: {
    header: ['x-hubspot-signature-v3'],
    prefix: '',
    template: '{method}{url}{body}{timestamp}',
    algorithm: 'SHA-256',
    encoding: 'base64',
    secret: 'text',
    time: { header: ['x-hubspot-request-timestamp'], unit: 'milliseconds', tolerance: FIVE_MINUTES },
  },
} as const satisfies Readonly<Record<string, Signing>>

export type SchemeName = keyof typeof schemes
export const schemeNames = Object.keys(schemes) as readonly SchemeName[]

/** How the sender proves who it is. */
export type Verification =
  | { readonly scheme: SchemeName }
  | { readonly scheme: 'hmac'; readonly signing: Signing }
  /** The secret itself is sent along. */
  | { readonly scheme: 'secret'; readonly in: 'header' | 'query'; readonly name: string }
  /** By its address alone: the allowlist must not be empty. */
  | { readonly scheme: 'address' }

type Unsigned = Extract<Verification, { readonly scheme: 'secret' | 'address' }>

/** Undefined where nothing is signed. */
export function signingOf(verification: Exclude<Verification, Unsigned>): Signing
export function signingOf(verification: Verification): Signing | undefined
export function signingOf(verification: Verification): Signing | undefined {
  if (verification.scheme === 'hmac') return verification.signing
  return verification.scheme === 'secret' || verification.scheme === 'address'
    ? undefined
    : schemes[verification.scheme]
}

/** Whether its sender has to prove something that no document holds: where its address does not say it all. */
export const needsSecret = ({ scheme }: Pick<Verification, 'scheme'>): boolean => scheme !== 'address'

/** Headers, or the parameter, by which a delivery proves itself: whoever has read a log with them could send it again. */
export const proofNamesOf = (verification: Verification): readonly string[] =>
  verification.scheme === 'secret' ? [verification.name] : (signingOf(verification)?.header ?? [])

/** What `signed` has of a delivery in an expression. */
export const signedMembers = (verification: Verification): readonly ('id' | 'time')[] => {
  const { id, time } = signingOf(verification) ?? {}
  return [...(id ? (['id'] as const) : []), ...(time ? (['time'] as const) : [])]
}

/** Of several headers that may have the same, the first that is there counts: for who verifies as for who maps. */
export const winnerOf = (names: readonly string[], isThere: (name: string) => boolean): string | undefined =>
  names.find(isThere)
