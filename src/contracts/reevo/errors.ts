import { describe, type ErrorCode, type Problem, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { conflictOf, detailOf, statuses } from '../kit/errors.ts'

/** The vendor's codes. What it has none for goes by our own. */
const vendorCodes: Partial<Record<ErrorCode, string>> = {
  unknown_attribute: 'unknown_field',
  read_only: 'field_not_creatable',
  not_updatable: 'field_not_updatable',
  match_key_conflict: 'field_not_updatable',
  required: 'field_required_missing',
  not_clearable: 'field_required_missing',
  wrong_type: 'field_value_invalid',
  invalid_value: 'field_value_invalid',
  too_long: 'field_value_invalid',
  out_of_range: 'field_value_invalid',
  unknown_option: 'field_value_invalid',
  too_many_values: 'field_value_invalid',
  unsafe_value: 'field_value_invalid',
  too_deep: 'field_value_invalid',
  empty_match_value: 'field_value_invalid',
  not_matchable: 'field_value_invalid',
  reference_not_found: 'field_value_invalid',
  unknown_member: 'field_value_invalid',
  no_attributes: 'invalid_request',
  body_not_object: 'invalid_request',
}

const codeOf = (code: ErrorCode): string => vendorCodes[code] ?? code

/** What a client can correct in its request is 422, structure and fields alike. */
export const statusOf = statuses(
  { request: 422, access: 403, schema: 422, value: 422, match: 409 },
  { unknown_object: 404, record_not_found: 404, record_too_large: 422, idempotency_mismatch: 409 },
)

/** One field may be kept in two attributes; what is wrong with both is told once. */
const detailsOf = (problems: readonly Problem[], fieldName: ErrorContext['fieldName']) => {
  const details = problems.map((p) => detailOf(p, fieldName, codeOf(p.code)))
  return [...new Map(details.map((detail) => [JSON.stringify(detail), detail])).values()]
}

export const renderError = ({ refusal }: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems } = refusal
  const { code } = problems[0]
  const conflict = conflictOf(refusal, fieldName, 'record_id')
  return {
    status: statusOf(code),
    body: {
      error: {
        code: codeOf(code),
        message: describe(problems[0], fieldName),
        details: detailsOf(problems, fieldName),
        ...(conflict && { conflict }),
        ...(code === 'internal' && { request_id: requestId }),
      },
    },
  }
}
