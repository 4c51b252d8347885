import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { expect, it } from 'vitest'
import { createOrganization } from '../../src/admin/organizations.ts'
import { StaleError } from '../../src/engine/session.ts'
import { type TenancyEnv, tenancyOf } from '../../src/tenancy.ts'
import { eraseTenant } from '../../src/tenants/erasing.ts'
import { newMove } from '../../src/tenants/move/state.ts'
import type { Place } from '../../src/tenants/place.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { shown, told } from '../support/hook-world.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import {
  create,
  deployment,
  findings,
  lineOf,
  logOf,
  mixed,
  moved,
  newIsolate,
  operate,
  pagesOf,
  places,
  put,
  whereNoneRules,
} from '../support/tenants-world.ts'
import { isolate } from '../support/world.ts'

/** What becomes of tenants in a deployment that has every shape; each operation in each shape: tenant-operations.test.ts. */

it('has every line of the request log count the calls, of operators too', async () => {
  const lines: string[] = []
  const { send: through } = newIsolate((line) => lines.push(line))
  const { id } = await create({ shape: 'object' })
  const calls = async (method: string, path: string) => {
    expect((await through(method, path, { token: OPERATOR })).status).toBe(200)
    return JSON.parse(lines.at(-1) ?? '').db.calls
  }
  // Two tell whether this directory has the tenants: one to it, one to the shared database.
  expect(await calls('GET', `/v1/tenants/${id}`)).toBe(2 + 1)
  // One to the directory, two to the tenant's own database: what is there, and the counts.
  expect(await calls('GET', `/v1/tenants/${id}/usage`)).toBe(2 + 4)
  expect(await calls('POST', `/v1/tenants/${id}/suspend`)).toBeGreaterThan(3)
})

it('tells how its move stands to whoever comes later, and goes on without being told where to', async () => {
  const { id, key } = await create(places.shared())
  expect((await operate('GET', `/${id}`)).body.move).toBeNull()
  const away: Place = { shape: 'database', url: 'http://127.0.0.1:1/' }
  const move = { from: places.shared(), to: away, state: newMove(away) }
  await deployment.directory.change(await lineOf(id), { move, status: 'moving' })
  expect((await operate('POST', `/${id}/move`, {})).status).toBe(503)
  const { body } = await operate('GET', `/${id}`)
  expect(body).toMatchObject({
    status: 'moving',
    move: { to: away, phase: 'claim', isOver: false, startedAt: expect.stringMatching(/Z$/), failure: null },
  })
  expect(body.move.lastError).toMatch(/./)
  const there = { from: places.shared(), to: { shape: 'object' } as const, state: newMove({ shape: 'object' }) }
  await deployment.directory.change(await lineOf(id), { move: { ...there, state: { ...there.state, lastError: 'x' } } })
  for (let n = 0; n < 100 && !(await operate('POST', `/${id}/move`, {})).body.isOver; n++);
  expect((await operate('GET', `/${id}`)).body).toMatchObject({
    status: 'active',
    place: { shape: 'object' },
    move: { phase: 'keep', isOver: true, lastError: null, steppedAt: expect.stringMatching(/Z$/) },
  })
  expect((await put(key, 'moved@tenant.example')).status).toBe(201)
})

it('refuses what a restore would, and writes nothing, when it is tried', async () => {
  const { id, key } = await create(places.shared())
  await put(key, 'dry@tenant.example')
  const pages = (await pagesOf(id)).filter((page) => page.length > 0) as { table: string; row: object }[][]
  const tried = (body: object) => operate('POST', `/${id}/restore`, body)
  const [organization] = pages
  for (const dryRun of [true, false]) {
    expect((await tried({ lines: organization, dryRun })).body).toMatchObject({
      code: 'wrong_status',
      detail: 'This cannot be done now: the tenant is active, and must be suspended first.',
    })
    expect((await tried({ lines: organization, place: { shape: 'object' }, dryRun })).body).toMatchObject({
      code: 'wrong_status',
      errors: [{ field: 'place' }],
    })
  }
  expect((await tried({ lines: [] })).body).toMatchObject({ code: 'wrong_status' })
  expect((await operate('POST', `/${v7()}/restore`, { lines: [] })).status).toBe(404)
  await operate('POST', `/${id}/suspend`)
  expect((await tried({ lines: [] })).status).toBe(204)
  const spoilt = organization?.map(({ table, row }) => ({ table, row: { ...row, crm_mode: 'x' } }))
  for (const dryRun of [true, false])
    expect((await tried({ lines: spoilt, dryRun })).body.errors[0].field).toBe('lines.0.row.crm_mode')
  const other = v7()
  for (const lines of pages) {
    const renamed = JSON.parse(JSON.stringify(lines).replaceAll(id, other))
    expect((await operate('POST', `/${other}/restore`, { lines: renamed, dryRun: true })).status).toBe(204)
  }
  expect((await operate('GET', `/${other}`)).status).toBe(404)
  expect(await logOf(other)).toEqual([])
})

