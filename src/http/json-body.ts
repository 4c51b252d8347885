import type { MiddlewareHandler } from 'hono'
import { refuse } from '../engine/errors.ts'
import { jsonFaultOf } from '../schema/json-values.ts'
import { bodyBytes } from './body-bytes.ts'
import type { AppEnv } from './context.ts'

export const BODY_LIMIT = 1_048_576

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

const decode = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw refuse('malformed_json', undefined, 'it is not UTF-8')
  }
}

/**
 * Checks a value for what neither a schema nor the database should have to think of.
 * @param escapes whether its text has any: only they can smuggle NUL or half a surrogate pair into JSON
 * @throws RefusedError too_deep, unsafe_value
 */
export const check = (value: unknown, escapes = true): void => {
  const fault = jsonFaultOf(value, 0, escapes)
  if (fault) throw refuse(fault.code, fault.path.join('.') || undefined, fault.detail)
}

/**
 * One JSON text, checked for what neither a schema nor the database should have to think of.
 * @throws RefusedError malformed_json, too_deep, unsafe_value
 */
export const parseJson = (text: string): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse('malformed_json', undefined, text.trim() === '' ? 'it is empty' : 'it cannot be parsed')
  }
  check(value, text.includes('\\u'))
  return value
}

/** @throws RefusedError unsupported_media_type */
export const requireJson = (request: Request): void => {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? ''))
    throw refuse('unsupported_media_type', undefined, 'application/json')
}

export interface BodyOptions {
  readonly shape?: 'object' | 'array'
  /** Bytes. */
  readonly limit?: number
  /** Whether a request without one is taken: all members of it are optional. */
  readonly isOptional?: boolean
}

const hasShape = (value: unknown, shape: 'object' | 'array') =>
  shape === 'array' ? Array.isArray(value) : value !== null && typeof value === 'object' && !Array.isArray(value)

/** No content, by what the headers say of it: on Node a request without any has a stream all the same. */
const isAbsent = ({ headers, body }: Request): boolean => {
  if (headers.has('content-type')) return false
  const isAnnounced = (headers.get('content-length') ?? '0') !== '0' || headers.has('transfer-encoding')
  return body === null || !isAnnounced
}

/** Reads the body once, and leaves it where the validators of the route look for it. */
export const jsonBodyOf =
  ({ shape = 'object', limit = BODY_LIMIT, isOptional = false }: BodyOptions): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (isOptional && isAbsent(c.req.raw)) return next()
    requireJson(c.req.raw)
    const value = parseJson(decode(await bodyBytes(c.req.raw, limit)))
    if (!hasShape(value, shape)) throw refuse('body_not_object', undefined, `a JSON ${shape}`)
    c.req.bodyCache.json = Promise.resolve(value)
    // Hono's own `json()` asks for the text, so it would write the value out and parse it again.
    c.req.json = async <T>() => value as T
    await next()
  }

export const jsonBody = jsonBodyOf({})
export const optionalBody = jsonBodyOf({ isOptional: true })
