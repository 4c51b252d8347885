import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { newId } from '../../src/engine/ids.ts'
import { StaleError } from '../../src/engine/session.ts'
import { type SqlDriver, UnavailableError } from '../../src/storage/driver.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { readOrganizationRow } from '../../src/storage/tenant-organization.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import type { TenantDirectory } from '../../src/tenants/directory.ts'
import { createTenant, issueAdminKey } from '../../src/tenants/lifecycle.ts'
import { moveTenant } from '../../src/tenants/moving.ts'
import type { ObjectPlace, Place } from '../../src/tenants/place.ts'
import { Places } from '../../src/tenants/places.ts'
import { placeTenant } from '../../src/tenants/placing.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'
import { deleteTenant, resumeTenant, suspendTenant } from '../../src/tenants/status.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'

/**
 * Saying where a tenant is, and taking it back in time, while somebody else does something to it or something fails: at each of
 * their calls to a database. Borders of objects are places here, and two of them are one database by two names.
 */

const here: ObjectPlace = { shape: 'object' }
const alias: ObjectPlace = { shape: 'object', jurisdiction: 'eu' }
const there: ObjectPlace = { shape: 'object', jurisdiction: 'us' }
const further: ObjectPlace = { shape: 'object', jurisdiction: 'fedramp' }

const files: LibsqlFile[] = []
beforeAll(async () => {
  for (let n = 0; n < 4; n++) {
    const file = await libsqlFile('file::memory:', { threads: false })
    files.push(file)
    await migrate(file)
  }
})
afterAll(async () => {
  for (const file of files) await file.close()
})

const fileOf = (place: Place): LibsqlFile => {
  const border = place.shape === 'object' ? place.jurisdiction : undefined
  const file = files[border === 'us' ? 1 : border === 'fedramp' ? 2 : 0]
  if (!file) throw new Error('There is no such file')
  return file
}

afterEach(() => {
  vi.useRealTimers()
})

type Call = (name: string) => Promise<void>

/** What of an organisation goes back in time: all of these rows of its object. */
const TABLES = ['organizations', 'credentials'] as const
const ownRows = (table: (typeof TABLES)[number]) => `${table === 'organizations' ? 'id' : 'organization_id'} = ?1`

type Rows = readonly (readonly Readonly<Record<string, unknown>>[])[]

interface Snapshot {
  readonly at: number
  readonly rows: Rows
}

const snapshotOf = async (driver: SqlDriver, id: string): Promise<Snapshot> => {
  const { results } = await driver.batch(
    TABLES.map((table) => ({ sql: `SELECT * FROM ${table} WHERE ${ownRows(table)}`, params: [id] })),
  )
  return { at: Date.now(), rows: results.map(({ rows }) => rows.map((row) => ({ ...row }))) }
}

const restore = async (driver: SqlDriver, id: string, { rows }: Pick<Snapshot, 'rows'>): Promise<void> => {
  const statements = TABLES.flatMap((table, i) => [
    { sql: `DELETE FROM ${table} WHERE ${ownRows(table)}`, params: [id] },
    ...(rows[i] ?? []).map((row) => ({
      sql: `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map((_, n) => `?${n + 1}`)})`,
      params: Object.values(row) as string[],
    })),
  ])
  await driver.batch(statements)
}

/** A deployment of which every call to a database, the directory's too, is told before and after it. */
const deploymentOf = (before: Call, after: Call, past: Map<string, Snapshot> = new Map()): Deployment => {
  const watched = (name: string, driver: SqlDriver): SqlDriver => ({
    async batch(statements, options) {
      await before(name)
      const result = await driver.batch(statements, options)
      await after(name)
      return result
    },
  })
  const [, , , file] = files
  if (!file) throw new Error('There is no directory')
  const directory: TenantDirectory = sqlTenantDirectory(watched('directory', file))
  const open = (_id: string, place: Place) =>
    watched(place.shape === 'object' ? (place.jurisdiction ?? 'here') : place.shape, fileOf(place))
  return {
    places: new Places({ open }),
    directory,
    isMixed: true,
    isServed: true,
    objects: {
      erase: async () => true,
      async rewind(id, place, _time, { isDry }) {
        const snapshot = past.get(id)
        if (!snapshot) return { impossible: 'no past' }
        if (isDry) return {}
        await before('rewind')
        await restore(fileOf(place), id, snapshot)
        await after('rewind')
        return {}
      },
    },
  }
}

/** To which an object can go back. */
const past = new Map<string, Snapshot>()

