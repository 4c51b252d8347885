import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { newId } from '../../src/engine/ids.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { startWatch } from '../../src/storage/tenant-watch.ts'
import { claimOf } from '../../src/tenants/claim.ts'
import { leftoversOf } from '../../src/tenants/leftovers.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import { moveTenant } from '../../src/tenants/moving.ts'
import type { Place } from '../../src/tenants/place.ts'
import { type PlaceOptions, placeTenant } from '../../src/tenants/placing.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { deleteTenant, resumeTenant, suspendTenant } from '../../src/tenants/status.ts'
import { isOver, moveOf } from '../../src/tenants/tenant-move.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { further, here, type PlacingWorld, placingWorld, shared } from '../support/placing-world.ts'

/**
 * Of a line that cannot be read, whatever can be is kept: saying where the tenant is loses no move, no deletion and nothing that
 * it has left. And what watched a tenant never outlives what it watched.
 */

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

const away = () => Promise.reject(new UnavailableError('It is away'))
const create = async (place: Place) => {
  const { id, adminKey } = await createTenant(world.deployment, { id: newId(), name: 'Lost', place })
  const person = { match: { emails: 'jane@lost.example' }, values: { emails: ['jane@lost.example'] } }
  expect((await world.isolate()(adminKey, 'PUT', '/objects/people/records', person)).status).toBe(201)
  return id
}
const placed = (id: string, to: Place, options: PlaceOptions = {}) => placeTenant(world.deployment, id, to, options)
const own: Place = { shape: 'database', binding: 'OWN' }
const upkeep = (days: number) => lookAfter(world.deployment, Date.now() + days * DAY_MS, { log: () => undefined })
const leftBy = async (id: string) => leftoversOf(await world.lineOf(id)).map(({ place, erase }) => ({ place, erase }))
const lies = async (id: string) =>
  (await Promise.all([shared, here].map((place) => world.statusAt(place, id)))).map((status) => status ?? null)

/** Where a move from the shared database comes no further: the database, and what it does not take any more. */
const stops = {
  copy: ['here', 'INSERT INTO records '],
  activate: ['here', 'UPDATE organizations SET revision = max('],
  retire: ['shared', 'DROP TRIGGER'],
} as const

const movingUntil = async (phase: keyof typeof stops) => {
  const id = await create(shared)
  const [name, word] = stops[phase]
  world.gates.set(name, (call, sql) => (sql.includes(word) ? away() : call()))
  for (let n = 0; n < 100; n++) if (await moveTenant(world.deployment, id, here).then(isOver, () => true)) break
  world.gates.clear()
  expect(moveOf(await world.lineOf(id))?.state.phase).toBe(phase)
  return id
}

const spoilt = {
  seen_at: 'x',
  status: 'archived',
  place: 'garbage',
  erase_at: 'soon',
  claim: '{"id":"x","kind":"place"}',
}
const columns = Object.entries(spoilt)

describe.each(columns)('a tenant that is moved, and of whose line "%s" cannot be read', (column, value) => {
  it.each([
    ['copy', shared, here],
    ['activate', shared, here],
    ['retire', here, shared],
  ] as const)('in "%s" is where it lives: the rest goes, and no log stays', async (phase, home, other) => {
    const id = await movingUntil(phase)
    await world.spoil(id, column, value)
    await expect(placed(id, other)).rejects.toMatchObject({ message: 'not_possible' })
    const line = { status: 'active', place: home, move: null, claim: null }
    expect(await placed(id, home, { isDry: true })).toMatchObject(line)
    expect(await world.watchesAt(shared)).not.toEqual([])
    expect(await placed(id, home)).toMatchObject(line)
    expect(await leftBy(id)).toEqual([{ place: other, erase: true }])
    expect([await world.statusAt(home, id), await world.statusAt(other, id)]).toEqual([
      'active',
      expect.stringMatching(/^mov/),
    ])
    expect(await world.watchesAt(shared)).toEqual([])
    await upkeep(1.1)
    expect([await world.statusAt(home, id), await world.statusAt(other, id)]).toEqual(['active', undefined])
    expect(await leftBy(id)).toEqual([])
  })
})

