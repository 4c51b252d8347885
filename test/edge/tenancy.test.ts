import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { migrate } from '../../src/storage/migrations.ts'
import { type TenancyEnv, tenancyOf } from '../../src/tenancy.ts'
import { PlaceError } from '../../src/tenants/place.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

const A = v7()
const B = v7()

const modes: Record<string, Partial<TenancyEnv>> = {
  shared: {},
  database: {
    TENANTS: JSON.stringify({
      [A]: { binding: 'DB_OWN' },
      [B]: { url: inject('libsqlUrls').tenancy, ...(inject('libsqlToken') && { token: 'LIBSQL_TOKEN' }) },
    }),
  },
  object: {},
}

const configured = (mode: string): TenancyEnv =>
  ({ ...env, LIBSQL_TOKEN: inject('libsqlToken'), TENANCY: mode, ...modes[mode] }) as TenancyEnv

const assert = '/v1/objects/people/records'
const email = 'same@tenant.example'
const hintOf = (id: string) => id.replaceAll('-', '')

describe.each(Object.keys(modes))('tenancy: %s', (mode) => {
  const { places } = tenancyOf(configured(mode))
  const { connect } = places
  const create = (id: string) => places.create(id)
  let a: World
  let b: World
  let idOfB: string
  const both = async (): Promise<[string, string]> => [await a.snapshot(), await b.snapshot()]
  const put = (world: World, body: object) => world.send('PUT', assert, { body })

  beforeAll(async () => {
    for (const id of [A, B]) await migrate(create(id))
    a = await createWorld({ id: A, history: 'values' }, create(A), connect)
    b = await createWorld({ id: B, history: 'values' }, create(B), connect)
    const body = (first_name: string) => ({ match: { emails: email }, values: { first_name } })
    expect((await put(a, body('Of A'))).status).toBe(201)
    const ofB = await put(b, body('Of B'))
    expect(ofB.status).toBe(201)
    idOfB = (await b.rows('records'))[0]?.id as string
  })

  it('gives each its own record of one key, in its own database', async () => {
    const [ofA] = await a.rows('records')
    expect(ofA?.id).not.toBe(idOfB)
    const elsewhere = await create(A).batch([{ sql: 'SELECT id FROM records WHERE id = ?1', params: [idOfB] }])
    expect(elsewhere.results[0]?.rows.length).toBe(mode === 'shared' ? 1 : 0)
  })

  it.each([
    ['the hint of the other tenant', () => a.token.replace(hintOf(A), hintOf(B))],
    ['the hint of nobody', () => a.token.replace(hintOf(A), hintOf(v7()))],
    ['the other tenant and random bits', () => `${b.token.slice(0, -43)}${'A'.repeat(43)}`],
  ])('lets nobody in with %s', async (_name, forge) => {
    const before = await both()
    for (const [method, path] of [
      ['PUT', assert],
      ['GET', `${assert}/${idOfB}`],
      ['GET', assert],
    ] as const) {
      const body = method === 'PUT' ? { match: { emails: email }, values: { first_name: 'Forged' } } : undefined
      const reply = await a.send(method, path, { token: forge(), ...(body && { body }) })
      expect(reply.status).toBe(401)
      expect(JSON.stringify(reply.body)).not.toContain('Of ')
      // What was read would tell whether there is such an organisation.
      expect(reply.headers.get('server-timing')).toBeNull()
    }
    expect(await both()).toEqual(before)
  })

  it('shows and writes nothing of the other tenant by id, relation or cursor', async () => {
    const before = await a.snapshot()
    const record = `${assert}/${idOfB}`
    expect((await a.send('GET', record)).status).toBe(404)
    expect((await a.send('POST', `${record}/archive`)).status).toBe(404)
    expect((await a.send('DELETE', record)).status).toBe(404)
    expect((await put(a, { match: { id: idOfB }, values: { first_name: 'X' } })).status).toBe(404)
    for (const n of [1, 2])
      await put(b, { match: { emails: `page-${n}@tenant.example` }, values: { first_name: 'Of B' } })
    const page = await b.send('GET', `${assert}?limit=1`)
    expect(page.body.nextCursor).toEqual(expect.any(String))
    const stolen = await a.send('GET', `${assert}?limit=10&cursor=${page.body.nextCursor}`)
    expect(JSON.stringify(stolen.body)).not.toContain('Of B')
    const changes = await a.send('GET', '/v1/changes')
    expect(JSON.stringify(changes.body)).not.toContain(idOfB)
    expect(await a.snapshot()).toBe(before)
  })

  it('costs a warm request one call', async () => {
    const warm = isolate(create(A), { connect })
    const body = { match: { emails: email }, values: { first_name: 'Of A' } }
    expect((await warm.send('PUT', assert, { token: a.token, body })).calls).toBe(2)
    expect(await warm.send('PUT', assert, { token: a.token, body })).toMatchObject({ status: 200, calls: 1 })
  })
})

