import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { timer } from '../../src/engine/follow.ts'
import { WaitingRequests } from '../../src/node/waiting.ts'
import { OverloadedError, type SqlDriver } from '../../src/storage/driver.ts'
import { seedKey, startServer } from '../support/node-server.ts'

/** Following the feed on a Node server: what is written wakes who waits, and a stop ends it. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

const open = async () => {
  const databaseUrl = `file:${join(folder, `${crypto.randomUUID()}.db`)}`
  const { token } = await seedKey(databaseUrl, { scopes: ['crm:read', 'crm:write'] })
  const server = await startServer(databaseUrl)
  started.push(server.child)
  const authorization = `Bearer ${token}`
  const changes = (query: string, headers = {}) =>
    fetch(`${server.url}/v1/changes?${query}`, { headers: { authorization, ...headers } })
  const now = async () => ((await (await changes('since=now')).json()) as { nextCursor: string }).nextCursor
  const put = () =>
    fetch(`${server.url}/v1/objects/people/records`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ match: { emails: 'wake@feed.example' }, values: { first_name: crypto.randomUUID() } }),
    })
  return { ...server, changes, now, put }
}

const nothing: SqlDriver = { batch: async () => ({ results: [], milliseconds: 0 }) }
const never = new AbortController().signal

it('a write wakes who waits for its organisation, and nobody else; a read wakes nobody', async () => {
  const waiting = new WaitingRequests(() => {})
  const connect = waiting.connect(() => nothing)
  const woken: string[] = []
  const ending = new AbortController()
  const waits = ['one', 'other'].map((id) => waiting.pause(id, 3_600_000, ending.signal).then(() => woken.push(id)))
  await connect('one').batch([], { readOnly: true })
  await timer.pause('', 200, never)
  expect(woken).toEqual([])
  await connect('one').batch([])
  await waits[0]
  expect(woken).toEqual(['one'])
  ending.abort()
  await waits[1]
})

it('so many may wait, and of one organisation half of them', async () => {
  const waiting = new WaitingRequests(() => {})
  const ending = new AbortController()
  const wait = (id: string) => waiting.pause(id, 3_600_000, ending.signal)
  const waits = Array.from({ length: 500 }, () => wait('one'))
  await expect(wait('one')).rejects.toThrow(OverloadedError)
  waits.push(...Array.from({ length: 500 }, (_, i) => wait(`other ${i}`)))
  await expect(wait('last')).rejects.toThrow(OverloadedError)
  ending.abort()
  await Promise.all(waits)
  await waiting.pause('one', 1, never)
})

it('more wait than requests may be under way, and others are served meanwhile', async () => {
  const { changes, now, put } = await open()
  const cursor = await now()
  const waits = Array.from({ length: 400 }, () => changes(`cursor=${cursor}&wait=60`))
  // Once the last of them has made its first read, all wait.
  await timer.pause('', 1_500, never)
  expect((await put()).status).toBe(201)
  for (const answer of await Promise.all(waits)) {
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as { changes: unknown[] }).changes).toHaveLength(1)
  }
})

it('when the server stops, who waits is answered, and a stream ends with where to go on', async () => {
  const { changes, now, child, exited } = await open()
  const cursor = await now()
  const waiting = changes(`cursor=${cursor}&wait=60`)
  const stream = await changes(`cursor=${cursor}`, { accept: 'text/event-stream' })
  const text = stream.text()
  await timer.pause('', 500, never)
  child.kill('SIGTERM')
  expect(await (await waiting).json()).toEqual({ changes: [], nextCursor: cursor, more: false })
  expect((await text).trim().split('\n').slice(-3)).toEqual([
    `id: ${cursor}`,
    'event: end',
    expect.stringContaining('"reason":"stopping"'),
  ])
  expect(await exited).toEqual([0, null])
})

it('a stream whose client goes away is given up, and says so in the log', async () => {
  const { changes, log } = await open()
  const request = changes('since=now', { accept: 'text/event-stream' })
  await (await request).body?.cancel()
  for (;;) {
    const found = log.find(({ stream: told }) => told !== undefined)
    if (found) {
      expect(found.stream).toMatchObject({ ended: 'abandoned', changes: 0 })
      return
    }
    await timer.pause('', 20, never)
  }
})
