import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { newHookKey } from '../../src/secrets/secret-box.ts'
import { seedKey, startServer } from '../support/node-server.ts'
import { type Mood, moods, startReceiver, type Told } from '../support/receiver.ts'

/** A receiver that fails, refuses, hangs, answers slowly, redirects, hangs up, forgets, is gone and comes back, and a server that is killed. */

const ASSERTS = Number(process.env.ASSERTS ?? 300)
const PEOPLE = 12

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-subscriptions-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** As a receiver should: what it knows already is nothing new. */
const once = (taken: readonly Told[]): Told[] => [...new Map(taken.map((one) => [one.id, one])).values()]

const until = async (what: string, isSo: () => Promise<boolean> | boolean, ms = 90_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`It never came to pass that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

it('comes to every change once per record and version, in the order of the feed', { timeout: 240_000 }, async ({
  onTestFinished,
}) => {
  const database = `file:${join(folder, 'storm.db')}`
  const { token } = await seedKey(database, { scopes: ['crm:read', 'crm:write', 'admin'] })
  const variables = { HOOKS_KEY: newHookKey(), SUBSCRIPTIONS_INSIDE: 'on', SWEEP_SECONDS: '1', LOG: 'off' }
  const start = async () => {
    const started = await startServer(database, variables)
    onTestFinished(() => void started.child.kill('SIGKILL'))
    return started
  }
  let mood: () => Mood = () => 'takes'
  const receiver = await startReceiver(() => mood())
  onTestFinished(() => receiver.close())

  let server = await start()
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const assert = (n: number) => {
    const email = `p${Math.floor(Math.random() * PEOPLE)}@storm.example`
    return ask('PUT', '/v1/objects/people/records', {
      match: { emails: email },
      values: { emails: [email], first_name: `Name ${n}` },
    })
  }
  const { id, secret } = await ask('POST', '/v1/subscriptions', { name: 'storm', url: receiver.url })
  receiver.knows(secret)
  const resume = () => ask('POST', `/v1/subscriptions/${id}/resume`, {})
  /** So that no mood keeps the others from their turn: what waits for its next attempt, or is paused, goes on at once. */
  const goOn = async () => {
    const { failure } = await ask('GET', `/v1/subscriptions/${id}`)
    if (failure !== null) await resume()
  }

  // Each mood has its turn for sure, and then any of them.
  const turns = [...moods]
  mood = () =>
    turns.shift() ?? (Math.random() < 0.8 ? 'takes' : (moods[Math.floor(Math.random() * moods.length)] as Mood))
  for (let n = 0; n < ASSERTS / 3; n++) await assert(n)
  await until('each mood has had its turn', async () => {
    await goOn()
    return turns.length === 0
  })
  // It hangs, and the server dies in the middle of it.
  mood = () => 'hangs'
  const hung = receiver.seen.requests
  for (let n = 0; n < ASSERTS / 3; n++) await assert(n + ASSERTS)
  await resume()
  await until('something was sent to the receiver that hangs', () => receiver.seen.requests > hung)
  server.child.kill('SIGKILL')
  await server.exited
  server = await start()
  mood = () => (Math.random() < 0.95 ? 'takes' : 'forgets')
  for (let n = 0; n < ASSERTS / 3; n++) await assert(n + 2 * ASSERTS)

  const feed: Told['data'][] = []
  for (let cursor = '', more = true; more; ) {
    const page = await ask('GET', `/v1/changes?limit=100${cursor && `&cursor=${cursor}`}`)
    feed.push(...page.changes.filter((one: { recordId: unknown }) => one.recordId !== null))
    cursor = page.nextCursor
    more = page.more
  }
  await until('everything was taken', async () => {
    await goOn()
    const { lastSequence } = await ask('GET', `/v1/subscriptions/${id}`)
    return lastSequence === feed.at(-1)?.sequence
  })

  expect(receiver.problems).toEqual([])
  expect(receiver.seen.elsewhere).toBe(0)
  const told = once(receiver.taken).filter(({ type }) => type.startsWith('record.'))
  expect(told.map(({ data }) => data)).toEqual(feed)
  // What it forgot to say that it had taken came again.
  expect(receiver.taken.length).toBeGreaterThan(told.length)
  const versions = told.map(({ data }) => `${data.recordId} ${data.version}`)
  expect(new Set(versions).size).toBe(versions.length)
})
