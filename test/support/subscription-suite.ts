import { beforeAll, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { hookKeys, newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { delivering } from '../../src/storage/subscriptions/drive-behind.ts'
import { pendingAt } from '../../src/storage/subscriptions/due.ts'
import { runSubscriptions } from '../../src/storage/subscriptions/lanes.ts'
import { turnStore } from '../../src/storage/subscriptions/turn-store.ts'
import { Outbox } from '../../src/subscriptions/sending.ts'
import { type Claim, ClaimLostError, LEASE_MS, recordKey, type Turn } from '../../src/subscriptions/turn.ts'
import { openWorld, recordOf } from './storage-world.ts'

/** What every store must do for those who drive subscriptions: docs/subscriptions.md. */

const box = secretBox(hookKeys(newHookKey()))

/** A turn that came to nothing. */
const idle = ({ subscription }: Claim): Turn => ({ ...subscription, dead: [], taken: [], refused: [], restUntil: 0 })

const subscribedWorld = async (driver: SqlDriver) => {
  const world = await openWorld(driver, { history: 'values' })
  const { organizationId } = world
  const admin = administration(asOperator(driver, organizationId), box)
  const { value } = await admin.createSubscription({ name: 'suite', url: 'https://receiver.example/' })
  const { id } = value.subscription
  const find = async () => {
    const { due } = await pendingAt(driver, organizationId, Date.now())
    const seen = due.find((one) => one.id === id)
    if (!seen) throw new Error('Nothing is due')
    return seen
  }
  const person = async (email: string, first_name?: string) => {
    const values = { emails: [email], ...(first_name !== undefined && { first_name }) }
    const { outcomes } = await world.run([{ object: 'people', match: [{ name: 'emails', value: email }], values }])
    return recordOf(outcomes[0]).id
  }
  return {
    ...world,
    admin,
    id,
    find,
    person,
    read: () => admin.readSubscription(id),
    letters: () => admin.listDeadLetters(id, { after: 0, limit: 100 }),
    async claim() {
      const store = turnStore(driver, await find())
      const claim = await store.claim(Date.now())
      if (!claim) throw new Error('It was not claimed')
      return { store, claim }
    },
    set: (assignments: string) =>
      driver.batch([
        {
          sql: `UPDATE subscriptions SET ${assignments} WHERE organization_id = ?1 AND id = ?2`,
          params: [organizationId, id],
        },
      ]),
    become: (status: string) =>
      driver.batch([{ sql: 'UPDATE organizations SET status = ?2 WHERE id = ?1', params: [organizationId, status] }]),
  }
}

export const subscriptionSuite = (open: () => SqlDriver): void => {
  let driver: SqlDriver
  beforeAll(() => {
    driver = open()
  })

  it('is claimed by one of those who have seen the same step, until its lease is over', async () => {
    const world = await subscribedWorld(driver)
    await world.person('one@claimed.example')
    const seen = await world.find()
    const now = Date.now()
    const claims = await Promise.all([1, 2, 3].map(() => turnStore(driver, seen).claim(now)))
    expect(claims.filter((one) => one !== undefined)).toHaveLength(1)
    const pending = await pendingAt(driver, world.organizationId, now)
    expect(pending).toEqual({ due: [], next: now + LEASE_MS })
    const later = await pendingAt(driver, world.organizationId, now + LEASE_MS)
    expect(later.due).toMatchObject([{ id: world.id, step: seen.step + 1 }])
  })

  it('has nothing to do without a change, while it is off, or while its organisation is not served', async () => {
    const world = await subscribedWorld(driver)
    const due = async () => (await pendingAt(driver, world.organizationId, Date.now())).due.length
    expect(await due()).toBe(0)
    await world.person('one@due.example')
    expect(await due()).toBe(1)
    await world.become('suspended')
    expect(await due()).toBe(0)
    await world.become('active')
    await world.admin.changeSubscription(world.id, { state: 'off' })
    expect(await due()).toBe(0)
    await world.admin.changeSubscription(world.id, { state: 'on' })
    expect(await due()).toBe(1)
    await world.set(`next_at = ${Date.now() + 60_000}`)
    expect(await due()).toBe(0)
  })

  it('reads what is so at the moment, and nothing once the claim is lost', async () => {
    const world = await subscribedWorld(driver)
    const recordId = await world.person('secret@read.example', 'Ada')
    const { store, claim } = await world.claim()
    const { changes, reaches } = await store.changes(claim, claim.subscription.cursor)
    expect([reaches, changes]).toMatchObject([true, [{ action: 'created', recordId }]])
    const sequence = changes[0]?.sequence ?? 0
    const erasing = {
      object: 'people',
      match: [{ name: 'id', value: recordId }],
      values: {},
      lifecycle: 'erase',
    } as const
    await world.run([erasing])
    expect(await store.change(claim, sequence)).toMatchObject({ recordId, delta: null })
    expect(await store.change(claim, sequence + 100)).toBeUndefined()
    for (const lose of [
      () => world.become('moving'),
      () => world.admin.rotateSubscriptionSecret(world.id, { overlapHours: 0 }),
      () => world.admin.changeSubscription(world.id, { url: 'https://elsewhere.example/' }),
      () => world.admin.resumeSubscription(world.id, { skip: false }),
      () => world.admin.deleteSubscription(world.id),
    ]) {
      await world.set('lease_until = 0')
      const held = await world.claim()
      await lose()
      await expect(held.store.change(held.claim, sequence)).rejects.toBeInstanceOf(ClaimLostError)
      await expect(held.store.changes(held.claim, 0)).rejects.toBeInstanceOf(ClaimLostError)
      await world.become('active')
    }
  })

  it('notes what came of a turn, all of it or nothing', async () => {
    const world = await subscribedWorld(driver)
    const recordId = await world.person('one@noted.example', 'Ada')
    await world.person('one@noted.example', 'Augusta')
    const { store, claim } = await world.claim()
    const [first, second] = (await store.changes(claim, claim.subscription.cursor)).changes
    const letterOf = (sequence = 0, failure: string | null = null) => ({
      ...{ sequence, object: 'people', recordId, at: 1, failure, wanted: false },
    })
    const dead = [letterOf(first?.sequence, 'answered 422'), letterOf(second?.sequence)]
    const turn = {
      ...idle(claim),
      cursor: second?.sequence ?? 0,
      attempts: 2,
      nextAt: 5,
      failure: 'answered 503',
      dead,
    }
    await store.finish(claim, turn)
    expect(await world.read()).toMatchObject({
      cursor: second?.sequence,
      attempts: 2,
      nextAt: 5,
      failure: 'answered 503',
    })
    expect(await world.letters()).toEqual(dead)
    // The claim is over with it.
    await store.finish(claim, { ...idle(claim), cursor: 0, dead: [letterOf(999)] })
    expect((await world.read()).cursor).toBe(second?.sequence)
    expect(await world.letters()).toEqual(dead)
  })

  it('has dead letters sent again at once, and those of a record in their order', async () => {
    const world = await subscribedWorld(driver)
    const recordId = await world.person('one@again.example')
    const [one, two] = [11, 12].map((sequence) => ({
      sequence,
      object: 'people',
      recordId,
      at: 1,
      failure: null,
      wanted: false,
    }))
    if (!one || !two) throw new Error('There are two')
    const begun = await world.claim()
    await begun.store.finish(begun.claim, {
      ...idle(begun.claim),
      cursor: 12,
      nextAt: Date.now() + 60_000,
      dead: [two, one],
    })
    expect(await world.admin.redeliverDeadLetters(world.id, undefined)).toEqual({ wanted: 2, state: 'on' })
    const { store, claim } = await world.claim()
    expect(claim).toMatchObject({ wanted: [{ sequence: 11 }, { sequence: 12 }], deadLetters: 2 })
    expect([...claim.held]).toEqual([recordKey('people', recordId)])
    await store.finish(claim, { ...idle(claim), refused: [{ sequence: 11, failure: 'answered 400' }] })
    expect(await world.letters()).toMatchObject([
      { sequence: 11, failure: 'answered 400', wanted: false },
      { sequence: 12, failure: null, wanted: false },
    ])
    // What was taken is none any more, even if the claim is lost by then.
    await store.finish(claim, { ...idle(claim), taken: [11] })
    expect(await world.letters()).toMatchObject([{ sequence: 12 }])
  })

  it('rests as long as a turn says, whatever is wanted, and until somebody changes it', async () => {
    const world = await subscribedWorld(driver)
    const recordId = await world.person('one@rests.example')
    const letter = { sequence: 11, object: 'people', recordId, at: 1, failure: null, wanted: false }
    const begun = await world.claim()
    const restUntil = Date.now() + 60_000
    await begun.store.finish(begun.claim, { ...idle(begun.claim), cursor: 12, dead: [letter], restUntil })
    await world.admin.redeliverDeadLetters(world.id, undefined)
    expect(await pendingAt(driver, world.organizationId, Date.now())).toEqual({ due: [], next: restUntil })
    await world.admin.rotateSubscriptionSecret(world.id, { overlapHours: 0 })
    expect((await world.find()).id).toBe(world.id)
  })

  it('gives each organisation its first before any has its second, and whoever waits longest comes first', async () => {
    const [many, few] = [await subscribedWorld(driver), await subscribedWorld(driver)]
    const url = 'https://receiver.example/'
    const { value } = await many.admin.createSubscription({ name: 'second', url })
    await many.person('one@many.example')
    await few.person('one@few.example')
    await many.set(`delivered_at = ${Date.now()}`)
    const { due } = await pendingAt(driver, undefined, Date.now())
    const own = due.filter(({ organizationId }) => [many, few].some((one) => one.organizationId === organizationId))
    expect(own.map(({ id }) => id).indexOf(value.subscription.id)).toBeLessThan(2)
    expect(own.at(-1)?.id).toBe(many.id)
  })

  it('knows by itself whether an organisation has any', async () => {
    const world = await openWorld(driver, { history: 'values' })
    const admin = administration(asOperator(driver, world.organizationId), box)
    const subscribed = async () => (await world.rows('organizations'))[0]?.subscribed
    expect(await subscribed()).toBe(0)
    const ids: string[] = []
    for (const name of ['one', 'two'])
      ids.push((await admin.createSubscription({ name, url: 'https://receiver.example/' })).value.subscription.id)
    for (const id of ids) {
      expect(await subscribed()).toBe(1)
      await admin.deleteSubscription(id)
    }
    expect(await subscribed()).toBe(0)
  })

  it('sends everything in order, and rests', async () => {
    const world = await subscribedWorld(driver)
    for (const n of [1, 2, 3]) await world.person('one@order.example', `Name ${n}`)
    const sent: unknown[] = []
    const outbox = new Outbox(async ({ body }) => {
      sent.push(JSON.parse(body).data.version)
      return { status: 204, retryAfter: null }
    })
    const { organizationId } = world
    expect(await runSubscriptions(driver, { ...delivering(outbox, box), organizationId })).toBeUndefined()
    expect(sent).toEqual([1, 2, 3])
  })
}
