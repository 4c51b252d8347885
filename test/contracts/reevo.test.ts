import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, isolate, type World } from '../support/world.ts'

const CONTACT = '/api/v2/contact/_assert'
const ACCOUNT = '/api/v2/account/_assert'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const ZULU = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.addAttribute('people', { label: 'Score', type: 'number' })
  await world.addAttribute('people', { label: 'Segment', type: 'multiselect', options: ['Gold', 'Silver'] })
  await world.addAttribute('people', { label: 'Seen at', type: 'datetime' })
  await world.addAttribute('people', { label: 'Sponsor', type: 'relation', related: 'people' })
  await world.addAttribute('people', { label: 'Accounts', type: 'relation', related: 'companies', multiple: true })
  await world.addAttribute('people', { label: 'Badge', type: 'text', unique: true })
})

const send = (path: string, match: unknown, attributes: unknown, rest: object = {}) =>
  world.send('POST', path, { body: { match, attributes, ...rest } })
const contact = (match: unknown, attributes: unknown, rest?: object) => send(CONTACT, match, attributes, rest)
const account = (match: unknown, attributes: unknown) => send(ACCOUNT, match, attributes)
const byEmail = (email: string, attributes: unknown) => contact({ primary_email: email }, attributes)

/** Refused with this status and code, naming the field, and without a trace in the database. */
const refused = async (request: () => ReturnType<typeof contact>, status: number, code: string, field?: string) => {
  const before = await world.snapshot()
  const reply = await request()
  expect(reply.status, JSON.stringify(reply.body)).toBe(status)
  expect(reply.body.error.code).toBe(code)
  if (field !== undefined) expect(reply.body.error.details[0].field).toBe(field)
  expect(await world.snapshot()).toBe(before)
  return reply
}

/** Fields of the vendor's example response, in its order: `[]` marks lists. */
const EXAMPLE =
  `id:uuid organization_id:uuid created_at:timestamp updated_at:timestamp display_name:string stage:contact_stage
created_by_user_id:record_reference participant_user_id_list:record_reference[] first_name:string last_name:string
middle_name:string title:string department:string primary_email:email primary_phone_number:phone_number
sms_consent:boolean address:address contact_emails:contact_email[] contact_phone_numbers:contact_phone_number[]
linkedin_url:string zoominfo_url:string x_url:string facebook_url:string owner_user_id:record_reference
owner_team_id:record_reference updated_by_user_id:record_reference archived_by_user_id:record_reference
created_source:enum created_source_form_submission_details:created_source_form_submission_details
phone_enriched_at:timestamp email_enriched_at:timestamp email_enrich_status:enum phone_number_enrich_status:enum
last_activity_at:timestamp last_voice_call:timestamp last_meeting:timestamp last_global_thread:timestamp
last_engaged_at:timestamp last_outreached_at:timestamp last_inbound_meeting_at:timestamp
last_inbound_voice_call_at:timestamp last_inbound_global_thread_at:timestamp last_outbound_meeting_at:timestamp
last_outbound_voice_call_at:timestamp last_outbound_global_thread_at:timestamp archived_at:timestamp`.split(/\s+/)

