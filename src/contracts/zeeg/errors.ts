import { describe, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { conflictsOf, detailOf, statuses } from '../kit/errors.ts'

/** This contract answers almost everything about the content of a request with 400, collisions included. */
export const statusOf = statuses(
  { request: 400, access: 403, schema: 400, value: 400, match: 400 },
  { unknown_object: 404, record_not_found: 404 },
)

export const renderError = ({ refusal }: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems } = refusal
  const { code } = problems[0]
  const status = statusOf(code)
  const conflicts = conflictsOf(refusal, fieldName, 'recordId')
  return {
    status,
    body: {
      success: false,
      message: describe(problems[0], fieldName),
      status,
      code,
      errors: problems.map((p) => detailOf(p, fieldName)),
      ...(conflicts[0] && { conflict: conflicts[0] }),
      ...(conflicts.length > 1 && { conflicts }),
      ...(code === 'internal' && { requestId }),
    },
  }
}
