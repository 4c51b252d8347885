import { beforeAll, describe, expect, it } from 'vitest'
import { rateLimit } from '../../src/auth/rate-limit.ts'
import { newId } from '../../src/engine/ids.ts'
import type { Backlog, WaitingDelivery } from '../../src/hooks/backlog.ts'
import { hookLimits } from '../../src/hooks/definition.ts'
import type { SchemeName } from '../../src/hooks/schemes.ts'
import { SECRET, senders, WHSEC } from '../support/hook-senders.ts'
import { createHookWorld, type HookWorld, mapping, shown, told } from '../support/hook-world.ts'
import { hookBox, isolate } from '../support/world.ts'

/** Deliveries to hooks, from the request to the rows. */

let world: HookWorld
beforeAll(async () => {
  world = await createHookWorld()
})

describe.each(Object.entries(senders))('a delivery of %s', (name, sign) => {
  const scheme = name === 'svix' ? 'standard' : (name as SchemeName)
  const occasion = async () => {
    const now = Math.floor(Date.now() / 1_000) * 1_000
    const email = `${name}@senders.example`
    const body = JSON.stringify({ id: `evt ${name}`, email, name: 'Ádá' })
    const { secret } = await sign(body, { now, url: '' })
    const hook = await world.hook({ verification: { scheme }, secrets: [secret], name: `${name} ${now}` })
    const { headers } = await sign(body, { now, url: `http://edge.test${hook.path}` })
    return { ...hook, email, body, headers, now }
  }

  it('is written; forged, nothing is', async () => {
    const { path, id, body, headers, email, now } = await occasion()
    const before = await world.snapshot()
    const forgeries: [body: string, headers: Record<string, string>][] = [
      [body.replace('evt', 'evt '), headers],
      [body, {}],
      [body, (await sign(body.replace('evt', 'abc'), { now, url: `http://edge.test${path}` })).headers],
    ]
    for (const [text, signed] of forgeries) {
      const { status, body: answer } = await world.post(path, text, { ...signed })
      expect([status, answer.code]).toEqual([403, 'invalid_signature'])
    }
    expect(await world.snapshot()).toBe(before)
    const { status, body: answer } = await world.post(path, body, { ...headers })
    expect([status, answer.status, answer.created], JSON.stringify(answer)).toEqual([200, 'done', 1])
    expect(await world.person(email)).toMatchObject({ first_name: 'Ádá' })
    const statuses = (await world.deliveries(id)).map((one: { status: string }) => one.status)
    expect(new Set(statuses)).toEqual(new Set(['done', 'rejected']))
  })

  it('is not believed by the hook of another sender', async () => {
    const { body, headers } = await occasion()
    const other = await world.hook({ verification: { scheme }, secrets: [btoa('another secret of theirs')] })
    expect((await world.post(other.path, body, { ...headers })).status).toBe(403)
  })
})

it('is one call of the database on a warm isolate, whatever comes of it', async () => {
  const { path } = await world.hook({ mapping: { ...mapping, when: 'body.email' } })
  const one = world.isolate()
  const post = (body: object) => world.post(path, body, shown, one)
  await post({ id: 'w0', email: 'warm@calls.example' })
  expect(await post({ id: 'w1', email: 'warm@calls.example', name: 'Warm' })).toMatchObject({ status: 200, calls: 1 })
  expect(await post({ id: 'w1', email: 'warm@calls.example', name: 'Warm' })).toMatchObject({ status: 200, calls: 1 })
  expect(await post({ id: 'w2' })).toMatchObject({ status: 200, calls: 1, body: { status: 'skipped' } })
  expect(await post({ id: [], email: 'warm@calls.example' })).toMatchObject({ status: 422, calls: 1 })
  expect(await post({ id: 'w3', email: 'no address' })).toMatchObject({ status: 422, calls: 2 })
})

it('does nothing the second time, on whichever isolate', async () => {
  const { path, id } = await world.hook()
  const first = await world.post(path, { id: 'm1', email: 'twice@once.example', name: 'First' })
  const again = await world.post(
    path,
    { id: 'm1', email: 'twice@once.example', name: 'Second' },
    shown,
    world.isolate(),
  )
  expect(again.body).toMatchObject({ delivery: first.body.delivery, status: 'repeated', updated: 0 })
  expect(await world.person('twice@once.example')).toMatchObject({ first_name: 'First' })
  expect(await world.deliveries(id)).toMatchObject([{ repeats: 1, messageId: 'm1', status: 'done' }])
})

it('is another message where its id differs in anything', async () => {
  const { path, id: hook } = await world.hook()
  const ids = ['a\u0000b', 'a\u0000c', 'a', 'A', 'a ', 7, '07', '7', '"7"']
  const post = (id: unknown) => world.post(path, { id, email: 'ids@told.example' })
  for (const one of ids) expect((await post(one)).body.status, JSON.stringify(one)).toBe('done')
  for (const one of ids) expect((await post(one)).body.status, JSON.stringify(one)).toBe('repeated')
  // And is told as what it is.
  const told = (await world.deliveries(hook)).map(({ messageId }: { messageId: string }) => messageId)
  expect(told.reverse()).toEqual(['"a\\u0000b"', '"a\\u0000c"', 'a', 'A', 'a ', '7', '"07"', '"7"', '"\\"7\\""'])
})

describe('a message that is signed', () => {
  const body = JSON.stringify({ email: 'signed@once.example', name: 'First' })
  const now = () => Math.floor(Date.now() / 1_000) * 1_000
  const statusOf = async (path: string, headers: object) => (await world.post(path, body, { ...headers })).body.status

  it.each(['headers."webhook-id"', 'headers."svix-id"', 'signed.id'])(
    'is one by %s, in whichever headers it comes',
    async (messageId) => {
      const { headers, secret } = await senders.standard(body, { now: now(), url: '' })
      const renamed = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
      )
      const { path, id } = await world.hook({
        verification: { scheme: 'standard' },
        secrets: [secret],
        mapping: { ...mapping, messageId },
      })
      expect(await statusOf(path, headers)).toBe('done')
      expect(await statusOf(path, renamed)).toBe('repeated')
      expect(await world.deliveries(id)).toMatchObject([{ messageId: headers['webhook-id'], repeats: 1 }])
    },
  )

  it('has the time of its signature, by whichever header', async () => {
    await world.addAttribute('people', { label: 'Signed at', type: 'datetime' })
    const { headers, secret } = await senders.svix(body, { now: now(), url: '' })
    const timed = (signed_at: string) => ({
      ...mapping,
      messageId: 'signed.id',
      values: { ...mapping.values, signed_at },
    })
    for (const expression of ['to_time(headers."webhook-timestamp")', 'signed.time']) {
      const { id } = await world.hook({
        verification: { scheme: 'standard' },
        secrets: [secret],
        options: { ifNewer: 'signed_at' },
        mapping: timed(expression),
      })
      const preview = await world.ask('POST', `/v1/hooks/${id}/preview`, { text: body, headers })
      expect(preview.body.items, expression).toMatchObject([
        { values: { signed_at: new Date(Number(headers['svix-timestamp']) * 1_000).toISOString() } },
      ])
    }
  })

  it('is known by what was signed where its id comes to nothing, run again too', async () => {
    const { headers, secret } = await senders.github(body, { now: now(), url: '' })
    const { path, id } = await world.hook({
      verification: { scheme: 'github' },
      secrets: [secret],
      keepPayload: true,
      mapping: { ...mapping, match: [{ emails: 'body.mail' }], messageId: 'body.event' },
    })
    await world.post(path, body, { ...headers })
    await world.ask('PATCH', `/v1/hooks/${id}`, { mapping: { ...mapping, messageId: 'body.event' } })
    expect(await statusOf(path, headers)).toBe('done')
    expect(await statusOf(path, { ...headers, 'x-github-delivery': 'another' })).toBe('repeated')
    expect((await world.ask('POST', `/v1/hooks/${id}/redeliver`)).body).toMatchObject({ done: 0, repeated: 1 })
  })
})

