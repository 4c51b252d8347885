import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { StaleError } from '../../src/engine/session.ts'
import { addressOf } from '../../src/hooks/definition.ts'
import { noCost } from '../../src/storage/meter.ts'
import { migrate } from '../../src/storage/migrations.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import { eraseTenant } from '../../src/tenants/erasing.ts'
import { type MoveState, newMove } from '../../src/tenants/move/state.ts'
import type { Place } from '../../src/tenants/place.ts'
import { resumeTenant } from '../../src/tenants/status.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { shown, told } from '../support/hook-world.ts'
import { OPERATOR } from '../support/operator.ts'
import {
  aTenant,
  create,
  deployment,
  lineOf,
  logOf,
  newIsolate,
  places,
  put,
  records,
  withAway,
} from '../support/tenants-world.ts'

/** A tenant whose database does not answer, for a while or for good. */

it('is suspended in the directory, and refused from then on by whoever asks that', async () => {
  const { id, key, name } = await aTenant()
  const { operate, goAway, send } = withAway()
  const warm = newIsolate()
  expect((await put(key, 'a@away.example', warm.send)).status).toBe(201)
  goAway(name)
  const { status, body } = await operate('POST', `/${id}/suspend`)
  expect([status, body.status]).toEqual([200, 'suspended'])
  expect(body.notReached).toMatch(/^Its database was not reached \(no answer\)\. .*Suspend it again/)
  expect(await lineOf(id)).toMatchObject({ status: 'suspended', eraseAt: null })
  goAway(undefined)
  for (const through of [send, newIsolate().send]) {
    expect((await put(key, 'a@away.example', through)).body.code).toBe('organization_suspended')
    const forged = `${key.slice(0, -43)}${'A'.repeat(43)}`
    expect((await put(forged, 'a@away.example', through)).body.code).toBe('invalid_credentials')
  }
  const again = (await operate('POST', `/${id}/suspend`)).body
  expect([again.status, again.notReached]).toEqual(['suspended', undefined])
  expect((await put(key, 'a@away.example', warm.send)).body.code).toBe('organization_suspended')
  expect((await operate('POST', `/${id}/resume`)).body.status).toBe('active')
  for (const through of [send, warm.send, newIsolate().send])
    expect((await put(key, 'a@away.example', through)).body.status).toBe('unchanged')
  expect(await logOf(id)).toEqual([
    ['operator', 'create', 'done'],
    ['operator', 'suspend', 'not_reached'],
    ['operator', 'suspend', 'done'],
    ['operator', 'resume', 'done'],
  ])
})

it('is refused to whoever was let in before, by the process that has suspended it and by whoever has asked since', async () => {
  const { id, key, name } = await aTenant()
  const { operate, goAway, send } = withAway()
  expect((await put(key, 'w@away.example', send)).status).toBe(201)
  const hook = await send('POST', '/v1/hooks', { token: key, body: { ...told, name: 'In' } })
  const deliver = (email: string) =>
    send('POST', `/hooks/${addressOf(id, hook.body.id)}`, { token: null, body: { email }, headers: { ...shown } })
  expect((await deliver('h@away.example')).status).toBe(200)
  goAway(name)
  expect((await operate('POST', `/${id}/suspend`)).body.notReached).toContain('no answer')
  goAway(undefined)
  for (const path of [records, '/v1/organization', '/v1/keys', '/v1/changes'])
    expect([path, (await send('GET', path, { token: key })).body.code]).toEqual([path, 'organization_suspended'])
  expect((await put(key, 'w@away.example', send)).body.code).toBe('organization_suspended')
  expect((await deliver('h2@away.example')).status).toBe(403)
  // Resumed through another one, of which it hears as it is refused.
  const resumed = await newIsolate().send('POST', `/v1/tenants/${id}/resume`, { token: OPERATOR })
  expect(resumed.body.status).toBe('active')
  expect((await put(key, 'w@away.example', send)).body.status).toBe('unchanged')
  expect(await put(key, 'w@away.example', send)).toMatchObject({ status: 200, calls: 1 })
})

