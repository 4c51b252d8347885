import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createServices, type ServiceOptions } from '../../src/deps.ts'
import { openDatabase } from '../../src/node/database.ts'
import { type ListenOptions, listen } from '../../src/node/listen.ts'
import { type RequestLimits, RequestsUnderWay } from '../../src/node/requests.ts'
import { seedKey } from '../support/node-server.ts'
import { holdWriteLock } from '../support/write-lock.ts'

const batchPath = '/v1/objects/people/records/batch'
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const path = join(folder, 'requests.db')
const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const open = async (
  limits: Partial<RequestLimits> = {},
  { times, ...services }: ServiceOptions & Pick<ListenOptions, 'times'> = {},
) => {
  const { token } = await seedKey(`file:${path}`)
  const { driver, close } = await openDatabase(`file:${path}`)
  const requests = new RequestsUnderWay({
    requests: 100,
    bytes: 1_000_000,
    bodyMs: 60_000,
    pace: { bytes: 1, seconds: 60 },
    ...limits,
  })
  const app = createApp({
    services: createServices(
      requests.connect(() => driver),
      services,
    ),
    clientAddress: () => undefined,
    serverTiming: false,
  })
  const { server, url } = await listen(app, requests, {
    host: '127.0.0.1',
    port: 0,
    connections: 100,
    ...(times && { times }),
  })
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await close()
  })

  const send = (method: string, path: string, body: string, extra: Record<string, string> = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...extra }
    const sent = request(url + path, { method, headers })
    sent.on('error', () => undefined)
    const answered = once(sent, 'response').then(([response]) => {
      const { statusCode, headers: told } = (response as IncomingMessage).resume()
      return { status: statusCode, retryAfter: told['retry-after'] }
    })
    answered.catch(() => undefined)
    sent.write(body)
    return { sent, answered }
  }
  const put = (body: string, extra?: Record<string, string>) =>
    send('PUT', '/v2/crm/people?matchingAttribute=email', body, extra)
  const whole = (email: string, as = token) => {
    const body = JSON.stringify({ firstName: 'Ada', emails: [email] })
    const { sent, answered } = put(body, { 'content-length': String(body.length), authorization: `Bearer ${as}` })
    sent.end()
    return answered
  }
  const batch = (items: readonly object[], as = token) => {
    const body = JSON.stringify(items)
    const extra = { 'content-length': String(body.length), authorization: `Bearer ${as}` }
    const { sent, answered } = send('POST', batchPath, body, extra)
    sent.end()
    return answered
  }
  /** A batch that declares as much as one may have, and of which no more comes than this. */
  const slowBatch = (body: string) => send('POST', batchPath, body, { 'content-length': '8388608' })
  /** A request of which only the beginning has come, and which has been let in. */
  const begun = async (length = 100) => {
    const seen = once(server, 'request')
    const { sent, answered } = put('{', { 'content-length': String(length) })
    await seen
    return {
      finish: () => {
        sent.end(`${' '.repeat(length - 2)}}`)
        return answered
      },
      gone: () => new Promise((resolve) => sent.once('close', resolve)),
    }
  }
  const stored = async () =>
    (await driver.batch([{ sql: "SELECT value FROM record_keys WHERE name = 'emails'", params: [] }])).results[0]?.rows
  return { token, url, server, driver, send, put, whole, batch, slowBatch, begun, stored }
}

it('past so many requests the next is told at once to come later, and health is told all the same', async () => {
  const { url, whole, begun } = await open({ requests: 4 })
  expect((await whole('first@requests.example')).status).toBe(201)
  // Half of them may be of one organisation.
  const held = [await begun(), await begun()]
  // A third is let in only when they are counted, which happens once they have been authenticated.
  await expect.poll(async () => (await whole('second@requests.example')).status).toBe(503)
  expect(await whole('second@requests.example')).toEqual({ status: 503, retryAfter: '1' })
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await held[0]?.finish())?.status).toBe(400)
  expect((await whole('second@requests.example')).status).toBe(201)
})

it('so many bytes are enough, too; alone, a request of any size is taken', async () => {
  const { whole, begun } = await open({ bytes: 10 })
  expect((await whole('alone@requests.example')).status).toBe(201)
  const held = await begun(11)
  await expect.poll(async () => (await whole('beside@requests.example')).status).toBe(503)
  await held.finish()
  await expect.poll(async () => (await whole('beside@requests.example')).status).toBe(200)
})

