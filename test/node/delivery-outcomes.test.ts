import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createOrganization } from '../../src/admin/organizations.ts'
import { commandsOf } from '../../src/contracts/v1/hooks/run.ts'
import { resumeWith, type WaitingDelivery, waitingWith } from '../../src/hooks/backlog.ts'
import { addressOf, type SealedHook } from '../../src/hooks/definition.ts'
import { compileMapping } from '../../src/hooks/mapping.ts'
import type { HookSession } from '../../src/hooks/opening.ts'
import { type Arrived, runDelivery } from '../../src/hooks/run-delivery.ts'
import { type OpenDatabase, openDatabase } from '../../src/node/database.ts'
import { newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import { deliveryLog } from '../../src/storage/delivery-log.ts'
import { readDeliveries, readDelivery } from '../../src/storage/delivery-reader.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { sweep } from '../../src/storage/sweep.ts'

/** What a delivery has come to is told once and for all, however often and for whatever reason it is run again. */

const DAY = 86_400_000
const SECRET = 'of its sender'
let database: OpenDatabase
let organizationId: string
let hook: SealedHook

const box = secretBox([newHookKey()])
const mapping = {
  match: [{ emails: 'body.email' }],
  values: { emails: '[body.email]', first_name: 'body.name' },
  messageId: 'body.id',
} as const

beforeAll(async () => {
  database = await openDatabase('file::memory:')
  await migrate(database.driver)
  organizationId = (await createOrganization(database.driver, { name: 'Hooked' })).value
})
afterAll(() => database.close())
beforeEach(() => {
  hook = {
    id: crypto.randomUUID(),
    name: 'hook',
    state: 'on',
    object: 'people',
    mapping,
    verification: { scheme: 'github' },
    allowlist: [],
    options: {},
    replayDays: 30,
    keepDays: 1,
    keepPayload: false,
    redact: [],
    createdAt: 0,
    createdBy: '',
    updatedAt: 0,
    pausedAt: null,
    sealedSecrets: [],
  }
})

const log = () => deliveryLog(database.driver)

const sessionOf = async (secrets: readonly string[] = [SECRET]): Promise<HookSession> => {
  const entry = await sqlDirectory(database.driver).look({ organizationId, secretHashes: [] })
  if (!entry) throw new Error('There is no organisation')
  return {
    hook,
    secrets,
    ...compileMapping(hook),
    organization: entry.organization,
    credentials: [],
    memberId: null,
    actor: `hook:${hook.id}`,
    expiresAt: null,
    cached: false,
    refresh: () => sessionOf(secrets),
  }
}

const arrival = (body: object, more: Partial<Arrived> = {}): Arrived => ({
  id: v7(),
  receivedAt: Date.now(),
  input: { body, headers: {}, query: {} },
  signedDigest: async () => JSON.stringify(body),
  ...more,
})

const run = async (arrived: Arrived) => {
  const session = await sessionOf()
  return runDelivery({ ...session, session, log: log(), commandsOf }, arrived)
}

const deliveries = async () => {
  const page = { order: 'oldest first', limit: 100 } as const
  return (await readDeliveries(database.driver, { organizationId, hookId: hook.id }, page)).deliveries
}

const waiting = async (
  { id, receivedAt, input }: Arrived,
  { secret = SECRET, sealedWith = box } = {},
): Promise<WaitingDelivery> => {
  if (input instanceof Error) throw input
  const delivery = { address: addressOf(organizationId, hook.id), id, receivedAt, input }
  return waitingWith(sealedWith, delivery, { secret, address: null })
}

const resume = (delivery: WaitingDelivery, secrets?: readonly string[]) =>
  resumeWith(
    async () => ({ session: await sessionOf(secrets), log: log(), driveSubscriptions: async () => {} }),
    box,
    commandsOf,
  )(delivery)

const sweepAt = async (time: number) => {
  for (let isOver = false; !isOver; ) isOver = await sweep(database.driver, time)
}

it('a repetition is one for as long as its message is known, though the log has it no more', async () => {
  const first = await run(arrival({ id: 1, email: 'forgotten@a.example', name: 'First' }))
  await sweepAt(Date.now() + 2 * DAY)
  expect(await deliveries()).toEqual([])
  expect(await run(arrival({ id: 1, email: 'forgotten@a.example', name: 'Second' }))).toEqual({
    ...{ id: first.id, status: 'done', isRepetition: true },
    ...{ outcomes: [], problems: [], isPaused: false },
  })
  expect(await deliveries()).toEqual([])
})

it.each([1, 5])('is known for the %i days of its hook, written or come to nothing', async (days) => {
  hook = { ...hook, replayDays: days, keepDays: 60 }
  const written = { id: `known ${days}`, email: `known${days}@a.example` }
  const nothing = { id: `nothing ${days}` }
  const both = async () => [await run(arrival(written)), await run(arrival(nothing))]
  const before = Date.now()
  const [first, failed] = await both()
  await sweepAt(before + days * DAY - 1_000)
  expect(await both()).toMatchObject([
    { id: first?.id, isRepetition: true },
    { id: failed?.id, status: 'failed' },
  ])
  await sweepAt(Date.now() + days * DAY)
  const [anew, another] = await both()
  expect(anew).toMatchObject({ status: 'done', isRepetition: false })
  expect(another?.id).not.toBe(failed?.id)
})

it.each([
  ['as a whole', {}],
  ['by its item', { email: 'no address' }],
])('what has failed %s is kept no longer for coming again', async (what, more) => {
  const body = { id: `prolonged ${what}`, ...more }
  await run(arrival(body, { receivedAt: Date.now() - DAY / 2 }))
  await run(arrival(body))
  expect(await deliveries()).toMatchObject([{ repeats: 1 }])
  await sweepAt(Date.now() + DAY / 2)
  expect(await deliveries()).toEqual([])
})

it('what is run again is kept no shorter than it was, though its hook keeps less by now', async () => {
  hook = { ...hook, keepDays: 10 }
  const written = arrival({ id: 'shorter', email: 'shorter@a.example' })
  await run(written)
  hook = { ...hook, keepDays: 1 }
  await run({ ...written, again: true })
  await sweepAt(Date.now() + 9 * DAY)
  expect(await deliveries()).toMatchObject([{ id: written.id, attempts: 2 }])
})

it('what has failed is no skipped one that comes again, though the log has forgotten it', async () => {
  const body = { id: 'otherwise' }
  const failed = await run(arrival(body))
  await sweepAt(Date.now() + 2 * DAY)
  hook = { ...hook, mapping: { ...mapping, when: 'body.never' } }
  const skipped = await run(arrival(body))
  expect(skipped.id).not.toBe(failed.id)
  expect(await deliveries()).toMatchObject([{ id: skipped.id, status: 'skipped', attempts: 1, repeats: 0 }])
})

it('what came to nothing holds no message, though that is known by the same digest', async () => {
  hook = { ...hook, mapping: { ...mapping, messageId: 'digest', when: 'body.wanted' } }
  const body = { email: 'digested@a.example' }
  const one = (wanted: boolean) =>
    arrival(
      {},
      { input: { body: { ...body, wanted }, headers: {}, query: {}, digest: 'd1' }, signedDigest: async () => 'd1' },
    )
  expect(await run(one(false))).toMatchObject({ status: 'skipped' })
  expect(await run(one(true))).toMatchObject({ status: 'done', isRepetition: false })
})

it('one that is run again under its own id is done, though the same had failed before', async () => {
  const body = { id: 2, email: 'twice@a.example', name: 'Twice' }
  hook = { ...hook, mapping: { ...mapping, match: [{ emails: 'body.mail' }] } }
  const failed = await run(arrival(body))
  hook = { ...hook, mapping }
  const written = arrival(body)
  await run(written)
  const again = await run({ ...written, hasWaited: true })
  expect(again).toMatchObject({ id: written.id, status: 'done', isRepetition: false, problems: [] })
  expect(await deliveries()).toMatchObject([
    { id: failed.id, status: 'failed', repeats: 0 },
    { id: written.id, status: 'done', problems: [], hasPayload: false, attempts: 2, answers: [{ status: 'created' }] },
  ])
  expect(await run(arrival(body))).toMatchObject({ id: written.id, status: 'done', isRepetition: true })
})

it('one that is run again bears the id that its message has now', async () => {
  const body = { id: 4, email: 'named@a.example', name: 'Named' }
  hook = { ...hook, mapping: { match: [{ emails: 'body.mail' }], values: mapping.values } }
  const failed = await run(arrival(body))
  expect(await deliveries()).toMatchObject([{ id: failed.id, status: 'failed', messageId: null }])
  hook = { ...hook, mapping }
  await run({ ...arrival(body), id: failed.id, again: true })
  expect(await deliveries()).toMatchObject([{ id: failed.id, status: 'done', messageId: '4' }])
})

it('it is told again where only what holds its message was taken along', async () => {
  const written = arrival({ id: 3, email: 'moved@a.example' })
  await run(written)
  await database.driver.batch([{ sql: 'DELETE FROM replays WHERE position >= 0', params: [] }])
  expect(await run({ ...written, hasWaited: true })).toMatchObject({ status: 'done', problems: [] })
  expect(await deliveries()).toMatchObject([{ status: 'done', answers: [{ status: 'created' }] }])
})

it.each([
  ['maps no more', { mapping: { ...mapping, match: [{ emails: 'body.mail' }] } }, [SECRET]],
  ['skips', { mapping: { ...mapping, when: 'body.never' } }, [SECRET]],
  ['calls by another id', { mapping: { ...mapping, messageId: 'body.email' } }, [SECRET]],
  ['believes no more', {}, ['another']],
])('one that was written stays so when it is run again by a hook that it %s', async (what, change, secrets) => {
  const written = arrival({ id: what, email: `${v7()}@a.example`, name: 'Changed' })
  await run(written)
  hook = { ...hook, ...change }
  expect(await resume(await waiting(written), secrets)).toBe('done')
  expect(await deliveries()).toMatchObject([{ id: written.id, status: 'done', problems: [], attempts: 1 }])
})

it('what has waited longer than the days of the log, and fails, is kept from then on', async () => {
  const receivedAt = Date.now() - 2 * DAY
  // Its first run has come as far as the refusal of its item, and not to the reasons.
  const partly = arrival({ id: 4, email: 'no address' }, { receivedAt })
  const session = await sessionOf()
  const halfway = { ...log(), fail: () => Promise.reject(new Error('the database went away')) }
  await expect(runDelivery({ ...session, session, log: halfway, commandsOf }, partly)).rejects.toThrow('went away')
  for (const one of [partly, arrival({ id: 5 }, { receivedAt })])
    expect(await resume(await waiting(one))).toMatchObject({ failed: expect.any(String) })
  await sweepAt(Date.now())
  expect(await deliveries()).toMatchObject([
    { id: partly.id, status: 'failed', hasPayload: true },
    { status: 'failed', hasPayload: true },
  ])
})

it('what has waited and fails like one before it is kept as long as if it stood for itself', async () => {
  const body = { id: 6 }
  const first = await run(arrival(body, { receivedAt: Date.now() - DAY + 1_000 }))
  await run(arrival(body, { hasWaited: true }))
  await sweepAt(Date.now() + 2_000)
  expect(await deliveries()).toMatchObject([{ id: first.id, status: 'failed', hasPayload: true, repeats: 1 }])
})

it.each([
  ['as a whole', {}],
  ['by its item', { email: 'no address' }],
])('what has failed %s and the log has forgotten is no new failure', async (what, more) => {
  const body = { id: `forgotten ${what}`, ...more }
  const first = await run(arrival(body))
  await sweepAt(Date.now() + 2 * DAY)
  for (let i = 0; i < 2; i++) expect(await run(arrival(body))).toMatchObject({ id: first.id, status: 'failed' })
  expect(await deliveries()).toMatchObject([{ id: first.id, status: 'failed', attempts: 0, repeats: 2 }])
})

it.each([
  ['names it', 'digest', true],
  ['does not', 'body.id', false],
])('what has waited has the digest of what is redacted where its mapping %s', async (_what, messageId, isKept) => {
  hook = { ...hook, keepPayload: true, redact: ['body.card'], mapping: { ...mapping, messageId } }
  const input = { body: { id: 8, email: 'card@a.example', card: '4111' }, headers: {}, query: {}, digest: 'of it all' }
  const one = arrival({}, { input })
  expect(await resume(await waiting(one))).toBe('done')
  const kept = await readDelivery(database.driver, { organizationId, hookId: hook.id }, one.id)
  expect(kept?.payload).toEqual({
    ...{ headers: {}, query: {}, body: { id: 8, email: 'card@a.example' } },
    ...(isKept && { digest: 'of it all' }),
  })
})

it('what bears the proof of another delivery is not believed', async () => {
  const one = await waiting(arrival({ id: 9, email: 'proved@a.example' }))
  const other = await waiting(arrival({ id: 10, email: 'other@a.example' }))
  expect(await resume({ ...other, ...(one.proof && { proof: one.proof }) })).toMatchObject({
    failed: expect.any(String),
  })
  expect(await resume(one)).toBe('done')
  const failed = (await deliveries()).find(({ status }) => status === 'failed')
  expect(failed?.problems).toMatchObject([{ item: null, problem: { code: 'invalid_signature' } }])
})

it('what was verified with a secret that cannot be opened any more is kept for who decides, and holds up nobody', async () => {
  const sealed = await waiting(arrival({ id: 7, email: 'sealed@a.example' }), { sealedWith: secretBox([newHookKey()]) })
  expect(await resume(sealed)).toMatchObject({ failed: expect.any(String) })
  const [told] = await deliveries()
  expect(told).toMatchObject({ status: 'failed', hasPayload: true, unproven: true })
  expect(told?.problems).toMatchObject([{ item: null, problem: { code: 'invalid_signature' } }])
})

it.each([
  ['fails as a whole', { values: { first_name: 'split(body.id)' } }, 'failed'],
  ['fails by its item', { match: [{ emails: 'body.name' }] }, 'failed'],
  ['is skipped', { when: 'body.nothing' }, 'skipped'],
  ['is written', {}, 'done'],
])('what was not believed stays unproven when it is run again and %s', async (_what, more, status) => {
  const { id } = arrival({})
  const body = { id, email: `${id}@a.example`, name: 'no address' }
  await resume(await waiting(arrival(body, { id })), ['another one'])
  hook = { ...hook, mapping: { ...mapping, ...more } }
  expect(await run(arrival(body, { id, again: true, unproven: true }))).toMatchObject({ status })
  expect(await deliveries()).toMatchObject([{ id, status, attempts: 2, unproven: true }])
  // The very row may be gone by then; and the same body is one delivery, whoever has sent it.
  await sweepAt(Date.now() + 40 * DAY)
  await run(arrival(body, { again: true, unproven: true }))
  expect(await deliveries()).toMatchObject([{ status, unproven: true }])
})

it('what is written down as one with what was not believed is unproven', async () => {
  hook = { ...hook, mapping: { ...mapping, match: [{ emails: 'body.nothing' }] } }
  const body = { id: 11 }
  await run(arrival(body))
  expect(await deliveries()).toMatchObject([{ unproven: false }])
  const later = await waiting(arrival(body))
  await resume({ ...later, signedDigest: JSON.stringify(body) }, ['another one'])
  await run(arrival(body))
  expect(await deliveries()).toMatchObject([
    { unproven: true, repeats: 2, problems: [{ problem: { code: 'mapping_failed' } }] },
  ])
})