it('is not resumed, and stays as it was', async () => {
  const { id, name } = await aTenant()
  const { operate, goAway } = withAway()
  await operate('POST', `/${id}/suspend`)
  goAway(name)
  expect((await operate('POST', `/${id}/resume`)).status).toBe(503)
  expect((await lineOf(id)).status).toBe('suspended')
  expect((await logOf(id)).at(-1)).toEqual(['operator', 'resume', 'failed'])
})

it.each([0, 30])('is not resumed, and stays deleted for %s days', async (waitDays) => {
  const { id, key, name } = await aTenant()
  const { operate, over, goAway } = withAway()
  await operate('POST', `/${id}/delete`, { waitDays })
  const { status, eraseAt } = await lineOf(id)
  goAway(name)
  expect((await operate('POST', `/${id}/resume`)).status).toBe(503)
  expect(await lineOf(id)).toMatchObject({ status, eraseAt })
  goAway(undefined)
  expect((await operate('POST', `/${id}/resume`)).body).toMatchObject({ status: 'active', eraseAt: null })
  await lookAfter(over, Date.now() + 31 * 86_400_000)
  expect((await put(key, 'r@away.example', newIsolate().send)).status).toBe(201)
})

it('is not erased while its organisation is told that it is served again', async () => {
  const { id, key, name } = await aTenant()
  const { operate, over } = withAway()
  await operate('POST', `/${id}/delete`, { waitDays: 0 })
  const early = await lineOf(id)
  const outcomes: unknown[] = []
  const tried: Deployment = {
    ...over,
    places: over.places.over((database, driver) => ({
      async batch(...batch) {
        if (database === name) {
          await lookAfter(deployment, Date.now() + 1_000)
          outcomes.push(await eraseTenant(deployment, early).catch((error: unknown) => error))
        }
        return driver.batch(...batch)
      },
    })),
  }
  expect(await resumeTenant(tried, id)).toMatchObject({ status: 'active', eraseAt: null })
  expect(outcomes.length).toBeGreaterThan(0)
  for (const outcome of outcomes) expect(outcome).toBeInstanceOf(StaleError)
  expect((await put(key, 'w@away.example', newIsolate().send)).status).toBe(201)
})

it('is deleted once its database is back, and erased when its time has come', async () => {
  const { id, key, name } = await aTenant()
  const { operate, over, goAway, send } = withAway()
  goAway(name)
  const { status, body } = await operate('POST', `/${id}/delete`, { waitDays: 0 })
  expect([status, body.status, body.eraseAt]).toEqual([200, 'suspended', expect.any(String)])
  expect(body.notReached).toContain('abandon')
  expect((await operate('POST', `/${id}/suspend`)).body.code).toBe('wrong_status')
  const lines: string[] = []
  await lookAfter(over, Date.now() + 1_000, { log: (line) => lines.push(line) })
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ tenant: id, work: 'look after' }),
  )
  expect((await lineOf(id)).status).toBe('suspended')
  expect((await logOf(id)).at(-1)).toEqual(['upkeep', 'delete', 'failed'])
  goAway(undefined)
  expect((await put(key, 'd@away.example', send)).body.code).toBe('organization_suspended')
  await lookAfter(over, Date.now() + 1_000)
  expect((await lineOf(id)).status).toBe('deleted')
  await lookAfter(over, Date.now() + 1_000)
  expect((await operate('GET', `/${id}`)).status).toBe(404)
  expect((await put(key, 'd@away.example', newIsolate().send)).status).toBe(401)
  expect(await logOf(id)).toEqual([
    ['operator', 'create', 'done'],
    ['operator', 'delete', 'not_reached'],
    ['operator', 'suspend', 'wrong_status'],
    ['upkeep', 'delete', 'done'],
    ['upkeep', 'erase', 'done'],
  ])
})

