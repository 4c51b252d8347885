import { type Change, type ChangePage, isOfRecord, type RecordChange, type Renaming } from '../engine/history.ts'
import { type DeadLetter, isWanted, type Subscription, subscriptionLimits } from './definition.ts'
import { isOfHook, leadsToOwnHook } from './loops.ts'
import { changeMessage, gapMessage } from './payload.ts'
import { failureOf, isGone, isRefused, isRefusedForGood, isTaken, NO_KEY, verdictOn } from './retrying.ts'
import type { Answered, Outbox } from './sending.ts'
import { type Message, signedHeaders } from './signing.ts'

/** One turn of a subscription: what is due is sent, in order, and what came of it is written once. */

/** A subscription that nobody else sends for until the lease is over. */
export interface Claim {
  readonly subscription: Subscription
  readonly organizationId: string
  /** What is to be sent again, oldest first. */
  readonly wanted: readonly DeadLetter[]
  /** Records with dead letters, as `recordKey`: their later changes stand behind these. */
  readonly held: ReadonlySet<string>
  readonly deadLetters: number
  /** Behind the cursor, oldest first. */
  readonly renamings: readonly Renaming[]
}

/** What a turn came to: the subscription as it is to be from then on. */
export interface Turn
  extends Pick<Subscription, 'state' | 'cursor' | 'nextAt' | 'attempts' | 'failingSince' | 'failure' | 'deliveredAt'> {
  readonly dead: readonly DeadLetter[]
  /** Sequences of what needs nothing more: none of them is a dead letter, even if somebody has made it one meanwhile. */
  readonly taken: readonly number[]
  /** Milliseconds since 1970 until which nothing is begun, whatever is wanted; 0: it does not rest. */
  readonly restUntil: number
  /** Of those that were refused again. */
  readonly refused: readonly { readonly sequence: number; readonly failure: string }[]
}

/** Somebody has changed, deleted or suspended what was claimed, or taken it over: nothing more is to be sent for it. */
export class ClaimLostError extends Error {}

/** Where subscriptions and the feed are. Each method is one call of the database. */
export interface TurnStore {
  /** @returns undefined where somebody else has it, or there is nothing to do */
  claim(now: number): Promise<Claim | undefined>
  /** @throws ClaimLostError */
  changes(claim: Claim, after: number): Promise<ChangePage>
  /**
   * One change as it is now: what was erased since it was read last is not in it.
   * @returns undefined where it is kept no longer
   * @throws ClaimLostError
   */
  change(claim: Claim, sequence: number): Promise<Change | undefined>
  /** If the claim holds no longer, no more than that what was taken is no dead letter. */
  finish(claim: Claim, turn: Turn): Promise<void>
}

export interface TurnOptions {
  readonly store: TurnStore
  readonly outbox: Outbox
  /** Those that are valid now; none where the deployment has not the key to them. */
  readonly openSecrets: (subscription: Subscription, now: number) => Promise<readonly string[]>
  /** Milliseconds since 1970 after which nothing more is begun. */
  readonly until?: number
  readonly stopping?: AbortSignal | undefined
}

/** For so long a turn begins attempts: what was taken in it is sent once more if its claim is lost, or its driver dies. */
export const TURN_MS = 2_000
/** From the claim on; a turn, its last attempt and what it writes fit in. A driver that has died is taken over after it. */
export const LEASE_MS = 60_000

/** Until it is tried again whether the operator has given the deployment its key. */
const WITHOUT_KEY_MS = 600_000

/** A turn that came to nothing is no reason to begin the next one at once. */
const IDLE_MS = 1_000

export const recordKey = (object: string, recordId: string): string => `${object} ${recordId}`

const keyOf = ({ object, recordId }: Pick<RecordChange, 'object' | 'recordId'>) => recordKey(object, recordId)

const begin = ({ subscription }: Claim) => {
  const { state, cursor, nextAt, attempts, failingSince, failure, deliveredAt } = subscription
  const lists = { dead: [] as DeadLetter[], taken: [] as number[], refused: [] as Turn['refused'][number][] }
  return { state, cursor, nextAt, attempts, failingSince, failure, deliveredAt, restUntil: 0, ...lists }
}
type Draft = { -readonly [K in keyof ReturnType<typeof begin>]: ReturnType<typeof begin>[K] }

/** As it is behind something that needs nothing more. */
const settled = (cursor: number) => ({ cursor, attempts: 0, nextAt: 0, failingSince: null, failure: null })

