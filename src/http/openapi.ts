import { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './context.ts'
import type { Contract } from './contract.ts'

const license = { name: 'MIT', identifier: 'MIT' }
const contact = { name: 'The maintainers of edge-upsert', url: '/docs' }

const description = `Create or update a record by a matching key, atomically, in one trip to the database.
The same records through several public contracts; v1 is our own.`

/**
 * The OpenAPI 3.1 document of all routes, its groups and security schemes from the contracts.
 * @throws Error when a route asks for a security scheme that no contract declares
 */
export const openApiDocument = (
  contracts: readonly Contract[],
  apps: readonly OpenAPIHono<AppEnv>[],
  version: string,
): object => {
  const app = new OpenAPIHono<AppEnv>()
  for (const one of apps) app.route('/', one)
  const { definitions } = app.openAPIRegistry
  const schemes = new Map(
    contracts.flatMap(({ credentials, otherSchemes }) => Object.entries({ ...credentials.schemes, ...otherSchemes })),
  )
  for (const [name, scheme] of schemes) app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  for (const definition of definitions)
    for (const name of definition.type === 'route' ? (definition.route.security ?? []).flatMap(Object.keys) : [])
      if (!schemes.has(name)) throw new Error(`No security scheme is called ${name}`)
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'edge-upsert', version, description, license, contact },
    servers: [{ url: '/', description: 'The instance that serves this document.' }],
    tags: contracts.flatMap(({ tags }) => [...tags]),
  })
}
