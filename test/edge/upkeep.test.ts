import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/admin/organizations.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { delivering } from '../../src/storage/subscriptions/drive-behind.ts'
import { Outbox, type Transport } from '../../src/subscriptions/sending.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import { newMove } from '../../src/tenants/move/state.ts'
import type { Place } from '../../src/tenants/place.ts'
import { lookAfter, type UpkeepOptions } from '../../src/tenants/upkeep.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import {
  create,
  deployment,
  lineOf,
  logOf,
  mixed,
  moved,
  operate,
  places,
  put,
  records,
  send,
} from '../support/tenants-world.ts'
import { hookBox, isolate } from '../support/world.ts'

/** What the upkeep does, and what goes wrong with one keeps from no other. */

const HOUR = 3_600_000
const DAY = 24 * HOUR

const upkeep = async (now = Date.now(), over: Deployment = deployment, options: UpkeepOptions = {}) => {
  const lines: string[] = []
  await lookAfter(over, now, { log: (line) => lines.push(line), ...options })
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

const driverAt = (id: string, place: Place): SqlDriver => deployment.places.open(id, place, { mayCreate: false })
const countAt = async (id: string, place: Place, table = 'organizations'): Promise<number> => {
  const sql = `SELECT count(*) AS n FROM ${table} WHERE ${table === 'organizations' ? 'id' : 'organization_id'} = ?1`
  const { results } = await driverAt(id, place).batch([{ sql, params: [id] }])
  return Number(results[0]?.rows[0]?.n)
}

/** An answer that is kept, and two days old. */
const oldReplay = async (id: string, key: string, place: Place): Promise<void> => {
  const headers = { 'idempotency-key': 'old' }
  await send('POST', `${records}/batch`, { token: key, headers, body: [{ values: { first_name: 'A' } }] })
  expect(await countAt(id, place, 'replays')).toBeGreaterThan(0)
  const sql = 'UPDATE replays SET created_at = created_at - CAST(?2 AS INTEGER) WHERE organization_id = ?1'
  await driverAt(id, place).batch([{ sql, params: [id, 2 * DAY] }])
}

const away: Place = { shape: 'database', url: 'http://127.0.0.1:1/' }
const aTenantAt = async (place: Place, change: object): Promise<string> => {
  const id = v7()
  const line = await deployment.directory.add({ id, name: 'Line', place, createdAt: Date.now() })
  await deployment.directory.change(line, { status: 'active', ...change })
  return id
}

describe('it deletes old answers', () => {
  it.each([
    ['a D1 database', places['a D1 database']],
    ['a libSQL database', places['a libSQL database']],
  ])('in %s that only the directory knows', async (_name, newPlace) => {
    const place = newPlace()
    const { id, key } = await create(place)
    await oldReplay(id, key, place)
    await upkeep()
    expect(await countAt(id, place, 'replays')).toBe(0)
  })

  it('though the place of another cannot be used, in the configuration and in the directory', async () => {
    const place = places['a D1 database']()
    const { id, key } = await create(place)
    await oldReplay(id, key, place)
    const wrong = v7()
    const missing = await aTenantAt({ shape: 'database', binding: 'DB_NONE' }, {})
    const badly = tenancyOf({ ...mixed, TENANTS: JSON.stringify({ [wrong]: { binding: 7 } }) })
    const told = await upkeep(Date.now(), badly)
    expect(await countAt(id, place, 'replays')).toBe(0)
    for (const tenant of [wrong, missing])
      expect(told).toContainEqual({
        at: expect.any(String),
        upkeep: 'failed',
        work: 'sweep',
        tenant,
        error: expect.stringContaining(tenant),
      })
    expect(JSON.stringify(told)).not.toContain('.ts:')
  })

  it('in a database that another tenant names with a token that there is not', async () => {
    const place = places['a libSQL database']()
    const { id, key } = await create(place)
    await oldReplay(id, key, place)
    // By id it comes first.
    const first = '00000000-0000-7000-8000-000000000001'
    const wrong = { ...place, token: 'TENANT_TOKEN_NONE' }
    await upkeep(Date.now(), tenancyOf({ ...mixed, TENANTS: JSON.stringify({ [first]: wrong }) }))
    expect(await countAt(id, place, 'replays')).toBe(0)
  })
})

describe('it erases', () => {
  it('who is due, though the database of another is away, and tells of that in one line', async () => {
    const broken = await aTenantAt(away, { status: 'deleted', eraseAt: 1 })
    const { id } = await create(places.shared())
    await operate('POST', `/${id}/delete`, { waitDays: 0 })
    const told = (await upkeep(Date.now() + 1_000)).filter(
      ({ tenant, work }) => tenant === broken && work === 'look after',
    )
    expect((await operate('GET', `/${id}`)).status).toBe(404)
    expect(told).toEqual([expect.objectContaining({ upkeep: 'failed', error: expect.any(String) })])
    await deployment.directory.remove(await lineOf(broken))
  })

  it('nobody whose database hangs, within its time limit', async () => {
    const { id } = await create(places.shared())
    const { id: other } = await create(places.object())
    for (const one of [id, other]) await operate('POST', `/${one}/delete`, { waitDays: 0 })
    const hanging: Deployment = {
      ...deployment,
      places: deployment.places.over((name, driver) =>
        name === 'shared' ? { batch: () => new Promise(() => undefined) } : driver,
      ),
    }
    const told = await upkeep(Date.now() + 1_000, hanging, { timeoutMs: 200 })
    expect(told).toContainEqual(expect.objectContaining({ tenant: id, error: expect.stringContaining('left alone') }))
    expect((await operate('GET', `/${other}`)).status).toBe(404)
  })

  it('no object that hangs, within its time limit, and everybody else', async () => {
    const { id } = await create(places.object())
    const { id: other } = await create(places.object())
    for (const one of [id, other]) await operate('POST', `/${one}/delete`, { waitDays: 0 })
    const { objects } = deployment
    if (!objects) throw new Error('The deployment has no objects')
    const hanging: Deployment = {
      ...deployment,
      objects: {
        ...objects,
        erase: (one, ...how) => (one === id ? new Promise(() => undefined) : objects.erase(one, ...how)),
      },
    }
    const told = await upkeep(Date.now() + 1_000, hanging, { timeoutMs: 500 })
    expect(told).toContainEqual(
      expect.objectContaining({ tenant: id, error: 'The database has not answered within 500 ms' }),
    )
    expect((await logOf(id)).at(-1)).toEqual(['upkeep', 'erase', 'failed'])
    expect((await operate('GET', `/${other}`)).status).toBe(404)
    await upkeep(Date.now() + 1_000)
    expect((await operate('GET', `/${id}`)).status).toBe(404)
    expect((await logOf(id)).slice(2)).toEqual([['upkeep', 'erase', 'done']])
  })
})

describe('a move', () => {
  it('that nobody goes on with comes to its end', async () => {
    const { id, key } = await create(places.shared())
    await put(key, 'left@upkeep.example')
    // As one leaves it that was interrupted in its first piece.
    const to: Place = { shape: 'object' }
    const begun = { from: places.shared(), to, state: { ...newMove(to), steppedAt: Date.now() } }
    await deployment.directory.change(await lineOf(id), { move: begun, status: 'moving' })
    await upkeep()
    expect(await lineOf(id)).toMatchObject({ status: 'moving', move: { state: { phase: 'claim' } } })
    await upkeep(Date.now() + HOUR)
    expect(await lineOf(id)).toMatchObject({ status: 'active', place: to, move: { state: { phase: 'keep' } } })
    expect((await put(key, 'left@upkeep.example')).body.status).toBe('unchanged')
  })

  it('leaves nothing behind a day later: no row, no object, no word in the directory', async () => {
    const { id, key } = await create(places.object())
    await put(key, 'kept@upkeep.example')
    await moved(id, places.shared())
    await upkeep(Date.now() + HOUR)
    expect(await countAt(id, places.object())).toBe(1)
    await upkeep(Date.now() + DAY + HOUR)
    for (let run = 0; run < 3 && (await lineOf(id)).move !== null; run++) await upkeep(Date.now() + DAY + HOUR)
    expect((await lineOf(id)).move).toBeNull()
    await expect(countAt(id, places.object())).rejects.toThrow()
    expect((await put(key, 'kept@upkeep.example')).body.status).toBe('unchanged')
  })

  it('to a third place leaves what is left at the first for its day, and then erases both', async () => {
    const { id, key } = await create(places.shared())
    await put(key, 'first@upkeep.example')
    await moved(id, { shape: 'object' })
    await moved(id, places['a D1 database']())
    const left = async () => {
      const counts = []
      // An object that is erased is no longer there at all.
      for (const table of ['organizations', 'records', 'credentials'])
        for (const place of [places.shared(), { shape: 'object' } as const])
          counts.push(await countAt(id, place, table).catch((error: Error) => error.message))
      return counts
    }
    expect(await left()).toEqual([1, 1, 1, 1, 1, 1])
    await lookAfter(deployment, Date.now() + 1.1 * DAY)
    const none = [0, 'The organisation has no Durable Object']
    expect(await left()).toEqual([...none, ...none, ...none])
    expect((await put(key, 'first@upkeep.example')).body.status).toBe('unchanged')
  })

  it('of a suspended tenant leaves it suspended, in both', async () => {
    const { id, key } = await create(places.shared())
    await operate('POST', `/${id}/suspend`)
    await moved(id, { shape: 'object' })
    expect((await operate('GET', `/${id}`)).body.status).toBe('suspended')
    expect((await put(key, 's@upkeep.example')).body.code).toBe('organization_suspended')
    expect((await operate('POST', `/${id}/resume`)).body.status).toBe('active')
  })

  it('is at once known to the isolate that has done it', async () => {
    const own = tenancyOf(mixed)
    const here = isolate(undefined, { connect: own.places.connect, places: own.places, operator: operatorOf(own) })
    const { id, key } = await create(places.shared())
    await put(key, 'here@upkeep.example', here.send)
    expect(own.places.isRemembered(id)).toBe(true)
    const body = { place: { shape: 'object' } }
    for (let isOver = false; !isOver; )
      isOver = (await here.send('POST', `/v1/tenants/${id}/move`, { token: OPERATOR, body })).body.isOver
    expect(own.places.isRemembered(id)).toBe(false)
  })

  it('leaves no other operation its way', async () => {
    const { id } = await create(places.shared())
    const { lines } = (await operate('GET', `/${id}/export`)).body
    await operate('POST', `/${id}/suspend`)
    await deployment.directory.change(await lineOf(id), { status: 'moving' })
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'X' }],
      ['POST', '/suspend', undefined],
      ['POST', '/resume', undefined],
      ['POST', '/keys', { name: 'X' }],
      ['POST', '/delete', { waitDays: 0 }],
      ['POST', '/delete', { waitDays: 0, abandon: true }],
      ['POST', '/restore', { lines }],
      ['POST', '/verify', { repair: true }],
      ['POST', '/rewind', { to: '2026-01-01T00:00:00Z' }],
    ] as const)
      expect([path, (await operate(method, `/${id}${path}`, body)).body?.code]).toEqual([path, 'wrong_status'])
    expect((await lineOf(id)).status).toBe('moving')
  })
})