it('what was frozen for a move that nobody can read is served again, and the move can be begun anew', async () => {
  const id = await movingUntil('activate')
  await world.spoil(id, 'move', 'no JSON')
  expect(await placed(id, shared)).toMatchObject({ status: 'suspended' })
  await resumeTenant(world.deployment, id)
  while (!isOver(await moveTenant(world.deployment, id, here)));
  expect(await lies(id)).toEqual(['moved', 'active'])
})

it('saying so can fail between the move and its end, and is given back, whole', async () => {
  const id = await movingUntil('activate')
  await world.spoil(id, 'seen_at', 'x')
  world.gates.set('shared', (call, sql) => (sql.includes('UPDATE organizations') ? away() : call()))
  await expect(placed(id, shared)).rejects.toThrow(UnavailableError)
  world.gates.clear()
  await upkeep(0.1)
  expect(await world.lineOf(id)).toMatchObject({ status: 'active', claim: null, move: null, place: shared })
  expect(await lies(id)).toEqual(['active', 'moving'])
  expect(await leftBy(id)).toEqual([{ place: here, erase: true }])
})

describe.each(columns)('of a line of which "%s" cannot be read', (column, value) => {
  it('a deletion is kept, and resumed, and done', async () => {
    const id = await create(shared)
    const eraseAt = Date.now() + 10 * DAY_MS
    await deleteTenant(world.deployment, id, eraseAt)
    await world.spoil(id, column, value)
    if (column === 'claim') await world.spoil(id, 'status', 'moving')
    const told = await placed(id, shared)
    expect(told.status).toBe('deleted')
    if (column === 'erase_at') {
      expect(told.notKept).toContain('when it was to be erased is not known')
      expect(told.eraseAt).toBeGreaterThan(Date.now() + 29 * DAY_MS)
    } else expect([told.eraseAt, told.notKept]).toEqual([eraseAt, undefined])
    expect(await world.statusAt(shared, id)).toBe('deleted')
    await resumeTenant(world.deployment, id)
    expect(await world.lineOf(id)).toMatchObject({ status: 'active', eraseAt: null })
    await deleteTenant(world.deployment, id, Date.now())
    await upkeep(0.01)
    expect(await lies(id)).toEqual([null, null])
  })

  it('what it has left, and that it is suspended in the directory alone, is kept', async () => {
    const id = await create(shared)
    while (!isOver(await moveTenant(world.deployment, id, here)));
    world.gates.set('here', away)
    await suspendTenant(world.deployment, id)
    world.gates.clear()
    await world.spoil(id, column, value)
    if (column === 'claim') await world.spoil(id, 'status', 'moving')
    const { status } = await placed(id, here)
    // Where the status itself is what cannot be read, nobody knows.
    expect(status).toBe(column === 'status' || column === 'claim' ? 'active' : 'suspended')
    expect(await leftBy(id)).toEqual([{ place: shared, erase: true }])
    await upkeep(1.1)
    expect(await world.statusAt(shared, id)).toBeUndefined()
  })
})

it('one that is being erased is erased on, and resumed by nobody', async () => {
  const id = await create(shared)
  await deleteTenant(world.deployment, id, Date.now())
  world.gates.set('shared', (call, sql) => (sql.includes('DELETE FROM organizations') ? away() : call()))
  await upkeep(0.01)
  world.gates.clear()
  await world.spoil(id, 'place', 'garbage')
  expect(await placed(id, shared)).toMatchObject({ status: 'erasing' })
  await expect(resumeTenant(world.deployment, id)).rejects.toMatchObject({ message: 'wrong_status' })
  await upkeep(0.01)
  expect(await world.deployment.directory.find(id)).toBeUndefined()
})

it('one that is deleted can be said to be in another database, and what it leaves goes with it', async () => {
  const id = await create(shared)
  await deleteTenant(world.deployment, id, Date.now())
  await world.copy(id, shared, here)
  await world.spoil(id, 'seen_at', 'x')
  expect(await placed(id, here)).toMatchObject({ status: 'deleted', place: here })
  expect(await lies(id)).toEqual(['moved', 'deleted'])
  await upkeep(0.01)
  expect(await lies(id)).toEqual([null, null])
})

