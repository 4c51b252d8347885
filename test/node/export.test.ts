import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Papa from 'papaparse'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createApp } from '../../src/app.ts'
import { createServices, type ServiceOptions } from '../../src/deps.ts'
import type { OpenDatabase } from '../../src/node/database.ts'
import { openDatabase } from '../../src/node/database.ts'
import { listen } from '../../src/node/listen.ts'
import { RequestsUnderWay } from '../../src/node/requests.ts'
import { runCommand } from '../support/commands.ts'
import { seedKey } from '../support/node-server.ts'

/** Exports from a real server: what ends one says where to go on, and the command puts the parts together. */

const COUNT = 5_000
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-export-'))
const databaseUrl = `file:${join(folder, 'export.db')}`
const notes = '/v1/objects/people/records'
const nameOf = (n: number) => `n${n} "quoted",\nin two lines and ${'x'.repeat(500)}`

let database: OpenDatabase
let seeded: Awaited<ReturnType<typeof seedKey>>
const closing: (() => Promise<unknown>)[] = []

const serve = async (options: ServiceOptions = {}) => {
  const requests = new RequestsUnderWay({ requests: 4, bytes: 1e9, bodyMs: 60_000, pace: { bytes: 1, seconds: 60 } })
  const app = createApp({
    services: createServices(
      requests.connect(() => database.driver),
      options,
    ),
    clientAddress: () => undefined,
    serverTiming: false,
  })
  const { server, url } = await listen(app, requests, { host: '127.0.0.1', port: 0, connections: 100 })
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  return { url, server }
}

