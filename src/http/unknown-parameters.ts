import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { refuse } from '../engine/errors.ts'
import { nearest } from '../schema/nearest.ts'
import type { AppEnv } from './context.ts'

/** The names of the query that a route declares. @throws Error when its schema has no names to compare with */
const declaredNames = ({ method, path, request }: RouteConfig): readonly string[] => {
  const query = request?.query
  if (!query) return []
  if (!('shape' in query)) throw new Error(`${method} ${path}: the query must be declared as an object`)
  return Object.keys(query.shape as object)
}

/** `filter[name]` is a member of the parameter `filter`, as OpenAPI writes objects (style deepObject). */
const withoutMember = (name: string): string => name.replace(/^(filter)\[[^[\]]*\]$/, '$1')

/** What a request makes its write depend on: an operation that does not look at it would write all the same. */
const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'] as const

/** What a request wants its write to be found by: one that is not kept with it would be missed when it is to be undone. */
const MARKS = ['import-id'] as const

/** Headers that would be ignored, and what would come of that. Of a read, a condition only spares an answer, and a mark is nothing. */
const ignoredHeaders = (route: RouteConfig): ReadonlyMap<string, string> => {
  const { method, request } = route
  const known = request?.headers && 'shape' in request.headers ? Object.keys(request.headers.shape as object) : []
  if (method === 'get') return new Map()
  const marks = 'x-scope' in route && route['x-scope'] === 'crm:read' ? [] : MARKS
  const ignored = [
    ...CONDITIONS.map((name) => [name, ', which would write whatever it says'] as const),
    ...marks.map((name) => [name, ', which is part of no import'] as const),
  ]
  return new Map(ignored.filter(([name]) => !known.includes(name)))
}

const refuseUnknown = (known: readonly string[], ignored: ReadonlyMap<string, string>): MiddlewareHandler<AppEnv> => {
  const names = new Set(known)
  return async (c, next) => {
    for (const [name, why] of ignored) if (c.req.raw.headers.has(name)) throw refuse('unknown_parameter', name, why)
    if (c.req.url.includes('?'))
      for (const name of new URL(c.req.url).searchParams.keys())
        if (!names.has(withoutMember(name))) {
          const close = nearest(name, known)
          throw refuse('unknown_parameter', name, close === undefined ? '' : `: the nearest is ${close}`)
        }
    await next()
  }
}

type Openapi = (
  route: RouteConfig & { middleware?: readonly MiddlewareHandler<AppEnv>[]; hide?: boolean },
  ...rest: unknown[]
) => unknown

/**
 * From here on every route of the app refuses what its query does not declare, and headers that a write must not ignore: a
 * misspelt option is an error, never a default. Refused after the route's own middleware, so that whoever may not ask learns nothing else.
 */
export const refuseUnknownParameters = (app: OpenAPIHono<AppEnv>): void => {
  const openapi = app.openapi as unknown as Openapi
  const strict: Openapi = (route, ...rest) =>
    openapi(
      {
        ...route,
        middleware: [...(route.middleware ?? []), refuseUnknown(declaredNames(route), ignoredHeaders(route))],
      },
      ...rest,
    )
  app.openapi = strict as unknown as typeof app.openapi
}
