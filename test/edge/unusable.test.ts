import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { migrationFiles } from '../../src/storage/migration-files.ts'
import { type TenancyEnv, tenancyOf } from '../../src/tenancy.ts'
import type { TenantDirectory } from '../../src/tenants/directory.ts'
import { sharedFault } from '../../src/tenants/fault.ts'
import { jurisdictions, locationHints, type Place, PlaceError } from '../../src/tenants/place.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import { create, deployment, forgetShared, logOf, mixed, places, put } from '../support/tenants-world.ts'
import { isolate } from '../support/world.ts'

/** What is wrong with the place of one tenant, or with its database: its operator is told, and nobody else. */

const isolateOf = (variables: TenancyEnv) => {
  const own = tenancyOf(variables)
  const lines: string[] = []
  const { send } = isolate(undefined, {
    connect: own.places.connect,
    places: own.places,
    operator: operatorOf(own),
    log: (line) => lines.push(line),
  })
  const operate = (method: string, path: string, body?: unknown) =>
    send(method, `/v1/tenants${path}`, { token: OPERATOR, ...(body !== undefined && { body }) })
  return { own, send, operate, lastLine: () => JSON.parse(lines.at(-1) ?? '') }
}

/** Whatever needs the database of the tenant. */
type Ask = [method: string, path: string, body?: object]
const needing: readonly Ask[] = [
  ['GET', '/usage'],
  ['GET', '/export'],
  ['POST', '/verify', {}],
  ['POST', '/verify', { repair: true }],
  ['POST', '/migrate'],
  ['POST', '/keys', { name: 'another' }],
  ['POST', '/resume'],
  ['PATCH', '', { name: 'Another' }],
  ['POST', '/move', { place: { shape: 'shared' } }],
]

describe('an id that no tenant can have', () => {
  const ids = ['x', '%20', '..%2Ftenants', `${v7()}0`, 'a'.repeat(5_000)]
  const directory: TenantDirectory = {
    ...deployment.directory,
    find: (id) => Promise.reject(new Error(`The directory was asked for ${id}`)),
    metered: () => directory,
  }
  const { send } = isolate(undefined, { operator: operatorOf({ ...deployment, directory }) })
  const asking: readonly Ask[] = [
    ...needing,
    ['GET', ''],
    ['POST', '/suspend'],
    ['POST', '/delete', {}],
    ['POST', '/move/back'],
    ['POST', '/place', { place: { shape: 'shared' } }],
    ['POST', '/rewind', { to: '2026-01-31T09:30:00Z' }],
    ['POST', '/restore', { lines: [], hasMore: false }],
  ]

  it.each(asking)('is refused alike by %s %s, and nobody is asked for it', async (method, path, body) => {
    for (const id of ids) {
      const reply = await send(method, `/v1/tenants/${id}${path}`, { token: OPERATOR, ...(body && { body }) })
      expect([reply.status, reply.body.detail]).toEqual([422, 'id must be a UUID.'])
    }
  })
})

/** A tenant that is in the directory and nowhere else. */
const written = async (place: Place): Promise<string> => {
  const id = v7()
  const line = await deployment.directory.add({ id, name: 'Written', place, createdAt: Date.now() })
  await deployment.directory.change(line, { status: 'active' })
  return id
}

