import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { newId } from '../../src/engine/ids.ts'
import { readOrganizationRow } from '../../src/storage/tenant-organization.ts'
import { exportTenant, restoreTenant } from '../../src/tenants/data.ts'
import { createTenant, issueAdminKey } from '../../src/tenants/lifecycle.ts'
import { moveTenant } from '../../src/tenants/moving.ts'
import type { Place } from '../../src/tenants/place.ts'
import { deleteTenant, resumeTenant } from '../../src/tenants/status.ts'
import { isOver } from '../../src/tenants/tenant-move.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { here, type PlacingWorld, placingWorld, shared } from '../support/placing-world.ts'

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
