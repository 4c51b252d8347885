import { describe, type ErrorCode, nameIn, type Problem, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { conflictOf, detailOf, statuses } from '../kit/errors.ts'
import { CUSTOM_FIELDS } from './fields.ts'

/** Everything about the content of a request is 200: clients of this API tell success by `status` in the body. */
export const statusOf = statuses(
  { request: 200, access: 403, schema: 200, value: 200, match: 200 },
  { unknown_member: 401 },
)

/** The documented codes, and ours in the same style for what the documents leave open. */
const codes: Partial<Record<ErrorCode, string>> = {
  malformed_json: 'MALFORMED_JSON',
  unsupported_media_type: 'UNSUPPORTED_MEDIA_TYPE',
  body_too_large: 'BODY_TOO_LARGE',
  route_not_found: 'ROUTE_NOT_FOUND',
  method_not_allowed: 'METHOD_NOT_ALLOWED',
  missing_credentials: 'MISSING_API_KEY',
  invalid_credentials: 'INVALID_API_KEY',
  address_not_allowed: 'IP_NOT_WHITELISTED',
  unknown_member: 'MEMBER_NOT_FOUND',
  missing_scope: 'MISSING_SCOPE',
  rate_limited: 'RATE_LIMITED',
  record_not_found: 'NOT_FOUND_UPDATE',
  record_exists: 'ALREADY_EXISTS',
  unique_conflict: 'UNIQUE_CONFLICT',
  unavailable: 'UNAVAILABLE',
  upgrading: 'UPGRADING',
  internal: 'INTERNAL_ERROR',
}

const secretCodes: Partial<Record<ErrorCode, string>> = {
  missing_credentials: 'MISSING_DEVELOPER_SECRET',
  invalid_credentials: 'INVALID_DEVELOPER_SECRET',
}

const codeOf = ({ code, field }: Problem): string => {
  if (code === 'required' && field === 'contact') return 'MISSING_CONTACT'
  const own = (field === 'developer_secret' ? secretCodes[code] : undefined) ?? codes[code]
  if (own) return own
  return field?.startsWith(`${CUSTOM_FIELDS}.`) ? 'CUSTOM_FIELD_ERROR' : 'VALIDATION_ERROR'
}

/** One line a problem; the fields that are missing share one. */
const lines = (problems: readonly Problem[], fieldName: ErrorContext['fieldName']): string[] => {
  const missing = problems.filter((p) => p.code === 'required').map((p) => nameIn(p, fieldName) ?? '')
  const others = problems.filter((p) => p.code !== 'required').map((p) => describe(p, fieldName))
  return missing.length > 0 ? [`Required, but not sent: ${missing.join(', ')}.`, ...others] : others
}

export const renderError = ({ refusal }: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems } = refusal
  const conflict = conflictOf(refusal, fieldName, 'contact_id')
  return {
    status: statusOf(problems[0].code),
    body: {
      status: 'error',
      data: lines(problems, fieldName),
      code: codeOf(problems[0]),
      errors: problems.map((p) => detailOf(p, fieldName, codeOf(p))),
      ...(conflict && { conflict }),
      ...(problems[0].code === 'internal' && { request_id: requestId }),
    },
  }
}
