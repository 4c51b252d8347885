import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createApp } from '../../src/app.ts'
import { lineCutter } from '../../src/contracts/v1/lines.ts'
import { chunksOf } from '../../src/contracts/v1/stream-items.ts'
import { createServices } from '../../src/deps.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { openDatabase } from '../../src/node/database.ts'
import { seedKey, startServer } from '../support/node-server.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('lines', () => {
  const cut = (...chunks: readonly Uint8Array[]) => {
    const cutter = lineCutter()
    return [...chunks.flatMap((chunk) => [...cutter.push(chunk)]), ...cutter.end()].map((line) =>
      line instanceof RefusedError ? line.message : line,
    )
  }

  it('are the same however the bytes arrive', () => {
    const text = '{"a":"é"}\n\n  \n{"b":"\u{1F600}"}\r\n{"c":1}'
    const whole = bytes(text)
    const lines = ['{"a":"é"}', '{"b":"\u{1F600}"}\r', '{"c":1}']
    expect(cut(whole)).toEqual(lines)
    for (const size of [1, 2, 3, 7, 11]) {
      const chunks = []
      for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
      expect(cut(...chunks)).toEqual(lines)
    }
  })

  it('that are no UTF-8 are refused, and only they', () => {
    const broken = Uint8Array.of(0x22, 0xff, 0x22, 10)
    expect(cut(bytes('1\n'), broken, bytes('2\n'), Uint8Array.of(0xc3))).toEqual([
      '1',
      'malformed_json',
      '2',
      'malformed_json',
    ])
  })

  it('over the limit are refused once, however they arrive', () => {
    const long = new Uint8Array(1_048_577).fill(120)
    expect(cut(long, bytes('\n1'))).toEqual(['body_too_large', '1'])
    expect(cut(bytes('x'), long, long, bytes('\n1\n'), long)).toEqual(['body_too_large', '1', 'body_too_large'])
    expect(cut(bytes(`${'x'.repeat(1_048_577)}\n1`))).toEqual(['body_too_large', '1'])
    expect(cut(long.subarray(1), bytes('\n'))[0]).toHaveLength(1_048_576)
  })

  it('cost what their bytes cost: a million single bytes are no work for minutes', () => {
    const one = bytes('x')
    const cutter = lineCutter()
    for (let n = 0; n < 1_000_000; n++) cutter.push(one)
    expect(String(cutter.end()[0])).toHaveLength(1_000_000)
  })
})

it('after each chunk the event loop makes a turn, whatever has arrived already', async () => {
  const body = new Response('x\n'.repeat(5_000)).body as ReadableStream<Uint8Array>
  let turn = 0
  let counting = setImmediate(function count() {
    turn++
    counting = setImmediate(count)
  })
  const turns: number[] = []
  for await (const _ of chunksOf(body, new AbortController().signal)) turns.push(turn)
  clearImmediate(counting)
  expect(turns.length).toBeGreaterThanOrEqual(5)
  expect(new Set(turns).size).toBe(turns.length)
})

