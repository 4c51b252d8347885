import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type SqlDriver, UnavailableError } from '../storage/driver.ts'
import type { Connect } from '../tenancy.ts'
import { turns } from './turns.ts'

/** What @hono/node-server hands on beside a request. */
export interface NodeBindings {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

type Fetch = (request: Request, bindings: NodeBindings) => Response | Promise<Response>

export interface RequestLimits {
  /** Requests that are between authentication and the beginning of their answer. */
  readonly requests: number
  /** Bytes of their bodies, as declared. A request that finds no other is taken whatever its size. */
  readonly bytes: number
  /** Milliseconds in which a body must have arrived, streams excepted: they end when nothing comes any more. */
  readonly bodyMs: number
}

interface UnderWay extends NodeBindings {
  readonly since: number
  /** Bytes that it counts for; undefined until it is admitted. */
  admitted?: number
}

const SWEEP_MS = 1_000

/** What begins in one turn of the loop is a few milliseconds of work, however many connections have sent something. */
const PER_TURN = 32

/** Asked by those who decide whether the process lives, and whether it gets requests: they wait for no others. */
const PROBES = new Set(['/health', '/ready'])

/** No body is taken that is larger, whatever a request declares: it must not keep others out by a number. */
const LARGEST_BODY = 8_388_608

/** What a body without a declared length counts for. */
const UNDECLARED_BYTES = 1_000_000

const isStream = ({ headers }: IncomingMessage) => (headers['content-type'] ?? '').startsWith('application/x-ndjson')

const bytesOf = (incoming: IncomingMessage): number => {
  const declared = incoming.headers['content-length']
  if (declared !== undefined) return Math.min(Number(declared), LARGEST_BODY)
  return incoming.headers['transfer-encoding'] === undefined ? 0 : UNDECLARED_BYTES
}

/**
 * The requests that the process works on: how many there may be, whether their clients are still there, and how they are
 * told that the connection ends with them.
 */
export class RequestsUnderWay {
  readonly #limits: RequestLimits
  readonly #current = new AsyncLocalStorage<UnderWay>()
  readonly #all = new Set<UnderWay>()
  readonly #begin = turns(PER_TURN)
  #admitted = 0
  #bytes = 0
  #closing = false

  constructor(limits: RequestLimits) {
    this.#limits = limits
    setInterval(() => this.#cutSlowBodies(), SWEEP_MS).unref()
  }

  /** The app, with every request counted until its answer begins, and all of them taking turns. */
  watch(fetch: Fetch): Fetch {
    const answer = async (request: Request, underWay: UnderWay) => {
      try {
        return await this.#current.run(underWay, () => fetch(request, underWay))
      } finally {
        this.#leave(underWay)
      }
    }
    return (request, { incoming, outgoing }) => {
      const underWay: UnderWay = { incoming, outgoing, since: performance.now() }
      this.#all.add(underWay)
      if (this.#closing) outgoing.shouldKeepAlive = false
      if (PROBES.has(incoming.url ?? '')) return answer(request, underWay)
      return new Promise((resolve) => this.#begin(() => resolve(answer(request, underWay))))
    }
  }

  /**
   * The database as requests reach it. Which is before their bodies are read, except where the credentials are in there.
   * @throws UnavailableError (from what it returns) when too many requests are under way already
   */
  connect(driver: SqlDriver): Connect {
    return () => {
      const underWay = this.#current.getStore()
      if (!underWay) return driver
      this.#admit(underWay)
      const isAbandoned = () => underWay.outgoing.destroyed
      return { batch: (statements, options) => driver.batch(statements, { ...options, isAbandoned }) }
    }
  }

  /** From now on every answer is the last one of its connection. */
  closeConnections(): void {
    this.#closing = true
    for (const { outgoing } of this.#all) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false
  }

  #admit(underWay: UnderWay) {
    if (underWay.admitted !== undefined) return
    const bytes = isStream(underWay.incoming) ? 0 : bytesOf(underWay.incoming)
    const { requests, bytes: most } = this.#limits
    if (this.#admitted >= requests || (this.#admitted > 0 && this.#bytes + bytes > most))
      throw new UnavailableError('Too many requests are under way')
    underWay.admitted = bytes
    this.#admitted++
    this.#bytes += bytes
  }

  #leave(underWay: UnderWay) {
    this.#all.delete(underWay)
    if (underWay.admitted === undefined) return
    this.#admitted--
    this.#bytes -= underWay.admitted
  }

  #cutSlowBodies() {
    const oldest = performance.now() - this.#limits.bodyMs
    // Added in order, so the first that is young enough ends the search.
    for (const { incoming, since } of this.#all) {
      if (since > oldest) return
      if (!incoming.complete && !isStream(incoming)) incoming.destroy()
    }
  }
}
