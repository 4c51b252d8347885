import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { administration } from '../../src/admin/administration.ts'
import type { NewAttribute } from '../../src/admin/attributes.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { NewCredential } from '../../src/admin/credentials.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { type App, type AppOptions, createApp } from '../../src/app.ts'
import { contracts as allContracts } from '../../src/contracts/index.ts'
import { createServices, type ServiceOptions } from '../../src/deps.ts'
import { cloudflareAddress } from '../../src/http/client-address.ts'
import type { HistoryMode } from '../../src/schema/schema.ts'
import { hookKeys, secretBox } from '../../src/secrets/secret-box.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import type { Connect } from '../../src/tenants/places.ts'
import { checkDeclared, declaredRoutes } from './declared.ts'

/** A private organisation with keys, and an isolate to talk to. Nothing is shared between suites but the database. */

const ADDRESS = '192.0.2.10'

/** Where organisations live: on D1, or each in its Durable Object. The project of the run says it (vitest.config.ts). */
const { places, isMixed } = tenancyOf(env)

/** Calls of the first request of an isolate: where tenants may live anywhere, the directory is asked for the place. */
export const COLD_CALLS = isMixed ? 3 : 2

export interface Call {
  readonly token?: string | null
  readonly headers?: Record<string, string>
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown
  /** The client's address, as the platform would tell it; null when it tells none. */
  readonly address?: string | null
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever a contract answers; `checkDeclared` has held it against its schema
  readonly body: any
  readonly calls: number
  readonly rowsRead: number
  readonly rowsWritten: number
}

const timing = (headers: Headers, name: string) =>
  Number(new RegExp(`${name};desc="(\\d+)"`).exec(headers.get('server-timing') ?? '')?.[1] ?? Number.NaN)

const toReply = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').includes('json') && text !== ''
  return {
    status: response.status,
    headers: response.headers,
    body: json && !response.headers.get('content-type')?.includes('ndjson') ? JSON.parse(text) : text,
    calls: timing(response.headers, 'db-calls'),
    rowsRead: timing(response.headers, 'db-rows-read'),
    rowsWritten: timing(response.headers, 'db-rows-written'),
  }
}

/** One key for all isolates, as a deployment has it, beside a former one. */
export const hookBox = secretBox(hookKeys(env.HOOKS_KEY))

/** Of the time before the key was replaced. */
export const formerBox = secretBox(hookKeys(env.HOOKS_KEY).slice(1))

type Routes = ReturnType<typeof declaredRoutes>

const routesOf = new WeakMap<readonly object[], Promise<Routes>>()

/** What an app of these contracts declares. All of them declare the same, and to ask one mounts all of its contracts. */
const routesDeclared = (app: App, contracts: NonNullable<AppOptions['contracts']>): Promise<Routes> => {
  const routes = routesOf.get(contracts) ?? app.contractApps().then(declaredRoutes)
  routesOf.set(contracts, routes)
  return routes
}

/** One isolate: its own caches over the shared database. */
export interface IsolateOptions extends ServiceOptions {
  readonly log?: (line: string) => void
  readonly connect?: Connect
  readonly contracts?: NonNullable<AppOptions['contracts']>
  readonly crossOrigin?: NonNullable<AppOptions['crossOrigin']>
}

/** @param driver for every organisation; absent: wherever `connect` says */
export const isolate = (
  driver?: SqlDriver,
  {
    log,
    connect = driver ? () => driver : places.connect,
    contracts = allContracts,
    crossOrigin,
    hookSecrets = hookBox,
    ...options
  }: IsolateOptions = {},
) => {
  const app = createApp({
    services: createServices(connect, { ...options, hookSecrets }),
    clientAddress: cloudflareAddress,
    serverTiming: true,
    contracts,
    ...(log && { log }),
    ...(crossOrigin && { crossOrigin }),
  })
  return {
    app,
    async send(
      method: string,
      path: string,
      { token, headers = {}, body, address = ADDRESS }: Call = {},
    ): Promise<Reply> {
      const init: RequestInit = {
        method,
        headers: { ...(address !== null && { 'cf-connecting-ip': address }), ...headers },
      }
      const all = init.headers as Record<string, string>
      if (token) all.authorization ??= `Bearer ${token}`
      if (body !== undefined) {
        all['content-type'] ??= 'application/json'
        init.body = typeof body === 'string' ? body : JSON.stringify(body)
      }
      const response = await app.fetch(new Request(new URL(path, 'http://edge.test'), init))
      await checkDeclared(await routesDeclared(app, contracts), method, path.split('?')[0] ?? path, response)
      return toReply(response)
    },
  }
}

