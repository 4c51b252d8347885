import { cutTo, isLongerThan } from '../schema/characters.ts'
import { jsonFaults } from '../schema/json-values.ts'

/**
 * Every way in which a request can be refused, in one table. The contracts choose status and envelope
 * (contracts/<name>/errors.ts); docs/errors.md is generated from both.
 *
 * `text` completes "<field> ..." when the error has a field, and stands alone when not. It may use `{detail}`; the nearest name,
 * where one is told, stands behind that, or where `{near}` is.
 */
export const errorTable = {
  // The request as such
  malformed_json: {
    kind: 'request',
    text: 'The body is not valid JSON: {detail}.',
    fix: 'Send one JSON value, encoded as UTF-8.',
  },
  unsupported_media_type: {
    kind: 'request',
    text: 'The body must be sent as {detail}.',
    fix: 'Send the header Content-Type: application/json, and no Content-Encoding but gzip or deflate.',
  },
  body_too_large: {
    kind: 'request',
    text: 'The body is larger than {detail}.',
    fix: 'Send less in one request.',
  },
  body_not_object: {
    kind: 'value',
    text: 'The body must be {detail}.',
    fix: 'Send the shape that the reference shows.',
  },
  too_deep: { kind: 'value', ...jsonFaults.too_deep },
  unsafe_value: { kind: 'value', ...jsonFaults.unsafe_value },
  nothing_written: {
    kind: 'request',
    text: 'The stream ends after {detail} lines in a row that were refused for what they say.',
    fix: 'Correct the lines, or leave them out, and go on from repeatFrom.',
  },
  stalled: {
    kind: 'request',
    text: 'Nothing has come for {detail} seconds.',
    fix: 'Go on from repeatFrom with another request.',
  },
  calls_used_up: {
    kind: 'server',
    text: 'The request has asked its database as often as one request may: {detail} times.',
    fix: 'Go on with another request from where the last line says.',
  },
  invalid_request: { kind: 'request', text: '{detail}.', fix: 'Compare the request with the reference.' },
  route_not_found: {
    kind: 'request',
    text: 'There is no such endpoint: {detail}.',
    fix: 'Compare method and path with the reference.',
  },
  method_not_allowed: {
    kind: 'request',
    text: 'The endpoint does not take this method: {detail}.',
    fix: 'Use one of the methods that the header Allow lists.',
  },
  unknown_parameter: {
    kind: 'request',
    text: 'is no parameter of this operation{detail}.',
    fix: 'Correct the name of the parameter, or leave it out.',
  },
  // Who asks
  missing_credentials: {
    kind: 'access',
    text: 'Credentials are missing from the request.',
    fix: 'Send the credentials that the contract asks for.',
  },
  invalid_credentials: {
    kind: 'access',
    text: 'The credentials are unknown, revoked or expired.',
    fix: 'Check the key, or ask an administrator for a new one.',
  },
  missing_scope: { kind: 'access', text: 'The key lacks the scope {detail}.', fix: 'Use a key that has the scope.' },
  wrong_organization: {
    kind: 'access',
    text: 'The key belongs to another organisation.',
    fix: 'Use the id of the organisation that the key was made for.',
  },
  organization_suspended: {
    kind: 'access',
    text: 'The organisation is suspended.',
    fix: 'Ask the operator of this deployment; the key itself is valid.',
  },
  address_not_allowed: {
    kind: 'access',
    text: 'Requests from this address are not allowed for the key or hook.',
    fix: 'Have an administrator add the address to the allowlist of the key or hook.',
  },
  invalid_signature: {
    kind: 'access',
    text: 'The delivery does not prove that it comes from the sender of the hook: {detail}.',
    fix: 'Compare the secret and the scheme of the hook with what the sender says of its signatures.',
  },
  unknown_member: {
    kind: 'access',
    text: 'is no member of the organisation.',
    fix: 'Send the id of a current member.',
  },
  rate_limited: {
    kind: 'access',
    text: 'Too many requests.',
    fix: 'Wait for as long as Retry-After says, then repeat the request.',
  },
  // What is written to
  unknown_object: {
    kind: 'schema',
    text: 'There is no object "{detail}"{near}.',
    fix: 'Create the object first, or correct its name.',
  },
  unknown_attribute: {
    kind: 'schema',
    text: 'is no attribute of {detail}.',
    fix: 'Create the attribute first, or correct its name.',
  },
  unknown_field: {
    kind: 'schema',
    text: 'is no field of {detail}.',
    fix: 'Correct the name of the field, or leave it out.',
  },
  read_only: { kind: 'schema', text: 'cannot be written.', fix: 'Leave it out: the server derives it.' },
  not_indexed: {
    kind: 'schema',
    text: 'is not indexed, so records cannot be found or sorted by it.',
    fix: 'Set indexed on the attribute: PATCH /v1/objects/{object}/attributes/{attribute}.',
  },
  not_searchable: {
    kind: 'schema',
    text: 'asks for words, and no attribute of {detail} is searchable.',
    fix: 'Set searchable on an attribute: PATCH /v1/objects/{object}/attributes/{attribute}.',
  },
  in_use: {
    kind: 'schema',
    text: 'is used by {detail}.',
    fix: 'Change, archive or delete what uses it first.',
  },
  not_archived: {
    kind: 'schema',
    text: 'is not archived, so it cannot be removed.',
    fix: 'Archive it first (a hook: switch it off): nothing is lost by that, and it can be restored.',
  },
  needs_consent: {
    kind: 'schema',
    text: 'would be {detail}.',
    fix: 'Say so in the document, at the very item, if that is what you want.',
  },
  not_convertible: {
    kind: 'schema',
    text: 'has values that are not of the new type: {detail}.',
    fix: 'Give the records that are named other values, then try again.',
  },
  too_many_records: {
    kind: 'schema',
    text: 'would have more rewritten at once than {detail}.',
    fix: 'This is done at once or not at all, so it has a limit, which all that a document changes shares. Change less in one document. Removing one attribute can be done in pages: DELETE /v1/objects/{object}/attributes/{attribute}.',
  },
  already_exists: {
    kind: 'schema',
    text: '{detail} exists already.',
    fix: 'Choose another name or slug, change the one that is there, or send the definition that it has. A key is not shown twice: rotate it, or revoke it first.',
  },
  other_secrets: {
    kind: 'schema',
    text: '{detail} exists already, with other secrets.',
    fix: 'Give the one that is there this secret: POST /v1/hooks/{id}/secrets, or "hooks secret".',
  },
  tenant_exists: {
    kind: 'schema',
    text: 'The tenant {detail} exists already, and its first key is not shown again.',
    fix: 'If it is the one you mean, issue another key: POST /v1/tenants/{id}/keys, or "tenant key". Else send another id.',
  },
  limit_reached: {
    kind: 'schema',
    text: 'The organisation would have more than {detail}.',
    fix: 'Remove what is not needed: GET /v1/limits tells how much there may be.',
  },
  already_rotated: {
    kind: 'schema',
    text: 'The key has been rotated already: its successor is {detail}.',
    fix: 'Use the successor, or rotate that one.',
  },
  key_overlaps: {
    kind: 'schema',
    text: 'The key that this one replaces is valid until {detail}.',
    fix: 'Rotate after that, or revoke the replaced key first.',
  },
  key_ended: { kind: 'schema', text: 'The key is {detail}.', fix: 'Issue a new key.' },
  not_unique: {
    kind: 'schema',
    text: 'has duplicates: {detail}.',
    fix: 'Give the records different values, then try again.',
  },
  history_off: {
    kind: 'schema',
    text: 'The history of the organisation is off.',
    fix: 'Switch it on: PATCH /v1/organization {"history": "values"}.',
  },
  wrong_status: {
    kind: 'schema',
    text: 'This cannot be done now: the tenant is {detail}.',
    fix: 'GET /v1/tenants/{id} tells how it stands. What is suspended or deleted can be resumed; a move can be finished or taken back; a place or a rewind that was cut off is finished by the same request again.',
  },
  history_gap: {
    kind: 'schema',
    text: 'goes beyond what the history tells: {detail}.',
    fix: 'Read the records anew (GET /v1/objects/{object}/records), and follow the changes from now on (GET /v1/changes?since=now).',
  },
  not_possible: {
    kind: 'schema',
    text: 'This cannot be done as the tenant and the deployment are: {detail}.',
    fix: 'Where the sentence names another way, take that. GET /v1/tenants/{id} tells where the tenant is, and what is under way.',
  },
  unusable_place: {
    kind: 'schema',
    text: 'The tenant cannot be reached as the deployment is configured: {detail}.',
    fix: 'Give the deployment what the sentence names: a binding, a secret, a token that is valid, the volume of a file, a migration; or restore the database where it was. If it is elsewhere by now, say so: POST /v1/tenants/{id}/place. If it is gone for good, the tenant can be given up: POST /v1/tenants/{id}/delete with abandon. Each case is in docs/tenants.md.',
  },
  other_directory: {
    kind: 'schema',
    text: 'The tenants of this deployment are in another directory: {detail}.',
    fix: 'Set TENANT_DIRECTORY to that of the deployment, or leave it out where the deployment has none. Where another directory is meant to have them from now on, say so: POST /v1/tenant-directory/take-over.',
  },
  other_database: {
    kind: 'schema',
    text: 'The directory of this deployment has the tenants of another shared database: {detail}.',
    fix: 'Give the deployment that database as its shared one, or set TENANT_DIRECTORY to the directory of this one. Where this one is meant to be theirs from now on, since the other is lost, say so: POST /v1/tenant-directory/take-over.',
  },
  migration_failed: {
    kind: 'schema',
    text: 'The database of the tenant does not take the migration {detail}.',
    fix: 'Read in the log, at the request id, what the database said; mend that, and repeat the request. No other tenant is concerned.',
  },
  not_found: { kind: 'schema', text: 'There is no {detail}.', fix: 'Correct the id.' },
  not_updatable: {
    kind: 'schema',
    text: 'cannot be changed.',
    fix: 'Leave it out: it is set when the record is created, or by the server.',
  },
  // Values
  wrong_type: { kind: 'value', text: 'must be {detail}.', fix: 'Send a value of that type.' },
  invalid_value: { kind: 'value', text: 'must be {detail}.', fix: 'Correct the value.' },
  too_long: { kind: 'value', text: 'must have {detail}.', fix: 'Shorten the value.' },
  out_of_range: { kind: 'value', text: 'must be {detail}.', fix: 'Send a value within the range.' },
  unknown_option: {
    kind: 'value',
    text: 'must be {detail}.',
    fix: 'Send one of the options, or add the option to the attribute.',
  },
  too_many_values: { kind: 'value', text: 'must have {detail}.', fix: 'Send fewer values.' },
  required: { kind: 'value', text: 'is required{detail}.', fix: 'Send a value.' },
  not_clearable: {
    kind: 'value',
    text: 'is required and cannot be cleared.',
    fix: 'Send a value, or leave the field out to keep the present one.',
  },
  empty_match_value: {
    kind: 'value',
    text: 'is the match key and must not be empty.',
    fix: 'Send the value to match by.',
  },
  not_matchable: { kind: 'value', text: 'cannot be matched by: {detail}.', fix: 'Match by another attribute.' },
  match_key_conflict: {
    kind: 'value',
    text: 'is the match key, so its value must not differ: {detail}.',
    fix: 'To change the value, match by another key or by id.',
  },
  no_attributes: { kind: 'value', text: 'Nothing to write: {detail}.', fix: 'Send at least one attribute.' },
  reference_not_found: {
    kind: 'value',
    text: 'refers to a record that does not exist: {detail}.',
    fix: 'Create the record first, or correct the reference.',
  },
  mapping_failed: {
    kind: 'value',
    text: 'The mapping of the hook cannot be applied: {detail}.',
    fix: 'Mend the expression that is named: POST /v1/hooks/{id}/preview tells what a payload comes to.',
  },
  not_wanted: {
    kind: 'match',
    text: 'The hook does not care for the delivery: {detail}.',
    fix: 'Nothing to do, unless it should: then mend when or items of its mapping.',
  },
  payload_not_kept: {
    kind: 'match',
    text: 'The payload of the delivery was not kept: {detail}.',
    fix: 'Have the sender deliver it again. For deliveries to come, set keepPayload on the hook.',
  },
  // What the match found
  record_not_found: {
    kind: 'match',
    text: 'No record matches{detail}.',
    fix: 'Correct the key or id, or create the record first.',
  },
  record_exists: {
    kind: 'match',
    text: 'A record with this match key exists already.',
    fix: 'Use a mode that updates, or another key.',
  },
  ambiguous_match: {
    kind: 'match',
    text: 'matches more than one record.',
    fix: 'Match by a unique attribute, or by id.',
  },
  keys_disagree: {
    kind: 'match',
    text: 'The match keys belong to different records{detail}.',
    fix: 'Merge the records, or send only one of the keys.',
  },
  unique_conflict: {
    kind: 'match',
    text: 'is held by another record.',
    fix: 'Send another value, or match the record that holds it.',
  },
  value_taken: {
    kind: 'match',
    text: 'cannot come back, since another record has the value by now: {detail}.',
    fix: 'Take the value from the record that has it, by setting another one or none there, and undo again.',
  },
  version_mismatch: {
    kind: 'match',
    text: 'The record has changed: it is at version {detail}.',
    fix: 'Read the record, and repeat the change on top of it.',
  },
  record_merged: {
    kind: 'match',
    text: 'The record was merged into record {detail}.',
    fix: 'Name the record that it was merged into. Or undo the request that did it: POST /v1/changes/revert with its id, which the history of the record tells.',
  },
  same_record: {
    kind: 'match',
    text: 'names the record that is to stay.',
    fix: 'Name another record: one cannot be merged with itself.',
  },
  merge_too_large: {
    kind: 'match',
    text: 'cannot be merged: {detail}.',
    fix: 'Point relations at the record that is to stay first, by changing them in batches, and merge then. GET /v1/limits says how much one merge may move, and how many records one may take in.',
  },
  record_archived: {
    kind: 'match',
    text: 'The record is archived.',
    fix: 'Restore the record, or allow the request to revive it.',
  },
  older_than_stored: {
    kind: 'match',
    text: 'is older than what is stored: {detail}.',
    fix: 'Nothing to do: newer data is in place already.',
  },
  record_too_large: {
    kind: 'match',
    text: 'The record would grow beyond {detail}.',
    fix: 'Remove values from the record.',
  },
  too_much_work: {
    kind: 'match',
    text: 'Not written, because the items before it have changed as much stored data, or refer to as many records, as one request may.',
    fix: 'Send this item again, in another request.',
  },
  not_attempted: {
    kind: 'match',
    text: 'Not written, because another item of the same request was refused.',
    fix: 'Correct the other item and repeat the request.',
  },
  // Repeating
  idempotency_mismatch: {
    kind: 'request',
    text: 'The Idempotency-Key was used for another request.',
    fix: 'Use a new key for a new request.',
  },
  // Our side
  hook_paused: {
    kind: 'server',
    text: 'The hook is paused.',
    fix: 'Deliver again after Retry-After, or have an administrator set its state to on.',
  },
  hooks_key_unset: {
    kind: 'schema',
    text: 'This deployment cannot keep secrets: {detail}.',
    fix: 'Ask the operator of this deployment to set HOOKS_KEY, and repeat the request then.',
  },
  hooks_key_missing: {
    kind: 'server',
    text: 'This deployment cannot open the secrets that it keeps: {detail}.',
    fix: 'Ask the operator of this deployment to set HOOKS_KEY.',
  },
  unavailable: {
    kind: 'server',
    text: 'The database did not answer{detail}.',
    fix: 'Repeat the request after Retry-After: nothing was half written.',
  },
  overloaded: {
    kind: 'server',
    text: 'Too many requests are under way.',
    fix: 'Repeat the request after Retry-After: nothing was written.',
  },
  stopping: {
    kind: 'server',
    text: 'This server is stopping.',
    fix: 'Go on with another request: what has been answered is written.',
  },
  organization_moving: {
    kind: 'server',
    text: 'The organisation is on its way to another database.',
    fix: 'Repeat the request after Retry-After: nothing was written, and it takes seconds.',
  },
  indexing: {
    kind: 'server',
    text: 'has an index that is being made or removed: job {detail}.',
    fix: 'Repeat the request after Retry-After: nothing was written. GET /v1/jobs/{id} tells how far it has come.',
  },
  upgrading: {
    kind: 'server',
    text: 'This instance is being upgraded.',
    fix: 'Repeat the request after Retry-After: nothing was written.',
  },
  internal: { kind: 'server', text: 'Something went wrong on our side.', fix: 'Report the request id.' },
} as const satisfies Record<string, { kind: ErrorKind; text: string; fix: string }>

