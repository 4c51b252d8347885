import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import type { ExportLine } from '../../src/admin/export.ts'
import { restoreLines, restoreOrganization } from '../../src/admin/restore.ts'
import type { SqlValue } from '../../src/storage/driver.ts'
import { objectDriver } from '../../src/storage/drivers/object-driver.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { hold } from '../../src/tenants/claim.ts'
import { newMove } from '../../src/tenants/move/state.ts'
import type { Place } from '../../src/tenants/place.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import {
  create,
  deployment,
  lineOf,
  logOf,
  newIsolate,
  operate,
  pagesOf,
  places,
  put,
  records,
  send,
} from '../support/tenants-world.ts'

/** Where a tenant is, when its line in the directory does not say so, or no longer. */

const directory = objectDriver(env.ORGANIZATIONS, 'directory', { mayCreate: true })
const write = (column: string, id: string, text: string | number) =>
  directory.batch([{ sql: `UPDATE tenants SET ${column} = ?2 WHERE id = ?1`, params: [id, text] }])

const unreadable = {
  'no JSON': '{"shape": "obj',
  'no object': '[]',
  'a shape of another release': '{"shape": "moon"}',
  'a URL that holds a secret': '{"shape": "database", "url": "https://user:hushhush@db.example"}',
}

describe.each(Object.entries(unreadable))('a line whose place is %s', (_name, text) => {
  it('concerns its tenant alone, says so, and is mended', async () => {
    const { id, key } = await create(places.object())
    const { id: other, key: otherKey } = await create(places.shared())
    await put(key, 'lost@placing.example')
    const began = Date.now()
    await write('place', id, text)
    const listed = (await operate('GET', '?limit=500')).body.tenants as { id: string; place: object }[]
    expect(listed.find((one) => one.id === other)?.place).toEqual({ shape: 'shared' })
    const told = { shape: 'unreadable', reason: expect.stringMatching(/./) }
    expect(listed.find((one) => one.id === id)?.place).toEqual(told)
    const { body } = await operate('GET', `/${id}`)
    expect(body).toMatchObject({ id, status: 'active', place: told })
    expect(JSON.stringify(body)).not.toContain('hushhush')
    const { send: cold } = newIsolate()
    expect((await put(key, 'lost@placing.example', cold)).status).toBe(503)
    expect((await put(otherKey, 'other@placing.example', cold)).status).toBe(201)
    const failures: string[] = []
    await lookAfter(deployment, Date.now(), { log: (line) => failures.push(line) })
    expect(failures.map((line) => JSON.parse(line).tenant)).toContain(id)
    expect(failures.map((line) => JSON.parse(line).tenant)).not.toContain(other)

    expect((await operate('POST', `/${id}/place`, { place: { shape: 'shared' } })).body.code).toBe('not_possible')
    const mended = await operate('POST', `/${id}/place`, { place: { shape: 'object' } })
    expect(mended.body).toMatchObject({ status: 'active', place: { shape: 'object' } })
    expect(mended.body.notReached).toContain('this deployment cannot open it')
    // Above whatever an isolate may remember of where it was, though nobody could ask there.
    const sql = 'SELECT revision FROM organizations'
    const { results } = await deployment.places
      .open(id, places.object(), { mayCreate: false })
      .batch([{ sql, params: [] }])
    expect(Number(results[0]?.rows[0]?.revision)).toBeGreaterThan(began)
    expect((await put(key, 'lost@placing.example', newIsolate().send)).body.status).toBe('unchanged')
    expect((await logOf(id)).slice(1)).toEqual([
      ['operator', 'place', 'not_possible'],
      ['operator', 'place', 'done'],
    ])
  })

  it('can be abandoned', async () => {
    const { id } = await create(places.object())
    await write('place', id, text)
    const { status, body } = await operate('POST', `/${id}/delete`, { abandon: true })
    expect([status, body.status]).toEqual([200, 'deleted'])
    expect((await operate('GET', `/${id}`)).status).toBe(404)
  })
})

const place = { shape: 'shared' }
const spoilt: readonly (readonly [column: string, value: string | number])[] = [
  ['status', 'archived'],
  ['status', ''],
  ['leftovers', '[null]'],
  ['leftovers', 'no JSON'],
  ['leftovers', '[{"place":null}]'],
  ['leftovers', '[{"place":{"shape":"shared"},"at":"x","erase":true}]'],
  ['claim', '{"id":"x","kind":"place","at":"soon","since":1e99}'],
  ['move', JSON.stringify({ from: place, to: place, state: { phase: 'copy' } })],
  ['erase_at', 'soon'],
  ['erase_at', 1e300],
  ['created_at', 'x'],
  ['seen_at', 1e300],
]

