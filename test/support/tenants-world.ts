import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { expect, inject } from 'vitest'
import { UnavailableError } from '../../src/storage/driver.ts'
import { objectDriver } from '../../src/storage/drivers/object-driver.ts'
import { type TenancyEnv, tenancyOf } from '../../src/tenancy.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import type { Tenant } from '../../src/tenants/directory.ts'
import type { Place } from '../../src/tenants/place.ts'
import { OPERATOR, operatorOf } from './operator.ts'
import { hookBox, isolate } from './world.ts'

/** A deployment on the Worker that has every shape, and its operator. */

export const mixed = {
  ...env,
  TENANT_TOKEN_LIBSQL: 'any',
  OPERATOR_SECRET: OPERATOR,
  TENANCY: 'shared',
  TENANT_DIRECTORY: 'object',
} as unknown as TenancyEnv

/** A database of its own belongs to one tenant: each gets another. */
let taken = 0
export const places = {
  shared: (): Place => ({ shape: 'shared' }),
  object: (): Place => ({ shape: 'object', locationHint: 'weur' }),
  'a D1 database': (): Place => ({ shape: 'database', binding: `DB_OWN_${taken++}` }),
  'a libSQL database': (): Place => ({
    shape: 'database',
    url: `${inject('libsqlServer')}/${v7()}/`,
    token: 'TENANT_TOKEN_LIBSQL',
  }),
}

export const deployment = tenancyOf(mixed)

/** Each has its own memory of who lives where. */
export const newIsolate = (log?: (line: string) => void) => {
  const own = tenancyOf(mixed)
  const options = { connect: own.places.connect, places: own.places, operator: operatorOf(own) }
  return isolate(undefined, { ...options, ...(log && { log }) })
}

export const { send } = newIsolate()
export const operate = (method: string, path: string, body?: unknown) =>
  send(method, `/v1/tenants${path}`, { token: OPERATOR, ...(body !== undefined && { body }) })
export const records = '/v1/objects/people/records'
export const put = (token: string, email: string, through = send) =>
  through('PUT', records, { token, body: { match: { emails: email }, values: { first_name: 'Ada' } } })

export const create = async (place: Place, more: object = {}): Promise<{ id: string; key: string }> => {
  const { status, body } = await operate('POST', '', { name: 'Acme', history: 'values', place, ...more })
  expect(status).toBe(201)
  return { id: body.id, key: body.adminKey }
}

/** For a deployment with another directory on the same shared database: none rules there before, nor afterwards. */
export const whereNoneRules = async (work: () => Promise<void>): Promise<void> => {
  const forget = () => env.DB.prepare("DELETE FROM directory_identity WHERE role = 'ruler'").run()
  await forget()
  try {
    await work()
  } finally {
    await forget()
  }
}

/** For a deployment with the same directory and another shared database: that it is the directory of this one is forgotten, before and afterwards. */
export const forgetShared = async (): Promise<void> => {
  const directory = objectDriver(mixed.ORGANIZATIONS, 'directory', { mayCreate: true })
  await directory.batch([{ sql: "DELETE FROM directory_identity WHERE role = 'shared'", params: [] }])
}

/** A move to its end. */
export const moved = async (id: string, place: Place) => {
  for (let n = 0; n < 100; n++) {
    const { status, body } = await operate('POST', `/${id}/move`, { place })
    expect(status, JSON.stringify(body)).toBe(200)
    if (body.isOver) return body
  }
  throw new Error('The move does not come to an end')
}

/** As the directory has it. */
export const lineOf = async (id: string): Promise<Tenant> => {
  const line = await deployment.directory.find(id)
  if (!line) throw new Error(`The directory has no ${id}`)
  return line
}

/** All that is exported of it. */
export const pagesOf = async (id: string): Promise<object[][]> => {
  const pages: object[][] = []
  let cursor: string | null = null
  do {
    const { body } = await operate('GET', `/${id}/export${cursor === null ? '' : `?cursor=${cursor}`}`)
    pages.push(body.lines)
    cursor = body.nextCursor
  } while (cursor !== null)
  return pages
}

export const findings = async (id: string, repair: boolean): Promise<object[]> => {
  const found: object[] = []
  let cursor: string | undefined
  do {
    const { body } = await operate('POST', `/${id}/verify`, { repair, ...(cursor !== undefined && { cursor }) })
    found.push(...body.findings)
    cursor = body.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

/** What the log of operators says of a tenant, oldest first. */
export const logOf = async (id: string): Promise<[string, string, string][]> => {
  const { body } = await send('GET', `/v1/operator-log?tenantId=${id}&limit=1000`, { token: OPERATOR })
  const actions = body.actions as { operator: string; action: string; outcome: string }[]
  return actions
    .map(({ operator, action, outcome }): [string, string, string] => [
      operator === 'upkeep' ? operator : 'operator',
      action,
      outcome,
    ])
    .reverse()
}

/** The deployment, in which the database of one tenant can be away; everything else is as it is. */
export const withAway = () => {
  const real = tenancyOf(mixed)
  let away: string | undefined
  const over: Deployment = {
    ...real,
    places: real.places.over((name, driver) => ({
      batch: (...batch) =>
        name === away ? Promise.reject(new UnavailableError('It is away')) : driver.batch(...batch),
    })),
  }
  const { connect } = over.places
  const options = { connect, places: over.places, operator: operatorOf(over), hookSecrets: hookBox }
  const { send } = isolate(undefined, options)
  return {
    over,
    send,
    operate: (method: string, path: string, body?: unknown) =>
      send(method, `/v1/tenants${path}`, { token: OPERATOR, ...(body !== undefined && { body }) }),
    goAway: (name: string | undefined) => {
      away = name
    },
  }
}

/** In a database of its own, which has this name. */
export const aTenant = async () => {
  const place = places['a D1 database']()
  const { id, key } = await create(place)
  return { id, key, name: 'binding' in place ? place.binding : '' }
}