describe('an organisation that takes all it can get', () => {
  const large = { values: { first_name: 'L' }, reference: 'x'.repeat(8_388_608 - 100) }

  it('with slow sockets leaves room for the others', async () => {
    const { url, whole, batch, slowBatch } = await open({ requests: 512, bytes: 4 * 8_388_608 })
    const { token: other } = await seedKey(`file:${path}`)
    expect((await whole('slow@sockets.example')).status).toBe(201)
    const slow = Array.from({ length: 12 }, () => slowBatch('['))
    const refused = await Promise.any(slow.map(({ answered }) => answered))
    expect(refused).toEqual({ status: 503, retryAfter: '1' })
    expect((await whole('other@sockets.example', other)).status).toBe(201)
    const item = { match: { emails: 'many@sockets.example' }, values: { emails: ['many@sockets.example'] } }
    expect((await batch([item], other)).status).toBe(200)
    expect((await batch([large], other)).status).toBe(200)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('with all but the last byte of a body leaves room, too, but what has come counts', async () => {
    const { server, whole, batch, slowBatch } = await open({ requests: 512, bytes: 2.5 * 8_388_608 })
    const { token: other } = await seedKey(`file:${path}`)
    expect((await whole('slow@bytes.example')).status).toBe(201)
    const seen = once(server, 'request')
    slowBatch(' '.repeat(8_388_607))
    const [{ socket }] = (await seen) as [IncomingMessage]
    await expect.poll(() => socket.bytesRead).toBeGreaterThan(8_388_607)
    expect(await slowBatch('[').answered).toEqual({ status: 503, retryAfter: '1' })
    expect((await batch([large], other)).status).toBe(503)
    expect((await batch([{ values: {} }], other)).status).toBe(200)
    expect((await whole('other@bytes.example', other)).status).toBe(201)
  })

  it('with streams leaves room, until they end', async () => {
    const { whole, send } = await open({ requests: 4 })
    const { token: other } = await seedKey(`file:${path}`)
    expect((await whole('first@streams.example')).status).toBe(201)
    const stream = async () => {
      const line = '{"values":{"first_name":"Ada"}}\n'
      const { sent, answered } = send('POST', batchPath, line, { 'content-type': 'application/ndjson' })
      expect((await answered).status).toBe(200)
      return sent
    }
    const streams = [await stream(), await stream()]
    expect((await whole('first@streams.example')).status).toBe(503)
    expect((await whole('other@streams.example', other)).status).toBe(201)
    streams[0]?.end()
    await expect.poll(async () => (await whole('first@streams.example')).status).toBe(200)
    streams[1]?.destroy()
  })

  it('with many requests leaves room for those of the others', async () => {
    const { whole, begun } = await open({ requests: 8 })
    const { token: other } = await seedKey(`file:${path}`)
    expect((await whole('first@many.example')).status).toBe(201)
    for (let n = 0; n < 4; n++) await begun()
    await expect.poll(async () => (await whole('first@many.example')).status).toBe(503)
    expect((await whole('other@many.example', other)).status).toBe(201)
  })
})

it('a body of which too little comes is cut with 408, one that comes steadily is not', async () => {
  const { put } = await open({ bytes: 10_000_000, pace: { bytes: 1_024, seconds: 2 } })
  const length = 1_000_000
  let left = length - 1
  const steady = put('{', { 'content-length': String(length) })
  const sending = setInterval(() => {
    steady.sent.write(' '.repeat(1_024))
    left -= 1_024
  }, 20)
  // The second one is cut when the steady one has been looked at, too.
  for (let n = 0; n < 2; n++) {
    const slow = put('{', { 'content-length': '100' })
    expect((await slow.answered).status).toBe(408)
  }
  clearInterval(sending)
  steady.sent.end(`${' '.repeat(left - 1)}}`)
  expect((await steady.answered).status).toBe(400)
})

it('what a request declares and may not send keeps nobody out', async () => {
  const { whole, put } = await open({ bytes: 10_000_000 })
  const { answered } = put('{', { 'content-length': '1000000000' })
  expect((await whole('beside@declared.example')).status).toBe(201)
  expect((await answered).status).toBe(413)
})

it('a body that does not come to its end is cut, a stream is not', async () => {
  const { url, token, begun } = await open({ bodyMs: 1 })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }
  const stream = request(`${url}/v1/objects/people/records/batch`, { method: 'POST', headers })
  const answered = once(stream, 'response')
  stream.write('{"values":{"first_name":"Ada"}}\n')
  await answered
  await (await begun()).gone()
  const [response] = (await answered) as [IncomingMessage]
  stream.end('{"values":{"first_name":"Grace"}}\n')
  const text = (await response.toArray()).join('')
  expect(text.match(/"created"/g)).toHaveLength(2)
})

const quick = { headersMs: 150, lookMs: 50, keepAliveMs: 150, nothingMovesMs: 5_000 }

/** A stream and the lines of its answer. */
const streamTo = ({ url, token }: { url: string; token: string }) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }
  const sent = request(`${url}${batchPath}`, { method: 'POST', headers })
  sent.on('error', () => undefined)
  const lines = once(sent, 'response').then(([response]) =>
    createInterface({ input: response as IncomingMessage })[Symbol.asyncIterator](),
  )
  const next = async () => JSON.parse((await (await lines).next()).value ?? 'null')
  return { write: (line: string) => sent.write(`${line}\n`), end: () => sent.end(), next }
}

