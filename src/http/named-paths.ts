import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'

/** `records/query` is no record whose id is "query": a path that some route spells out is that route's alone. */

type Openapi = (
  route: RouteConfig & { middleware?: readonly MiddlewareHandler<AppEnv>[]; hide?: boolean },
  ...rest: unknown[]
) => unknown

const splitPath = (path: string): readonly [parent: string, last: string] => {
  const at = path.lastIndexOf('/')
  return [path.slice(0, at), path.slice(at + 1)]
}

export const isSpeltOut = (path: string): boolean => !/^[{:]/.test(splitPath(path)[1])

/**
 * From here on a route whose path ends in a parameter leaves to the answer of unrouted requests what other routes spell out
 * there: it would take their names for ids.
 */
export const leaveNamedPaths = (app: OpenAPIHono<AppEnv>): void => {
  const openapi = app.openapi as unknown as Openapi
  const named = new Map<string, Set<string>>()

  const leave =
    (parent: string): MiddlewareHandler<AppEnv> =>
    async (c, next) => {
      const [, last] = splitPath(c.req.path.replace(/\/$/, ''))
      if (named.get(parent)?.has(last)) return c.notFound()
      await next()
    }

  const wrapped: Openapi = (route, ...rest) => {
    const [parent, last] = splitPath(route.path.replaceAll(/\{[^}]*\}/g, '{}'))
    if (last !== '{}') {
      named.set(parent, (named.get(parent) ?? new Set()).add(last))
      return openapi(route, ...rest)
    }
    return openapi({ ...route, middleware: [leave(parent), ...(route.middleware ?? [])] }, ...rest)
  }
  app.openapi = wrapped as unknown as typeof app.openapi
}
