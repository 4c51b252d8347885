import { type Cost, noCost } from '../meter.ts'
import { latencyOf, noLatencies } from './latencies.ts'

/** What an isolate has counted and not written yet. */

/** A request that was let in, when it has been answered. */
export interface Answered {
  readonly organizationId: string
  readonly contract: string
  /** Of what let it in. */
  readonly keyIds: readonly string[]
  /** Milliseconds since 1970. */
  readonly at: number
  readonly status: number
  /** Absent for a stream, which lasts as long as its client likes. */
  readonly milliseconds?: number
  readonly cost: Cost
}

/** Of one contract in one hour. */
export interface Tally extends Omit<Cost, 'milliseconds'> {
  /** Hours since 1970. */
  readonly hour: number
  readonly contract: string
  requests: number
  clientErrors: number
  serverErrors: number
  readonly latencies: number[]
}

/** Of one organisation. */
export interface Counted {
  readonly tallies: Map<string, Tally>
  /** When each key was used last. */
  readonly keys: Map<string, number>
}

export const HOUR_MS = 3_600_000

/** Entries of all organisations that an isolate keeps: a few megabytes. Beyond them nothing new is counted until some are written. */
const ENTRIES = 10_000

const sum = (so: number | undefined, more: number | undefined) =>
  so === undefined || more === undefined ? undefined : so + more

const add = (tally: Tally, more: Omit<Tally, 'hour' | 'contract'>): void => {
  tally.requests += more.requests
  tally.clientErrors += more.clientErrors
  tally.serverErrors += more.serverErrors
  tally.calls += more.calls
  tally.rowsRead = sum(tally.rowsRead, more.rowsRead)
  tally.rowsWritten = sum(tally.rowsWritten, more.rowsWritten)
  for (const [i, count] of more.latencies.entries()) tally.latencies[i] = (tally.latencies[i] ?? 0) + count
}

const emptyTally = (hour: number, contract: string): Tally => {
  const { milliseconds: _, ...cost } = noCost()
  return { hour, contract, requests: 0, clientErrors: 0, serverErrors: 0, ...cost, latencies: noLatencies() }
}

/** Adds requests up by organisation, hour and contract. */
export class UsageCounter {
  readonly #limit: number
  readonly #organizations = new Map<string, Counted>()
  #entries = 0

  constructor(limit = ENTRIES) {
    this.#limit = limit
  }

  get organizationIds(): readonly string[] {
    return [...this.#organizations.keys()]
  }

  count({ organizationId, contract, keyIds, at, status, milliseconds, cost }: Answered): void {
    const tally = this.#tally(organizationId, Math.floor(at / HOUR_MS), contract)
    if (tally) {
      tally.requests++
      if (status >= 500) tally.serverErrors++
      else if (status >= 400) tally.clientErrors++
      tally.calls += cost.calls
      tally.rowsRead = sum(tally.rowsRead, cost.rowsRead)
      tally.rowsWritten = sum(tally.rowsWritten, cost.rowsWritten)
      if (milliseconds !== undefined) {
        const place = latencyOf(milliseconds)
        tally.latencies[place] = (tally.latencies[place] ?? 0) + 1
      }
    }
    for (const id of keyIds) this.#use(organizationId, id, at)
  }

  /** What was counted of an organisation, which is not counted here any more. */
  take(organizationId: string): Counted | undefined {
    const counted = this.#organizations.get(organizationId)
    if (!counted) return undefined
    this.#organizations.delete(organizationId)
    this.#entries -= counted.tallies.size + counted.keys.size
    return counted
  }

  /** What could not be written counts again. */
  putBack(organizationId: string, { tallies, keys }: Counted): void {
    for (const { hour, contract, ...counted } of tallies.values()) {
      const tally = this.#tally(organizationId, hour, contract)
      if (tally) add(tally, counted)
    }
    for (const [id, at] of keys) this.#use(organizationId, id, at)
  }

  #tally(organizationId: string, hour: number, contract: string): Tally | undefined {
    const key = `${hour} ${contract}`
    const known = this.#organizations.get(organizationId)?.tallies.get(key)
    if (known || !this.#hasRoom()) return known
    const made = emptyTally(hour, contract)
    this.#of(organizationId).tallies.set(key, made)
    return made
  }

  #use(organizationId: string, id: string, at: number): void {
    const known = this.#organizations.get(organizationId)?.keys.get(id)
    if (known === undefined && !this.#hasRoom()) return
    this.#of(organizationId).keys.set(id, Math.max(known ?? 0, at))
  }

  /** Asked before an entry is made. */
  #hasRoom(): boolean {
    if (this.#entries >= this.#limit) return false
    this.#entries++
    return true
  }

  #of(organizationId: string): Counted {
    const known = this.#organizations.get(organizationId)
    if (known) return known
    const made: Counted = { tallies: new Map(), keys: new Map() }
    this.#organizations.set(organizationId, made)
    return made
  }
}