/** Sends for one claim. @throws ClaimLostError */
const work = async (claim: Claim, turn: Draft, { store, outbox, openSecrets, until, stopping }: TurnOptions) => {
  const { subscription, wanted } = claim
  const held = new Set(claim.held)
  const leadsBack = leadsToOwnHook(subscription.url, claim.organizationId)
  const end = Math.min(until ?? Number.POSITIVE_INFINITY, Date.now() + TURN_MS)
  const isOver = () => stopping?.aborted === true || Date.now() >= end

  const secrets = await openSecrets(subscription, Date.now())
  const attempt = async (message: Message) =>
    outbox.send({
      url: subscription.url,
      headers: await signedHeaders(message, secrets, Date.now()),
      body: message.body,
    })

  const bury = ({ sequence, object, recordId }: RecordChange, failure: string | null) => {
    turn.dead.push({ sequence, object, recordId, at: Date.now(), failure, wanted: false })
    held.add(recordKey(object, recordId))
    // The receiver has answered: it is not away.
    Object.assign(turn, settled(sequence))
    if (claim.deadLetters + turn.dead.length < subscriptionLimits.deadLetters) return
    turn.state = 'paused'
    turn.failure = `${subscriptionLimits.deadLetters} dead letters`
  }

  /** @param record absent: it is of none, so that no dead letter can be made of it. @returns whether to go on behind it */
  const deliver = async (message: Message, sequence: number, record?: RecordChange): Promise<boolean> => {
    const answered = await attempt(message)
    const now = Date.now()
    if (isTaken(answered)) {
      Object.assign(turn, settled(sequence))
      turn.deliveredAt = now
      if (record) turn.taken.push(sequence)
      return true
    }
    turn.attempts += 1
    turn.failingSince ??= now
    turn.failure = failureOf(answered)
    if (record && isRefusedForGood(answered, turn.attempts)) {
      bury(record, turn.failure)
      return true
    }
    const verdict = verdictOn(answered, turn.attempts, turn.failingSince, now)
    if (verdict.does === 'pause') turn.state = 'paused'
    else turn.nextAt = now + verdict.ms
    return false
  }

  /**
   * Each is tried once: the pauses and the days of the table are those of the change behind the cursor. The record's own order
   * holds: behind one that is not taken the others of its record wait. Of those that the history keeps no longer the receiver is
   * told that they are missing, of all that stand together once. Whether it takes that or refuses it, nothing is left that could
   * be sent, so they hold up their record no more.
   */
  const revive = async () => {
    const heldUp = new Set<string>()
    const tryOnce = async (message: Message): Promise<Answered> => {
      const answered = await attempt(message)
      if (isTaken(answered)) turn.deliveredAt = Date.now()
      if (isGone(answered)) Object.assign(turn, { state: 'paused', failure: failureOf(answered) })
      return answered
    }
    const leave = (letter: DeadLetter, answered: Answered) => {
      heldUp.add(keyOf(letter))
      turn.refused.push({ sequence: letter.sequence, failure: failureOf(answered) })
    }
    let lost: DeadLetter[] = []
    const tellLost = async () => {
      const [first, last] = [lost.at(0), lost.at(-1)]
      if (!first || !last || turn.state !== 'on') return
      const answered = await tryOnce(gapMessage(subscription.id, first.sequence - 1, last.sequence, Date.now()))
      for (const letter of lost)
        if (isTaken(answered) || isRefused(answered)) turn.taken.push(letter.sequence)
        else leave(letter, answered)
      lost = []
    }
    for (const letter of wanted) {
      if (isOver() || turn.state !== 'on') break
      if (heldUp.has(keyOf(letter))) continue
      const change = await store.change(claim, letter.sequence)
      if (!change) lost.push(letter)
      else {
        await tellLost()
        if (turn.state !== 'on' || heldUp.has(keyOf(letter))) continue
        const answered = await tryOnce(changeMessage(subscription.id, change))
        if (isTaken(answered)) turn.taken.push(letter.sequence)
        else leave(letter, answered)
      }
    }
    await tellLost()
  }

  /** @returns whether to read on */
  const pass = async ({ changes, last, more }: ChangePage): Promise<boolean> => {
    let isFresh = true
    for (const read of changes) {
      if (isOver() || turn.state !== 'on') return false
      const record = isOfRecord(read) ? read : undefined
      if (!isWanted(subscription, read, claim.renamings) || (leadsBack && isOfHook(read))) turn.cursor = read.sequence
      else if (record && held.has(keyOf(record))) bury(record, null)
      else {
        // The attempt before it may have taken seconds, in which values were erased.
        const change = isFresh ? read : await store.change(claim, read.sequence)
        isFresh = false
        if (!change) return true
        if (!(await deliver(changeMessage(subscription.id, change), change.sequence, record))) return false
      }
    }
    turn.cursor = Math.max(turn.cursor, last.sequence)
    return more
  }

  const follow = async (): Promise<void> => {
    for (let goesOn = true; goesOn && !isOver() && turn.state === 'on'; ) {
      const page = await store.changes(claim, turn.cursor)
      const gap = () => deliver(gapMessage(subscription.id, turn.cursor, page.from, Date.now()), page.from)
      goesOn = page.reaches ? await pass(page) : await gap()
    }
  }

  if (secrets.length === 0) {
    turn.failure = NO_KEY
    turn.restUntil = Date.now() + WITHOUT_KEY_MS
    turn.nextAt = Math.max(turn.nextAt, turn.restUntil)
  } else if (wanted.length > 0) await revive()
  // What stands behind dead letters that were taken just now is known by the next turn.
  else await follow()
}

const isIdle = ({ subscription }: Claim, { state, cursor, attempts, taken, refused }: Draft) =>
  state === 'on' &&
  cursor === subscription.cursor &&
  attempts === subscription.attempts &&
  taken.length + refused.length === 0

/** Claims it, sends what is due, and notes what came of it. Does nothing where somebody else is at it. */
export const takeTurn = async (options: TurnOptions): Promise<void> => {
  const { store } = options
  const claim = await store.claim(Date.now())
  if (!claim) return
  const turn: Draft = begin(claim)
  try {
    await work(claim, turn, options)
  } catch (error) {
    // What was taken before is noted all the same.
    if (!(error instanceof ClaimLostError)) throw error
  }
  if (isIdle(claim, turn)) turn.restUntil = Math.max(turn.restUntil, Date.now() + IDLE_MS)
  await store.finish(claim, turn)
}