describe('the example of the vendor', () => {
  const match = { primary_email: 'sarah.chen@acme.com' }
  const attributes = { first_name: 'Sarah', last_name: 'Chen', title: 'VP of Engineering' }

  it('creates with 201 and renders every field with its value_type', async () => {
    const { status, body } = await contact(match, attributes)
    expect(status).toBe(201)
    expect(body.meta).toEqual({ action: 'created', matched_on: {} })
    const { data } = body
    expect(data.record_type).toBe('contact')
    expect(data.id).toMatch(UUID)
    expect([data.created_at, data.updated_at].every((t) => ZULU.test(t))).toBe(true)
    expect(Object.keys(data.attributes).slice(0, EXAMPLE.length)).toEqual(EXAMPLE.map((f) => f.split(':')[0]))

    const set: Record<string, unknown> = {
      id: data.id,
      organization_id: world.organizationId,
      created_at: data.created_at,
      updated_at: data.updated_at,
      display_name: 'Sarah Chen',
      first_name: 'Sarah',
      last_name: 'Chen',
      title: 'VP of Engineering',
      primary_email: 'sarah.chen@acme.com',
    }
    for (const field of EXAMPLE) {
      const [name = '', type = ''] = field.split(':')
      if (type.endsWith('[]')) continue
      expect(data.attributes[name], name).toEqual({ value: set[name] ?? null, value_type: type })
    }
    expect(data.attributes.contact_emails).toEqual([
      {
        value: { id: expect.stringMatching(UUID), email: 'sarah.chen@acme.com', is_primary: true, labels: [] },
        value_type: 'contact_email',
      },
    ])
    expect(data.attributes.contact_phone_numbers).toEqual([])
    expect(data.attributes.participant_user_id_list).toEqual([])
  })

  it('answers the same again with 200, what matched, and no row written', async () => {
    const match = { primary_email: 'again@acme.com' }
    const first = await contact(match, attributes)
    const again = await contact(match, attributes)
    expect(again).toMatchObject({ status: 200, calls: 1, rowsWritten: 0 })
    expect(again.body.meta).toEqual({ action: 'updated', matched_on: match })
    expect(again.body.data).toEqual(first.body.data)
  })

  it('takes the key in X-Api-Key as well', async () => {
    const reply = await world.send('POST', CONTACT, {
      token: null,
      headers: { 'x-api-key': world.token },
      body: { match: { primary_email: 'key@acme.com' }, attributes },
    })
    expect(reply.status).toBe(201)
  })
})

describe('match', () => {
  it('finds a contact by any address, in any letter case, and leaves the addresses alone', async () => {
    const { body } = await byEmail('first@match.example', { first_name: 'Any' })
    await contact({ id: body.data.id }, { contact_emails: ['first@match.example', 'second@match.example'] })
    for (const key of ['primary_email', 'contact_emails']) {
      const found = await contact({ [key]: 'SECOND@Match.example' }, { title: key })
      expect(found.status).toBe(200)
      expect(found.body.meta.matched_on).toEqual({ [key]: 'SECOND@Match.example' })
      expect(found.body.data.attributes.primary_email.value).toBe('first@match.example')
      expect(found.body.data.attributes.contact_emails).toHaveLength(2)
    }
  })

  it('by id updates only', async () => {
    const id = '00000000-0000-7000-8000-000000000000'
    const reply = await refused(() => contact({ id }, { title: 'x' }), 404, 'record_not_found', 'match.id')
    expect(reply.calls).toBe(1)
    await refused(() => contact({ id: 'no-uuid' }, { title: 'x' }), 422, 'field_value_invalid', 'match.id')
  })

  it.each([
    ['absent', {}, 'invalid_request', 'match'],
    ['null', { primary_email: null }, 'field_value_invalid', 'match.primary_email'],
    ['empty', { primary_email: '' }, 'field_value_invalid', 'match.primary_email'],
    ['no address', { primary_email: 'nobody' }, 'field_value_invalid', 'match.primary_email'],
    ['two keys', { primary_email: 'a@b.example', id: 'x' }, 'invalid_request', 'match'],
    ['an unknown key', { badge: 'x' }, 'unknown_field', 'match.badge'],
    ['a key that only objects have', { toString: 'x' }, 'unknown_field', 'match.toString'],
  ])('%s is refused', async (_name, match, code, field) => {
    await refused(() => contact(match, { title: 'x' }), 422, code, field)
  })
})

