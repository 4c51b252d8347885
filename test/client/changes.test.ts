import { describe, expect, it } from 'vitest'
import { type Change, ConflictError, ServerError } from '../../src/client/index.ts'
import { useClientWorld } from '../support/client-world.ts'
import { answers, cutAfter, faults } from '../support/fault-proxy.ts'

/** What is read in pages, and the change feed, over the real server. */

const world = useClientWorld()
const people = () => world.client().records('people')

let named = 0
const write = async (count: number): Promise<string[]> => {
  const name = `c${++named}`
  const items = Array.from({ length: count }, (_, n) => ({ values: { first_name: name, last_name: `${n}` } }))
  const { outcomes } = await world.client({ url: world.serverUrl }).records('people').assertBatch(items)
  return outcomes.map(({ id }) => id ?? '')
}
const idsOf = async (source: AsyncIterable<Change>, most = Number.POSITIVE_INFINITY): Promise<(string | null)[]> => {
  const ids: (string | null)[] = []
  for await (const { recordId } of source) if (ids.push(recordId) === most) break
  return ids
}

describe('pages', () => {
  it('are asked for as they are taken, over faults, and each item comes once', async () => {
    const ids = await write(7)
    const filter = { attribute: 'first_name', operator: 'eq', value: `c${named}` } as const
    world.proxy.next([faults.none, cutAfter(10), faults.drops])
    const found: string[] = []
    for await (const { id } of people().query({ filter, limit: 3 })) {
      found.push(id)
      if (found.length === 3) expect(world.proxy.seen).toHaveLength(1)
    }
    expect(found).toEqual(ids)
    expect(world.proxy.seen).toHaveLength(5)
  })

  it('can be gone on with from a cursor', async () => {
    const ids = await write(4)
    const filter = { attribute: 'first_name', operator: 'eq', value: `c${named}` } as const
    const query = people().query({ filter, limit: 3 })
    const { value: first } = await query.pages().next()
    expect(first?.items.map(({ id }) => id)).toEqual(ids.slice(0, 3))
    const rest: string[] = []
    for await (const { items } of people()
      .query({ filter, limit: 3 })
      .pages(first?.nextCursor ?? ''))
      rest.push(...items.map(({ id }) => id))
    expect(rest).toEqual(ids.slice(3))
  })

  it('tell the history of a record', async () => {
    const [id = ''] = await write(1)
    await people().archive(id)
    expect((await people().restore(id)).archivedAt).toBeNull()
    const actions: string[] = []
    for await (const { action } of people().history(id)) actions.push(action)
    expect(actions).toEqual(['restored', 'archived', 'created'])
  })
})

describe('the change feed', () => {
  it('tells what is there and ends, and goes on from its cursor', async () => {
    const begin = world.client().changes({ since: 'now' })
    expect(await idsOf(begin)).toEqual([])
    const first = await write(3)
    const feed = world.client().changes({ cursor: begin.cursor ?? '' })
    expect(await idsOf(feed)).toEqual(first)
    const second = await write(2)
    expect(await idsOf(world.client().changes({ cursor: feed.cursor ?? '' }))).toEqual(second)
  })

  it('gives again what of a page had not been taken', async () => {
    const begin = world.client().changes({ since: 'now' })
    await idsOf(begin)
    const ids = await write(3)
    const feed = world.client().changes({ cursor: begin.cursor ?? '' })
    expect(await idsOf(feed, 2)).toEqual(ids.slice(0, 2))
    expect(await idsOf(world.client().changes({ cursor: feed.cursor ?? '' }))).toEqual(ids)
  })

  it('that is followed goes on over whatever passes, with nothing lost and nothing twice', async () => {
    const fails = answers(502)
    // More than one request would be sent again: what follows does not give up.
    world.proxy.next([faults.none, faults.drops, fails, fails, faults.loses, answers(429), faults.loses, cutAfter(15)])
    const stopping = new AbortController()
    const feed = world.client().changes({ since: 'now', follow: true, signal: stopping.signal })
    const pages = feed.pages()
    expect((await pages.next()).value).toEqual([])
    const ids = await write(5)
    const told: (string | null)[] = []
    while (told.length < 5) told.push(...((await pages.next()).value ?? []).map(({ recordId }) => recordId))
    expect(told).toEqual(ids)
    expect(world.proxy.seen.length).toBeGreaterThan(8)

    const waiting = pages.next()
    const more = await write(1)
    expect((await waiting).value?.map(({ recordId }) => recordId)).toEqual(more)
    const last = pages.next()
    stopping.abort(new Error('Enough'))
    await expect(last).rejects.toThrow('Enough')
  }, 60_000)

  it('that is not followed gives up like any request, and a gap is told', async () => {
    world.proxy.next([], answers(503, { 'retry-after': '0' }))
    await expect(idsOf(world.client().changes())).rejects.toBeInstanceOf(ServerError)
    world.proxy.next([])
    const client = world.client()
    await client.call('patch', '/v1/organization', { body: { history: 'off' } })
    await expect(idsOf(client.changes({ follow: true }))).rejects.toBeInstanceOf(ConflictError)
    await client.call('patch', '/v1/organization', { body: { history: 'values' } })
  })
})
