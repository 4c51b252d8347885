import type { OpenAPIHono, z } from '@hono/zod-openapi'
import { expect } from 'vitest'
import type { AppEnv } from '../../src/http/context.ts'

/** Holds every response of a test, errors too, against what its route declares. */

interface DeclaredResponse {
  readonly content?: Record<string, { readonly schema?: z.ZodType }>
}

interface DeclaredRoute {
  readonly method: string
  readonly path: string
  readonly operationId?: string
  readonly responses: Record<string, DeclaredResponse>
}

const pattern = (path: string) => new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`)

/** Routes of the app as they stand in the OpenAPI document, the most specific first. */
export const declaredRoutes = (apps: readonly OpenAPIHono<AppEnv>[]): readonly DeclaredRoute[] =>
  apps
    .flatMap((app) => app.openAPIRegistry.definitions)
    .flatMap((d) => (d.type === 'route' ? [d.route as unknown as DeclaredRoute] : []))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)

export const checkDeclared = async (
  routes: readonly DeclaredRoute[],
  method: string,
  path: string,
  response: Response,
) => {
  const bare = path.replace(/\/$/, '')
  const route = routes.find((r) => r.method.toUpperCase() === method && pattern(r.path).test(bare))
  if (!route) {
    expect([404, 405, 200, ...(method === 'OPTIONS' ? [204] : [])], `${method} ${path} is not declared`).toContain(
      response.status,
    )
    return
  }
  const declared = route.responses[String(response.status)]
  expect(declared, `${method} ${route.path} does not declare ${response.status}`).toBeDefined()
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
