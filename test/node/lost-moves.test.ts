import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/engine/ids.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { startWatch } from '../../src/storage/tenant-watch.ts'
import { leftoversOf, withLeftover } from '../../src/tenants/leftovers.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import { moveTenant, moveTenantBack } from '../../src/tenants/moving.ts'
import type { Place } from '../../src/tenants/place.ts'
import { placeTenant } from '../../src/tenants/placing.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'
import { deleteTenant } from '../../src/tenants/status.ts'
import { isOver, moveOf } from '../../src/tenants/tenant-move.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { further, here, type PlacingWorld, placingWorld, shared } from '../support/placing-world.ts'

/** A move that nobody can go on with ends where an operator says where the tenant is, and of neither end anything is forgotten. */

const DAY_MS = 86_400_000

let world: PlacingWorld
beforeAll(async () => {
  world = await placingWorld()
}, 60_000)
afterAll(() => world.close())
afterEach(() => world.gates.clear())

const away = () => Promise.reject(new UnavailableError('It is away'))
const person = (name: string) => ({
  match: { emails: `${name}@lost.example` },
  values: { emails: [`${name}@lost.example`] },
})
const create = async (place: Place) => {
  const { id, adminKey } = await createTenant(world.deployment, { id: newId(), name: 'Lost', place })
  const put = async (name: string) =>
    (await world.isolate()(adminKey, 'PUT', '/objects/people/records', person(name))).status
  expect(await put('jane')).toBe(201)
  return { id, put }
}
const placed = (id: string, to: Place) => placeTenant(world.deployment, id, to)
const moved = async (id: string, to?: Place) => {
  while (!isOver(await moveTenant(world.deployment, id, to)));
}
const returned = async (id: string) => {
  while (!isOver(await moveTenantBack(world.deployment, id)));
}
const upkeep = (days: number) => lookAfter(world.deployment, Date.now() + days * DAY_MS, { log: () => undefined })
const leftBy = async (id: string) => leftoversOf(await world.lineOf(id)).map(({ place, erase }) => ({ place, erase }))
const lies = async (id: string) =>
  (await Promise.all([shared, here].map((place) => world.statusAt(place, id)))).map((status) => status ?? null)
const phaseOf = async (id: string) => moveOf(await world.lineOf(id))?.state.phase
const watch = (id: string, move = newId()) => world.fileOf(shared).batch(startWatch({ organizationId: id, id: move }))

/** Until a database does not take a statement any more. */
const movingUntil = async (id: string, to: Place, name: string, word: string) => {
  world.gates.set(name, (call, sql) => (sql.includes(word) ? away() : call()))
  for (let n = 0; n < 100; n++) if (await moveTenant(world.deployment, id, to).then(isOver, () => true)) break
  world.gates.clear()
}
const copying = (id: string) => movingUntil(id, here, 'here', 'INSERT INTO records ')

/** Cut off when the tenant is ready to be served at the target, before its line says so. */
const madeReady = async (id: string, to: Place, name: string) => {
  world.gates.set(name, async (call, sql) => {
    const answer = await call()
    if (sql.includes('UPDATE organizations SET revision = max(')) world.gates.set('directory', away)
    return answer
  })
  for (let n = 0; n < 100; n++) if (await moveTenant(world.deployment, id, to).then(isOver, () => true)) break
  world.gates.clear()
  expect(await world.statusAt(to, id)).toBe('active')
}

/** Somebody, or a newer release, writes something else into the state of its move. */
const rewritten = async (id: string, member: string, value: unknown) => {
  const { move } = await world.lineOf(id)
  const { state, ...ends } = move as { state: object }
  await world.spoil(id, 'move', JSON.stringify({ ...ends, state: { ...state, [member]: value } }))
}

