import type { MiddlewareHandler } from 'hono'
import { refuse } from '../engine/errors.ts'
import { bodyBytes } from './body-bytes.ts'
import type { AppEnv } from './context.ts'

export const BODY_LIMIT = 1_048_576
export const NESTING_LIMIT = 16

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

const decode = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw refuse('malformed_json', undefined, 'it is not UTF-8')
  }
}

/** Only an escape can smuggle NUL or half a surrogate pair into JSON, so texts without escapes need no look. */
const checkString = (text: string, path: Path) => {
  if (text.includes('\u0000')) throw refuse('unsafe_value', textOf(path), 'it has a NUL character')
  if (!text.isWellFormed()) throw refuse('unsafe_value', textOf(path), 'it has half a surrogate pair')
}

const checkNumber = (value: number, path: Path) => {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw refuse(
      'unsafe_value',
      textOf(path),
      `numbers must lie between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`,
    )
}

/** Where the walk is: one list for all of it, since a text for every place would cost more than the checks. */
type Path = (string | number)[]

const textOf = (path: Path): string => path.join('.')

const walk = (value: unknown, path: Path, depth: number, escapes: boolean): void => {
  if (typeof value === 'number') checkNumber(value, path)
  if (typeof value === 'string' && escapes) checkString(value, path)
  if (value === null || typeof value !== 'object') return
  if (depth >= NESTING_LIMIT) throw refuse('too_deep', textOf(path) || undefined, String(NESTING_LIMIT))
  if (Array.isArray(value)) {
    // Of a batch the place of the item; within an item the attribute says enough.
    const isBatch = depth === 0
    for (let i = 0; i < value.length; i++) {
      if (isBatch) path.push(i)
      walk(value[i], path, depth + 1, escapes)
      if (isBatch) path.pop()
    }
    return
  }
  for (const name of Object.keys(value)) {
    path.push(name)
    if (RESERVED.has(name)) throw refuse('unsafe_value', textOf(path), 'the name is reserved')
    if (escapes) checkString(name, ['a name'])
    walk((value as Record<string, unknown>)[name], path, depth + 1, escapes)
    path.pop()
  }
}

/**
 * Checks a value for what neither a schema nor the database should have to think of.
 * @throws RefusedError too_deep, unsafe_value
 */
export const check = (value: unknown): void => walk(value, [], 0, true)

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
  walk(value, [], 0, text.includes('\\u'))
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
