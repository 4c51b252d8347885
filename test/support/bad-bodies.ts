import type { ErrorCode } from '../../src/engine/errors.ts'

/** Bodies that nobody may send, whoever asks for what: made from one that is accepted. */

export interface BadBody {
  readonly what: string
  readonly code: ErrorCode
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Accepted {
  readonly body: unknown
  /** The same body with another value in the place of one that it has. */
  readonly spoilt: (value: unknown) => unknown
  /** How many bytes it may have. */
  readonly limit: number
}

const deep = JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) as unknown

export const badBodies = ({ body, spoilt, limit }: Accepted): readonly BadBody[] => {
  const text = JSON.stringify(body)
  const bad = (what: string, code: ErrorCode, sent: string, headers?: BadBody['headers']): BadBody => ({
    what,
    code,
    body: sent,
    ...(headers && { headers }),
  })
  const typed = (type: string) => bad(type, 'unsupported_media_type', text, { 'content-type': type })
  const reserved = (name: string) => bad(name, 'unsafe_value', text.replace('{', `{"${name}":{"admin":true},`))
  const value = (what: string, code: ErrorCode, one: unknown) => bad(what, code, JSON.stringify(spoilt(one)))
  return [
    bad('JSON that is cut off', 'malformed_json', text.slice(0, -1)),
    bad('an empty body', 'malformed_json', ''),
    bad('a body of another shape', 'body_not_object', Array.isArray(body) ? JSON.stringify(body[0]) : `[${text}]`),
    bad('null', 'body_not_object', 'null'),
    typed('text/plain'),
    typed('application/x-www-form-urlencoded'),
    bad('a body over the limit', 'body_too_large', `${text.slice(0, 1)}${' '.repeat(limit)}${text.slice(1)}`),
    reserved('__proto__'),
    reserved('constructor'),
    value('nesting over 16', 'too_deep', deep),
    value('a NUL character', 'unsafe_value', 'a\u0000b'),
    value('half a surrogate pair', 'unsafe_value', 'a\ud800b'),
    value('a number beyond the safe integers', 'unsafe_value', 1e20),
  ]
}
