import { advise, nameIn, type Problem, type RefusedError } from '../../engine/errors.ts'
import type { ErrorContext, RenderedError } from '../../http/contract.ts'
import { conflictOf, statuses } from '../kit/errors.ts'

/** What another record stands in the way of is 409 in this contract. */
export const statusOf = statuses(
  { request: 400, access: 403, schema: 400, value: 400, match: 409 },
  { unknown_object: 404, record_not_found: 404, record_too_large: 400 },
)

export const renderError = ({ refusal }: RefusedError, { requestId, fieldName }: ErrorContext): RenderedError => {
  const { problems } = refusal
  const render = (p: Problem) => {
    const field = nameIn(p, fieldName)
    return { code: p.code, message: advise(p, fieldName), ...(field !== undefined && { field }) }
  }
  const conflict = conflictOf(refusal, fieldName, 'recordId')
  return {
    status: statusOf(problems[0].code),
    body: {
      error: {
        ...render(problems[0]),
        ...(conflict && { conflict }),
        ...(problems.length > 1 && { details: problems.map(render) }),
        ...(problems[0].code === 'internal' && { requestId }),
      },
    },
  }
}
