import { describe, expect, it } from 'vitest'
import openapi from '../../public/openapi.json' with { type: 'json' }
import { demoApp, PLACEHOLDERS } from '../../scripts/lib/demo-app.ts'
import { describedContracts } from '../../scripts/lib/described.ts'
import type { App } from '../../src/app.ts'
import { type DemoCredentials, setUpDemo } from '../../src/cli/demo.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { checkDeclared, declaredRoutes } from './declared.ts'

/** Every example of public/openapi.json, sent as it is given to the demo that `npm start` makes: in the order of the document, twice. */

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly example?: unknown
  readonly schema: { readonly example?: unknown; readonly default?: unknown }
}
interface MediaType {
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
interface Operation {
  readonly operationId: string
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> }
  readonly responses: Readonly<Record<string, unknown>>
}
interface Sent {
  readonly name: string
  readonly operation: Operation
  readonly method: string
  readonly path: string
  readonly type?: string
  readonly body?: string
}

const { paths, components } = openapi as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly securitySchemes: Readonly<Record<string, { in?: string; name?: string }>> }
}
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

const pathOf = (template: string, { operationId, parameters = [] }: Operation): string => {
  const example = (name: string) => {
    const value = parameters.find((one) => one.name === name)?.example
    if (value === undefined) throw new Error(`${operationId} has no example of ${name}`)
    return String(value)
  }
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(example(name)))
  const queried = parameters.filter((one) => one.in === 'query' && (one.required || one.example !== undefined))
  const query = new URLSearchParams(queried.map(({ name }) => [name, example(name)]))
  return query.size === 0 ? filled : `${filled}?${query}`
}

const examplesOf = ({ example, examples }: MediaType): readonly (readonly [string, unknown])[] =>
  examples ? Object.entries(examples).map(([name, { value }]) => [name, value] as const) : [['', example]]

/** One request for each example of each body; one without a body where the operation has none. */
const requests = (): readonly Sent[] =>
  operations.flatMap(({ path: template, method, operation }): Sent[] => {
    const { operationId } = operation
    const path = pathOf(template, operation)
    const content = Object.entries(operation.requestBody?.content ?? {})
    if (content.length === 0) return [{ name: operationId, operation, method, path }]
    return content.flatMap(([type, media]) =>
      examplesOf(media).map(([name, value]) => {
        if (value === undefined) throw new Error(`${operationId} has no example of ${type}`)
        const body = typeof value === 'string' ? value : JSON.stringify(value)
        return { name: `${operationId} ${type} ${name}`.trim(), operation, method, path, type, body }
      }),
    )
  })

/** What cannot be done twice, with what it answers the second time: a secret is shown once, and what has ended has ended. */
const onceOnly: Readonly<Record<string, number>> = {
  issueKey: 409,
  issueTenantKey: 409,
  rotateKey: 409,
  revokeKey: 409,
  removeMember: 404,
}

/** What cannot be done where the demo runs, or with a tenant that is served. */
const impossible: Readonly<Record<string, number>> = {
  restoreTenant: 409,
  rewindTenant: 409,
  moveTenant: 409,
  moveTenantBack: 409,
}

/** What the document shows of it: in a new demo 201 wherever there is one, and afterwards any success. */
const expectedOf = ({ operation }: Sent, round: number, isFirst: boolean): readonly string[] => {
  const never = impossible[operation.operationId]
  if (never !== undefined) return [String(never)]
  const once = onceOnly[operation.operationId]
  if (round > 0 && once !== undefined) return [String(once)]
  const shown = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
  return round === 0 && isFirst && shown.includes('201') ? ['201'] : shown
}

const headersOf = (credentials: DemoCredentials, scheme: string): Record<string, string> => {
  const { in: place, name } = components.securitySchemes[scheme] ?? {}
  if (scheme === 'operator') return { authorization: `Bearer ${credentials.operatorSecret}` }
  if (place === 'header' && name) return { [name]: credentials.adminToken }
  return { authorization: `Bearer ${credentials.adminToken}` }
}

/** @param round counts the ways in which an operation may be told who asks */
const send = async (
  app: App,
  credentials: DemoCredentials,
  { operation, method, path, type, body }: Sent,
  round: number,
) => {
  const [scheme] = Object.keys(operation.security[round % operation.security.length] ?? {})
  const response = await app.fetch(
    new Request(new URL(path, 'http://edge.example'), {
      method,
      headers: { ...(scheme !== undefined && headersOf(credentials, scheme)), ...(type && { 'content-type': type }) },
      ...(body !== undefined && {
        body: body
          .replaceAll(PLACEHOLDERS.key, credentials.adminToken)
          .replaceAll(PLACEHOLDERS.developerSecret, credentials.developerSecret),
      }),
    }),
  )
  await checkDeclared(declaredRoutes(await app.contractApps()), method, path.split('?')[0] ?? path, response)
  return { status: String(response.status), text: await response.text() }
}

/** @param open a database that no demo has been made in */
export const referenceSuite = (open: () => SqlDriver | Promise<SqlDriver>) =>
  describe('the examples of the reference', () => {
    it('work in a new demo, and again when it is started again', async () => {
      const all = requests()
      expect(new Set(all.map(({ operation }) => operation)).size).toBe(operations.length)
      expect(operations.length).toBeGreaterThan(40)
      const driver = await open()
      let credentials: DemoCredentials | undefined
      for (const round of [0, 1]) {
        credentials = await setUpDemo(driver, credentials)
        const app = demoApp(driver, credentials, await describedContracts())
        const seen = new Set<Operation>()
        for (const one of all) {
          const { status, text } = await send(app, credentials, one, round)
          const expected = expectedOf(one, round, !seen.has(one.operation))
          expect(expected, `${one.name}, round ${round}: ${text}`).toContain(status)
          seen.add(one.operation)
          // Of a contract that refuses with 200.
          expect(text, one.name).not.toContain('"status":"error"')
        }
      }
    })

    it('fill no header in: a page that sends requests would send it with the first one', () => {
      const headers = operations.flatMap(({ operation }) => operation.parameters ?? []).filter((p) => p.in === 'header')
      expect(headers.length).toBeGreaterThan(5)
      for (const { name, example, schema } of headers)
        expect([name, example, schema.example, schema.default]).toEqual([name, undefined, undefined, undefined])
    })
  })
