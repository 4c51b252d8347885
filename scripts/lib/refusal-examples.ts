import { type ErrorCode, type Problem, problem, RefusedError } from '../../src/engine/errors.ts'
import type { Contract } from '../../src/http/contract.ts'

/** What the refusals of an operation depend on. */
export interface RefusedOperation {
  readonly scope: string
  readonly hasBody: boolean
}

const OF_BODIES: readonly (readonly [ErrorCode, string])[] = [
  ['malformed_json', 'it cannot be parsed'],
  ['body_too_large', '1048576 bytes'],
  ['unsupported_media_type', 'application/json'],
]

/** What any operation may be refused for; of each status, what says most to a reader comes first. */
const problemsOf = ({ scope, hasBody }: RefusedOperation): readonly Problem[] => [
  problem('missing_credentials'),
  problem('missing_scope', undefined, scope),
  ...(hasBody ? OF_BODIES.map(([code, detail]) => problem(code, undefined, detail)) : []),
  ...(['rate_limited', 'internal', 'unavailable'] as const).map((code) => problem(code)),
]

/**
 * What the contract answers with this status where it says nothing of the operation's own content. Undefined where it
 * would: such a refusal is among the contract's examples, or there is none.
 */
export const refusalExample = (contract: Contract, operation: RefusedOperation, status: number): unknown => {
  const found = problemsOf(operation).find(({ code }) => contract.statusOf(code) === status)
  return (
    found &&
    contract.renderError(new RefusedError(found), {
      requestId: '4b5d3f6e-93b1-4a6f-8a52-0d1b8a0f3c11',
      fieldName: (slug) => slug,
    }).body
  )
}