it('names the tenant of a creation that could not be finished, so that the same request goes on', async () => {
  const { status, body } = await operate('POST', '', {
    name: 'Away',
    place: { shape: 'database', url: 'http://127.0.0.1:1/' },
  })
  expect([status, body.code]).toEqual([503, 'unavailable'])
  const [id = ''] = /[0-9a-f-]{36}/.exec(body.detail) ?? []
  expect((await operate('GET', `/${id}`)).body.status).toBe('creating')
  expect(await logOf(id)).toEqual([['operator', 'create', 'failed']])
})

it('has what is forgotten be forgotten: nothing is left of a deleted tenant, and its id is free', async () => {
  for (const newPlace of Object.values(places)) {
    const place = newPlace()
    const { id, key } = await create(place)
    await put(key, 'gone@tenant.example')
    await operate('POST', `/${id}/delete`, { waitDays: 1 })
    expect((await operate('POST', `/${id}/suspend`)).body).toMatchObject({ code: 'wrong_status' })
    await lookAfter(deployment, Date.now())
    expect((await operate('GET', `/${id}`)).body.status).toBe('deleted')
    await lookAfter(deployment, Date.now() + 2 * 86_400_000)
    expect((await operate('GET', `/${id}`)).status).toBe(404)
    expect((await put(key, 'gone@tenant.example', newIsolate().send)).status).toBe(401)
    const again = await create(place, { id })
    expect((await put(again.key, 'gone@tenant.example')).body.status).toBe('created')
  }
})

it('moves to each other place while it is written to, and comes back before it is there', async () => {
  const around = Object.values(places).map((newPlace) => newPlace())
  const { id, key } = await create(around[0] as Place)
  const writer = newIsolate()
  const written: string[] = []
  const write = async () => {
    const email = `m${written.length}@tenant.example`
    const { status, headers } = await put(key, email, writer.send)
    if (status === 201) written.push(email)
    else expect([status, headers.get('retry-after')]).toEqual([503, expect.any(String)])
  }
  const go = async (path: string, body?: unknown) => {
    for (let n = 0; n < 200; n++) {
      const reply = await operate('POST', `/${id}${path}`, body)
      expect(reply.status, JSON.stringify(reply.body)).toBe(200)
      await write()
      if (reply.body.isOver) return reply.body
    }
    throw new Error('The move does not come to an end')
  }
  for (let n = 0; n < 20; n++) await write()
  for (const to of [...around.slice(1), around[0]]) {
    expect(await go('/move', { place: to })).toMatchObject({ phase: 'keep', to, failure: null })
    expect((await operate('GET', `/${id}`)).body).toMatchObject({ status: 'active', place: to })
  }
  expect((await operate('POST', `/${id}/move`, {})).body).toMatchObject({ phase: 'keep', isOver: true })
  const [home, away] = around as [Place, Place]
  // As one leaves it that was interrupted in its first piece.
  const begun = { from: home, to: away, state: newMove(away) }
  await deployment.directory.change(await lineOf(id), { move: begun, status: 'moving' })
  expect((await operate('POST', `/${id}/keys`, { name: 'meanwhile' })).body).toMatchObject({ code: 'wrong_status' })
  expect(await go('/move/back')).toMatchObject({ phase: 'returned' })
  expect((await operate('GET', `/${id}`)).body).toMatchObject({ status: 'active', place: around[0] })
  await write()
  expect(written.length).toBeGreaterThan(25)
  const fresh = newIsolate()
  for (const email of written) expect((await put(key, email, fresh.send)).body.status, email).toBe('unchanged')
  await lookAfter(deployment, Date.now() + 2 * 86_400_000)
  expect((await put(key, written[0] as string)).body.status).toBe('unchanged')
  expect(await findings(id, false)).toEqual([])
}, 60_000)