it('names the expression that cannot be applied, and keeps the message id', async () => {
  const { path, id } = await world.hook({
    mapping: { ...mapping, match: [{ emails: 'body.emial' }, { phone_number: 'body.phone' }] },
  })
  const { body } = await world.post(path, { id: 'named', email: 'named@failed.example' })
  expect(body.errors).toMatchObject([
    { field: 'mapping.match.0.emails', detail: expect.stringContaining('mapping.match.1.phone_number') },
  ])
  expect(await world.deliveries(id)).toMatchObject([{ status: 'failed', messageId: 'named', errors: body.errors }])
  const split = await world.hook({ mapping: { ...mapping, values: { first_name: "split(body.name, ' ')[0]" } } })
  const wrong = await world.post(split.path, { email: 'named@failed.example', name: 7 })
  expect(wrong.body.errors).toMatchObject([{ field: 'mapping.values.first_name' }])
})

it.each([
  [{ when: 'body.customer' }, { customer: {} }, 'when comes to {}'],
  [{ when: 'body.customer' }, { customer: '' }, 'when comes to ""'],
  [{ when: 'body.customer' }, {}, 'when comes to null'],
  [{ when: "body.kind == 'new'" }, { kind: 'old' }, 'when comes to false'],
  [{ items: 'body.list' }, { list: [] }, 'items comes to nothing'],
])('says why it skips: %j of %j', async (more, payload, why) => {
  const { path, id } = await world.hook({ mapping: { ...mapping, ...more } })
  expect((await world.post(path, payload)).body.status).toBe('skipped')
  expect(await world.deliveries(id)).toMatchObject([
    { status: 'skipped', errors: [{ code: 'not_wanted', detail: expect.stringContaining(why) }] },
  ])
  expect((await world.ask('POST', `/v1/hooks/${id}/preview`, { payload, headers: shown })).body).toMatchObject({
    skipped: why,
    error: null,
    items: [],
  })
})

it('tells when something was rejected last, and how long the last run took', async () => {
  const { path, id } = await world.hook({ keepPayload: true })
  const from = Date.now()
  await world.post(path, {}, {})
  await world.post(path, { id: 'late', email: 'nobody' })
  const rejected = (await world.deliveries(id, '?status=rejected'))[0]
  expect(Date.parse(rejected.receivedAt)).toBeGreaterThanOrEqual(from)
  const hour = `UPDATE deliveries SET received_at = received_at - 3600000 WHERE hook_id = ?1 AND status = 'failed'`
  await world.driver.batch([{ sql: hour, params: [id] }])
  await world.ask('POST', `/v1/hooks/${id}/redeliver`)
  expect((await world.deliveries(id, '?status=failed'))[0].milliseconds).toBeLessThan(3_600_000)
})

it('leaves newer data as it is, and that is no failure', async () => {
  await world.addAttribute('people', { label: 'Told at', type: 'datetime' })
  const { path } = await world.hook({
    options: { ifNewer: 'told_at' },
    mapping: { ...mapping, values: { ...mapping.values, told_at: 'to_time(body.at)' } },
  })
  const at = (seconds: number, name: string) =>
    world.post(path, { id: name, email: 'late@order.example', name, at: 1_767_225_600 + seconds })
  expect((await at(60, 'Newer')).body).toMatchObject({ created: 1 })
  expect((await at(0, 'Older')).body).toMatchObject({ status: 'done', updated: 0, older: 1 })
  expect(await world.person('late@order.example')).toMatchObject({ first_name: 'Newer' })
})

describe('what cannot be taken', () => {
  const good = { id: 'b1', email: 'bad@input.example', name: 'Bad' }
  const cases: readonly {
    readonly what: string
    readonly body?: unknown
    readonly headers?: Record<string, string>
    readonly answer: readonly [status: number, code: string]
    readonly logged: string
  }[] = [
    { what: 'no secret', headers: {}, answer: [403, 'invalid_signature'], logged: 'rejected' },
    {
      what: 'a wrong secret',
      headers: { 'x-hook-secret': 'no' },
      answer: [403, 'invalid_signature'],
      logged: 'rejected',
    },
    { what: 'more than a mebibyte', body: ' '.repeat(1_048_577), answer: [413, 'body_too_large'], logged: 'rejected' },
    {
      what: 'an encoding that is none of ours',
      headers: { ...shown, 'content-encoding': 'br' },
      answer: [415, 'unsupported_media_type'],
      logged: 'rejected',
    },
    { what: 'no JSON', body: '{"a":', answer: [400, 'malformed_json'], logged: 'failed' },
    { what: 'an empty body', body: '', answer: [400, 'malformed_json'], logged: 'failed' },
    {
      what: 'a text',
      body: 'email',
      headers: { ...shown, 'content-type': 'text/plain' },
      answer: [400, 'malformed_json'],
      logged: 'failed',
    },
    {
      what: 'what is nested too deeply',
      body: `${'['.repeat(70)}${']'.repeat(70)}`,
      answer: [422, 'too_deep'],
      logged: 'failed',
    },
    { what: 'nothing to match by', body: { id: 'b2' }, answer: [422, 'mapping_failed'], logged: 'failed' },
    {
      what: 'a value of the wrong type',
      body: { ...good, name: { of: 7 } },
      answer: [422, 'wrong_type'],
      logged: 'failed',
    },
    {
      what: 'a value that is none',
      body: { ...good, email: 'nobody' },
      answer: [422, 'invalid_value'],
      logged: 'failed',
    },
    { what: 'a NUL character', body: { ...good, name: 'a\u0000b' }, answer: [422, 'unsafe_value'], logged: 'failed' },
  ]
  it.each(cases)('$what', async ({ body = good, headers = shown, answer, logged }) => {
    const { path, id } = await world.hook()
    const before = await world.snapshot()
    const reply = await world.post(path, body, { ...headers })
    expect([reply.status, reply.body.code], JSON.stringify(reply.body)).toEqual(answer)
    expect(await world.snapshot()).toBe(before)
    expect(await world.deliveries(id)).toMatchObject([{ status: logged, errors: [{ code: answer[1] }] }])
    // Nothing of it stands in the way of the same message once it is right.
    if (logged === 'failed')
      expect((await world.post(path, { ...good, email: `${id}@input.example` })).status).toBe(200)
  })

  it('by a hook that is off or never was, which are the same', async () => {
    const { path, id } = await world.hook()
    expect((await world.ask('PATCH', `/v1/hooks/${id}`, { state: 'off' })).status).toBe(200)
    const off = await world.post(path, good)
    const never = await world.post(path.replace(/.{12}$/, '000000000000'), good)
    const known = ({ status, body }: typeof off) => [status, { ...body, instance: '' }]
    expect(known(off)).toEqual(known(never))
    expect(off.status).toBe(404)
    expect((await world.post('/hooks/nonsense', good)).status).toBe(404)
    // An isolate that has looked once knows no more than before.
    const one = world.isolate()
    const costs: number[] = []
    for (const to of [path, path, path.replace(/.{12}$/, '000000000000')]) {
      const { status, calls } = await world.post(to, good, shown, one)
      expect(status).toBe(404)
      costs.push(calls)
    }
    expect(new Set(costs.slice(1)).size).toBe(1)
  })

  it('by a hook that is paused: its sender comes again later', async () => {
    const { path, id } = await world.hook()
    await world.post(path, good)
    expect((await world.ask('PATCH', `/v1/hooks/${id}`, { state: 'paused' })).status).toBe(200)
    const { status, headers, body } = await world.post(path, { ...good, id: 'b9' })
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'hook_paused', '300'])
  })
})