it('is deleted too in the middle of its creation, once somebody can say whether it is there', async () => {
  const { id, name } = await aTenant()
  const empty = v7()
  const place = places['a D1 database']()
  await deployment.directory.add({ id: empty, name: 'Empty', place, createdAt: 1 })
  await deployment.directory.change(await lineOf(id), { status: 'creating' })
  const { operate, over, goAway } = withAway()
  goAway(name)
  for (const dryRun of [true, false]) {
    const { body } = await operate('POST', `/${id}/delete?dryRun=${dryRun}`, { waitDays: 0 })
    expect([body.status, body.notReached]).toEqual(['creating', expect.stringContaining('was not reached')])
  }
  expect((await logOf(id)).at(-1)).toEqual(['operator', 'delete', 'not_reached'])
  expect((await operate('POST', `/${empty}/delete`, {})).body).toMatchObject({ status: 'deleted' })
  expect((await operate('GET', `/${empty}`)).status).toBe(404)
  goAway(undefined)
  for (const _ of [1, 2]) await lookAfter(over, Date.now() + 1_000)
  expect((await operate('GET', `/${id}`)).status).toBe(404)
})

it('is not taken from its creation by who ends it while its database is away', async () => {
  const place = places['a D1 database']()
  const { operate, over, goAway } = withAway()
  goAway('binding' in place ? place.binding : '')
  const [made, given] = [v7(), v7()]
  const make = (id: string) => operate('POST', '', { id, name: 'Unfinished', place })
  expect((await make(made)).status).toBe(503)
  for (const what of ['suspend', 'resume'])
    expect((await operate('POST', `/${made}/${what}`)).body).toMatchObject({
      code: 'wrong_status',
      detail: expect.stringContaining('creating: the same creation again'),
    })
  const left = async (id: string) => {
    const { body } = await operate('POST', `/${id}/delete`, { waitDays: 30 })
    expect([body.status, body.eraseAt, body.notReached]).toEqual([
      'creating',
      expect.any(String),
      expect.stringContaining('the same creation again takes it back'),
    ])
  }
  await left(made)
  goAway(undefined)
  expect((await make(made)).status).toBe(201)
  await lookAfter(over, Date.now() + 1_000)
  expect(await lineOf(made)).toMatchObject({ status: 'active', eraseAt: null })
  await deployment.directory.add({ id: given, name: 'Given up', place: places['a D1 database'](), createdAt: 1 })
  const { place: own } = await lineOf(given)
  goAway('binding' in own ? own.binding : '')
  await left(given)
  goAway(undefined)
  // Nothing of it is there that anybody could want back within those days.
  await lookAfter(over, Date.now() + 1_000)
  expect((await operate('GET', `/${given}`)).status).toBe(404)
})

it('is shown without its settings, and why', async () => {
  const { id, name } = await aTenant()
  const { operate, goAway } = withAway()
  goAway(name)
  const { status, body } = await operate('GET', `/${id}?settings=true`)
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({ id, status: 'active', settings: null, notReached: expect.stringContaining('no answer') }),
  ])
  expect((await operate('GET', `/${id}`)).body).not.toHaveProperty('settings')
})

it('is to its clients as one that was never there, until its creation has come to its end', async () => {
  const { id, key, name } = await aTenant()
  await deployment.directory.change(await lineOf(id), { status: 'creating' })
  const { send, over, goAway } = withAway()
  goAway(name)
  const forged = (of: string) => `eu_${of.replaceAll('-', '')}_${'A'.repeat(43)}`
  const visits = async (claimed: string) => {
    const answers = []
    for (const _ of [1, 2]) {
      const cost = noCost()
      await over.places.connect(claimed, cost).batch([{ sql: 'SELECT 1', params: [] }])
      const { status, body } = await put(forged(claimed), 'c@away.example', send)
      answers.push([cost.calls, status, body.code])
    }
    return answers
  }
  const unknown = await visits(v7())
  expect(unknown.map(([, ...answer]) => answer)).toEqual([1, 2].map(() => [401, 'invalid_credentials']))
  expect(await visits(id)).toEqual(unknown)
  goAway(undefined)
  await deployment.directory.change(await lineOf(id), { status: 'active' })
  // In this isolate, which has been told a moment ago that it is not there.
  expect((await put(key, 'c@away.example', send)).status).toBe(201)
})

