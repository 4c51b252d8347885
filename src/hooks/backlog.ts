import type { Later } from '../auth/rate-limit.ts'
import { problem, RefusedError, refuse } from '../engine/errors.ts'
import { scopeOf, withCurrent } from '../engine/session.ts'
import { openedIfAble, type SecretBox } from '../secrets/secret-box.ts'
import { SecretOwner } from '../secrets/secret-owner.ts'
import { hookLimits } from './definition.ts'
import type { DeliveryLog } from './delivery.ts'
import type { MappingInput } from './mapping-input.ts'
import type { HookSession } from './opening.ts'
import { type CommandsOf, runDelivery } from './run-delivery.ts'
import { outdatedProof, type Proof } from './verification.ts'

/** A delivery that was verified while its database was away. */
export interface WaitingDelivery {
  /** Of its hook (`addressOf`): where it goes is found out when it is run. */
  readonly address: string
  /** UUIDv7; it is the same delivery however often it is run. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly input: MappingInput
  /** Of what its sender has signed (`NewDelivery`); absent where nothing is. */
  readonly signedDigest?: string
  /** Its secret sealed for this one delivery. Absent of what an earlier release has kept. */
  readonly proof?: Proof
}

/** @throws RefusedError hooks_key_unset */
export const waitingWith = async (
  box: SecretBox,
  delivery: Omit<WaitingDelivery, 'proof'>,
  { secret, address }: Proof,
): Promise<WaitingDelivery> => ({
  ...delivery,
  proof: { address, secret: secret === null ? null : await box.seal(secret, SecretOwner.delivery(delivery)) },
})

/** @returns why it is not believed; undefined: it is, as what an earlier release has kept without its proof */
const doubtOf = async (
  box: SecretBox,
  delivery: WaitingDelivery,
  { hook, secrets }: HookSession,
): Promise<RefusedError | undefined> => {
  const { proof } = delivery
  if (!proof) return undefined
  if (proof.secret === null) return outdatedProof(proof, hook, secrets)
  const secret = await openedIfAble(box, proof.secret, SecretOwner.delivery(delivery))
  if (secret !== undefined) return outdatedProof({ ...proof, secret }, hook, secrets)
  // The hook itself was opened, so its key is there, and this one will not come back by waiting.
  return refuse('invalid_signature', undefined, 'the secret that it came with cannot be opened any more')
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

/** The log says why it failed, and has its payload where that fits. */
export interface FailedWaiting {
  /** That it stands under in the log: of the first one, where it came before. */
  readonly failed: string
  /** Milliseconds since 1970 until which the log has it. */
  readonly until: number
}

/**
 * What became of a delivery that waited. `done`: it was written, or there was nothing to write. `gone`: its hook takes none any
 * more. `later`: nothing has become of it yet.
 */
export type Resumed = 'done' | 'gone' | 'later' | FailedWaiting

/** Runs what has waited. @param later takes work that goes on behind it. @throws nothing */
export type Resume = (waiting: WaitingDelivery, later?: Later) => Promise<Resumed>

/** The most characters of a delivery that is kept, whatever keeps it. */
export const WAITING_CHARACTERS = hookLimits.payloadCharacters

const DAY_MS = 86_400_000

/** Seconds after which a sender comes again. */
const RETRY_AFTER = 60

/** @throws RefusedError always: the sender has to keep it */
export const cannotKeep = (why: string): never => {
  throw new RefusedError(problem('unavailable', undefined, `, and ${why}`), RETRY_AFTER)
}

/** What a delivery that has waited needs: no request is behind it. */
export interface Reopened {
  readonly session: HookSession
  readonly log: DeliveryLog
  /** Has the organisation's subscriptions send what is due. */
  readonly driveSubscriptions: () => Promise<void>
}

export type OpenHookAt = (address: string) => Promise<Reopened>

/** Nothing else that refuses a delivery is for good: a suspended organisation, for one, may be served again. */
const isGone = (error: unknown): boolean =>
  error instanceof RefusedError && error.refusal.problems[0].code === 'not_found'

const isPaused = ({ hook }: HookSession) => hook.state === 'paused'

/**
 * Runs deliveries that have waited as if they had come now: with their hook as it is now. A process that could not read its
 * database went by what it knew, so whether the sender is still the sender is judged once more.
 */
export const resumeWith =
  (open: OpenHookAt, box: SecretBox, commandsOf: CommandsOf): Resume =>
  async (waiting, later = () => {}) => {
    try {
      const { session, log, driveSubscriptions } = await open(waiting.address)
      const run = async (current: HookSession): Promise<Resumed> => {
        const { id, receivedAt, input } = waiting
        // A write may have come to its end behind the time that was left for it, and the hook may map it otherwise by now.
        if (await log.isWritten(scopeOf(current), current.hook.id, id)) return 'done'
        // The database was just asked, so this is how the hook stands, and not how it stood when this process read it.
        if (isPaused(current)) return 'later'
        const refused = await doubtOf(box, waiting, current)
        const signedDigest = async () => waiting.signedDigest
        const arrived = { id, receivedAt, input, signedDigest, hasWaited: true, ...(refused && { refused }) }
        const result = await runDelivery({ ...current, session: current, log, commandsOf }, arrived)
        if (result.status !== 'failed') return 'done'
        return { failed: result.id, until: Date.now() + current.hook.keepDays * DAY_MS }
      }
      return await withCurrent(session, async (current) => {
        const resumed = await run(current)
        // Of one that failed, some of its items may be written.
        if (resumed !== 'later' && current.organization.subscribed) later(driveSubscriptions())
        return resumed
      })
    } catch (error) {
      return isGone(error) ? 'gone' : 'later'
    }
  }
