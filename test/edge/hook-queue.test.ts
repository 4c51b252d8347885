import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { setTimeout as wait } from 'node:timers/promises'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { type Resumed, WAITING_CHARACTERS } from '../../src/hooks/backlog.ts'
import { SecretOwner } from '../../src/secrets/secret-owner.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { type QueuedDelivery, queueBacklog, resumeFrom } from '../../src/storage/drivers/delivery-queue.ts'
import { sweepLarge } from '../../src/storage/drivers/large-deliveries.ts'
import { createStormHooks, expectStorm, sendStorm, stormOf } from '../support/delivery-storm.ts'
import { SECRET, senders } from '../support/hook-senders.ts'
import { createHookWorld, mapping, shown } from '../support/hook-world.ts'
import { formerBox, hookBox, isolate } from '../support/world.ts'

/** Deliveries that wait in a real queue, which hands them to the Worker. */

/** An isolate whose database can be away. @param bucket where it keeps what no message can hold */
const unsteady = async (bucket?: R2Bucket) => {
  const world = await createHookWorld()
  let isAway = false
  const driver: typeof world.driver = {
    batch: (statements, options) =>
      isAway ? Promise.reject(new UnavailableError('away')) : world.driver.batch(statements, options),
  }
  const backlog = queueBacklog(env.DELIVERIES, bucket)
  const through = isolate(driver, { hookSecrets: hookBox, backlog })
  return {
    ...world,
    through,
    goAway: () => {
      isAway = true
    },
    comeBack: () => {
      isAway = false
    },
  }
}

/** Longer than a slow machine takes to hand over a message. */
const PATIENCE_MS = 20_000

it('are answered with 202 while the database is away, and written by the consumer', async () => {
  const { hook, post, person, deliveries, through, goAway, driver, organizationId } = await unsteady()
  const { path, id } = await hook()
  // Sealed before the key of the deployment was replaced: the consumer must have both.
  const sealed = await formerBox.seal(shown['x-hook-secret'], SecretOwner.hook(organizationId, id))
  await driver.batch([{ sql: 'UPDATE hooks SET secrets = json_array(?2) WHERE id = ?1', params: [id, sealed] }])
  await post(path, { id: 'q0', email: 'warm@queue.example' }, shown, through)
  goAway()
  const kept = await post(path, { id: 'q1', email: 'kept@queue.example', name: 'Kept' }, shown, through)
  expect([kept.status, kept.body.status]).toEqual([202, 'waiting'])
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until && !(await person('kept@queue.example')); )
    await wait(50)
  expect(await person('kept@queue.example')).toMatchObject({ first_name: 'Kept' })
  expect((await deliveries(id))[0]).toMatchObject({ id: kept.body.delivery, messageId: 'q1', status: 'done' })
})

it('are not kept unless they were verified, and not when they are too large', async () => {
  const { hook, post, through, goAway } = await unsteady()
  const { path } = await hook()
  await post(path, { id: 'q2', email: 'warm2@queue.example' }, shown, through)
  goAway()
  for (const [body, headers] of [
    [{ email: 'forged@queue.example' }, {}],
    [{ email: 'large@queue.example', name: 'x'.repeat(WAITING_CHARACTERS) }, shown],
  ] as const) {
    const { status, body: answer, headers: told } = await post(path, body, headers, through)
    expect([status, answer.code]).toEqual([503, 'unavailable'])
    expect(Number(told.get('retry-after'))).toBeGreaterThan(0)
  }
  const cold = isolate({ batch: () => Promise.reject(new UnavailableError('away')) }, { hookSecrets: hookBox })
  expect((await post(path, { email: 'cold@queue.example' }, shown, cold)).status).toBe(503)
})

/** The newest delivery to the hook, once it has another id than before. */
const nextDelivery = async (
  deliveries: (
    id: string,
  ) => Promise<{ id: string; status: string; errors: { code: string }[]; hasPayload: boolean }[]>,
  hook: string,
  id: string,
) => {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await wait(50)) {
    const [newest] = await deliveries(hook)
    if (newest?.id === id) return newest
  }
  throw new Error('It was never run')
}

it('are kept though somebody forges some meanwhile', async () => {
  const { hook, post, through, goAway } = await unsteady()
  const { path } = await hook()
  await post(path, { email: 'warm7@queue.example' }, shown, through)
  goAway()
  expect((await post(path, { email: 'forged2@queue.example' }, {}, through)).status).toBe(503)
  expect((await post(path, { email: 'no address' }, shown, through)).status).toBe(202)
  expect((await post(path, { email: 'still@queue.example' }, shown, through)).status).toBe(202)
})

