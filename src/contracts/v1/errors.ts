import {
  describe,
  type ErrorCode,
  type ErrorKind,
  errorTable,
  type KeyConflict,
  type Problem,
  type Refusal,
  type RefusedError,
} from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { commonStatuses } from '../kit/errors.ts'

const byKind: Record<ErrorKind, number> = {
  request: 400,
  access: 403,
  schema: 422,
  value: 422,
  match: 409,
  server: 500,
}

const exceptions: Partial<Record<ErrorCode, number>> = {
  ...commonStatuses,
  unknown_object: 404,
  not_found: 404,
  already_exists: 409,
  other_secrets: 409,
  in_use: 409,
  other_directory: 409,
  other_database: 409,
  not_archived: 409,
  needs_consent: 409,
  not_convertible: 409,
  too_many_records: 409,
  tenant_exists: 409,
  limit_reached: 409,
  already_rotated: 409,
  key_overlaps: 409,
  key_ended: 409,
  wrong_status: 409,
  not_possible: 409,
  unusable_place: 409,
  migration_failed: 409,
  not_unique: 409,
  history_off: 409,
  hooks_key_unset: 409,
  history_gap: 410,
  record_not_found: 404,
  version_mismatch: 412,
  idempotency_mismatch: 422,
}

export const statusOf = (code: ErrorCode): number => exceptions[code] ?? byKind[errorTable[code].kind]

const detailOf = (problem: Problem) => ({
  code: problem.code,
  field: problem.field ?? null,
  detail: describe(problem),
  fix: errorTable[problem.code].fix,
})

/** @param first index of the item that was the first command of its call */
const conflictOf = ({ field, value, recordId, command }: KeyConflict, first: number) => ({
  field,
  value,
  ...(recordId !== undefined && { recordId }),
  ...(command !== undefined && { index: first + command }),
})

/** What differs where the problem is that of an item: how many problems to tell, and where its call began. */
export interface ItemPlace {
  readonly most?: number
  /** Index of the first item of the same call; a stream makes one for each of its chunks. Default 0. */
  readonly first?: number
}

/** RFC 9457 problem details; also the `error` of an outcome. */
export const problemDetails = (
  { problems, conflicts, candidates, recordId }: Refusal,
  instance?: string,
  { most = problems.length, first: firstIndex = 0 }: ItemPlace = {},
) => {
  const [first] = problems
  return {
    type: `/docs/errors#${first.code}`,
    title: errorTable[first.code].fix,
    status: statusOf(first.code),
    detail: describe(first),
    code: first.code,
    ...(instance !== undefined && { instance }),
    errors: problems.slice(0, most).map(detailOf),
    ...(conflicts && { conflicts: conflicts.map((one) => conflictOf(one, firstIndex)) }),
    ...(candidates && { candidates: [...candidates] }),
    ...(recordId !== undefined && { recordId }),
  }
}

export const renderError = (error: RefusedError, { requestId }: ErrorContext): RenderedError => {
  const body = problemDetails(error.refusal, `urn:request:${requestId}`)
  return { status: body.status, body, contentType: 'application/problem+json' }
}