const quiet = async () => {}
const calm = (past?: Map<string, Snapshot>) => deploymentOf(quiet, quiet, past)

const operator = (place: Place, id: string) => administration(asOperator(fileOf(place), id))

interface World {
  readonly id: string
  readonly keyId: string
  readonly adminKey: string
}

/** By the tenant's own administrator, who is at the place of before. */
const administer = async ({ adminKey }: World, method: string, path: string, body?: object): Promise<void> => {
  const app = createApp({
    services: createServices(() => fileOf(here)),
    clientAddress: () => undefined,
    serverTiming: false,
  })
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const { status } = await app.fetch(new Request(`http://test/v1${path}`, init))
  if (status >= 300) throw new UnavailableError(`answered ${status}`)
}

/** A tenant at `here`, with a key; what it is elsewhere is of an earlier time. */
const aTenant = async (): Promise<World> => {
  const id = newId()
  const { adminKey } = await createTenant(calm(), { id, name: 'Raced', place: here })
  const { id: keyId } = await operator(here, id).issueCredential({ kind: 'key', name: 'k', scopes: ['crm:read'] })
  const snapshot = await snapshotOf(fileOf(here), id)
  for (const place of [there, further]) await restore(fileOf(place), id, withOtherSecrets(snapshot))
  return { id, keyId, adminKey }
}

/** The hash of a secret is in each database once. */
const withOtherSecrets = ({ rows, ...snapshot }: Snapshot): Snapshot => ({
  ...snapshot,
  rows: rows.map((table) => table.map((row) => ('secret_hash' in row ? { ...row, secret_hash: newId() } : row))),
})

const statusAt = async (place: Place, id: string) => (await readOrganizationRow(fileOf(place), id))?.status

const isRevoked = async (place: Place, { id, keyId }: World): Promise<boolean> => {
  const sql = 'SELECT revoked_at FROM credentials WHERE organization_id = ?1 AND id = ?2'
  const { results } = await fileOf(place).batch([{ sql, params: [id, keyId] }])
  return results[0]?.rows[0]?.revoked_at !== null
}

/** What is said to have happened; a refusal, or that somebody else was first, says that it has not. */
const acknowledged = async (work: () => Promise<unknown>): Promise<boolean> => {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof RefusedError || error instanceof StaleError || error instanceof UnavailableError) return false
    throw error
  }
}

const served = ['active', 'suspended']

/** Once all is over: it is served, or not, where the directory says, as the directory says, and nowhere else. */
const expectOne = async (world: World): Promise<{ readonly place: Place; readonly status: string }> => {
  const line = await calm().directory.find(world.id)
  if (!line || line.place.shape === 'unreadable') throw new Error('It has no line')
  const status = await statusAt(line.place, world.id)
  expect(line.status, 'the line says what the organisation is').toBe(status)
  expect(['active', 'suspended', 'deleted']).toContain(status)
  expect(line.move === null || line.status !== 'moving').toBe(true)
  return { place: line.place, status: line.status }
}

/** What somebody else does to the tenant meanwhile, in the order in which an operator would find it done. */
const others: Readonly<Record<string, (deployment: Deployment, world: World) => Promise<unknown>>> = {
  'an administrator changes it': (_, world) => administer(world, 'PATCH', '/organization', { name: newId() }),
  'a key is revoked': (_, world) => administer(world, 'DELETE', `/keys/${world.keyId}`),
  'an operator makes a key': (deployment, { id }) => issueAdminKey(deployment, id, 'another'),
  'it is suspended': (deployment, { id }) => suspendTenant(deployment, id),
  'it is deleted': (deployment, { id }) => deleteTenant(deployment, id, Date.now() + 1e9),
  'it is moved': (deployment, { id }) => moveTenant(deployment, id, { shape: 'object', jurisdiction: 'fedramp-high' }),
  'it is said to be elsewhere': (deployment, { id }) => placeTenant(deployment, id, further),
  'it is said to be where it is': (deployment, { id }) => placeTenant(deployment, id, here),
}

const works: Readonly<Record<string, (deployment: Deployment, id: string) => Promise<unknown>>> = {
  'the same database by another name': (deployment, id) => placeTenant(deployment, id, alias),
  'another database': (deployment, id) => placeTenant(deployment, id, there),
  'an earlier time': (deployment, id) => rewindTenant(deployment, id, past.get(id)?.at ?? 0),
}

