import { describe, type ErrorCode, errorTable, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'

const exceptions: Partial<Record<ErrorCode, number>> = {
  unknown_object: 404,
  route_not_found: 404,
  unsupported_media_type: 415,
  body_too_large: 413,
  missing_credentials: 401,
  invalid_credentials: 401,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
}

/** This contract answers almost everything about the content of a request with 400, collisions included. */
export const statusOf = (code: ErrorCode): number =>
  exceptions[code] ?? (errorTable[code].kind === 'access' ? 403 : 400)

export const renderError = (error: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems, conflicts } = error.refusal
  const code = problems[0].code
  const status = statusOf(code)
  const conflict = conflicts?.[0]
  return {
    status,
    body: {
      success: false,
      message: describe(problems[0], fieldName),
      status,
      code,
      errors: problems.map((p) => ({
        field: p.field === undefined ? null : fieldName(p.field),
        code: p.code,
        message: `${describe(p, fieldName)} ${errorTable[p.code].fix}`,
      })),
      ...(conflict && { conflict: { ...conflict, field: fieldName(conflict.field) } }),
      ...(code === 'internal' && { requestId }),
    },
  }
}
