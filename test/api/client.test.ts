import createClient from 'openapi-fetch'
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import type { components, paths } from '../../src/client/openapi.ts'
import { createWorld, type World } from '../support/world.ts'

/** What the README promises, done by a client whose types come from the OpenAPI document alone. */

let world: World
let client: ReturnType<typeof createClient<paths>>

beforeEach(async () => {
  world = await createWorld()
  client = createClient<paths>({
    baseUrl: 'http://edge-upsert.example',
    headers: { authorization: `Bearer ${world.token}` },
    fetch: async (request: Request) => world.app.fetch(request),
  })
})

const object = 'people'
const records = '/v1/objects/{object}/records'
const ada = { match: { emails: 'ada@client.example' }, values: { emails: ['ada@client.example'], first_name: 'Ada' } }
const mary = { match: { emails: 'mary@client.example' }, values: { emails: ['mary@client.example'] } }
const put = (body: components['schemas']['AssertItem']) => client.PUT(records, { params: { path: { object } }, body })

describe('a typed client', () => {
  it('asserts one record: created, unchanged, updated', async () => {
    const created = await put(ada)
    expect([created.response.status, created.data?.status]).toEqual([201, 'created'])
    expect((await put(ada)).data?.status).toBe('unchanged')
    const updated = await put({ ...ada, values: { job_title: 'Analyst' } })
    expect(updated.data).toMatchObject({ id: created.data?.id, status: 'updated', changed: ['job_title'] })
    expectTypeOf(updated.data?.status).toEqualTypeOf<'created' | 'updated' | 'unchanged' | undefined>()
  })

  it('asserts many, and tells each outcome', async () => {
    await put(ada)
    const { data } = await client.POST('/v1/objects/{object}/records/batch', {
      params: { path: { object } },
      body: [ada, mary, { values: { no: 1 } }],
    })
    expect(data).toMatchObject({ summary: { updated: 0, unchanged: 1, created: 1, refused: 1 } })
    if (typeof data === 'string') throw new Error('A JSON batch is answered as JSON')
    const refused = data?.outcomes[2]?.error
    expectTypeOf(refused).toEqualTypeOf<components['schemas']['Problem'] | undefined>()
    expect([refused?.code, refused?.errors[0]?.field]).toEqual(['unknown_attribute', 'no'])
  })

  it('reads by id, by key and in pages', async () => {
    for (const one of [ada, { ...ada, values: { job_title: 'Analyst' } }, mary]) await put(one)
    const byKey = await client.GET('/v1/objects/{object}/records/by/{attribute}/{value}', {
      params: { path: { object, attribute: 'emails', value: 'ada@client.example' } },
    })
    expect(byKey.data?.values).toMatchObject({ first_name: 'Ada', job_title: 'Analyst' })
    const id = byKey.data?.id ?? ''
    const byId = await client.GET('/v1/objects/{object}/records/{id}', {
      params: { path: { object, id }, query: { fields: 'first_name' } },
    })
    expect(byId.data?.values).toEqual({ first_name: 'Ada' })
    const page = await client.GET(records, { params: { path: { object }, query: { limit: 1 } } })
    expect([page.data?.records.length, page.data?.nextCursor]).toEqual([1, expect.any(String)])
  })

  it('queries', async () => {
    for (const one of [ada, mary]) await put(one)
    const { data } = await client.POST('/v1/objects/{object}/records/query', {
      params: { path: { object } },
      body: { filter: { attribute: 'emails', operator: 'starts_with', value: 'mary@' } },
    })
    expect(data?.records.map((record) => record.values.emails)).toEqual([['mary@client.example']])
  })

  it('gets refusals as problems', async () => {
    await put(ada)
    const { data, error, response } = await client.PUT(records, {
      params: { path: { object } },
      body: { values: { emails: ['ada@client.example'] }, mode: 'insert' },
    })
    expect([data, response.status]).toEqual([undefined, 409])
    expectTypeOf(error).toEqualTypeOf<components['schemas']['Problem'] | undefined>()
    expect(error?.conflicts?.[0]).toMatchObject({ field: 'emails', value: 'ada@client.example' })
  })

  it('cannot send what the document does not know', () => {
    type Body = paths['/v1/objects/{object}/records']['put']['requestBody']['content']['application/json']
    expectTypeOf<{ values: { a: 1 }; mode: 'merge' }>().not.toExtend<Body>()
    expectTypeOf<{ match: { a: 1 } }>().not.toExtend<Body>()
    expectTypeOf<typeof ada>().toExtend<Body>()
  })
})
