import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { RefusedError } from '../../src/engine/errors.ts'
import { newId } from '../../src/engine/ids.ts'
import { StaleError } from '../../src/engine/session.ts'
import { readOrganizationRow } from '../../src/storage/tenant-organization.ts'
import { exportTenant, restoreTenant } from '../../src/tenants/data.ts'
import { createTenant, issueAdminKey } from '../../src/tenants/lifecycle.ts'
import { moveTenant } from '../../src/tenants/moving.ts'
import type { Place } from '../../src/tenants/place.ts'
import { placeTenant } from '../../src/tenants/placing.ts'
import { deleteTenant, resumeTenant, suspendTenant } from '../../src/tenants/status.ts'
import { isOver } from '../../src/tenants/tenant-move.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { here, type PlacingWorld, placingWorld, shared, there } from '../support/placing-world.ts'

/** Nothing that was known, or was under way, of a tenant that is gone is of use against another one of its id. */

const ownDatabase: Place = { shape: 'database', url: 'file:own.db' }

let world: PlacingWorld
beforeAll(async () => {
  world = await placingWorld()
}, 60_000)
afterAll(() => world.close())
afterEach(() => {
  world.gates.clear()
})

const upkeep = async (later = 1) => {
  const failures: string[] = []
  await lookAfter(world.deployment, Date.now() + later, { log: (line) => failures.push(line) })
  expect(failures).toEqual([])
}

const erased = async (id: string) => {
  await deleteTenant(world.deployment, id, Date.now())
  await upkeep()
  expect(await world.deployment.directory.find(id)).toBeUndefined()
}

/** How a tenant of the same id comes to be there. @returns a key of its own */
const next: Readonly<Record<string, (id: string, place: Place) => Promise<string>>> = {
  'is created': async (id, place) => (await createTenant(world.deployment, { id, name: 'Another', place })).adminKey,
  'is restored': async (id, place) => {
    const { id: other } = await createTenant(world.deployment, { id: newId(), name: 'Another' })
    const { lines } = await exportTenant(world.deployment, other)
    const own = lines.map(({ table, row }) => ({ table, row: { ...row, id } }))
    await restoreTenant(world.deployment, id, { lines: own, place })
    await resumeTenant(world.deployment, id)
    return (await issueAdminKey(world.deployment, id, 'again')).adminKey
  },
  'is moved there': async (id, place) => {
    const elsewhere = place === shared ? here : shared
    const { adminKey } = await createTenant(world.deployment, { id, name: 'Another', place: elsewhere })
    while (!isOver(await moveTenant(world.deployment, id, place)));
    return adminKey
  },
}

const cases = (
  [
    ['shared', shared],
    ['an object', here],
    ['a database', ownDatabase],
  ] as const
).flatMap(([shape, place]) => Object.entries(next).map(([how, make]) => ({ shape, how, place, make })))

it.each(cases)('opens no tenant that $how with a key of the one before in $shape', async ({ place, make }) => {
  const send = world.isolate()
  const id = newId()
  const { adminKey: gone } = await createTenant(world.deployment, { id, name: 'Gone', place })
  const revisions: number[] = []
  const remember = async () =>
    revisions.push((await readOrganizationRow(world.fileOf(place), id))?.revision ?? Number.NaN)
  await remember()
  expect((await send(gone, 'GET', '/organization')).body).toMatchObject({ name: 'Gone' })
  const attribute = { label: 'Only of before', type: 'text' }
  expect((await send(gone, 'POST', '/objects/people/attributes', attribute)).status).toBe(201)
  expect((await send(gone, 'GET', '/organization')).status).toBe(200)
  await remember()
  await erased(id)
  const key = await make(id, place)
  await remember()
  for (const [method, path] of [
    ['GET', '/organization'],
    ['GET', '/keys'],
    ['GET', '/objects/people'],
  ] as const)
    expect((await send(gone, method, path)).status, path).toBe(401)
  expect((await send(gone, 'POST', '/keys', { name: 'more', scopes: ['admin'] })).status).toBe(401)
  expect((await send(key, 'GET', '/organization')).body).toMatchObject({ name: 'Another' })
  const { body } = await send(key, 'GET', '/objects/people')
  expect(JSON.stringify(body)).not.toContain('Only of before')
  expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other))
  await erased(id)
})

