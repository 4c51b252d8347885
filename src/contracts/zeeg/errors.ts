import { advise, describe, type ErrorCode, errorTable, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { commonStatuses } from '../statuses.ts'

const exceptions: Partial<Record<ErrorCode, number>> = {
  ...commonStatuses,
  unknown_object: 404,
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
        message: advise(p, fieldName),
      })),
      ...(conflict && { conflict: { ...conflict, field: fieldName(conflict.field) } }),
      ...(code === 'internal' && { requestId }),
    },
  }
}
