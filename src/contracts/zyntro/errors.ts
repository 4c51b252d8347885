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
  organization_suspended: 'ORGANIZATION_SUSPENDED',
  rate_limited: 'RATE_LIMITED',
  record_not_found: 'NOT_FOUND_UPDATE',
  not_found: 'NOT_FOUND',
  record_exists: 'ALREADY_EXISTS',
  unique_conflict: 'UNIQUE_CONFLICT',
  unavailable: 'UNAVAILABLE',
  overloaded: 'OVERLOADED',
  stopping: 'STOPPING',
  organization_moving: 'ORGANIZATION_MOVING',
  upgrading: 'UPGRADING',
  indexing: 'INDEXING',
  internal: 'INTERNAL_ERROR',
}

const secretCodes: Partial<Record<ErrorCode, string>> = {
  missing_credentials: 'MISSING_DEVELOPER_SECRET',
  invalid_credentials: 'INVALID_DEVELOPER_SECRET',
}

const codeOf = ({ code, field }: Problem): string => {
  if (field === 'contact' && (code === 'required' || code === 'wrong_type')) return 'MISSING_CONTACT'
  const own = (field === 'developer_secret' ? secretCodes[code] : undefined) ?? codes[code]
  if (own) return own
  return field?.startsWith(`${CUSTOM_FIELDS}.`) ? 'CUSTOM_FIELD_ERROR' : 'VALIDATION_ERROR'
}

/**
 * The documented texts, by code. Clients compare them, since a documented failure holds nothing else to compare; what
 * really was wrong stands in `errors`.
 */
const texts: ReadonlyMap<string, string> = new Map([
  ['MISSING_API_KEY', 'API key is required'],
  ['INVALID_API_KEY', 'Invalid API key'],
  ['IP_NOT_WHITELISTED', 'IP address not whitelisted'],
  ['INVALID_DEVELOPER_SECRET', 'Invalid developer_secret'],
  ['MISSING_DEVELOPER_SECRET', 'Missing developer_secret'],
  ['MISSING_CONTACT', 'contact data is required'],
  ['MEMBER_NOT_FOUND', 'Member not found in this organization'],
  ['NOT_FOUND_UPDATE', 'Contact not found for update'],
  ['NOT_FOUND', 'Contact not found'],
])

/** Those that go on with what is wrong. */
const beginnings: ReadonlyMap<string, string> = new Map([
  ['VALIDATION_ERROR', 'Contact validation errors: '],
  ['CUSTOM_FIELD_ERROR', 'Contact custom field errors: '],
])

const MISSING_FIELDS = 'Missing required contact fields: '
const CONTACT = 'contact.'

/** How a line begins, and what of it is about this problem alone. */
const partsOf = (p: Problem, fieldName: ErrorContext['fieldName']): readonly [begins: string, ends?: string] => {
  const code = codeOf(p)
  const field = nameIn(p, fieldName)
  if (p.code === 'required' && code === 'VALIDATION_ERROR' && field?.startsWith(CONTACT))
    return [MISSING_FIELDS, field.slice(CONTACT.length)]
  const begins = beginnings.get(code)
  return begins === undefined ? [texts.get(code) ?? describe(p, fieldName)] : [begins, describe(p, fieldName)]
}

/** One line for all that is alike, in the order in which each kind is first met. */
const lines = (problems: readonly Problem[], fieldName: ErrorContext['fieldName']): string[] => {
  const told = new Map<string, string[]>()
  for (const p of problems) {
    const [begins, ...ends] = partsOf(p, fieldName)
    told.set(begins, [...(told.get(begins) ?? []), ...ends.filter((end) => end !== undefined)])
  }
  return [...told].map(([begins, ends]) => begins + ends.join(begins === MISSING_FIELDS ? ', ' : ' '))
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
