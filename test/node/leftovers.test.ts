import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { newId } from '../../src/engine/ids.ts'
import { StaleError } from '../../src/engine/session.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { claimOf, hold } from '../../src/tenants/claim.ts'
import { exportTenant, restoreTenant } from '../../src/tenants/data.ts'
import { leftoversOf } from '../../src/tenants/leftovers.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import { moveTenant, moveTenantBack } from '../../src/tenants/moving.ts'
import type { Place } from '../../src/tenants/place.ts'
import { placeTenant } from '../../src/tenants/placing.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { deleteTenant, resumeTenant, suspendTenant } from '../../src/tenants/status.ts'
import { isOver } from '../../src/tenants/tenant-move.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { further, here, type PlacingWorld, placingWorld, shared, there } from '../support/placing-world.ts'

/** What a tenant has left is erased when its time has come, whatever became of the tenant meanwhile, and nothing else is. */

const DAY_MS = 86_400_000

let world: PlacingWorld
beforeAll(async () => {
  world = await placingWorld()
}, 60_000)
afterAll(() => world.close())
afterEach(() => {
  world.gates.clear()
  vi.useRealTimers()
})

const create = async (place: Place) => (await createTenant(world.deployment, { id: newId(), name: 'Left', place })).id
const moved = async (id: string, to: Place) => {
  while (!isOver(await moveTenant(world.deployment, id, to)));
}
const placed = (id: string, to: Place, options: { erasesOld?: boolean; isDry?: boolean } = {}) =>
  placeTenant(world.deployment, id, to, options)
/** Upkeep of a later day. @returns what failed */
const upkeep = async (days: number) => {
  const failures: string[] = []
  await lookAfter(world.deployment, Date.now() + days * DAY_MS, { log: (line) => failures.push(line) })
  return failures
}
const leftBy = async (id: string) => leftoversOf(await world.lineOf(id)).map(({ place, erase }) => ({ place, erase }))
const away = () => Promise.reject(new UnavailableError('It is away'))

const afterwards: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  'it is said to be in a copy': async (id) => {
    await world.copy(id, here, there)
    await placed(id, there)
  },
  'it is said to be where it is': (id) => placed(id, here),
  'saying where it is has failed': async (id) => {
    await world.copy(id, here, there)
    // It is there to be found, and away when it is to stand there.
    world.gates.set('us', (call, sql) => (sql.includes('UPDATE') ? away() : call()))
    await expect(placed(id, there)).rejects.toThrow(UnavailableError)
    world.gates.clear()
  },
  'taking it back has failed': async (id) => {
    await world.keep(id, here)
    world.gates.set('here', (call, sql) => {
      if (!sql.includes('UPDATE')) return call()
      world.gates.clear()
      return away()
    })
    await expect(rewindTenant(world.deployment, id, Date.now() - 1)).rejects.toThrow(UnavailableError)
  },
}

it.each(Object.entries(afterwards))('the source of a move goes, though %s the same day', async (_name, work) => {
  const id = await create(shared)
  await moved(id, here)
  await work(id)
  expect(await upkeep(0.5)).toEqual([])
  expect(await world.statusAt(shared, id)).toBe('moved')
  expect(await upkeep(1.1)).toEqual([])
  expect(await world.statusAt(shared, id)).toBeUndefined()
  expect(leftoversOf(await world.lineOf(id)).filter(({ erase }) => erase)).toEqual([])
})

it.each(Object.entries(afterwards))('and with the tenant, if that is deleted, and %s before', async (_name, work) => {
  const id = await create(shared)
  await moved(id, here)
  await work(id)
  await deleteTenant(world.deployment, id, Date.now())
  expect(await upkeep(0.01)).toEqual([])
  for (const place of [shared, here]) expect(await world.statusAt(place, id)).toBeUndefined()
  expect(await world.deployment.directory.find(id)).toBeUndefined()
  expect((await createTenant(world.deployment, { id, name: 'Again' })).id).toBe(id)
})

it('what was to be erased once is to be erased still, and what stays can be given up later', async () => {
  const id = await create(shared)
  await world.copy(id, shared, here)
  const dry = await placed(id, here, { erasesOld: true, isDry: true })
  // It would be as it is afterwards, and nothing is yet.
  expect([dry.place, dry.left, leftoversOf(dry)]).toEqual([
    here,
    undefined,
    [expect.objectContaining({ place: shared, erase: true })],
  ])
  expect(await leftBy(id)).toEqual([])
  expect((await placed(id, here, { erasesOld: true })).left).toBeUndefined()
  await placed(id, here)
  expect(await leftBy(id)).toEqual([{ place: shared, erase: true }])
  await world.copy(id, here, there)
  expect((await placed(id, there, { isDry: true })).left).toContain('lies there still')
  expect((await placed(id, there)).left).toContain('lies there still')
  expect(await leftBy(id)).toEqual([
    { place: shared, erase: true },
    { place: here, erase: false },
  ])
  expect(await upkeep(1.1)).toEqual([])
  expect([await world.statusAt(shared, id), await world.statusAt(here, id)]).toEqual([undefined, 'moved'])
  await placed(id, there, { erasesOld: true })
  expect(await upkeep(1.1)).toEqual([])
  expect([await world.statusAt(here, id), await world.statusAt(there, id)]).toEqual([undefined, 'active'])
  expect(await leftBy(id)).toEqual([])
})

