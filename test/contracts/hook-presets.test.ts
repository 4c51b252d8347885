import { beforeAll, describe, expect, it } from 'vitest'
import { type PresetName, presetNames, presets } from '../../src/hooks/presets.ts'
import { SECRET, senders } from '../support/hook-senders.ts'
import { createHookWorld, type HookWorld } from '../support/hook-world.ts'

/** Every preset with payloads of the shape that its sender publishes, signed as the sender signs. */

interface Case {
  /** Two events about the same person: what is told later stands in the end, whichever comes first. */
  readonly earlier: object
  readonly later: object
  /** An event that the preset does not care for. */
  readonly other: object
  readonly headers?: Readonly<Record<string, string>>
  readonly otherHeaders?: Readonly<Record<string, string>>
  readonly matched: readonly [attribute: string, value: string]
  readonly values: object
}

const stripeEvent = (id: string, created: number, customer: object, type = 'customer.updated') => ({
  id,
  object: 'event',
  api_version: '2026-08-01',
  created,
  data: { object: { id: 'cus_Q1', object: 'customer', metadata: {}, ...customer } },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
})

const githubUser = (login: string) => ({
  login,
  id: 583_231,
  node_id: 'MDQ6VXNlcjU4MzIzMQ==',
  avatar_url: 'https://avatars.githubusercontent.com/u/583231?v=4',
  html_url: `https://github.com/${login}`,
  type: 'User',
  site_admin: false,
})

const calendlyEvent = (event: string, created_at: string, invitee: object) => ({
  event,
  created_at,
  created_by: 'https://api.calendly.com/users/AAA',
  payload: {
    uri: `https://api.calendly.com/scheduled_events/GBG/invitees/${created_at}`,
    event: 'https://api.calendly.com/scheduled_events/GBG',
    status: 'active',
    timezone: 'Europe/Budapest',
    questions_and_answers: [],
    tracking: { utm_campaign: null, utm_source: null },
    rescheduled: false,
    ...invitee,
  },
})

const typeformEvent = (event_id: string, submitted_at: string, lastName: string) => ({
  event_id,
  event_type: 'form_response',
  form_response: {
    form_id: 'lT4Z3j',
    token: event_id,
    landed_at: submitted_at,
    submitted_at,
    definition: { id: 'lT4Z3j', title: 'Sign up', fields: [] },
    answers: [
      { type: 'text', text: 'Rózsa', field: { id: 'a', type: 'short_text', ref: 'first_name' } },
      { type: 'text', text: lastName, field: { id: 'b', type: 'short_text', ref: 'last_name' } },
      { type: 'email', email: 'typeform@preset.example', field: { id: 'c', type: 'email', ref: '5a' } },
      { type: 'boolean', boolean: true, field: { id: 'd', type: 'yes_no', ref: '5b' } },
    ],
  },
})

const calEvent = (triggerEvent: string, createdAt: string, name: string) => ({
  triggerEvent,
  createdAt,
  payload: {
    type: '30min',
    title: 'Half an hour',
    startTime: '2026-02-01T09:00:00Z',
    endTime: '2026-02-01T09:30:00Z',
    organizer: { name: 'Host', email: 'host@preset.example', timeZone: 'Europe/London', language: { locale: 'en' } },
    attendees: [
      { email: 'cal@preset.example', name, timeZone: 'Europe/London', language: { locale: 'en' } },
      { email: 'guest@preset.example', name: 'Guest', timeZone: 'Europe/Paris', language: { locale: 'fr' } },
    ],
    uid: 'bFJeNb2uX8ANpT3JL5EfXw',
    bookingId: 91,
    status: 'ACCEPTED',
  },
})

const shopifyCustomer = (updated_at: string, last_name: string) => ({
  id: 706_405_506_930_370,
  admin_graphql_api_id: 'gid://shopify/Customer/706405506930370084',
  email: 'shopify@preset.example',
  created_at: '2025-12-31T19:00:00-05:00',
  updated_at,
  first_name: 'Bob',
  last_name,
  orders_count: 0,
  state: 'disabled',
  total_spent: '0.00',
  note: 'This customer loves ice cream',
  phone: null,
  tags: '',
  default_address: { address1: '123 Elm St.', city: 'Ottawa', country: 'Canada', country_code: 'CA', zip: 'K2H7A8' },
})

