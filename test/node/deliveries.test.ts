import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createOrganization } from '../../src/admin/organizations.ts'
import { assertRecords } from '../../src/engine/assert.ts'
import { type Session, scopeOf } from '../../src/engine/session.ts'
import { OWN_ID_DAYS } from '../../src/hooks/definition.ts'
import type { NewDelivery } from '../../src/hooks/delivery.ts'
import { type OpenDatabase, openDatabase } from '../../src/node/database.ts'
import { deliveryLog } from '../../src/storage/delivery-log.ts'
import { readDelivery } from '../../src/storage/delivery-reader.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import { metered, noCost } from '../../src/storage/meter.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { sweep } from '../../src/storage/sweep.ts'

/** A delivery and what it writes are one transaction, and one call. */

const DAY = 86_400_000
const HOOK = '01900000-0000-4000-8000-000000000001'
let database: OpenDatabase
let session: Session

beforeAll(async () => {
  database = await openDatabase('file::memory:')
  await migrate(database.driver)
  const { value: organizationId } = await createOrganization(database.driver, { name: 'Hooked' })
  const refresh = async (): Promise<Session> => {
    const entry = await sqlDirectory(database.driver).look({ organizationId, secretHashes: [] })
    if (!entry) throw new Error('There is no organisation')
    return { organization: entry.organization, actor: `hook:${HOOK}`, expiresAt: null, cached: false, refresh }
  }
  session = await refresh()
})
afterAll(() => database.close())

const ofHook = () => ({ organizationId: session.organization.id, hookId: HOOK })

const deliver = async (email: string, values: object, more: Partial<NewDelivery> = {}) => {
  const cost = noCost()
  const delivery = {
    id: v7(),
    hookId: HOOK,
    messageId: null,
    receivedAt: Date.now(),
    replayDays: 3,
    keepDays: 30,
    payload: null,
    items: 1,
    ...more,
  }
  const store = deliveryLog(metered(database.driver, cost)).storeFor(delivery)
  const command = {
    object: 'people',
    match: [{ name: 'emails', value: email }],
    values: { emails: [email], ...values },
  }
  const result = await assertRecords(store, session, () => command, { contract: 'v1', dataBytes: 0 })
  const holder = store.heldBy()
  const logged = holder && (await readDelivery(database.driver, ofHook(), holder))
  return { ...result, holder, logged: logged || undefined, delivery, calls: cost.calls }
}

const rows = async (sql: string) => (await database.driver.batch([{ sql, params: [] }])).results[0]?.rows ?? []

it('is written down in the call that writes its record', async () => {
  const { calls, logged, delivery, replayed } = await deliver(
    'one@a.example',
    { first_name: 'One' },
    { messageId: 'one' },
  )
  expect([calls, replayed]).toEqual([1, false])
  expect(logged).toMatchObject({ id: delivery.id, status: 'done', attempts: 1, repeats: 0, problems: [] })
  expect(logged?.answers.map(({ status }) => status)).toEqual(['created'])
})

it('does nothing when its message comes again within the days of the hook, and counts it', async () => {
  const first = await deliver('two@a.example', { first_name: 'Two' }, { messageId: 'two' })
  const again = await deliver('two@a.example', { first_name: 'Other' }, { messageId: 'two' })
  expect([again.calls, again.replayed]).toEqual([1, true])
  expect(again.logged).toMatchObject({ id: first.delivery.id, repeats: 1 })
  expect(await rows("SELECT data ->> '$.first_name[0]' AS name FROM records WHERE data LIKE '%two@a%'")).toEqual([
    { name: 'Two' },
  ])
  const [held] = await rows(`SELECT created_at FROM replays WHERE position = -1 AND answer = '${first.delivery.id}'`)
  expect(Number(held?.created_at) - first.delivery.receivedAt).toBeGreaterThanOrEqual(2 * DAY)
})

it('lets its message come again when it has failed', async () => {
  const failing = await deliver('three@a.example', { company: v7() }, { messageId: 'three' })
  expect(failing.logged?.status).toBe('failed')
  const [row] = await rows(`SELECT status FROM deliveries WHERE id = '${failing.delivery.id}'`)
  expect(row).toEqual({ status: 'failed' })
  const better = await deliver('three@a.example', { first_name: 'Three' }, { messageId: 'three' })
  expect([better.replayed, better.logged?.status]).toEqual([false, 'done'])
})

it('is one row an hour for whatever is rejected for one reason, and is swept when its days are over', async () => {
  const log = deliveryLog(database.driver)
  const rejection = {
    hookId: HOOK,
    problem: { code: 'invalid_signature' },
    at: Date.now(),
    times: 3,
    keepDays: 30,
  } as const
  await log.reject(scopeOf(session), rejection)
  await log.reject(scopeOf(session), rejection)
  const rejected = "SELECT repeats FROM deliveries WHERE status = 'rejected'"
  expect(await rows(rejected)).toEqual([{ repeats: 6 }])
  expect(await sweep(database.driver, Date.now() + 31 * DAY)).toBe(true)
  expect(await rows('SELECT 1 FROM deliveries')).toEqual([])
})

it('is known by its own id for longer than it may wait, where its sender gives it none', async () => {
  const { delivery } = await deliver('five@a.example', { first_name: 'Five' })
  // A hundred attempts of a queue, an hour apart, and four days as a dead letter.
  expect(OWN_ID_DAYS * 24).toBeGreaterThan(100 + 4 * 24)
  await sweep(database.driver, delivery.receivedAt + OWN_ID_DAYS * DAY - 60_000)
  const held = `SELECT 1 FROM replays WHERE position = -1 AND answer = '${delivery.id}'`
  expect(await rows(held)).toHaveLength(1)
  await sweep(database.driver, delivery.receivedAt + (OWN_ID_DAYS + 1) * DAY)
  expect(await rows(held)).toEqual([])
})

it('is the same one when nobody knows whether it was written, and it is run again', async () => {
  const first = await deliver('four@a.example', { first_name: 'Four' })
  const again = await deliver('four@a.example', { first_name: 'Four' }, { id: first.delivery.id })
  // What it was answered first: run anew, it would be unchanged.
  expect(again.logged?.answers.map(({ status }) => status)).toEqual(['created'])
  expect(again.logged).toMatchObject({ id: first.delivery.id, status: 'done', attempts: 2 })
})
