import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { NoDatabaseError } from '../../src/storage/driver.ts'
import { migrationFiles } from '../../src/storage/migration-files.ts'
import { PROGRAM } from '../../src/storage/program/version.ts'
import { located } from '../../src/tenants/deployment.ts'
import { newMove } from '../../src/tenants/move/state.ts'
import { databaseName, type Place } from '../../src/tenants/place.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { OPERATOR } from '../support/operator.ts'
import {
  create,
  deployment,
  findings,
  lineOf,
  logOf,
  moved,
  newIsolate,
  operate,
  pagesOf,
  places,
  put,
  records,
  send,
  withAway,
} from '../support/tenants-world.ts'

const NEWEST = migrationFiles.at(-1)?.name

/** Every operation, in every shape, in one deployment that has them all. */

describe.each(Object.entries(places))('a tenant in %s', (_name, newPlace) => {
  let place: Place
  beforeEach(() => {
    place = newPlace()
  })
  it('is created once, of ten at once, and found where it was put', async () => {
    const id = v7()
    const replies = await Promise.all(
      Array.from({ length: 10 }, () =>
        newIsolate().send('POST', '/v1/tenants', { token: OPERATOR, body: { id, name: 'Acme', place } }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    expect((await operate('GET', `/${id}`)).body).toMatchObject({ id, name: 'Acme', status: 'active', place })
    const key = replies.find(({ status }) => status === 201)?.body.adminKey
    const keys = await send('GET', '/v1/keys', { token: key })
    expect(keys.body.keys).toHaveLength(1)
    const elsewhere = { id, name: 'Acme', place: { shape: place.shape === 'shared' ? 'object' : 'shared' } }
    expect((await operate('POST', '', elsewhere)).body).toMatchObject({ code: 'tenant_exists' })
  })

  it('is served in one call once it is known, and listed', async () => {
    const { id, key } = await create(place)
    expect((await put(key, 'a@tenant.example')).status).toBe(201)
    expect(await put(key, 'a@tenant.example')).toMatchObject({ status: 200, calls: 1 })
    const listed = await operate('GET', '?limit=1000')
    expect(listed.body.tenants.map((tenant: { id: string }) => tenant.id)).toContain(id)
  })

  it('is renamed and set, in the directory and for itself', async () => {
    const { id, key } = await create(place)
    const settings = {
      name: 'Acme Inc',
      crmMode: 'b2c',
      defaultCountry: 'DE',
      historyDays: 30,
      automaticIndexing: false,
    }
    expect((await operate('PATCH', `/${id}`, settings)).body).toMatchObject({ id, name: 'Acme Inc' })
    expect((await operate('PATCH', `/${id}`, { history: 'off' })).body).toMatchObject({ id, name: 'Acme Inc' })
    const { body } = await send('GET', '/v1/organization', { token: key })
    expect(body).toEqual({ id, ...settings, history: 'off' })
    const { name: _, ...shown } = settings
    expect((await operate('GET', `/${id}?settings=true`)).body.settings).toEqual({ ...shown, history: 'off' })
  })

  it('is suspended at once in every isolate, and served again', async () => {
    const { id, key } = await create(place)
    const warm = newIsolate()
    expect((await put(key, 's@tenant.example', warm.send)).status).toBe(201)
    expect((await operate('POST', `/${id}/suspend`)).body.status).toBe('suspended')
    for (const one of [warm, newIsolate()]) {
      expect((await put(key, 's@tenant.example', one.send)).body).toMatchObject({ code: 'organization_suspended' })
      const forged = `${key.slice(0, -43)}${'A'.repeat(43)}`
      expect((await put(forged, 's@tenant.example', one.send)).body).toMatchObject({ code: 'invalid_credentials' })
    }
    expect((await operate('POST', `/${id}/suspend`)).status).toBe(200)
    expect((await operate('POST', `/${id}/resume`)).body.status).toBe('active')
    expect((await put(key, 's@tenant.example', warm.send)).status).toBe(200)
  })

  it("gets another administrator's key, one of a name and as many as there are names, of ten at once", async () => {
    const { id, key } = await create(place)
    const tenAtOnce = (nameOf: (n: number) => string) =>
      Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          newIsolate().send('POST', `/v1/tenants/${id}/keys`, { token: OPERATOR, body: { name: nameOf(n) } }),
        ),
      )
    const ofOneName = await tenAtOnce(() => 'second')
    expect(ofOneName.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    const ofTen = await tenAtOnce((n) => `of ten, ${n}`)
    expect(ofTen.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201))
    const made = [...ofOneName, ...ofTen].flatMap(({ status, body }) => (status === 201 ? [body.adminKey] : []))
    for (const token of [key, ...made]) expect((await send('GET', '/v1/organization', { token })).body.id).toBe(id)
    expect((await operate('GET', `/${id}/usage`)).body.credentials).toBe(12)
  })

  it('is exported, deleted for a while, and comes back', async () => {
    const { id, key } = await create(place)
    const items = Array.from({ length: 700 }, (_, i) => ({
      match: { emails: `p${i}@tenant.example` },
      values: { first_name: `P${i}`, tracking_id: `t${i}` },
    }))
    expect((await send('POST', `${records}/batch`, { token: key, body: items })).status).toBe(200)
    expect((await operate('GET', `/${id}/usage`)).body).toMatchObject({ records: 700, matchKeys: 1400, changes: 700 })
    const pages = await pagesOf(id)
    expect(pages.flat()).toHaveLength(1401)
    const { body: deleted } = await operate('POST', `/${id}/delete`, { waitDays: 7 })
    expect(deleted).toMatchObject({ status: 'deleted', eraseAt: expect.stringMatching(/Z$/) })
    expect((await put(key, 'p1@tenant.example')).body).toMatchObject({ code: 'organization_suspended' })
    expect((await pagesOf(id)).slice(1)).toEqual(pages.slice(1))
    expect((await operate('POST', `/${id}/resume`)).body).toMatchObject({ status: 'active', eraseAt: null })
    expect((await put(key, 'p1@tenant.example')).status).toBe(200)
  })

  it('takes back what was exported of it, as long as it is suspended', async () => {
    const { id, key } = await create(place)
    await put(key, 'kept@tenant.example')
    const pages = await pagesOf(id)
    const restore = async () => {
      for (const [i, lines] of pages.entries()) {
        const { status, body } = await operate('POST', `/${id}/restore`, { lines, hasMore: i < pages.length - 1 })
        if (status !== 204) return body
      }
      return undefined
    }
    expect(await restore()).toMatchObject({ code: 'wrong_status', detail: expect.stringContaining('active, and must') })
    await operate('POST', `/${id}/suspend`)
    const driver = deployment.places.open(id, place, { mayCreate: false })
    for (const table of ['record_keys', 'records'])
      await driver.batch([{ sql: `DELETE FROM ${table} WHERE organization_id = ?1`, params: [id] }])
    for (const _ of [1, 2]) expect(await restore()).toBeUndefined()
    await operate('POST', `/${id}/resume`)
    expect((await put(key, 'kept@tenant.example')).body.status).toBe('unchanged')
  })

  it('is counted by upkeep for the lists, once a day, and not again when nobody has asked for it since', async () => {
    const { id, key } = await create(place)
    await put(key, 'one@tenant.example', newIsolate().send)
    const told = async () => (await operate('GET', `/${id}`)).body.usage
    expect(await told()).toBeNull()
    const began = Date.now()
    const countAt = async (hours: number) => {
      const at = began + hours * 3_600_000
      await lookAfter(deployment, at)
      return { at: new Date(at).toISOString(), usage: await told() }
    }
    const first = await countAt(0)
    const now = (await operate('GET', `/${id}/usage`)).body
    expect(now).toMatchObject({ records: 1, matchKeys: 1, changes: 1, members: 0, credentials: 1 })
    expect(now.recordBytes).toBeGreaterThan(20)
    expect(first.usage).toEqual({ ...now, countedAt: first.at })
    const revision = (await lineOf(id)).revision
    await put(key, 'two@tenant.example')
    expect((await send('PATCH', '/v1/organization', { token: key, body: { name: 'Renamed' } })).status).toBe(200)
    expect((await countAt(23)).usage).toEqual(first.usage)
    // The isolate that asked the directory then may have written for an hour without asking again.
    const second = await countAt(25)
    expect(second.usage).toMatchObject({ records: 2, matchKeys: 2, countedAt: second.at })
    expect((await lineOf(id)).name).toBe('Renamed')
    await put(key, 'three@tenant.example')
    expect((await countAt(50)).usage).toEqual(second.usage)
    await deployment.directory.visit(id, began + 51 * 3_600_000)
    expect((await countAt(52)).usage).toMatchObject({ records: 3 })
    // Whoever changes the tenant meanwhile has read the line that they change.
    expect((await lineOf(id)).revision).toBe(revision)
  })

  it('is held against its schema, and mended', async () => {
    const { id, key } = await create(place)
    await put(key, 'v@tenant.example')
    expect(await findings(id, false)).toEqual([])
    const driver = deployment.places.open(id, place, { mayCreate: false })
    await driver.batch([{ sql: 'DELETE FROM record_keys WHERE organization_id = ?1', params: [id] }])
    expect(await findings(id, true)).toEqual([
      expect.objectContaining({ kind: 'missing', value: 'v@tenant.example', repaired: true }),
    ])
    expect(await findings(id, false)).toEqual([])
  })

  it('is brought up to date, again without an effect', async () => {
    const { id } = await create(place)
    await deployment.directory.change(await lineOf(id), { program: 'of an earlier release' })
    if (place.shape === 'database') {
      // As if the last migration were a new one, which changes nothing.
      const { driver } = located(deployment, await lineOf(id))
      await driver.batch([{ sql: `DELETE FROM d1_migrations WHERE name = '${NEWEST}'`, params: [] }])
      const before = [await lineOf(id), await logOf(id)]
      expect((await operate('POST', `/${id}/migrate?dryRun=true`)).body).toEqual({ applied: [NEWEST] })
      expect([await lineOf(id), await logOf(id)]).toEqual(before)
      await driver.batch([{ sql: `INSERT INTO d1_migrations (name) VALUES ('${NEWEST}')`, params: [] }])
    }
    for (const _ of [1, 2]) expect((await operate('POST', `/${id}/migrate`)).body).toEqual({ applied: [] })
    expect((await lineOf(id)).program).toBe(PROGRAM)
    // One that is deleted may still be exported and resumed; one that is being made or erased has nothing to be migrated.
    await operate('POST', `/${id}/delete`, {})
    expect((await operate('POST', `/${id}/migrate`)).body).toEqual({ applied: [] })
    for (const status of ['creating', 'erasing'] as const) {
      await deployment.directory.change(await lineOf(id), { status })
      for (const path of ['/migrate', '/migrate?dryRun=true'])
        expect((await operate('POST', `/${id}${path}`)).body).toMatchObject({ code: 'wrong_status' })
    }
  })

  it('is not taken back in time here, and the refusal says what can be done', async () => {
    const { id, key } = await create(place)
    await put(key, 't@tenant.example')
    const past = { to: new Date(Date.now() - 60_000).toISOString() }
    const { status, body } = await operate('POST', `/${id}/rewind`, past)
    expect([status, body.code]).toEqual([409, 'not_possible'])
    expect(body.detail).toMatch(/time-travel|restore a backup of that time|point-in-time/)
    expect((await operate('POST', `/${id}/rewind`, { to: '2999-01-01T00:00:00Z' })).body.code).toBe('out_of_range')
    expect((await put(key, 't@tenant.example')).body.status).toBe('unchanged')
  })

  it('is moved away and back, with all that it has', async () => {
    const { id, key } = await create(place)
    await put(key, 'm@tenant.example')
    const away: Place = place.shape === 'shared' ? { shape: 'object' } : { shape: 'shared' }
    await deployment.directory.change(await lineOf(id), { program: null })
    for (const to of [away, place]) {
      expect(await moved(id, to)).toMatchObject({ phase: 'keep', to, failure: null })
      expect((await put(key, 'm@tenant.example')).body.status).toBe('unchanged')
    }
    expect((await operate('GET', `/${id}`)).body).toMatchObject({ status: 'active', place, program: PROGRAM })
  })

  it('is not moved here after all, though what is here does not answer', async () => {
    const home: Place = place.shape === 'shared' ? { shape: 'object' } : { shape: 'shared' }
    const { id, key } = await create(home)
    const { operate, goAway } = withAway()
    const begun = { from: home, to: place, state: newMove(place) }
    await deployment.directory.change(await lineOf(id), { move: begun, status: 'moving' })
    goAway(databaseName(id, place))
    expect((await operate('POST', `/${id}/move`, {})).status).toBe(503)
    const { body } = await operate('POST', `/${id}/move/back?abandon=true`)
    expect(body).toMatchObject({ phase: 'returned', isOver: true })
    expect((await operate('GET', `/${id}`)).body).toMatchObject({ status: 'active', place: home })
    expect((await put(key, 'back@tenant.example', newIsolate().send)).status).toBe(201)
  })

  it('is told to be where it is, again without an effect, and not where it is not', async () => {
    const { id, key } = await create(place)
    await put(key, 'p@tenant.example')
    for (const _ of [1, 2]) {
      const { status, body } = await operate('POST', `/${id}/place`, { place })
      expect([status, body.status, body.place, body.left]).toEqual([200, 'active', place, undefined])
    }
    const elsewhere: Place = place.shape === 'shared' ? { shape: 'object' } : { shape: 'shared' }
    expect((await operate('POST', `/${id}/place`, { place: elsewhere })).body.code).toBe('not_possible')
    expect((await put(key, 'p@tenant.example', newIsolate().send)).body.status).toBe('unchanged')
  })

  it('is abandoned when its place does not answer, and only where nobody would find it without its line', async () => {
    const { id } = await create(place)
    const { operate, goAway } = withAway()
    goAway(databaseName(id, place))
    const { body } = await operate('POST', `/${id}/delete`, { abandon: true })
    expect(body).toMatchObject(place.shape === 'shared' ? { code: 'not_possible' } : { status: 'deleted' })
    expect(await deployment.directory.find(id)).toEqual(
      place.shape === 'shared' ? expect.objectContaining({ status: 'suspended' }) : undefined,
    )
  })

  it('is as it was after everything that destroys or takes long was tried dry', async () => {
    const { id, key } = await create(place)
    await put(key, 'dry@tenant.example')
    const before = [await lineOf(id), await logOf(id)]
    const tried = async (path: string, body: object) => {
      const { status, body: told } = await operate('POST', `/${id}${path}?dryRun=true`, body)
      expect([await lineOf(id), await logOf(id)], path).toEqual(before)
      return [status, told]
    }
    expect(await tried('/delete', { waitDays: 7 })).toEqual([
      200,
      expect.objectContaining({ id, status: 'deleted', eraseAt: expect.stringMatching(/Z$/) }),
    ])
    for (const [name, newPlace] of Object.entries(places)) {
      const to = newPlace()
      if (to.shape === place.shape && to.shape !== 'database') continue
      expect(await tried('/move', { place: to }), name).toEqual([
        200,
        expect.objectContaining({ from: place, to, phase: 'claim', isOver: false, copied: 0 }),
      ])
      // Nothing was made there.
      const driver = deployment.places.open(id, to, { mayCreate: false })
      const look = driver.batch([{ sql: "SELECT name FROM sqlite_master WHERE name = 'records'", params: [] }])
      if (to.shape === 'object') await expect(look).rejects.toBeInstanceOf(NoDatabaseError)
      if (to.shape === 'database') expect((await look).results[0]?.rows).toEqual([])
    }
    expect(await tried('/move', { place })).toMatchObject([422, { code: 'invalid_value' }])
    expect(await tried('/place', { place })).toMatchObject([200, { place, status: 'active' }])
    const elsewhere = place.shape === 'shared' ? { shape: 'object' } : { shape: 'shared' }
    expect(await tried('/place', { place: elsewhere })).toMatchObject([409, { code: 'not_possible' }])
    // No workerd outside Cloudflare keeps the past of an object.
    expect(await tried('/rewind', { to: '2026-01-31T09:30:00Z' })).toMatchObject([409, { code: 'not_possible' }])
    expect((await put(key, 'dry@tenant.example', newIsolate().send)).body.status).toBe('unchanged')
  })

  it('leaves a line in the log for everything that was to change it', async () => {
    const { id } = await create(place)
    await operate('POST', `/${id}/suspend`)
    await operate('POST', `/${id}/keys`, { name: 'First administrator' })
    const { body } = await send('GET', `/v1/operator-log?tenantId=${id}`, { token: OPERATOR })
    expect(body.actions.map((one: { action: string; outcome: string }) => [one.action, one.outcome])).toEqual([
      ['key', 'already_exists'],
      ['suspend', 'done'],
      ['create', 'done'],
    ])
    expect(JSON.stringify(body)).not.toMatch(/eu_[0-9a-f]{32}/)
  })
})