it('stands in line behind others of its hook that wait, though the database is there', async () => {
  const kept: WaitingDelivery[] = []
  let behind = ''
  const backlog: Backlog = {
    put: async (waiting) => void kept.push(waiting),
    isBehind: (address) => address === behind,
  }
  const through = isolate(world.driver, { hookSecrets: hookBox, backlog })
  const [busy, free] = [await world.hook(), await world.hook()]
  behind = busy.path.slice('/hooks/'.length)
  const reply = await world.post(busy.path, { email: 'queued@line.example' }, shown, through)
  expect([reply.status, await world.person('queued@line.example')]).toEqual([202, undefined])
  expect(kept).toMatchObject([
    { address: behind, id: reply.body.delivery, input: { body: { email: 'queued@line.example' } } },
  ])
  expect(JSON.stringify(kept)).not.toContain(shown['x-hook-secret'])
  expect((await world.post(busy.path, { email: 'forged@line.example' }, {}, through)).status).toBe(403)
  expect((await world.post(free.path, { email: 'at-once@line.example' }, shown, through)).status).toBe(200)
  expect(kept).toHaveLength(1)
})

it('slows down who guesses addresses or signatures, by address, and nobody else', async () => {
  const { path } = await world.hook()
  const from = (last: number) => ({ 'cf-connecting-ip': `203.0.113.${last}` })
  const guesses = {
    addresses: (headers: object) =>
      world.post(path.replace(/.{12}$/, '000000000000'), {}, { ...shown, ...headers }, slow),
    signatures: (headers: object) => world.post(path, {}, { ...headers }, slow),
  }
  const slow = isolate(world.driver, { hookSecrets: hookBox, failures: rateLimit({ limit: 3, periodSeconds: 60 }) })
  for (const [i, [what, guess]] of Object.entries(guesses).entries()) {
    const answers = []
    for (let times = 0; times < 5; times++) answers.push((await guess(from(i))).status)
    const [first] = answers
    expect(answers, what).toEqual([first, first, first, 429, 429])
    expect((await guess(from(i + 10))).status).toBe(first)
    const own = await world.post(path, { email: 'own@guess.example' }, { ...shown, ...from(i) }, slow)
    expect(own.status).toBe(200)
  }
})

describe('whoever has seen a delivery and its signature', () => {
  /** Signs the body alone, as most do. */
  const signedHook = async (more: Parameters<HookWorld['hook']>[0] = {}) => {
    const hook = await world.hook({ verification: { scheme: 'github' }, secrets: [SECRET], ...more })
    const post = async (body: string, headers: Record<string, string> = {}) => {
      const { headers: signed } = await senders.github(body, { now: 0, url: '' })
      return world.post(hook.path, body, { 'content-type': 'application/json', ...signed, ...headers })
    }
    return { ...hook, post, isOn: async () => (await world.ask('GET', `/v1/hooks/${hook.id}`)).body.state === 'on' }
  }
  const types = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'nonsense']
  const times = hookLimits.failures + 2

  it('has it read as nothing else, whatever they call it', async () => {
    const { post } = await signedHook()
    const forged = '&id=forged&email=ceo@forged.example&name=Owned&z='
    for (const type of types) {
      const body = JSON.stringify({ id: type, email: 'mallory@forged.example', name: forged })
      expect((await post(body, { 'content-type': type })).body.status, type).toBe('done')
      expect((await post(body)).body.status, type).toBe('repeated')
    }
    expect(await world.person('ceo@forged.example')).toBeUndefined()
    const fields = 'id=form&email=form@forged.example&name=Form'
    expect((await post(fields, { 'content-type': 'application/json' })).body.status).toBe('done')
    expect((await post(fields, { 'content-type': 'multipart/form-data' })).body.status).toBe('repeated')
    expect(await world.person('form@forged.example')).toMatchObject({ first_name: 'Form' })
  })

  it('neither fills the log with it nor has its payload kept twice, where it is skipped', async () => {
    const { post, id } = await signedHook({
      keepPayload: true,
      mapping: { ...mapping, when: 'headers."x-event" == \'made\'' },
    })
    const body = JSON.stringify({ id: 's1', email: 'skipped@seen.example', pad: 'x'.repeat(10_000) })
    const first = await post(body)
    for (let i = 1; i < times; i++)
      expect((await post(body, { 'content-type': types[i % 4] ?? '', 'x-event': `${i}` })).body).toEqual(first.body)
    expect(await world.deliveries(id)).toMatchObject([
      { id: first.body.delivery, status: 'skipped', attempts: 1, repeats: times - 1, hasPayload: true },
    ])
    // And what the sender wants written is no repetition of that.
    expect((await post(body, { 'x-event': 'made' })).body).toMatchObject({ status: 'done', created: 1 })
  })

  it.each([
    ['cannot be read', '{"id":"u1"', 'malformed_json'],
    ['has no form that is taken', '--x', 'unsupported_media_type'],
    ['cannot be mapped', '{"id":"u1"}', 'mapping_failed'],
    ['cannot be written', '{"id":"u1","email":"nobody"}', 'invalid_value'],
  ])('does not have the hook paused by it, where it %s', async (_what, body, code) => {
    const { post, id, isOn } = await signedHook({ keepPayload: true })
    for (let i = 0; i < times; i++)
      expect((await post(body, { 'content-type': types[i % 4] ?? '' })).body.code).toBe(code)
    expect(await isOn()).toBe(true)
    expect(await world.deliveries(id)).toMatchObject([
      { status: 'failed', attempts: 1, repeats: times - 1, errors: [{ code }] },
    ])
  })

  it('cannot keep it from being counted: deliveries that fail, each another one, pause the hook', async () => {
    const { post, isOn } = await signedHook()
    for (let i = 0; i < hookLimits.failures; i++) await post(JSON.stringify({ id: i }))
    expect(await isOn()).toBe(false)
  })

  it('does not have it paused by many that have failed, though the log has forgotten them', async () => {
    const { post, id, isOn } = await signedHook()
    const failing = Array.from({ length: hookLimits.failures }, (_, i) => JSON.stringify({ id: i }))
    for (const [i, body] of failing.entries()) {
      await post(body)
      if (i === 10) await post(JSON.stringify({ id: 'good', email: 'good@forgotten.example' }))
    }
    // As after so many days.
    await world.driver.batch([{ sql: 'DELETE FROM deliveries WHERE hook_id = ?1', params: [id] }])
    for (const body of failing) expect((await post(body)).body.code).toBe('mapping_failed')
    await post(JSON.stringify({ id: 'another' }))
    expect(await isOn()).toBe(true)
  })

  it('has it counted anew where it was mended meanwhile', async () => {
    const { post, id } = await signedHook({
      keepPayload: true,
      mapping: { ...mapping, match: [{ emails: 'body.mail' }] },
    })
    const body = JSON.stringify({ email: 'mended@seen.example', name: 'M' })
    await post(body)
    await post(body)
    const change = (match: string) =>
      world.ask('PATCH', `/v1/hooks/${id}`, { mapping: { ...mapping, match: [{ emails: match }] } })
    await change('body.email')
    const [{ id: delivery }] = await world.deliveries(id)
    const again = await world.ask('POST', `/v1/hooks/${id}/deliveries/${delivery}/redeliver`)
    expect(again.body).toMatchObject({ delivery, status: 'done', created: 1 })
    await change('body.mail')
    await post(body)
    expect(await world.deliveries(id)).toMatchObject([
      { status: 'failed', repeats: 0 },
      { id: delivery, status: 'done', attempts: 2, repeats: 1 },
    ])
  })
})

