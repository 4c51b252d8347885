import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { hookKeys, newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import { turnStore } from '../../src/storage/subscriptions/turn-store.ts'
import { subscriptionLimits } from '../../src/subscriptions/definition.ts'
import { NO_KEY, PAUSES_MS } from '../../src/subscriptions/retrying.ts'
import { createSubscribed, status, taken } from '../support/subscribed-world.ts'
import { isolate } from '../support/world.ts'

/** Subscriptions, from the request to what a receiver is sent; the receiver is a function where it may not be a server. */

it('tells what changed from then on, signed, as the feed tells it', async () => {
  const world = await createSubscribed()
  await world.assert('before@told.example')
  const { secret } = await world.subscribe()
  const created = await world.assert('ada@told.example', { first_name: 'Ada' })
  await world.assert('ada@told.example', { first_name: 'Ada' })
  await world.assert('ada@told.example', { first_name: 'Augusta' })
  await world.run()
  const { body: feed } = await world.send('GET', '/v1/changes')
  expect(world.sent().map(({ data }) => data)).toEqual(feed.changes.slice(1))
  expect(world.sent().map(({ type }) => type)).toEqual(['record.created', 'record.updated'])
  expect(world.sent()[1]?.data).toMatchObject({
    recordId: created.body.record.id,
    changed: ['first_name'],
    values: { first_name: { before: 'Ada', after: 'Augusta' } },
  })
  const webhook = new Webhook(secret)
  for (const { body, headers } of world.attempts) {
    expect(webhook.verify(body, { ...headers })).toBeTruthy()
    expect(() => webhook.verify(`${body} `, { ...headers })).toThrow()
  }
  await world.run()
  expect(world.attempts).toHaveLength(2)
})

it('sends what docs/subscriptions.md shows, to the member: receivers know no versions', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe({ actions: ['updated', 'erased', 'schema_changed', 'history_changed'] })
  const { body } = await world.assert('ada@form.example', { first_name: 'Ada' })
  await world.assert('ada@form.example', { first_name: 'Augusta' })
  await world.send('DELETE', `/v1/objects/people/records/${body.record.id}`)
  await world.addAttribute('people', { slug: 'form', label: 'Form', type: 'text' })
  await world.operator.changeOrganization({ history: 'names' })
  await world.run()
  const head = {
    sequence: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    request: null,
    importId: null,
  }
  const ofPerson = { object: 'people', recordId: body.record.id }
  const byKey = { ...head, request: expect.any(String), actor: expect.stringMatching(/^key:/), contract: 'v1' }
  const byOperator = { ...head, actor: 'operator', contract: expect.any(String) }
  expect(world.sent()).toEqual(
    [
      {
        type: 'record.updated',
        data: { ...byKey, action: 'updated', ...ofPerson, version: 2, changed: ['first_name'], values: null },
      },
      {
        type: 'record.erased',
        data: { ...byKey, action: 'erased', ...ofPerson, version: 3, changed: ['emails', 'first_name'], values: null },
      },
      {
        type: 'schema.changed',
        data: {
          ...byOperator,
          action: 'schema_changed',
          object: 'people',
          recordId: null,
          version: null,
          changed: ['form'],
          values: null,
        },
      },
      {
        type: 'history.changed',
        data: {
          ...byOperator,
          action: 'history_changed',
          object: null,
          recordId: null,
          version: null,
          changed: ['history'],
          values: { history: { before: 'values', after: 'names' } },
        },
      },
    ].map((one) => ({ ...one, timestamp: head.at })),
  )
  const { body: feed } = await world.send('GET', '/v1/changes')
  expect(world.sent().map(({ data }) => data)).toEqual(feed.changes.slice(-4))
  expect(world.attempts.map(({ headers }) => headers['webhook-id'])).toEqual(
    world.sent().map(({ data }) => `${id}_${data.sequence}`),
  )
})

