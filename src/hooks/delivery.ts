import type { Problem } from '../engine/errors.ts'
import type { Scope } from '../engine/session.ts'
import type { ItemAnswer, RecordStore } from '../engine/store.ts'
import type { DeliveryStatus } from './definition.ts'
import type { MappingInput } from './mapping-input.ts'

/** A delivery that is about to be run. */
export interface NewDelivery {
  readonly hookId: string
  /** UUIDv7; that of the first run, where it is delivered again. */
  readonly id: string
  /** Null: every delivery stands for itself. */
  readonly messageId: string | null
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** When it is run, where that is later than it came: it has waited, or somebody has it run again. */
  readonly ranAt?: number
  readonly replayDays: number
  readonly keepDays: number
  /** JSON; null: none is kept. */
  readonly payload: string | null
  /** Its items, those too that never come to the store. */
  readonly items: number
  /**
   * Of what its sender has signed, in hex: if it comes to nothing, that is written down once, however often somebody who has
   * seen it sends it. Absent: it stands for itself.
   */
  readonly signedDigest?: string
  /** It was run before, and somebody has it run again: what it has written is no repetition. */
  readonly again?: boolean
  /** Runs that whoever has it run again knows of: where there was another one since, that is what it came to. */
  readonly attempts?: number
  /** It did not prove where it comes from, now or when it was run before: that stays, whatever else becomes of it. */
  readonly unproven?: boolean
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
  /** From when it came, or was run later, until it was written down. */
  readonly milliseconds: number
  readonly attempts: number
  readonly repeats: number
  readonly hasPayload: boolean
  /** It was ever refused because it did not prove where it comes from: it is written on somebody's word only. */
  readonly unproven: boolean
}

/** With what came, as far as it was kept. */
export interface KeptDelivery extends Delivery {
  readonly payload: MappingInput | null
}

/** Which deliveries that were written down are told. */
export interface DeliveryQuery {
  readonly order: 'newest first' | 'oldest first'
  /** Those behind the one with this id, in that order. */
  readonly after?: string | undefined
  readonly limit: number
  readonly status?: DeliveryStatus | undefined
}

/** Deliveries in the order that was asked for: there may be more behind a page that is not full, or even empty. */
export interface DeliveryPage {
  readonly deliveries: readonly Delivery[]
  /** Behind which the next page begins; undefined: this was the last. */
  readonly next: string | undefined
}

/** A store whose every assert writes the delivery down, in the same transaction. */
export interface DeliveryStore extends RecordStore {
  /**
   * Once it has run: the delivery that holds the message, so that this one is a repetition if it is another. What holds a
   * message has written it. Undefined: no item has come to the store.
   */
  readonly heldBy: () => string | undefined
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

export interface NotedFailure {
  /** That it stands under: of the first one, where it came before. */
  readonly id: string
  /** Whether the hook is paused now. */
  readonly isPaused: boolean
}

/** Where deliveries are written down. Each method is one call to the database, and throws StaleError once the session is. */
export interface DeliveryLog {
  /** For one delivery that has items. */
  storeFor(delivery: NewDelivery): DeliveryStore
  /**
   * Of a delivery that has nothing to assert.
   * @param why completes the sentence of `not_wanted`
   * @returns the id that it stands under: that of the first one, where it came before
   */
  skip(scope: Scope, delivery: NewDelivery, why: string): Promise<string>
  /**
   * Why a delivery has failed: as a whole, or some of its items. Where it is one too many in a row, the hook is paused.
   * One that came before is the same failure.
   * @param isLogged whether its store has written it down
   */
  fail(
    scope: Scope,
    delivery: NewDelivery,
    problems: readonly DeliveryProblem[],
    isLogged: boolean,
  ): Promise<NotedFailure>
  /** Whether the log has it as written: by a run that nobody has heard the end of. */
  isWritten(scope: Scope, hookId: string, id: string): Promise<boolean>
  /** One row an hour and error code, however many there are: whoever is rejected must not be able to fill the log. */
  reject(scope: Scope, rejection: Rejection): Promise<void>
}
