import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it, type TestContext, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { serveDatabase } from '../../src/node/served-database.ts'
import type { Cost } from '../../src/storage/meter.ts'
import { type Mood, moods, startMoodyServer } from '../support/moody-server.ts'
import { seedKey } from '../support/node-server.ts'

/**
 * A libSQL server that is away, in every way: what a client is told, how long it waits for that, that the server is left
 * alone meanwhile, and that all is well again by the time that the client was told.
 */

const LIMIT_MS = 1_500
/** What a slow machine may take for things that take no time. */
const SLACK_MS = 5_000
/** So many failures open the breaker. */
const FAULTS = 5

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-away-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0

/** An app over a server of its own, and a key to it that the app has met. */
const world = async (onTestFinished: TestContext['onTestFinished'], databaseTimeoutMs = LIMIT_MS) => {
  const server = await startMoodyServer(join(folder, `${count++}.db`))
  onTestFinished(() => server.close())
  const { token } = await seedKey(server.url)
  const log: Record<string, unknown>[] = []
  const take = (line: string) => log.push(JSON.parse(line))
  const settings = { name: 'DATABASE_URL', databaseUrl: server.url, databaseToken: undefined, databaseTimeoutMs }
  const { driver, isReady, state } = await serveDatabase(settings, take)
  const app = createApp({
    services: createServices(() => driver),
    clientAddress: () => undefined,
    serverTiming: true,
    log: take,
    ready: isReady,
    databases: async () => [state()],
  })
  const get = async (path: string) => {
    const began = performance.now()
    const response = await app.fetch(
      new Request(new URL(path, 'http://away.test'), { headers: { authorization: `Bearer ${token}` } }),
    )
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, headers: response.headers, body, waited: performance.now() - began }
  }
  const read = () => get('/v1/objects/people/records')
  expect((await read()).status).toBe(200)
  return { server, app, token, log, get, read, state }
}

const retryAfter = ({ headers }: { readonly headers: Headers }) => Number(headers.get('retry-after'))

// A server for each, all at once: most of the time of the slowest is that they start.
describe('a database that', { timeout: 90_000 }, () => {
  it.concurrent.for(Object.keys(moods) as Mood[])('%s', async (mood, { onTestFinished }) => {
    const { server, log, get, read } = await world(onTestFinished)
    await server.turn(mood)
    for (let n = 0; n < FAULTS; n++) {
      const reply = await read()
      expect([reply.status, reply.body.code, retryAfter(reply)]).toEqual([503, 'unavailable', 1])
      expect(reply.waited).toBeLessThan(LIMIT_MS + SLACK_MS)
      if (mood.startsWith('hangs')) expect(reply.waited).toBeGreaterThan(LIMIT_MS - 50)
    }

    const asked = server.requests
    const refused = await Promise.all(Array.from({ length: 20 }, read))
    expect(server.requests).toBe(asked)
    for (const reply of refused) {
      expect([reply.status, reply.body.code]).toEqual([503, 'unavailable'])
      expect(retryAfter(reply)).toBeGreaterThanOrEqual(1)
      expect(retryAfter(reply)).toBeLessThanOrEqual(5)
    }
    const told = await get('/ready?verbose')
    expect([told.status, told.body]).toEqual([
      503,
      {
        status: 'unready',
        databases: [
          {
            name: 'DATABASE_URL',
            breaker: 'open',
            since: expect.any(String),
            fault: expect.stringMatching(/^[A-Za-z]\w+$/),
            faultAt: expect.any(String),
          },
        ],
      },
    ])
    expect(JSON.stringify(told.body)).not.toContain('127.0.0.1')

    await server.turn()
    await wait(1_000 * Math.max(...refused.map(retryAfter)))
    expect((await read()).status).toBe(200)
    expect((await get('/ready')).status).toBe(200)
    expect(log.flatMap(({ database, breaker }) => (database ? [breaker] : []))).toEqual(['open', 'half-open', 'closed'])
  })
})

it.concurrent('/ready answers in about a second, though the database hangs and may take longer', async ({
  onTestFinished,
}) => {
  const { server, get, state } = await world(onTestFinished, 60_000)
  await server.turn('hangs')
  const { status, body, waited } = await get('/ready')
  expect([status, body]).toEqual([503, { status: 'unready' }])
  expect(waited).toBeLessThan(1_000 + SLACK_MS)
  expect(state().breaker).toBe('closed')
})

it.concurrent('a stream ends with the request id, and its log line has the error and what it has really cost', async ({
  onTestFinished,
}) => {
  const { server, app, log, token } = await world(onTestFinished)
  const body = new TransformStream<Uint8Array, Uint8Array>()
  const writer = body.writable.getWriter()
  const send = (n: number) => {
    const email = `s${n}@away.example`
    return writer.write(
      new TextEncoder().encode(`${JSON.stringify({ match: { emails: email }, values: { emails: [email] } })}\n`),
    )
  }
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-ndjson',
    'x-request-id': 'stream-1',
  }
  const init = { method: 'POST', headers, body: body.readable, duplex: 'half' } as unknown as RequestInit
  const sent = send(0)
  const response = await app.fetch(new Request('http://away.test/v1/objects/people/records/batch', init))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const next = async () => JSON.parse(new TextDecoder().decode((await reader.read()).value))
  expect(await next()).toMatchObject({ index: 0, status: 'created' })
  await sent
  await server.turn('hangs')
  await send(1)
  const last = await next()
  expect(last).toMatchObject({
    repeatFrom: 1,
    error: { code: 'unavailable', status: 503, instance: 'urn:request:stream-1' },
  })
  expect((await reader.read()).done).toBe(true)
  const line = await vi.waitFor(() => {
    const found = log.find(({ requestId }) => requestId === 'stream-1')
    expect(found).toBeDefined()
    return found
  })
  expect(line).toMatchObject({
    status: 200,
    error: expect.stringContaining('has not answered within'),
    organization: expect.any(String),
    stream: { ended: 'unavailable' },
  })
  const { calls, milliseconds } = (line as unknown as { db: Cost }).db
  expect(calls).toBeGreaterThanOrEqual(2)
  expect(milliseconds).toBeGreaterThan(LIMIT_MS - 50)
})