it('goes back from a place that was meant by mistake', async () => {
  const id = await create(here)
  await world.copy(id, here, there)
  await placed(id, there, { erasesOld: true })
  expect(await placed(id, here)).toMatchObject({ place: here, status: 'active' })
  expect([await world.statusAt(here, id), await world.statusAt(there, id)]).toEqual(['active', 'moved'])
  // Where it lives now is nothing that it has left.
  expect(await leftBy(id)).toEqual([{ place: there, erase: false }])
  await upkeep(3)
  expect(await world.statusAt(here, id)).toBe('active')
  // Not where another tenant's line, or none, says so.
  const other = await create(further)
  await moved(other, shared)
  await world.deployment.directory.change(await world.lineOf(other), { move: null })
  await expect(placed(other, further)).rejects.toMatchObject({ message: 'not_possible' })
})

it('does not go back where it is being erased', async () => {
  const id = await create(here)
  await world.copy(id, here, there)
  await placed(id, there, { erasesOld: true })
  let tried: Promise<unknown> | undefined
  const { objects } = world.deployment
  if (!objects) throw new Error('There are no objects')
  const erase: typeof objects.erase = async (...what) => {
    // Those of other tests go, too.
    if (what[0] === id) tried = placed(id, here).catch((error: unknown) => error)
    await tried
    return objects.erase(...what)
  }
  const deployment = { ...world.deployment, objects: { ...objects, erase } }
  await lookAfter(deployment, Date.now() + 2 * DAY_MS, { log: () => {} })
  expect(await tried).toMatchObject({ message: 'not_possible' })
  expect([await world.statusAt(here, id), await world.statusAt(there, id)]).toEqual([undefined, 'active'])
})

it('what a move was told to leave blocks nothing, and goes with the tenant', async () => {
  const id = await create(shared)
  world.gates.set('shared', (call, sql) => (sql.includes("'moved'") || sql.includes('DROP TRIGGER') ? away() : call()))
  await moveTenant(world.deployment, id, here).catch(() => undefined)
  for (let piece = 0; piece < 20; piece++) {
    const move = await moveTenant(world.deployment, id, undefined, { mayAbandon: true }).catch(() => undefined)
    if (move && isOver(move)) break
  }
  world.gates.clear()
  await upkeep(0)
  expect(await leftBy(id)).toEqual([{ place: shared, erase: false }])
  const back = await create(here)
  world.gates.set('shared', (call, sql) => (sql.startsWith('DELETE') ? away() : call()))
  await moveTenant(world.deployment, back, shared)
  for (let piece = 0; piece < 20; piece++) {
    const move = await moveTenantBack(world.deployment, back, { mayAbandon: true }).catch(() => undefined)
    if (move && isOver(move)) break
  }
  world.gates.clear()
  await upkeep(0)
  for (const one of [id, back]) {
    await deleteTenant(world.deployment, one, Date.now())
    await upkeep(0.01)
    expect(await world.deployment.directory.find(one)).toBeUndefined()
    expect([await world.statusAt(shared, one), await world.statusAt(here, one)]).toEqual([undefined, undefined])
    await createTenant(world.deployment, { id: one, name: 'Again' })
  }
})

it('what nobody knows to be left keeps its id from that place, and leaves no line that says otherwise', async () => {
  const id = await create(shared)
  const { lines } = await exportTenant(world.deployment, id)
  await world.copy(id, shared, here)
  await placed(id, here)
  await world.deployment.directory.remove(await world.lineOf(id))
  const refused = { message: 'not_possible' }
  await expect(createTenant(world.deployment, { id, name: 'Again' })).rejects.toMatchObject(refused)
  for (const isDry of [true, false])
    await expect(restoreTenant(world.deployment, id, { lines, isDry })).rejects.toMatchObject(refused)
  expect(await world.deployment.directory.find(id)).toBeUndefined()
  // As the refusal says.
  await createTenant(world.deployment, { id, name: 'Again', place: there })
  await moved(id, shared)
  expect(await world.statusAt(shared, id)).toBe('active')
})