describe('a place that the deployment cannot use', () => {
  const { TENANT_TOKEN_LIBSQL: _, ...poorer } = mixed as TenancyEnv & { TENANT_TOKEN_LIBSQL: string }

  it.each(needing)('is told to the operator who asks %s %s, and what to do', async (method, path, body) => {
    const { id } = await create(places['a libSQL database']())
    const { operate, lastLine } = isolateOf(poorer as TenancyEnv)
    const reply = await operate(method, `/${id}${path}`, body)
    expect([reply.status, reply.body.code]).toEqual([409, 'unusable_place'])
    expect(reply.body.detail).toContain('there is no secret "TENANT_TOKEN_LIBSQL"')
    expect(reply.body.errors[0].fix).toContain('POST /v1/tenants/{id}/place')
    expect(lastLine()).toMatchObject({
      organization: id,
      error: expect.stringContaining(`The place of ${id}: there is no secret "TENANT_TOKEN_LIBSQL"`),
    })
  })

  it('is a database that does not answer, to everybody else, and concerns its tenant alone', async () => {
    const { id, key } = await create(places['a libSQL database']())
    const { key: otherKey } = await create(places.shared())
    const { operate, send } = isolateOf(poorer as TenancyEnv)
    const { status, body } = await put(key, 'a@unusable.example', send)
    expect([status, body.code]).toEqual([503, 'unavailable'])
    expect(JSON.stringify(body)).not.toContain('TENANT_TOKEN')
    expect((await put(otherKey, 'a@unusable.example', send)).status).toBe(201)
    expect((await operate('POST', `/${id}/suspend`)).body.notReached).toContain('this deployment cannot open it')
  })

  it('is one where there is no database, too', async () => {
    const { operate } = isolateOf(mixed)
    const id = await written({ shape: 'object' })
    const { status, body } = await operate('POST', `/${id}/migrate`)
    expect([status, body.code, body.detail]).toEqual([
      409,
      'unusable_place',
      expect.stringContaining('there is no database at its place'),
    ])
  })
})