it('is taken back from a deletion that its organisation has not heard of', async () => {
  const { id, key, name } = await aTenant()
  const { operate, over, goAway } = withAway()
  goAway(name)
  await operate('POST', `/${id}/delete`, { waitDays: 0 })
  goAway(undefined)
  expect((await operate('POST', `/${id}/resume`)).body).toMatchObject({ status: 'active', eraseAt: null })
  for (const _ of [1, 2]) await lookAfter(over, Date.now() + 1_000)
  expect((await put(key, 'b@away.example', newIsolate().send)).status).toBe(201)
})

it.each([
  ['that is served', async () => undefined],
  [
    'that is deleted already',
    (operate: ReturnType<typeof withAway>['operate'], id: string) => operate('POST', `/${id}/delete`, {}),
  ],
  [
    'that is being erased',
    async (_operate: ReturnType<typeof withAway>['operate'], id: string) =>
      deployment.directory.change(await lineOf(id), { status: 'erasing', eraseAt: 1 }),
  ],
] as const)(
  '%s leaves the directory when it is abandoned, and the answer says what was not erased',
  async (_name, before) => {
    const { id, name } = await aTenant()
    const { operate, goAway } = withAway()
    await before(operate, id)
    goAway(name)
    const { status, body } = await operate('POST', `/${id}/delete`, { abandon: true })
    expect([status, body.status]).toEqual([200, 'deleted'])
    expect(body.notReached).toContain('Nothing was erased')
    expect((await operate('GET', `/${id}`)).status).toBe(404)
    expect((await logOf(id)).at(-1)).toEqual(['operator', 'delete', 'abandoned'])
  },
)

it('is not abandoned where its database answers, nor where it would be found again', async () => {
  const { id } = await aTenant()
  const { operate, goAway } = withAway()
  const { body } = await operate('POST', `/${id}/delete`, { abandon: true })
  expect([body.status, body.notReached]).toEqual(['deleted', undefined])
  expect((await operate('GET', `/${id}`)).status).toBe(200)
  await deployment.directory.change(await lineOf(id), { status: 'erasing' })
  expect((await operate('POST', `/${id}/delete`, { abandon: true })).body.code).toBe('wrong_status')

  const shared = await create(places.shared())
  goAway('shared')
  expect((await operate('POST', `/${shared.id}/delete`, { abandon: true })).body.code).toBe('not_possible')
  expect((await lineOf(shared.id)).status).not.toBe('deleted')
})

it('can be ended too where the place itself is gone: the binding, the secret, all of its rows', async () => {
  const { operate, over } = withAway()
  for (const place of [
    { shape: 'database', binding: 'DB_GONE' },
    { shape: 'database', url: 'https://gone.example', token: 'TENANT_TOKEN_GONE' },
    places['a D1 database'](),
  ] as const) {
    const id = v7()
    const line = await deployment.directory.add({ id, name: 'Gone', place, createdAt: 1 })
    await deployment.directory.change(line, { status: 'active' })
    const isEmpty = 'binding' in place && place.binding !== 'DB_GONE'
    if (isEmpty) await migrate(over.places.open(id, place, { mayCreate: true }))
    expect((await operate('POST', `/${id}/suspend`)).body).toMatchObject({
      status: 'suspended',
      notReached: expect.stringMatching(/^Its database was not reached/),
    })
    const { body } = await operate('POST', `/${id}/delete`, { waitDays: 0, abandon: true })
    expect(body.status).toBe('deleted')
    if (isEmpty) await lookAfter(over, Date.now() + 1_000)
    expect((await operate('GET', `/${id}`)).status).toBe(404)
  }
})

