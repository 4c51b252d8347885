import { LIST_LIMIT } from '../schema/parse.ts'
import { type KeyConflict, type Problem, problem, type Refusal } from './errors.ts'
import type { Plan } from './plan/index.ts'
import { RECORD_BYTES } from './record.ts'
import type { HeldKey, ItemAnswer, Reason, WrittenItem } from './store.ts'

/** What became of one command. */
export type Outcome = Written | Erased | Refused | Skipped

export type Written = WrittenItem

/** Gone for good. */
export interface Erased {
  readonly status: 'erased'
  /** Null in a repetition of what an earlier release has answered. */
  readonly recordId: string | null
}

export interface Refused {
  readonly status: 'refused'
  readonly refusal: Refusal
}

/** A command whose condition did not hold. */
export interface Skipped {
  readonly status: 'skipped'
}

const refused = (problems: readonly Problem[], rest: Omit<Refusal, 'problems'> = {}): Refused => {
  const [first = problem('internal'), ...others] = problems
  return { status: 'refused', refusal: { problems: [first, ...others], ...rest } }
}

/**
 * The records that only the request would have made, where nothing of it was written: their ids, and the places of the
 * commands that drew them. Such an id is told to nobody, since it names no record.
 */
export type NeverMade = ReadonlyMap<string, number>

const conflictOf = ({ field, value, recordId }: HeldKey, neverMade: NeverMade): KeyConflict => {
  const command = neverMade.get(recordId)
  return { field, value, ...(command === undefined ? { recordId } : { command }) }
}

const holderOf = ({ recordId }: KeyConflict): string =>
  recordId === undefined ? 'a record of this request' : `record ${recordId}`

const keyConflict = (conflicts: readonly KeyConflict[], problemOf: (conflict: KeyConflict) => Problem): Refused =>
  refused(conflicts.map(problemOf), {
    conflicts,
    ...(conflicts[0]?.recordId !== undefined && { recordId: conflicts[0].recordId }),
  })

/** What the program found, in the words of the command. */
const refusalOf = (reason: Reason, { createProblems, optionProblems, match }: Plan, neverMade: NeverMade): Refused => {
  const key = match[0]?.[0]
  const about = (recordId: string | null): Omit<Refusal, 'problems'> =>
    recordId === null || neverMade.has(recordId) ? {} : { recordId }
  switch (reason.code) {
    case 'not_found':
      return refused(createProblems.length > 0 ? createProblems : [problem('record_not_found', key)])
    case 'too_much_work':
      return refused([problem('too_much_work')])
    case 'exists':
      return refused([problem('record_exists', key)], about(reason.recordId))
    case 'ambiguous':
      return refused([problem('ambiguous_match', reason.field)], {
        candidates: reason.candidates.filter((id) => !neverMade.has(id)),
      })
    case 'keys_disagree': {
      const [field = '', value = ''] = match[reason.matched] ?? []
      const held = [{ field, value, recordId: reason.recordId }, ...reason.conflicts]
      return keyConflict(
        held.map((one) => conflictOf(one, neverMade)),
        (one) => problem('keys_disagree', one.field, `: ${holderOf(one)} has ${one.value}`),
      )
    }
    case 'version_mismatch':
      return refused([problem('version_mismatch', undefined, String(reason.version))], about(reason.recordId))
    case 'merged':
      return refused([problem('record_merged', key, reason.recordId)], about(reason.recordId))
    case 'archived':
      return refused([problem('record_archived')], about(reason.recordId))
    case 'older':
      return refused([problem('older_than_stored', reason.field, reason.stored)], about(reason.recordId))
    case 'too_large':
      return refused([problem('record_too_large', undefined, `${RECORD_BYTES} bytes`)], about(reason.recordId))
    case 'too_many_values':
      return refused([problem('too_many_values', reason.field, `at most ${LIST_LIMIT} values`)], about(reason.recordId))
    case 'reference_not_found':
      return refused(
        reason.references.map(
          ({ field, object, name, value }) =>
            optionProblems.get(field) ?? problem('reference_not_found', field, `${object} with ${name} ${value}`),
        ),
      )
    case 'conflict':
      return keyConflict(
        reason.conflicts.map((one) => conflictOf(one, neverMade)),
        ({ field }) => problem('unique_conflict', field),
      )
  }
}

/** From the program's answer for an item to the outcome of its command. */
export const outcomeOf = (answer: ItemAnswer, plan: Plan, neverMade: NeverMade): Outcome => {
  switch (answer.status) {
    case 'refused':
      return refusalOf(answer.reason, plan, neverMade)
    case 'erased':
      return { status: 'erased', recordId: answer.recordId }
    case 'skipped':
      return { status: 'skipped' }
    default: {
      const { position: _, ...written } = answer
      return written
    }
  }
}