it('is known by its name: the same again is the same, another one is refused', async () => {
  const world = await createSubscribed()
  const first = await world.subscribe({ objects: ['people', 'companies'] })
  const body = { name: 'receiver', url: 'https://receiver.example/changes' }
  const same = await world.ask('POST', '/v1/subscriptions', { ...body, objects: ['companies', 'people'] })
  expect([same.status, same.body.id, same.body.secret]).toEqual([200, first.id, null])
  const other = await world.ask('POST', '/v1/subscriptions', { ...body, objects: ['people'] })
  expect([other.status, other.body.code]).toEqual([409, 'already_exists'])
  const { body: list } = await world.ask('GET', '/v1/subscriptions')
  expect(JSON.stringify(list)).not.toContain('whsec_')
  expect(list.subscriptions).toMatchObject([{ id: first.id, secrets: 1, state: 'on' }])
})

it.each([
  [{ url: 'https://127.0.0.1/' }, 'invalid_value'],
  [{ url: 'http://receiver.example/' }, 'invalid_value'],
  [{ objects: ['nothings'] }, 'unknown_object'],
  [{ attributes: ['nothing'] }, 'unknown_attribute'],
  [{ actions: [] }, 'invalid_value'],
  [{ actions: ['deleted'] }, 'invalid_value'],
  [{ object: 'people' }, 'unknown_field'],
])('with %j it is refused', async (wrong, code) => {
  const world = await createSubscribed()
  const { status, body } = await world.ask('POST', '/v1/subscriptions', {
    name: 'wrong',
    url: 'https://receiver.example/',
    ...wrong,
  })
  expect([status >= 400 && status < 500, body.code ?? body.errors?.[0]?.code], JSON.stringify(body)).toEqual([
    true,
    code,
  ])
})

it('says where what it does not know stands, what was meant, and who takes addresses inside', async () => {
  const world = await createSubscribed()
  const errorOf = async (wrong: object) => {
    const body = { name: 'wrong', url: 'https://receiver.example/', ...wrong }
    return (await world.ask('POST', '/v1/subscriptions', body)).body.errors[0]
  }
  expect(await errorOf({ objects: ['companies', 'peple'] })).toMatchObject({
    field: 'objects.1',
    detail: expect.stringContaining('nearest is people'),
  })
  expect(await errorOf({ objects: ['people'], attributes: ['emails', 'firstname'] })).toMatchObject({
    field: 'attributes.1',
    detail: expect.stringMatching(/of people: "firstname": the nearest is first_name/),
  })
  expect(await errorOf({ actions: ['updated', 'deleted'] })).toMatchObject({ field: 'actions.1' })
  expect(await errorOf({ url: 'http://127.0.0.1:9000/' })).toMatchObject({
    detail: expect.stringContaining('On one machine'),
  })
  expect((await errorOf({ url: 'ftp://127.0.0.1/' })).detail).not.toContain('On one machine')
})

it('tells only what was asked for', async () => {
  const world = await createSubscribed()
  await world.subscribe({ objects: ['people'], actions: ['updated', 'archived'], attributes: ['last_name'] })
  await world.send('PUT', '/v1/objects/companies/records', { body: { values: { name: 'Elsewhere' } } })
  const { body } = await world.assert('some@filter.example')
  await world.assert('some@filter.example', { first_name: 'No' })
  await world.assert('some@filter.example', { last_name: 'Yes' })
  await world.send('POST', `/v1/objects/people/records/${body.record.id}/archive`)
  await world.run()
  expect(world.sent().map(({ type, data }) => [type, data.changed])).toEqual([
    ['record.updated', ['last_name']],
    ['record.archived', []],
  ])
})

