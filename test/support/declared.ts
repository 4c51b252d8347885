import type { OpenAPIHono, RouteConfig, z } from '@hono/zod-openapi'
import { expect } from 'vitest'
import type { AppEnv } from '../../src/http/context.ts'
import { type HeaderName, headerNames, headersOf } from '../../src/http/response-headers.ts'

/** Holds every response of a test, errors too, against what its route declares: status, headers and body. */

interface DeclaredResponse {
  readonly content?: Record<string, { readonly schema?: z.ZodType }>
}

const patterns = new Map<string, RegExp>()

/** Made once: there are as many paths as a hundred, and every response is looked for among them. */
const pattern = (path: string): RegExp => {
  const made = patterns.get(path) ?? new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`)
  patterns.set(path, made)
  return made
}

/** Routes of the app as they stand in the OpenAPI document, the most specific first. */
export const declaredRoutes = (apps: readonly OpenAPIHono<AppEnv>[]): readonly RouteConfig[] =>
  apps
    .flatMap((app) => app.openAPIRegistry.definitions)
    .flatMap((d) => (d.type === 'route' ? [d.route] : []))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)

/** What HTTP, a browser and the platform want of any answer, whatever it answers. */
const GENERAL = /^(access-control-.*|vary|content-.*|x-content-type-options)$/

const checkHeaders = (
  declared: ReadonlyMap<string, 'always' | 'sometimes'>,
  { status, headers }: Response,
  what: string,
) => {
  const names = [...declared.keys()].map((name) => name.toLowerCase())
  const undeclared = [...headers.keys()].filter((name) => !GENERAL.test(name) && !names.includes(name))
  expect(undeclared, `${what} ${status} has headers that it does not declare`).toEqual([])
  const missing = [...declared].filter(([name, presence]) => presence === 'always' && !headers.has(name))
  expect(missing, `${what} ${status} lacks headers that it declares`).toEqual([])
}

/** Of what no operation took: any header of ours, the request's id always, and with 405 what would be taken. */
const headersOfOthers = (status: number) => {
  const isNeeded = (name: HeaderName) => name === 'X-Request-Id' || (name === 'Allow' && status === 405)
  return new Map(headerNames.map((name) => [name, isNeeded(name) ? ('always' as const) : ('sometimes' as const)]))
}

export const checkDeclared = async (
  routes: readonly RouteConfig[],
  method: string,
  path: string,
  response: Response,
) => {
  const bare = path.replace(/\/$/, '')
  const there = routes.filter((r) => pattern(r.path).test(bare))
  // A path that is spelt out is nobody's id.
  const named = there.filter((r) => !r.path.endsWith('}'))
  const route = (named.length > 0 ? named : there).find((r) => r.method.toUpperCase() === method)
  if (!route) {
    expect([404, 405, 200, ...(method === 'OPTIONS' ? [204] : [])], `${method} ${path} is not declared`).toContain(
      response.status,
    )
    checkHeaders(headersOfOthers(response.status), response, `${method} ${path}`)
    return
  }
  const declared = route.responses[String(response.status)] as DeclaredResponse | undefined
  expect(declared, `${method} ${route.path} does not declare ${response.status}`).toBeDefined()
  checkHeaders(headersOf(route, response.status), response, `${method} ${route.path}`)
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  if (!declared?.content) {
    expect(await response.clone().text()).toBe('')
    return
  }
  const schema = declared.content[type]?.schema
  expect(schema, `${method} ${route.path} ${response.status} does not declare ${type}`).toBeDefined()
  if (!schema || !type.includes('json') || type.includes('ndjson')) return
  const result = schema.safeParse(await response.clone().json())
  expect(result.success ? [] : result.error.issues, `${method} ${route.path} ${response.status}`).toEqual([])
}