describe('in the middle of a move', () => {
  const moving = async (to: Place, state: Partial<MoveState> = {}) => {
    const { id, key } = await create(places.object())
    const move = { from: places.object(), to, state: { ...newMove(to), ...state } }
    await deployment.directory.change(await lineOf(id), { move, status: 'moving' })
    return { id, key }
  }

  it('gives up a target that is away, and is served and administered where it was', async () => {
    const { operate, goAway } = withAway()
    const to = places['a D1 database']()
    const { id, key } = await moving(to)
    goAway('binding' in to ? to.binding : '')
    expect((await operate('POST', `/${id}/move`, {})).status).toBe(503)
    expect((await operate('POST', `/${id}/delete`, { abandon: true })).body.code).toBe('wrong_status')
    // Served where it was from the first request on, which the target has no part in.
    for (const _ of [1, 2]) {
      expect((await operate('POST', `/${id}/move/back`)).status).toBe(503)
      expect((await operate('GET', `/${id}`)).body.move).toMatchObject({ phase: 'withdraw', lastError: 'It is away' })
    }
    expect((await lineOf(id)).status).toBe('moving')
    expect((await operate('POST', `/${id}/move/back?abandon=true`)).body).toMatchObject({
      phase: 'returned',
      isOver: true,
    })
    expect((await lineOf(id)).status).toBe('active')
    expect((await put(key, 'back@away.example', newIsolate().send)).status).toBe(201)
    expect((await operate('POST', `/${id}/suspend`)).body.status).toBe('suspended')
    expect(await logOf(id)).toEqual([
      ['operator', 'create', 'done'],
      ['operator', 'move', 'returned'],
      ['operator', 'delete', 'wrong_status'],
      ['operator', 'move back', 'done'],
      ['operator', 'suspend', 'done'],
    ])
  })

  it('is thawed, though the deployment has its target no more', async () => {
    const { operate, over } = withAway()
    const resume = { status: 'active', revision: 1 } as const
    const { id, key } = await moving(
      { shape: 'database', binding: 'DB_GONE' },
      { phase: 'settle', claimed: true, resume },
    )
    const source = over.places.open(id, places.object(), { mayCreate: false })
    await source.batch([{ sql: "UPDATE organizations SET status = 'moving', revision = revision + 1", params: [] }])
    expect((await put(key, 'f@away.example', newIsolate().send)).body.code).toBe('organization_moving')
    const back = () => operate('POST', `/${id}/move/back?abandon=true`)
    expect((await back()).body.phase).toBe('returned')
    expect((await put(key, 'f@away.example', newIsolate().send)).status).toBe(201)
    const lines: string[] = []
    await lookAfter(over, Date.now(), { log: (line) => lines.push(line) })
    expect(lines.filter((line) => line.includes(id))).toEqual([])
    expect((await lineOf(id)).move).toBeNull()
  })

  it('leaves nothing behind at a target that answers, whoever would have it abandoned', async () => {
    const { operate, over } = withAway()
    const to = places['a D1 database']()
    const { id } = await create(places.shared())
    const driver = over.places.open(id, to, { mayCreate: true })
    await migrate(driver)
    const move = { from: places.shared(), to, state: newMove(to) }
    await deployment.directory.change(await lineOf(id), { move, status: 'moving' })
    expect((await operate('POST', `/${id}/move/back?abandon=true`)).body.phase).toBe('returned')
    const { results } = await driver.batch([{ sql: 'SELECT id FROM organizations', params: [] }])
    expect(results[0]?.rows).toEqual([])
  })

  it('can be abandoned when it is its own database that is gone, and nobody is told to go on', async () => {
    const { operate, goAway } = withAway()
    const { id, name } = await aTenant()
    const { place: from } = await lineOf(id)
    const to: Place = { shape: 'object' }
    await deployment.directory.change(await lineOf(id), { move: { from, to, state: newMove(to) }, status: 'moving' })
    goAway(name)
    expect((await operate('POST', `/${id}/move`, {})).status).toBe(503)
    const back = () => operate('POST', `/${id}/move/back?abandon=true`)
    for (const _ of [1, 2]) expect((await back()).status).toBe(503)
    expect((await operate('GET', `/${id}`)).body.move).toMatchObject({ phase: 'release', lastError: 'It is away' })
    expect((await operate('POST', `/${id}/delete`, { abandon: true })).body.notReached).toContain('Nothing was erased')
    expect((await operate('GET', `/${id}`)).status).toBe(404)
    expect((await logOf(id)).slice(1)).toEqual([
      ['operator', 'move', 'abandoned'],
      ['operator', 'move back', 'abandoned'],
      ['operator', 'delete', 'abandoned'],
    ])
  })
})