describe('structure', () => {
  const match = { primary_email: 'structure@acme.com' }
  it.each([
    ['the key in both', match, { primary_email: 'structure@acme.com' }, 'primary_email'],
    ['the key in both, under its other name', match, { contact_emails: ['structure@acme.com'] }, 'contact_emails'],
    [
      'the other way round',
      { contact_emails: 'structure@acme.com' },
      { primary_email: null, title: 'x' },
      'primary_email',
    ],
    ['no attributes', match, {}, 'attributes'],
    ['the id in both', { id: '00000000-0000-7000-8000-000000000000' }, { id: 'x' }, 'id'],
  ])('refuses %s', async (_name, match, attributes, field) => {
    await refused(() => contact(match, attributes), 422, 'invalid_request', field)
  })

  it('refuses a relationships block, and a body without match or attributes', async () => {
    await refused(() => contact(match, { title: 'x' }, { relationships: {} }), 422, 'unknown_field', 'relationships')
    await refused(() => contact(undefined, { title: 'x' }), 422, 'field_required_missing', 'match')
    await refused(() => contact(match, undefined), 422, 'field_required_missing', 'attributes')
    await refused(() => contact(match, null), 422, 'field_value_invalid', 'attributes')
  })

  it('refuses what is derived: not creatable, and by id not updatable', async () => {
    const { body } = await byEmail('derived@acme.com', { first_name: 'D' })
    for (const name of ['display_name', 'created_at', 'last_meeting', 'email_enrich_status', 'archived_at']) {
      await refused(() => byEmail('derived@acme.com', { [name]: 'x' }), 422, 'field_not_creatable', name)
      await refused(() => contact({ id: body.data.id }, { [name]: 'x' }), 422, 'field_not_updatable', name)
    }
  })

  it('names every wrong field at once, also those of the other contracts', async () => {
    const names = ['nonsense', 'salutation', 'company', 'toString']
    const reply = await refused(
      () => byEmail('unknown@acme.com', Object.fromEntries(names.map((n) => [n, 'x']))),
      422,
      'unknown_field',
    )
    expect(reply.body.error.details.map((d: { field: string }) => d.field)).toEqual(names)
  })
})

describe('values', () => {
  const email = 'values@acme.com'

  it('come raw or enveloped', async () => {
    const raw = { first_name: 'Raw', sms_consent: true, score: 4.5, seen_at: '2026-01-31T10:30:00+01:00' }
    const types: Record<string, string> = {
      first_name: 'string',
      sms_consent: 'boolean',
      score: 'number',
      seen_at: 'timestamp',
    }
    const enveloped = Object.fromEntries(Object.entries(raw).map(([k, value]) => [k, { value_type: types[k], value }]))
    const first = await byEmail(email, raw)
    const second = await byEmail(email, enveloped)
    expect(second.rowsWritten).toBe(0)
    expect(second.body.data).toEqual(first.body.data)
    expect(second.body.data.attributes).toMatchObject({
      score: { value: 4.5, value_type: 'number' },
      seen_at: { value: '2026-01-31T09:30:00.000Z', value_type: 'timestamp' },
      sms_consent: { value: true, value_type: 'boolean' },
    })
  })

  it('are kept when absent, cleared by null, and empty when empty', async () => {
    await byEmail(email, { first_name: 'Keep', title: 'Gone', department: 'x' })
    const { body } = await byEmail(email, {
      title: null,
      department: '',
      middle_name: { value_type: 'string', value: null },
    })
    const { first_name, title, department, middle_name } = body.data.attributes
    expect([first_name.value, title.value, department.value, middle_name.value]).toEqual(['Keep', null, '', null])
  })

  it.each([
    ['an envelope of another type', { title: { value_type: 'number', value: 'x' } }, 'title'],
    ['an envelope without a value', { title: { value_type: 'string' } }, 'title'],
    ['an envelope with more in it', { title: { value_type: 'string', value: 'x', more: 1 } }, 'title'],
    ['a text for a boolean', { sms_consent: 'yes' }, 'sms_consent'],
    ['an unknown option', { stage: 'Nowhere' }, 'stage'],
    ['an empty option', { stage: {} }, 'stage'],
    ['a part of an address that is no text', { address: { city: 5 } }, 'address.city'],
    ['an address that is no object', { address: 'x' }, 'address'],
    ['a phone number without digits', { primary_phone_number: 'call me' }, 'primary_phone_number'],
    [
      'two primary numbers',
      {
        contact_phone_numbers: [
          { phone_number: '1', is_primary: true },
          { phone_number: '2', is_primary: true },
        ],
      },
      'contact_phone_numbers',
    ],
    [
      'another primary number beside the list',
      { primary_phone_number: '2', contact_phone_numbers: [{ phone_number: '1', is_primary: true }] },
      'contact_phone_numbers',
    ],
    ['an item that is none', { contact_phone_numbers: [5] }, 'contact_phone_numbers'],
    [
      'a label with a tab',
      { contact_phone_numbers: [{ phone_number: '1', labels: ['a\tb'] }] },
      'contact_phone_numbers.labels',
    ],
    ['a list that is none', { contact_phone_numbers: '1' }, 'contact_phone_numbers'],
  ])('%s is refused', async (_name, attributes, field) => {
    const reply = await refused(() => byEmail(email, attributes), 422, 'field_value_invalid', field)
    expect(reply.body.error.details).toHaveLength(1)
  })

  it('takes a stage by api_name, id, display_value or as it was answered', async () => {
    const { body } = await byEmail(email, {
      stage: 'qualified',
      segment: ['gold', { value_type: 'select', value: 'Silver' }],
    })
    const stage = body.data.attributes.stage.value
    expect(stage).toEqual({
      id: expect.stringMatching(UUID),
      display_value: 'Qualified',
      api_name: 'qualified',
      color: null,
    })
    for (const same of [stage, stage.id, 'Qualified', { value_type: 'contact_stage', value: stage }])
      expect((await byEmail(email, { stage: same })).rowsWritten).toBe(0)
    expect(body.data.attributes.segment.map((s: { value: { api_name: string } }) => s.value.api_name)).toEqual([
      'gold',
      'silver',
    ])
  })

  it('replaces an address whole', async () => {
    const parts = {
      street_one: '1 Main St',
      street_two: null,
      city: 'Springfield',
      state: 'IL',
      country: 'US',
      zip_code: '62701',
    }
    const set = await byEmail(email, { address: { value_type: 'address', value: parts } })
    expect(set.body.data.attributes.address).toEqual({ value: parts, value_type: 'address' })
    const replaced = await byEmail(email, { address: { city: 'Bern' } })
    expect(replaced.body.data.attributes.address.value).toEqual({
      street_one: null,
      street_two: null,
      city: 'Bern',
      state: null,
      country: null,
      zip_code: null,
    })
    expect((await byEmail(email, { address: null })).body.data.attributes.address.value).toBeNull()
    await refused(() => byEmail(email, { address: { planet: 'Mars' } }), 422, 'unknown_field', 'address.planet')
  })
})