describe('a tenant from before there was a directory', () => {
  const listed = async (id: string) =>
    (await operate('GET', '?limit=1000')).body.tenants.find((tenant: { id: string }) => tenant.id === id)

  it('is in lists once the upkeep has run, as it is', async () => {
    const ids = [v7(), v7()]
    for (const id of ids) await createOrganization(deployment.places.create(id), { id, name: `Old ${id}` })
    const sql = "UPDATE organizations SET status = 'suspended' WHERE id = ?1"
    await driverAt('', places.shared()).batch([{ sql, params: [ids[1] ?? ''] }])
    expect(await listed(ids[0] ?? '')).toBeUndefined()
    for (const _ of [1, 2]) await upkeep()
    expect(await listed(ids[0] ?? '')).toMatchObject({
      name: `Old ${ids[0]}`,
      status: 'active',
      place: places.shared(),
    })
    expect(await listed(ids[1] ?? '')).toMatchObject({ status: 'suspended' })
    expect((await operate('POST', `/${ids[0]}/suspend`)).body.status).toBe('suspended')
  })

  it.each([
    ['by the upkeep', () => upkeep()],
    ['by whoever asks for it', (id: string) => operate('GET', `/${id}`)],
  ])('is erased after the usual time when it is deleted already, found %s', async (_name, find) => {
    const id = v7()
    await createOrganization(deployment.places.create(id), { id, name: 'Gone' })
    const sql = "UPDATE organizations SET status = 'deleted' WHERE id = ?1"
    await driverAt('', places.shared()).batch([{ sql, params: [id] }])
    const before = Date.now()
    await find(id)
    const { status, eraseAt } = await lineOf(id)
    expect(status).toBe('deleted')
    expect(eraseAt).toBeGreaterThanOrEqual(before + 30 * DAY)
    expect(eraseAt).toBeLessThanOrEqual(Date.now() + 30 * DAY)
    await upkeep()
    expect(await countAt(id, places.shared())).toBe(1)
    await upkeep(Date.now() + 30 * DAY)
    expect([await countAt(id, places.shared()), await listed(id)]).toEqual([0, undefined])
  })

  it('is not taken from where it has moved to, and not brought back once it is erased', async () => {
    const { id } = await create(places.shared())
    await moved(id, { shape: 'object' })
    await upkeep()
    expect(await lineOf(id)).toMatchObject({ place: { shape: 'object' }, status: 'active' })
    await operate('POST', `/${id}/delete`, { waitDays: 0 })
    for (const _ of [1, 2]) await upkeep(Date.now() + 1_000)
    expect(await listed(id)).toBeUndefined()
  })

  it('is not what a move has left of one that is gone', async () => {
    const { id } = await create(places.shared())
    await moved(id, { shape: 'object' })
    await deployment.directory.remove(await lineOf(id))
    expect(await countAt(id, places.shared())).toBe(1)
    await upkeep()
    expect(await listed(id)).toBeUndefined()
  })

  it('is taken in pages, all of them', async () => {
    const insert = {
      sql: `INSERT INTO organizations (id, name, created_at)
SELECT 'page-' || value, 'Many', 0 FROM json_each(?1) WHERE true`,
      params: [JSON.stringify(Array.from({ length: 1_201 }, (_, n) => 10_000 + n))],
    }
    const driver = driverAt('', places.shared())
    await driver.batch([insert])
    await upkeep()
    const { tenants: lines } = await deployment.directory.page({ after: 'page-', limit: 2_000 })
    expect(lines.filter(({ id }) => id.startsWith('page-'))).toHaveLength(1_201)
    await driver.batch([{ sql: "DELETE FROM organizations WHERE name = 'Many'", params: [] }])
    for (const line of lines) if (line.id.startsWith('page-')) await deployment.directory.remove(line)
  })
})

