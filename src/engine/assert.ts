import type { Organization } from '../schema/schema.ts'
import type { AssertCommand } from './command.ts'
import { problem, RefusedError } from './errors.ts'
import { indexToMatch } from './index-to-match.ts'
import { type NeverMade, type Outcome, outcomeOf, type Written } from './outcome.ts'
import { type Plan, type Planning, plan } from './plan/index.ts'
import { RECORD_BYTES, WORK_REFERENCES } from './record.ts'
import { ChangedError, type Session, StaleError, withCurrent } from './session.ts'
import { AllRefusedError, type AssertAnswer, type AssertBatch, NOTHING_DONE, type RecordStore } from './store.ts'

export interface AssertOptions {
  /** Name of the contract that the request came through, its id, and that of the import that it is part of: for the history. */
  readonly contract: string
  readonly request?: string
  readonly importId?: string
  readonly dryRun?: boolean
  /** Write all or nothing. Default: every item for itself. */
  readonly allOrNothing?: boolean
  /** Report the changed attributes. Costs a row read per attribute and record. */
  readonly track?: boolean
  readonly idempotency?: { readonly key: string; readonly fingerprint: string }
  readonly include?: { readonly attribute: string; readonly object: string }
  /**
   * Bytes of data that the answer about one record may have: outcomes of longer ones are not `complete`. 0 for a caller
   * who looks at no data. Default: all of it.
   */
  readonly dataBytes?: number
}

export interface AssertResult<S extends Session = Session> {
  /** One per command, in their order. */
  readonly outcomes: readonly Outcome[]
  /** Whether the answer is that of an earlier request with the same idempotency key. */
  readonly replayed: boolean
  /** The session that the batch ran under: a newer one than came in, if that was stale. */
  readonly session: S
}

/** A command, or why there is none: an item that its contract could not read takes its place in the outcomes. */
export type CommandInput = AssertCommand | RefusedError

/**
 * Makes the command or commands of a request from what is known of the organisation. It is called again should that have
 * changed, and what it refuses (by throwing RefusedError) is refused only once that has been read again.
 */
export type Translate = (organization: Organization) => CommandInput | readonly CommandInput[]

const planAll = (translate: Translate, organization: Organization): Planning[] => {
  const translated = translate(organization)
  const commands = Array.isArray(translated) ? (translated as readonly CommandInput[]) : [translated as CommandInput]
  const plannings: Planning[] = []
  const plans: (Plan | undefined)[] = []
  let references = 0
  const planned = (command: CommandInput): Planning => {
    if (references > WORK_REFERENCES) return { refusal: { problems: [problem('too_much_work')] } }
    return command instanceof RefusedError ? { refusal: command.refusal } : plan(command, organization, plans)
  }
  for (const command of commands) {
    const planning = planned(command)
    const made = 'plan' in planning ? planning.plan : undefined
    references += made?.item.extras?.refs?.length ?? 0
    plannings.push(planning)
    plans.push(made)
  }
  return plannings
}

const batchOf = (plannings: readonly Planning[], session: Session, options: AssertOptions): AssertBatch => {
  const items: AssertBatch['items'][number][] = []
  plannings.forEach((planning, position) => {
    if ('plan' in planning) items.push({ position, item: planning.plan.item })
  })
  return {
    organizationId: session.organization.id,
    revision: session.organization.revision,
    now: Date.now(),
    actor: session.actor,
    contract: options.contract,
    ...(options.request !== undefined && { request: options.request }),
    ...(options.importId !== undefined && { importId: options.importId }),
    indexes: session.organization.indexes,
    history: session.organization.history,
    track: options.track === true || session.organization.history !== 'off',
    dryRun: options.dryRun === true,
    allOrNothing: options.allOrNothing === true,
    ...(options.idempotency && !options.dryRun && { idempotency: options.idempotency }),
    ...(options.include && { include: options.include }),
    dataBytes: options.dataBytes ?? RECORD_BYTES,
    items,
  }
}

/** What is separated was there before. */
const isDrawn = ({ item }: Plan): boolean => item.extras?.lifecycle !== 'separate'

/** Every record that the request could have made. */
const drawnIds = (plannings: readonly Planning[]): NeverMade =>
  new Map(
    plannings.flatMap((one, position) =>
      'plan' in one && isDrawn(one.plan) ? [[one.plan.item.writeId, position] as const] : [],
    ),
  )

const NONE: NeverMade = new Map()