describe('an empty text', () => {
  const shown = (reply: Awaited<ReturnType<typeof contact>>, name: string) => reply.body.data.attributes[name]

  it('clears a phone number and a web address, raw or enveloped, and is a text elsewhere', async () => {
    const number = '+49 30 901820'
    const set = {
      title: 'Set',
      linkedin_url: 'empty.example/a',
      x_url: 'empty.example/b',
      primary_phone_number: number,
    }
    await byEmail('empty@texts.example', { ...set, contact_phone_numbers: [number, '+49 30 901821'] })
    const cleared = await byEmail('empty@texts.example', {
      title: '',
      linkedin_url: '',
      x_url: { value_type: 'string', value: ' ' },
      primary_phone_number: { value_type: 'phone_number', value: '' },
    })
    expect(cleared.status).toBe(200)
    for (const name of ['linkedin_url', 'x_url', 'primary_phone_number'])
      expect(shown(cleared, name).value, name).toBeNull()
    expect(shown(cleared, 'title').value).toBe('')
    expect(shown(cleared, 'contact_phone_numbers')).toHaveLength(1)
    const again = await byEmail('empty@texts.example', { primary_phone_number: '', zoominfo_url: '' })
    expect(again).toMatchObject({ status: 200, rowsWritten: 0 })
  })

  it('clears those of an account, lists of them too, and custom ones', async () => {
    await world.addAttribute('companies', { label: 'Hotline', type: 'phone_number' })
    const match = { domain_name: 'empty.example' }
    // An attribute added a moment ago is known at once.
    const set = { hotline: '+49 30 901820', official_website: 'empty.example', websites: ['empty.example/a'] }
    expect((await account(match, set)).status).toBe(201)
    const cleared = await account(match, { hotline: '', official_website: '', websites: '' })
    expect(shown(cleared, 'hotline').value).toBeNull()
    expect(shown(cleared, 'official_website').value).toBeNull()
    expect(shown(cleared, 'websites')).toEqual([])
  })

  it('is no address of mail', async () => {
    const { id } = (await byEmail('kept@texts.example', { first_name: 'Kept' })).body.data
    await refused(() => contact({ id }, { primary_email: '' }), 422, 'field_value_invalid', 'primary_email')
  })
})