const cases: Readonly<Record<PresetName, Case>> = {
  'stripe-customers': {
    earlier: stripeEvent(
      'evt_1',
      1_767_225_600,
      { email: 'stripe@preset.example', name: 'Jenny Rosen' },
      'customer.created',
    ),
    later: stripeEvent('evt_2', 1_767_225_660, {
      email: 'stripe@preset.example',
      name: 'Jenny Maria Rosen',
      address: { line1: '510 Townsend St', city: 'San Francisco', postal_code: '94103', country: 'US', state: 'CA' },
    }),
    other: stripeEvent('evt_3', 1_767_225_720, {}, 'invoice.paid'),
    matched: ['stripe_id', 'cus_Q1'],
    values: {
      first_name: 'Jenny',
      last_name: 'Maria Rosen',
      emails: ['stripe@preset.example'],
      city: 'San Francisco',
      stripe_at: '2026-01-01T00:01:00.000Z',
      source: 'Stripe',
    },
  },
  'github-users': {
    earlier: { action: 'opened', sender: githubUser('octocat') },
    later: { action: 'closed', sender: githubUser('octocat') },
    other: { zen: 'Speak like a human.', hook_id: 1, sender: githubUser('octocat') },
    headers: { 'x-github-event': 'issues' },
    otherHeaders: { 'x-github-event': 'ping' },
    matched: ['github_id', '583231'],
    values: { github_login: 'octocat', source: 'GitHub' },
  },
  'calendly-invitees': {
    earlier: calendlyEvent('invitee.created', '2026-01-01T10:00:00.000000Z', {
      email: 'calendly@preset.example',
      name: 'John Doe',
      first_name: null,
      last_name: null,
      text_reminder_number: null,
    }),
    later: calendlyEvent('invitee.created', '2026-01-01T11:00:00.000000Z', {
      email: 'calendly@preset.example',
      name: 'John Q Doe',
      first_name: null,
      last_name: null,
      text_reminder_number: null,
    }),
    other: calendlyEvent('invitee.canceled', '2026-01-01T12:00:00.000000Z', { email: 'calendly@preset.example' }),
    matched: ['emails', 'calendly@preset.example'],
    values: { first_name: 'John', last_name: 'Q Doe', timezone: 'Europe/Budapest', source: 'Calendly' },
  },
  'typeform-answers': {
    earlier: typeformEvent('01A', '2026-01-01T10:00:00Z', 'Péter'),
    later: typeformEvent('01B', '2026-01-01T11:00:00Z', 'Politzer'),
    other: { event_id: '01C', event_type: 'form_response', form_response: { form_id: 'x', answers: [] } },
    matched: ['emails', 'typeform@preset.example'],
    values: { first_name: 'Rózsa', last_name: 'Politzer', source: 'Typeform' },
  },
  'cal-bookings': {
    earlier: calEvent('BOOKING_CREATED', '2026-01-01T10:00:00.000Z', 'Alan Turing'),
    later: calEvent('BOOKING_RESCHEDULED', '2026-01-01T11:00:00.000Z', 'Alan M Turing'),
    other: calEvent('BOOKING_CANCELLED', '2026-01-01T12:00:00.000Z', 'Nobody'),
    matched: ['emails', 'cal@preset.example'],
    values: { first_name: 'Alan', last_name: 'M Turing', timezone: 'Europe/London', source: 'Cal.com' },
  },
  'shopify-customers': {
    earlier: shopifyCustomer('2026-01-01T10:00:00-05:00', 'Norman'),
    later: shopifyCustomer('2026-01-01T11:00:00-05:00', 'Biller'),
    other: { id: 1 },
    headers: { 'x-shopify-topic': 'customers/update' },
    otherHeaders: { 'x-shopify-topic': 'orders/create' },
    matched: ['shopify_id', 'gid://shopify/Customer/706405506930370084'],
    values: { first_name: 'Bob', last_name: 'Biller', country_code: 'CA', shopify_at: '2026-01-01T16:00:00.000Z' },
  },
}

/** What the sender itself makes, or looks into before it takes it. All else anybody may have typed. */
const SENDERS_OWN =
  /^(.*id|uri|ref|type|event|event_type|triggerEvent|action|object|login|email|.*url|.*_at|.*At|startTime|endTime|created.*|time_?zone)$/i

/** Longer than any text of ours may be, and no phone number. */
const TYPED = `${'x'.repeat(300)} ${'y'.repeat(300)}`

const typed = (name: string, value: unknown): unknown =>
  typeof value === 'string' && !SENDERS_OWN.test(name) ? TYPED : value

let world: HookWorld
beforeAll(async () => {
  world = await createHookWorld()
})