it('leaves a tenant that is restored suspended, until it is resumed', async () => {
  const { id } = await create(places.shared())
  const { lines } = (await operate('GET', `/${id}/export`)).body
  await operate('POST', `/${id}/delete`, { waitDays: 0 })
  await upkeep(Date.now() + 1_000)
  expect((await operate('POST', `/${id}/restore`, { lines: lines.slice(0, 1) })).status).toBe(204)
  const { adminKey } = (await operate('POST', `/${id}/keys`, { name: 'after' })).body
  expect((await put(adminKey, 'r@upkeep.example')).body.code).toBe('organization_suspended')
  await operate('POST', `/${id}/resume`)
  expect((await put(adminKey, 'r@upkeep.example')).status).toBe(201)
})

it.each([
  ['organizations', 'revision'],
  ['records', 'version'],
  ['changes', 'sequence'],
  ['attributes', 'position'],
])('takes back no line of %s whose %s could not be raised any more', async (table, column) => {
  const { id, key } = await create(places.shared())
  await put(key, 'edge@upkeep.example')
  const made = { slug: 'mark', label: 'Mark', type: 'text' }
  expect((await send('POST', '/v1/objects/people/attributes', { token: key, body: made })).status).toBeLessThan(300)
  const lines: { table: string; row: Record<string, unknown> }[] = []
  let cursor: string | null = null
  do {
    const { body } = await operate('GET', `/${id}/export${cursor === null ? '' : `?cursor=${cursor}`}`)
    lines.push(...body.lines)
    cursor = body.nextCursor
  } while (cursor !== null)
  const line = lines.find((one) => one.table === table)
  expect(line).toBeDefined()
  await operate('POST', `/${id}/suspend`)
  for (const number of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 1e15]) {
    const { status, body } = await operate('POST', `/${id}/restore`, {
      lines: [{ table, row: { ...line?.row, [column]: number } }],
    })
    expect([status, body.errors?.[0]?.field]).toEqual([422, `lines.0.row.${column}`])
  }
})