it('costs a write nothing: no look where nobody has subscribed, and one call where somebody has', async () => {
  const world = await createSubscribed()
  let looks = 0
  const watched = {
    batch: (...all: Parameters<typeof world.driver.batch>) => {
      if (all[0].some(({ sql }) => sql.includes('FROM subscriptions'))) looks++
      return world.driver.batch(...all)
    },
  }
  const assert = (one: ReturnType<typeof isolate>, name: string) =>
    one.send('PUT', '/v1/objects/people/records', {
      token: world.token,
      body: { match: { emails: 'one@cost.example' }, values: { emails: ['one@cost.example'], first_name: name } },
    })
  const one = isolate(watched, { outbox: world.outbox })
  await assert(one, 'First')
  expect((await assert(one, 'Second')).calls).toBe(1)
  expect(looks).toBe(0)
  await world.subscribe()
  await assert(one, 'Third')
  expect((await assert(one, 'Fourth')).calls).toBe(1)
  await expect.poll(() => world.sent().map(({ data }) => data.values.first_name.after)).toEqual(['Third', 'Fourth'])
  expect(looks).toBeGreaterThan(0)
})

it('tries again what fails, with nothing behind it before it is taken', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  await world.assert('a@again.example')
  await world.assert('b@again.example')
  world.answers(() => status(503))
  const next = await world.run()
  expect(world.attempts).toHaveLength(1)
  expect(next).toBeGreaterThan(Date.now() - 1)
  const { body } = await world.ask('GET', `/v1/subscriptions/${id}`)
  expect(body).toMatchObject({ state: 'failing', attempts: 1, failure: 'answered 503' })
  world.answers(() => taken)
  await world.set(id, 'next_at = 0')
  await world.run()
  expect(world.attempts.map(({ headers }) => headers['webhook-id']).slice(0, 2)).toEqual(
    Array(2).fill(world.attempts[0]?.headers['webhook-id']),
  )
  expect(world.sent().map(({ data }) => data.sequence)).toEqual(
    [1, 1, 2].map((n) => n + (world.sent()[0]?.data.sequence ?? 0) - 1),
  )
  expect((await world.ask('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({ state: 'on', failure: null })
})

it('buries what is refused for good, holds its record back, and delivers both in order when asked to', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  const { body } = await world.assert('bad@dead.example')
  const bad = body.record.id
  await world.assert('good@dead.example')
  await world.assert('bad@dead.example', { first_name: 'Later' })
  world.answers(({ data }) => (data.recordId === bad ? status(422) : taken))
  await world.set(id, `attempts = ${PAUSES_MS.length}`)
  await world.run()
  expect(world.sent().map(({ data }) => data.recordId === bad)).toEqual([true, false])
  const letters = async () => (await world.ask('GET', `/v1/subscriptions/${id}/dead-letters`)).body.deadLetters
  expect(await letters()).toMatchObject([
    { recordId: bad, failure: 'answered 422' },
    { recordId: bad, failure: null },
  ])
  // Refused again, the one behind it is not even tried.
  expect((await world.ask('POST', `/v1/subscriptions/${id}/redeliver`, {})).body).toEqual({
    wanted: 2,
    state: 'on',
    attempts: 1,
  })
  await world.run()
  await expect.poll(async () => (await letters()).map((one: { wanted: boolean }) => one.wanted)).toEqual([false, false])
  expect(world.attempts.at(-1)?.headers['webhook-id']).toBe(world.attempts[0]?.headers['webhook-id'])
  world.answers(() => taken)
  const before = world.attempts.length
  await world.ask('POST', `/v1/subscriptions/${id}/redeliver`, { recordId: bad })
  await world.run()
  await expect.poll(letters).toEqual([])
  expect(
    world
      .sent()
      .slice(before)
      .map(({ data }) => data.version),
  ).toEqual([1, 2])
})

it('pauses behind days of failing, or a 410, and loses nothing', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  await world.assert('a@pause.example')
  world.answers(() => status(500))
  await world.set(id, `failing_since = ${Date.now() - (subscriptionLimits.failingDays * 86_400_000 + 1)}`)
  await world.run()
  const state = async () => (await world.ask('GET', `/v1/subscriptions/${id}`)).body.state
  expect(await state()).toBe('paused')
  world.answers(() => status(410))
  await world.ask('POST', `/v1/subscriptions/${id}/resume`, {})
  await world.run()
  await expect.poll(state).toBe('paused')
  const before = world.attempts.length
  await world.assert('b@pause.example')
  await world.run()
  expect(world.attempts).toHaveLength(before)
  world.answers(() => taken)
  await world.ask('POST', `/v1/subscriptions/${id}/resume`, {})
  await world.run()
  await expect
    .poll(() =>
      world
        .sent()
        .slice(before)
        .map(({ data }) => data.values.emails.after[0]),
    )
    .toEqual(['a@pause.example', 'b@pause.example'])
})

