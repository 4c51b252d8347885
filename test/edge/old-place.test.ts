import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations.ts'
import { type MoveState, newMove } from '../../src/tenants/move/state.ts'
import { databaseName, type Place, type WrittenPlace } from '../../src/tenants/place.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import {
  aTenant,
  create,
  deployment,
  lineOf,
  logOf,
  moved,
  newIsolate,
  operate,
  places,
  put,
  withAway,
} from '../support/tenants-world.ts'

/** What becomes of the place that a tenant has left. */

const DAY = 86_400_000

const namesAt = async (id: string, place: WrittenPlace): Promise<unknown[]> => {
  const driver = deployment.places.open(id, place, { mayCreate: true })
  const { results } = await driver.batch([{ sql: 'SELECT status FROM organizations WHERE id = ?1', params: [id] }])
  return (results[0]?.rows ?? []).map(({ status }) => status)
}

describe('that is gone once the tenant lives elsewhere', () => {
  /** As a move leaves it that is interrupted in that phase. */
  const arrivedIn = async (phase: MoveState['phase'], to: Place) => {
    const tenant = await aTenant()
    const { place: from } = await lineOf(tenant.id)
    await moved(tenant.id, to)
    const { move } = await lineOf(tenant.id)
    const { state } = move as { state: MoveState }
    await deployment.directory.change(await lineOf(tenant.id), {
      move: { from, to, state: { ...state, phase } },
      ...(phase === 'retire' && { status: 'moving' }),
    })
    return { ...tenant, from }
  }

  it('is waited for, and can be given up: the tenant is administered again, and nothing waits any more', async () => {
    const { id, key, name, from } = await arrivedIn('retire', { shape: 'object' })
    const { operate, over, goAway } = withAway()
    goAway(name)
    expect((await operate('POST', `/${id}/move`, {})).status).toBe(503)
    expect((await operate('POST', `/${id}/move/back`)).body.code).toBe('wrong_status')
    expect((await operate('POST', `/${id}/suspend`)).body.code).toBe('wrong_status')
    expect((await lineOf(id)).status).toBe('moving')
    expect((await operate('POST', `/${id}/move?abandon=true`, {})).body).toMatchObject({ phase: 'done', isOver: true })
    expect(await lineOf(id)).toMatchObject({ status: 'active', place: { shape: 'object' } })
    expect((await operate('POST', `/${id}/suspend`)).body.status).toBe('suspended')
    expect((await operate('POST', `/${id}/resume`)).body.status).toBe('active')
    expect((await put(key, 'gone@old.example', newIsolate().send)).status).toBe(201)
    const lines: string[] = []
    await lookAfter(over, Date.now() + 2 * DAY, { log: (line) => lines.push(line) })
    expect(lines.filter((line) => line.includes(id) && line.includes('look after'))).toEqual([])
    expect((await lineOf(id)).move).toBeNull()
    // What lies there stays, should it come back, and is not served.
    expect(await namesAt(id, from)).toEqual(['moved'])
    expect(await logOf(id)).toEqual([
      ['operator', 'create', 'done'],
      ['operator', 'move', 'done'],
      ['operator', 'move', 'done'],
      ['operator', 'move back', 'wrong_status'],
      ['operator', 'suspend', 'wrong_status'],
      ['operator', 'suspend', 'done'],
      ['operator', 'resume', 'done'],
    ])
  })

  it('stands in the way of neither the next move nor upkeep, and goes once it is there again', async () => {
    const { id, key, name, from } = await arrivedIn('keep', { shape: 'object' })
    const { operate, over, goAway } = withAway()
    goAway(name)
    const next = { place: places.shared() }
    for (let n = 0; n < 100; n++) {
      const { status, body } = await operate('POST', `/${id}/move`, next)
      expect(status, JSON.stringify(body)).toBe(200)
      if (body.isOver && body.phase === 'keep') break
    }
    expect(await lineOf(id)).toMatchObject({ status: 'active', ...next, leftovers: [{ place: from, erase: true }] })
    expect((await put(key, 'next@old.example', newIsolate().send)).status).toBe(201)
    const upkeep = async () => {
      await lookAfter(over, Date.now() + 2 * DAY)
      const { move, leftovers, status } = await lineOf(id)
      return { move, leftovers, status }
    }
    expect(await upkeep()).toMatchObject({ move: null, leftovers: [{ place: from }], status: 'active' })
    goAway(undefined)
    expect(await upkeep()).toEqual({ move: null, leftovers: null, status: 'active' })
  })

  it.each(['retire', 'purge'] as const)(
    'ends the move by itself where nothing of it is left there: %s',
    async (phase) => {
      const { id, from } = await arrivedIn(phase, { shape: 'object' })
      const driver = deployment.places.open(id, from, { mayCreate: false })
      await driver.batch([{ sql: 'DELETE FROM organizations', params: [] }])
      expect((await operate('POST', `/${id}/move`, {})).body.isOver).toBe(true)
      expect((await lineOf(id)).status).toBe('active')
    },
  )

  it.each(['retire', 'purge'] as const)('ends it where there is no such object any more: %s', async (phase) => {
    const { id } = await create(places.shared())
    const to = places.shared()
    const move = { from: { shape: 'object' }, to, state: { ...newMove(to), phase, claimed: true, switchedAt: 1 } }
    await deployment.directory.change(await lineOf(id), { move, status: phase === 'retire' ? 'moving' : 'active' })
    expect((await operate('POST', `/${id}/move`, {})).body.isOver).toBe(true)
    expect((await lineOf(id)).status).toBe('active')
  })

  it('is not touched once it was given up: an object that comes back has what it had', async () => {
    const from = { shape: 'object' } as const
    const { id } = await create(from)
    const to = places['a D1 database']()
    await moved(id, to)
    const { move } = await lineOf(id)
    const { state } = move as { state: MoveState }
    await deployment.directory.change(await lineOf(id), { move: { from, to, state: { ...state, phase: 'purge' } } })
    const { operate, over, goAway } = withAway()
    goAway(databaseName(id, from))
    expect((await operate('POST', `/${id}/move?abandon=true`, {})).body.phase).toBe('done')
    await lookAfter(over, Date.now() + 2 * DAY)
    expect([(await lineOf(id)).move, await namesAt(id, from)]).toEqual([null, ['moved']])
  })

  it('is left as it is where somebody has it served again, and the refusal says how the move ends', async () => {
    const { id, from } = await arrivedIn('retire', { shape: 'object' })
    const driver = deployment.places.open(id, from, { mayCreate: false })
    await driver.batch([{ sql: "UPDATE organizations SET status = 'active'", params: [] }])
    const { status, body } = await operate('POST', `/${id}/move`, {})
    expect([status, body.code]).toEqual([409, 'not_possible'])
    expect(body.detail).toMatch(/has become active; POST .*move\?abandon=true/)
    expect((await operate('POST', `/${id}/move?abandon=true`, {})).body.phase).toBe('done')
    expect((await lineOf(id)).status).toBe('active')
    expect(await namesAt(id, from)).toEqual(['active'])
  })

  it('is removed where it answers, whoever would have it given up', async () => {
    const { id, from } = await arrivedIn('retire', { shape: 'object' })
    const { body } = await operate('POST', `/${id}/move?abandon=true`, {})
    expect(body).toMatchObject({ phase: 'keep', isOver: true })
    await lookAfter(deployment, Date.now() + 2 * DAY)
    expect(await namesAt(id, from)).toEqual([])
  })
})

