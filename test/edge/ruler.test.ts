import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/admin/organizations.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { noCost } from '../../src/storage/meter.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { type TenancyEnv, tenancyOf } from '../../src/tenancy.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import type { Tenant } from '../../src/tenants/directory.ts'
import { eraseTenant } from '../../src/tenants/erasing.ts'
import { otherRuler, ruled } from '../../src/tenants/ruler.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import { isolate } from '../support/world.ts'

/** One directory has the tenants of a deployment, and whoever comes with another is refused. */

const sharedDatabase = env.DB
const on = async (database: D1Database, sql: string) => (await database.prepare(sql).all()).results
const rulers = () => on(sharedDatabase, "SELECT id FROM directory_identity WHERE role = 'ruler'")

/** With its directory there. */
const deploymentAt = (TENANT_DIRECTORY: string, more: Partial<Deployment> = {}, bound: object = {}): Deployment => ({
  ...tenancyOf({ ...env, TENANCY: 'shared', TENANT_DIRECTORY, ...bound } as unknown as TenancyEnv),
  ...more,
})

const at = (TENANT_DIRECTORY: string, more?: Partial<Deployment>) => {
  const deployment = deploymentAt(TENANT_DIRECTORY, more)
  const { places } = deployment
  const { send } = isolate(undefined, { connect: places.connect, places, operator: operatorOf(deployment) })
  const operate = (method: string, path: string, body?: unknown) =>
    send(method, `/v1/${path}`, { token: OPERATOR, ...(body !== undefined && { body }) })
  return { deployment, operate }
}

const create = async ({ operate }: ReturnType<typeof at>): Promise<string> => {
  const { status, body } = await operate('POST', 'tenants', { name: 'Acme' })
  expect([status, body.code]).toEqual([201, undefined])
  return body.id
}

const bindings = env as unknown as Readonly<Record<string, D1Database>>
const own = 'DB_OWN_57'
const another = 'DB_OWN_58'
/** Shared by nobody yet. */
const staged = 'DB_OWN_59'
const refused = { status: 409, body: { code: 'other_directory' } }

beforeAll(async () => {
  // Nothing of it is there before somebody has used it.
  expect(await on(sharedDatabase, 'SELECT * FROM directory_identity')).toEqual([])
  for (const binding of [own, another, staged]) {
    const database = bindings[binding]
    if (database) await migrate(d1Driver(database))
  }
})
beforeEach(async () => {
  await on(sharedDatabase, 'DELETE FROM directory_identity')
  for (const binding of [own, another, staged])
    await on(bindings[binding] ?? sharedDatabase, 'DELETE FROM directory_identity')
})

