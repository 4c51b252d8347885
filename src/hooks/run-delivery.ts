import { assertRecords, type CommandInput } from '../engine/assert.ts'
import { type Problem, problem, RefusedError } from '../engine/errors.ts'
import type { Outcome } from '../engine/outcome.ts'
import { type Session, StaleError, scopeOf } from '../engine/session.ts'
import type { Organization } from '../schema/schema.ts'
import type { DeliveryStatus } from './definition.ts'
import type { DeliveryLog, DeliveryProblem, NewDelivery } from './delivery.ts'
import { UnmappedError } from './mapping.ts'
import type { MappingInput } from './mapping-input.ts'
import type { OpenHook } from './opening.ts'
import { keptPayload } from './redaction.ts'
import { shownProblems } from './shown-problems.ts'

/** A delivery that comes from its sender for certain. */
export interface Arrived {
  /** UUIDv7. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** Why there is none, where it cannot be read. */
  readonly input: MappingInput | RefusedError
  /** Why it is not believed, and not to be run, though it can be read. */
  readonly refused?: RefusedError
  /** Of what its sender has signed (`NewDelivery`); asked for only where it, or its message id, comes to nothing. */
  readonly signedDigest?: () => Promise<string | undefined>
  /** Of a delivery that was run before: what its message was known by. */
  readonly formerId?: string | null
  /** Somebody has it run again. */
  readonly again?: boolean
  readonly attempts?: number
  /** It was not believed when it was run before. */
  readonly unproven?: boolean
  /** Its sender was told that it is kept, and does not come again: if it fails, its payload is all that there is. */
  readonly hasWaited?: boolean
}

/** Makes the commands of mapped items: how an item is written is a matter of the contract that they are written through. */
export type CommandsOf = (
  organization: Organization,
  object: string,
  items: readonly unknown[],
) => readonly CommandInput[]

/** On whose behalf a hook writes. */
export interface Runner extends OpenHook {
  readonly session: Session
  readonly log: DeliveryLog
  readonly commandsOf: CommandsOf
  /** Id of the request, for the history. */
  readonly request?: string
}

export interface DeliveryResult {
  /** Of the delivery that was written down: that of the first one, where this one repeats it. */
  readonly id: string
  readonly status: DeliveryStatus
  readonly isRepetition: boolean
  /** One for each item; empty for a repetition, and where there is none. */
  readonly outcomes: readonly Outcome[]
  /** Why it failed; empty where it did not. */
  readonly problems: readonly DeliveryProblem[]
  /** Whether the hook was paused, because this was one failure too many. */
  readonly isPaused: boolean
}

/** A newer event came first: that is as it should be. */
const isFailure = ({ code }: Problem): boolean => code !== 'older_than_stored'

const problemsOf = (outcomes: readonly Outcome[]): readonly DeliveryProblem[] =>
  outcomes.flatMap((outcome, item) =>
    outcome.status === 'refused'
      ? outcome.refusal.problems.filter(isFailure).map((one): DeliveryProblem => ({ item, problem: one }))
      : [],
  )

/** What it was refused for as a whole. */
const problemsOfAll = (error: RefusedError): readonly DeliveryProblem[] =>
  error.refusal.problems.map((one) => ({ item: null, problem: one }))

/** Refused for now, and for nothing that the payload has: the sender shall try again. */
const passes = (error: RefusedError): boolean => error.retryAfter !== undefined

/**
 * Runs a delivery: maps it, and writes its items and itself in one batch. What is wrong with it is in the result, and was
 * written down by a batch that checks whether the session, and so the hook, is the one of now.
 * @throws RefusedError for what passes by itself; StaleError
 */
