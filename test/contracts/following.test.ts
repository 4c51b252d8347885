import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, isolate, type World } from '../support/world.ts'

/** The feed as it is followed: long poll and Server-Sent Events. */

let world: World
const people = '/v1/objects/people/records'
beforeEach(async () => {
  world = await createWorld()
})

const put = async (values: object = {}) => {
  const body = { match: { emails: `${crypto.randomUUID()}@feed.example` }, values }
  const { status, body: answer } = await world.send('PUT', people, { body })
  expect(status).toBe(201)
  return answer.id as string
}
const get = (query: string, headers: Record<string, string> = {}) =>
  world.send('GET', `/v1/changes?${query}`, { headers })
const now = async () => (await get('since=now')).body.nextCursor as string

interface FeedEvent {
  readonly id?: string
  readonly event?: string
  readonly data?: string
}

const events = async (query: string, headers: Record<string, string> = {}, from: World['app'] = world.app) => {
  const request = new Request(`http://edge.test/v1/changes?${query}`, {
    headers: { authorization: `Bearer ${world.token}`, accept: 'text/event-stream', ...headers },
  })
  const response = await from.fetch(request)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    cancel: () => reader.cancel(),
    /** The next block of lines, comments left out; undefined at the end. */
    async next(): Promise<FeedEvent | undefined> {
      while (!text.includes('\n\n')) {
        const { done, value } = await reader.read()
        if (done) return undefined
        text += value
      }
      const end = text.indexOf('\n\n')
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      return Object.fromEntries(
        lines.flatMap((line) =>
          line.startsWith(':') ? [] : [/^(\w+): (.*)$/.exec(line)?.slice(1, 3) ?? ['bad', line]],
        ),
      )
    },
    /** The next one with data. */
    async told(): Promise<{ id: string | undefined; event: string | undefined; data: Record<string, unknown> }> {
      for (;;) {
        const { id, event, data } = (await this.next()) ?? { data: 'null' }
        if (data !== undefined) return { id, event, data: JSON.parse(data) }
      }
    },
  }
}

describe('a request that waits', () => {
  it('is answered as soon as there is a change, not before and not at the end of its time', async () => {
    const cursor = await now()
    const waiting = get(`cursor=${cursor}&wait=60`)
    const id = await put()
    const { body } = await waiting
    expect(body.changes).toMatchObject([{ action: 'created', recordId: id }])
    const { calls } = await get(`cursor=${cursor}&wait=60`)
    expect(calls).toBe(1)
  })

  it('is answered with an empty page and the same cursor when its time is over, and waits for what it asked for', async () => {
    const cursor = await now()
    const started = performance.now()
    expect((await get(`cursor=${cursor}&wait=1`)).body).toEqual({ changes: [], nextCursor: cursor, more: false })
    expect(performance.now() - started).toBeGreaterThan(900)
    await put()
    const { body } = await get(`cursor=${cursor}&wait=1&object=companies`)
    expect(body.changes).toEqual([])
    // What passed meanwhile is not looked at again.
    expect(body.nextCursor).toBe(await now())
  })

  it('is told what was wrong with it meanwhile', async () => {
    const cursor = await now()
    const waiting = get(`cursor=${cursor}&wait=60`)
    await world.revoke(world.keyId)
    expect((await waiting).body.code).toBe('invalid_credentials')
  })

  it('makes few reads, however long it waits', async () => {
    const { calls } = await get(`cursor=${await now()}&wait=4`)
    expect(calls).toBeGreaterThan(1)
    expect(calls).toBeLessThanOrEqual(6)
  })

  it('is answered at once when the server stops', async () => {
    const stopping = new AbortController()
    const { send } = isolate(world.driver, { stopping: stopping.signal })
    const cursor = await now()
    const waiting = send('GET', `/v1/changes?cursor=${cursor}&wait=60`, { token: world.token })
    stopping.abort()
    expect((await waiting).body).toEqual({ changes: [], nextCursor: cursor, more: false })
  })

  it.each([
    ['wait=soon', 'wait'],
    ['wait=61', 'wait'],
    ['wait=-1', 'wait'],
    ['wait=1.5', 'wait'],
  ])('is refused for %s', async (query, field) => {
    const { status, body } = await get(query)
    expect([status, body.errors[0].field]).toEqual([422, field])
  })

  it('costs one read, wherever it begins', async () => {
    await put()
    for (const query of [
      '',
      'since=now',
      `since=${new Date(Date.now() - 1_000).toISOString()}`,
      `cursor=${await now()}`,
    ])
      expect((await get(query)).calls, query).toBe(1)
  })
})

describe('a stream of events', () => {
  it('tells each change with a cursor as its id, and is taken up again behind it', async () => {
    const stream = await events(`since=now`)
    const [first, second] = [await put({ city: 'A' }), await put({ city: 'B' })]
    const one = await stream.told()
    expect(one).toMatchObject({ event: 'change', data: { action: 'created', recordId: first } })
    expect((await stream.told()).data.recordId).toBe(second)
    await stream.cancel()
    const again = await events('since=now', { 'last-event-id': one.id ?? '' })
    expect((await again.told()).data.recordId).toBe(second)
    await again.cancel()
    expect((await get(`cursor=${one.id}`)).body.changes).toMatchObject([{ recordId: second }])
  })

  it('moves on over what was not asked for without an event', async () => {
    const stream = await events(`since=now&object=companies`)
    expect(await stream.next()).toEqual({ retry: '1000' })
    expect(Object.keys((await stream.next()) ?? {})).toEqual(['id'])
    await put()
    const end = await now()
    expect(await stream.next()).toEqual({ id: end })
    await stream.cancel()
  })

  it('ends with where to go on when its key is revoked', async () => {
    const stream = await events('since=now')
    await put()
    const { id } = await stream.told()
    await world.revoke(world.keyId)
    expect(await stream.told()).toMatchObject({
      id,
      event: 'end',
      data: { reason: 'invalid_credentials', cursor: id, error: { code: 'invalid_credentials', status: 401 } },
    })
    expect(await stream.next()).toBeUndefined()
  })

  it('ends with where to go on when the server stops, and when the database fails', async () => {
    const stopping = new AbortController()
    const stopped = await events('since=now', {}, isolate(world.driver, { stopping: stopping.signal }).app)
    stopping.abort()
    expect(await stopped.told()).toMatchObject({ id: await now(), data: { reason: 'stopping' } })
    let fails = false
    const driver: World['driver'] = {
      batch: (statements, options) => {
        if (fails) throw new Error('The disk is gone')
        return world.driver.batch(statements, options)
      },
    }
    const failed = await events('since=now', {}, isolate(driver).app)
    fails = true
    const last = await failed.told()
    expect(last).toMatchObject({ event: 'end', data: { reason: 'internal' } })
    expect(JSON.stringify(last)).not.toContain('disk')
  })

  it('is refused before it begins, with a status of its own', async () => {
    const accept = { accept: 'text/event-stream' }
    const both = await get('wait=5', accept)
    expect([both.status, both.body.errors[0].field]).toEqual([400, 'wait'])
    expect((await get('cursor=nonsense', accept)).status).toBe(422)
    await world.operator.changeOrganization({ history: 'off' })
    expect((await get('', accept)).body.code).toBe('history_off')
  })
})