describe('a move in a phase that this release does not know', () => {
  it('is shown as what cannot be read, and its copy goes with the tenant', async () => {
    const { id } = await create(shared)
    await copying(id)
    await rewritten(id, 'phase', 'polish')
    expect(await world.lineOf(id)).toMatchObject({ status: 'moving', place: { shape: 'unreadable' } })
    await upkeep(0)
    expect(await world.watchesAt(shared)).not.toEqual([])
    expect(await placed(id, shared)).toMatchObject({ status: 'active', place: shared, move: null })
    expect(await leftBy(id)).toEqual([{ place: here, erase: true }])
    expect(await world.watchesAt(shared)).toEqual([])
    await deleteTenant(world.deployment, id, Date.now())
    await upkeep(0.01)
    expect(await lies(id)).toEqual([null, null])
  })

  it('has made nothing ready in the common place that is served once the tenant is erased', async () => {
    const { id } = await create(here)
    await madeReady(id, shared, 'shared')
    await rewritten(id, 'phase', 'polish')
    await placed(id, here)
    expect(await lies(id)).toEqual(['moving', 'active'])
    await deleteTenant(world.deployment, id, Date.now())
    await upkeep(0.01)
    expect(await lies(id)).toEqual([null, null])
    expect(await world.deployment.directory.find(id)).toBeUndefined()
  })

  it('erases neither end by itself where nobody can read which is its home', async () => {
    const { id } = await create(shared)
    await copying(id)
    await rewritten(id, 'phase', 'polish')
    await world.spoil(id, 'place', 'garbage')
    await world.copy(id, shared, further)
    await placed(id, further)
    expect(await leftBy(id)).toEqual([shared, here].map((place) => ({ place, erase: false })))
    await deleteTenant(world.deployment, id, Date.now())
    await upkeep(0.01)
    expect(await lies(id)).toEqual([null, null])
  })
})

describe('a line whose move is over, and not whole', () => {
  it.each([
    ['copied', 'x'],
    ['startedAt', 'x'],
    ['cursor', { table: 'nothing', after: [] }],
    ['resume', { status: 'polished', revision: 1 }],
  ])('for its %s is written anew, and what the move has emptied goes', async (member, value) => {
    const { id } = await create(shared)
    await copying(id)
    await returned(id)
    expect(await phaseOf(id)).toBe('returned')
    await rewritten(id, member, value)
    expect((await world.lineOf(id)).place.shape).toBe('unreadable')
    expect(await placed(id, shared)).toMatchObject({ status: 'active', place: shared, move: null })
    expect(await leftBy(id)).toEqual([{ place: here, erase: true }])
    await upkeep(1.1)
    expect(await leftBy(id)).toEqual([])
  })
})

it('a target that was never made ready is not waited for', async () => {
  const { id } = await create(shared)
  await copying(id)
  world.gates.set('here', away)
  await expect(moveTenantBack(world.deployment, id)).rejects.toThrow(UnavailableError)
  expect(await phaseOf(id)).toBe('withdraw')
  await world.spoil(id, 'place', 'garbage')
  expect(await placed(id, shared)).toMatchObject({ status: 'active', place: shared })
  expect((await leftBy(id)).find(({ place }) => place.shape === 'object')).toEqual({ place: here, erase: true })
})

it.each([
  ['release', 'shared', 'UPDATE organizations'],
  ['withdraw', 'here', 'UPDATE organizations'],
] as const)(
  'what was made ready there before it went back is served to nobody, in "%s" too',
  async (phase, name, word) => {
    const { id } = await create(shared)
    await madeReady(id, here, 'here')
    world.gates.set(name, (call, sql) => (sql.includes(word) ? away() : call()))
    await expect(moveTenantBack(world.deployment, id)).rejects.toThrow(UnavailableError)
    world.gates.clear()
    expect(await phaseOf(id)).toBe(phase)
    await world.spoil(id, 'seen_at', 'x')
    await placed(id, shared)
    expect(await lies(id)).toEqual(['active', 'moving'])
  },
)

it('what it has at home stays, where it is said to be at neither end of its move', async () => {
  const { id } = await create(shared)
  await copying(id)
  await world.spoil(id, 'place', 'garbage')
  await world.copy(id, shared, further)
  await placed(id, further)
  expect(await leftBy(id)).toEqual([
    { place: here, erase: true },
    { place: shared, erase: false },
  ])
  await upkeep(1.1)
  expect(await lies(id)).toEqual(['moved', null])
})

it('a source that is being erased is no place to go to, before that is over', async () => {
  const { id } = await create(shared)
  await moved(id, here)
  world.gates.set('shared', (call, sql) => (sql.includes('DELETE FROM organizations') ? away() : call()))
  await upkeep(1.1)
  world.gates.clear()
  expect(await phaseOf(id)).toBe('purge')
  await expect(moveTenant(world.deployment, id, shared)).rejects.toMatchObject({ message: 'not_possible' })
  await expect(placed(id, shared)).rejects.toMatchObject({ message: 'not_possible' })
})

it('what was to be erased somewhere is to be erased still, whoever leaves it there again', () => {
  const tenant = { id: newId(), leftovers: [{ place: here, at: 1, erase: true }] }
  const { leftovers } = withLeftover(tenant, { place: here, at: 2, erase: false })
  expect(leftovers).toEqual([{ place: here, at: 2, erase: true }])
})

