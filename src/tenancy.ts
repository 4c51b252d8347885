import { NoDatabaseError, type SqlDriver } from './storage/driver.ts'
import { d1Driver } from './storage/drivers/d1.ts'
import type { OrganizationDatabase } from './storage/drivers/durable-object.ts'
import { libsqlHttp } from './storage/drivers/libsql-http.ts'
import { objectDriver } from './storage/drivers/object-driver.ts'

/**
 * Which database an organisation lives in. The id comes from the routing hint of a credential, which anybody can
 * forge: it may lead to a database, but only the credential's hash, found in that database, lets anybody in.
 */
export type Connect = (organizationId: string) => SqlDriver

export interface Tenancy {
  /** For requests: reaches what exists and makes nothing. */
  readonly connect: Connect
  /** For administration: makes the database of a new organisation on its first batch, where there is one to make. */
  readonly create: Connect
  /** The databases that somebody must look after from outside. An object looks after itself. */
  readonly databases: () => readonly SqlDriver[]
}

export interface TenancyEnv {
  readonly DB: D1Database
  readonly ORGANIZATIONS: DurableObjectNamespace<OrganizationDatabase>
  /** `shared` (default), `database` or `object`. */
  readonly TENANCY?: string
  /** For `database`: JSON, organisation id -> `{"binding": "DB_ACME"}` or `{"url": "libsql://...", "token": "NAME_OF_SECRET"}`. */
  readonly TENANTS?: string
}

const nowhere: SqlDriver = {
  batch: async () => {
    throw new NoDatabaseError('No database is configured for the organisation')
  },
}

const misconfigured = (what: string): Error => new Error(`TENANTS: ${what}`)

const isD1 = (value: unknown): value is D1Database =>
  typeof value === 'object' && value !== null && 'prepare' in value && 'batch' in value

/** Bindings and secrets are named in TENANTS, so that no secret stands in a variable. */
const driverOf = (id: string, target: unknown, env: Readonly<Record<string, unknown>>): (() => SqlDriver) => {
  const { binding, url, token } = (target ?? {}) as Record<string, unknown>
  if (typeof binding === 'string') {
    const database = env[binding]
    if (!isD1(database)) throw misconfigured(`"${binding}" of ${id} is not the binding of a D1 database`)
    return () => d1Driver(database)
  }
  if (typeof url !== 'string') throw misconfigured(`${id} needs a "binding" or a "url"`)
  if (token === undefined) return () => libsqlHttp({ url })
  const authToken = env[String(token)]
  if (typeof authToken !== 'string') throw misconfigured(`there is no secret "${String(token)}", named by ${id}`)
  // A new client each time: an isolate must not hand one request's connection to another.
  return () => libsqlHttp({ url, authToken })
}

const ownDatabases = (env: TenancyEnv): Tenancy => {
  let targets: unknown
  try {
    targets = JSON.parse(env.TENANTS ?? '')
  } catch {
    throw misconfigured('must be a JSON object')
  }
  const named = env as unknown as Readonly<Record<string, unknown>>
  const drivers = new Map(
    Object.entries(targets as object).map(([id, target]) => [id.toLowerCase(), driverOf(id, target, named)]),
  )
  const connect: Connect = (organizationId) => drivers.get(organizationId)?.() ?? nowhere
  return { connect, create: connect, databases: () => [...drivers.values()].map((open) => open()) }
}

const ownObjects =
  (env: TenancyEnv, mayCreate: boolean): Connect =>
  (organizationId) =>
    objectDriver(env.ORGANIZATIONS, organizationId, { mayCreate })

/** Reads the configuration once. @throws Error that names what cannot be used */
export const tenancyOf = (env: TenancyEnv): Tenancy => {
  switch (env.TENANCY ?? 'shared') {
    case 'shared': {
      const driver = d1Driver(env.DB)
      return { connect: () => driver, create: () => driver, databases: () => [driver] }
    }
    case 'database':
      return ownDatabases(env)
    case 'object':
      return { connect: ownObjects(env, false), create: ownObjects(env, true), databases: () => [] }
    default:
      throw new Error(`TENANCY must be shared, database or object, not "${env.TENANCY}"`)
  }
}
