import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { AppEnv } from './context.ts'
import { headerNames } from './response-headers.ts'

/** For programs in web pages of other origins: who may ask, and what they may read of an answer. */

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Seconds that a browser may remember a preflight; Chromium keeps none for longer. */
const REMEMBERED = 7_200

/** A `*` in a name would match nothing: browsers compare origins as a whole. */
const isOrigin = (text: string): boolean =>
  /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text

/** @throws Error naming the variable when an entry is no origin */
const originsOf = (text: string): readonly string[] => {
  const origins = text.split(/[\s,]+/).filter((entry) => entry !== '')
  for (const origin of origins)
    if (!isOrigin(origin) && !(origin === '*' && origins.length === 1))
      throw new Error(`CORS_ORIGINS must list origins such as https://app.example, or be * alone, not "${origin}"`)
  return origins
}

/**
 * Answers preflights, and lets pages of these origins read answers. What a request may send is not limited here: every
 * header that a page asks for is allowed, since each contract knows its own. No cookie is ever taken.
 * @param text CORS_ORIGINS: origins separated by commas or spaces, or `*` for any. Absent or empty: nobody
 * @throws Error naming the variable
 */
export const crossOrigin = (text: string | undefined): MiddlewareHandler<AppEnv> | undefined => {
  const origins = originsOf(text ?? '')
  if (origins.length === 0) return undefined
  const handler = cors({
    origin: origins[0] === '*' ? '*' : [...origins],
    allowMethods: METHODS,
    exposeHeaders: [...headerNames],
    maxAge: REMEMBERED,
  })
  // Only a browser asks before it asks; to anyone else OPTIONS is a method like others.
  const isPreflight = (request: Request) =>
    request.headers.has('origin') && request.headers.has('access-control-request-method')
  return (c, next) => (c.req.method === 'OPTIONS' && !isPreflight(c.req.raw) ? next() : handler(c, next))
}
