import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { newId } from '../../src/engine/ids.ts'
import { hookKeys, newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import { delivering, subscriptionDrive } from '../../src/storage/subscriptions/drive-behind.ts'
import { runSubscriptions } from '../../src/storage/subscriptions/lanes.ts'
import { turnStore } from '../../src/storage/subscriptions/turn-store.ts'
import { subscriptionLimits } from '../../src/subscriptions/definition.ts'
import { NO_KEY, PAUSES_MS } from '../../src/subscriptions/retrying.ts'
import { createSubscribed, status, taken } from '../support/subscribed-world.ts'
import { hookBox, isolate } from '../support/world.ts'

/** What a turn of a subscription holds to while others administer, erase and write. */

type World = Awaited<ReturnType<typeof createSubscribed>>

const read = async (world: World, id: string) => (await world.ask('GET', `/v1/subscriptions/${id}`)).body
const deadLetters = async (world: World, id: string) =>
  (await world.ask('GET', `/v1/subscriptions/${id}/dead-letters`)).body.deadLetters
const emailOf = (sent: { readonly data: { readonly values: { readonly emails: { readonly after: string[] } } } }) =>
  sent.data.values.emails.after[0]

/** A receiver that answers once it is let go. */
const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('a message of no record', () => {
  const make = {
    schema_changed: async (world: World) => {
      const { id } = await world.subscribe({ actions: ['schema_changed', 'created'] })
      await world.addAttribute('people', { slug: 'refused', label: 'Refused', type: 'text' })
      return { id, type: 'schema.changed' }
    },
    'history.gap': async (world: World) => {
      const { id } = await world.subscribe({ actions: ['created'] })
      await world.assert('lost@none.example')
      await world.operator.changeOrganization({ history: 'off' })
      await world.operator.changeOrganization({ history: 'values' })
      return { id, type: 'history.gap' }
    },
  }

  it.each(['schema_changed', 'history.gap'] as const)(
    'that is refused for good (%s) is tried with pauses, never buried, and skipped when somebody says so',
    async (kind) => {
      const world = await createSubscribed()
      const { id, type } = await make[kind](world)
      world.answers((sent) => (sent.type === type ? status(422) : taken))
      await world.set(id, `attempts = ${PAUSES_MS.length}`)
      const next = await world.run()
      await world.run()
      expect(world.sent().map((one) => one.type)).toEqual([type])
      expect(next).toBeGreaterThan(Date.now() + 7 * 3_600_000)
      expect(await read(world, id)).toMatchObject({ state: 'failing', attempts: PAUSES_MS.length + 1 })
      await world.assert('behind@none.example')
      const { body } = await world.ask('POST', `/v1/subscriptions/${id}/resume`, { skip: true })
      expect(body).toMatchObject({ state: 'on', attempts: 0 })
      await world.run()
      await expect.poll(() => world.sent().at(-1)?.type).toBe('record.created')
      expect(world.sent()).toHaveLength(2)
      expect(await deadLetters(world, id)).toEqual([])
    },
  )

  it('is not passed over by going on alone', async () => {
    const world = await createSubscribed()
    const { id } = await make['history.gap'](world)
    world.answers(() => status(422))
    await world.run()
    world.answers(() => taken)
    await world.ask('POST', `/v1/subscriptions/${id}/resume`, {})
    await world.run()
    await expect.poll(() => world.sent().map(({ type }) => type)).toEqual(['history.gap', 'history.gap'])
  })
})

describe('while the first of three messages is on its way', () => {
  const begin = async (meanwhile: (world: World, id: string, records: readonly string[]) => Promise<unknown>) => {
    const world = await createSubscribed()
    const { id, secret } = await world.subscribe()
    const records: string[] = []
    for (const name of ['a', 'b', 'c']) records.push((await world.assert(`${name}@while.example`)).body.record.id)
    let isFirst = true
    world.answers(async () => {
      if (isFirst) {
        isFirst = false
        await meanwhile(world, id, records)
      }
      return taken
    })
    await world.run()
    return { ...world, id, secret }
  }

  it('what is erased is not in those behind it', async () => {
    const world = await begin((world, _, records) => world.send('DELETE', `/v1/objects/people/records/${records[2]}`))
    expect(world.attempts.map(({ body }) => body.includes('c@while.example'))).toEqual([false, false, false, false])
    expect(world.sent().map(({ type }) => type)).toEqual([...Array(3).fill('record.created'), 'record.erased'])
  })

  it.each<[string, (world: World, id: string) => Promise<unknown>]>([
    ['is switched off', (world, id) => world.ask('PATCH', `/v1/subscriptions/${id}`, { state: 'off' })],
    ['is deleted', (world, id) => world.ask('DELETE', `/v1/subscriptions/${id}`)],
    [
      'has its organisation suspended',
      (world) =>
        world.driver.batch([
          { sql: "UPDATE organizations SET status = 'suspended' WHERE id = ?1", params: [world.organizationId] },
        ]),
    ],
  ])('one that %s sends nothing more', async (_, meanwhile) => {
    const world = await begin(meanwhile)
    await world.run()
    expect(world.attempts).toHaveLength(1)
  })

  it('one that leads elsewhere now sends the others there', async () => {
    const url = 'https://elsewhere.example/'
    const world = await begin((world, id) => world.ask('PATCH', `/v1/subscriptions/${id}`, { url }))
    await world.run()
    await expect.poll(() => new Set(world.sent().map(emailOf))).toContain('c@while.example')
    expect(new Set(world.attempts.slice(1).map((one) => one.url))).toEqual(new Set([url]))
  })

  it('one whose secret is another one now signs with that alone', async () => {
    let next = ''
    const world = await begin(async (world, id) => {
      next = (await world.ask('POST', `/v1/subscriptions/${id}/secrets`, { overlapHours: 0 })).body.secret
    })
    await world.run()
    await expect.poll(() => new Set(world.sent().map(emailOf))).toContain('c@while.example')
    for (const { body, headers } of world.attempts.slice(1)) {
      expect(new Webhook(next).verify(body, { ...headers })).toBeTruthy()
      expect(() => new Webhook(world.secret).verify(body, { ...headers })).toThrow()
    }
  })
})

describe('a receiver that does not answer', () => {
  it('keeps no other of its organisation waiting, nor what is written meanwhile', async () => {
    const world = await createSubscribed()
    const { open, opened } = gate()
    await world.subscribe({ name: 'slow', url: 'https://slow.example/' })
    await world.subscribe({ name: 'fast', url: 'https://fast.example/' })
    world.answers(async (_, { url }) => {
      if (url.includes('slow')) await opened
      return taken
    })
    const told = (host: string) => world.attempts.filter(({ url }) => url.includes(host)).length
    const drive = subscriptionDrive(() => world.driver, delivering(world.outbox, hookBox))
    await world.assert('first@pace.example')
    const rests = drive(world.organizationId)
    await expect.poll(() => [told('slow'), told('fast')]).toEqual([1, 1])
    await world.assert('second@pace.example')
    await drive(world.organizationId)
    await expect.poll(() => told('fast')).toBe(2)
    expect(told('slow')).toBe(1)
    open()
    await rests
    expect(told('slow')).toBe(2)
  })

  it('keeps no other organisation waiting', async () => {
    const [hanging, other] = [await createSubscribed(), await createSubscribed()]
    const { open, opened } = gate()
    for (let n = 0; n < 12; n++) await hanging.subscribe({ name: `hangs ${n}`, url: `https://hangs-${n}.example/` })
    await other.subscribe({ url: 'https://other.example/' })
    await hanging.assert('one@hanging.example')
    hanging.answers(async (_, { url }) => {
      if (url.includes('hangs')) await opened
      return taken
    })
    const run = runSubscriptions(hanging.driver, { ...delivering(hanging.outbox, hookBox), until: Date.now() + 20_000 })
    await expect.poll(() => hanging.attempts.length).toBeGreaterThan(0)
    await other.assert('one@other.example')
    // In the same database, where they share one.
    const second = runSubscriptions(other.driver, {
      ...delivering(hanging.outbox, hookBox),
      until: Date.now() + 20_000,
    })
    await expect.poll(() => hanging.attempts.filter(({ url }) => url.includes('other')).length).toBe(1)
    // One organisation has a part of what may be under way, and not all of it.
    expect(hanging.attempts.filter(({ url }) => url.includes('hangs')).length).toBeLessThan(hanging.outbox.atOnce)
    open()
    await Promise.all([run, second])
    expect(hanging.attempts.filter(({ url }) => url.includes('hangs'))).toHaveLength(12)
  })
})

describe('one who drives and is cut off', () => {
  const cutOff = async (forMs: number) => {
    const world = await createSubscribed()
    await world.subscribe()
    await world.assert('one@cut.example')
    const drivers = [{ batch: () => new Promise<never>(() => {}) }]
    const drive = subscriptionDrive(() => drivers.pop() ?? world.driver, {
      ...delivering(world.outbox, hookBox),
      forMs,
    })
    void drive(world.organizationId)
    return { ...world, drive: () => drive(world.organizationId) }
  }

  it('is waited for by nobody', async () => {
    const world = await cutOff(60_000)
    await world.drive()
    expect(world.attempts).toEqual([])
  })

  it('is followed by the next once their time is nearly over', async () => {
    const world = await cutOff(5_000)
    await world.drive()
    expect(world.attempts).toHaveLength(1)
  })
})

describe('the first write behind a subscription', () => {
  it('is told by an isolate that knew of none', async () => {
    const world = await createSubscribed()
    const one = isolate(world.driver, { outbox: world.outbox })
    const assert = (name: string) =>
      one.send('PUT', '/v1/objects/people/records', {
        token: world.token,
        body: { match: { emails: 'a@first.example' }, values: { emails: ['a@first.example'], first_name: name } },
      })
    await assert('Before')
    await world.subscribe()
    await assert('First')
    await expect.poll(() => world.sent().map(({ data }) => data.values.first_name.after)).toEqual(['First'])
  })

  it('is told by a delivery to a hook that an isolate knows', async () => {
    const world = await createSubscribed()
    const { body: hook } = await world.ask('POST', '/v1/hooks', {
      name: 'first',
      object: 'people',
      verification: { scheme: 'secret', in: 'header', name: 'X-Token' },
      secrets: ['quiet'],
      mapping: { match: [], values: { first_name: 'body.name' } },
    })
    const one = isolate(world.driver, { outbox: world.outbox })
    const deliver = (name: string) => one.send('POST', hook.path, { headers: { 'x-token': 'quiet' }, body: { name } })
    expect((await deliver('Before')).status).toBe(200)
    await world.subscribe()
    await deliver('First')
    await expect.poll(() => world.sent().map(({ data }) => data.values.first_name.after)).toEqual(['First'])
  })

  it.each([
    ['all of it', ['Waited', 'Too']],
    ['a part of it', ['Waited', 7]],
  ])('is told by a delivery that has waited, of which %s is written', async (_, names) => {
    const world = await createSubscribed()
    const { body: hook } = await world.ask('POST', '/v1/hooks', {
      name: 'waited',
      object: 'people',
      verification: { scheme: 'secret', in: 'header', name: 'X-Token' },
      secrets: ['quiet'],
      mapping: { items: 'body', match: [], values: { first_name: 'item' } },
    })
    await world.subscribe()
    const one = isolate(world.driver, { outbox: world.outbox })
    const behind: Promise<unknown>[] = []
    const waiting = {
      address: hook.path.slice('/hooks/'.length),
      id: newId(),
      receivedAt: Date.now(),
      input: { body: names, headers: {}, query: {} },
    }
    const resumed = await one.app.resume(waiting, (work) => behind.push(work))
    await Promise.all(behind)
    const written = names.filter((name) => typeof name === 'string')
    expect(resumed === 'done').toBe(written.length === names.length)
    expect(world.sent().map(({ data }) => data.values.first_name.after)).toEqual(written)
  })

  it('costs no look any more once the last one is deleted', async () => {
    const world = await createSubscribed()
    const subscribed = async () => {
      const { results } = await world.driver.batch([
        { sql: 'SELECT subscribed FROM organizations WHERE id = ?1', params: [world.organizationId] },
      ])
      return results[0]?.rows[0]?.subscribed
    }
    expect(await subscribed()).toBe(0)
    const ids = [(await world.subscribe()).id, (await world.subscribe({ name: 'second' })).id]
    expect(await subscribed()).toBe(1)
    await world.ask('DELETE', `/v1/subscriptions/${ids[0]}`)
    expect(await subscribed()).toBe(1)
    await world.ask('DELETE', `/v1/subscriptions/${ids[1]}`)
    expect(await subscribed()).toBe(0)
  })
})

describe('a change that is skipped', () => {
  const failing = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    await world.assert('one@race.example')
    world.answers(() => status(503))
    await world.run()
    await world.set(id, 'next_at = 0')
    return { ...world, id }
  }
  const isToldLater = async (world: Awaited<ReturnType<typeof failing>>) => {
    world.answers(() => taken)
    const before = world.attempts.length
    await world.assert('one@race.example', { first_name: 'Later' })
    await world.run()
    await expect
      .poll(() =>
        world
          .sent()
          .slice(before)
          .map(({ type }) => type),
      )
      .toEqual(['record.updated'])
    expect(await deadLetters(world, world.id)).toEqual([])
  }

  it('just when it is taken is no dead letter', async () => {
    const world = await failing()
    let resumed = 0
    world.answers(async () => {
      world.answers(() => taken)
      resumed = (await world.ask('POST', `/v1/subscriptions/${world.id}/resume`, { skip: true })).status
      return taken
    })
    await world.run()
    expect(resumed).toBe(200)
    await isToldLater(world)
  })

  it('just after it was taken is no dead letter', async () => {
    const world = await failing()
    world.answers(() => taken)
    let isBetween = true
    const between = {
      batch: async (...all: Parameters<typeof world.driver.batch>) => {
        if (isBetween && all[0].some(({ sql }) => sql.includes('INSERT INTO dead_letters'))) {
          isBetween = false
          await world.run()
        }
        return world.driver.batch(...all)
      },
    }
    const { status: answered } = await isolate(between, { outbox: world.outbox }).send(
      'POST',
      `/v1/subscriptions/${world.id}/resume`,
      { token: world.admin, body: { skip: true } },
    )
    expect([answered, isBetween, world.attempts.length]).toEqual([200, false, 2])
    await isToldLater(world)
  })
})