describe('a token that the database refuses', () => {
  const revoked = { ...mixed, TENANT_TOKEN_LIBSQL: inject('libsqlRevokedToken') } as TenancyEnv
  const sentence = 'the database refuses the token in "TENANT_TOKEN_LIBSQL"'

  it('is told by the name of its variable, to operators and in the log, whatever they ask for', async () => {
    const { id, key } = await create(places['a libSQL database']())
    const { operate, send, lastLine } = isolateOf(revoked)
    const asked: readonly Ask[] = [...needing, ['POST', '/move?dryRun=true', { place: { shape: 'shared' } }]]
    for (const [method, path, body] of asked) {
      const reply = await operate(method, `/${id}${path}`, body)
      expect([path, reply.status, reply.body.code]).toEqual([path, 409, 'unusable_place'])
      expect(reply.body.detail).toContain(sentence)
      expect(lastLine()).toMatchObject({
        status: 409,
        error: `unusable_place: The place of ${id}: ${sentence}: The server answers HTTP 401`,
      })
    }
    const client = await put(key, 'a@refused.example', send)
    expect([client.status, client.body.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(client.body)).not.toContain('TENANT_TOKEN')
    expect(lastLine().error).toContain(sentence)
  })

  it('is told where a tenant is to be made, with its id', async () => {
    const id = v7()
    const { operate } = isolateOf(revoked)
    const { status, body } = await operate('POST', '', { id, name: 'X', place: places['a libSQL database']() })
    expect([status, body.code]).toEqual([409, 'unusable_place'])
    expect(body.detail).toContain(`tenant ${id} is not finished`)
    expect(body.detail).toContain(sentence)
  })

  it('keeps no operator from ending the tenant, and the log says why it was not told', async () => {
    const { id } = await create(places['a libSQL database']())
    const { operate, lastLine } = isolateOf(revoked)
    const cause = `The place of ${id}: ${sentence}: The server answers HTTP 401`
    const shown = await operate('GET', `/${id}?settings=true`)
    expect(shown.body).toMatchObject({ settings: null, notReached: `Its settings are not known: ${sentence}.` })
    expect(lastLine()).toMatchObject({ status: 200, error: cause })
    for (const [path, body] of [
      ['/suspend', undefined],
      ['/delete?dryRun=true', {}],
      ['/delete', { waitDays: 7 }],
      ['/delete', { abandon: true }],
    ] as const) {
      const reply = await operate('POST', `/${id}${path}`, body)
      expect([path, reply.status]).toEqual([path, 200])
      expect(lastLine()).toMatchObject({ status: 200, organization: id, error: cause })
      if (body?.abandon !== true) expect(reply.body.notReached).toContain(`Its database was not reached (${sentence})`)
      expect(reply.body).not.toHaveProperty('cause')
    }
  })
})

describe('a shared database that nobody has migrated', () => {
  beforeEach(forgetShared)
  afterEach(forgetShared)
  const { DB_OWN_59: DB } = mixed as TenancyEnv & { DB_OWN_59: D1Database }
  const objects = { ...mixed, DB, TENANCY: 'object', TENANT_DIRECTORY: 'object' } as TenancyEnv
  const sentence = 'the shared database was never migrated: "npx wrangler d1 migrations apply DB --remote" does that'
  const place: Place = { shape: 'shared' }

  it('is told where a tenant is to come there, dry or not, and of nothing is anything made', async () => {
    const { operate } = isolateOf(objects)
    const { body: made } = await operate('POST', '', { name: 'Own' })
    const id = v7()
    const asked: readonly Ask[] = [
      ['POST', '', { id, name: 'X', place }],
      ['POST', `/${made.id}/move?dryRun=true`, { place }],
      ['POST', `/${made.id}/move`, { place }],
      ['POST', `/${made.id}/place?dryRun=true`, { place }],
      ['POST', `/${made.id}/place`, { place }],
    ]
    for (const [method, path, body] of asked) {
      const reply = await operate(method, path, body)
      expect([path, reply.status, reply.body.code]).toEqual([path, 409, 'unusable_place'])
      expect(reply.body.detail).toContain(sentence)
    }
    expect((await operate('GET', `/${made.id}`)).body).toMatchObject({ status: 'active', move: null, work: null })
    expect((await operate('POST', `/${id}/delete`, {})).status).toBe(404)
    expect((await operate('GET', `/${id}`)).status).toBe(404)
  })
})

describe('a shared database that nobody has migrated since an upgrade', () => {
  beforeEach(forgetShared)
  afterEach(forgetShared)
  const { DB_OWN_56: DB } = mixed as TenancyEnv & { DB_OWN_56: D1Database }
  const objects = { ...mixed, DB, TENANCY: 'object', TENANT_DIRECTORY: 'object' } as TenancyEnv
  const place: Place = { shape: 'shared' }
  const first = migrationFiles.find(({ name }) => name > '0018')?.name
  const sentence = `the shared database is behind this release, from the migration ${first} on: "npx wrangler d1 migrations apply DB --remote"`

  it('is told as one that never was, and no upgrade is waited for that nobody does', async () => {
    const old = migrationFiles.filter(({ name }) => name < '0018')
    await DB.prepare('CREATE TABLE d1_migrations (name TEXT UNIQUE)').run()
    const noted = DB.prepare('INSERT INTO d1_migrations (name) VALUES (?1)')
    await DB.batch(
      old.flatMap(({ name, statements }) => [noted.bind(name), ...statements.map((sql) => DB.prepare(sql))]),
    )
    const { own, operate } = isolateOf(objects)
    expect(await sharedFault(own)).toContain(sentence)
    const { body: made } = await operate('POST', '', { name: 'Own' })
    const { lines } = (await operate('GET', `/${made.id}/export`)).body as { lines: { row: object }[] }
    const another = v7()
    const restored = lines.map((line) => ({ ...line, row: { ...line.row, id: another } }))
    const before = await own.directory.page({ after: '', limit: 500 })
    const asked: readonly Ask[] = [
      ['POST', '', { name: 'X', place }],
      ['POST', `/${another}/restore`, { lines: restored, place, hasMore: true }],
      ['POST', `/${made.id}/move?dryRun=true`, { place }],
      ['POST', `/${made.id}/move`, { place }],
      ['POST', `/${made.id}/place?dryRun=true`, { place }],
      ['POST', `/${made.id}/place`, { place }],
    ]
    for (const [method, path, body] of asked) {
      const reply = await operate(method, path, body)
      expect([path, reply.status, reply.body.code]).toEqual([path, 409, 'unusable_place'])
      expect(reply.body.detail).toContain(sentence)
    }
    expect(await own.directory.page({ after: '', limit: 500 })).toEqual(before)

    // Where it is the home of all tenants, the operator is told no less.
    const home = isolateOf({ ...mixed, DB, TENANCY: 'shared', TENANT_DIRECTORY: 'object' } as TenancyEnv)
    expect((await home.operate('POST', '', { name: 'X' })).body).toMatchObject({
      code: 'unusable_place',
      detail: expect.stringContaining(sentence),
    })

    // Whatever it has been given since, by a newer release than this: that one is about to take over.
    await DB.batch(migrationFiles.filter((file) => !old.includes(file)).map(({ name }) => noted.bind(name)))
    expect(await sharedFault(own)).toBeUndefined()
    expect((await home.operate('POST', '', { name: 'X' })).body.code).toBe('upgrading')
  })
})

describe('what is no fault of the database', () => {
  it('is told as one of ours, and ends no tenant in the directory alone', async () => {
    const { id } = await create(places.object())
    const own = tenancyOf(mixed)
    const broken = {
      ...own,
      places: own.places.over(() => ({ batch: () => Promise.reject(new TypeError('x is not a function')) })),
    }
    const options = { connect: own.places.connect, places: own.places, operator: operatorOf(broken) }
    const { send } = isolate(undefined, options)
    const operate = (method: string, path: string, body?: object) =>
      send(method, `/v1/tenants/${id}${path}`, { token: OPERATOR, ...(body && { body }) })
    for (const [path, body] of [
      ['/suspend', undefined],
      ['/delete', {}],
      ['/delete', { abandon: true }],
    ] as const)
      expect([path, (await operate('POST', path, body)).body.code]).toEqual([path, 'internal'])
    expect((await deployment.directory.find(id))?.status).toBe('active')
    const shown = await operate('GET', '?settings=true')
    expect(shown.body.notReached).toContain('something went wrong on our side')
  })
})

describe('where an object is', () => {
  /** The real namespace, and what it was asked for. */
  const recording = (canKeep: boolean) => {
    const asked: unknown[] = []
    const { ORGANIZATIONS: real } = mixed
    const ORGANIZATIONS = {
      idFromName: (name: string) => real.idFromName(name),
      get: (id: DurableObjectId, options?: object) => {
        asked.push(options)
        return real.get(id, options)
      },
      jurisdiction: (word: DurableObjectJurisdiction) => {
        asked.push(word)
        // No workerd outside Cloudflare has borders.
        return canKeep ? ORGANIZATIONS : real.jurisdiction(word)
      },
    }
    return { asked, ...isolateOf({ ...mixed, ORGANIZATIONS } as unknown as TenancyEnv) }
  }

  it.each(locationHints)('is told to the platform in its own word: %s', async (locationHint) => {
    const { asked, operate } = recording(true)
    expect((await operate('POST', '', { name: 'X', place: { shape: 'object', locationHint } })).status).toBe(201)
    expect(asked.filter((one) => one !== undefined)).not.toEqual([])
    // The directory is an object, too, and has no hint.
    expect(new Set(asked.filter((one) => one !== undefined).map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ locationHint })]),
    )
  })

  it.each(jurisdictions)('is kept within a border by the platform: %s', async (jurisdiction) => {
    const { asked, operate } = recording(true)
    expect((await operate('POST', '', { name: 'X', place: { shape: 'object', jurisdiction } })).status).toBe(201)
    expect(new Set(asked.filter((one) => one !== undefined))).toEqual(new Set([jurisdiction]))
  })

  it('is refused where the platform has no borders, in its words, and leaves no line', async () => {
    const id = v7()
    const { operate } = recording(false)
    const { status, body } = await operate('POST', '', {
      id,
      name: 'X',
      place: { shape: 'object', jurisdiction: 'eu' },
    })
    expect([status, body.code, body.errors[0].field]).toEqual([422, 'invalid_value', 'place'])
    expect(body.detail).toContain('Jurisdiction restrictions are not implemented in workerd')
    expect(body.detail).not.toContain('..')
    expect(await deployment.directory.find(id)).toBeUndefined()
    const { id: moving } = await create(places.shared())
    const move = await operate('POST', `/${moving}/move`, { place: { shape: 'object', jurisdiction: 'eu' } })
    expect([move.status, move.body.code]).toEqual([422, 'invalid_value'])
  })

  it.each([...needing, ['POST', '/rewind', { to: '2026-01-31T09:30:00Z' }] satisfies Ask])(
    'is refused by its name to %s %s of a tenant who came there elsewhere',
    async (method, path, body) => {
      const id = await written({ shape: 'object', jurisdiction: 'eu' })
      const { operate } = isolateOf(mixed)
      const reply = await operate(method, `/${id}${path}`, body)
      expect([reply.status, reply.body.code]).toEqual([409, 'unusable_place'])
      expect(reply.body.detail).toContain('Jurisdiction restrictions are not implemented in workerd')
    },
  )

  it('is refused as a place that cannot be used, too, to what is no statement', async () => {
    const place = { shape: 'object', jurisdiction: 'eu' } as const
    await expect(deployment.objects?.erase(v7(), place, ['deleted'])).rejects.toBeInstanceOf(PlaceError)
    for (const isDry of [true, false])
      await expect(deployment.objects?.rewind(v7(), place, 1, { isDry })).rejects.toBeInstanceOf(PlaceError)
  })

  it('keeps upkeep from no other tenant', async () => {
    const id = await written({ shape: 'object', jurisdiction: 'eu' })
    const line = await deployment.directory.find(id)
    if (line) await deployment.directory.change(line, { status: 'deleted', eraseAt: 1 })
    const { id: gone } = await create(places.object())
    const { operate } = isolateOf(mixed)
    await operate('POST', `/${gone}/delete`, { waitDays: 0 })
    const lines: string[] = []
    await lookAfter(deployment, Date.now() + 1_000, { log: (line) => lines.push(line) })
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ tenant: id, error: expect.stringContaining('Jurisdiction') }),
    )
    expect((await operate('GET', `/${gone}`)).status).toBe(404)
    expect((await logOf(id)).at(-1)).toEqual(['upkeep', 'erase', 'failed'])
  })
})

