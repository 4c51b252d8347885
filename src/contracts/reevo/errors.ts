import { advise, describe, type ErrorCode, errorTable, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { commonStatuses } from '../statuses.ts'

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

const statuses: Partial<Record<ErrorCode, number>> = {
  ...commonStatuses,
  unknown_object: 404,
  record_not_found: 404,
  record_exists: 409,
  ambiguous_match: 409,
  keys_disagree: 409,
  unique_conflict: 409,
  version_mismatch: 409,
  record_archived: 409,
  older_than_stored: 409,
  not_attempted: 409,
  idempotency_mismatch: 409,
}

export const codeOf = (code: ErrorCode): string => vendorCodes[code] ?? code

/** One field may be kept in two attributes; what is wrong with both is told once. */
const unique = (details: readonly { field: string | null; code: string; message: string }[]) => [
  ...new Map(details.map((detail) => [JSON.stringify(detail), detail])).values(),
]

/** What a client can correct in its request is 422, structure and fields alike. */
export const statusOf = (code: ErrorCode): number => statuses[code] ?? (errorTable[code].kind === 'access' ? 403 : 422)

export const renderError = (error: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems, conflicts } = error.refusal
  const code = problems[0].code
  const conflict = conflicts?.[0]
  return {
    status: statusOf(code),
    body: {
      error: {
        code: codeOf(code),
        message: describe(problems[0], fieldName),
        details: unique(
          problems.map((p) => ({
            field: p.field === undefined ? null : fieldName(p.field),
            code: codeOf(p.code),
            message: advise(p, fieldName),
          })),
        ),
        ...(conflict && {
          conflict: { field: fieldName(conflict.field), value: conflict.value, record_id: conflict.recordId },
        }),
        ...(code === 'internal' && { request_id: requestId }),
      },
    },
  }
}