describe('dead letters that the history keeps no longer', () => {
  /** Two records with a dead letter each, another behind the first, and a history that has forgotten all three. */
  const forgotten = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    world.answers(() => status(400))
    for (const email of ['one@lost.example', 'two@lost.example', 'one@lost.example']) {
      await world.assert(email, { first_name: crypto.randomUUID() })
      await world.set(id, `attempts = ${PAUSES_MS.length}, next_at = 0`)
      await world.run()
    }
    const letters = await deadLetters(world, id)
    expect(letters).toHaveLength(3)
    const sequences: readonly number[] = letters.map(({ sequence }: { sequence: number }) => sequence)
    // The newest change of all is always kept.
    world.answers(() => taken)
    await world.assert('three@lost.example')
    await world.run()
    const params = [world.organizationId, sequences.at(-1) ?? 0]
    await world.driver.batch([
      { sql: 'UPDATE organizations SET history_from = CAST(?2 AS INTEGER) WHERE id = ?1', params },
      { sql: 'DELETE FROM changes WHERE organization_id = ?1 AND sequence <= CAST(?2 AS INTEGER)', params },
    ])
    world.attempts.length = 0
    return { ...world, id, sequences }
  }
  const redeliver = async (world: Awaited<ReturnType<typeof forgotten>>) => {
    await world.ask('POST', `/v1/subscriptions/${world.id}/redeliver`)
    await world.run()
  }

  it.each([
    ['takes', () => taken],
    ['refuses', ({ type }: { type: string }) => (type === 'history.gap' ? status(422) : taken)],
  ] as const)(
    'are told of as missing, once; where the receiver %s that, they hold up nothing more',
    async (_, answer) => {
      const world = await forgotten()
      world.answers(answer)
      await redeliver(world)
      await expect.poll(() => deadLetters(world, world.id)).toEqual([])
      const [first = 0, , last] = world.sequences
      expect(world.sent()).toMatchObject([{ type: 'history.gap', data: { after: first - 1, upTo: last } }])
      expect(world.attempts[0]?.headers['webhook-id']).toBe(`${world.id}_gap_${first - 1}_${last}`)
      await world.assert('one@lost.example', { first_name: 'Later' })
      await world.run()
      await expect.poll(() => world.sent().map(({ type }) => type)).toEqual(['history.gap', 'record.updated'])
    },
  )

  it('stay while the receiver is away', async () => {
    const world = await forgotten()
    world.answers(() => status(503))
    await redeliver(world)
    const told = { failure: 'answered 503', wanted: false }
    await expect.poll(() => deadLetters(world, world.id)).toMatchObject([told, told, told])
  })
})

