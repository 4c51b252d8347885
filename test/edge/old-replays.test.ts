import { createScheduledController, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { replaySweep } from '../../src/storage/old-replays.ts'
import { sweep } from '../../src/storage/sweep.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import worker from '../../src/worker.ts'
import { createWorld, type World } from '../support/world.ts'

const HOUR = 3_600_000
const driver = d1Driver(env.DB)
let world: World
beforeEach(async () => {
  world = await createWorld()
})

const send = (key: string, items: readonly object[], to = world) =>
  to.send('POST', '/v1/objects/people/records/batch', { body: items, headers: { 'idempotency-key': key } })
const items = (...names: string[]) => names.map((first_name) => ({ values: { first_name } }))

const kept = async (over: SqlDriver = driver, organizationId = world.organizationId) => {
  const sql = 'SELECT DISTINCT idempotency_key AS k FROM replays WHERE organization_id = ?1 ORDER BY 1'
  const { results } = await over.batch([{ sql, params: [organizationId] }])
  return results[0]?.rows.map((row) => String(row.k).split(':')[1])
}
const age = (key: string, hours: number, over: SqlDriver = driver) =>
  over.batch([
    {
      sql: 'UPDATE replays SET created_at = created_at - CAST(?1 AS INTEGER) WHERE idempotency_key LIKE ?2',
      params: [hours * HOUR, `%:${key}`],
    },
  ])

const cron = (bindings: Env) => worker.scheduled(createScheduledController(), bindings)

describe('answers to an Idempotency-Key', () => {
  it('are deleted once they are a day old, and not before', async () => {
    for (const key of ['day-old', 'fresh']) expect((await send(key, items('A', 'B'))).status).toBe(200)
    await age('day-old', 24)
    await age('fresh', 23)
    await cron(env as unknown as Env)
    expect(await kept()).toEqual(['fresh'])
    expect((await send('fresh', items('A', 'B'))).headers.get('idempotency-replayed')).toBe('true')
    expect((await send('day-old', items('A', 'B'))).headers.get('idempotency-replayed')).toBeNull()
  })

  it('hold nothing of an older request with the same key, swept or not', async () => {
    await send('reused', items('A', 'B', 'C'))
    await age('reused', 25)
    const reply = await send('reused', items('Z'))
    expect(reply.body.outcomes.length).toBe(1)
    expect((await send('reused', items('Z'))).body).toEqual(reply.body)
  })

  it('are deleted in bounded steps, and the next run goes on', async () => {
    const old = (n: number) => ({
      sql: "INSERT INTO replays VALUES (?1, 'k:' || CAST(?2 AS INTEGER), -1, '', 0), (?1, 'k:' || CAST(?2 AS INTEGER), 0, '', 0)",
      params: ['bounded', n],
    })
    await driver.batch(Array.from({ length: 250 }, (_, n) => old(n)))
    expect(await sweep(driver, Date.now(), 2)).toBe(false)
    expect((await kept(driver, 'bounded'))?.length).toBe(50)
    expect(await sweep(driver, Date.now())).toBe(true)
    expect(await kept(driver, 'bounded')).toEqual([])
  })

  it('cost the sweep nothing as long as they are kept', async () => {
    for (let n = 0; n < 20; n++) await send(`many-${n}`, items('A', 'B', 'C'))
    const { results } = await driver.batch(replaySweep(Date.now()))
    const read = results.reduce((sum, { rowsRead = Number.NaN }) => sum + rowsRead, 0)
    expect(read).toBeLessThanOrEqual(4)
  })

  it('in a database of its own are swept too, and one that fails stops no other', async () => {
    const id = v7()
    const TENANTS = JSON.stringify({ [v7()]: { url: 'http://127.0.0.1:1' }, [id]: { binding: 'DB_OWN' } })
    const bindings = { ...env, TENANCY: 'database', TENANTS } as unknown as Env
    const { places } = tenancyOf(bindings)
    const driver = places.create(id)
    await migrate(driver)
    const own = await createWorld({ id }, driver, places.connect)
    await send('own', items('A'), own)
    await age('own', 24, driver)
    await cron(bindings)
    expect(await kept(driver, id)).toEqual([])
  })

  it('in a Durable Object are swept by the object itself, when it is used', async () => {
    const id = v7()
    const { places } = tenancyOf({ ...env, TENANCY: 'object' })
    const driver = places.create(id)
    const own = await createWorld({ id }, driver, places.connect)
    await send('object', items('A'), own)
    await runInDurableObject(env.ORGANIZATIONS.get(env.ORGANIZATIONS.idFromName(id)), (object, state) => {
      state.storage.sql.exec('UPDATE replays SET created_at = created_at - ?', 24 * HOUR)
      return object.batch([], true)
    })
    expect(await kept(driver, id)).toEqual(['object'])
    const stub = env.ORGANIZATIONS.get(env.ORGANIZATIONS.idFromName(id))
    await runInDurableObject(stub, (_object, state) => state.abort()).catch(() => undefined)
    await driver.batch([])
    expect(await kept(driver, id)).toEqual([])
  })
})
