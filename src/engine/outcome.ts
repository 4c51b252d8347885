import { type KeyConflict, type Problem, problem, type Refusal } from './errors.ts'
import { createdSlugs, type Plan } from './plan/index.ts'
import { attributeValue, type StoredRecord } from './record.ts'
import type { ItemAnswer } from './store.ts'

/** What became of one command. */
export type Outcome = Written | Erased | Refused | Skipped

export interface Written {
  readonly status: 'created' | 'updated' | 'unchanged'
  readonly record: StoredRecord
  /** Index of the match key that found the record; null when it was created. */
  readonly matched: number | null
  /** Slugs of the attributes that differ from before; empty where the request does not track them. */
  readonly changed: readonly string[]
  readonly related: StoredRecord | null
  /** Whether this write archived the record, or brought it back. */
  readonly transition: 'archived' | 'restored' | null
}

/** Gone for good. */
export interface Erased {
  readonly status: 'erased'
}

export interface Refused {
  readonly status: 'refused'
  readonly refusal: Refusal
}

/** A follower whose condition did not hold. */
export interface Skipped {
  readonly status: 'skipped'
}

/** The columns of `record_answers`, and the included record. */
type RecordRow = [
  string,
  number,
  number,
  number,
  number | null,
  string,
  string,
  [writeId: string, matched?: number, changed?: string[], transition?: Written['transition']],
  StoredRecord['data'] | null,
  RecordRow?,
]

const recordOf = (row: RecordRow, object: string): StoredRecord => ({
  id: row[0],
  object,
  version: row[1],
  createdAt: row[2],
  updatedAt: row[3],
  archivedAt: row[4],
  createdBy: row[5],
  updatedBy: row[6],
  data: row[8] ?? {},
})

/** Parses the answer text of `record_answers`. */
export const parseRecord = (answer: string, object: string): StoredRecord =>
  recordOf(JSON.parse(answer) as RecordRow, object)

const conflictsOf = (rows: readonly [string, string, string][]): readonly KeyConflict[] =>
  rows.map(([field, value, recordId]) => ({ field, value, recordId }))

const refused = (problems: readonly Problem[], rest: Omit<Refusal, 'problems'> = {}): Refused => {
  const [first = problem('internal'), ...others] = problems
  return { status: 'refused', refusal: { problems: [first, ...others], ...rest } }
}

const keyConflict = (code: 'unique_conflict' | 'keys_disagree', rows: readonly [string, string, string][]): Refused => {
  const conflicts = conflictsOf(rows)
  return refused(
    conflicts.map((c) => problem(code, c.field)),
    { conflicts, ...(conflicts[0] && { recordId: conflicts[0].recordId }) },
  )
}

type Reason =
  | ['not_found']
  | ['exists', string]
  | ['ambiguous', string, string, string[]]
  | ['keys_disagree', string, number, [string, string, string][]]
  | ['version_mismatch', string, number]
  | ['archived', string]
  | ['older', string, string, unknown]
  | ['too_large', string | null, number]
  | ['reference_not_found', string | null, [string, string, string, string][]]
  | ['conflict', string | null, [string, string, string][]]

const refusalOf = (reason: Reason, plan: Plan): Refused => {
  switch (reason[0]) {
    case 'not_found':
      return refused(
        plan.createProblems.length > 0 ? plan.createProblems : [problem('record_not_found', plan.match[0]?.[0])],
      )
    case 'exists':
      return refused([problem('record_exists', plan.match[0]?.[0])], { recordId: reason[1] })
    case 'ambiguous':
      return refused([problem('ambiguous_match', reason[1])], { candidates: reason[3] })
    case 'keys_disagree': {
      const [name = '', value = ''] = plan.match[reason[2]] ?? []
      return keyConflict('keys_disagree', [[name, value, reason[1]], ...reason[3]])
    }
    case 'version_mismatch':
      return refused([problem('version_mismatch', undefined, String(reason[2]))], { recordId: reason[1] })
    case 'archived':
      return refused([problem('record_archived')], { recordId: reason[1] })
    case 'older':
      return refused([problem('older_than_stored', reason[2], String(reason[3]))], { recordId: reason[1] })
    case 'too_large':
      return refused([problem('record_too_large', undefined, '1,000,000 characters')])
    case 'reference_not_found':
      return refused(
        reason[2].map(([slug, object, name, value]) =>
          problem('reference_not_found', slug, `${object} with ${name} ${value}`),
        ),
      )
    case 'conflict':
      return keyConflict('unique_conflict', reason[2])
  }
}

/** `created` when the record bears the id of this write; `updated` when this write was its last. */
const statusOf = (row: RecordRow, writeId: string): Written['status'] =>
  row[7][0] !== writeId ? 'unchanged' : row[0] === writeId ? 'created' : 'updated'

const matchedWhenUnchanged = (row: RecordRow, plan: Plan): number => {
  if (plan.match.length < 2) return 0
  const has = ([name, value]: readonly [string, string]) => {
    const stored = row[8]?.[name]?.[0]
    return (Array.isArray(stored) ? stored : [stored]).some((v) => String(v) === value)
  }
  return Math.max(0, plan.match.findIndex(has))
}

/** From the program's answer for an item to its outcome. */
export const outcomeOf = (answer: ItemAnswer, plan: Plan, includedObject?: string): Outcome => {
  if (answer.refusal) return refusalOf(JSON.parse(answer.refusal) as Reason, plan)
  if (!answer.record) return { status: plan.item.lifecycle === 'erase' ? 'erased' : 'skipped' }
  const row = JSON.parse(answer.record) as RecordRow
  const status = statusOf(row, answer.writeId)
  return {
    status,
    record: recordOf(row, plan.item.object),
    matched: status === 'created' ? null : status === 'updated' ? (row[7][1] ?? 0) : matchedWhenUnchanged(row, plan),
    changed: status === 'created' ? createdSlugs(plan.item) : status === 'updated' ? (row[7][2] ?? []) : [],
    transition: status === 'updated' ? (row[7][3] ?? null) : null,
    related: row[9] && includedObject ? recordOf(row[9], includedObject) : null,
  }
}

/** Whether the write gave the attribute a value that it had not: what stage 1 of the program asks for a follower. */
const hasChanged = (outcome: Outcome | undefined, slug: string): boolean =>
  outcome !== undefined &&
  (outcome.status === 'created' || outcome.status === 'updated') &&
  (outcome.record.version === 1 || outcome.changed.includes(slug)) &&
  attributeValue(outcome.record, slug) !== undefined

/**
 * A follower that did not run finds its record as it was, which by itself looks like a write that changed nothing.
 * @param outcomes of the commands before, by the ids of their writes
 */
export const followed = (outcome: Outcome, plan: Plan, outcomes: ReadonlyMap<string, Outcome>): Outcome => {
  const [writeId = '', slug = ''] = plan.item.follows ?? []
  const mayNotHaveRun = plan.item.follows && (outcome.status === 'unchanged' || outcome.status === 'erased')
  return mayNotHaveRun && !hasChanged(outcomes.get(writeId), slug) ? { status: 'skipped' } : outcome
}