it('goes on behind a change that an administrator has it skip', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  await world.assert('poison@skip.example')
  await world.assert('fine@skip.example')
  world.answers(({ data }) => status(data.values.emails.after[0] === 'poison@skip.example' ? 500 : 204))
  await world.run()
  await world.ask('POST', `/v1/subscriptions/${id}/resume`, { skip: true })
  await world.run()
  await expect.poll(() => world.sent().at(-1)?.data.values.emails.after[0]).toBe('fine@skip.example')
  const { body } = await world.ask('GET', `/v1/subscriptions/${id}/dead-letters`)
  expect(body.deadLetters).toMatchObject([{ failure: 'skipped by an administrator: answered 500' }])
})

it('stays off where it was switched off, and takes what has only defaults without a body', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  await world.ask('PATCH', `/v1/subscriptions/${id}`, { state: 'off' })
  expect(await world.ask('POST', `/v1/subscriptions/${id}/resume`)).toMatchObject({
    status: 200,
    body: { state: 'off' },
  })
  expect((await world.ask('POST', `/v1/subscriptions/${id}/redeliver`)).body).toEqual({
    wanted: 0,
    state: 'off',
    attempts: 1,
  })
  expect(await world.ask('POST', `/v1/subscriptions/${id}/secrets`)).toMatchObject({
    status: 201,
    body: { secrets: 2 },
  })
  expect(await world.ask('PATCH', `/v1/subscriptions/${id}`, { actions: [] })).toMatchObject({
    status: 422,
    body: { code: 'invalid_value', errors: [{ field: 'actions' }] },
  })
})

it('says that changes are missing, and goes on behind them', async () => {
  const world = await createSubscribed()
  await world.subscribe()
  await world.assert('lost@gap.example')
  await world.operator.changeOrganization({ history: 'off' })
  await world.assert('unseen@gap.example')
  await world.operator.changeOrganization({ history: 'values' })
  await world.assert('seen@gap.example')
  await world.run()
  const types = world.sent().map(({ type }) => type)
  expect(types).toEqual(['history.gap', 'record.created'])
  expect(world.sent()[1]?.data.values.emails.after[0]).toBe('seen@gap.example')
})

it('sends for one driver at a time, and for the next once one has died', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  for (let n = 0; n < 20; n++) await world.assert(`p${n}@two.example`)
  await Promise.all([world.run(), world.run(), world.run()])
  expect(world.sent().map(({ data }) => data.sequence)).toEqual(
    [...new Set(world.sent().map(({ data }) => data.sequence))].sort((a, b) => a - b),
  )
  await expect.poll(() => world.attempts.length).toBe(20)
  // It has claimed the subscription, and is never heard of again.
  await world.assert('last@two.example')
  const { results } = await world.driver.batch([
    { sql: 'SELECT step FROM subscriptions WHERE organization_id = ?1', params: [world.organizationId] },
  ])
  const step = Number(results[0]?.rows[0]?.step)
  const dead = turnStore(world.driver, { organizationId: world.organizationId, id, step })
  const claim = await dead.claim(Date.now())
  if (!claim) throw new Error('It was not claimed')
  expect(await world.run()).toBeGreaterThan(Date.now())
  expect(world.attempts).toHaveLength(20)
  await world.set(id, `lease_until = ${Date.now()}`)
  await world.run()
  expect(world.attempts).toHaveLength(21)
  // Heard of after all, it undoes nothing.
  const { subscription } = claim
  await dead.finish(claim, { ...subscription, dead: [], taken: [], refused: [], restUntil: 0 })
  await world.run()
  expect(world.attempts).toHaveLength(21)
})

