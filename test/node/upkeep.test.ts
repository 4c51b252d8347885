import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/node/database.ts'
import { repeat } from '../../src/node/repeat.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import type { Place } from '../../src/tenants/place.ts'
import { deleteTenant } from '../../src/tenants/status.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { seedKey, startServer } from '../support/node-server.ts'
import { placingWorld } from '../support/placing-world.ts'

/** The upkeep of a Node server: from its start, again and again, and never twice at once. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-upkeep-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('runs when the server starts, and again', async () => {
  const url = `file:${join(folder, 'served.db')}`
  const { organizationId } = await seedKey(url)
  const server = await startServer(url, { SWEEP_SECONDS: '1' })
  const { driver, close } = await openDatabase(url, undefined, { threads: false })
  const rows = async (sql: string) => (await driver.batch([{ sql, params: [] }])).results[0]?.rows
  try {
    await vi.waitFor(async () => expect(await rows('SELECT id FROM tenants')).toEqual([{ id: organizationId }]), 20_000)
    // By now one has run: what is old from now on is for another.
    await rows("INSERT INTO replays VALUES ('x', 'k:old', -1, '', 0)")
    await vi.waitFor(async () => expect(await rows('SELECT 1 FROM replays')).toEqual([]), 20_000)
  } finally {
    server.child.kill()
    await server.exited
    await close()
  }
})

it('erases a tenant whose time has come while the database of another hangs', async () => {
  const world = await placingWorld()
  try {
    const own: Place = { shape: 'database', binding: 'OWN' }
    const { id: away } = await createTenant(world.deployment, { name: 'Hangs', place: own })
    const { id } = await createTenant(world.deployment, { name: 'Due' })
    await deleteTenant(world.deployment, id, Date.now())
    let release = () => {}
    const hanging = new Promise<never>((_, reject) => {
      release = () => reject(new UnavailableError('It was away'))
    })
    world.gates.set('database', () => hanging)
    const failures: string[] = []
    const run = lookAfter(world.deployment, Date.now() + 1, { log: (line) => failures.push(line) })
    await vi.waitFor(async () => expect(await world.deployment.directory.find(id)).toBeUndefined(), 20_000)
    release()
    await run
    expect(failures).not.toEqual([])
    expect(failures.filter((line) => !line.includes(away))).toEqual([])
  } finally {
    await world.close()
  }
})

it('begins no second run while one is under way', async () => {
  let running = 0
  let most = 0
  let runs = 0
  const finished = new Promise<void>((resolve) => {
    const work = async () => {
      most = Math.max(most, ++running)
      await wait(20)
      running--
      if (++runs === 3) resolve()
      if (runs >= 3) await new Promise(() => undefined)
    }
    void repeat(work, 1)
  })
  await finished
  expect([runs, most]).toEqual([3, 1])
})
