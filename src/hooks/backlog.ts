import type { MappingInput } from './mapping.ts'

/** A delivery that was verified while its database was away. */
export interface WaitingDelivery {
  /** Of its hook (`addressOf`): where it goes is found out when it is run. */
  readonly address: string
  /** UUIDv7; it is the same delivery however often it is run. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly input: MappingInput
}

/** Keeps deliveries until their database is back: a queue of the platform, or a journal on disk. */
export interface Backlog {
  /**
   * When it returns, the delivery outlives the process.
   * @throws RefusedError unavailable when it is too large, or there is no room: the sender has to come again
   */
  put(waiting: WaitingDelivery): Promise<void>
  /** Whether earlier ones of the same hook are kept: then a further one must not overtake them. */
  isBehind(address: string): boolean
}

/** How a delivery that waited came out. `later`: nothing has become of it yet. */
export type Resumed = 'done' | 'failed' | 'later'

/** Runs what has waited. It never throws: what went wrong is in the log. */
export type Resume = (waiting: WaitingDelivery) => Promise<Resumed>
