import type { Problem } from '../engine/errors.ts'
import type { Scope } from '../engine/session.ts'
import type { ItemAnswer, RecordStore } from '../engine/store.ts'
import type { DeliveryStatus } from './definition.ts'

/** A delivery that is about to be run. */
export interface NewDelivery {
  readonly hookId: string
  /** UUIDv7; that of the first run, where it is delivered again. */
  readonly id: string
  /** Null: every delivery stands for itself. */
  readonly messageId: string | null
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly replayDays: number
  readonly keepDays: number
  /** JSON; null: none is kept. */
  readonly payload: string | null
  /** Its items, those too that never come to the store. */
  readonly items: number
}

/** What is wrong with an item, by its place; null: with the delivery as a whole. */
export interface DeliveryProblem {
  readonly item: number | null
  readonly problem: Problem
}

/** A delivery as the log has it. */
export interface Delivery {
  readonly id: string
  readonly messageId: string | null
  readonly receivedAt: number
  readonly status: DeliveryStatus
  /** Of its items, those that came to the store. */
  readonly answers: readonly ItemAnswer[]
  readonly problems: readonly DeliveryProblem[]
  /** From when it came until it was written down. */
  readonly milliseconds: number
  readonly attempts: number
  readonly repeats: number
  readonly hasPayload: boolean
}

/** A store whose every assert writes the delivery down, in the same transaction. */
export interface DeliveryStore extends RecordStore {
  /** Once it has run: the delivery that holds the message id. It is another one where this is a repetition. */
  readonly logged: () => Delivery | undefined
}

/** What was rejected of one hook, for one reason. */
export interface Rejection {
  readonly hookId: string
  readonly problem: Problem
  /** Milliseconds since 1970, of the last one. */
  readonly at: number
  /** How many there were since the last time that they were written down. */
  readonly times: number
  readonly keepDays: number
}

/** Where deliveries are written down. Each method is one call to the database, and throws StaleError once the session is. */
export interface DeliveryLog {
  /** For one delivery that has items. */
  storeFor(delivery: NewDelivery): DeliveryStore
  /** Of a delivery that has nothing to assert, or that was refused as a whole. */
  note(scope: Scope, delivery: NewDelivery, status: DeliveryStatus, problems: readonly DeliveryProblem[]): Promise<void>
  /** Why a delivery that was written down has failed, where only its items tell. */
  explain(scope: Scope, delivery: NewDelivery, problems: readonly DeliveryProblem[]): Promise<void>
  /** One row an hour and reason, however many there are: whoever is rejected must not be able to fill the log. */
  reject(scope: Scope, rejection: Rejection): Promise<void>
}