describe('dead letters that are sent again', () => {
  /** Two records with one each. */
  const buried = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    world.answers(() => status(400))
    for (const name of ['a', 'b']) {
      await world.assert(`${name}@buried.example`)
      await world.set(id, `attempts = ${PAUSES_MS.length}, next_at = 0`)
      await world.run()
    }
    world.attempts.length = 0
    return { ...world, id }
  }
  const redeliver = (world: World, id: string) => world.ask('POST', `/v1/subscriptions/${id}/redeliver`)

  it('to a receiver that is away stay what they were, and say so', async () => {
    const world = await buried()
    world.answers(() => status(503))
    expect((await redeliver(world, world.id)).body).toEqual({ wanted: 2, state: 'on', attempts: 1 })
    const told = { failure: 'answered 503', wanted: false }
    await expect.poll(() => deadLetters(world, world.id)).toMatchObject([told, told])
    await world.run()
    expect(world.attempts).toHaveLength(2)
    expect(await read(world, world.id)).toMatchObject({ state: 'on', attempts: 0, failure: null })
  })

  it('to a receiver that is gone pause it with the first, and the others go out once it goes on', async () => {
    const world = await buried()
    world.answers(() => status(410))
    await redeliver(world, world.id)
    const first = { failure: 'answered 410', wanted: false }
    await expect
      .poll(() => deadLetters(world, world.id))
      .toMatchObject([first, { failure: 'answered 400', wanted: true }])
    expect(await read(world, world.id)).toMatchObject({ state: 'paused', failure: 'answered 410' })
    expect(world.attempts).toHaveLength(1)
    world.answers(() => taken)
    await world.ask('POST', `/v1/subscriptions/${world.id}/resume`)
    await expect.poll(() => deadLetters(world, world.id)).toMatchObject([first])
  })
})

