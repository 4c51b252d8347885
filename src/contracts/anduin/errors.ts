import { advise, type ErrorCode, errorTable, type Problem, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { commonStatuses } from '../statuses.ts'

const exceptions: Partial<Record<ErrorCode, number>> = {
  ...commonStatuses,
  unknown_object: 404,
  record_not_found: 404,
  record_too_large: 400,
}

const byKind = { request: 400, access: 403, schema: 400, value: 400, match: 409, server: 500 } as const

/** What another record stands in the way of is 409 in this contract. */
export const statusOf = (code: ErrorCode): number => exceptions[code] ?? byKind[errorTable[code].kind]

export const renderError = (error: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems, conflicts } = error.refusal
  const render = (p: Problem) => ({
    code: p.code,
    message: advise(p, fieldName),
    ...(p.field !== undefined && { field: fieldName(p.field) }),
  })
  const conflict = conflicts?.[0]
  return {
    status: statusOf(problems[0].code),
    body: {
      error: {
        ...render(problems[0]),
        ...(conflict && { conflict: { ...conflict, field: fieldName(conflict.field) } }),
        ...(problems.length > 1 && { details: problems.map(render) }),
        ...(problems[0].code === 'internal' && { requestId }),
      },
    },
  }
}