/** @param isWritten whether what the answer tells has come to stay */
const outcomesOf = (
  plannings: readonly Planning[],
  { items }: Pick<AssertAnswer, 'items'>,
  isWritten: boolean,
): Outcome[] => {
  const neverMade = isWritten ? NONE : drawnIds(plannings)
  const answers = new Map(items.map((item) => [item.position, item]))
  return plannings.map((planning, position): Outcome => {
    if ('refusal' in planning) return { status: 'refused', refusal: planning.refusal }
    const answer = answers.get(position)
    return 'plan' in planning && answer
      ? outcomeOf(answer, planning.plan, neverMade)
      : { status: 'refused', refusal: { problems: [problem('not_attempted')] } }
  })
}

/** Under all-or-nothing, what would have been written was not, because of its neighbours. */
const withhold = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.map((o) =>
    o.status === 'refused' ? o : { status: 'refused', refusal: { problems: [problem('not_attempted')] } },
  )

type Ran = Pick<AssertResult, 'outcomes' | 'replayed'>

const run = async (
  store: RecordStore,
  plannings: readonly Planning[],
  session: Session,
  options: AssertOptions,
): Promise<Ran> => {
  const batch = batchOf(plannings, session, options)
  const refuseAll = (answer: Pick<AssertAnswer, 'items'>): Ran => ({
    outcomes: withhold(outcomesOf(plannings, answer, false)),
    replayed: false,
  })
  // What all-or-nothing refuses is run again dry, item by item, to learn every reason and not only the first.
  const explain = async () => {
    const { idempotency: _, ...unkept } = batch
    return refuseAll(await store.assert({ ...unkept, dryRun: true, allOrNothing: false }))
  }
  if (batch.items.length === 0) return { outcomes: outcomesOf(plannings, { items: [] }, true), replayed: false }
  if (options.allOrNothing && batch.items.length < plannings.length) return explain()
  try {
    const answer = await store.assert(batch)
    if (batch.idempotency && answer.fingerprint !== batch.idempotency.fingerprint)
      throw new RefusedError(problem('idempotency_mismatch'))
    const outcomes = outcomesOf(plannings, answer, !batch.dryRun)
    // A dry run is never aborted, so here it is told what an abort would have told.
    if (options.allOrNothing && outcomes.some((o) => o.status === 'refused')) return refuseAll(answer)
    return { outcomes, replayed: answer.replayed }
  } catch (error) {
    if (error instanceof AllRefusedError) return explain()
    throw error
  }
}

/**
 * Creates or updates records by match keys: the product's one write path.
 *
 * The commands run in order in one transaction, and a warm session costs one call to the database. It costs up
 * to two more when the session is stale (read again, run again) or all-or-nothing meets a refusal (explain).
 * @throws RefusedError for what concerns the request as a whole; what concerns one command is in its outcome
 */
export const assertRecords = <S extends Session>(
  store: RecordStore,
  session: S,
  translate: Translate,
  options: AssertOptions,
): Promise<AssertResult<S>> => {
  let spent = NOTHING_DONE
  return withCurrent(session, async (current) => {
    const plannings = planAll(translate, current.organization)
    // A refusal that no batch has vouched for may rest on an outdated schema, or hide a revoked key: look first.
    if (current.cached && plannings.every((p) => 'refusal' in p)) throw new StaleError()
    const unindexed = plannings.flatMap((p) => ('unindexed' in p ? [p.unindexed] : []))
    if (unindexed.length > 0) {
      spent = await indexToMatch(store, current, unindexed, spent)
      throw new ChangedError()
    }
    return { ...(await run(store, plannings, current, options)), session: current }
  })
}

/**
 * Plans that were not made from commands, such as those that take a record back: run as a request of its own.
 * @throws StaleError
 */
export const runPlans = async (
  store: RecordStore,
  session: Session,
  plans: readonly Plan[],
  options: AssertOptions,
): Promise<readonly Outcome[]> =>
  (
    await run(
      store,
      plans.map((one) => ({ plan: one })),
      session,
      options,
    )
  ).outcomes

/**
 * One command, written or refused: `assertRecords` for the contracts that take one record a request.
 * @throws RefusedError for every refusal
 */
export const assertRecord = async <S extends Session>(
  store: RecordStore,
  session: S,
  translate: (organization: Organization) => AssertCommand,
  options: AssertOptions,
): Promise<{ readonly outcome: Written; readonly session: S }> => {
  const { outcomes, session: current } = await assertRecords(store, session, translate, options)
  return { outcome: written(outcomes[0]), session: current }
}

/** The outcome of a command that must have been written. @throws RefusedError */
export const written = (outcome: Outcome | undefined): Written => {
  if (outcome?.status === 'refused') throw new RefusedError(outcome.refusal)
  if (!outcome || outcome.status === 'skipped' || outcome.status === 'erased')
    throw new RefusedError(problem('internal'))
  return outcome
}