it('takes a form, and one that has its JSON in a field', async () => {
  const { path } = await world.hook({
    mapping: { ...mapping, values: { ...mapping.values, first_name: 'body.data.name || body.name' } },
  })
  const form = { ...shown, 'content-type': 'application/x-www-form-urlencoded' }
  const fields = new URLSearchParams({ email: 'form@fields.example', data: '{"name":"Form"}' }).toString()
  expect((await world.post(path, fields, form)).status).toBe(200)
  expect(await world.person('form@fields.example')).toMatchObject({ first_name: 'Form' })
})

it('makes a record of each element of a list, and tells which of them failed', async () => {
  const { path, id } = await world.hook({
    mapping: { items: 'body', match: [{ emails: 'item.propertyValue' }], values: { emails: '[item.propertyValue]' } },
  })
  // As HubSpot sends them: many events in one body.
  const event = (propertyValue: string, objectId: number) => ({
    eventId: objectId,
    subscriptionType: 'contact.propertyChange',
    objectId,
    propertyName: 'email',
    propertyValue,
    occurredAt: 1_767_225_600_000,
  })
  const good = await world.post(path, [event('h1@hub.example', 1), event('h2@hub.example', 2)])
  expect(good.body).toMatchObject({ status: 'done', created: 2 })
  const bad = await world.post(path, [event('h3@hub.example', 3), event('nobody', 4)])
  expect([bad.status, bad.body.errors[0].field]).toEqual([422, 'items.1.emails'])
  expect(await world.person('h3@hub.example')).toBeDefined()
  expect(await world.deliveries(id, '?status=failed')).toMatchObject([{ items: [{ index: 0, status: 'created' }] }])
})

it('leaves out an element that cannot be mapped, and no other', async () => {
  const { path, id } = await world.hook({
    mapping: {
      items: 'body',
      match: [{ emails: 'item.mail' }],
      values: { emails: '[item.mail]', first_name: "split(item.name, ' ')[0]" },
    },
  })
  const events = [{ mail: 'l1@left.example', name: 'A B' }, {}, { mail: 'l2@left.example', name: 7 }]
  const { status, body } = await world.post(path, events)
  expect([status, body.errors]).toMatchObject([
    422,
    [
      { code: 'mapping_failed', field: 'items.1' },
      { code: 'mapping_failed', field: 'items.2' },
    ],
  ])
  expect(await world.person('l1@left.example')).toMatchObject({ first_name: 'A' })
  expect(await world.person('l2@left.example')).toBeUndefined()
  expect(await world.deliveries(id)).toMatchObject([{ status: 'failed', items: [{ index: 0, status: 'created' }] }])
  const preview = await world.ask('POST', `/v1/hooks/${id}/preview`, { payload: events, headers: shown })
  expect(preview.body).toMatchObject({
    items: [{ match: [{ emails: 'l1@left.example' }] }, null, null],
    outcomes: [{ status: 'unchanged' }, { status: 'refused' }, { status: 'refused' }],
  })
})

it('tells the sender what is wrong with what is redacted, and keeps that out of its log', async () => {
  const { path, id } = await world.hook({
    keepPayload: true,
    redact: ['body.list.card', 'body.id.card'],
    mapping: {
      items: 'body.list',
      match: [{ emails: 'item.mail' }],
      values: { emails: '[item.mail]', company: 'item.card' },
      messageId: 'to_string(body.id)',
    },
  })
  const post = async (payload: object) => {
    const { status, body } = await world.post(path, payload)
    expect(status).toBe(422)
    return body.errors
  }
  const list = [
    { mail: 'r1@redacted.example', card: { match: { domains: 'c-4111.example' } } },
    { mail: 'r2@redacted.example', card: { 'c-4111': 1 } },
    { mail: 'nobody' },
  ]
  const told = await post({ list })
  expect(JSON.stringify(told)).toContain('c-4111')
  const [first] = await world.deliveries(id)
  const { body: whole } = await world.ask('GET', `/v1/hooks/${id}/deliveries/${first.id}`)
  expect(JSON.stringify(whole)).not.toContain('4111')
  expect(whole.errors.length).toBe(told.length)
  expect(whole.errors[0]).toMatchObject({ code: told[0].code, detail: expect.stringContaining('left out here') })
  // Of what has nothing to do with it all is told.
  expect(whole.errors.at(-1)).toEqual(told.at(-1))
  const [unnamed] = await post({ id: { card: 4111 }, list: [] })
  expect(unnamed).toMatchObject({ code: 'mapping_failed', field: 'mapping.messageId' })
  expect(await world.deliveries(id, '?limit=1')).toMatchObject([{ messageId: null, errors: [unnamed] }])
})

it('has one entry an hour for whatever is rejected for one reason', async () => {
  const { path, id } = await world.hook()
  for (let i = 0; i < 12; i++) await world.post(path, {}, {})
  const rejected = await world.deliveries(id)
  // At the turn of an hour there are two.
  expect([1, 2]).toContain(rejected.length)
  expect(rejected[0]).toMatchObject({ status: 'rejected', errors: [{ code: 'invalid_signature' }] })
})

it('is paused when it only fails, tells so, and goes on when somebody says so', async () => {
  const { path, id } = await world.hook()
  const fail = () => world.post(path, { id: 'f', email: 'nobody' })
  for (let i = 0; i < hookLimits.failures - 1; i++) expect((await fail()).status).toBe(422)
  expect((await world.ask('GET', `/v1/hooks/${id}`)).body).toMatchObject({ state: 'on', pausedAt: null })
  await fail()
  const paused = await world.ask('GET', `/v1/hooks/${id}`)
  expect(paused.body).toMatchObject({ state: 'paused', pausedAt: expect.any(String) })
  expect((await fail()).body.code).toBe('hook_paused')
  expect((await world.ask('PATCH', `/v1/hooks/${id}`, { state: 'on' })).body).toMatchObject({ pausedAt: null })
  expect((await fail()).status).toBe(422)
  expect((await world.ask('GET', `/v1/hooks/${id}`)).body.state).toBe('on')
})