describe('get by id', () => {
  const get = (path: string, call: object = {}) => world.send('GET', `/api/v2/${path}`, call)

  it('answers what the assert answered, in one call, and by either credential', async () => {
    const made = await byEmail('get@read.example', { first_name: 'Read', contact_phone_numbers: ['+49 30 901820'] })
    const company = await account({ domain_name: 'read.example' }, { name: 'Read' })
    const { data } = made.body
    expect(await get(`contact/${data.id}`)).toMatchObject({ status: 200, calls: 1, body: { data } })
    expect((await get(`account/${company.body.data.id}`)).body).toEqual({ data: company.body.data })
    const headers = { 'x-api-key': world.token }
    expect((await get(`contact/${data.id.toUpperCase()}`, { token: null, headers })).body).toEqual({ data })
  })

  it('of nobody and of another type is 404, and of an archived contact tells when', async () => {
    const { data } = (await byEmail('gone@read.example', { first_name: 'Gone' })).body
    const notFound = { status: 404, body: { error: { code: 'record_not_found' } } }
    expect(await get('contact/01900000-0000-7000-8000-000000000009')).toMatchObject(notFound)
    expect(await get(`account/${data.id}`)).toMatchObject(notFound)
    expect(await get('contact/7')).toMatchObject({ status: 422, body: { error: { details: [{ field: 'id' }] } } })
    await world.send('POST', `/v1/objects/people/records/${data.id}/archive`)
    expect((await get(`contact/${data.id}`)).body.data.attributes.archived_at.value).toMatch(ZULU)
  })
})

describe('addresses of a contact', () => {
  const values = (list: { value: unknown }[]) => list.map((item) => item.value)

  it('phone numbers: the primary first, labels kept, ids stable, doubles merged', async () => {
    const email = 'phones@acme.com'
    const { body } = await byEmail(email, {
      contact_phone_numbers: [
        '+1 555 0001',
        { phone_number: '+1 555 0002', is_primary: true, labels: ['WORK', 'desk'] },
        ' +1 555 0001 ',
      ],
    })
    const items = body.data.attributes.contact_phone_numbers
    expect(values(items)).toEqual([
      { id: expect.stringMatching(UUID), phone_number: '+1 555 0002', is_primary: true, labels: ['WORK', 'desk'] },
      { id: expect.stringMatching(UUID), phone_number: '+1 555 0001', is_primary: false, labels: [] },
    ])
    expect(body.data.attributes.primary_phone_number.value).toBe('+1 555 0002')
    expect((await byEmail(email, { contact_phone_numbers: items })).rowsWritten).toBe(0)

    const moved = await byEmail(email, { primary_phone_number: '+1 555 0001' })
    expect(values(moved.body.data.attributes.contact_phone_numbers)).toEqual([{ ...items[1].value, is_primary: true }])
    expect((await byEmail(email, { primary_phone_number: '+1 555 0001' })).rowsWritten).toBe(0)
    const both = await byEmail(email, { primary_phone_number: '3', contact_phone_numbers: ['1', '2'] })
    expect(
      values(both.body.data.attributes.contact_phone_numbers).map((v) => (v as { phone_number: string }).phone_number),
    ).toEqual(['3', '1', '2'])
    const cleared = await byEmail(email, { contact_phone_numbers: null })
    expect(cleared.body.data.attributes.contact_phone_numbers).toEqual([])
  })

  it('e-mail addresses, by id: a list replaces, a primary one goes first and loses none', async () => {
    const created = await byEmail('one@book.example', { first_name: 'Book' })
    const match = { id: created.body.data.id }
    const list = await contact(match, {
      contact_emails: [
        { email: 'One@book.example', labels: ['HOME'] },
        { value_type: 'contact_email', value: { email: 'two@book.example', is_primary: true } },
      ],
    })
    expect(values(list.body.data.attributes.contact_emails)).toEqual([
      { id: expect.stringMatching(UUID), email: 'two@book.example', is_primary: true, labels: [] },
      {
        id: created.body.data.attributes.contact_emails[0].value.id,
        email: 'one@book.example',
        is_primary: false,
        labels: ['HOME'],
      },
    ])
    const primary = await contact(match, { primary_email: { value_type: 'email', value: 'three@book.example' } })
    const emails = (reply: typeof primary) =>
      reply.body.data.attributes.contact_emails.map((e: { value: { email: string } }) => e.value.email)
    expect(emails(primary)).toEqual(['three@book.example', 'two@book.example', 'one@book.example'])
    await refused(() => contact(match, { primary_email: null }), 422, 'field_value_invalid', 'primary_email')
    const replaced = await contact(match, { contact_emails: ['three@book.example'] })
    expect(emails(replaced)).toEqual(['three@book.example'])
    expect((await byEmail('one@book.example', { first_name: 'Free again' })).status).toBe(201)
  })
})

