import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { AppEnv } from './context.ts'
import type { Contract } from './contract.ts'
import { type HeaderName, headersOf, responseHeaders } from './response-headers.ts'

const license = { name: 'MIT', identifier: 'MIT' }
const contact = { name: 'The maintainers of edge-upsert' }

const description = `Create or update a record by a matching key, atomically, in one trip to the database.
The same records through several public contracts; v1 is our own.`

/** Required is the answer's word, not the header's, so that each header is two components. */
const optional = (name: HeaderName) => `${name}-Optional`

const headersDeclared = (route: RouteConfig, status: number) =>
  Object.fromEntries(
    [...headersOf(route, status)].map(([name, presence]) => [
      name,
      { $ref: `#/components/headers/${presence === 'always' ? name : optional(name)}` },
    ]),
  )

/** The route as the document shows it: each answer with its headers, and the scope that the key needs. */
const documented = (route: RouteConfig): RouteConfig => {
  if (!route.description) throw new Error(`${route.operationId} has no description`)
  const scope: unknown = route['x-scope']
  const responses = Object.entries(route.responses).map(([status, response]) => [
    status,
    { ...response, headers: headersDeclared(route, Number(status)) },
  ])
  return {
    ...route,
    description: typeof scope === 'string' ? `${route.description} Scope: \`${scope}\`.` : route.description,
    responses: Object.fromEntries(responses),
  }
}

type HeaderComponent = Omit<(typeof responseHeaders)[HeaderName], 'presence'> & { readonly required: boolean }

/** The document's words for headers that it uses. */
const headerComponents = (routes: readonly RouteConfig[]) => {
  const used = new Map<string, HeaderComponent>()
  for (const route of routes)
    for (const status of Object.keys(route.responses))
      for (const [name, presence] of headersOf(route, Number(status))) {
        const { description, schema, example } = responseHeaders[name]
        const isRequired = presence === 'always'
        used.set(isRequired ? name : optional(name), { description, required: isRequired, schema, example })
      }
  return used
}

/**
 * The OpenAPI 3.1 document of all routes, its groups and security schemes from the contracts.
 * @throws Error when a route has no description, or asks for a security scheme that no contract declares
 */
export const openApiDocument = (
  contracts: readonly Contract[],
  apps: readonly OpenAPIHono<AppEnv>[],
  version: string,
): object => {
  const app = new OpenAPIHono<AppEnv>()
  const registry = app.openAPIRegistry
  const routes = apps
    .flatMap(({ openAPIRegistry }) => openAPIRegistry.definitions)
    .flatMap((definition) => (definition.type === 'route' ? [definition.route] : []))
  const schemes = new Map(
    contracts.flatMap(({ credentials, otherSchemes }) => Object.entries({ ...credentials.schemes, ...otherSchemes })),
  )
  for (const [name, scheme] of schemes) registry.registerComponent('securitySchemes', name, scheme)
  for (const [name, header] of headerComponents(routes)) registry.registerComponent('headers', name, header)
  for (const route of routes) {
    for (const name of (route.security ?? []).flatMap(Object.keys))
      if (!schemes.has(name)) throw new Error(`No security scheme is called ${name}`)
    registry.registerPath(documented(route))
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'edge-upsert', version, description, license, contact },
    servers: [{ url: '/', description: 'The instance that serves this document.' }],
    tags: contracts.flatMap(({ tags }) => [...tags]),
  })
}