it('is paused by its failures alone: what is rejected among them neither counts nor interrupts', async () => {
  const { path, id } = await world.hook()
  const state = async () => (await world.ask('GET', `/v1/hooks/${id}`)).body.state
  const fail = () => world.post(path, { email: 'nobody' })
  for (let i = 0; i < hookLimits.failures - 1; i++) await fail()
  await world.post(path, {}, {})
  // Its entry stands at the beginning of the hour: here it is as if the hour had begun just now.
  const sql = `UPDATE deliveries SET id = ?2, received_at = (SELECT max(received_at) FROM deliveries WHERE hook_id = ?1)
WHERE hook_id = ?1 AND status = 'rejected'`
  await world.driver.batch([{ sql, params: [id, newId()] }])
  expect(await state()).toBe('on')
  await fail()
  expect(await state()).toBe('paused')
})

describe('again', () => {
  it('by several at once is written once, though it matches nothing', async () => {
    const own = await createHookWorld()
    const lastName = 'Several'
    const creates = { ...mapping, match: [], values: { first_name: 'body.name', last_name: `'${lastName}'` } }
    const { path, id } = await own.hook({
      keepPayload: true,
      mapping: { ...creates, values: { ...creates.values, emails: "'nobody'" } },
    })
    expect((await own.post(path, { id: 's1', name: 'S' })).status).toBe(422)
    await own.ask('PATCH', `/v1/hooks/${id}`, { mapping: creates })
    const all = () => own.ask('POST', `/v1/hooks/${id}/redeliver`)
    const replies = await Promise.all([all(), all(), all(), all()])
    expect(replies.some(({ body }) => body.done === 1)).toBe(true)
    const { body } = await own.ask('GET', `/v1/objects/people/records?filter[last_name]=${lastName}`)
    expect(body.records).toHaveLength(1)
  })

  it('one that failed is written when its mapping is mended', async () => {
    const { path, id } = await world.hook({
      keepPayload: true,
      redact: ['body.card'],
      mapping: { ...mapping, match: [{ emails: 'body.mail' }] },
    })
    const failed = await world.post(path, { id: 'r1', email: 'again@mended.example', name: 'R', card: '4111' })
    expect(failed.status).toBe(422)
    const [{ id: delivery }] = await world.deliveries(id)
    const of = `/v1/hooks/${id}/deliveries/${delivery}`
    expect((await world.ask('GET', of)).body.payload.body).toEqual({
      id: 'r1',
      email: 'again@mended.example',
      name: 'R',
    })
    await world.ask('PATCH', `/v1/hooks/${id}`, { mapping })
    expect((await world.ask('POST', `${of}/redeliver`)).body).toMatchObject({ delivery, status: 'done', created: 1 })
    expect((await world.ask('GET', of)).body).toMatchObject({ status: 'done', attempts: 2, errors: [] })
    // And what was written is written again when somebody wants it.
    expect((await world.ask('POST', `${of}/redeliver`)).body).toMatchObject({ status: 'done', unchanged: 1 })
  })

  it.each(['*', 'body', 'headers', 'query', 'signed'])(
    'one of which %s is redacted is run as far as it was kept',
    async (path) => {
      const { id, path: to } = await world.hook({
        ...{ keepPayload: true, redact: [path], verification: { scheme: 'standard' }, secrets: [WHSEC] },
        mapping: { match: [{ emails: 'body.email' }], values: { first_name: 'headers."x-name" || query.name' } },
      })
      const body = JSON.stringify({ id: path, email: 'no address' })
      const { headers } = await senders.standard(body, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
      expect((await world.post(to, body, { ...headers })).status).toBe(422)
      const [{ id: delivery }] = await world.deliveries(id)
      const { body: kept } = await world.ask('GET', `/v1/hooks/${id}/deliveries/${delivery}`)
      expect(kept.payload).toMatchObject({ headers: {}, query: {} })
      expect((await world.ask('POST', `/v1/hooks/${id}/deliveries/${delivery}/redeliver`)).status).toBe(422)
    },
  )

  it('all that failed, page by page, and none without a payload', async () => {
    const { path, id } = await world.hook({
      keepPayload: true,
      mapping: { ...mapping, match: [{ emails: 'body.mail' }] },
    })
    for (let i = 0; i < 3; i++) await world.post(path, { id: `all${i}`, email: `all${i}@mended.example` })
    await world.ask('PATCH', `/v1/hooks/${id}`, { mapping, keepPayload: false })
    await world.post(path, { id: 'all9', email: 'nobody' })
    const first = await world.ask('POST', `/v1/hooks/${id}/redeliver`, { limit: 2 })
    expect(first.body).toMatchObject({ done: 2, failed: 0, notKept: 0, nextCursor: expect.any(String) })
    const rest = await world.ask('POST', `/v1/hooks/${id}/redeliver`, { limit: 20, cursor: first.body.nextCursor })
    const none = { done: 0, skipped: 0, repeated: 0, failed: 0, notKept: 0, unproven: 0, nextCursor: null }
    expect(rest.body).toEqual({ ...none, done: 1, notKept: 1 })
    // All of it may be left out, and the body with it. What is left has no payload.
    const bare = await world.ask('POST', `/v1/hooks/${id}/redeliver`)
    expect(bare.body).toEqual({ ...none, notKept: 1 })
    const [last] = await world.deliveries(id)
    const refused = await world.ask('POST', `/v1/hooks/${id}/deliveries/${last.id}/redeliver`)
    expect([refused.status, refused.body.code]).toEqual([409, 'payload_not_kept'])
  })

  it('all that failed come in the order in which they came, over all pages: of one record the later one is what stays', async () => {
    const { path, id } = await world.hook({
      keepPayload: true,
      mapping: { ...mapping, match: [{ emails: 'body.mail' }] },
    })
    for (const name of ['First', 'Second', 'Third'])
      await world.post(path, { id: name, email: 'order@again.example', name })
    await world.ask('PATCH', `/v1/hooks/${id}`, { mapping })
    const names: string[] = []
    for (let cursor: string | undefined | null; cursor !== null; ) {
      const { body } = await world.ask('POST', `/v1/hooks/${id}/redeliver`, { limit: 1, ...(cursor && { cursor }) })
      cursor = body.nextCursor
      names.push((await world.person('order@again.example')).first_name)
    }
    expect([...new Set(names)]).toEqual(['First', 'Second', 'Third'])
  })
})

it('costs the same however long its log is, failing and read by status', async () => {
  const LONG = 5_000
  const { path, id } = await world.hook()
  const fail = async () => (await world.post(path, { email: 'nobody' })).rowsRead
  const list = (query: string) => world.ask('GET', `/v1/hooks/${id}/deliveries?${query}`)
  await fail()
  const few = await fail()
  // All of them came before the hook was changed last, and the only one that was skipped before all others.
  const sql = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${LONG})
INSERT INTO deliveries (organization_id, hook_id, id, received_at, status, milliseconds, expires_at)
SELECT ?1, ?2, printf('01900000-%04x-7000-8000-000000000000', i), 1718000000000, iif(i = 1, 'skipped', 'done'), 1, 1e13 FROM n`
  await world.driver.batch([{ sql, params: [world.organizationId, id] }])
  expect(await fail()).toBeLessThan(few + 20)
  const failed = await list('status=failed')
  expect([failed.body.deliveries.length, failed.body.nextCursor]).toEqual([3, null])
  expect(failed.rowsRead).toBeLessThan(100)
  const found: unknown[] = []
  let pages = 0
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const page = await list(`status=skipped${cursor && `&cursor=${cursor}`}`)
    expect(page.rowsRead).toBeLessThan(6_100)
    found.push(...page.body.deliveries)
    cursor = page.body.nextCursor
  }
  expect([found, pages]).toMatchObject([[{ status: 'skipped' }], 3])
})

it('says of each that failed what became of it now', async () => {
  const { path, id } = await world.hook({
    keepPayload: true,
    mapping: { ...mapping, match: [{ emails: 'body.mail' }] },
  })
  const told = { written: 'c1@again.example', other: 'c2@again.example', left: 'c3@again.example', bad: 'nobody' }
  for (const [name, email] of Object.entries(told)) await world.post(path, { id: name, email })
  await world.ask('PATCH', `/v1/hooks/${id}`, { mapping: { ...mapping, when: "body.id != 'left'" } })
  await world.post(path, { id: 'other', email: told.other })
  const { body } = await world.ask('POST', `/v1/hooks/${id}/redeliver`)
  expect(body).toEqual({ done: 1, skipped: 1, repeated: 1, failed: 1, notKept: 0, unproven: 0, nextCursor: null })
})

it('can be tried: verification, items and outcomes, and nothing is written', async () => {
  const { id } = await world.hook()
  const before = await world.snapshot()
  const text = JSON.stringify({ id: 'p', email: 'preview@tried.example', name: 'P' })
  const { body } = await world.ask('POST', `/v1/hooks/${id}/preview`, { text, headers: shown })
  expect(body).toMatchObject({
    verification: { verified: true, error: null },
    messageId: 'p',
    items: [{ match: [{ emails: 'preview@tried.example' }] }],
    outcomes: [{ status: 'created' }],
  })
  // As of a delivery: what proves the sender is nothing that a mapping sees.
  const shows = await world.hook({
    mapping: { ...mapping, values: { first_name: "contains(keys(headers), 'x-hook-pin') && 'seen' || 'none'" } },
    verification: { scheme: 'secret', in: 'header', name: 'X-Hook-Pin' },
  })
  const seen = { payload: { email: 'seen@tried.example' }, headers: { 'X-Hook-Pin': 'shown along' } }
  const preview = await world.ask('POST', `/v1/hooks/${shows.id}/preview`, seen)
  expect(preview.body).toMatchObject({ verification: { verified: true }, items: [{ values: { first_name: 'none' } }] })
  // Whatever fails, what was found of the sender is told.
  const unmapped = { text: JSON.stringify({ id: 'p', emial: 'typo@tried.example' }), headers: shown }
  expect((await world.ask('POST', `/v1/hooks/${id}/preview`, unmapped)).body).toMatchObject({
    verification: { verified: true },
    error: { code: 'mapping_failed', errors: [{ field: 'mapping.match.0.emails' }] },
    items: [],
  })
  const unread = await world.ask('POST', `/v1/hooks/${id}/preview`, { text: 'no JSON', headers: shown })
  expect(unread.body).toMatchObject({ verification: { verified: true }, error: { code: 'malformed_json' } })
  const deep = { payload: JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`) }
  expect((await world.ask('POST', `/v1/hooks/${id}/preview`, deep)).status).toBeLessThan(500)
  const unsigned = await world.ask('POST', `/v1/hooks/${id}/preview`, { payload: { email: 'nobody' } })
  expect(unsigned.body).toMatchObject({
    verification: { verified: false, error: { code: 'invalid_signature' } },
    outcomes: [{ status: 'refused' }],
  })
  expect(await world.snapshot()).toBe(before)
  expect(await world.deliveries(id)).toEqual([])
})