it('of a line of which another column cannot be read holds the same, however many there are', async () => {
  // More than there are lanes of upkeep, whose statuses come first.
  const lines: { id: string; key: string; column: string }[] = []
  for (const [column, value] of [...Array.from({ length: 8 }, () => ['status', 'archived'] as const), ...spoilt]) {
    const { id, key } = await create(places.shared(), { id: `00000000${v7().slice(8)}` })
    await write(column, id, value)
    if (column === 'claim' || column === 'move') await write('status', id, 'moving')
    lines.push({ id, key, column })
  }
  const { id: due } = await create(places.shared())
  await operate('POST', `/${due}/delete`, { waitDays: 0 })
  const failures: { tenant?: string; error: string }[] = []
  await lookAfter(deployment, Date.now() + 1, { log: (line) => failures.push(JSON.parse(line)) })
  expect((await operate('GET', `/${due}`)).status).toBe(404)

  const { status, body } = await operate('GET', '?limit=500')
  expect(status).toBe(200)
  for (const { id, key, column } of lines) {
    const named = `"${column}" of its line in the directory is `
    expect(failures.find(({ tenant }) => tenant === id)?.error).toContain(named)
    const told = { status: 'moving', place: { shape: 'unreadable', reason: expect.stringContaining(named) } }
    expect(body.tenants.find((one: { id: string }) => one.id === id)).toMatchObject(told)
    expect((await operate('GET', `/${id}`)).body).toMatchObject(told)
    const isolate = newIsolate()
    expect((await put(key, 'spoilt@placing.example', isolate.send)).status).toBe(503)
    expect((await operate('POST', `/${id}/suspend`)).body).toMatchObject({
      code: 'wrong_status',
      detail: expect.stringContaining(named),
    })
  }
  // In the filter too they are what they are shown as.
  const filtered = async (status: string) => {
    const { body } = await operate('GET', `?limit=500&status=${status}`)
    return body.tenants.map((one: { id: string }) => one.id).filter((one: string) => lines.some(({ id }) => id === one))
  }
  expect([await filtered('moving'), await filtered('active')]).toEqual([lines.map(({ id }) => id).sort(), []])
  for (const { id, key, column } of lines.slice(7)) {
    // Without its line it would be served again, as one that the directory does not know.
    const abandoned = await operate('POST', `/${id}/delete`, { waitDays: 0, abandon: true })
    expect([column, abandoned.body.code]).toEqual([column, 'not_possible'])
    const mended = await operate('POST', `/${id}/place`, { place })
    expect([column, mended.status, mended.body]).toMatchObject([
      column,
      200,
      { status: 'active', place, leftovers: [] },
    ])
    expect((await put(key, 'spoilt@placing.example', newIsolate().send)).status).toBe(201)
  }
})

it.each(['no JSON', '{}', '{"from": {"shape": "shared"}, "to": {"shape": "shared"}, "state": {"phase": "fly"}}'])(
  'what is no move (%s) is none: it breaks no page, and saying where the tenant is ends it',
  async (text) => {
    const { id, key } = await create(places.shared())
    await write('move', id, text)
    await deployment.directory.change(await lineOf(id), { status: 'moving' })
    const { status, body } = await operate('GET', '?limit=500')
    expect([status, body.tenants.find((one: { id: string }) => one.id === id).move]).toEqual([200, null])
    expect((await operate('POST', `/${id}/place`, { place: { shape: 'shared' } })).body.status).toBe('active')
    expect((await lineOf(id)).move).toBeNull()
    expect((await put(key, 'm@placing.example')).status).toBe(201)
  },
)

it('tells of a move to a place that cannot be read, and leaves the tenant served', async () => {
  const { id, key } = await create(places.object())
  const move = { from: places.object(), to: { shape: 'moon' }, state: newMove({ shape: 'moon' }) }
  await deployment.directory.change(await lineOf(id), { move, status: 'moving' })
  expect((await operate('GET', `/${id}`)).body.move.to).toMatchObject({ shape: 'unreadable' })
  expect((await operate('POST', `/${id}/place`, { place: { shape: 'object' } })).body.code).toBe('wrong_status')
  expect((await put(key, 'moon@placing.example')).status).toBe(201)
})

it('shows that a tenant is said to be elsewhere at this moment, and goes on with it', async () => {
  const { id, key } = await create(places.object())
  await hold(deployment.directory, await lineOf(id), { kind: 'place', to: { shape: 'object' } })
  const { body } = await operate('GET', `/${id}`)
  expect(body).toMatchObject({ status: 'moving', move: null, work: { kind: 'place', to: { shape: 'object' } } })
  expect(Date.parse(body.work.givenBackAt) - Date.parse(body.work.triedAt)).toBe(600_000)
  const refused = await operate('POST', `/${id}/suspend`)
  expect(refused.body.detail).toContain('a "place" since')
  expect((await operate('POST', `/${id}/place`, { place: { shape: 'object' } })).body).toMatchObject({
    status: 'active',
    work: null,
    leftovers: [],
  })
  expect((await put(key, 'w@placing.example')).status).toBe(201)
})