it('a work that was cut off goes on by what can be read of it', async () => {
  const id = await create(shared)
  await world.copy(id, shared, here)
  world.gates.set('here', (call, sql) => {
    if (!sql.includes('UPDATE organizations')) return call()
    world.gates.set('shared', away)
    return away()
  })
  await expect(placed(id, here)).rejects.toThrow(UnavailableError)
  world.gates.clear()
  expect(claimOf(await world.lineOf(id))?.kind).toBe('place')
  await world.spoil(id, 'seen_at', 'x')
  expect(await placed(id, shared)).toMatchObject({ status: 'active', place: shared, claim: null })
  expect(await world.statusAt(shared, id)).toBe('active')
})

it('where something lies is not lost with the time when it was left', async () => {
  const id = await create(shared)
  await world.copy(id, shared, here)
  await placed(id, here)
  await world.spoil(id, 'leftovers', '[{"place":{"shape":"shared"},"at":"x"}]')
  await placed(id, here)
  expect(await leftBy(id)).toEqual([{ place: shared, erase: false }])
})

describe('a watch that nobody has ended', () => {
  const watch = (id: string) => world.fileOf(shared).batch(startWatch({ organizationId: id, id: newId() }))

  /** Upkeep, which finds no watch by itself. @returns those that were there when records were erased */
  const erasing = async () => {
    const seen: unknown[] = []
    world.gates.set('shared', async (call, sql) => {
      if (sql.includes('DELETE FROM records')) seen.push(...(await world.watchesAt(shared)))
      const answer = await call()
      return sql.includes('GROUP BY move') ? { ...answer, results: [] } : answer
    })
    await upkeep(0.01)
    return seen
  }

  it('is ended where nobody lives any more, and something is left', async () => {
    const id = await create(shared)
    while (!isOver(await moveTenant(world.deployment, id, own)));
    await placed(id, shared)
    expect(await leftBy(id)).toEqual([{ place: own, erase: false }])
    await world.fileOf(own).batch(startWatch({ organizationId: id, id: newId() }))
    const told: string[] = []
    const log = (line: string) => void told.push(line)
    world.gates.set('database', away)
    await lookAfter(world.deployment, Date.now(), { log })
    expect(await world.watchesAt(own)).not.toEqual([])
    world.gates.clear()
    await lookAfter(world.deployment, Date.now(), { log })
    expect([await world.watchesAt(own), told.filter((line) => line.includes(id))]).toEqual([[], []])
    await placed(id, shared, { erasesOld: true })
    await upkeep(1.1)
    expect(await world.statusAt(own, id)).toBeUndefined()
  })

  it('is ended before anything of the tenant is erased', async () => {
    const id = await create(shared)
    await watch(id)
    await deleteTenant(world.deployment, id, Date.now())
    expect(await erasing()).toEqual([])
    expect(await lies(id)).toEqual([null, null])
    expect(await world.watchesAt(shared)).toEqual([])
  })

  it('of a move whose source was given up goes before what lies there', async () => {
    const id = await movingUntil('retire')
    world.gates.set('shared', away)
    await moveTenant(world.deployment, id, undefined, { mayAbandon: true })
    expect(await leftBy(id)).toEqual([{ place: shared, erase: false }])
    world.gates.clear()
    await deleteTenant(world.deployment, id, Date.now())
    expect(await world.watchesAt(shared)).not.toEqual([])
    expect(await erasing()).toEqual([])
    expect(await lies(id)).toEqual([null, null])
    expect(await world.watchesAt(shared)).toEqual([])
  })

  it('is ended by upkeep, and that of a move under way is not', async () => {
    const moving = await movingUntil('copy')
    const [log] = await world.watchesAt(shared)
    const id = await create(shared)
    await watch(id)
    await upkeep(0)
    const left = await world.watchesAt(shared)
    expect(left).not.toEqual([])
    expect(left.filter((name) => !String(name).startsWith(String(log).slice(0, 39)))).toEqual([])
    while (!isOver(await moveTenant(world.deployment, moving, undefined)));
    expect(await world.watchesAt(shared)).toEqual([])
  })

  it('does not come along where the tenant is said to be, moved to, or goes back in time', async () => {
    const id = await create(shared)
    await watch(id)
    await placed(id, shared)
    expect(await world.watchesAt(shared)).toEqual([])
    while (!isOver(await moveTenant(world.deployment, id, here)));
    await watch(id)
    while (!isOver(await moveTenant(world.deployment, id, shared)));
    expect(await world.watchesAt(shared)).toEqual([])
    while (!isOver(await moveTenant(world.deployment, id, further)));
    await world.keep(id, further)
    await world.fileOf(further).batch(startWatch({ organizationId: id, id: newId() }))
    await rewindTenant(world.deployment, id, Date.now() - 1)
    expect(await world.watchesAt(further)).toEqual([])
  })
})

