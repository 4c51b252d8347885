import { AsyncLocalStorage } from 'node:async_hooks'
import { OverloadedError } from '../storage/driver.ts'
import type { Connect } from '../tenants/places.ts'
import { breakingOff } from './answers.ts'
import {
  type Body,
  bodyOf,
  cut,
  heldBytes,
  isStream,
  isStreamed,
  type NodeBindings,
  type Pace,
  slowness,
} from './bodies.ts'
import { turns } from './turns.ts'

type Fetch = (request: Request, bindings: NodeBindings) => Response | Promise<Response>

export interface RequestLimits {
  /** Requests that are between authentication and the beginning of their answer; of a stream, its end. */
  readonly requests: number
  /** Bytes of their bodies, as they come. A request that finds no other is taken whatever its size. */
  readonly bytes: number
  /** Milliseconds in which a body must have arrived, streams excepted: they end when nothing comes any more. */
  readonly bodyMs: number
  /** How fast a body must come, streams excepted. */
  readonly pace: Pace
}

interface UnderWay extends Body {
  readonly since: number
  readonly isSlow: () => boolean
  /** Whose request it is, as it says itself; undefined until it is let in. */
  organizationId?: string
}

const SWEEP_MS = 1_000

/** What begins in one turn of the loop is a few milliseconds of work, however many connections have sent something. */
const PER_TURN = 32

/** Asked by those who decide whether the process lives, and whether it gets requests: they wait for no others. */
const PROBES = new Set(['/health', '/ready'])

/**
 * The requests that the process works on: how many there may be, of one organisation and of all, whether their clients
 * are still there, and how they are told that the connection ends with them.
 */
export class RequestsUnderWay {
  readonly #limits: RequestLimits
  readonly #current = new AsyncLocalStorage<UnderWay>()
  readonly #all = new Set<UnderWay>()
  readonly #begin = turns(PER_TURN)
  readonly #admitted = new Set<UnderWay>()
  #closing = false

  constructor(limits: RequestLimits) {
    this.#limits = limits
    setInterval(() => this.#cutSlowBodies(), SWEEP_MS).unref()
  }

  /** The app, with every request counted until its answer begins or its stream ends, and all of them taking turns. */
  watch(fetch: Fetch): Fetch {
    const answer = async (request: Request, underWay: UnderWay) => {
      try {
        const response = await this.#current.run(underWay, () => fetch(request, underWay))
        const { incoming, outgoing } = underWay
        if (isStreamed(incoming)) return breakingOff(response, outgoing)
        // Nobody reads the rest of a body that is answered before, and its connection is ended: so its client is told.
        if (!incoming.complete) outgoing.shouldKeepAlive = false
        return response
      } finally {
        const { incoming, outgoing } = underWay
        if (isStreamed(incoming) && !outgoing.closed) outgoing.once('close', () => this.#leave(underWay))
        else this.#leave(underWay)
      }
    }
    return (request, { incoming, outgoing }) => {
      const body = bodyOf({ incoming, outgoing })
      const underWay: UnderWay = { ...body, since: performance.now(), isSlow: slowness(body, this.#limits.pace) }
      this.#all.add(underWay)
      if (this.#closing) outgoing.shouldKeepAlive = false
      if (PROBES.has((incoming.url ?? '').split('?', 1)[0] ?? '')) return answer(request, underWay)
      return new Promise((resolve) => this.#begin(() => resolve(answer(request, underWay))))
    }
  }

  /**
   * The database as requests reach it. Which is before their bodies are read, except where the credentials are in there.
   * @throws OverloadedError (from what it returns) when too many requests are under way already
   */
  connect(inner: Connect): Connect {
    return (organizationId, cost) => {
      const driver = inner(organizationId, cost)
      const underWay = this.#current.getStore()
      if (!underWay) return driver
      this.#admit(underWay, organizationId)
      const isAbandoned = () => underWay.outgoing.destroyed
      return { batch: (statements, options) => driver.batch(statements, { ...options, isAbandoned }) }
    }
  }

  /** The request that runs waits for others: it has had its turn, and keeps nobody out meanwhile. */
  stepAside(): void {
    const underWay = this.#current.getStore()
    if (underWay) this.#admitted.delete(underWay)
  }

  /** From now on every answer is the last one of its connection. */
  closeConnections(): void {
    this.#closing = true
    for (const { outgoing } of this.#all) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false
  }

  /** Whoever asks must leave as much free as it has itself, so that the next one finds room: its own count twice. */
  #admit(underWay: UnderWay, organizationId: string) {
    if (this.#admitted.has(underWay)) return
    let requests = 2
    let bytes = 2 * underWay.expected
    for (const other of this.#admitted) {
      const isOwn = other.organizationId === organizationId
      requests += isOwn ? 2 : 1
      bytes += isOwn ? 2 * other.expected : heldBytes(other)
    }
    const isFull = requests > this.#limits.requests || bytes > this.#limits.bytes
    if (isFull && this.#admitted.size > 0) throw new OverloadedError('Too many requests are under way')
    underWay.organizationId = organizationId
    this.#admitted.add(underWay)
  }

  #leave(underWay: UnderWay) {
    this.#all.delete(underWay)
    this.#admitted.delete(underWay)
  }

  #cutSlowBodies() {
    const oldest = performance.now() - this.#limits.bodyMs
    for (const underWay of this.#all) {
      const { incoming, since, isSlow } = underWay
      if (!incoming.complete && !isStream(incoming) && (since <= oldest || isSlow())) cut(underWay)
    }
  }
}