it('signs with both secrets while the former is valid', async () => {
  const world = await createSubscribed()
  const { id, secret: former } = await world.subscribe()
  const { status: rotated, body } = await world.ask('POST', `/v1/subscriptions/${id}/secrets`, { overlapHours: 1 })
  expect([rotated, body.secrets]).toEqual([201, 2])
  expect((await world.ask('POST', `/v1/subscriptions/${id}/ping`)).body).toEqual({ taken: true, failure: null })
  const [ping] = world.attempts
  for (const secret of [former, body.secret])
    expect(new Webhook(secret).verify(ping?.body ?? '', { ...ping?.headers })).toEqual({
      type: 'subscription.ping',
      timestamp: expect.any(String),
      data: { subscriptionId: id },
    })
  const { body: last } = await world.ask('POST', `/v1/subscriptions/${id}/secrets`, { overlapHours: 0 })
  expect(last.secrets).toBe(1)
  await world.ask('POST', `/v1/subscriptions/${id}/ping`)
  expect(() =>
    new Webhook(body.secret).verify(world.attempts[1]?.body ?? '', { ...world.attempts[1]?.headers }),
  ).toThrow()
})

describe('one whose attribute is gone, and whose URL is judged otherwise by now,', () => {
  const outdated = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    const definition = { url: 'http://127.0.0.1:9000/', objects: ['gone'], actions: ['updated'], attributes: ['gone'] }
    await world.set(id, `definition = '${JSON.stringify(definition)}'`)
    return { ...world, id, patch: (change: object) => world.ask('PATCH', `/v1/subscriptions/${id}`, change) }
  }

  it.each([{ state: 'off' }, { name: 'renamed' }, { actions: ['created'] }, { url: 'https://mended.example/' }])(
    'takes %j: what is stored already is not judged again',
    async (change) => {
      const { patch } = await outdated()
      expect(await patch(change)).toMatchObject({ status: 200, body: change })
    },
  )

  it.each([
    [{ url: 'http://127.0.0.1:9001/' }, 'url'],
    [{ attributes: ['gone', 'nothing'] }, 'attributes.0'],
    [{ objects: ['gone', 'people'] }, 'objects.0'],
    [{ objects: ['people'] }, 'attributes.0'],
    [{ name: ' ' }, 'name'],
  ])('is refused %j: what changes is judged', async (change, field) => {
    const { patch } = await outdated()
    expect((await patch(change)).body.errors).toMatchObject([{ field }])
  })

  it('goes on only once all of it is mended', async () => {
    const { patch } = await outdated()
    await patch({ state: 'off' })
    expect((await patch({ state: 'on' })).body.errors).toMatchObject([{ field: 'url' }])
    await patch({ url: 'https://mended.example/' })
    expect((await patch({ state: 'on' })).body.errors).toMatchObject([{ field: 'objects.0' }])
    expect((await patch({ state: 'on', objects: ['people'], attributes: ['emails'] })).status).toBe(200)
  })
})