it('with a secret that was rotated away are not written, but kept for who decides', async () => {
  const { hook, ask, post, person, deliveries, through, goAway } = await unsteady()
  const { path, id } = await hook()
  await post(path, { email: 'warm3@queue.example' }, shown, through)
  goAway()
  // Another isolate rotates it, and this one cannot hear of it.
  await ask('POST', `/v1/hooks/${id}/secrets`, { secret: 'the new one', keep: 0 })
  const kept = await post(path, { email: 'old@queue.example' }, shown, through)
  expect(kept.status).toBe(202)
  const told = await nextDelivery(deliveries, id, kept.body.delivery)
  expect(told).toMatchObject({ status: 'failed', errors: [{ code: 'invalid_signature' }], hasPayload: true })
  // Whoever has all run again that failed has not looked at it, and whoever names it has.
  const { body } = await ask('POST', `/v1/hooks/${id}/redeliver`)
  expect(body).toMatchObject({ done: 0, failed: 0, unproven: 1 })
  // It stays so though it has failed for something else since, which was mended.
  const redeliver = () => ask('POST', `/v1/hooks/${id}/deliveries/${told.id}/redeliver`)
  await ask('PATCH', `/v1/hooks/${id}`, { mapping: { ...mapping, match: [{ emails: 'body.nothing' }] } })
  expect((await redeliver()).body).toMatchObject({ code: 'mapping_failed' })
  await ask('PATCH', `/v1/hooks/${id}`, { mapping })
  expect((await ask('POST', `/v1/hooks/${id}/redeliver`)).body).toMatchObject({ done: 0, unproven: 1 })
  expect(await person('old@queue.example')).toBeUndefined()
  expect((await redeliver()).status).toBe(200)
  expect(await person('old@queue.example')).toBeDefined()
})

it('from an address that the hook takes none of any more are not written either', async () => {
  const { hook, ask, post, person, deliveries, through, goAway } = await unsteady()
  const { path, id } = await hook({ allowlist: ['192.0.2.0/24'] })
  const from = { ...shown, 'cf-connecting-ip': '192.0.2.7' }
  expect((await post(path, { email: 'warm4@queue.example' }, from, through)).status).toBe(200)
  goAway()
  await ask('PATCH', `/v1/hooks/${id}`, { allowlist: ['198.51.100.1'] })
  const kept = await post(path, { email: 'elsewhere@queue.example' }, from, through)
  expect(kept.status).toBe(202)
  const told = await nextDelivery(deliveries, id, kept.body.delivery)
  expect(told).toMatchObject({ status: 'failed', errors: [{ code: 'address_not_allowed' }] })
  expect((await ask('POST', `/v1/hooks/${id}/redeliver`)).body).toMatchObject({ done: 0, failed: 0, unproven: 1 })
  expect(await person('elsewhere@queue.example')).toBeUndefined()
})

/** In which the queue hands over what it was sent, many times over: the tests above see it within a tenth of it. */
const HANDED_OVER_MS = 2_000

it('wait on as long as their hook is paused', async () => {
  const { hook, ask, post, person, deliveries, through, goAway } = await unsteady()
  const { path, id } = await hook()
  await post(path, { email: 'warm8@queue.example' }, shown, through)
  const before = await deliveries(id)
  goAway()
  await ask('PATCH', `/v1/hooks/${id}`, { state: 'paused' })
  expect((await post(path, { email: 'paused@queue.example' }, shown, through)).status).toBe(202)
  await wait(HANDED_OVER_MS)
  expect([await person('paused@queue.example'), await deliveries(id)]).toEqual([undefined, before])
})

it('go on once their hook is switched on, also by who knew it as paused and is asked for nothing else', async () => {
  const { hook, ask, person, driver } = await unsteady()
  const { path, id } = await hook()
  const { app } = isolate(driver, { hookSecrets: hookBox })
  const input = { body: { id: 'p1', email: 'goes-on@queue.example' }, headers: {}, query: {} }
  const address = path.slice(path.lastIndexOf('/') + 1)
  const resume = () => app.resume({ address, id: v7(), receivedAt: Date.now(), input })
  await ask('PATCH', `/v1/hooks/${id}`, { state: 'paused' })
  expect(await resume()).toBe('later')
  expect(await resume()).toBe('later')
  await ask('PATCH', `/v1/hooks/${id}`, { state: 'on' })
  expect(await resume()).toBe('done')
  expect(await person('goes-on@queue.example')).toBeDefined()
})

