import type { Context } from 'hono'
import { problem, RefusedError } from '../../../engine/errors.ts'
import { newId } from '../../../engine/ids.ts'
import { withCurrent } from '../../../engine/session.ts'
import { waitingWith } from '../../../hooks/backlog.ts'
import type { Hook } from '../../../hooks/definition.ts'
import type { DeliveryLog } from '../../../hooks/delivery.ts'
import type { MappingInput } from '../../../hooks/mapping-input.ts'
import type { HookSession } from '../../../hooks/opening.ts'
import { digestOf, inputOf, signedDigest } from '../../../hooks/payload.ts'
import { type DeliveryResult, runDelivery } from '../../../hooks/run-delivery.ts'
import { type Proof, type Received, type Verified, verify } from '../../../hooks/verification.ts'
import { refusalFrom } from '../../../http/app-errors.ts'
import { bodyBytes } from '../../../http/body-bytes.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Hooks } from '../../../http/hook-access.ts'
import { BODY_LIMIT } from '../../../http/json-body.ts'
import { commandsOf } from './run.ts'

/** What becomes of one request of a sender: verified, then written, or kept for later. */

/** Seconds after which a sender may try a paused hook again: somebody has to look first. */
const PAUSED_RETRY = 300

const receivedOf = (c: Context<AppEnv>): Received => {
  let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined
  const read = async () => new Uint8Array(await bodyBytes(c.req.raw, BODY_LIMIT))
  return {
    method: c.req.method,
    url: c.req.url,
    headers: c.req.raw.headers,
    body: () => {
      bytes ??= read()
      return bytes
    },
    address: c.get('clientAddress'),
  }
}

/** One request, for as long as its hook is tried: on a cached session first, and once more when that was outdated. */
export class Reception {
  readonly receivedAt = Date.now()
  /** Made afterwards: what came since some time has an id of that time or a later one. */
  readonly id = newId()
  /** What it has proved to be: only that may be kept. */
  #verified: { readonly input: MappingInput; readonly proof: Proof; readonly hook: Hook } | undefined
  readonly #received: Received
  readonly #c: Context<AppEnv>
  readonly #hooks: Hooks
  readonly #log: DeliveryLog
  readonly #address: string

  constructor(c: Context<AppEnv>, hooks: Hooks, log: DeliveryLog, address: string) {
    this.#c = c
    this.#received = receivedOf(c)
    this.#hooks = hooks
    this.#log = log
    this.#address = address
  }

  /** @throws RefusedError what it is rejected for, which counts against the address that it comes from */
  async #verify(current: HookSession): Promise<Verified> {
    try {
      const proof = await verify(this.#received, current.hook, current.secrets, Date.now())
      await this.#received.body()
      return proof
    } catch (error) {
      if (!(error instanceof RefusedError) || current.cached) throw error
      throw await this.#hooks.reject(this.#c, current, this.#log, error)
    }
  }

  /** @returns undefined where it has to stand in line behind others that wait for the database */
  async #run(current: HookSession): Promise<DeliveryResult | undefined> {
    this.#verified = undefined
    if (current.hook.state === 'paused') throw new RefusedError(problem('hook_paused'), PAUSED_RETRY)
    const proof = await this.#verify(current)
    this.#c.set('session', current)
    const input = await inputOf(this.#received, current, proof.signed)
    if (!(input instanceof RefusedError)) {
      this.#verified = { input, proof, hook: current.hook }
      if (this.#hooks.backlog?.isBehind(this.#address)) return undefined
    }
    const runner = { ...current, session: current, log: this.#log, commandsOf, request: this.#c.get('requestId') }
    const digest = () => signedDigest(this.#received, current.hook)
    return runDelivery(runner, { id: this.id, receivedAt: this.receivedAt, input, signedDigest: digest })
  }

  /**
   * @returns undefined for one that is kept, because it cannot be written now
   * @throws what it failed with, where nothing keeps it
   */
  async runOrKeep(session: HookSession): Promise<DeliveryResult | undefined> {
    const { backlog, box } = this.#hooks
    try {
      const result = await withCurrent(session, (current) => this.#run(current))
      if (result) return result
    } catch (error) {
      const passes = refusalFrom(error).retryAfter !== undefined
      if (!backlog || !this.#verified || !passes) throw error
    }
    if (backlog && this.#verified) {
      const { input, proof, hook } = this.#verified
      const digest = await signedDigest(this.#received, hook)
      const signed = digest !== undefined && { signedDigest: digest }
      // By then an expression may name what it does not name now.
      const whole = { ...input, digest: input.digest ?? (await digestOf(await this.#received.body())) }
      const delivery = { address: this.#address, id: this.id, receivedAt: this.receivedAt, input: whole, ...signed }
      await backlog.put(await waitingWith(box, delivery, proof))
    }
    return undefined
  }
}