describe('a stream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const databaseUrl = `file:${join(folder, 'stream.db')}`
  const started: ChildProcess[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const open = async (credential: Parameters<typeof seedKey>[1] = {}, variables: Record<string, string> = {}) => {
    const key = await seedKey(databaseUrl, credential)
    const server = await startServer(databaseUrl, variables)
    started.push(server.child)
    const headers = { authorization: `Bearer ${key.token}`, 'content-type': 'application/x-ndjson' }
    const sent = request(`${server.url}/v1/objects/people/records/batch`, { method: 'POST', headers })
    const answered = once(sent, 'response')
    sent.flushHeaders()
    const outcomes = async () => {
      const [response] = (await answered) as [IncomingMessage]
      const lines = createInterface({ input: response })[Symbol.asyncIterator]()
      return { response, next: async () => JSON.parse((await lines.next()).value ?? 'null') }
    }
    return { ...server, ...key, sent, outcomes }
  }

  const line = (n: number) =>
    `{"match":{"emails":"s${n}@stream.example"},"values":{"emails":["s${n}@stream.example"]}}\n`
  const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i)).join('')

  it('is answered while it is still being sent, chunk by chunk, and says in the log what it did', async () => {
    const { sent, outcomes, log } = await open()
    sent.write(lines(0, 1_500))
    const { next } = await outcomes()
    const indexes: number[] = []
    while (indexes.length < 1_500) indexes.push((await next()).index)
    expect(sent.writableEnded).toBe(false)
    expect(log.filter((entry) => entry.stream)).toEqual([])
    sent.end(`${lines(1_500, 2_100)}{"match":1}\n`)
    while (indexes.length < 2_101) indexes.push((await next()).index)
    expect(indexes).toEqual(Array.from({ length: 2_101 }, (_, i) => i))
    expect(await next()).toBe(null)
    const entry = await untilFound(log, (one) => one.stream !== undefined)
    expect(entry).toMatchObject({
      status: 200,
      stream: { created: 2_100, updated: 0, unchanged: 0, refused: 1, ended: 'complete' },
    })
    expect((entry.db as { calls: number }).calls).toBeGreaterThanOrEqual(3)
  })

  it('refuses a line that is no UTF-8 and writes its neighbours', async () => {
    const { sent, outcomes } = await open()
    sent.write(line(1))
    sent.write(Buffer.concat([Buffer.from('{"values":{"first_name":"'), Buffer.of(0xff), Buffer.from('"}}\n')]))
    sent.end(line(2))
    const { next } = await outcomes()
    expect((await next()).status).toBe('created')
    expect(await next()).toMatchObject({ index: 1, status: 'refused', error: { code: 'malformed_json' } })
    expect((await next()).status).toBe('created')
  })

  it.each([
    ['cannot be read', 'x\n'],
    ['no record could be made of', '{"values":{"nope":1}}\n'],
  ])('ends after a thousand lines in a row that %s, and says where to go on', async (_what, bad) => {
    const { sent, outcomes } = await open()
    sent.on('error', () => undefined)
    sent.end(line(0) + bad.repeat(200_000))
    const { next } = await outcomes()
    const answered = []
    for (let one = await next(); one !== null; one = await next()) answered.push(one)
    const last = answered.pop()
    // It ends with the chunk in which there were enough of them.
    expect(answered.length).toBeGreaterThan(1_000)
    expect(answered.length).toBeLessThan(3_000)
    expect(answered.map(({ status }) => status)).toEqual(['created', ...answered.slice(1).map(() => 'refused')])
    expect(last).toMatchObject({ repeatFrom: answered.length, error: { code: 'nothing_written' } })
  })

  it('goes on whatever its lines match, and while some of them can be written', async () => {
    const { sent, outcomes, log } = await open()
    const missing = '{"match":{"emails":"nobody@stream.example"},"values":{"first_name":"N"},"mode":"update"}\n'
    sent.end(missing.repeat(2_500) + ('x\n'.repeat(900) + line(0)).repeat(3))
    const { next } = await outcomes()
    const codes: string[] = []
    for (let one = await next(); one !== null; one = await next()) codes.push(one.error?.code ?? one.status)
    expect(codes.length).toBe(2_500 + 3 * 901)
    expect(codes.filter((code) => code === 'record_not_found')).toHaveLength(2_500)
    expect(await untilFound(log, (one) => one.stream !== undefined)).toMatchObject({ stream: { ended: 'complete' } })
  })

  it('ends when its key is revoked, with the place to go on from and the request id', async () => {
    const { sent, outcomes, organizationId, keyId } = await open()
    sent.write(line(0))
    const { response, next } = await outcomes()
    expect((await next()).status).toBe('created')
    const { driver, close } = await openDatabase(databaseUrl, undefined, { threads: false })
    await administration(asOperator(driver, organizationId)).revokeCredential(keyId)
    await close()
    sent.write(line(1))
    const last = await next()
    expect(last).toMatchObject({ index: 1, repeatFrom: 1, error: { code: 'invalid_credentials' } })
    expect(last.error.instance).toBe(`urn:request:${response.headers['x-request-id']}`)
    expect(await next()).toBe(null)
  })

  it('ends when its key expires', async () => {
    const expiresAt = Date.now() + 3_600_000
    const { token } = await seedKey(databaseUrl, { expiresAt })
    const { driver, close } = await openDatabase(databaseUrl, undefined, { threads: false })
    const app = createApp({
      services: createServices(() => driver),
      clientAddress: () => undefined,
      serverTiming: false,
    })
    const body = new TransformStream<Uint8Array, Uint8Array>()
    const writer = body.writable.getWriter()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }
    const url = 'http://stream.test/v1/objects/people/records/batch'
    const init = { method: 'POST', headers, body: body.readable, duplex: 'half' } as unknown as RequestInit
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const written = writer.write(bytes(line(50)))
      const response = await app.fetch(new Request(url, init))
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      const next = async () => JSON.parse(new TextDecoder().decode((await reader.read()).value))
      expect((await next()).status).toBe('created')
      await written
      vi.setSystemTime(expiresAt)
      await writer.write(bytes(line(51)))
      expect(await next()).toMatchObject({ index: 1, repeatFrom: 1, error: { code: 'invalid_credentials' } })
      expect((await reader.read()).done).toBe(true)
    } finally {
      vi.useRealTimers()
      await close()
    }
  })

  it('ends with its last line when the server stops, though its client goes on sending', async () => {
    const { sent, outcomes, child, exited } = await open()
    sent.on('error', () => undefined)
    sent.write(line(0))
    const { next } = await outcomes()
    expect((await next()).index).toBe(0)
    const sending = setInterval(() => sent.write(' \n'), 5)
    // Gathered when the signal comes, so written and answered before the last line.
    sent.write(lines(1, 3))
    child.kill('SIGTERM')
    const answered = []
    for (let one = await next(); one !== null; one = await next()) answered.push(one)
    clearInterval(sending)
    const last = answered.pop()
    expect(last).toMatchObject({ repeatFrom: 1 + answered.length, error: { code: 'stopping' } })
    expect(answered.every((one, i) => one.index === 1 + i && one.status === 'created')).toBe(true)
    expect(await exited).toEqual([0, null])
  })

  it('whose client goes away is given up, and says so in the log', async () => {
    const { sent, outcomes, log } = await open()
    sent.write(line(0))
    const { next } = await outcomes()
    expect((await next()).index).toBe(0)
    sent.on('error', () => undefined)
    sent.destroy()
    const { stream } = await untilFound(log, (one) => one.stream !== undefined)
    expect(stream).toMatchObject({ created: 1 })
    expect((stream as { ended: string }).ended).not.toBe('complete')
  })
})

const untilFound = async (log: readonly Record<string, unknown>[], is: (line: Record<string, unknown>) => boolean) => {
  for (;;) {
    const found = log.find(is)
    if (found) return found
    await new Promise((done) => setTimeout(done, 20))
  }
}
