import { type Change, calledNow, eventActions, isOfRecord, type Renaming, recordActions } from '../engine/history.ts'

/** `paused`: nothing is sent, and nothing passed over, until it is resumed. `off`: by its owner's wish, likewise. */
export const subscriptionStates = ['on', 'paused', 'off'] as const
export type SubscriptionState = (typeof subscriptionStates)[number]

export const toldActions = [...recordActions, ...eventActions] as const
export type ToldAction = (typeof toldActions)[number]

/** Where changes go, and which. */
export interface SubscriptionDefinition {
  readonly url: string
  /** Slugs; empty: all. */
  readonly objects: readonly string[]
  readonly actions: readonly ToldAction[]
  /** Of updates: only those that changed one of these; empty: all. */
  readonly attributes: readonly string[]
}

/** A secret as it is stored. @property until milliseconds since 1970 from which on it signs no more; null: the present one */
export interface SealedSigningSecret {
  readonly sealed: string
  readonly until: number | null
}

export interface Subscription extends SubscriptionDefinition {
  readonly id: string
  readonly name: string
  readonly state: SubscriptionState
  readonly secrets: readonly SealedSigningSecret[]
  readonly createdAt: number
  readonly createdBy: string
  readonly updatedAt: number
  /** Sequence of the last change that needs nothing more. */
  readonly cursor: number
  readonly step: number
  /** Milliseconds since 1970 before which nothing is tried. */
  readonly nextAt: number
  readonly attempts: number
  readonly failingSince: number | null
  readonly failure: string | null
  readonly deliveredAt: number | null
}

/** A change that is not delivered by itself any more. */
export interface DeadLetter {
  readonly sequence: number
  readonly object: string
  readonly recordId: string
  /** When it became one. */
  readonly at: number
  /** Null: it only stands behind another one of its record. */
  readonly failure: string | null
  readonly wanted: boolean
}

export const subscriptionLimits = {
  /** Of an organisation. */
  subscriptions: 50,
  urlCharacters: 2_000,
  filterEntries: 100,
  /** Of one subscription: with more it is paused. */
  deadLetters: 1_000,
  /** Hours that a former secret may go on signing. */
  overlapHours: 168,
  /** Milliseconds that a receiver has to answer. */
  answerMs: 10_000,
  /** Days without a single success after which it is paused. */
  failingDays: 3,
} as const

/** What of the feed is told at all. @param renamings since then, oldest first */
export const isWanted = (
  { objects, actions, attributes }: SubscriptionDefinition,
  change: Change,
  renamings: readonly Renaming[],
): boolean => {
  if (!actions.includes(change.action)) return false
  if (change.action === 'history_changed') return true
  if (objects.length > 0 && !objects.includes(change.object)) return false
  if (!isOfRecord(change) || change.action !== 'updated' || attributes.length === 0) return true
  return change.changed.some((slug) => attributes.includes(calledNow(slug, change, renamings)))
}