export type ErrorKind = 'request' | 'access' | 'schema' | 'value' | 'match' | 'server'
export type ErrorCode = keyof typeof errorTable

/** A key that another record holds. */
export interface KeyConflict {
  /** Slug of the attribute, or name of the combination. */
  readonly field: string
  readonly value: string
  /** The holder; undefined where it is a record that was never made, because nothing of the request was written. */
  readonly recordId?: string
  /** The command that would have made the holder, by its place in the request. */
  readonly command?: number
}

/** A place in a request, by the contract's own names. */
export type Path = readonly (string | number)[]

/** One thing that is wrong: with an attribute, or at a place of the request. */
export interface Problem {
  readonly code: ErrorCode
  /** The slug of the attribute; of a problem with a path, the path as text. */
  readonly field?: string
  /** Contracts show it as it is; a slug they translate. */
  readonly path?: Path
  /** Slug of the attribute or object that was meant, most likely. */
  readonly near?: string
  /** Completes the sentence of the table. Never holds a secret, SQL or another organisation's data. */
  readonly detail?: string
}

/** A refusal. The first problem gives the code; contracts render the rest as details. */
export interface Refusal {
  readonly problems: readonly [Problem, ...Problem[]]
  /** The record that was matched, or the one in the way. */
  readonly recordId?: string
  readonly conflicts?: readonly KeyConflict[]
  /** Of an ambiguous match: the first ten, oldest first. */
  readonly candidates?: readonly string[]
}