describe('without the key that its secrets were kept with', () => {
  /** A dead letter that is wanted, and a deployment with another key. */
  const lost = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    await world.assert('one@key.example')
    world.answers(() => status(400))
    await world.set(id, `attempts = ${PAUSES_MS.length}`)
    await world.run()
    world.answers(() => taken)
    world.attempts.length = 0
    await world.driver.batch([
      { sql: 'UPDATE dead_letters SET wanted = 1 WHERE organization_id = ?1', params: [world.organizationId] },
    ])
    const step = async () => {
      const sql = 'SELECT step FROM subscriptions WHERE organization_id = ?1'
      const { results } = await world.driver.batch([{ sql, params: [world.organizationId] }])
      return Number(results[0]?.rows[0]?.step)
    }
    return { ...world, id, step, otherBox: secretBox(hookKeys(newHookKey())) }
  }

  it('what is wanted again rests as everything does, and goes out once the key is there', async () => {
    const world = await lost()
    const before = await world.step()
    const next = await world.run(world.otherBox)
    expect(next).toBeGreaterThan(Date.now() + 9 * 60_000)
    await world.run(world.otherBox)
    // A claim, and what came of it.
    expect(await world.step()).toBe(before + 2)
    expect(await read(world, world.id)).toMatchObject({ state: 'on', failure: NO_KEY })
    await world.ask('POST', `/v1/subscriptions/${world.id}/resume`)
    await world.run()
    await expect.poll(() => deadLetters(world, world.id)).toEqual([])
    expect(world.sent().map(({ type }) => type)).toEqual(['record.created'])
  })
})

