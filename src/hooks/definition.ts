import type { Verification } from './schemes.ts'

/** `paused`: senders are asked to try again later. `off`: as if it were not there. */
export const hookStates = ['on', 'paused', 'off'] as const
export type HookState = (typeof hookStates)[number]

/**
 * What became of a delivery. `skipped`: the hook does not care for it. `failed`: nothing, or not all of it, was written.
 * `rejected`: it did not prove that it comes from the sender.
 */
export const deliveryStatuses = ['done', 'skipped', 'failed', 'rejected'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** By attribute: an expression. */
export type Expressions = Readonly<Record<string, string>>

/** How a payload becomes items to assert. Every text is a JMESPath expression over {body, headers, query, signed, digest, item}. */
export interface Mapping {
  /** Deliveries of which this is not true are skipped. Absent: none is. */
  readonly when?: string | undefined
  /** A list: each of its elements becomes an item of its own, and is `item` to the expressions. Absent: one item. */
  readonly items?: string | undefined
  /** Alternatives, in order: what finds the record. Empty: a record is created each time. */
  readonly match: readonly Expressions[]
  readonly values: Expressions
  /** By attribute: the same value each time. */
  readonly constants?: Readonly<Record<string, unknown>> | undefined
  /** How the sender calls the message. Absent: a repetition is not recognised as one. */
  readonly messageId?: string | undefined
}

/** What messageId names where the sender signs no id: the same body is the same message. */
export const DIGEST = 'digest'

/** Everything about a hook but its secrets. */
export interface HookDefinition {
  /** Slug of the object that it writes to. */
  readonly object: string
  readonly mapping: Mapping
  readonly verification: Verification
  /** Addresses and CIDR ranges of the sender; empty: any. */
  readonly allowlist: readonly string[]
  /** Members of each item, as `PUT /v1/objects/{object}/records` takes them. */
  readonly options: Readonly<Record<string, unknown>>
  /** Days within which a message that is sent again does nothing. */
  readonly replayDays: number
  /** Days for which deliveries can be looked at. */
  readonly keepDays: number
  /** Keep the payload with the delivery, so that it can be delivered again. */
  readonly keepPayload: boolean
  /** Paths of the payload that no log keeps, such as `body.card.number`. */
  readonly redact: readonly string[]
  /** Name of a parameter whose value a GET is answered with. */
  readonly challenge?: string
}

/** The definition of a hook and nothing else of it, always in this order: what is stored as one JSON text. */
export const definitionOf = (hook: HookDefinition): HookDefinition => {
  const { object, mapping, verification, allowlist, options, replayDays, keepDays, keepPayload, redact } = hook
  const kept = { object, mapping, verification, allowlist, options, replayDays, keepDays, keepPayload, redact }
  return { ...kept, ...(hook.challenge !== undefined && { challenge: hook.challenge }) }
}

export interface Hook extends HookDefinition {
  /** UUIDv4: 122 random bits. */
  readonly id: string
  readonly name: string
  readonly state: HookState
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly createdBy: string
  readonly updatedAt: number
  /** When it was paused because it only failed; null: not since it was last changed. */
  readonly pausedAt: number | null
}

/** As it is stored: with its secrets, encrypted. */
export interface SealedHook extends Hook {
  readonly sealedSecrets: readonly string[]
}

/** Days after which a journal gives up what waits. */
export const WAITING_DAYS = 3

/** Attempts after which a queue gives up, an hour apart at most: `max_retries` of its consumer. */
export const QUEUE_RETRIES = 100

/** Days for which the platform keeps a dead letter, where nobody tells it otherwise. */
const DEAD_LETTER_DAYS = 4

/** Days for which a delivery without a message id is known by its own: longer than anything keeps it for its database. */
export const OWN_ID_DAYS = Math.max(WAITING_DAYS, Math.ceil(QUEUE_RETRIES / 24) + DEAD_LETTER_DAYS)

export const hookLimits = {
  /** Of an organisation. */
  hooks: 100,
  secrets: 5,
  secretCharacters: 500,
  expressionCharacters: 1_000,
  /** Of an expression, one inside the other. */
  expressionDepth: 32,
  /** Alternatives to match by. */
  matches: 10,
  /** Expressions and constants of one mapping. */
  mappedAttributes: 100,
  redactedPaths: 50,
  messageIdCharacters: 1_000,
  /** Records of one delivery. */
  items: 100,
  /** Steps that the expressions of one delivery may take together. */
  steps: 500_000,
  /** Characters of what they come to. */
  mappedCharacters: 1_000_000,
  /** Deliveries in a row that fail until the hook is paused. */
  failures: 20,
  /** Of a payload that is a form. */
  formFields: 2_000,
  /** Levels of a payload inside each other. */
  payloadDepth: 64,
  /** Characters of a payload that is kept; a longer one is not. */
  payloadCharacters: 262_144,
  days: 90,
  replayDays: 30,
} as const

/** The last part of the path that a sender posts to: the organisation it belongs to, and the hook. */
export const addressOf = (organizationId: string, hookId: string): string => `${organizationId}_${hookId}`

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const ADDRESS = new RegExp(`^(${UUID})_(${UUID})$`)

/** What an address says. */
export interface HookPlace {
  readonly organizationId: string
  readonly hookId: string
}

/** What an address says of itself. Proves nothing: the database decides. Undefined for what is none. */
export const parseAddress = (address: string): HookPlace | undefined => {
  const [, organizationId, hookId] = ADDRESS.exec(address) ?? []
  return organizationId === undefined || hookId === undefined ? undefined : { organizationId, hookId }
}
