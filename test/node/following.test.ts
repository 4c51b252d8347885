import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { awaitChanges, follow, type Waiter } from '../../src/engine/follow.ts'
import { type Change, type ChangePage, type HistoryPlace, isAbout } from '../../src/engine/history.ts'
import { type Session, StaleError } from '../../src/engine/session.ts'
import { WaitingRequests } from '../../src/node/waiting.ts'
import type { Organization } from '../../src/schema/schema.ts'
import { AbandonedError, OverloadedError, type SqlDriver } from '../../src/storage/driver.ts'
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
const rest = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

const page = (changes: readonly Change[], last: HistoryPlace, more = false): ChangePage => ({
  changes,
  last,
  more,
  reaches: true,
  from: 0,
})

const waiter = (organizationId: string, of: Partial<Waiter> = {}): Waiter => ({
  scope: { organizationId, revision: 1 },
  after: { sequence: 0 },
  milliseconds: 3_600_000,
  ending: never,
  concerns: () => true,
  look: async () => page([changeOf(1, 'people')], { sequence: 1, at: 1 }),
  ...of,
})

const changeOf = (sequence: number, object: string): Change => ({
  sequence,
  at: sequence,
  actor: 'operator',
  contract: 'v1',
  request: null,
  importId: null,
  action: 'erased',
  object,
  recordId: '',
  version: 1,
  changed: [],
  delta: null,
})

/** An organisation whose changes are kept in a list, and how often it is read and looked at. */
const feed = () => {
  const waiting = new WaitingRequests(() => {})
  const changes: Change[] = []
  const counts = { reads: 0, looks: 0 }
  const tip = () => ({ sequence: changes.length, ...(changes.length > 0 && { at: changes.length }) })
  const organization = { id: 'one', revision: 1 } as Organization
  const session: Session = { organization, actor: '', expiresAt: null, cached: false, refresh: async () => session }
  const pages = (object: string | undefined, limit: number, ending: AbortSignal = never) =>
    follow(
      session,
      {
        ...(object !== undefined && { object }),
        limit,
        read: async (_session, after) => {
          counts.reads++
          return page([], after ?? tip())
        },
        look: async (_session, after) => {
          counts.looks++
          return page(changes.slice(after.sequence), tip())
        },
      },
      { waiting, forMs: 3_600_000, ending },
    )
  const write = async (...objects: readonly string[]) => {
    for (const object of objects) changes.push(changeOf(changes.length + 1, object))
    await waiting
      .connect(() => nothing)('one')
      .batch([])
  }
  return { waiting, counts, pages, write }
}

it('one look tells all who wait, whatever they asked for, and those whom it does not concern go on waiting', async () => {
  const { counts, pages, write } = feed()
  const ending = new AbortController()
  const filters = [undefined, 'people', 'companies', 'quiet']
  const told = Array.from({ length: 480 }, async (_, i) => {
    const object = filters[i % filters.length]
    const { changes } = await awaitChanges(pages(object, 1 + (i % 7), ending.signal))
    return { object, changes }
  })
  // Each has made its first read once they wait.
  await rest(0)
  expect(counts).toEqual({ reads: 480, looks: 0 })
  await write('people', 'companies')
  const isTold = (_: unknown, i: number) => filters[i % filters.length] !== 'quiet'
  for (const { object, changes } of await Promise.all(told.filter(isTold)))
    expect(changes.every((one) => object === undefined || isAbout(one, object))).toBe(true)
  expect(counts).toEqual({ reads: 480, looks: 1 })
  ending.abort()
  await Promise.all(told)
})

it('what one look has found comes in pages of the size that was asked for, and costs no read', async () => {
  const { counts, pages, write } = feed()
  const followed = pages(undefined, 2)
  await followed.next()
  const next = followed.next()
  await rest(0)
  await write('a', 'b', 'c', 'd', 'e')
  const found = [(await next).value, (await followed.next()).value, (await followed.next()).value]
  expect(found.map(({ changes, more }) => [changes.map(({ sequence }) => sequence), more])).toEqual([
    [[1, 2], true],
    [[3, 4], true],
    [[5], false],
  ])
  expect(found.map(({ last }) => last.sequence)).toEqual([2, 4, 5])
  expect(counts).toEqual({ reads: 1, looks: 1 })
})

it('where the one who looked has gone another one looks; whatever else fails is told to all', async () => {
  const waiting = new WaitingRequests(() => {})
  const gone = new AbandonedError('gone')
  const [first, second] = [
    waiting.pause(waiter('one', { milliseconds: 0, look: () => Promise.reject(gone) })),
    waiting.pause(waiter('one')),
  ]
  await expect(first).rejects.toBe(gone)
  expect((await second)?.changes).toHaveLength(1)
  const broken = new Error('broken')
  const look = () => Promise.reject(broken)
  const both = [waiting.pause(waiter('two', { milliseconds: 0, look })), waiting.pause(waiter('two', { look }))]
  for (const one of both) await expect(one).rejects.toBe(broken)
})

it('nobody is told on an authority that is not current, or of another history: they look for themselves', async () => {
  const waiting = new WaitingRequests(() => {})
  const stale = { look: () => Promise.reject(new StaleError()) }
  expect(await waiting.pause(waiter('one', { milliseconds: 0, ...stale }))).toBeUndefined()
  const scope = { organizationId: 'two', revision: 2 }
  const [older, newer] = [waiting.pause(waiter('two')), waiting.pause(waiter('two', { scope, milliseconds: 0 }))]
  expect([await older, (await newer)?.changes.length]).toEqual([undefined, 1])
  // The change that it stands behind is another one in the history that is there now.
  const other = waiter('three', { after: { sequence: 1, at: 7 } })
  const [taken, told] = [waiting.pause(other), waiting.pause(waiter('three', { milliseconds: 0 }))]
  expect([await taken, (await told)?.changes.length]).toEqual([undefined, 1])
})

it('a write wakes who waits for its organisation, and nobody else; a read wakes nobody', async () => {
  const waiting = new WaitingRequests(() => {})
  const connect = waiting.connect(() => nothing)
  const woken: string[] = []
  const ending = new AbortController()
  const waits = ['one', 'other'].map((id) =>
    waiting.pause(waiter(id, { ending: ending.signal })).then(() => woken.push(id)),
  )
  await connect('one').batch([], { readOnly: true })
  await rest(200)
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
  const wait = (id: string) => waiting.pause(waiter(id, { ending: ending.signal }))
  const waits = Array.from({ length: 500 }, () => wait('one'))
  await expect(wait('one')).rejects.toThrow(OverloadedError)
  waits.push(...Array.from({ length: 500 }, (_, i) => wait(`other ${i}`)))
  await expect(wait('last')).rejects.toThrow(OverloadedError)
  ending.abort()
  await Promise.all(waits)
  await waiting.pause(waiter('one', { milliseconds: 1 }))
})

it('more wait than requests may be under way, and others are served meanwhile', async () => {
  const { changes, now, put } = await open()
  const cursor = await now()
  const waits = Array.from({ length: 400 }, () => changes(`cursor=${cursor}&wait=60`))
  // Once the last of them has made its first read, all wait.
  await rest(1_500)
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
  await rest(500)
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
    await rest(20)
  }
})