export const createWorld = async (
  {
    id = v7(),
    contracts,
    ...settings
  }: {
    id?: string
    crmMode?: 'b2b' | 'b2c'
    history?: HistoryMode
    defaultCountry?: string
    contracts?: IsolateOptions['contracts']
  } = {},
  driver: SqlDriver = places.create(id),
  /** How requests find the database. */
  connect: Connect = places.connect,
) => {
  const { value: organizationId } = await createOrganization(driver, { id, name: 'Test', ...settings })
  const operator = administration(asOperator(driver, organizationId), hookBox)
  const { value: memberId } = await operator.addMember({ name: 'Test Member', email: 'member@test.example' })
  /** No key is issued expired: one that is to be expires at once. */
  const issue = async ({ expiresAt, ...credential }: Partial<NewCredential> = {}) => {
    const hasEnded = expiresAt !== undefined && expiresAt <= Date.now()
    const issued = await operator.issueCredential({
      kind: 'key',
      name: `test ${v7()}`,
      scopes: ['crm:read', 'crm:write'],
      ...credential,
      ...(expiresAt !== undefined && !hasEnded && { expiresAt }),
    })
    const end = {
      sql: 'UPDATE credentials SET expires_at = CAST(?2 AS INTEGER) WHERE id = ?1',
      params: [issued.id, expiresAt ?? null],
    }
    if (hasEnded) await driver.batch([end])
    return issued
  }
  const key = await issue()
  const { app, send } = isolate(driver, { connect, ...(contracts && { contracts }) })
  return {
    driver,
    organizationId,
    memberId,
    app,
    token: key.secret,
    keyId: key.id,
    issue,
    operator,
    revoke: operator.revokeCredential,
    addObject: (slug: string) => operator.createObject({ slug, singularName: slug, pluralName: slug }),
    addAttribute: (object: string, attribute: NewAttribute) => operator.addAttribute(object, attribute),
    /** With the world's key unless the call names another, or null for none. */
    send: (method: string, path: string, call: Call = {}) =>
      send(method, path, {
        token: call.token === undefined ? key.secret : call.token,
        ...call,
        ...(call.token === undefined && { token: key.secret }),
      }),
    /** Rows of the organisation in a table; for tests that check the database and not only the reply. */
    async rows(
      table: 'records' | 'record_keys' | 'record_aliases' | 'changes',
      where = '',
    ): Promise<Record<string, unknown>[]> {
      const { results } = await driver.batch([
        { sql: `SELECT * FROM ${table} WHERE organization_id = ?1 ${where}`, params: [organizationId] },
      ])
      return [...(results[0]?.rows ?? [])]
    },
    /** Rows in all tables of records and scratch: equal before and after means that nothing was written. */
    async snapshot(): Promise<string> {
      const tables = ['records', 'record_keys', 'record_aliases', 'changes']
      const { results } = await driver.batch([
        ...tables.map((t) => ({
          sql: `SELECT * FROM ${t} WHERE organization_id = ?1 ORDER BY 1, 2, 3, 4, 5`,
          params: [organizationId],
        })),
        { sql: 'SELECT * FROM refusals', params: [] },
        { sql: 'SELECT * FROM undo_log', params: [] },
      ])
      return JSON.stringify(results.map((r) => r.rows))
    },
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>