/** What it has now, its keys too, in another database: as one of an earlier time. */
const copyOf = async (id: string): Promise<Place> => {
  const place = places['a libSQL database']()
  const driver = deployment.places.open(id, place, { mayCreate: true })
  await migrate(driver)
  for (const lines of (await pagesOf(id)) as ExportLine[][])
    if (lines[0]?.table === 'organizations') await restoreOrganization(driver, id, lines, 'active')
    else await restoreLines(asOperator(driver, id), id, lines)
  const { place: own } = await lineOf(id)
  const sql = 'SELECT * FROM credentials WHERE organization_id = ?1'
  const keys = await deployment.places.open(id, own, { mayCreate: false }).batch([{ sql, params: [id] }])
  for (const row of keys.results[0]?.rows ?? []) {
    const [columns, params] = [Object.keys(row), Object.values(row) as SqlValue[]]
    const values = columns.map((_, i) => `?${i + 1}`)
    await driver.batch([{ sql: `INSERT INTO credentials (${columns}) VALUES (${values})`, params }])
  }
  return place
}

it('lives in a copy of an earlier time, in which its keys are as they were just now', async () => {
  const before = places['a libSQL database']()
  const { id, key } = await create(before)
  await put(key, 'then@placing.example')
  const { body: ended } = await send('POST', '/v1/keys', { token: key, body: { name: 'Ended', scopes: ['crm:read'] } })
  const reads = (through: typeof send) => through('GET', records, { token: ended.secret })
  const past = await copyOf(id)
  const { send: warm } = newIsolate()
  await put(key, 'since@placing.example', warm)
  expect((await reads(warm)).status).toBe(200)
  expect((await warm('DELETE', `/v1/keys/${ended.id}`, { token: key })).status).toBe(204)
  const { body: advice } = await operate('POST', `/${id}/rewind`, { to: new Date().toISOString() })
  expect(advice.detail).toContain('tenant place <id> --at')

  for (const _again of [1, 2]) {
    const { status, body } = await operate('POST', `/${id}/place`, { place: past })
    expect([status, body.status, body.place, body.notReached]).toEqual([200, 'active', past, undefined])
  }
  for (const through of [warm, newIsolate().send]) {
    expect((await put(key, 'then@placing.example', through)).body.status).toBe('unchanged')
    expect((await reads(through)).status).toBe(401)
  }
  expect((await put(key, 'since@placing.example', warm)).body.status).toBe('created')
  const old = deployment.places.open(id, before, { mayCreate: false })
  const { results } = await old.batch([{ sql: 'SELECT status FROM organizations WHERE id = ?1', params: [id] }])
  expect(results[0]?.rows).toEqual([{ status: 'moved' }])
})

it('stays suspended, goes on from where it was interrupted, and is put where nobody else is alone', async () => {
  const before = places['a libSQL database']()
  const { id, key } = await create(before)
  const past = await copyOf(id)
  await operate('POST', `/${id}/suspend`)
  const taken = places['a libSQL database']()
  await create(taken)
  expect((await operate('POST', `/${id}/place`, { place: taken })).body).toMatchObject({
    code: 'invalid_value',
    errors: [{ field: 'place' }],
  })
  const empty = places['a libSQL database']()
  expect((await operate('POST', `/${id}/place`, { place: empty })).body.detail).toContain('nothing of it is there')
  // As it is left by an interruption before the directory knows.
  const old = deployment.places.open(id, before, { mayCreate: false })
  await operate('POST', `/${id}/place`, { place: past })
  await deployment.directory.change(await lineOf(id), { place: before })
  expect((await operate('POST', `/${id}/place`, { place: past })).body).toMatchObject({
    status: 'suspended',
    place: past,
  })
  expect((await put(key, 's@placing.example')).body.code).toBe('organization_suspended')
  const { results } = await old.batch([{ sql: 'SELECT status FROM organizations', params: [] }])
  expect(results[0]?.rows).toEqual([{ status: 'moved' }])
  expect((await operate('POST', `/${v7()}/place`, { place: past })).status).toBe(404)
})

it.each([
  ['libsql://acme.turso.io', /turso db create <new name> --from-db <its name> --timestamp 2026-01-31T09:30:00.000Z"/],
  ['https://db.example', /have its server restore a backup of that time/],
])('says how a database of an earlier time is come by at %s, and how the tenant comes there', async (url, by) => {
  const id = v7()
  const line = await deployment.directory.add({ id, name: 'Past', place: { shape: 'database', url }, createdAt: 1 })
  await deployment.directory.change(line, { status: 'active' })
  const { status, body } = await operate('POST', `/${id}/rewind`, { to: '2026-01-31T09:30:00Z' })
  expect([status, body.code]).toEqual([409, 'not_possible'])
  expect(body.detail).toMatch(by)
  expect(body.detail).toContain('"tenant place <id> --at')
})