describe('attempts that fail', () => {
  it('are as far apart as the receiver asks for, up to an hour', async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    await world.assert('one@after.example')
    for (const [asked, least, most] of [
      ['600', 599, 600],
      ['999999', 3_599, 3_600],
      ['-5', 0, 30],
      ['soon', 0, 120],
      [new Date(Date.now() + 900_000).toUTCString(), 880, 900],
      [new Date(Date.now() + 86_400_000).toUTCString(), 3_599, 3_600],
      [new Date(0).toUTCString(), 0, 120],
      ['in May 2100', 0, 120],
    ] as const) {
      await world.set(id, 'next_at = 0, attempts = 2')
      world.answers(() => ({ status: 503, retryAfter: asked }))
      const before = Date.now()
      await world.run()
      const seconds = (Date.parse((await read(world, id)).nextAttemptAt) - before) / 1_000
      expect([asked, seconds >= least, seconds <= most + 5]).toEqual([asked, true, true])
    }
  })

  it('count from the first that failed behind what was settled', async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    await world.assert('one@settled.example')
    world.answers(() => status(400))
    await world.set(id, `attempts = ${PAUSES_MS.length}, failing_since = ${Date.now() - 86_400_000}`)
    await world.run()
    expect(await read(world, id)).toMatchObject({ state: 'on', attempts: 0, failure: null, failingSince: null })
    // Four quiet days later.
    await world.set(id, 'failing_since = failing_since - 345600000')
    await world.assert('two@settled.example')
    world.answers(() => status(503))
    await world.run()
    expect(await read(world, id)).toMatchObject({ state: 'failing', attempts: 1, failure: 'answered 503' })
  })

  it('pause it at 1,000 dead letters, and those are sent again only once it goes on', async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    const { deadLetters: most } = subscriptionLimits
    await world.driver.batch([
      {
        sql: `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most - 1})
INSERT INTO dead_letters (organization_id, subscription_id, sequence, object, record_id, at, failure)
SELECT ?1, ?2, -i, 'people', '00000000-0000-4000-8000-000000000000', 0, 'answered 400' FROM n`,
        params: [world.organizationId, id],
      },
    ])
    const { body } = await world.assert('one@many.example')
    await world.assert('two@many.example')
    world.answers(() => status(400))
    await world.set(id, `attempts = ${PAUSES_MS.length}`)
    await world.run()
    await world.run()
    expect(world.attempts).toHaveLength(1)
    expect(await read(world, id)).toMatchObject({ state: 'paused', failure: `${most} dead letters` })
    const again = await world.ask('POST', `/v1/subscriptions/${id}/redeliver`, { recordId: body.record.id })
    expect(again.body).toEqual({ wanted: 1, state: 'paused', attempts: 1 })
    await world.run()
    expect(world.attempts).toHaveLength(1)
  })
})