describe('references', () => {
  const email = 'references@acme.com'
  const user = (id: string) => ({
    value: { related_record_id: id, related_record_type: 'user' },
    value_type: 'record_reference',
  })

  it('to users: by id, in every spelling, or by the e-mail address of the member', async () => {
    const { value: other } = await world.operator.addMember({ name: 'Owner', email: 'Owner@acme.com' })
    const first = await byEmail(email, { owner_user_id: { related_record_id: world.memberId } })
    expect(first.body.data.attributes.owner_user_id).toEqual(user(world.memberId))
    for (const same of [world.memberId, user(world.memberId), { related_record_match: { id: world.memberId } }])
      expect((await byEmail(email, { owner_user_id: same })).rowsWritten).toBe(0)
    const matched = await byEmail(email, { owner_user_id: { related_record_match: { email: 'owner@ACME.com' } } })
    expect(matched.body.data.attributes.owner_user_id).toEqual(user(other))
    expect(matched.calls).toBe(1)
    const list = await byEmail(email, { participant_user_id_list: [user(other), world.memberId] })
    expect(list.body.data.attributes.participant_user_id_list).toEqual([user(other), user(world.memberId)])
    const cleared = await byEmail(email, { owner_user_id: null, participant_user_id_list: [] })
    expect(cleared.body.data.attributes).toMatchObject({ owner_user_id: { value: null }, participant_user_id_list: [] })
  })

  it('to users cost the same however many members there are', async () => {
    for (let i = 0; i < 20; i++) await world.operator.addMember({ name: 'M', email: `m${i}@acme.com` })
    const rowsRead = async (owner: string) => {
      await byEmail(email, { owner_user_id: { related_record_match: { email: owner } } })
      return (await byEmail(email, { owner_user_id: { related_record_match: { email: owner } } })).rowsRead
    }
    expect(await rowsRead('m19@acme.com')).toBe(await rowsRead('member@test.example'))
  })

  it('to a member that is gone are refused, by id and by address', async () => {
    const { value: gone } = await world.operator.addMember({ name: 'Gone', email: 'gone@acme.com' })
    await world.operator.removeMember(gone)
    for (const owner of [gone, { related_record_match: { email: 'gone@acme.com' } }])
      await refused(() => byEmail(email, { owner_user_id: owner }), 422, 'field_value_invalid', 'owner_user_id')
  })

  it('to records: custom relations by id or by a unique key, raw or enveloped', async () => {
    const sponsor = await byEmail('sponsor@acme.com', { badge: 'B-1' })
    const { body } = await account({ domain_name: 'refs.example' }, { name: 'Refs' })
    const named = (match: object) => ({ value_type: 'record_reference', value: { related_record_match: match } })
    const set = await byEmail(email, {
      sponsor: { related_record_match: { primary_email: 'Sponsor@acme.com' } },
      accounts: named({ domain_name: 'refs.example' }),
    })
    expect(set.calls).toBe(1)
    const reference = { related_record_id: sponsor.body.data.id, related_record_type: 'contact' }
    expect(set.body.data.attributes.sponsor).toEqual({ value: reference, value_type: 'record_reference' })
    expect(set.body.data.attributes.accounts).toEqual([
      { value: { related_record_id: body.data.id, related_record_type: 'account' }, value_type: 'record_reference' },
    ])
    for (const same of [reference, named({ badge: 'B-1' }), sponsor.body.data.id])
      expect((await byEmail(email, { sponsor: same })).rowsWritten).toBe(0)
  })

  it('to teams: by id', async () => {
    const team = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
    const { body } = await byEmail(email, { owner_team_id: { related_record_id: team } })
    expect(body.data.attributes.owner_team_id.value).toEqual({ related_record_id: team, related_record_type: 'team' })
    await refused(() => byEmail(email, { owner_team_id: 'sales' }), 422, 'field_value_invalid', 'owner_team_id')
  })

  const nobody = '00000000-0000-7000-8000-000000000000'
  it.each([
    ['a member that is none', { owner_user_id: { related_record_id: nobody } }, 'owner_user_id'],
    ['an address of no member', { owner_user_id: { related_record_match: { email: 'no@acme.com' } } }, 'owner_user_id'],
    [
      'a user by name',
      { owner_user_id: { related_record_match: { name: 'x' } } },
      'owner_user_id.related_record_match.name',
    ],
    ['a record that is none', { sponsor: { related_record_id: nobody } }, 'sponsor'],
    ['a match without result', { sponsor: { related_record_match: { primary_email: 'no@acme.com' } } }, 'sponsor'],
    ['a match that is empty', { sponsor: { related_record_match: { primary_email: '' } } }, 'sponsor'],
    [
      'a match by what is not unique',
      { sponsor: { related_record_match: { first_name: 'x' } } },
      'sponsor.related_record_match.first_name',
    ],
    ['id and match', { sponsor: { related_record_id: nobody, related_record_match: { id: nobody } } }, 'sponsor'],
    [
      'two keys to match by',
      { sponsor: { related_record_match: { badge: 'x', id: nobody } } },
      'sponsor.related_record_match',
    ],
    [
      'another type of record',
      { sponsor: { related_record_id: nobody, related_record_type: 'account' } },
      'sponsor.related_record_type',
    ],
    [
      'a match among several',
      { accounts: [nobody, { related_record_match: { domain_name: 'refs.example' } }] },
      'accounts',
    ],
  ])('refuses %s', async (_name, attributes, field) => {
    await refused(() => byEmail(email, attributes), 422, 'field_value_invalid', field)
    await refused(() => byEmail('nobody-yet@acme.com', attributes), 422, 'field_value_invalid', field)
  })
})

