import type { ObjectSchema } from '../../schema/schema.ts'
import { type AssertOptions, runPlans, written } from '../assert.ts'
import type { MatchKey } from '../command.ts'
import { type Problem, ProblemCollector, problem, RefusedError, refuse, refuseIfAny } from '../errors.ts'
import { indexToMatch } from '../index-to-match.ts'
import { isIndexed } from '../indexing.ts'
import { objectOf } from '../names.ts'
import type { Outcome } from '../outcome.ts'
import { Unindexed } from '../plan/draft.ts'
import { planKey } from '../plan/keys.ts'
import type { PlannedKey } from '../plan/planned.ts'
import { type StoredRecord, WORK_BYTES } from '../record.ts'
import { relationsTo } from '../relations.ts'
import { ChangedError, type Session, scopeOf, withCurrent } from '../session.ts'
import type { RecordStore } from '../store.ts'
import { mergePlans } from './plans.ts'
import type { MergeBasis, MergeQuestion, MergeReader } from './reader.ts'
import { checkRules, type MergeRules, mergedValues } from './values.ts'

/** Merges a record into another one: docs/history.md. Reads both and what points at the one that goes, and writes on what was read. */

/** Relations that one merge moves, and records that may have been merged into one, whoever erases it erases them all. */
export const MERGED_RELATIONS = 1_000
export const MERGED_RECORDS = 100
/** Bytes of the records whose relations are moved: as many as one batch may change. */
export const MERGED_BYTES = WORK_BYTES.batch / 2

/** How often it is read again because somebody wrote in between. */
const ATTEMPTS = 4

export interface MergeRequest {
  readonly object: string
  /** Of the record that stays. */
  readonly id: string
  /** What the one that goes is found by. @throws RefusedError */
  readonly loser: (object: ObjectSchema) => MatchKey
  readonly rules: MergeRules
  /** Versions that the two must have. */
  readonly ifVersion?: number
  readonly loserIfVersion?: number
}

export interface Merged {
  /** `unchanged`: it had been merged into this record before. */
  readonly status: 'merged' | 'unchanged'
  /** As it is now. */
  readonly survivor: StoredRecord
  /** Id of the record that went; null where it had gone before. */
  readonly mergedId: string | null
  /** Attributes of the survivor that are others than before. */
  readonly changed: readonly string[]
  /** Attributes of which a value of either has no place in the survivor. */
  readonly left: readonly string[]
  /** Records whose relations point at the survivor now, instead of the one that went. */
  readonly moved: number
}

interface Ports {
  readonly store: RecordStore
  readonly merging: MergeReader
}

/** @returns undefined where it cannot be found by that yet */
const keyOf = (object: ObjectSchema, key: MatchKey): PlannedKey | Unindexed => {
  const problems = new ProblemCollector()
  try {
    const value = planKey(object, key, problems)
    if (value !== undefined) return [key.name, value]
  } catch (error) {
    if (error instanceof Unindexed) return error
    throw error
  }
  refuseIfAny(problems.found)
  throw refuse('internal')
}

/**
 * What is to be read. Whatever may point there must be found by it, so relations are indexed first.
 * @throws ChangedError after that
 */
const questionOf = async (
  store: RecordStore,
  session: Session,
  object: ObjectSchema,
  { id, loser }: MergeRequest,
): Promise<MergeQuestion> => {
  const key = keyOf(object, loser(object))
  const relations = relationsTo(session.organization, object.slug)
  const unindexed = [
    ...(key instanceof Unindexed ? [key] : []),
    ...relations.flatMap(({ object: { slug }, attribute }) =>
      isIndexed(attribute) ? [] : [{ object: slug, attribute }],
    ),
  ]
  if (key instanceof Unindexed || unindexed.length > 0) {
    await indexToMatch(store, session, unindexed)
    throw new ChangedError()
  }
  const pointing = relations.map(({ object: { slug }, attribute }) => [slug, attribute.slug] as const)
  return { object: object.slug, id, loser: key, pointing, relations: MERGED_RELATIONS, bytes: MERGED_BYTES }
}

const about = (record: StoredRecord, one: Problem): RefusedError =>
  new RefusedError({ problems: [one], recordId: record.id })

const checkVersion = (record: StoredRecord, wanted: number | undefined): void => {
  if (wanted !== undefined && wanted !== record.version)
    throw about(record, problem('version_mismatch', undefined, String(record.version)))
}