it('does not tell a hook of its organisation of what a hook has written, and all others are told', async () => {
  const world = await createSubscribed()
  const { body: hook } = await world.ask('POST', '/v1/hooks', {
    name: 'loop',
    object: 'people',
    verification: { scheme: 'secret', in: 'header', name: 'X-Token' },
    secrets: ['quiet'],
    mapping: { match: [], values: { first_name: 'body.name' } },
  })
  const other = hook.path.replace(
    world.organizationId,
    world.organizationId.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')),
  )
  await world.subscribe({ name: 'own', url: `https://edge.example${hook.path}` })
  const proxied = `/of/a/proxy${hook.path.replace('hooks', '%2568ooks').replace('_', '%255F')}?x=1`
  await world.subscribe({ name: 'encoded', url: `https://edge.example${hook.path.replace('_', '%5f')}/` })
  await world.subscribe({ name: 'behind a proxy', url: `https://edge.example${proxied}` })
  await world.subscribe({ name: 'of another', url: `https://edge.example${other}` })
  await world.subscribe()
  await world.assert('by-key@loop.example')
  await world.send('POST', hook.path, { headers: { 'x-token': 'quiet' }, body: { name: 'By hook' } })
  await world.run()
  const told = (url: string) =>
    world.attempts.filter((one) => one.url === url).map(({ body }) => JSON.parse(body).data.actor.split(':')[0])
  for (const path of [hook.path, `${hook.path.replace('_', '%5f')}/`, proxied])
    expect(told(`https://edge.example${path}`)).toEqual(['key'])
  for (const url of ['https://receiver.example/changes', `https://edge.example${other}`])
    expect(told(url)).toEqual(['key', 'hook'])
})

it('notes nothing of a claim that an administrator has taken away', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  await world.assert('one@claim.example')
  const { lastSequence } = await read(world, id)
  const store = turnStore(world.driver, { organizationId: world.organizationId, id, step: 0 })
  const claim = await store.claim(Date.now())
  if (!claim) throw new Error('It was not claimed')
  await world.ask('PATCH', `/v1/subscriptions/${id}`, { state: 'off' })
  const letter = {
    sequence: lastSequence + 1,
    object: 'people',
    recordId: id,
    at: 1,
    failure: 'answered 400',
    wanted: false,
  }
  await store.finish(claim, {
    ...claim.subscription,
    cursor: lastSequence + 1,
    dead: [letter],
    taken: [],
    refused: [],
    restUntil: 0,
  })
  expect(await read(world, id)).toMatchObject({ state: 'off', lastSequence })
  expect(await deadLetters(world, id)).toEqual([])
})

it('is refused beyond fifty of an organisation', async () => {
  const world = await createSubscribed()
  await world.subscribe()
  const { subscriptions: most } = subscriptionLimits
  await world.driver.batch([
    {
      sql: `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${most})
INSERT INTO subscriptions (organization_id, id, name, definition, secrets, created_at, created_by, updated_at, cursor)
SELECT s.organization_id, 'copy ' || i, 'copy ' || i, s.definition, s.secrets, s.created_at, s.created_by, s.updated_at, s.cursor
FROM n CROSS JOIN subscriptions s WHERE s.organization_id = ?1`,
      params: [world.organizationId],
    },
  ])
  const { body } = await world.ask('POST', '/v1/subscriptions', { name: 'one more', url: 'https://receiver.example/' })
  expect(body.code).toBe('limit_reached')
})