describe('accounts', () => {
  it('creates, finds by any domain, renders what it has', async () => {
    const attributes = {
      name: 'Acme',
      official_website: 'https://acme.example',
      websites: ['https://a.acme.example', 'https://b.acme.example'],
      estimated_annual_revenue: { amount: 1_250_000.5 },
      address: { city: 'Bern' },
      owner_user_id: world.memberId,
      description: 'Anvils',
    }
    const created = await account({ domain_name: 'Acme.example' }, attributes)
    expect(created.status).toBe(201)
    expect(created.body.data).toMatchObject({
      record_type: 'account',
      attributes: {
        display_name: { value: 'Acme', value_type: 'string' },
        domains: [{ value: { domain_name: 'acme.example', is_primary: true }, value_type: 'account_domain' }],
        websites: [{ value: 'https://a.acme.example', value_type: 'string' }, { value: 'https://b.acme.example' }],
        estimated_annual_revenue: { value: { amount: 1_250_000.5 }, value_type: 'currency' },
        owner_user_id: { value: { related_record_id: world.memberId, related_record_type: 'user' } },
        zoominfo_url: { value: null, value_type: 'string' },
      },
    })
    const { id } = created.body.data
    await account({ id }, { domains: [{ domain_name: 'acme.example' }, 'acme.org'] })
    const found = await account({ domain_name: 'ACME.org' }, { name: 'Acme Inc' })
    expect(found).toMatchObject({ status: 200, calls: 1 })
    expect(found.body.meta).toEqual({ action: 'updated', matched_on: { domain_name: 'ACME.org' } })
    expect(found.body.data.attributes.domains.map((d: { value: object }) => d.value)).toEqual([
      { domain_name: 'acme.example', is_primary: true },
      { domain_name: 'acme.org', is_primary: false },
    ])
  })

  it('refuses the domain in both places, under either name', async () => {
    for (const name of ['domain_name', 'domains'])
      await refused(() => account({ domain_name: 'both.example' }, { [name]: 'both.example' }), 422, 'invalid_request')
    await refused(
      () => account({ domain_name: 'no domain' }, { name: 'x' }),
      422,
      'field_value_invalid',
      'match.domain_name',
    )
    await refused(
      () => account({ primary_email: 'a@b.example' }, { name: 'x' }),
      422,
      'unknown_field',
      'match.primary_email',
    )
  })
})