it('can be tried as it would be after a change, which is judged as one and not made', async () => {
  const { id } = await world.hook()
  const before = await world.snapshot()
  const preview = (change: object) =>
    world.ask('POST', `/v1/hooks/${id}/preview`, { payload: { mail: 'a@draft.example' }, headers: shown, ...change })
  const match = [{ emails: 'body.mail' }]
  const drafted = await preview({ mapping: { match, values: { emails: '[body.mail]' } }, options: { mode: 'update' } })
  expect(drafted.body).toMatchObject({
    verification: { verified: true },
    error: null,
    items: [{ match: [{ emails: 'a@draft.example' }], mode: 'update', write: { emails: 'append' } }],
    outcomes: [{ status: 'refused' }],
  })
  expect((await preview({ verification: { scheme: 'github' } })).body.verification.verified).toBe(false)
  for (const [change, field] of [
    [{ mapping: { match, values: { first_name: '"x"' } } }, 'mapping.values.first_name'],
    [{ mapping: { match, values: { nickname: 'body.x' } } }, 'mapping.values.nickname'],
    [{ verification: { scheme: 'hmac' } }, 'verification.signing'],
    [{ object: 'nothing' }, 'object'],
    [{ secrets: ['x'] }, 'secrets'],
  ] as const) {
    const { status, body } = await preview(change)
    expect([status >= 400 && status < 500, body.errors[0].field]).toEqual([true, field])
  }
  expect(await world.snapshot()).toBe(before)
})

/** A scheme of one's own, all of which is right but for what is said. */
const signedAs = (more: object) => ({
  scheme: 'hmac',
  signing: { header: ['x-signature'], template: '{timestamp}.{body}', time: { header: ['x-time'] }, ...more },
})