/** Thrown where a request cannot go on; the HTTP layer has each contract render it. */
export class RefusedError extends Error {
  readonly refusal: Refusal
  /** For what passes by itself, such as `unavailable` and `rate_limited`: seconds to wait. */
  readonly retryAfter?: number

  constructor(refusal: Refusal | Problem, retryAfter?: number, options?: ErrorOptions) {
    const whole: Refusal = 'problems' in refusal ? refusal : { problems: [refusal] }
    super(whole.problems[0].code, options)
    this.name = 'RefusedError'
    this.refusal = whole
    if (retryAfter !== undefined) this.retryAfter = retryAfter
  }
}

export const refuse = (code: ErrorCode, field?: string | Path, detail?: string): RefusedError =>
  new RefusedError(problem(code, field, detail))

/** @throws RefusedError when anything is wrong */
export const refuseIfAny = ([first, ...others]: readonly Problem[], more: Omit<Refusal, 'problems'> = {}): void => {
  if (first) throw new RefusedError({ problems: [first, ...others], ...more })
}

/** Characters of a client's words that are told back to it. */
const TOLD = 300

const told = (text: string): string => (isLongerThan(text, TOLD) ? `${cutTo(text, TOLD - 1)}…` : text)

/** A slug, or the path of a place in the request. */
const fieldOf = (field: string | Path): Pick<Problem, 'field' | 'path'> => {
  if (typeof field === 'string') return { field: told(field) }
  return field.length > 0 ? { field: told(field.join('.')), path: field } : {}
}