describe('one store', () => {
  it('a unique value of another contact is a conflict that names it', async () => {
    const holder = await byEmail('holder@acme.com', { tracking_id: 'T-1' })
    const other = await byEmail('other@acme.com', { first_name: 'Other' })
    const conflict = (field: string, value: string) => ({ field, value, record_id: holder.body.data.id })
    const taken = await refused(
      () => byEmail('newcomer@acme.com', { tracking_id: 'T-1' }),
      409,
      'unique_conflict',
      'tracking_id',
    )
    expect(taken.body.error.conflict).toEqual(conflict('tracking_id', 'T-1'))
    const address = await refused(
      () => contact({ id: other.body.data.id }, { contact_emails: ['other@acme.com', 'Holder@acme.com'] }),
      409,
      'unique_conflict',
      'contact_emails',
    )
    expect(address.body.error.conflict).toEqual(conflict('contact_emails', 'holder@acme.com'))
  })

  it('a person of Zeeg is the contact of Reevo, and the other way round', async () => {
    const zeeg = (body: unknown) => world.send('PUT', '/v2/crm/people?matchingAttribute=email', { body })
    const person = await zeeg({ firstName: 'Zoe', emails: ['Zoe@cross.example', 'zoe.z@cross.example'] })
    const found = await byEmail('ZOE.Z@cross.example', { title: 'CEO' })
    expect(found.status).toBe(200)
    expect(found.body.data.id).toBe(person.body.person.id)
    expect(found.body.data.attributes.primary_email.value).toBe('zoe@cross.example')
    const made = await byEmail('Rae@cross.example', { first_name: 'Rae' })
    const back = await zeeg({ firstName: 'Rae', emails: ['rae@CROSS.example'] })
    expect(back).toMatchObject({
      status: 200,
      body: { person: { id: made.body.data.id, emails: ['rae@cross.example'] } },
    })
  })

  it('24 first writes of one address at once make one contact', async () => {
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, i) => byEmail(i % 2 ? 'RACE@acme.com' : 'race@acme.com', { title: `t${i}` })),
    )
    expect(replies.filter((r) => r.status === 201)).toHaveLength(1)
    expect(replies.filter((r) => r.status === 200)).toHaveLength(23)
    expect(new Set(replies.map((r) => r.body.data.id)).size).toBe(1)
  })

  it('what an organisation requires is asked for on create, and nothing is written without it', async () => {
    const strict = await createWorld()
    await strict.addAttribute('people', { label: 'Region', type: 'text', required: true })
    const assert = (attributes: unknown) =>
      strict.send('POST', CONTACT, { body: { match: { primary_email: 'r@strict.example' }, attributes } })
    const missing = await assert({ first_name: 'R' })
    expect(missing).toMatchObject({
      status: 422,
      body: { error: { code: 'field_required_missing', details: [{ field: 'region' }] } },
    })
    expect(await strict.rows('records')).toEqual([])
    expect(await strict.rows('record_keys')).toEqual([])
    expect((await assert({ region: 'EU' })).status).toBe(201)
    expect((await assert({ region: null })).body.error.code).toBe('field_required_missing')
  })

  it('costs one call when warm, two when cold; the author is the member of the key', async () => {
    const cold = isolate()
    const { secret } = await world.issue({ memberId: world.memberId })
    const body = { match: { primary_email: 'cost@acme.com' }, attributes: { first_name: 'Cost' } }
    const first = await cold.send('POST', CONTACT, { token: secret, body })
    expect(first).toMatchObject({ status: 201, calls: 2 })
    expect(first.body.data.attributes.created_by_user_id.value).toEqual({
      related_record_id: world.memberId,
      related_record_type: 'user',
    })
    const warm = await cold.send('POST', CONTACT, {
      token: secret,
      body: { ...body, attributes: { first_name: 'Warm' } },
    })
    expect(warm).toMatchObject({ status: 200, calls: 1, rowsWritten: 2 })
  })
})