it('a stream outlives every limit of a connection; silent, it ends with a last line', async () => {
  const world = await open({ bodyMs: 1 }, { times: quick, streams: { idleMs: 1_000 } })
  const { write, next } = streamTo(world)
  // Each pause is longer than the limits that other requests have.
  for (let n = 0; n < 5; n++) {
    write('{"values":{"first_name":"Ada"}}')
    expect(await next()).toMatchObject({ index: n, status: 'created' })
    await new Promise((done) => setTimeout(done, 2 * quick.headersMs))
  }
  expect(await next()).toMatchObject({
    repeatFrom: 5,
    error: { code: 'stalled', status: 408, instance: expect.stringMatching(/^urn:request:/) },
  })
  expect(await next()).toBe(null)
})

it.each([
  ['a body that is declared too large', Buffer.alloc(2_000_000, 'x'), {}, 413],
  [
    'one that unpacks to too much',
    gzipSync(Buffer.concat([Buffer.alloc(3_000_000), randomBytes(900_000)])),
    { 'content-encoding': 'gzip' },
    413,
  ],
  ['one that is taken', Buffer.from('{}'), {}, 422],
] as const)(
  '%s is answered at once, and whether its connection goes on is told',
  async (_what, body, headers, status) => {
    const { url, token } = await open()
    const agent = new Agent({ keepAlive: true })
    closing.push(() => agent.destroy())
    const sent = request(`${url}/v1/objects/people/records`, {
      ...{ method: 'PUT', agent },
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...headers,
        'content-length': body.length,
      },
    })
    // Its connection may be ended while it still sends.
    sent.on('error', () => undefined)
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    expect([answer.statusCode, answer.headers.connection]).toEqual([status, status === 413 ? 'close' : 'keep-alive'])
  },
)

it('headers that do not come to their end are cut', async () => {
  const { url } = await open({}, { times: quick })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /)
})

it('a stream that has used up the calls of a request says where another one goes on', async () => {
  const world = await open({}, { streams: { calls: 3 } })
  const { write, next } = streamTo(world)
  let answered = 0
  for (;;) {
    write('{"values":{"first_name":"Ada"}}')
    const told = await next()
    if (told.error) {
      expect(told).toMatchObject({ repeatFrom: answered, error: { code: 'calls_used_up', status: 503 } })
      break
    }
    answered++
  }
  expect(answered).toBeGreaterThan(0)
  expect(answered).toBeLessThanOrEqual(3)
})

/** When the server has noticed that the client is gone. */
const leftOf = (server: Server) =>
  new Promise<void>((resolve) => {
    server.once('request', (_, outgoing: ServerResponse) => outgoing.once('close', resolve))
  })

it('what a client has left before its turn is not written', async () => {
  const { server, driver, put, whole, stored } = await open()
  await whole('warm@abandoned.example')
  const commit = await holdWriteLock(path, 'CREATE TABLE held (n)')
  const running = driver.batch([{ sql: 'CREATE TABLE waited (n)', params: [] }])
  // From the next turn on it waits for the lock, and whatever comes now waits for it.
  await new Promise((done) => setImmediate(done))
  const left = leftOf(server)
  const seen = once(server, 'request')
  const body = JSON.stringify({ firstName: 'Gone', emails: ['gone@abandoned.example'] })
  const { sent } = put(body, { 'content-length': String(body.length) })
  sent.end()
  await seen
  sent.destroy()
  await left
  await commit()
  await running
  await whole('after@abandoned.example')
  const emails = (await stored())?.map(({ value }) => value)
  expect(emails).toContain('after@abandoned.example')
  expect(emails).not.toContain('gone@abandoned.example')
})