/** The two, if they can be merged; the survivor alone where it has been done. */
const pairOf = (
  { survivor, losers, ledTo }: MergeBasis,
  { loser: [name] }: MergeQuestion,
): readonly [StoredRecord, StoredRecord?] => {
  const [loser] = losers
  if (!survivor) throw refuse('record_not_found', undefined, '')
  const candidates = loser ? losers.map(({ id }) => id) : ledTo
  if (candidates.length > 1) throw new RefusedError({ problems: [problem('ambiguous_match', name)], candidates })
  if (ledTo.includes(survivor.id) && (!loser || loser.id === survivor.id)) return [survivor]
  if (!loser && ledTo[0] !== undefined) throw refuse('record_merged', 'loser', ledTo[0])
  if (!loser) throw refuse('record_not_found', 'loser', '')
  if (loser.id === survivor.id) throw refuse('same_record', 'loser')
  if (survivor.archivedAt !== null) throw about(survivor, problem('record_archived'))
  return [survivor, loser]
}

const checkSize = ({ relations, merged }: MergeBasis): void => {
  if (relations.length > MERGED_RELATIONS)
    throw refuse('merge_too_large', 'loser', `more than ${MERGED_RELATIONS} relations point at it`)
  if (relations.some(({ stored }) => stored === undefined))
    throw refuse('merge_too_large', 'loser', `what points at it holds more than ${MERGED_BYTES} bytes of data`)
  if (merged >= MERGED_RECORDS)
    throw refuse('merge_too_large', 'loser', `${MERGED_RECORDS} records have been merged into the two already`)
}

/** The refusal that all others follow from: what points at the loser is written first. */
const firstRefusal = (outcomes: readonly Outcome[]) => {
  const refusals = outcomes.flatMap((one) => (one.status === 'refused' ? [one.refusal] : []))
  return refusals.find(({ problems }) => problems[0].code !== 'not_attempted') ?? refusals[0]
}

/** @returns undefined where somebody has written in between */
const attempt = async (
  { store, merging }: Ports,
  session: Session,
  schema: ObjectSchema,
  question: MergeQuestion,
  { rules, ifVersion, loserIfVersion }: MergeRequest,
  options: AssertOptions,
): Promise<Merged | undefined> => {
  const basis = await merging.read(scopeOf(session), question)
  const [survivor, loser] = pairOf(basis, question)
  if (!loser) return { status: 'unchanged', survivor, mergedId: null, changed: [], left: [], moved: 0 }
  checkVersion(survivor, ifVersion)
  checkVersion(loser, loserIfVersion)
  checkSize(basis)
  const { patch, left } = mergedValues(schema, survivor, loser, rules)
  const plans = mergePlans(survivor, loser, patch, basis.relations, question.pointing)
  const outcomes = await runPlans(store, session, plans, { ...options, allOrNothing: true, track: true })
  const refusal = firstRefusal(outcomes)
  if (refusal?.problems[0].code === 'version_mismatch') return undefined
  if (refusal) throw new RefusedError(refusal)
  const { record, changed } = written(outcomes.at(-1) ?? { status: 'skipped' })
  return { status: 'merged', survivor: record, mergedId: loser.id, changed, left, moved: plans.length - 2 }
}

/**
 * Merges a record into another one, in one transaction: values by rules; relations that point at the one that goes are moved; its
 * keys and its id lead to the survivor from then on. The same again changes nothing.
 * @throws RefusedError record_not_found, record_merged, record_archived, ambiguous_match, same_record, merge_too_large;
 * version_mismatch; unknown_attribute and invalid_value of a rule; indexing where a relation has yet to be indexed; what the
 * values of the survivor, or relations in it or elsewhere, are refused for
 */
export const mergeRecords = <S extends Session>(
  ports: Ports,
  session: S,
  request: MergeRequest,
  options: AssertOptions,
): Promise<Merged> =>
  withCurrent(session, async (current) => {
    const schema = objectOf(current.organization, request.object)
    checkRules(schema, request.rules)
    const question = await questionOf(ports.store, current, schema, request)
    for (let i = 0; i < ATTEMPTS; i++) {
      const merged = await attempt(ports, current, schema, question, request, options)
      if (merged) return merged
    }
    throw new RefusedError(problem('unavailable'), 1)
  })