describe.each(presetNames)('%s', (preset) => {
  const { verification } = presets[preset]
  if (!(verification.scheme in senders)) throw new Error(`${preset} has no sender`)
  const sign = senders[verification.scheme as keyof typeof senders]
  const { earlier, later, other, headers = {}, otherHeaders = headers, matched, values } = cases[preset]

  it('takes the events of its sender in any order, twice, and leaves others alone', async () => {
    const created = await world.ask('POST', '/v1/hooks', { name: preset, preset, secrets: [SECRET] })
    expect(created.status, JSON.stringify(created.body)).toBe(201)
    const post = async (event: object, n: number, more: Readonly<Record<string, string>> = headers) => {
      const text = JSON.stringify(event)
      const signed = await sign(text, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
      const ids = { 'x-github-delivery': `d${n}`, 'x-shopify-webhook-id': `d${n}` }
      return (await world.post(created.body.path, text, { ...signed.headers, ...ids, ...more })).body
    }
    expect(await post(later, 2)).toMatchObject({ status: 'done' })
    expect(await post(earlier, 1)).toMatchObject({ status: 'done', created: 0 })
    expect(await post(later, 2)).toMatchObject({ status: 'repeated' })
    expect(await post(other, 3, otherHeaders)).toMatchObject({ status: 'skipped' })
    const [attribute, value] = matched
    const found = await world.send('GET', `/v1/objects/people/records/by/${attribute}/${encodeURIComponent(value)}`)
    expect(found.body.values).toMatchObject(values)
  })

  it('knows a delivery that somebody sends again under another id, and changes nothing', async () => {
    const created = await world.ask('POST', '/v1/hooks', { name: `${preset} replayed`, preset, secrets: [SECRET] })
    const replay = async (event: object, id: string) => {
      const text = JSON.stringify(event)
      const signed = await sign(text, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
      const ids = { 'x-github-delivery': id, 'x-shopify-webhook-id': id, 'x-request-id': id }
      return (await world.post(created.body.path, text, { ...signed.headers, ...ids, ...headers })).body
    }
    expect(await replay(earlier, 'first')).toMatchObject({ status: 'done' })
    expect(await replay(earlier, 'captured')).toMatchObject({ status: 'repeated' })
  })

  it('takes what its sender takes from whoever types it', async () => {
    const created = await world.ask('POST', '/v1/hooks', { name: `${preset} typed`, preset, secrets: [SECRET] })
    const text = JSON.stringify(later, typed)
    const signed = await sign(text, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
    const { body } = await world.post(created.body.path, text, { ...signed.headers, ...headers })
    expect(body, JSON.stringify(body)).toMatchObject({ status: 'done' })
  })

  it('can be created twice, and on another isolate', async () => {
    const once = await world.ask('POST', '/v1/hooks', { name: `${preset} again`, preset })
    const twice = await world.isolate().send('POST', '/v1/hooks', {
      token: world.admin,
      body: { name: `${preset} again`, preset },
    })
    expect([once.status, twice.status]).toEqual([201, 200])
    expect(twice.body).toEqual(once.body)
  })
})

it('takes what GitHub sends as a form, as it does unless it is told otherwise', async () => {
  const hook = await world.hook({
    preset: 'github-users',
    verification: presets['github-users'].verification,
    mapping: presets['github-users'].mapping,
    secrets: [SECRET],
  })
  const sent = { action: 'opened', sender: { ...githubUser('hubot'), id: 42 } }
  const text = new URLSearchParams({ payload: JSON.stringify(sent) }).toString()
  const { headers } = await senders.github(text, { now: 0, url: '' })
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-github-event': 'issues',
    'x-github-delivery': 'f1',
  }
  expect((await world.post(hook.path, text, { ...headers, ...form })).body).toMatchObject({ created: 1 })
  const found = await world.send('GET', '/v1/objects/people/records/by/github_id/42')
  expect(found.body.values).toMatchObject({ github_login: 'hubot' })
})

it('leaves what others have told of somebody, and mixes no two names', async () => {
  const hook = await world.ask('POST', '/v1/hooks', {
    name: 'Kept',
    preset: 'stripe-customers',
    secrets: [SECRET],
  })
  const at = '/v1/objects/people/records'
  const match = { emails: 'ann@kept.example' }
  const values = { emails: ['ann@kept.example', 'private@kept.example'], source: 'Fair' }
  expect((await world.send('PUT', at, { body: { match, values } })).status).toBe(201)
  const told = async (n: number, name: string) => {
    const customer = { id: 'cus_kept', email: 'ann@kept.example', name }
    const text = JSON.stringify(stripeEvent(`evt_kept_${n}`, 1_767_225_600 + n, customer))
    const { headers } = await senders.stripe(text, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
    expect((await world.post(hook.body.path, text, { ...headers })).body).toMatchObject({ status: 'done' })
    return world.person('private@kept.example')
  }
  expect(await told(1, ' Ann Bee')).toMatchObject({ first_name: 'Ann', last_name: 'Bee', ...values })
  const after = await told(2, 'Cher')
  expect(after).toMatchObject({ first_name: 'Cher', ...values })
  expect(after).not.toHaveProperty('last_name')
})

describe('attributes that are there', () => {
  const people = '/v1/objects/people/attributes'
  const create = (name: string) => world.ask('POST', '/v1/hooks', { name, preset: 'github-users' })

  it('do, whatever they are called, and do not where they are something else', async () => {
    expect((await create('Before')).status).toBeLessThan(300)
    await world.ask('PATCH', `${people}/github_id`, { label: 'Number at GitHub' })
    expect((await create('Relabelled')).status).toBe(201)
    await world.ask('PATCH', `${people}/github_id`, { unique: false })
    const refused = await create('Not unique')
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_value'])
    expect(refused.body.detail).toContain('github_id is not unique')
    const document = { objects: [], hooks: [{ name: 'In the document', preset: 'github-users' }] }
    expect((await world.ask('PUT', '/v1/schema?dryRun=true', document)).body.code).toBe('invalid_value')
    await world.ask('PATCH', `${people}/github_id`, { unique: true })
  })
})