/**
 * One problem. Names and details are cut, so that an answer cannot be longer than the request that it is about.
 * @param field the slug of an attribute, or the path of a place in the request
 */
export const problem = (code: ErrorCode, field?: string | Path, detail?: string): Problem => ({
  code,
  ...(field !== undefined && fieldOf(field)),
  ...(detail !== undefined && { detail: told(detail) }),
})

/** Problems that one refusal tells, at most: past them a client learns nothing more, and an answer has an end. */
export const PROBLEM_LIMIT = 100

/** Gathers what is wrong with one command or request, each thing once: a value that is matched by and written is judged twice. */
export class ProblemCollector {
  /** Made with the first problem: nearly every command has none. */
  #found: Map<string, Problem> | undefined

  /** Returns undefined, so that whoever was to make a value can return it. */
  add(code: ErrorCode, field?: string, detail?: string): undefined {
    this.addProblem(problem(code, field, detail))
  }

  addProblem(one: Problem): undefined {
    this.#found ??= new Map()
    const name = `${one.code} ${one.field ?? ''}`
    if (!this.isFull && !this.#found.has(name)) this.#found.set(name, one)
  }

  /** No further problem would be told: whoever goes through many fields may stop. */
  get isFull(): boolean {
    return this.#found !== undefined && this.#found.size >= PROBLEM_LIMIT
  }

  get found(): readonly Problem[] {
    return this.#found ? [...this.#found.values()] : []
  }
}

const bySlug = (slug: string) => slug

/** How the contract calls what the problem is about. */
export const nameIn = ({ field, path }: Problem, fieldName: (slug: string) => string = bySlug): string | undefined =>
  path || field === undefined ? field : fieldName(field)

/** The sentence for people, with the field called as the contract calls it. */
export const describe = (problem: Problem, fieldName?: (slug: string) => string): string => {
  // By a function: in a text, `$&` of the client's would mean something to `replace`.
  const near = problem.near === undefined ? '' : `: the nearest is ${fieldName?.(problem.near) ?? problem.near}`
  const { text } = errorTable[problem.code]
  const [detail, after] = text.includes('{near}') ? ['', near] : [near, '']
  // What a platform or a server says is a sentence of its own: the table ends it, once.
  const said = (problem.detail ?? '').replace(text.endsWith('{detail}.') ? /(?<!\.)\.$/ : '', '')
  const sentence = text.replace('{near}', () => after).replace('{detail}', () => `${said}${detail}`)
  const name = nameIn(problem, fieldName)
  if (/^[a-z]/.test(sentence)) return `${name ?? 'The value'} ${sentence}`
  return name === undefined ? sentence : `${name}: ${sentence}`
}

/** The sentence, and what to do about it. */
export const advise = (problem: Problem, fieldName?: (slug: string) => string): string =>
  `${describe(problem, fieldName)} ${errorTable[problem.code].fix}`