describe('its definition', () => {
  const create = (body: object) => world.ask('POST', '/v1/hooks', body)
  const definition = { ...told, secrets: ['never told again'] }

  it('can be sent twice, is a conflict where it differs, and tells no secret', async () => {
    const first = await create({ ...definition, name: 'Twice' })
    const { mapping: asked, ...others } = definition
    const turned = Object.fromEntries(Object.entries(asked).reverse())
    const again = await create({ name: 'Twice', ...others, mapping: turned })
    const other = await create({ ...definition, name: 'Twice', keepDays: 7 })
    const otherSecret = await create({ ...definition, name: 'Twice', secrets: ['another'] })
    expect([first, again, other, otherSecret].map(({ status }) => status)).toEqual([201, 200, 409, 409])
    expect(again.body).toEqual(first.body)
    const all = JSON.stringify([first.body, (await world.ask('GET', '/v1/hooks')).body])
    expect(all).not.toContain('never told again')
    const rows = await world.driver.batch([{ sql: 'SELECT * FROM hooks', params: [] }])
    expect(JSON.stringify(rows)).not.toContain('never told again')
  })

  it('is known again by whoever leaves its secrets out, and says where other ones go', async () => {
    const first = await create({ ...definition, name: 'Secrets' })
    const { secrets: _, ...without } = definition
    expect((await create({ ...without, name: 'Secrets' })).status).toBe(200)
    const { body } = await create({ ...definition, name: 'Secrets', secrets: ['another'] })
    expect(body).toMatchObject({ code: 'other_secrets', errors: [{ field: 'secrets' }] })
    expect(JSON.stringify(body)).toContain(first.body.id)
    expect(JSON.stringify(body)).toContain('/v1/hooks/{id}/secrets')
  })

  it('needs no more than a preset, by whose name it is known', async () => {
    const made = await create({ preset: 'github-users', secrets: ['of GitHub'] })
    expect([made.status, made.body.name]).toEqual([201, 'github-users'])
    expect((await create({ ...definition })).body).toMatchObject({ code: 'required', errors: [{ field: 'name' }] })
  })

  it('says of an attribute that is none which one was meant', async () => {
    const wrong = { ...mapping, values: { firstname: 'body.a' } }
    const { body } = await create({ ...definition, name: 'Meant', mapping: wrong })
    expect(body.errors).toMatchObject([
      {
        field: 'mapping.values.firstname',
        detail: expect.stringContaining('is no attribute of people: the nearest is first_name'),
      },
    ])
  })

  it.each([
    ['an object that is none', { object: 'nothing' }, 'unknown_object'],
    ['an attribute that is none', { mapping: { ...mapping, values: { shoe: 'body.a' } } }, 'unknown_attribute'],
    ['an expression that is none', { mapping: { ...mapping, values: { first_name: 'body..a' } } }, 'invalid_value'],
    ['one that is too deep', { mapping: { ...mapping, when: `${'['.repeat(40)}a${']'.repeat(40)}` } }, 'invalid_value'],
    ['addresses that are missing', { verification: { scheme: 'address' } }, 'required'],
    ['a scheme that is not described', { verification: { scheme: 'hmac' } }, 'required'],
    ['a member that its scheme has no use for', { verification: { scheme: 'stripe', name: 'x' } }, 'unknown_field'],
    ['a body that is not signed', { verification: signedAs({ template: '{timestamp}' }) }, 'invalid_value'],
    ['a time that is not signed', { verification: signedAs({ template: '{body}' }) }, 'invalid_value'],
    ['an id that is not signed', { verification: signedAs({ id: ['x-id'] }) }, 'invalid_value'],
    ['an id that is nowhere', { verification: signedAs({ template: '{id}{timestamp}{body}' }) }, 'required'],
    ['a time that is nowhere', { verification: signedAs({ time: {} }) }, 'required'],
    ['a time that is none', { verification: signedAs({ time: undefined }) }, 'required'],
    ['a time in a header of one part', { verification: signedAs({ time: { prefix: 't=' } }) }, 'required'],
    [
      'a time in two places',
      { verification: signedAs({ separator: ',', time: { header: ['x-time'], prefix: 't=' } }) },
      'invalid_value',
    ],
    [
      'a time that begins as the signature',
      { verification: signedAs({ separator: ',', prefix: 't=', time: { prefix: 't=' } }) },
      'invalid_value',
    ],
    ['a prefix that is cut', { verification: signedAs({ separator: ';', prefix: 'a;b=' }) }, 'invalid_value'],
    [
      'a time whose prefix is cut',
      { verification: signedAs({ separator: ',', time: { prefix: 't,' } }) },
      'invalid_value',
    ],
    [
      'a time that begins as some signatures',
      { verification: signedAs({ separator: ',', time: { prefix: 'a' } }) },
      'invalid_value',
    ],
    [
      'a signature that begins as some times',
      { verification: signedAs({ separator: ',', prefix: 'v1', time: { prefix: 'v' } }) },
      'invalid_value',
    ],
    ['a prefix that no header can have', { verification: signedAs({ prefix: 'v0=\n' }) }, 'invalid_value'],
    [
      'a time that is the signature',
      { verification: signedAs({ time: { header: ['X-Signature'] } }) },
      'invalid_value',
    ],
    [
      'an id that is the time',
      { verification: signedAs({ template: '{id}.{timestamp}.{body}', id: ['X-Time'] }) },
      'invalid_value',
    ],
    ['a prefix behind a blank', { verification: signedAs({ prefix: ' v0=' }) }, 'invalid_value'],
    [
      'a body that is signed twice',
      { verification: signedAs({ template: '{timestamp}{body}{body}' }) },
      'invalid_value',
    ],
    [
      'an id of which nobody knows where it ends',
      { verification: signedAs({ template: '{id}{timestamp}{body}', id: ['x-id'] }) },
      'invalid_value',
    ],
    [
      'an id that is separated by what it has itself',
      { verification: signedAs({ template: '{id}id{timestamp}{body}', id: ['x-id'] }) },
      'invalid_value',
    ],
    [
      'a URL that is separated by what it has itself',
      { verification: signedAs({ template: '{url}/{timestamp}/{body}' }) },
      'invalid_value',
    ],
    ['a word that is none', { verification: signedAs({ template: '{ts}.{timestamp}.{body}' }) }, 'invalid_value'],
    [
      'an id that anybody may change, however it is written',
      { verification: { scheme: 'github' }, mapping: { ...mapping, messageId: 'values(@)[1]."x-github-delivery"' } },
      'invalid_value',
    ],
    [
      'an id that anybody may change',
      { verification: { scheme: 'github' }, mapping: { ...mapping, messageId: 'headers."x-github-delivery"' } },
      'invalid_value',
    ],
    ['a time that is compared and not written', { options: { ifNewer: 'told_at' } }, 'required'],
    ['a constant that its attribute cannot be', { mapping: { ...mapping, constants: { job_title: 5 } } }, 'wrong_type'],
    ['a secret of the wrong form', { verification: { scheme: 'standard' }, secrets: ['whsec_!'] }, 'invalid_value'],
    ['a secret that is base64 by chance', { verification: { scheme: 'standard' }, secrets: ['abcd'] }, 'invalid_value'],
    ['a secret with a line break', { secrets: ['of a file from elsewhere\r'] }, 'invalid_value'],
    ['a secret with blanks around it', { secrets: [' a secret '] }, 'invalid_value'],
    ['a header that no client can send', { verification: { ...told.verification, name: 'X Token' } }, 'invalid_value'],
    ['a signature in such a header', { verification: signedAs({ header: ['x:signature'] }) }, 'invalid_value'],
    ['a time in such a header', { verification: signedAs({ time: { header: ['x time'] } }) }, 'invalid_value'],
    ['a separator that is none', { verification: signedAs({ separator: '|' }) }, 'invalid_value'],
    [
      'an id that is redacted',
      { redact: ['body.*.number'], mapping: { ...mapping, messageId: "join('', ['a', body.card.number])" } },
      'invalid_value',
    ],
    [
      'an id that is redacted with more',
      { redact: ['body.card'], mapping: { ...mapping, messageId: '$.body.card.number' } },
      'invalid_value',
    ],
    ['a path to nothing', { redact: ['body.card[0].number'] }, 'invalid_value'],
    ['a parameter that is left out', { mapping: { ...mapping, when: 'query.author' } }, 'invalid_value'],
    ['a misspelt option', { keepDay: 7 }, 'unknown_field'],
  ])('is refused for %s', async (what, more, code) => {
    const { status, body } = await create({ ...definition, name: what, ...more })
    expect([status >= 400 && status < 500, body.code], JSON.stringify(body)).toEqual([true, code])
  })

  it('may have an id that stands beside what is redacted', async () => {
    const messageId = 'body.card.id || body.id'
    const more = { redact: ['body.card.number', 'headers'], mapping: { ...mapping, messageId } }
    expect((await create({ ...definition, name: 'Beside', ...more })).status).toBe(201)
  })

  it('says of a header that is no list only that', async () => {
    const verification = signedAs({ header: 'X-Signature-Of-Theirs' })
    const { body } = await create({ ...definition, name: 'No list', verification })
    expect(body.errors).toMatchObject([{ code: 'wrong_type', field: 'verification.signing.header' }])
  })

  it('adds to the lists that it finds records by, unless it says otherwise', async () => {
    const added = await create({ ...definition, name: 'Added' })
    expect(added.body.options).toEqual({ write: { emails: 'append' } })
    const changed = await world.ask('PATCH', `/v1/hooks/${added.body.id}`, { options: { mode: 'update' } })
    expect(changed.body.options).toEqual({ mode: 'update', write: { emails: 'append' } })
    const replaced = { write: { emails: 'replace' } }
    const said = await create({ ...definition, name: 'Said', options: replaced })
    expect(said.body.options).toEqual(replaced)
  })

  it('can be paused, switched off and changed otherwise, though what it writes to is gone, and then not on again', async () => {
    const { id } = await world.hook({ mapping: { ...mapping, values: { ...mapping.values, job_title: 'body.job' } } })
    const archive = (archived: boolean) => world.ask('PATCH', '/v1/objects/people/attributes/job_title', { archived })
    expect((await archive(true)).status).toBe(200)
    try {
      const change = (body: object) => world.ask('PATCH', `/v1/hooks/${id}`, body)
      // What stays as it is is not judged again, and what changes is.
      for (const body of [{ keepDays: 3 }, { name: 'Renamed meanwhile' }, { keepPayload: true, redact: ['body.card'] }])
        expect((await change(body)).status, JSON.stringify(body)).toBe(200)
      expect((await change({ keepDays: 0 })).status).toBe(422)
      expect((await change({ options: { mode: 'update' } })).body.code).toBe('unknown_attribute')
      for (const state of ['paused', 'off']) {
        expect((await change({ state })).status).toBe(200)
        expect((await change({ state: 'on' })).body.code).toBe('unknown_attribute')
      }
    } finally {
      await archive(false)
    }
  })

  it('takes a new secret beside the old one, and then alone', async () => {
    const { id, path } = await world.hook()
    const post = (secret: string) => world.post(path, { email: 'r@rotated.example' }, { 'x-hook-secret': secret })
    const rotate = (keep: number) => world.ask('POST', `/v1/hooks/${id}/secrets`, { secret: 'the new one', keep })
    expect((await post('shown along')).status).toBe(200)
    expect((await rotate(1)).body.secrets).toBe(2)
    expect([(await post('shown along')).status, (await post('the new one')).status]).toEqual([200, 200])
    expect((await world.ask('POST', `/v1/hooks/${id}/secrets`, { secret: 'the newest', keep: 1 })).body.secrets).toBe(2)
    expect([(await post('shown along')).status, (await post('the new one')).status]).toEqual([403, 200])
    expect((await rotate(0)).body.secrets).toBe(1)
    expect([(await post('shown along')).status, (await post('the new one')).status]).toEqual([403, 200])
  })

  it('takes no scheme that its secrets are not for, by whichever way', async () => {
    const name = 'Other scheme'
    const { id } = await world.hook({ name })
    const verification = { scheme: 'standard' } as const
    const change = () => world.ask('PATCH', `/v1/hooks/${id}`, { verification })
    const document = { objects: [], hooks: [{ name, verification }] }
    for (const refused of [await change(), await world.ask('PUT', '/v1/schema', document)]) {
      expect([refused.status, refused.body.code]).toEqual([422, 'invalid_value'])
      expect(refused.body.errors[0].field).toMatch(/verification$/)
    }
    const secret = `whsec_${btoa('twenty-four bytes of it.')}`
    await world.ask('POST', `/v1/hooks/${id}/secrets`, { secret, keep: 0 })
    expect((await change()).status).toBe(200)
  })

  it('answers the challenge that it names, and nothing that could be a page', async () => {
    const { path } = await world.hook({ challenge: 'hub.challenge' })
    const get = (query: string) => world.send('GET', `${path}?${query}`, { token: null })
    const answered = await get('hub.challenge=1158201444&hub.mode=subscribe')
    expect([answered.status, answered.body, answered.headers.get('content-type')]).toEqual([
      200,
      '1158201444',
      'text/plain; charset=UTF-8',
    ])
    expect((await get('hub.challenge=%3Cscript%3E')).status).toBe(422)
    expect((await world.send('GET', (await world.hook()).path, { token: null })).status).toBe(404)
  })

  it('answers no challenge that was taken away, on an isolate that knows it', async () => {
    const { path, id } = await world.hook({ challenge: 'proof' })
    const one = world.isolate()
    expect((await world.post(path, { email: 'warm@challenge.example' }, shown, one)).status).toBe(200)
    const get = () => one.send('GET', `${path}?proof=7`, { token: null })
    expect((await get()).status).toBe(200)
    expect((await world.ask('PATCH', `/v1/hooks/${id}`, { challenge: null })).status).toBe(200)
    expect((await get()).status).toBe(404)
  })

  it('does not go by secrets that were sealed for another', async () => {
    const [one, other] = [await world.hook(), await world.hook()]
    const sql = 'UPDATE hooks SET secrets = (SELECT o.secrets FROM hooks o WHERE o.id = ?2) WHERE id = ?1'
    await world.driver.batch([{ sql, params: [one.id, other.id] }])
    const post = ({ path }: typeof one) => world.post(path, { email: 'swapped@sealed.example' }, shown, world.isolate())
    expect([(await post(one)).body.code, (await post(other)).status]).toEqual(['hooks_key_missing', 200])
  })

  it('takes a new secret where the key of the former is lost, and goes by that alone', async () => {
    const { hookKeys, newHookKey, secretBox } = await import('../../src/secrets/secret-box.ts')
    const { id, path } = await world.hook()
    const elsewhere = isolate(world.driver, { hookSecrets: secretBox(hookKeys(newHookKey())) })
    const post = (secret: string) =>
      elsewhere.send('POST', path, {
        token: null,
        body: { email: 'lost@rotated.example' },
        headers: { 'x-hook-secret': secret },
      })
    expect((await post('shown along')).body.code).toBe('hooks_key_missing')
    for (const change of [{ verification: { scheme: 'standard' } }, { verification: definition.verification }])
      expect(await elsewhere.send('PATCH', `/v1/hooks/${id}`, { token: world.admin, body: change })).toMatchObject({
        status: 200,
      })
    const { status, body } = await elsewhere.send('POST', `/v1/hooks/${id}/secrets`, {
      token: world.admin,
      body: { secret: 'the new one' },
    })
    expect([status, body.secrets]).toEqual([200, 1])
    expect([(await post('shown along')).status, (await post('the new one')).status]).toEqual([403, 200])
  })

  it('cannot have a secret where the deployment has no key, and says so', async () => {
    const { secretBox } = await import('../../src/secrets/secret-box.ts')
    const keyless = isolate(world.driver, { hookSecrets: secretBox([]) })
    const { status, body } = await keyless.send('POST', '/v1/hooks', {
      token: world.admin,
      body: { ...definition, name: 'Keyless' },
    })
    expect([status, body.code]).toEqual([409, 'hooks_key_unset'])
  })
})