describe('one that names an attribute', () => {
  const coloured = async (...objects: readonly string[]) => {
    const world = await createSubscribed()
    for (const object of objects) await world.addAttribute(object, { slug: 'colour', label: 'Colour', type: 'text' })
    const put = (attribute: object) =>
      world.ask('PUT', '/v1/schema', { objects: [{ slug: 'people', attributes: [attribute] }] })
    const attributesOf = async (id: string) => (await world.ask('GET', `/v1/subscriptions/${id}`)).body.attributes
    return { ...world, put, attributesOf, rename: () => put({ slug: 'farbe', renamedFrom: 'colour' }) }
  }

  it('goes by its new slug, and is told of what changed under the old one', async () => {
    const world = await coloured('people')
    const { id } = await world.subscribe({ objects: ['people'], actions: ['updated'], attributes: ['colour'] })
    await world.assert('one@renamed.example')
    await world.assert('one@renamed.example', { colour: 'red' })
    await world.assert('one@renamed.example', { first_name: 'Ada' })
    const { status: renamed, body } = await world.rename()
    expect([renamed, body.steps[0].text]).toEqual([200, expect.stringContaining('Subscription "receiver" goes by it.')])
    expect(await world.attributesOf(id)).toEqual(['farbe'])
    await world.assert('one@renamed.example', { farbe: 'blue' })
    // Another one, which nobody has asked for.
    await world.addAttribute('people', { slug: 'colour', label: 'Colour', type: 'text' })
    await world.assert('one@renamed.example', { colour: 'green' })
    await world.run()
    await expect.poll(() => world.sent().map(({ data }) => data.changed)).toEqual([['colour'], ['farbe']])
  })

  it('keeps the old slug, too, where another object has it', async () => {
    const world = await coloured('people', 'companies')
    const { id } = await world.subscribe({ attributes: ['colour', 'emails'] })
    const { id: other } = await world.subscribe({ name: 'other', objects: ['companies'], attributes: ['colour'] })
    await world.rename()
    expect(await world.attributesOf(id)).toEqual(['colour', 'emails', 'farbe'])
    expect(await world.attributesOf(other)).toEqual(['colour'])
  })

  it('keeps it from being removed, by whichever way, until it names it no more', async () => {
    const world = await coloured('people', 'companies')
    const { id } = await world.subscribe({ objects: ['people'], attributes: ['colour'] })
    const erase = () => world.ask('DELETE', '/v1/objects/people/attributes/colour')
    expect((await world.put({ slug: 'colour', archived: true })).status).toBe(200)
    for (const refused of [await erase(), await world.put({ slug: 'colour', remove: true })])
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'in_use', errors: [{ field: 'colour', detail: expect.stringContaining('"receiver"') }] },
      })
    await world.ask('PATCH', `/v1/subscriptions/${id}`, { attributes: [] })
    expect((await erase()).status).toBe(200)
  })

  it('keeps its object from being removed', async () => {
    const world = await createSubscribed()
    const deals = (more: object) => world.ask('PUT', '/v1/schema', { objects: [{ slug: 'deals', ...more }] })
    await deals({ singularName: 'Deal', pluralName: 'Deals' })
    const { id } = await world.subscribe({ objects: ['deals', 'people'] })
    await deals({ archived: true })
    for (const refused of [await world.ask('DELETE', '/v1/objects/deals'), await deals({ remove: true })])
      expect([refused.status, refused.body.code]).toEqual([409, 'in_use'])
    await world.ask('PATCH', `/v1/subscriptions/${id}`, { objects: ['people'] })
    expect((await deals({ remove: true })).status).toBe(200)
  })
})

describe('one that fails', () => {
  /** For a day, and not to be tried for hours. */
  const failing = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    await world.assert('one@fails.example')
    world.answers(() => status(401))
    await world.run()
    await world.set(id, `attempts = 9, next_at = ${Date.now() + 14_400_000}, failing_since = failing_since - 86400000`)
    const { body } = await world.ask('GET', `/v1/subscriptions/${id}`)
    return { ...world, id, before: body, patch: (to: object) => world.ask('PATCH', `/v1/subscriptions/${id}`, to) }
  }

  it('goes on failing under another name', async () => {
    const { patch, before, attempts } = await failing()
    const { updatedAt: _, ...same } = before
    expect((await patch({ name: 'renamed', url: before.url, objects: [] })).body).toMatchObject({
      ...same,
      name: 'renamed',
    })
    expect(attempts).toHaveLength(1)
  })

  it('is tried at once with another filter, and its days go on', async () => {
    const { patch, before, attempts } = await failing()
    const { failingSince, failure } = before
    const { body } = await patch({ objects: ['people'] })
    expect(body).toMatchObject({ state: 'failing', attempts: 0, nextAttemptAt: null, failingSince, failure })
    await expect.poll(() => attempts.length).toBe(2)
  })

  it('is tried at once with another secret, and its days go on', async () => {
    const { ask, id, before, attempts } = await failing()
    const { failingSince, failure } = before
    const { body } = await ask('POST', `/v1/subscriptions/${id}/secrets`)
    expect(body).toMatchObject({ state: 'failing', attempts: 0, nextAttemptAt: null, failingSince, failure })
    await expect.poll(() => attempts.length).toBe(2)
  })

  it('begins anew at another URL', async () => {
    const { patch, attempts } = await failing()
    const { body } = await patch({ url: 'https://elsewhere.example/' })
    expect(body).toMatchObject({ state: 'on', attempts: 0, nextAttemptAt: null, failingSince: null, failure: null })
    await expect.poll(() => attempts.length).toBe(2)
  })
})

