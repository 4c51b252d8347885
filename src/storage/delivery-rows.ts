import type { Problem } from '../engine/errors.ts'
import type { ItemAnswer } from '../engine/store.ts'
import type { DeliveryStatus } from '../hooks/definition.ts'
import type { Delivery, DeliveryProblem } from '../hooks/delivery.ts'
import { isUnproven } from '../hooks/verification.ts'
import { keptAnswer } from './program/answer.ts'

/** Rows of the table `deliveries`, read and written: what stands in their JSON is known here only. */

/** What is read of a delivery; its payload may be large and is read only where it is asked for. */
export const deliveryColumns = `id, message_id, received_at, status, answers, problems, milliseconds, attempts, repeats,
  unproven, payload IS NOT NULL AS has_payload`

type ProblemTuple = readonly [item: number | null, code: Problem['code'], field: string | null, detail: string | null]

export const problemsText = (problems: readonly DeliveryProblem[]): string =>
  JSON.stringify(
    problems.map(
      ({ item, problem: { code, field, detail } }): ProblemTuple => [item, code, field ?? null, detail ?? null],
    ),
  )

const problemsOf = (text: string | null): readonly DeliveryProblem[] =>
  (JSON.parse(text ?? '[]') as readonly ProblemTuple[]).map(([item, code, field, detail]) => ({
    item,
    problem: { code, ...(field !== null && { field }), ...(detail !== null && { detail }) },
  }))

/** They are the rows that the program has kept for the delivery, so the reader of those reads them. */
const answersOf = (text: string | null): readonly ItemAnswer[] => {
  const rows = (JSON.parse(text ?? '[]') as readonly (readonly [number, string])[]).map(([position, answer]) => ({
    position,
    answer,
  }))
  return keptAnswer(rows, new Map()).items
}

export const deliveryOf = (row: Readonly<Record<string, unknown>>): Delivery => ({
  id: String(row.id),
  messageId: row.message_id as string | null,
  receivedAt: Number(row.received_at),
  status: row.status as DeliveryStatus,
  answers: answersOf(row.answers as string | null),
  problems: problemsOf(row.problems as string | null),
  milliseconds: Number(row.milliseconds),
  attempts: Number(row.attempts),
  repeats: Number(row.repeats),
  hasPayload: row.has_payload === 1,
  // Of what an earlier release has written down its last run alone says so.
  unproven: row.unproven === 1 || isUnproven(problemsOf(row.problems as string | null)),
})
