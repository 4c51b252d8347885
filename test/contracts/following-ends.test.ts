import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { STREAM_MS, STREAM_READS } from '../../src/contracts/v1/change-events.ts'
import type { Waiter } from '../../src/engine/follow.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

/** How long the feed is followed, and how often it is read meanwhile, by a clock that moves when it is waited by. */

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => {
  vi.useRealTimers()
})

/** @param between what happens during a pause */
const opened = (between: () => unknown = () => undefined, token = world.token) => {
  let time = 0
  const pauses: number[] = []
  const waiting = {
    now: () => time,
    async pause({ milliseconds }: Waiter) {
      pauses.push(milliseconds)
      await between()
      // Whoever takes the events has seen the last one before time goes on.
      await new Promise((done) => setTimeout(done, 0))
      time += milliseconds
      return undefined
    },
  }
  const { app, send } = isolate(world.driver, { waiting })
  const get = (query: string) => send('GET', `/v1/changes?${query}`, { token })
  return {
    get,
    pauses,
    now: async () => (await get('since=now')).body.nextCursor as string,
    /** A stream to its end: what came, with when. */
    async events(query: string) {
      const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
      const { body } = await app.fetch(new Request(`http://edge.test/v1/changes?${query}`, { headers }))
      const told: { readonly at: number; readonly text: string }[] = []
      for await (const text of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()))
        told.push({ at: time, text })
      return told
    },
  }
}

const put = () =>
  world.send('PUT', '/v1/objects/people/records', {
    body: { match: { emails: `${crypto.randomUUID()}@ends.example` }, values: {} },
  })

describe('a request that waits', () => {
  it.each([
    [30, 11],
    [60, 17],
  ])('for %i seconds makes %i reads, and is answered when they are over', async (seconds, reads) => {
    const { get, now, pauses } = opened()
    const cursor = await now()
    const { body, calls } = await get(`cursor=${cursor}&wait=${seconds}`)
    expect(body).toEqual({ changes: [], nextCursor: cursor, more: false })
    expect([calls, pauses.reduce((sum, one) => sum + one, 0)]).toEqual([reads, seconds * 1_000])
    expect(pauses.slice(0, 6)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000])
  })

  it('is refused when its key expires meanwhile, although nothing was written', async () => {
    const expiresAt = Date.now() + 3_600_000
    const { secret } = await world.issue({ expiresAt })
    const { get, pauses } = opened(() => vi.useFakeTimers({ toFake: ['Date'], now: expiresAt + 1 }), secret)
    const { status, body } = await get('since=now&wait=30')
    expect([pauses.length, status, body.code]).toEqual([1, 401, 'invalid_credentials'])
  })
})

describe('a stream of events', () => {
  it('ends after five minutes in which nothing happens, and a comment comes at least every 20 seconds', async () => {
    const { events, now, pauses } = opened()
    const cursor = await now()
    const told = await events(`cursor=${cursor}`)
    const last = told.at(-1)
    expect(last?.text).toBe(`id: ${cursor}\nevent: end\ndata: {"reason":"complete","cursor":"${cursor}"}\n\n`)
    expect(last?.at).toBe(STREAM_MS)
    expect(pauses.length).toBeLessThan(STREAM_READS)
    const gaps = told.map(({ at }, i) => at - (told[i - 1]?.at ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(20_000)
    expect(told.slice(1, -1).every(({ text }) => text === `:\nid: ${cursor}\n\n`)).toBe(true)
    expect(told.length).toBeGreaterThan(STREAM_MS / 20_000)
  })

  it('reads on at once where there is more', async () => {
    for (let i = 0; i < 3; i++) await put()
    const { events } = opened()
    const told = await events('limit=1')
    expect(told.filter(({ text }) => text.includes('event: change')).map(({ at }) => at)).toEqual([0, 0, 0])
  })

  it('looks often again once something has happened', async () => {
    let pause = 0
    const { events, now, pauses } = opened(() => ++pause === 4 && put())
    await events(`cursor=${await now()}`)
    expect(pauses.slice(0, 7)).toEqual([250, 500, 1_000, 2_000, 250, 500, 1_000])
  })

  it('ends after so many reads, and goes on behind the last event with nothing lost', async () => {
    const { events, now, get } = opened(put)
    const told = await events(`cursor=${await now()}`)
    const changes = told.filter(({ text }) => text.includes('event: change'))
    expect(changes).toHaveLength(STREAM_READS - 1)
    expect(told.at(-1)?.at).toBeLessThan(STREAM_MS)
    const end = /"reason":"complete","cursor":"([^"]+)"/.exec(told.at(-1)?.text ?? '')?.[1]
    expect((await get(`cursor=${end}`)).body.changes).toEqual([])
    expect(end).toBe(await now())
  })
})