describe('one whose key is lost', () => {
  const lost = async () => {
    const world = await createSubscribed()
    const { id } = await world.subscribe()
    const box = secretBox(hookKeys(newHookKey()))
    const deployment = isolate(world.driver, { outbox: world.outbox, hookSecrets: box })
    const ask = (path: string) => deployment.send('POST', `/v1/subscriptions/${id}/${path}`, { token: world.admin })
    return { ...world, id, box, elsewhere: ask }
  }

  it('signs again with the first secret that it is given, at once', async () => {
    const world = await lost()
    await world.assert('one@lost.example')
    await world.run(world.box)
    expect((await world.elsewhere('ping')).body).toEqual({ taken: false, failure: NO_KEY })
    expect(world.attempts).toEqual([])
    const { status: rotated, body } = await world.elsewhere('secrets')
    expect([rotated, body.secrets, body.failure, body.nextAttemptAt]).toEqual([201, 1, null, null])
    await expect.poll(() => world.attempts.length).toBe(1)
    const [told] = world.attempts
    expect(new Webhook(body.secret).verify(told?.body ?? '', { ...told?.headers })).toBeTruthy()
  })

  it('signs with no secret that was sealed for another', async () => {
    const world = await createSubscribed()
    const [one, other] = [await world.subscribe(), await world.subscribe({ name: 'another' })]
    await world.set(one.id, `secrets = (SELECT o.secrets FROM subscriptions o WHERE o.id = '${other.id}')`)
    await world.assert('swapped@lost.example')
    await world.run()
    expect(
      world.attempts.map(({ headers, body }) => new Webhook(other.secret).verify(body, { ...headers })),
    ).toHaveLength(1)
    expect((await world.ask('GET', `/v1/subscriptions/${one.id}`)).body).toMatchObject({ failure: NO_KEY })
  })

  it('signs with what can be opened, though a former secret cannot be', async () => {
    const world = await lost()
    const stored = async () => {
      const sql = 'SELECT secrets FROM subscriptions WHERE organization_id = ?1'
      const { results } = await world.driver.batch([{ sql, params: [world.organizationId] }])
      return JSON.parse(String(results[0]?.rows[0]?.secrets)) as { sealed: string; until: number | null }[]
    }
    const [former] = await stored()
    const { body } = await world.elsewhere('secrets')
    const both = [...(await stored()), { ...former, until: Date.now() + 3_600_000 }]
    await world.set(world.id, `secrets = '${JSON.stringify(both)}'`)
    expect((await world.elsewhere('ping')).body).toEqual({ taken: true, failure: null })
    const told = world.attempts.at(-1)
    expect(new Webhook(body.secret).verify(told?.body ?? '', { ...told?.headers })).toBeTruthy()
  })
})

it('is nobody’s any more once it is deleted', async () => {
  const world = await createSubscribed()
  const { id } = await world.subscribe()
  expect((await world.ask('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204)
  await world.assert('after@gone.example')
  await world.run()
  expect(world.attempts).toEqual([])
  expect((await world.ask('GET', `/v1/subscriptions/${id}`)).status).toBe(404)
})

it('tells nothing of an organisation that is suspended', async () => {
  const world = await createSubscribed()
  await world.subscribe()
  await world.assert('quiet@suspended.example')
  const become = (status: string) =>
    world.driver.batch([
      { sql: 'UPDATE organizations SET status = ?2 WHERE id = ?1', params: [world.organizationId, status] },
    ])
  await become('suspended')
  await world.run()
  expect(world.attempts).toEqual([])
  await become('active')
  await world.run()
  expect(world.attempts).toHaveLength(1)
})