/** Runs the work until it makes no further call, once for each of its calls. */
const atEachCall = async (run: (nth: number) => Promise<boolean>): Promise<number> => {
  for (let nth = 1; ; nth++) if (!(await run(nth))) return nth
}

/** With timers that are faked: whoever is about to wait for a database that restarts need not do it, nor is any limit reached by that. */
const letPausePass = () => setImmediate(() => vi.isFakeTimers() && vi.advanceTimersByTime(250))

const pastOf = async (world: World) => past.set(world.id, await snapshotOf(fileOf(here), world.id))

describe.each(Object.entries(works))('to %s', (workName, work) => {
  it.each(Object.entries(others))('while %s', async (otherName, other) => {
    const calls = await atEachCall(async (nth) => {
      const world = await aTenant()
      await pastOf(world)
      let call = 0
      let told: boolean | undefined
      const meet = async () => {
        if (++call === nth) told = await acknowledged(() => other(calm(past), world))
      }
      const done = await acknowledged(() => work(deploymentOf(meet, quiet, past), world.id))
      const met = `at call ${nth}`
      // Whoever was told that it was not done does it again.
      if (!done) await acknowledged(() => work(calm(past), world.id))
      const isMoving = otherName === 'it is moved' && told === true
      if (isMoving) {
        expect((await calm().directory.find(world.id))?.status, met).toMatch(/moving|active/)
        return told !== undefined
      }
      const { place, status } = await expectOne(world)
      if (told && otherName === 'it is suspended') expect(status, met).toBe('suspended')
      if (told && otherName === 'it is deleted') expect(status, met).toBe('deleted')
      if (told && otherName === 'a key is revoked') expect(await isRevoked(place, world), met).toBe(true)
      if (otherName.startsWith('an administrator')) expect(status, met).toBe('active')
      const all = [here, there, further]
      const lives = all.filter((one) => fileOf(one) === fileOf(place))
      for (const one of all.filter((one) => !lives.includes(one)))
        if (one === here) expect(served, met).not.toContain(await statusAt(one, world.id))
      return told !== undefined
    })
    expect(calls, workName).toBeGreaterThan(6)
  })

  it.each([
    ['before it is done', true],
    ['after it is done', false],
  ])('with a failure %s, and again, or given up', async (_name, isBefore) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    for (const isGivenUp of [false, true])
      await atEachCall(async (nth) => {
        const world = await aTenant()
        await pastOf(world)
        await operator(here, world.id).revokeCredential(world.keyId)
        let call = 0
        const failing = async () => {
          if (++call < nth) return
          letPausePass()
          throw new UnavailableError('It has died')
        }
        const deployment = isBefore ? deploymentOf(failing, quiet, past) : deploymentOf(quiet, failing, past)
        const done = await acknowledged(() => work(deployment, world.id))
        if (isGivenUp) {
          const failures: string[] = []
          // An hour later nobody has tried it again.
          await lookAfter(calm(past), Date.now() + 3_600_000, { log: (line) => failures.push(line) })
          expect(failures.filter((line) => line.includes(world.id))).toEqual([])
        } else if (!done) {
          // Later, when nothing of the first try can be under way any more.
          vi.setSystemTime(Date.now() + 180_000)
          await work(calm(past), world.id)
        }
        const { place, status } = await expectOne(world)
        expect(status, `at call ${nth}`).toBe('active')
        expect(await isRevoked(place, world), `at call ${nth}`).toBe(true)
        return call >= nth
      })
  })
})

it('resumes nothing that is deleted at this moment, and deletes nothing that is resumed', async () => {
  await atEachCall(async (nth) => {
    const world = await aTenant()
    const eraseAt = Date.now() + 1e9
    await calm().directory.change(await lineOf(world), { status: 'suspended', eraseAt })
    let call = 0
    let resumed: boolean | undefined
    const meet = async () => {
      if (++call === nth) resumed = await acknowledged(() => resumeTenant(calm(), world.id))
    }
    await lookAfter(deploymentOf(meet, quiet), Date.now(), { log: () => {} })
    const line = await lineOf(world)
    const status = await statusAt(here, world.id)
    if (resumed) expect([line.status, line.eraseAt, status], `at call ${nth}`).toEqual(['active', null, 'active'])
    else expect([line.status, status], `at call ${nth}`).toEqual(['deleted', 'deleted'])
    return resumed !== undefined
  })
})

const lineOf = async ({ id }: World) => {
  const line = await calm().directory.find(id)
  if (!line) throw new Error('It has no line')
  return line
}
