import type { SqlDriver } from './storage/driver.ts'
import { d1Driver } from './storage/drivers/d1.ts'
import type { OrganizationDatabase } from './storage/drivers/durable-object.ts'
import { libsqlHttp } from './storage/drivers/libsql-http.ts'
import { type ObjectDriverOptions, objectDriver, objectOf } from './storage/drivers/object-driver.ts'
import type { Deployment } from './tenants/deployment.ts'
import { type BoundPlace, type ObjectPlace, type Place, PlaceError, shared, type UrlPlace } from './tenants/place.ts'
import { type OpenPlace, Places } from './tenants/places.ts'
import { sqlTenantDirectory } from './tenants/sql-directory.ts'

/** Where the tenants of a Worker live: docs/tenants.md. */
export interface TenancyEnv {
  readonly DB: D1Database
  readonly ORGANIZATIONS: DurableObjectNamespace<OrganizationDatabase>
  /** Where a tenant lives that has no other place: `shared` (default), `object`, or `database` for those of TENANTS only. */
  readonly TENANCY?: string
  /** JSON, organisation id -> place: databases that are configured and not in the directory. */
  readonly TENANTS?: string
  /** Where the directory is: `shared`, `object`, or the binding of a D1 database. */
  readonly TENANT_DIRECTORY?: string
}

/** The object of the directory: no organisation has such an id. */
const DIRECTORY_OBJECT = 'directory'

const isD1 = (value: unknown): value is D1Database =>
  typeof value === 'object' && value !== null && 'prepare' in value && 'batch' in value

const boundDatabase = (env: Readonly<Record<string, unknown>>, binding: string): SqlDriver => {
  const database = env[binding]
  if (!isD1(database)) throw new PlaceError(`"${binding}" is not the binding of a D1 database`)
  return d1Driver(database)
}

const sharedDatabase = ({ DB }: TenancyEnv): SqlDriver => {
  if (!isD1(DB)) throw new PlaceError('there is no shared database: nothing is bound as DB')
  return d1Driver(DB)
}

const databaseOf = (env: Readonly<Record<string, unknown>>, place: BoundPlace | UrlPlace): SqlDriver => {
  if ('binding' in place) {
    if (env[place.binding] === env.DB)
      throw new PlaceError(`"${place.binding}" is the shared database: {"shape": "shared"}`)
    return boundDatabase(env, place.binding)
  }
  const { url, token } = place
  if (url.startsWith('file:')) throw new PlaceError('a Worker has no files: give the database a "binding", or a server')
  if (token === undefined) return libsqlHttp({ url })
  const authToken = env[token]
  if (typeof authToken !== 'string') throw new PlaceError(`there is no secret "${token}"`)
  // A new client each time: an isolate must not hand one request's connection to another.
  return libsqlHttp({ url, authToken })
}

/** Whatever the platform has no place for, such as a jurisdiction that it does not know. @throws PlaceError in its words */
const whereItCan = <T>(open: () => T): T => {
  try {
    return open()
  } catch (error) {
    throw new PlaceError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const ownObject = (env: TenancyEnv, organizationId: string, options: ObjectDriverOptions): SqlDriver =>
  whereItCan(() => objectDriver(env.ORGANIZATIONS, organizationId, options))

const opener =
  (env: TenancyEnv): OpenPlace =>
  (organizationId, place, options) => {
    if (place.shape === 'shared') return sharedDatabase(env)
    if (place.shape === 'object') return ownObject(env, organizationId, { ...place, ...options })
    return databaseOf(env as unknown as Readonly<Record<string, unknown>>, place)
  }

const homes: Readonly<Record<string, Place | undefined>> = {
  shared,
  object: { shape: 'object' },
  database: undefined,
}

/** @throws Error when the variable is no JSON object; what one tenant has wrong is that tenant's */
const configuredPlaces = (text: string | undefined): ReadonlyMap<string, unknown> => {
  if (text === undefined || text === '') return new Map()
  let places: unknown
  try {
    places = JSON.parse(text)
  } catch {
    throw new Error('TENANTS must be a JSON object')
  }
  if (typeof places !== 'object' || places === null || Array.isArray(places))
    throw new Error('TENANTS must be a JSON object')
  return new Map(Object.entries(places).map(([id, place]) => [id.toLowerCase(), place]))
}

const directoryOf = (env: TenancyEnv, name: string): SqlDriver => {
  if (name === 'shared') return d1Driver(env.DB)
  if (name === 'object') return objectDriver(env.ORGANIZATIONS, DIRECTORY_OBJECT, { mayCreate: true })
  try {
    return boundDatabase(env as unknown as Readonly<Record<string, unknown>>, name)
  } catch {
    throw new Error(`TENANT_DIRECTORY must be shared, object or the binding of a D1 database, not "${name}"`)
  }
}

/** Puts a driver behind what watches over its database. */
type Watch = (name: string, driver: SqlDriver) => SqlDriver

/** Reads the configuration once. @throws Error that names what of it concerns all tenants and cannot be used */
export const tenancyOf = (env: TenancyEnv, watch: Watch = (_name, driver) => driver): Deployment => {
  const { TENANCY = 'shared' } = env
  if (!Object.hasOwn(homes, TENANCY)) throw new Error(`TENANCY must be shared, database or object, not "${TENANCY}"`)
  const name = env.TENANT_DIRECTORY || (TENANCY === 'shared' ? 'shared' : 'object')
  const directory = directoryOf(env, name)
  const home = homes[TENANCY]
  const control = (id: string, place: ObjectPlace) => whereItCan(() => objectOf(env.ORGANIZATIONS, id, place)())
  const places = new Places({
    open: opener(env),
    watch,
    ...(home && { home }),
    configured: configuredPlaces(env.TENANTS),
    // Where all live in the database that the directory is in, there is nothing to ask.
    ...(name !== 'shared' && { directory: { driver: watch('directory', directory), over: sqlTenantDirectory } }),
  })
  return {
    places,
    directory: sqlTenantDirectory(directory),
    isMixed: name !== 'shared',
    isServed: true,
    isSharedMigratedByHand: true,
    objects: {
      erase: async (id, place, statuses, revision) => control(id, place).erase(id, statuses, revision),
      rewind: async (id, place, time, { isDry }) =>
        isDry ? control(id, place).canRewind(time) : control(id, place).rewind(time),
    },
  }
}