it('is answered the same by a move that has arrived, and keeps the old place for a day', async () => {
  const { id, key } = await create(places.shared())
  await put(key, 'kept@tenant.example')
  const move = () => moved(id, { shape: 'object' })
  const arrived = await move()
  expect(await move()).toEqual(arrived)
  const old = deployment.places.open(id, places.shared(), { mayCreate: false })
  const left = async () =>
    (await old.batch([{ sql: 'SELECT id FROM records WHERE organization_id = ?1', params: [id] }])).results[0]?.rows
      .length
  await lookAfter(deployment, Date.now())
  expect(await left()).toBe(1)
  await lookAfter(deployment, Date.now() + 86_400_000 + 60_000)
  expect(await left()).toBe(0)
  expect((await lineOf(id)).move).toBeNull()
  expect((await put(key, 'kept@tenant.example')).body.status).toBe('unchanged')
})

it('erases a deleted tenant at the place that it has left, too', async () => {
  const { id, key } = await create({ shape: 'object' })
  await put(key, 'left@tenant.example')
  await moved(id, places.shared())
  await operate('POST', `/${id}/delete`, { waitDays: 0 })
  await lookAfter(deployment, Date.now() + 1_000)
  expect((await operate('GET', `/${id}`)).status).toBe(404)
  const { body } = await operate('POST', '', { id, name: 'Anew', place: { shape: 'object' } })
  expect((await operate('GET', `/${id}/usage`)).body).toMatchObject({ records: 0, credentials: 1 })
  expect((await put(body.adminKey, 'left@tenant.example')).body.status).toBe('created')
})

it.each([
  ['a hint', { shape: 'object', locationHint: 'apac' }],
  ['nothing at all', { shape: 'object' }],
])('takes no place that differs in %s for another one', async (_name, place) => {
  const { id, key } = await create({ shape: 'object', locationHint: 'weur' })
  await put(key, 'here@tenant.example')
  expect((await operate('POST', `/${id}/move`, { place })).body).toMatchObject({ code: 'invalid_value' })
  await lookAfter(deployment, Date.now() + 2 * 86_400_000)
  expect((await put(key, 'here@tenant.example')).body.status).toBe('unchanged')
})

it('never erases what is served, whatever upkeep has read before', async () => {
  for (const newPlace of Object.values(places)) {
    const place = newPlace()
    const { id, key } = await create(place)
    await put(key, 'back@tenant.example')
    await operate('POST', `/${id}/delete`, { waitDays: 0 })
    const stale = await lineOf(id)
    expect((await operate('POST', `/${id}/resume`)).body.status).toBe('active')
    await expect(eraseTenant(deployment, stale)).rejects.toBeInstanceOf(StaleError)
    await lookAfter(deployment, Date.now() + 86_400_000)
    expect((await put(key, 'back@tenant.example')).body.status).toBe('unchanged')
    // As if the directory had been wrong: the organisation says that it is served.
    await deployment.directory.change(await lineOf(id), { status: 'deleted', eraseAt: 1 })
    await lookAfter(deployment, Date.now())
    expect((await put(key, 'back@tenant.example')).body.status).toBe('unchanged')
    expect((await operate('GET', `/${id}`)).body).toMatchObject({ status: 'active', eraseAt: null })
  }
})