describe('a directory', () => {
  it('rules from the first change on, however many come at once, and whoever only looks changes nothing', async () => {
    expect((await at(own).operate('GET', 'tenants')).status).toBe(200)
    expect(await rulers()).toEqual([])
    await Promise.all([1, 2, 3].map(() => create(at(own))))
    expect(await rulers()).toHaveLength(1)
  })

  it.each([
    ['none of its own', 'shared'],
    ['one at another place', another],
    ['an object', 'object'],
  ])('keeps out whoever comes with %s, and nothing is done', async (_name, directory) => {
    const id = await create(at(own))
    const before = await rulers()
    const there = at(directory)
    const calls: readonly (readonly [string, string, object?])[] = [
      ['GET', 'tenants'],
      ['GET', `tenants/${id}`],
      ['GET', `tenants/${id}/usage`],
      ['GET', `tenants/${id}/export`],
      ['GET', 'operator-log'],
      ['POST', 'tenants', { name: 'Second' }],
      ['PATCH', `tenants/${id}`, { name: 'Second' }],
      ['POST', `tenants/${id}/suspend`],
      ['POST', `tenants/${id}/delete?dryRun=true`, {}],
      ['POST', `tenants/${id}/delete`, {}],
      ['POST', `tenants/${id}/move`, { place: { shape: 'object' } }],
      ['POST', `tenants/${id}/place`, { place: { shape: 'shared' } }],
      ['POST', `tenants/${id}/migrate`],
      ['POST', `tenants/${id}/verify`, {}],
    ]
    for (const [method, path, body] of calls)
      expect(await there.operate(method, path, body), `${method} ${path}`).toMatchObject(refused)
    const lines: string[] = []
    await lookAfter(there.deployment, Date.now(), { log: (line) => lines.push(line) })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        ...{ upkeep: 'failed', work: 'rule', error: 'other_directory' },
        detail: expect.stringMatching(/theirs is \S+, and this one is .+TENANT_DIRECTORY/),
      }),
    ])
    expect(await there.deployment.directory.find(id)).toBeUndefined()
    expect(await rulers()).toEqual(before)
    expect((await at(own).operate('GET', `tenants/${id}`)).body).toMatchObject({ name: 'Acme', status: 'active' })
  })

  it('of its own later takes over from the one in the shared database where it serves, and not by a command', async () => {
    const id = await create(at('shared'))
    const command = at(own, { isServed: false })
    expect(await command.operate('POST', `tenants/${id}/suspend`)).toMatchObject(refused)
    expect(await command.operate('GET', `tenants/${id}`)).toMatchObject(refused)
    const served = at(own)
    expect((await served.operate('GET', `tenants/${id}`)).status).toBe(200)
    await lookAfter(served.deployment, Date.now())
    expect((await command.operate('GET', `tenants/${id}`)).body.name).toBe('Acme')
    expect(await at('shared').operate('GET', `tenants/${id}`)).toMatchObject(refused)
  })

  it('takes over from the one that the refusal names, again without an effect, and from no other', async () => {
    const id = await create(at(own))
    const there = at(another)
    const { body } = await there.operate('GET', `tenants/${id}`)
    const [, from] = /theirs is (\S+),/.exec(body.detail) ?? []
    const takeOver = (one: string | undefined) => there.operate('POST', 'tenant-directory/take-over', { from: one })
    expect(await takeOver(v7())).toMatchObject(refused)
    const [first, second] = [await takeOver(from), await takeOver(from)]
    expect([first.status, second.status, second.body]).toEqual([200, 200, first.body])
    expect(await rulers()).toEqual([first.body])
    expect((await there.operate('GET', `tenants/${id}`)).body.name).toBe('Acme')
    expect(await at(own).operate('GET', 'tenants')).toMatchObject(refused)
  })

  describe('that has the tenants of one shared database', () => {
    const refusedThere = {
      status: 409,
      body: { code: 'other_database', detail: expect.stringMatching(/theirs is \S+, and this one is \S+/) },
    }
    /** The same directory, and a shared database that is empty. */
    const staging = () => at(own, deploymentAt(own, {}, { DB: bindings[staged] }))

    it('is refused with another one, and takes nothing for gone that is not there', async () => {
      const id = await create(at(own))
      const there = staging()
      const calls: readonly (readonly [string, string, object?])[] = [
        ['GET', 'tenants'],
        ['POST', `tenants/${id}/suspend`],
        ['POST', `tenants/${id}/delete?dryRun=true`, {}],
        ['POST', `tenants/${id}/delete`, { waitDays: 0 }],
        ['POST', 'tenants', { name: 'Second' }],
      ]
      for (const [method, path, body] of calls)
        expect(await there.operate(method, path, body), `${method} ${path}`).toMatchObject(refusedThere)
      // Deleted by its own deployment, and due: erased by that, and by nobody else.
      expect((await at(own).operate('POST', `tenants/${id}/delete`, { waitDays: 0 })).status).toBe(200)
      const lines: string[] = []
      await lookAfter(there.deployment, Date.now() + 1, { log: (line) => lines.push(line) })
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ work: 'rule', error: 'other_database' }),
      ])
      expect(await there.deployment.directory.find(id)).toMatchObject({ status: 'deleted' })
      await lookAfter(at(own).deployment, Date.now() + 1)
      expect(await on(sharedDatabase, `SELECT id FROM organizations WHERE id = '${id}'`)).toEqual([])
      expect(await otherRuler(there.deployment)).toMatch(/theirs is .*take-over/)
    })

    it('asks the other one before anything is done there, where it was away beforehand', async () => {
      const id = await create(at(own))
      await at(own).operate('POST', `tenants/${id}/delete`, { waitDays: 0 })
      const { deployment } = staging()
      let isAway = true
      const places = deployment.places.over((name, driver) => ({
        batch: (...batch) => {
          if (name !== 'shared' || !isAway) return driver.batch(...batch)
          isAway = false
          return Promise.reject(new UnavailableError('It is away'))
        },
      }))
      const { deployment: asked, requireRuler } = ruled({ ...deployment, places })
      await requireRuler({ changes: true })
      expect(isAway).toBe(false)
      const line = await asked.directory.find(id)
      await expect(eraseTenant(asked, line as Tenant)).rejects.toThrow('other_database')
      expect((await asked.directory.find(id))?.status).toBe('erasing')
    })

    it('gets another one when somebody says so, who names the one of before', async () => {
      await create(at(own))
      const there = staging()
      const { body } = await there.operate('GET', 'tenants')
      const [, from] = /theirs is (\S+),/.exec(body.detail) ?? []
      const takeOver = (one: string | undefined) => there.operate('POST', 'tenant-directory/take-over', { from: one })
      expect(await takeOver(v7())).toMatchObject(refusedThere)
      const [first, second] = [await takeOver(from), await takeOver(from)]
      expect([first.status, second.status, second.body]).toEqual([200, 200, first.body])
      expect((await there.operate('GET', 'tenants')).status).toBe(200)
      expect(await at(own).operate('GET', 'tenants')).toMatchObject(refusedThere)
    })
  })

  it('operates on tenants elsewhere though the shared database is away', async () => {
    const { deployment } = at(own)
    const { places } = deployment
    const over = places.over((name, driver) => ({
      batch: (...batch) =>
        name === 'shared' ? Promise.reject(new UnavailableError('It is away')) : driver.batch(...batch),
    }))
    const { operate } = at(own)
    const { id } = (await operate('POST', 'tenants', { name: 'Elsewhere', place: { shape: 'object' } })).body
    const there = at(own, { places: over })
    expect((await there.operate('POST', `tenants/${id}/suspend`)).body.status).toBe('suspended')
  })

  it('has no say in what requests of clients are answered, nor costs them anything', async () => {
    const id = v7()
    const { places } = deploymentAt(own)
    await createOrganization(places.create(id), { id, name: 'Client' })
    const cost = noCost()
    const driver = places.connect(id, cost)
    for (const _ of [1, 2]) await driver.batch([{ sql: 'SELECT 1', params: [] }])
    // Where it lives, asked once.
    expect(cost.calls).toBe(1)
    expect(await rulers()).toEqual([])
  })
})