it('nobody is told that a tenant is moving and not moving', async () => {
  const { id } = await create(shared)
  await world.spoil(id, 'status', 'archived')
  const detail = expect.stringMatching(/^not to be read .*\/place says where it is$/)
  await expect(moveTenantBack(world.deployment, id)).rejects.toMatchObject({ refusal: { problems: [{ detail }] } })
  await world.spoil(id, 'status', 'moving')
  const unknown = expect.stringMatching(/^moving, and nobody can read where to/)
  await expect(moveTenantBack(world.deployment, id)).rejects.toMatchObject({
    refusal: { problems: [{ detail: unknown }] },
  })
})

describe('the watch of a move', () => {
  it('goes where the move is over in its line, and comes back late', async () => {
    const { id } = await create(shared)
    await moved(id, here)
    await watch(id, moveOf(await world.lineOf(id))?.state.id)
    await upkeep(0)
    expect(await world.watchesAt(shared)).toEqual([])
  })

  it('goes from the place that is left when the tenant is said to be elsewhere', async () => {
    const { id } = await create(shared)
    await watch(id)
    await world.copy(id, shared, here)
    await placed(id, here)
    expect(await world.watchesAt(shared)).toEqual([])
  })

  it('stays where it has begun anew while upkeep was looking', async () => {
    const { id, put } = await create(shared)
    await copying(id)
    let looks = 0
    world.gates.set('shared', async (call, sql) => {
      const answer = await call()
      if (sql.includes('GROUP BY move') && looks++ === 0) {
        world.gates.delete('shared')
        await returned(id)
        await copying(id)
      }
      return answer
    })
    await upkeep(0)
    expect(looks).toBe(1)
    expect(await world.watchesAt(shared)).not.toEqual([])
    expect(await put('joe')).toBe(201)
    await moved(id)
    expect(await lies(id)).toEqual(['moved', 'active'])
  })

  it('stays though a call that took the move before back was held up', async () => {
    const { id } = await create(shared)
    await copying(id)
    let looks = 0
    world.gates.set('shared', async (call, sql) => {
      if (!sql.includes('instr(sql, ?1)') || looks++ > 0) return call()
      world.gates.clear()
      await returned(id)
      await copying(id)
      return call()
    })
    await moveTenantBack(world.deployment, id).catch(() => undefined)
    expect(looks).toBe(1)
    expect(await world.watchesAt(shared)).not.toEqual([])
    await moved(id)
    expect(await lies(id)).toEqual(['moved', 'active'])
  })

  it('stays though a call that ended the move before by saying where the tenant is was held up', async () => {
    const { id } = await create(shared)
    await copying(id)
    await world.spoil(id, 'seen_at', 'x')
    let looks = 0
    world.gates.set('shared', async (call, sql) => {
      if (!sql.includes('instr(sql, ?1)') || looks++ > 0) return call()
      world.gates.clear()
      await placed(id, shared)
      await copying(id)
      return call()
    })
    await expect(placed(id, shared)).rejects.toThrow()
    expect(await world.watchesAt(shared)).not.toEqual([])
    await moved(id)
    expect(await lies(id)).toEqual(['moved', 'active'])
  })
})

it('those that are moving are found page by page, each of a bounded number of queries', async () => {
  const file = await libsqlFile('file::memory:', { threads: false })
  await migrate(file)
  let calls = 0
  const directory = sqlTenantDirectory({
    batch: (...batch) => {
      calls++
      return file.batch(...batch)
    },
  })
  const LINES = 4_000
  const kept = { from: shared, to: here, state: { phase: 'keep', startedAt: 1, copied: 0, caughtUp: 0 } }
  const sql = `
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${LINES})
INSERT INTO tenants (id, revision, name, status, place, created_at, move)
SELECT printf('%05d', i), 1, 'T', CASE i WHEN ${LINES} THEN 'moving' ELSE 'active' END, '{"shape":"object"}', 1, ?1 FROM n`
  await file.batch([{ sql, params: [JSON.stringify(kept)] }])
  const found: string[] = []
  let pages = 0
  for (let after: string | undefined = ''; after !== undefined; pages++) {
    calls = 0
    const page: Awaited<ReturnType<typeof directory.page>> = await directory.page({ after, limit: 1, status: 'moving' })
    expect(calls).toBeLessThanOrEqual(4)
    found.push(...page.tenants.map(({ id }) => id))
    after = page.next
  }
  expect(found).toEqual([`0${LINES}`])
  expect(pages).toBeLessThanOrEqual(4)
  await file.close()
})