describe('an object that does not take a migration', () => {
  const last = migrationFiles.at(-1)?.name ?? ''

  /** It has forgotten its last migration, and wakes: what that makes is there already. */
  const broken = async (): Promise<{ id: string; key: string }> => {
    const made = await create(places.object())
    const stub = env.ORGANIZATIONS.getByName(made.id)
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec('DELETE FROM d1_migrations WHERE name = ?', last)
    })
    await evictDurableObject(stub)
    return made
  }

  it('is told to the operator by the name of the migration, and in the log with the tenant', async () => {
    const { id } = await broken()
    const { operate, lastLine } = isolateOf(mixed)
    for (const [method, path, body] of needing) {
      const reply = await operate(method, `/${id}${path}`, body)
      expect([path, reply.status, reply.body.code]).toEqual([path, 409, 'migration_failed'])
      expect(reply.body.detail).toContain(last)
      expect(JSON.stringify(reply.body)).not.toMatch(/duplicate|exists|SQL/)
      const { organization, error } = lastLine()
      expect(organization).toBe(id)
      expect(error).toMatch(
        new RegExp(`^migration_failed: The migration ${last} failed: (?!The migration).*SQLITE_ERROR.*${id}`),
      )
    }
    expect((await logOf(id)).at(-1)?.[2]).toBe('failed')
  })

  it('is something that went wrong on our side, to everybody else, and the log says whose object and which migration', async () => {
    const { id, key } = await broken()
    const { send, lastLine } = isolateOf(mixed)
    const { status, body } = await put(key, 'm@unusable.example', send)
    expect([status, body.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(body)).not.toContain(last)
    expect(lastLine().error).toMatch(
      new RegExp(`The migration ${last} failed: (?!The migration).*\\(object of ${id}\\)`),
    )
    const { key: other } = await create(places.object())
    expect((await put(other, 'm@unusable.example', send)).status).toBe(201)
  })
})
