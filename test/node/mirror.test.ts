import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { openDatabase } from '../../src/node/database.ts'
import { checkDeclared, declaredRoutes } from '../support/declared.ts'
import { CutOff, Mirror } from '../support/mirror.ts'
import { seedKey } from '../support/node-server.ts'
import { OBJECTS, operations, RandomWriter } from '../support/random-changes.ts'

/** `npm run test:mirror` goes through 20,000; with SEED=7 before it the same again. */
const CHANGES = Number(process.env.CHANGES ?? 3_000)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Operations between two looks at whether the copy is one. */
const ROUND = 100
const MOST_ROUNDS = 1_000

/** How the client goes on after each operation: pages, their sizes, and whether it is killed in the middle of one. */
const strides = (seed: number) =>
  fc.sample(
    fc.array(fc.record({ limit: fc.integer({ min: 1, max: 200 }), isCutOff: fc.nat(9).map((n) => n === 0) }), {
      maxLength: 4,
    }),
    { seed, numRuns: ROUND },
  )

const open = async (folder: string) => {
  const databaseUrl = `file:${join(folder, 'edge.db')}`
  const { token } = await seedKey(databaseUrl, { scopes: ['crm:read', 'crm:write', 'admin'] })
  const { driver, close } = await openDatabase(databaseUrl)
  const app = createApp({
    services: createServices(() => driver),
    clientAddress: () => undefined,
    serverTiming: false,
  })
  const routes = declaredRoutes(await app.contractApps())
  const send = async (method: string, path: string, body?: unknown, headers = {}) => {
    const init = {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const response = await app.fetch(new Request(`http://edge.test${path}`, init))
    await checkDeclared(routes, method, path.split('?')[0] ?? path, response)
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  /** Changes that the history has had. */
  const written = async () => {
    const { results } = await driver.batch([{ sql: 'SELECT max(sequence) AS last FROM changes', params: [] }])
    return Number(results[0]?.rows[0]?.last)
  }
  return { send, written, close }
}

type Send = Awaited<ReturnType<typeof open>>['send']

const everyRecord = async (send: Send, object: string) => {
  const records: object[] = []
  for (let cursor = ''; ; ) {
    const { body } = await send('GET', `/v1/objects/${object}/records?archived=include&limit=1000${cursor}`)
    records.push(...body.records)
    if (body.nextCursor === null) return records
    cursor = `&cursor=${body.nextCursor}`
  }
}

/** A relation to what is not there reads as not set; the feed tells only of the record that has gone. */
const asRead = (mirror: Mirror, object: string) => {
  const companies = new Set(mirror.records('companies').map(({ id }) => id))
  return mirror.records(object).map(({ values: { company, ...values }, ...record }) => ({
    ...record,
    values: companies.has(String(company)) ? { ...values, company } : values,
  }))
}

/** @returns whether there was anything to do, and whether the client was killed over it */
const stepOrRestart = async (mirror: Mirror, options: Parameters<Mirror['step']>[0]) => {
  try {
    return { more: await mirror.step(options), restarts: 0 }
  } catch (error) {
    if (!(error instanceof CutOff)) throw error
    mirror.restart()
    return { more: true, restarts: 1 }
  }
}

it(`a client that goes by the feed alone has an exact copy, however often it is killed (CHANGES=${CHANGES} SEED=${SEED})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-mirror-'))
  const { send, written, close } = await open(folder)
  const mirror = new Mirror(join(folder, 'mirror.db'), (path) => send('GET', path))
  const writer = new RandomWriter(send)
  await writer.begin()
  let restarts = 0
  for (let round = 0; (await written()) < CHANGES; round++) {
    expect(round).toBeLessThan(MOST_ROUNDS)
    const follows = strides(SEED + round)
    for (const [i, operation] of operations(SEED + round, ROUND).entries()) {
      await writer.write(operation)
      for (const stride of follows[i] ?? []) restarts += (await stepOrRestart(mirror, stride)).restarts
    }
    await writer.end()
    for (let more = true; more; ) more = (await stepOrRestart(mirror, { limit: 1_000, isCutOff: false })).more
    for (const object of OBJECTS) {
      const there = await everyRecord(send, object)
      expect(there.length).toBeGreaterThan(0)
      expect(asRead(mirror, object)).toEqual(there)
    }
  }
  expect(restarts).toBeGreaterThan(0)
  mirror.close()
  await close()
  rmSync(folder, { recursive: true })
}, 120_000)
