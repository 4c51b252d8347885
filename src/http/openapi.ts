import { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './context.ts'

/** Ways to show who asks that several contracts share. One that only a contract has, it registers itself. */
const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A key in the Authorization header.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'A key in a header of its own.' },
} as const

const license = { name: 'MIT', identifier: 'MIT' }
const contact = { name: 'The maintainers of edge-upsert', url: '/docs' }

/** The groups of operations, in the order in which a reader wants them. */
const tags = [
  { name: 'Records', description: 'Create, update, find, archive and erase records; one or many.' },
  { name: 'Schema', description: 'Objects, their attributes, and which of these may be matched.' },
  { name: 'Changes', description: 'What was changed, in order.' },
  { name: 'Administration', description: 'The organisation, its members and its keys.' },
  { name: 'Limits', description: 'What one request may ask for.' },
  { name: 'Zeeg', description: 'For clients written for Zeeg: people, companies and records.' },
  { name: 'Reevo', description: 'For clients written for Reevo: contacts and accounts.' },
  { name: 'Anduin', description: 'For clients written for Anduin: contacts, clients and investment entities.' },
  { name: 'Zyntro', description: 'For clients written for Zyntro: a contact and its company in one request.' },
] as const

const description = `Create or update a record by a matching key, atomically, in one trip to the database.
The same records through several public contracts; v1 is our own.`

/** The OpenAPI 3.1 document of all routes. @throws Error when a route asks for a security scheme that nobody declares */
export const openApiDocument = (apps: readonly OpenAPIHono<AppEnv>[], version: string): object => {
  const app = new OpenAPIHono<AppEnv>()
  for (const contract of apps) app.route('/', contract)
  const { definitions } = app.openAPIRegistry
  for (const [name, scheme] of Object.entries(securitySchemes))
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'edge-upsert', version, description, license, contact },
    servers: [{ url: '/', description: 'The instance that serves this document.' }],
    tags: [...tags],
  })
  const declared = document.components?.securitySchemes ?? {}
  for (const definition of definitions)
    for (const name of definition.type === 'route' ? (definition.route.security ?? []).flatMap(Object.keys) : [])
      if (!(name in declared)) throw new Error(`No security scheme is called ${name}`)
  return document
}