it('waits for no receiver: what hangs keeps neither another database nor any other work from its turn', async () => {
  const [shared, own] = [places.shared(), places['a libSQL database']()]
  const sent: string[] = []
  let answer = () => {}
  const hanging = new Promise<void>((resolve) => {
    answer = resolve
  })
  const receive: Transport = async ({ url }) => {
    sent.push(new URL(url).hostname)
    if (url.includes('hangs')) await hanging
    return { status: 204, retryAfter: null }
  }
  const subscribed = async (place: Place, host: string) => {
    const { id, key } = await create(place)
    const body = { name: host, url: `https://${host}/` }
    expect((await send('POST', '/v1/subscriptions', { token: key, body })).status).toBe(201)
    await put(key, `a@${host}`)
    return { id, key }
  }
  const { id, key } = await subscribed(shared, 'hangs.example')
  await subscribed(own, 'answers.example')
  await oldReplay(id, key, shared)
  // More than one database at once, as a Node server has it.
  const outbox = new Outbox(receive, { atOnce: 50 })
  const run = upkeep(Date.now(), deployment, { subscriptions: delivering(outbox, hookBox) })
  await expect.poll(() => [...new Set(sent)].sort()).toEqual(['answers.example', 'hangs.example'])
  await expect.poll(() => countAt(id, shared, 'replays')).toBe(0)
  answer()
  await run
})