describe('an object that was never created', () => {
  const tablesOf = (organizationId: string) =>
    runInDurableObject(env.ORGANIZATIONS.getByName(organizationId), (_, { storage }) => ({
      tables: storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
      bytes: storage.sql.databaseSize,
    }))

  it('is not made by a request that claims to be of it', async () => {
    const { connect } = tenancyOf(configured('object')).places
    const id = v7()
    const untouched = await tablesOf(v7())
    const { send } = isolate(undefined, { connect })
    const token = `eu_${hintOf(id)}_${'A'.repeat(43)}`
    for (let n = 0; n < 3; n++)
      expect((await send('PUT', assert, { token, body: { match: { emails: email }, values: {} } })).status).toBe(401)
    expect(await tablesOf(id)).toEqual(untouched)
    expect(untouched.tables).toEqual([])
  })
})

describe('configuration', () => {
  const tenants = (value: unknown): TenancyEnv => ({ ...configured('database'), TENANTS: JSON.stringify(value) })

  it.each([
    ['a mode that there is not', { ...configured('shared'), TENANCY: 'both' }, 'TENANCY'],
    ['what is no JSON', { ...configured('database'), TENANTS: '{' }, 'JSON'],
    ['a list of tenants', { ...configured('database'), TENANTS: '[]' }, 'JSON object'],
    ['null', { ...configured('database'), TENANTS: 'null' }, 'JSON object'],
    ['a directory that there is not', { ...configured('object'), TENANT_DIRECTORY: 'DB_NONE' }, 'DB_NONE'],
  ])('refuses %s', (_name, wrong, names) => {
    expect(() => tenancyOf(wrong as TenancyEnv)).toThrow(names)
  })

  it.each([
    ['a binding that there is not', { binding: 'DB_NONE' }, 'DB_NONE'],
    ['a secret that there is not', { url: 'http://x.example', token: 'NONE' }, 'NONE'],
    ['no database', {}, 'binding'],
    ['a malformed URL', { url: 'no url' }, 'url'],
    ['a number', 7, 'object'],
    ['null', null, 'object'],
    ['a list', [], 'object'],
    ['a shape that there is not', { shape: 'round' }, 'shape'],
    ['a place that there is not', { shape: 'object', locationHint: 'moon' }, 'locationHint'],
  ])('lets a tenant with %s fail alone, by its name', async (_name, place, names) => {
    const wrong = v7()
    const { places } = tenancyOf(tenants({ [wrong]: place, [A]: { binding: 'DB_OWN' } }))
    const read = (id: string) => places.connect(id).batch([{ sql: 'SELECT 1 AS one', params: [] }])
    const refusal: unknown = await read(wrong).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(PlaceError)
    expect(String(refusal)).toContain(wrong)
    expect(String(refusal)).toContain(names)
    expect((await read(A)).results[0]?.rows).toEqual([{ one: 1 }])
    const answer = await isolate(undefined, { connect: places.connect }).send('GET', '/v1/organization', {
      token: `eu_${hintOf(wrong)}_${'A'.repeat(43)}`,
    })
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  })
})