describe('that an operator says a tenant is not at any more', () => {
  /** The same organisation at two places, as somebody's hands bring it there. */
  const atTwo = async () => {
    const { id, key } = await aTenant()
    const { place: from } = await lineOf(id)
    const to = places['a libSQL database']()
    const source = deployment.places.open(id, from, { mayCreate: false })
    const target = deployment.places.open(id, to, { mayCreate: true })
    await migrate(target)
    for (const table of ['organizations', 'credentials']) {
      const { results } = await source.batch([{ sql: `SELECT * FROM ${table}`, params: [] }])
      for (const row of results[0]?.rows ?? []) {
        const names = Object.keys(row)
        const sql = `INSERT INTO ${table} (${names}) VALUES (${names.map((_, i) => `?${i + 1}`)})`
        await target.batch([{ sql, params: Object.values(row) as (string | number | null)[] }])
      }
    }
    return { id, key, from, to }
  }

  it('keeps what it has, and the answer says so', async () => {
    const { id, key, from, to } = await atTwo()
    const { body } = await operate('POST', `/${id}/place`, { place: to })
    expect(body).toMatchObject({ place: to, status: 'active', move: null })
    expect(body.left).toMatch(/lies there still/)
    await lookAfter(deployment, Date.now() + 40 * DAY)
    expect(await namesAt(id, from)).toEqual(['moved'])
    expect((await put(key, 'p@old.example', newIsolate().send)).status).toBe(201)
    // The same again has nothing more to leave.
    expect((await operate('POST', `/${id}/place`, { place: to })).body.left).toBeUndefined()
  })

  it('is erased a day later where that is wanted, and not before', async () => {
    const { id, key, from, to } = await atTwo()
    const { body } = await operate('POST', `/${id}/place`, { place: to, eraseOld: true })
    const { leftAt, eraseAt } = body.leftovers[0]
    expect([body.left, body.move, body.leftovers]).toEqual([undefined, null, [{ place: from, leftAt, eraseAt }]])
    expect(Date.parse(eraseAt) - Date.parse(leftAt)).toBe(DAY)
    await lookAfter(deployment, Date.now() + DAY / 2)
    expect(await namesAt(id, from)).toEqual(['moved'])
    for (const _ of [1, 2]) await lookAfter(deployment, Date.now() + 2 * DAY)
    expect([await namesAt(id, from), await namesAt(id, to)]).toEqual([[], ['active']])
    expect([(await lineOf(id)).move, (await lineOf(id)).leftovers]).toEqual([null, null])
    expect((await put(key, 'p@old.example', newIsolate().send)).status).toBe(201)
  })

  it('is not erased where it is the same database by another name', async () => {
    const { id, key } = await aTenant()
    const { place } = await lineOf(id)
    const alias = {
      shape: 'database',
      binding: ('binding' in place ? place.binding : '').replace('OWN', 'ALIAS'),
    } as const
    const { body } = await operate('POST', `/${id}/place`, { place: alias, eraseOld: true })
    expect(body).toMatchObject({ place: alias, move: null })
    for (const _ of [1, 2]) await lookAfter(deployment, Date.now() + 2 * DAY)
    expect((await put(key, 'a@old.example', newIsolate().send)).status).toBe(201)
  })
})