it('loses nothing when operators and upkeep move it at once, there and back', async () => {
  const { id, key } = await create(places.shared())
  const own = places['a D1 database']()
  const written: string[] = []
  let isOver = false
  const writer = async (name: number) => {
    const { send: through } = newIsolate()
    for (let n = 0; !isOver; n++) {
      const email = `w${name}-${n}@tenant.example`
      if ((await put(key, email, through)).status === 201) written.push(email)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const writers = [writer(1), writer(2), writer(3)]
  for (let round = 0; round < 4; round++) {
    const to = [{ shape: 'object' }, own, places.shared()][round % 3]
    const other = [own, places.shared(), { shape: 'object' }][round % 3]
    const asks = [
      () => operate('POST', `/${id}/move`, { place: to }),
      () => operate('POST', `/${id}/move`, { place: other }),
      () => operate('POST', `/${id}/move/back`),
      () => operate('POST', `/${id}/move`, { place: to }),
    ]
    const replies = await Promise.all([...asks.map((ask) => ask()), lookAfter(deployment, Date.now() + 120_000)])
    for (const reply of replies) if (reply) expect([200, 409, 422, 503]).toContain(reply.status)
    for (let n = 0; n < 100 && (await lineOf(id)).status === 'moving'; n++) await operate('POST', `/${id}/move`, {})
    expect((await lineOf(id)).status).toBe('active')
  }
  isOver = true
  await Promise.all(writers)
  expect(written.length).toBeGreaterThan(10)
  const fresh = newIsolate()
  for (const email of written) expect((await put(key, email, fresh.send)).body.status, email).toBe('unchanged')
  const homes = await Promise.all(
    [places.shared(), own, { shape: 'object' } as const].map(async (place) => {
      const driver = deployment.places.open(id, place, { mayCreate: true })
      const { results } = await driver.batch([{ sql: 'SELECT status FROM organizations WHERE id = ?1', params: [id] }])
      return results[0]?.rows[0]?.status
    }),
  )
  expect(homes.filter((status) => status === 'active')).toHaveLength(1)
}, 90_000)

it('finishes a creation that came no further than the organisation', async () => {
  const interrupted = async () => {
    const { id, key } = await create({ shape: 'object' })
    await deployment.directory.change(await lineOf(id), { status: 'creating' })
    return { id, key }
  }
  const one = await interrupted()
  expect((await operate('POST', '', { id: one.id, name: 'Acme', place: { shape: 'object' } })).status).toBe(409)
  expect((await operate('GET', `/${one.id}`)).body.status).toBe('active')
  expect((await operate('POST', `/${one.id}/keys`, { name: 'after' })).status).toBe(201)
  const other = await interrupted()
  expect((await operate('POST', `/${other.id}/delete`, { waitDays: 0 })).body.status).toBe('deleted')
  expect((await put(other.key, 'x@tenant.example')).status).toBe(403)
  await lookAfter(deployment, Date.now() + 1_000)
  expect((await put(other.key, 'x@tenant.example', newIsolate().send)).status).toBe(401)
})

it('gives the id of a creation that cannot be finished free again', async () => {
  const id = v7()
  const away = { shape: 'database', url: 'http://127.0.0.1:1/' }
  expect((await operate('POST', '', { id, name: 'Away', place: away })).status).toBe(503)
  expect((await operate('GET', `/${id}`)).body.status).toBe('creating')
  expect((await operate('POST', '', { id, name: 'Here', place: places.shared() })).status).toBe(409)
  // Whether an organisation is there, nobody can say.
  expect((await operate('POST', `/${id}/delete`, {})).body.notReached).toContain('deleted with abandon')
  expect((await operate('POST', `/${id}/delete`, { abandon: true })).body.status).toBe('deleted')
  const { key } = await create(places.shared(), { id })
  expect((await put(key, 'free@tenant.example')).status).toBe(201)
})

it('remembers about when it was seen, in the call that asks for its place', async () => {
  const { id, key } = await create({ shape: 'object' })
  expect((await operate('GET', `/${id}`)).body.seenAt).toBeNull()
  await put(key, 'seen@tenant.example')
  const { seenAt } = (await operate('GET', `/${id}`)).body
  expect(Date.now() - Date.parse(seenAt)).toBeLessThan(60_000)
})

it('goes on with a creation that was interrupted behind its first half', async () => {
  const id = v7()
  await deployment.directory.add({ id, name: 'Half', place: { shape: 'object' }, createdAt: Date.now() })
  expect((await operate('GET', `/${id}`)).body).toMatchObject({ id, status: 'creating' })
  const { key } = await create({ shape: 'object' }, { id })
  expect((await put(key, 'half@tenant.example')).status).toBe(201)
  expect((await operate('GET', `/${id}`)).body.status).toBe('active')
})

it.each(Object.entries(places))('restores in %s what was exported elsewhere', async (_name, newPlace) => {
  const place = newPlace()
  const home = place.shape === 'shared' ? { shape: 'object' as const } : { shape: 'shared' as const }
  const { id, key } = await create(home)
  await put(key, 'r@tenant.example')
  const hook = await newIsolate().send('POST', '/v1/hooks', { token: key, body: { ...told, name: 'Restored' } })
  expect(hook.status).toBe(201)
  const pages = await pagesOf(id)
  const other = tenancyOf({ ...mixed, TENANCY: place.shape === 'shared' ? 'object' : 'shared' })
  await operate('POST', `/${id}/delete`, { waitDays: 0 })
  await lookAfter(deployment, Date.now() + 1_000)
  const there = isolate(undefined, { connect: other.places.connect, places: other.places, operator: operatorOf(other) })
  const restore = (body: object) => there.send('POST', `/v1/tenants/${id}/restore`, { token: OPERATOR, body })
  for (const [i, lines] of pages.filter((page) => page.length > 0).entries())
    for (const _ of [1, 2]) {
      const { status, body } = await restore({ lines, ...(i === 0 && { place }) })
      const isHooks = (lines[0] as { table: string }).table === 'hooks'
      expect([status, body?.notKept]).toEqual(
        isHooks ? [200, 'Hooks that were not on just before are off: "Restored".'] : [204, undefined],
      )
    }
  const operateThere = (path: string, body?: object) =>
    there.send('POST', `/v1/tenants/${id}${path}`, { token: OPERATOR, ...(body && { body }) })
  expect((await operateThere('/resume')).body).toMatchObject({ status: 'active', place })
  expect((await restore({ lines: pages.flat().slice(0, 1) })).body).toMatchObject({ code: 'wrong_status' })
  const { body } = await there.send('POST', `/v1/tenants/${id}/keys`, { token: OPERATOR, body: { name: 'after' } })
  expect(await put(body.adminKey, 'r@tenant.example', there.send)).toMatchObject({ body: { status: 'unchanged' } })
  const deliver = () => there.send('POST', hook.body.path, { headers: shown, body: { email: 'r@tenant.example' } })
  // It may have been deleted since: nobody is believed before somebody has said so again.
  expect((await deliver()).status).toBe(404)
  const on = { token: body.adminKey, body: { state: 'on' } }
  expect((await there.send('PATCH', `/v1/hooks/${hook.body.id}`, on)).status).toBe(200)
  const delivered = await deliver()
  expect(delivered.body).toMatchObject({ status: 'done', unchanged: 1 })
})

it('lets nothing into a table that is no row of it, nor a unique value in twice', async () => {
  const { id, key } = await create(places.shared())
  const { id: other } = await create(places.shared())
  await put(key, 'u@tenant.example')
  const lines = (await pagesOf(id)).flat() as { table: string; row: Record<string, unknown> }[]
  const line = (table: string, change: object) => {
    const found = lines.find((one) => one.table === table)
    return { table, row: { ...found?.row, ...change } }
  }
  const restore = (...some: object[]) => operate('POST', `/${id}/restore`, { lines: some })
  await operate('POST', `/${id}/suspend`)
  for (const [wrong, field] of [
    [line('organizations', { created_at: 9e15 }), 'created_at'],
    [line('organizations', { status: 'moved' }), 'status'],
    [line('organizations', { crm_mode: 'x' }), 'crm_mode'],
    [line('records', { data: '[1]' }), 'data'],
    [line('records', { organization_id: other }), 'organization_id'],
    [line('records', { version: -1 }), 'version'],
    [line('hooks', { organization_id: id, id: v7(), name: 'H', state: 'on', definition: '{}' }), 'definition'],
    [line('records', { "id'; --": 'x' }), "id'; --"],
  ] as const) {
    const { status, body } = await restore(wrong)
    expect([status, body.code, body.errors?.[0].field], JSON.stringify(body)).toEqual([
      422,
      'invalid_value',
      `lines.0.row.${field}`,
    ])
  }
  for (const [wrong, field, code] of [
    [{ name: 'x'.repeat(200_000) }, 'name', 'too_long'],
    [{ name: ' ' }, 'name', 'required'],
    [{ default_country: 'x' }, 'default_country', 'invalid_value'],
    [{ default_country: '' }, 'default_country', 'invalid_value'],
    [{ history: 'off', change_feed: 1 }, 'change_feed', 'invalid_value'],
    [{ history: 'names', change_feed: 0 }, 'change_feed', 'invalid_value'],
    [{ history_days: 0 }, 'history_days', 'out_of_range'],
    [{ history_days: 1e12 }, 'history_days', 'out_of_range'],
  ] as const) {
    const lines = [line('organizations', wrong)]
    for (const dryRun of [true, false]) {
      const { status, body } = await operate('POST', `/${id}/restore`, { lines, dryRun })
      expect([status, body.code, body.errors?.[0].field]).toEqual([422, code, `lines.0.row.${field}`])
    }
  }
  const twin = line('records', { id: v7() })
  const single = line('records', { id: v7(), data: JSON.stringify({ first_name: ['Alone'] }) })
  expect((await restore(twin, single)).body).toMatchObject({
    code: 'unique_conflict',
    conflicts: [{ field: 'emails', value: 'u@tenant.example', recordId: expect.any(String) }],
  })
  await operate('POST', `/${id}/resume`)
  expect((await operate('GET', `/${id}/usage`)).body).toMatchObject({ records: 2 })
  expect(await findings(id, false)).toEqual([])
})

it('takes nothing over that lives at home without a line in the directory', async () => {
  const id = v7()
  await createOrganization(deployment.places.create(id), { id, name: 'Old' })
  const body = { id, name: 'New', place: { shape: 'object' } }
  expect((await operate('POST', '', body)).body).toMatchObject({ code: 'tenant_exists' })
  expect((await operate('GET', `/${id}`)).body).toMatchObject({ name: 'Old', place: places.shared() })
})

it('knows an organisation from before there was a directory, where it would be', async () => {
  const id = v7()
  await createOrganization(deployment.places.create(id), { id, name: 'Old' })
  expect((await operate('GET', `/${id}`)).body).toMatchObject({
    id,
    name: 'Old',
    status: 'active',
    place: places.shared(),
  })
  expect((await operate('GET', `/${v7()}`)).body).toMatchObject({ code: 'not_found' })
})

it('puts one from before there was a directory there once, whoever looks for it at once', async () => {
  for (const status of ['active', 'suspended']) {
    const id = v7()
    const driver = deployment.places.create(id)
    await createOrganization(driver, { id, name: 'Old' })
    await driver.batch([{ sql: 'UPDATE organizations SET status = ?2 WHERE id = ?1', params: [id, status] }])
    const looked = await Promise.all(Array.from({ length: 10 }, () => operate('GET', `/${id}`)))
    expect(looked.map((one) => [one.status, one.body.status])).toEqual(looked.map(() => [200, status]))
  }
})

it('costs as many calls to be refused whether there is such a tenant or not', async () => {
  const { key } = await create({ shape: 'object' })
  await put(key, 'x@tenant.example')
  const nobody = `eu_${v7().replaceAll('-', '')}_${'A'.repeat(43)}`
  const wrong = `${key.slice(0, -43)}${'A'.repeat(43)}`
  const lines: string[] = []
  const warm = newIsolate((line) => lines.push(line))
  await put(key, 'x@tenant.example', warm.send)
  const refusedIn = async (token: string): Promise<unknown> => {
    const { status } = await put(token, 'x@tenant.example', warm.send)
    return [status, JSON.parse(lines.at(-1) ?? '').db.calls]
  }
  expect(await refusedIn(wrong)).toEqual([401, 2])
  expect(await refusedIn(nobody)).toEqual([401, 2])
})

it('takes no place that the deployment has not', async () => {
  for (const place of [
    { shape: 'database', binding: 'DB_NONE' },
    { shape: 'database', url: 'https://db.example', token: 'TENANT_TOKEN_NONE' },
    { shape: 'database', url: 'https://user:hunter2@db.example' },
    { shape: 'database', url: 'https://db.example/?authToken=hunter2' },
    { shape: 'database', url: 'ftp://db.example' },
    { shape: 'database', url: 'libsql://' },
    { shape: 'database', url: 'libsql:db.example' },
    { shape: 'database', url: 'file:a.db' },
    { shape: 'database', url: 'file://localhost/a.db' },
    { shape: 'database', url: 'file://' },
    { shape: 'database', url: 'file:////a.db' },
    { shape: 'database', url: 'file:a%2Fb.db' },
    { shape: 'database', url: 'https://db.example', token: 'OPERATOR_SECRET' },
  ])
    expect((await operate('POST', '', { name: 'X', place })).body).toMatchObject({
      code: 'invalid_value',
      errors: [{ field: 'place' }],
    })
  const one = tenancyOf({ ...env, TENANCY: 'shared' } as unknown as TenancyEnv)
  const alone = isolate(undefined, { connect: one.places.connect, operator: operatorOf(one) })
  const body = { name: 'X', place: { shape: 'object' } }
  await whereNoneRules(async () => {
    expect((await alone.send('POST', '/v1/tenants', { token: OPERATOR, body })).body).toMatchObject({
      code: 'not_possible',
    })
  })
})