describe('that no message can hold', () => {
  const bucket = env.LARGE_DELIVERIES
  const padding = (characters: number) => 'é'.repeat(characters)
  const keys = async () => (await bucket.list()).objects.map(({ key }) => key)

  it('wait in the bucket, are written from there, and then gone from it', async () => {
    const { hook, post, person, through, goAway } = await unsteady(bucket)
    const { path } = await hook()
    await post(path, { email: 'warm5@queue.example' }, shown, through)
    goAway()
    const body = { id: 'large', email: 'large@queue.example', padding: padding(400_000) }
    const kept = await post(path, body, shown, through)
    expect([kept.status, kept.body.status]).toEqual([202, 'waiting'])
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until && (await keys()).length > 0; ) await wait(50)
    expect(await person('large@queue.example')).toBeDefined()
    expect(await keys()).toEqual([])
  })

  it('stay there when they have failed and the log cannot hold them, and only then', async () => {
    const { hook, post, deliveries, through, goAway } = await unsteady(bucket)
    const { path, id } = await hook()
    await post(path, { email: 'warm6@queue.example' }, shown, through)
    goAway()
    for (const [characters, stays] of [
      [100_000, false],
      [400_000, true],
    ] as const) {
      const kept = await post(path, { email: 'no address', padding: padding(characters) }, shown, through)
      const told = await nextDelivery(deliveries, id, kept.body.delivery)
      expect(told).toMatchObject({ status: 'failed', hasPayload: !stays })
      const key = `${path.slice('/hooks/'.length)}/${kept.body.delivery}`
      if (stays) expect(await (await bucket.get(key))?.json()).toMatchObject({ id: kept.body.delivery })
      else await expect.poll(keys).not.toContain(key)
      await bucket.delete(key)
    }
  })

  it('are kept once of those that the log has as one, for as long as it has them', async () => {
    const { hook, post, deliveries, through, goAway } = await unsteady(bucket)
    const { path, id } = await hook({ verification: { scheme: 'github' }, secrets: [SECRET], keepDays: 5 })
    const send = async (body: string) => {
      const { headers } = await senders.github(body, { now: 0, url: '' })
      return post(path, body, { 'content-type': 'application/json', ...headers }, through)
    }
    await send('{"email":"warm9@queue.example"}')
    goAway()
    const body = JSON.stringify({ email: 'no address', padding: padding(400_000) })
    const first = await send(body)
    await nextDelivery(deliveries, id, first.body.delivery)
    expect((await send(body)).status).toBe(202)
    await expect.poll(async () => (await deliveries(id))[0].repeats, { timeout: PATIENCE_MS }).toBe(1)
    const all = [`${path.slice('/hooks/'.length)}/${first.body.delivery}`]
    await expect.poll(keys).toEqual(all)
    const day = 86_400_000
    await sweepLarge(bucket, Date.now() + 5 * day - 600_000)
    expect(await keys()).toEqual(all)
    await sweepLarge(bucket, Date.now() + 5 * day)
    expect(await keys()).toEqual([])
  })

  it('go when no message of any queue can lead to them any more', async () => {
    await bucket.put('a_b/2', '{}')
    const day = 86_400_000
    await sweepLarge(bucket, Date.now() + 28 * day)
    expect(await keys()).toEqual(['a_b/2'])
    await sweepLarge(bucket, Date.now() + 30 * day)
    expect(await keys()).toEqual([])
  })

  it('stay there as long as they wait, are tried once more when the bucket is away, and over when they are gone', async () => {
    const stored = 'a_b/1'
    const run = async (resumed: Resumed, through?: R2Bucket) => {
      const batch = createMessageBatch<QueuedDelivery>('deliveries', [
        { id: '1', timestamp: new Date(), attempts: 1, body: { stored } },
      ])
      await resumeFrom(batch, async () => resumed, through)
      const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext())
      return explicitAcks.length > 0 ? 'over' : retryMessages.length > 0 ? 'again' : 'lost'
    }
    await bucket.put(stored, '{}')
    for (const resumed of ['later', 'gone'] as const) expect(await run(resumed, bucket)).toBe('again')
    expect(await run('done')).toBe('again')
    expect(await keys()).toEqual([stored])
    expect(await run('done', bucket)).toBe('over')
    expect([await keys(), await run('done', bucket)]).toEqual([[], 'over'])
  })
})

const DELIVERIES = 300

it('come to what the plain model says, of eight senders at once', { timeout: 60_000 }, async () => {
  const { driver, operator, organizationId, through, goAway, comeBack } = await unsteady()
  const paths = await createStormHooks(operator, organizationId)
  const storm = stormOf(DELIVERIES)
  const { counts, all, until } = sendStorm(storm, paths, async (path, body, headers) => {
    // From a third of them on the database is away, until a tenth had to wait.
    if (counts.taken > DELIVERIES / 3 && counts.waiting < DELIVERIES / 10) goAway()
    else comeBack()
    const { status, body: answer } = await through.send('POST', path, { body, headers: { ...headers } })
    return { status, text: JSON.stringify(answer) }
  })
  await all
  expect(counts.taken).toBe(DELIVERIES)
  expect(counts.waiting).toBeGreaterThanOrEqual(DELIVERIES / 10)
  await expectStorm(storm, driver, organizationId, until)
})
