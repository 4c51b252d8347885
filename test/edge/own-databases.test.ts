import { v7 } from 'uuid'
import { expect, inject, it } from 'vitest'
import { migrate } from '../../src/storage/migrations.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import type { Place } from '../../src/tenants/place.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import {
  create,
  deployment,
  lineOf,
  mixed,
  newIsolate,
  operate,
  put,
  whereNoneRules,
} from '../support/tenants-world.ts'
import { isolate } from '../support/world.ts'

/** A database of its own has one tenant, however its place is written and whichever way one comes there. */

const libsql = (): string => `${inject('libsqlServer')}/${v7()}/`

let bound = 50

/** A place, and another way to write it that no comparison of texts sees through. */
const spellings: Readonly<Record<string, () => readonly [Place, Place]>> = {
  'the same place': () => {
    const url = libsql()
    return [
      { shape: 'database', url },
      { shape: 'database', url },
    ]
  },
  'the same address with another token': () => {
    const url = libsql()
    return [
      { shape: 'database', url },
      { shape: 'database', url, token: 'TENANT_TOKEN_LIBSQL' },
    ]
  },
  'another name of the host': () => {
    const url = libsql()
    return [
      { shape: 'database', url },
      { shape: 'database', url: url.replace('127.0.0.1', 'localhost') },
    ]
  },
  'an address without the slash at its end': () => {
    const url = libsql()
    return [
      { shape: 'database', url },
      { shape: 'database', url: url.replace(/\/$/, '') },
    ]
  },
  'another binding': () => {
    const n = bound++
    return [
      { shape: 'database', binding: `DB_OWN_${n}` },
      { shape: 'database', binding: `DB_ALIAS_${n}` },
    ]
  },
}

const refused = { status: 422, body: { code: 'invalid_value', errors: [{ field: 'place' }] } }

/** Whose organisations lie there. */
const lying = async (place: Place): Promise<unknown[]> => {
  const driver = deployment.places.open(v7(), place, { mayCreate: false })
  const { results } = await driver.batch([{ sql: 'SELECT id FROM organizations', params: [] }])
  return (results[0]?.rows ?? []).map(({ id }) => id)
}

it.each(Object.entries(spellings))('is refused to a second tenant: %s', async (_name, spelt) => {
  const [place, other] = spelt()
  const made = await operate('POST', '', { name: 'First', place })
  expect(made.status).toBe(201)
  const [id, second] = [made.body.id, v7()]
  expect(await operate('POST', '', { id: second, name: 'Second', place: other })).toMatchObject(refused)
  expect(await deployment.directory.find(second)).toBeUndefined()

  const moving = await create({ shape: 'object' })
  for (const how of ['?dryRun=true', ''])
    expect(await operate('POST', `/${moving.id}/move${how}`, { place: other })).toMatchObject(refused)
  expect(await operate('POST', `/${moving.id}/place?dryRun=true`, { place: other })).toMatchObject(refused)
  expect(await lineOf(moving.id)).toMatchObject({ status: 'active', move: null })

  const { body } = await operate('GET', `/${moving.id}/export`)
  await operate('POST', `/${moving.id}/delete`, { waitDays: 0 })
  await lookAfter(deployment, Date.now() + 1_000)
  const restoring = await operate('POST', `/${moving.id}/restore`, { lines: body.lines.slice(0, 1), place: other })
  expect(restoring).toMatchObject(refused)
  expect(await deployment.directory.find(moving.id)).toBeUndefined()

  expect(await lying(place)).toEqual([id])
  expect((await put(made.body.adminKey, 'still@own.example')).status).toBe(201)
})

it.each(Object.entries(spellings).slice(1))('takes no tenant from itself to itself: %s', async (_name, spelt) => {
  const [place, other] = spelt()
  const { id } = await create(place)
  expect(await operate('POST', `/${id}/move`, { place: other })).toMatchObject(refused)
  expect(await lineOf(id)).toMatchObject({ status: 'active', place })
})

it.each([
  [
    'created',
    (place: Place) => newIsolate().send('POST', '/v1/tenants', { token: OPERATOR, body: { name: 'X', place } }),
  ],
  [
    'moved',
    async (place: Place) => {
      const { id } = await create({ shape: 'object' })
      for (;;) {
        const reply = await newIsolate().send('POST', `/v1/tenants/${id}/move`, { token: OPERATOR, body: { place } })
        if (reply.status !== 200 || reply.body.isOver) return reply
      }
    },
  ],
])('has one of ten tenants that are %s there at once', async (_name, come) => {
  const place: Place = { shape: 'database', url: libsql() }
  const replies = await Promise.all(Array.from({ length: 10 }, () => come(place)))
  const arrived = replies.filter(({ status, body }) => status < 300 && (body.failure ?? null) === null)
  expect(arrived).toHaveLength(1)
  expect(await lying(place)).toHaveLength(1)
  for (const { status, body } of replies) if (status >= 300) expect([status, body.code]).toEqual([422, 'invalid_value'])
})

it('is not the database of the directory, nor the shared one', async () => {
  const place: Place = { shape: 'database', binding: 'DB_OWN_59' }
  const there = tenancyOf({ ...mixed, TENANT_DIRECTORY: 'DB_OWN_59' } as typeof mixed)
  await migrate(deployment.places.open(v7(), place, { mayCreate: true }))
  const operator = isolate(undefined, { connect: there.places.connect, operator: operatorOf(there) })
  const ask = (of: object) => operator.send('POST', '/v1/tenants', { token: OPERATOR, body: { name: 'X', place: of } })
  await whereNoneRules(async () => {
    expect(await ask(place)).toMatchObject(refused)
    expect(await ask({ shape: 'database', binding: 'DB' })).toMatchObject(refused)
  })
})

it('is free again when its tenant is erased', async () => {
  const place: Place = { shape: 'database', url: libsql() }
  const { id } = await create(place)
  await operate('POST', `/${id}/delete`, { waitDays: 0 })
  expect((await operate('POST', '', { name: 'Next', place })).status).toBe(422)
  await lookAfter(deployment, Date.now() + 1_000)
  expect((await operate('POST', '', { name: 'Next', place })).status).toBe(201)
})