export const runDelivery = async (
  { hook, map, readsDigest, session, log, commandsOf, request }: Runner,
  {
    id,
    receivedAt,
    input,
    refused,
    signedDigest,
    formerId = null,
    again = false,
    attempts,
    unproven = false,
    hasWaited = false,
  }: Arrived,
): Promise<DeliveryResult> => {
  let kept: string | null | undefined
  const payloadIf = (isKept: boolean): string | null => {
    if (!isKept || input instanceof RefusedError) return null
    // By the digest of the whole whoever reads the log could try out what was redacted: it is there for whose mapping reads it.
    const { digest, ...rest } = input
    if (kept === undefined) kept = keptPayload(readsDigest ? input : rest, hook.redact)
    return kept
  }
  const delivery: NewDelivery = {
    hookId: hook.id,
    id,
    messageId: null,
    receivedAt,
    replayDays: hook.replayDays,
    keepDays: hook.keepDays,
    payload: payloadIf(hook.keepPayload),
    items: 0,
    again,
    ...(attempts !== undefined && { attempts }),
    unproven: unproven || refused !== undefined,
    ...((again || hasWaited) && { ranAt: Date.now() }),
  }
  const scope = scopeOf(session)
  const known = async (run: NewDelivery): Promise<NewDelivery> => {
    const digest = await signedDigest?.()
    return digest === undefined ? run : { ...run, signedDigest: digest }
  }
  const failed = async (
    run: NewDelivery,
    problems: readonly DeliveryProblem[],
    outcomes: readonly Outcome[],
    isLogged: boolean,
  ): Promise<DeliveryResult> => {
    const payload = payloadIf(hook.keepPayload || hasWaited)
    const mapped = refused || input instanceof RefusedError ? undefined : input
    const shown = shownProblems(problems, { map, input: mapped, redact: hook.redact })
    const noted = await log.fail(scope, await known({ ...run, payload }), shown, isLogged)
    return { ...noted, status: 'failed', isRepetition: false, outcomes, problems }
  }
  /** A message whose id comes to nothing is known by what was signed: else whoever has seen it could repeat it. */
  const instead = async (): Promise<string | null> =>
    hook.mapping.messageId === undefined ? null : ((await signedDigest?.()) ?? formerId)
  let run = delivery
  try {
    if (refused) throw refused
    if (input instanceof RefusedError) throw input
    const { items, messageId, skipped } = map(input)
    run = { ...delivery, messageId: messageId ?? (await instead()), items: items.length }
    if (skipped !== undefined) {
      const noted = await log.skip(scope, await known(run), skipped)
      return { id: noted, status: 'skipped', isRepetition: false, outcomes: [], problems: [], isPaused: false }
    }
    const store = log.storeFor(run)
    const { outcomes, replayed } = await assertRecords(
      store,
      { ...session, refresh: outdated },
      (organization) => commandsOf(organization, hook.object, items),
      { contract: 'v1', dataBytes: 0, ...(request !== undefined && { request }) },
    )
    const holder = store.heldBy()
    // The message was written, by another delivery or by a run of this one that nobody has heard the end of.
    if (replayed && holder !== undefined)
      return { id: holder, status: 'done', isRepetition: holder !== id, outcomes: [], problems: [], isPaused: false }
    const problems = problemsOf(outcomes)
    if (problems.length > 0) return await failed(run, problems, outcomes, holder !== undefined)
    return { id, status: 'done', isRepetition: false, outcomes, problems, isPaused: false }
  } catch (error) {
    if (!(error instanceof RefusedError) || passes(error)) throw error
    if (error instanceof UnmappedError) run = { ...delivery, messageId: error.messageId ?? (await instead()) }
    return failed(run, problemsOfAll(error), [], false)
  }
}

/** Whoever runs a delivery reads hook and organisation together, so the engine leaves that to them. */
const outdated = async (): Promise<never> => {
  throw new StaleError()
}

/** Places of items are named as what the mapping makes: `items.0.emails`. */
export const placed = ({ item, problem: one }: DeliveryProblem): Problem => {
  if (item === null) return one
  const place = one.path ?? (one.field === undefined ? [] : [one.field])
  const path = ['items', item, ...place]
  return { ...one, path, field: path.join('.') }
}

/** The refusal that a failed delivery is answered with. */
export const refusalOf = ({ problems }: Pick<DeliveryResult, 'problems'>): RefusedError => {
  const [first = problem('internal'), ...others] = problems.map(placed)
  return new RefusedError({ problems: [first, ...others] })
}
