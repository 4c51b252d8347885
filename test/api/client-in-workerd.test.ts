import { beforeAll, describe, expect, it } from 'vitest'
import { ConflictError, EdgeUpsert } from '../../src/client/index.ts'
import { createWorld, type World } from '../support/world.ts'

/** The client where Workers run, over the app itself: with `fetch` given, as a service binding is. */

let world: World
let client: EdgeUpsert
beforeAll(async () => {
  world = await createWorld()
  const { app, token } = world
  client = new EdgeUpsert({
    url: 'http://edge.test',
    key: token,
    fetch: async (request) => app.fetch(request),
  })
})

describe('the client in workerd', () => {
  it('asserts one and many, finds them, and is told what is in the way', async () => {
    const people = client.records('people')
    const ada = { match: { emails: 'ada@workerd.example' }, values: { emails: ['ada@workerd.example'] } }
    expect(await people.assert(ada)).toMatchObject({ status: 'created', record: { values: ada.values } })
    const statuses: string[] = []
    const items = [ada, { values: { first_name: 'Mary' } }, { values: { emails: ['nobody'] } }]
    for await (const { status } of people.assertMany(items, { batchItems: 1, inFlight: 2 })) statuses.push(status)
    expect(statuses).toEqual(['unchanged', 'created', 'refused'])
    const again = await people.assert({ ...ada, mode: 'insert' }).catch((error: unknown) => error)
    expect(again).toBeInstanceOf(ConflictError)
    expect(again).toMatchObject({ code: 'record_exists' })
  })

  it('reads in pages, and the changes', async () => {
    const people = client.records('people')
    const name = 'Paged in workerd'
    await people.assertBatch([1, 2, 3].map((n) => ({ values: { first_name: name, last_name: `${n}` } })))
    const found: unknown[] = []
    const filter = { attribute: 'first_name', operator: 'eq', value: name } as const
    for await (const { values } of people.query({ filter, limit: 1 })) found.push(values.last_name)
    expect(found).toEqual(['1', '2', '3'])
    const actions: string[] = []
    for await (const { action } of client.changes({ object: 'people' })) actions.push(action)
    expect(actions.slice(-3)).toEqual(['created', 'created', 'created'])
  })

  it('sends again with the platform’s own timers', async () => {
    let requests = 0
    const flaky = new EdgeUpsert({
      url: 'http://edge.test',
      key: world.token,
      fetch: async (request) =>
        ++requests === 1
          ? new Response(null, { status: 503, headers: { 'retry-after': '0' } })
          : world.app.fetch(request),
    })
    expect(await flaky.call('get', '/v1/limits', {})).toMatchObject({ batchItems: 1_000 })
    expect(requests).toBe(2)
  })
})