const send = async (url: string, path: string, token = seeded.token) => {
  const sent = request(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  sent.on('error', () => undefined)
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { sent, response }
}

beforeAll(async () => {
  seeded = await seedKey(databaseUrl)
  database = await openDatabase(databaseUrl)
  const { url } = await serve()
  for (let from = 0; from < COUNT; from += 1_000) {
    const body = Array.from({ length: 1_000 }, (_, i) => ({
      values: { first_name: `n${from + i}`, note: nameOf(from + i) },
    }))
    const headers = { authorization: `Bearer ${seeded.token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${notes}/batch`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(((await answer.json()) as { summary: object }).summary).toMatchObject({ created: 1_000 })
  }
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

/** Reads a few lines, lets something happen, and reads the rest. */
const interrupted = async (url: string, happens: () => unknown, token?: string) => {
  const { response } = await send(url, `${notes}/export`, token)
  const lines: string[] = []
  const reading = createInterface({ input: response })[Symbol.asyncIterator]()
  while (lines.length < 10) lines.push((await reading.next()).value ?? '')
  await happens()
  for (let next = await reading.next(); !next.done; next = await reading.next()) lines.push(next.value)
  const { end } = JSON.parse(lines.at(-1) ?? '{}')
  const ids = lines.slice(1, -1).map((line) => JSON.parse(line).id)
  return { end, ids, response }
}

describe('an export ends with a last line', () => {
  it('when the server stops, and goes on behind its last record', async () => {
    const stopping = new AbortController()
    const { url } = await serve({ stopping: stopping.signal })
    const { end, ids } = await interrupted(url, () => stopping.abort())
    expect(end).toMatchObject({ complete: false, records: ids.length, after: ids.at(-1), error: { code: 'stopping' } })
    expect(ids.length).toBeLessThan(COUNT)
    const { url: other } = await serve()
    const { response } = await send(other, `${notes}/export?after=${end.after}`)
    const rest = (await response.toArray()).join('').trimEnd().split('\n')
    expect(ids.length + rest.length - 2).toBe(COUNT)
  })

  it('when its key is revoked, with the id of the request', async () => {
    const { url } = await serve()
    const operator = administration(asOperator(database.driver, seeded.organizationId))
    const { id, secret } = await operator.issueCredential({ kind: 'key', name: 'short', scopes: ['crm:read'] })
    const { end, response } = await interrupted(url, () => operator.revokeCredential(id), secret)
    expect(end).toMatchObject({ complete: false, error: { code: 'invalid_credentials' } })
    expect(end.error.instance).toBe(`urn:request:${response.headers['x-request-id']}`)
  })
})

it('as CSV that is not all breaks the connection off, with nothing behind the last row', async () => {
  const { url } = await serve({ streams: { calls: 4 } })
  const { response } = await send(url, `${notes}/export?format=csv&fields=first_name`)
  let text = ''
  response.on('data', (chunk) => {
    text += chunk
  })
  await expect(once(response, 'end')).rejects.toThrow('aborted')
  expect(text).toMatch(/Z\r\n$/)
  expect(text.split('\r\n').length).toBeGreaterThan(1_000)
})

/** Requests that the server has let in: what is asked besides is told to come later when they are too many. */
const isFull = async (url: string) => (await send(url, `${notes}?limit=1`)).response.statusCode === 503

it('keeps its place among the requests under way until it ends', async () => {
  const { url } = await serve()
  const first = await send(url, `${notes}/export`)
  const second = await send(url, `${notes}/export`)
  await once(first.response, 'readable')
  expect(await isFull(url)).toBe(true)
  first.sent.destroy()
  second.sent.destroy()
  await expect.poll(() => isFull(url), { timeout: 20_000 }).toBe(false)
})

describe('the command', () => {
  const run = (url: string, file: string, ...more: string[]) =>
    runCommand(['records', 'export', 'people', '--to', join(folder, file), '--api', url, ...more], {
      API_KEY: seeded.token,
    })

  it('writes one file, though it takes several requests', async () => {
    const { url } = await serve({ streams: { calls: 4 } })
    const csv = await run(url, 'people.csv', '--fields', 'first_name,note')
    expect(csv).toMatchObject({ code: 0, err: expect.stringContaining(`${COUNT} records in `) })
    const { data, errors } = Papa.parse<string[]>(readFileSync(join(folder, 'people.csv'), 'utf8'), {
      skipEmptyLines: true,
    })
    expect(errors).toEqual([])
    expect(data[0]).toEqual(['id', 'first_name', 'note', 'createdAt', 'updatedAt'])
    expect(data.slice(1).map((row) => row.slice(1, 3))).toEqual(
      Array.from({ length: COUNT }, (_, n) => [`n${n}`, nameOf(n)]),
    )
    const cursors = [csv, await run(url, 'people.ndjson')].map(({ err }) => /Changes-Cursor: (\S+)/.exec(err)?.[1])
    expect(cursors).toEqual([expect.any(String), cursors[0]])
    const { response } = await send(url, `/v1/changes?cursor=${cursors[0]}`)
    expect(JSON.parse((await response.toArray()).join(''))).toMatchObject({ changes: [], nextCursor: cursors[0] })
    const lines = readFileSync(join(folder, 'people.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.filter((line) => line.export)).toHaveLength(1)
    expect(lines.at(-1)).toMatchObject({ end: { complete: true, records: COUNT } })
    expect(lines.slice(1, -1).map(({ values }) => values.first_name)).toEqual(
      Array.from({ length: COUNT }, (_, n) => `n${n}`),
    )
  })

  it('writes what is asked for, and says what is wrong', async () => {
    const { url } = await serve()
    expect((await run(url, 'one.csv', '--filter', 'first_name=n7')).err).toContain('1 record in ')
    expect((await run(url, 'one.csv')).err).toMatch(/is there already: .*--force/)
    expect(await run(url, 'none.csv', '--filter', 'nothing=1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing'),
    })
    expect((await run(url, 'people.xls')).err).toContain('say csv or ndjson')
    expect((await run('ftp://x', 'x.csv')).err).toContain('is no URL')
    const none = await runCommand(['records', 'export', 'people', '--to', join(folder, 'x.csv')], { API_KEY: '' })
    expect(none.err).toContain('API_KEY is missing')
  })
})
