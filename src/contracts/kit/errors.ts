import {
  advise,
  type ErrorCode,
  type ErrorKind,
  errorTable,
  nameIn,
  type Problem,
  type Refusal,
} from '../../engine/errors.ts'

type Statuses = Partial<Record<ErrorCode, number>>

/** What HTTP itself says; the contracts agree on these and differ in the rest. */
export const commonStatuses = {
  malformed_json: 400,
  missing_credentials: 401,
  invalid_credentials: 401,
  unknown_parameter: 400,
  route_not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  overloaded: 503,
  stopping: 503,
  stalled: 408,
  calls_used_up: 503,
  organization_moving: 503,
  upgrading: 503,
  hook_paused: 503,
  hooks_key_missing: 503,
  indexing: 503,
} as const satisfies Statuses

type ByKind = Readonly<Record<Exclude<ErrorKind, 'server'>, number>>

/** The statuses of a contract: of a kind of error one, of some codes another. What is our fault is 500 everywhere. */
export const statuses = (byKind: ByKind, exceptions: Statuses = {}): ((code: ErrorCode) => number) => {
  const kinds = { ...byKind, server: 500 }
  const codes: Statuses = { ...commonStatuses, ...exceptions }
  return (code) => codes[code] ?? kinds[errorTable[code].kind]
}

/** A problem as most envelopes list it. */
export const detailOf = (problem: Problem, fieldName: (slug: string) => string, code: string = problem.code) => ({
  field: nameIn(problem, fieldName) ?? null,
  code,
  message: advise(problem, fieldName),
})

type Conflict<Id extends string> = { field: string; value: string } & { [name in Id]?: string }

/**
 * The values that other records hold, with those records' ids under the contract's own name: none of a record that was
 * never made, because nothing of the request was written.
 */
export const conflictsOf = <Id extends string>(
  { conflicts = [] }: Refusal,
  fieldName: (slug: string) => string,
  idName: Id,
): readonly Conflict<Id>[] =>
  conflicts.map(({ field, value, recordId }) => {
    const id = (recordId === undefined ? {} : { [idName]: recordId }) as { [name in Id]?: string }
    return { field: fieldName(field), value, ...id }
  })

/** The first of them; undefined without one. */
export const conflictOf = <Id extends string>(...about: Parameters<typeof conflictsOf<Id>>): Conflict<Id> | undefined =>
  conflictsOf(...about)[0]