const acknowledged = async (work: () => Promise<unknown>): Promise<boolean> => {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof RefusedError || error instanceof StaleError) return false
    throw error
  }
}

/** Whatever stands before each call to a database, the directory's too, when it is the nth. */
const beforeCall = (nth: number, names: readonly string[], meanwhile: () => Promise<unknown>) => {
  let call = 0
  for (const name of names)
    world.gates.set(name, async (go) => {
      if (++call === nth) {
        world.gates.clear()
        await meanwhile()
      }
      return go()
    })
  return () => call >= nth
}

/** Runs the work until it makes no further call, once for each of its calls. */
const atEachCall = async (run: (nth: number) => Promise<boolean>): Promise<number> => {
  for (let nth = 1; ; nth++) {
    const isMet = await run(nth)
    world.gates.clear()
    if (!isMet) return nth - 1
  }
}

const recordsAt = async (place: Place, id: string): Promise<number> => {
  const sql = 'SELECT count(*) AS n FROM records WHERE organization_id = ?1'
  return Number((await world.fileOf(place).batch([{ sql, params: [id] }])).results[0]?.rows[0]?.n)
}

/** A suspended tenant at `here`, and a page of its records, which are not there any more. */
const restorable = async () => {
  const id = newId()
  const { adminKey } = await createTenant(world.deployment, { id, name: 'Restored', place: here })
  const person = { match: { emails: 'late@restored.example' }, values: {} }
  expect((await world.isolate()(adminKey, 'PUT', '/objects/people/records', person)).status).toBe(201)
  const { lines } = await exportTenant(world.deployment, id, { table: 'records' })
  expect(lines).toHaveLength(1)
  await suspendTenant(world.deployment, id)
  await world.fileOf(here).batch(
    ['records', 'record_keys'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE organization_id = ?1`,
      params: [id],
    })),
  )
  return { id, lines }
}

const meanwhile: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  'is said to be in a copy': async (id) => {
    await world.copy(id, here, there)
    await placeTenant(world.deployment, id, there)
  },
  'is moved to its end': async (id) => {
    while (!isOver(await moveTenant(world.deployment, id, there)));
  },
  'is erased, and another is created': async (id) => {
    await erased(id)
    await createTenant(world.deployment, { id, name: 'Another', place: here })
  },
  'is resumed': (id) => resumeTenant(world.deployment, id),
}

it.each(Object.entries(meanwhile))(
  'puts no page of a restore where the tenant is not, which %s',
  async (_how, other) => {
    const calls = await atEachCall(async (nth) => {
      const { id, lines } = await restorable()
      const isMet = beforeCall(nth, ['here'], () => other(id))
      const done = await acknowledged(() => restoreTenant(world.deployment, id, { lines }))
      if (!isMet()) return false
      const { place, name, status } = await world.lineOf(id)
      const count = await recordsAt(place as Place, id)
      if (done) expect([status, count], `at call ${nth}`).toEqual(['suspended', 1])
      if (name === 'Another') expect(count, `at call ${nth}`).toBe(0)
      return true
    })
    expect(calls).toBeGreaterThan(1)
  },
)

it('gives keys to the records of a page that was cut off before', async () => {
  const { id, lines } = await restorable()
  const keys = async () => {
    const sql = 'SELECT count(*) AS n FROM record_keys WHERE organization_id = ?1'
    return Number((await world.fileOf(here).batch([{ sql, params: [id] }])).results[0]?.rows[0]?.n)
  }
  await atEachCall(async (nth) => {
    const isMet = beforeCall(nth, ['here'], () => Promise.reject(new StaleError()))
    await acknowledged(() => restoreTenant(world.deployment, id, { lines }))
    return isMet()
  })
  expect([await recordsAt(here, id), await keys()]).toEqual([1, 1])
  await world.fileOf(here).batch([{ sql: 'DELETE FROM record_keys WHERE organization_id = ?1', params: [id] }])
  await restoreTenant(world.deployment, id, { lines })
  expect(await keys()).toBe(1)
})

/** Its line says what it is where it lives; without one, it is nowhere. */
const expectTold = async (id: string, message: string) => {
  const line = await world.deployment.directory.find(id)
  const found = await Promise.all([shared, here, there].map((place) => world.statusAt(place, id)))
  if (line) expect(await world.statusAt(line.place as Place, id), message).toBe(line.status)
  else expect(found, message).toEqual([undefined, undefined, undefined])
  return line?.status
}

it.each([
  ['shared', shared],
  ['an object', here],
] as const)(
  'leaves no organisation without a line, whose creation in %s is deleted meanwhile',
  async (_shape, place) => {
    const names = ['directory', 'shared', 'here']
    const calls = await atEachCall(async (nth) => {
      const id = newId()
      let isDeleted = false
      const isMet = beforeCall(nth, names, async () => {
        isDeleted = await acknowledged(() => deleteTenant(world.deployment, id, Date.now() + 1e9))
      })
      const done = await acknowledged(() => createTenant(world.deployment, { id, name: 'Short', place }))
      const status = await expectTold(id, `at call ${nth}`)
      if (isDeleted) expect(status, `at call ${nth}`).toBe(done ? 'deleted' : undefined)
      // The id is free again, or the tenant is there.
      expect(await acknowledged(() => createTenant(world.deployment, { id, name: 'Short', place }))).toBe(
        status === undefined,
      )
      return isMet()
    })
    expect(calls).toBeGreaterThan(5)
  },
)

it.each([
  ['created', 'restored'],
  ['restored', 'created'],
] as const)('is %s or %s, of both at once', async (first, second) => {
  const { id: model } = await createTenant(world.deployment, { id: newId(), name: 'Model' })
  const { lines } = await exportTenant(world.deployment, model)
  const works = {
    created: (id: string) => createTenant(world.deployment, { id, name: 'Both', place: here }),
    restored: (id: string) => {
      const own = lines.map(({ table, row }) => ({ table, row: { ...row, id } }))
      return restoreTenant(world.deployment, id, { lines: own, place: here })
    },
  }
  await atEachCall(async (nth) => {
    const id = newId()
    let other = false
    const isMet = beforeCall(nth, ['directory', 'here'], async () => {
      other = await acknowledged(() => works[second](id))
    })
    const done = await acknowledged(() => works[first](id))
    const status = await expectTold(id, `at call ${nth}`)
    if (isMet()) expect([done, other].filter(Boolean), `at call ${nth}`).toHaveLength(1)
    const isCreated = first === 'created' ? done : other
    expect(status).toBe(isCreated ? 'active' : 'suspended')
    return isMet()
  })
})

it('gives a line of the directory no number that one of its id has had', async () => {
  const id = newId()
  const { directory } = world.deployment
  const seen: number[] = []
  for (const enter of [
    () => directory.add({ id, name: 'Line', place: here, createdAt: 1 }),
    () => directory.adopt([{ id, name: 'Line', place: here, createdAt: 1, status: 'active' }]),
  ]) {
    await enter()
    const line = await directory.change(await world.lineOf(id), { name: 'Changed' })
    seen.push(line.revision - 1, line.revision)
    await directory.remove(line)
  }
  expect(new Set(seen).size).toBe(4)
  expect(seen).toEqual(seen.toSorted((one, other) => one - other))
})