/** The mover is cut off when the tenant is ready to be served at the target, before its line says so. */
const madeReady = async (from: Place, to: Place, name: string) => {
  const id = await create(from)
  world.gates.set(name, async (call, sql) => {
    const answer = await call()
    if (sql.includes('UPDATE organizations SET revision = max(')) world.gates.set('directory', away)
    return answer
  })
  for (let n = 0; n < 100; n++) if (await moveTenant(world.deployment, id, to).then(isOver, () => true)) break
  world.gates.clear()
  expect([(await world.lineOf(id)).place, await world.statusAt(to, id)]).toEqual([from, 'active'])
  return id
}

it('what a move has made ready where the tenant is not to be is served to nobody, and goes', async () => {
  const id = await madeReady(shared, here, 'here')
  await world.spoil(id, 'seen_at', 'x')
  world.gates.set('here', away)
  await expect(placed(id, shared)).rejects.toMatchObject({
    message: 'unavailable',
    refusal: { problems: [{ detail: expect.stringContaining('place?abandon=true') }] },
  })
  world.gates.clear()
  expect(await placed(id, shared)).toMatchObject({ status: 'active', place: shared })
  expect(await lies(id)).toEqual(['active', 'moving'])
  await upkeep(1.1)
  expect(await lies(id)).toEqual(['active', null])
})

it('a tenant that a move has made ready in the common place is not given up', async () => {
  const id = await madeReady(here, shared, 'shared')
  world.gates.set('here', away)
  await expect(deleteTenant(world.deployment, id, Date.now(), { mayAbandon: true })).rejects.toMatchObject({
    message: 'not_possible',
  })
  world.gates.clear()
  while (!isOver(await moveTenant(world.deployment, id, shared)));
  expect(await world.lineOf(id)).toMatchObject({ status: 'active', place: shared })
})

describe('what was activated and is gone for good', () => {
  it('keeps nobody from saying where the tenant is, once it is given up', async () => {
    const id = await madeReady(shared, here, 'here')
    await world.spoil(id, 'seen_at', 'x')
    world.gates.set('here', away)
    const givenUp = { status: 'active', leftovers: null, notReached: expect.stringContaining('Given up') }
    expect(await placed(id, shared, { mayAbandon: true, isDry: true })).toMatchObject(givenUp)
    await expect(placed(id, shared)).rejects.toMatchObject({ message: 'unavailable' })
    expect(await placed(id, shared, { mayAbandon: true })).toMatchObject(givenUp)
    expect(await world.lineOf(id)).toMatchObject({ status: 'active', place: shared, leftovers: null, claim: null })
    await deleteTenant(world.deployment, id, Date.now() - 1)
    await upkeep(0)
    expect(await world.deployment.directory.find(id)).toBeUndefined()
  })

  it('ends no move in 503: what the source has is served again, once the tenant is said to be there', async () => {
    const id = await movingUntil('retire')
    world.gates.set('here', away)
    while (!isOver(await moveTenant(world.deployment, id, undefined)));
    expect(await world.lineOf(id)).toMatchObject({ status: 'active', place: here })
    expect(await placed(id, shared)).toMatchObject({
      status: 'suspended',
      place: shared,
      notReached: expect.stringContaining('Where it was is not reached'),
    })
    await resumeTenant(world.deployment, id)
    expect([(await world.lineOf(id)).status, await world.statusAt(shared, id)]).toEqual(['active', 'active'])
    expect(await leftBy(id)).toMatchObject([{ place: here }])
    await placed(id, shared, { mayAbandon: true })
    expect(await leftBy(id)).toEqual([])
  })
})