it('what a move into the common place has brought there is no tenant, once that is abandoned', async () => {
  const own: Place = { shape: 'database', binding: 'OWN' }
  const id = await create(own)
  // It has been claimed there by then.
  world.gates.set('database', (call, sql) => (sql.includes('CREATE TRIGGER') ? away() : call()))
  await expect(moveTenant(world.deployment, id, shared)).rejects.toThrow(UnavailableError)
  world.gates.set('database', away)
  await deleteTenant(world.deployment, id, Date.now(), { mayAbandon: true })
  world.gates.clear()
  expect(await world.statusAt(shared, id)).toBe('moving')
  // Whoever looks for it makes no line of what lies there, and neither does upkeep.
  await expect(suspendTenant(world.deployment, id)).rejects.toMatchObject({ message: 'not_found' })
  await upkeep(0)
  expect(await world.deployment.directory.find(id)).toBeUndefined()
  await expect(createTenant(world.deployment, { id, name: 'Again' })).rejects.toMatchObject({ message: 'not_possible' })
  await createTenant(world.deployment, { id, name: 'Again', place: there })
  await moved(id, shared)
  expect(await world.statusAt(shared, id)).toBe('active')
})

it('the source of a move stays for its day, though another move is refused, or accepted', async () => {
  const id = await create(shared)
  await moved(id, here)
  await expect(
    moveTenant(world.deployment, id, { shape: 'object', jurisdiction: 'nowhere' } as never),
  ).rejects.toThrow()
  expect((await placed(id, shared, { isDry: true })).place).toEqual(shared)
  await moved(id, there)
  expect(await leftBy(id)).toEqual([{ place: shared, erase: true }])
  expect(await upkeep(0.5)).toEqual([])
  expect([await world.statusAt(shared, id), await world.statusAt(here, id)]).toEqual(['moved', 'moved'])
  expect(await upkeep(1.1)).toEqual([])
  expect([await world.statusAt(shared, id), await world.statusAt(here, id)]).toEqual([undefined, undefined])
  expect(await world.statusAt(there, id)).toBe('active')
})

it('goes to no time before it was there, and where it went all the same it goes on from there', async () => {
  const id = newId()
  // Nothing of it: of before.
  await world.keep(id, here)
  await createTenant(world.deployment, { id, name: 'Early', place: here })
  const { createdAt } = await world.lineOf(id)
  const now = Date.now()
  for (const isDry of [true, false])
    await expect(rewindTenant(world.deployment, id, createdAt - 1, { isDry })).rejects.toMatchObject({
      refusal: { problems: [{ code: 'out_of_range', field: 'to' }] },
    })
  expect(await world.statusAt(here, id)).toBe('active')

  const there = await world.pastOf(id, here)
  await expect(rewindTenant(world.deployment, id, now)).rejects.toMatchObject({
    refusal: { problems: [{ code: 'not_possible', detail: expect.stringContaining('a later time') }] },
  })
  expect(await world.statusAt(here, id)).toBeUndefined()
  await upkeep(0)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 300_000 })
  there()
  expect((await rewindTenant(world.deployment, id, now)).status).toBe('active')
  expect(await world.statusAt(here, id)).toBe('active')
})

it('is frozen by no call that comes too late', async () => {
  const id = await create(here)
  await world.keep(id, here)
  let late: Promise<unknown> = Promise.resolve()
  world.gates.set('here', (call, sql) => {
    if (!sql.includes('UPDATE organizations SET status') || sql.includes('max(revision')) return call()
    world.gates.delete('here')
    late = new Promise((resolve) => setTimeout(resolve, 200)).then(call)
    return away()
  })
  await expect(rewindTenant(world.deployment, id, Date.now() - 1)).rejects.toThrow(UnavailableError)
  await late
  expect(await world.statusAt(here, id)).toBe('active')
  await suspendTenant(world.deployment, id)
  expect((await resumeTenant(world.deployment, id)).status).toBe('active')
})

it('tells whom it keeps out what is under way, and how it ends', async () => {
  const id = await create(here)
  const line = await world.lineOf(id)
  await hold(world.deployment.directory, line, { kind: 'rewind', time: Date.parse('2026-01-31T09:30:00Z') })
  for (const refused of [
    suspendTenant,
    moveTenantBack,
    (_: unknown, id: string) => moveTenant(world.deployment, id, there),
  ])
    await expect(refused(world.deployment, id)).rejects.toMatchObject({
      refusal: {
        problems: [{ code: 'wrong_status', detail: expect.stringContaining('to 2026-01-31T09:30:00.000Z') }],
      },
    })
})

it('a deployment of the release before, which takes the tenant over, is not worked against', async () => {
  const id = await create(here)
  const { directory } = world.deployment
  const held = await hold(directory, await world.lineOf(id), { kind: 'place', to: there })
  // To it the tenant is moving, and what is no move is no claim of its own.
  const theirs = { claim: { id: newId(), at: Date.now(), status: 'active' } }
  const line = await directory.change(await world.lineOf(id), { status: 'moving', move: theirs })
  await expect(held.note({ mark: 1 })).rejects.toThrow(StaleError)
  await directory.change(line, { status: 'active', move: null })
  // What is left of the claim in the line holds nobody up.
  expect(claimOf(await world.lineOf(id))).toBeUndefined()
  expect((await suspendTenant(world.deployment, id)).status).toBe('suspended')
})
