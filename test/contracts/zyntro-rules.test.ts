import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, isolate, type Reply } from '../support/world.ts'

/** What the document promises beyond its example: its messages, its ids, whose a company is, and the reads beside it. */

const CRM = '/apis/v2/public/crm'
const ADDRESS = '192.0.2.10'

const zyntroWorld = async (settings: Parameters<typeof createWorld>[0] = {}) => {
  const world = await createWorld(settings)
  await world.addAttribute('people', { label: 'Plan', type: 'select', options: ['Basic', 'Premium'] })
  const { secret } = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
  const credentials = {
    api_key: world.token,
    developer_secret: secret,
    org_id: world.organizationId,
    member_id: world.memberId,
  }
  const call = (path: string, body: object, through: Pick<typeof world, 'send'> = world) =>
    through.send('POST', `${CRM}/${path}`, { token: null, body: { ...credentials, ...body } })
  const post = (body: object, through?: Pick<typeof world, 'send'>) => call('addContactsFull', body, through)
  const stored = async (object: string, id: string) =>
    JSON.parse((await world.rows('records', `AND object = '${object}' AND id = '${id}'`))[0]?.data as string)
  const companies = () => world.rows('records', "AND object = 'companies'")
  return { ...world, credentials, call, post, stored, companies }
}

let world: Awaited<ReturnType<typeof zyntroWorld>>
beforeAll(async () => {
  world = await zyntroWorld()
})

const succeeded = (reply: Reply) => {
  expect(reply.body.status, JSON.stringify(reply.body)).toBe('success')
  return reply.body.data
}
let serial = 0
const fresh = (more: object = {}) => ({ firstName: 'Jane', lastName: 'Smith', primaryEmail: emailOf(), ...more })
const emailOf = () => `rule-${++serial}@zyntro.example`

describe('the documented messages', () => {
  const told = async (body: object, status: number, code: string) => {
    const reply = await world.post({ contact: fresh(), ...body })
    expect([reply.status, reply.body.status, reply.body.code]).toEqual([status, 'error', code])
    const [error] = reply.body.errors
    expect(error.message.length, 'our own explanation stands beside it').toBeGreaterThan(20)
    return reply.body.data
  }

  it.each<[string, object, number, string, string]>([
    ['no key', { api_key: undefined }, 401, 'MISSING_API_KEY', 'API key is required'],
    ['an empty key', { api_key: '' }, 401, 'MISSING_API_KEY', 'API key is required'],
    ['a key that is none', { api_key: 'none' }, 401, 'INVALID_API_KEY', 'Invalid API key'],
    ['no secret', { developer_secret: undefined }, 401, 'MISSING_DEVELOPER_SECRET', 'Missing developer_secret'],
    ['a secret that is none', { developer_secret: 'x' }, 401, 'INVALID_DEVELOPER_SECRET', 'Invalid developer_secret'],
    ['another member', { member_id: 'x' }, 401, 'MEMBER_NOT_FOUND', 'Member not found in this organization'],
    ['no contact', { contact: undefined }, 200, 'MISSING_CONTACT', 'contact data is required'],
    ['contact null', { contact: null }, 200, 'MISSING_CONTACT', 'contact data is required'],
    [
      'a contact without what it needs',
      { contact: {} },
      200,
      'VALIDATION_ERROR',
      'Missing required contact fields: firstName, primaryEmail',
    ],
    [
      'a contact without a name',
      { contact: { primaryEmail: 'nobody@zyntro.example' } },
      200,
      'VALIDATION_ERROR',
      'Missing required contact fields: firstName',
    ],
    [
      'a contact without an address',
      { contact: { firstName: 'X' } },
      200,
      'VALIDATION_ERROR',
      'Missing required contact fields: primaryEmail',
    ],
    ['nobody to update', { mode: 'update' }, 200, 'NOT_FOUND_UPDATE', 'Contact not found for update'],
  ])('%s: to the letter', async (_what, body, status, code, text) => {
    expect(await told(body, status, code)).toEqual([text])
  })

  it('an address that is not on the list: to the letter', async () => {
    const { secret } = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: ['203.0.113.1'] })
    const data = await told({ developer_secret: secret }, 403, 'IP_NOT_WHITELISTED')
    expect(data).toEqual(['IP address not whitelisted'])
  })

  it.each<[string, object, string, RegExp]>([
    ['a value', { primaryEmail: 'none' }, 'VALIDATION_ERROR', /^Contact validation errors: contact\.primaryEmail \S/],
    ['a type', { city: 5 }, 'VALIDATION_ERROR', /^Contact validation errors: contact\.city \S/],
    [
      'two values, in one line',
      { primaryEmail: 'none', city: 'x'.repeat(256) },
      'VALIDATION_ERROR',
      /^Contact validation errors: .*contact\.primaryEmail .*contact\.city /,
    ],
    [
      'an unknown custom field',
      { customFields: { nope: 1 } },
      'CUSTOM_FIELD_ERROR',
      /^Contact custom field errors: contact\.customFields\.nope \S/,
    ],
    [
      'a value outside the options',
      { customFields: { plan: 'Gold' } },
      'CUSTOM_FIELD_ERROR',
      /^Contact custom field errors: contact\.customFields\.plan \S/,
    ],
  ])('%s: as it begins, then what is wrong', async (_what, fields, code, text) => {
    const data = await told({ contact: fresh(fields) }, 200, code)
    expect(data).toEqual([expect.stringMatching(text)])
  })
})

describe('options that are null', () => {
  it('count as absent, in each of the settings', async () => {
    const contact = fresh({ primaryPhone: null, customFields: null, tags: null })
    const nothing = { mode: null, lookup_by: null, skip_entity: null, debug: null, contact_id: null }
    const reply = await world.post({ contact: { ...contact, contactId: null }, entity: null, ...nothing })
    expect(succeeded(reply)).toMatchObject({ action: 'created', entity_action: 'created' })
    expect(reply.body.debug).toBeUndefined()
    const again = await world.post({ contact, ...nothing })
    expect(succeeded(again)).toMatchObject({ action: 'updated', contact_id: reply.body.data.contact_id })
  })
})

describe('ids', () => {
  const upper = (id: string) => id.toUpperCase()

  it('of organisation and member are taken in any case', async () => {
    const ids = { org_id: upper(world.organizationId), member_id: upper(world.memberId) }
    const { contact_id } = succeeded(await world.post({ contact: fresh(), ...ids }))
    const [row] = await world.rows('records', `AND id = '${contact_id}'`)
    expect(row?.created_by).toBe(`member:${world.memberId}`)
  })

  const places = {
    'contact.contactId': (id: string) => ({ contact: { contactId: id } }),
    'contact.contact_id': (id: string) => ({ contact: { contact_id: id } }),
    'contact_id at the top': (id: string) => ({ contact: {}, contact_id: id }),
  }
  describe.each(Object.entries(places))('of the contact, as %s', (_place, at) => {
    const byId = async (id: string, contact: object, mode = 'upsert') => {
      const sent = at(id)
      return world.post({ mode, lookup_by: 'contact_id', ...sent, contact: { ...contact, ...sent.contact } })
    }
    it('finds, in any case', async () => {
      const { contact_id } = succeeded(await world.post({ contact: fresh() }))
      for (const id of [contact_id, upper(contact_id)])
        expect(succeeded(await byId(id, { city: id === contact_id ? 'Oslo' : 'Rome' }, 'update'))).toMatchObject({
          action: 'updated',
          contact_id,
        })
      expect((await world.stored('people', contact_id)).city).toEqual(['Rome'])
    })
    it('creates in upsert when it is unknown and the required fields are there, once, with its company', async () => {
      const unknown = crypto.randomUUID()
      const contact = fresh()
      const created = succeeded(await byId(unknown, contact))
      expect(created).toMatchObject({ action: 'created', entity_action: 'created' })
      expect(created.contact_id).not.toBe(unknown)
      expect((await world.stored('people', created.contact_id)).company).toEqual([created.entity_id])
      const before = await world.snapshot()
      const again = await byId(unknown, contact)
      expect(again.body).toMatchObject({ code: 'UNIQUE_CONFLICT', conflict: { contact_id: created.contact_id } })
      expect((await byId(unknown, contact, 'update')).body.code).toBe('NOT_FOUND_UPDATE')
      expect(await world.snapshot()).toBe(before)
      expect(succeeded(await byId(created.contact_id, contact))).toMatchObject({
        action: 'updated',
        contact_id: created.contact_id,
        entity_id: null,
      })
    })
  })

  it('that contradict each other, or come beside another lookup, are refused', async () => {
    const { contact_id } = succeeded(await world.post({ contact: fresh() }))
    const two = { contact: { contactId: contact_id }, contact_id: crypto.randomUUID(), lookup_by: 'contact_id' }
    const before = await world.snapshot()
    expect((await world.post(two)).body.errors).toMatchObject([{ field: 'contact_id', code: 'VALIDATION_ERROR' }])
    expect(succeeded(await world.post({ ...two, contact_id: upper(contact_id) }))).toMatchObject({ contact_id })
    for (const beside of [{ contact: fresh({ contact_id }) }, { contact: fresh(), contact_id }])
      expect((await world.post(beside)).body.code).toBe('VALIDATION_ERROR')
    expect(await world.snapshot()).toBe(before)
  })
})

describe('a company that is named after a contact', () => {
  const linkOf = async (own: typeof world, contactId: string) => (await own.stored('people', contactId)).company?.[0]

  it.each<[string, object]>([
    ['not sent', {}],
    ['sent without a name', { entity: { label: 'Customer' } }],
    ['sent with an empty name', { entity: { label: 'Customer', name: '' } }],
  ])(
    'belongs to that contact alone, however many bear its name, one after the other and at once: %s',
    async (_what, more) => {
      const own = await zyntroWorld()
      const isolates = [own, isolate(), isolate(), isolate()]
      const contacts = Array.from({ length: 24 }, () => fresh())
      const [first, second, ...rest] = contacts.map((contact) => ({ contact, ...more }))
      const slow = [await own.post(first ?? {}), await own.post(second ?? {})]
      const replies = [...slow, ...(await Promise.all(rest.map((body, i) => own.post(body, isolates[i % 4]))))]
      const all = replies.map(succeeded)
      expect(all.every((data) => data.action === 'created' && data.entity_action === 'created')).toBe(true)
      expect(new Set(all.map((data) => data.entity_id)).size).toBe(contacts.length)
      for (const { contact_id, entity_id } of all) expect(await linkOf(own, contact_id)).toBe(entity_id)
      const companies = await own.companies()
      expect(companies.map((row) => JSON.parse(row.data as string).name[0])).toEqual(contacts.map(() => 'Jane Smith'))
    },
  )

  it('is one, and the contact one, when the same person comes from everywhere at once', async () => {
    const own = await zyntroWorld()
    const isolates = [own, isolate(), isolate()]
    const contact = fresh()
    const replies = await Promise.all(
      Array.from({ length: 18 }, (_, i) => own.post({ contact, entity: { status: 'New' } }, isolates[i % 3])),
    )
    const all = replies.map(succeeded)
    expect(new Set(all.map(({ contact_id }) => contact_id)).size).toBe(1)
    expect(new Set(all.map(({ entity_id }) => entity_id)).size).toBe(1)
    expect(all.filter(({ entity_action }) => entity_action === 'created')).toHaveLength(1)
    expect(await own.companies()).toHaveLength(1)
  })

  it('is the one that is meant when its contact sends fields without a name again; its name stays', async () => {
    const contact = fresh()
    const first = succeeded(await world.post({ contact, entity: { label: 'Customer' } }))
    const renamed = { ...contact, lastName: 'Married' }
    const again = await world.post({ contact: renamed, entity: { label: 'Partner' } })
    expect(succeeded(again)).toMatchObject({ entity_id: first.entity_id, entity_action: 'updated' })
    expect(again.calls).toBe(1)
    expect(await world.stored('companies', first.entity_id)).toEqual({ name: ['Jane Smith'], label: ['Partner'] })
    const same = await world.post({ contact: renamed, entity: { label: 'Partner' } })
    expect(same.rowsWritten).toBe(0)
    expect(await linkOf(world, first.contact_id)).toBe(first.entity_id)
  })

  it('is made and linked for a contact that has none, and refused where nothing gives it a name', async () => {
    const contact = fresh()
    const { contact_id } = succeeded(await world.post({ contact, skip_entity: true }))
    const before = await world.snapshot()
    const nameless = { contact: { primaryEmail: contact.primaryEmail }, entity: { label: 'X' } }
    expect((await world.post(nameless)).body.errors).toMatchObject([{ field: 'entity.name' }])
    expect(await world.snapshot()).toBe(before)
    const linked = succeeded(await world.post({ contact, entity: { label: 'X' } }))
    expect(linked).toMatchObject({ action: 'updated', contact_id, entity_action: 'created' })
    expect(await linkOf(world, contact_id)).toBe(linked.entity_id)
    expect(succeeded(await world.post(nameless))).toMatchObject({ entity_id: linked.entity_id })
  })

  it('is written for neither a contact that is refused nor one that is not found', async () => {
    const holder = fresh()
    succeeded(await world.post({ contact: holder }))
    const before = await world.snapshot()
    const entity = { label: 'Orphan' }
    const taken = { contact: fresh({ secondaryEmail: holder.primaryEmail }), entity }
    expect((await world.post(taken)).body.code).toBe('UNIQUE_CONFLICT')
    expect((await world.post({ mode: 'update', contact: fresh(), entity })).body.code).toBe('NOT_FOUND_UPDATE')
    expect((await world.post({ mode: 'insert', contact: holder, entity })).body.code).toBe('ALREADY_EXISTS')
    const invalid = await world.post({ contact: fresh({ primaryEmail: 'none' }), entity })
    expect(invalid.body.errors.map(({ field }: { field: string }) => field)).toEqual(['contact.primaryEmail'])
    expect(await world.snapshot()).toBe(before)
  })
})

describe('fetchContact and lookupContact', () => {
  const full = {
    ...{ salutation: 'Dr', roleLabel: 'Champion', source: 'Web', status: 'Active', tags: ['a', 'b'] },
    ...{ address: '1 Main St', addressLine2: 'Top', city: 'Oslo', state: 'O', zip: '0150', country: 'Norway' },
    ...{ countryCode: 'NO', timezone: 'Europe/Oslo', stageId: 'Lead', doNotCall: true, emailVerified: false },
    customFields: { plan: 'Premium' },
  }
  const person = async (more: object = {}) => {
    const contact = fresh({ secondaryEmail: emailOf(), ...full, ...more })
    const entity = { name: `Company of ${contact.primaryEmail}`, website: 'https://found.example', tags: ['x'] }
    return { contact, entity, ...succeeded(await world.post({ contact, entity })) }
  }

  it('show what was written under the names that it was written with; the contact can be sent back', async () => {
    const { contact, entity, contact_id, entity_id } = await person()
    const { data } = (await world.call('fetchContact', { contact_id: contact_id.toUpperCase() })).body
    const { customFields, stageId, ...fields } = contact
    expect(data).toMatchObject({ contact_id, contact: { ...fields, contactId: contact_id } })
    expect(Object.keys(data).sort()).toEqual(['contact', 'contact_id', 'created_at', 'updated_at'])
    const found = (await world.call('lookupContact', { search_string: contact.primaryEmail })).body.data
    expect(found).toMatchObject({ contact: data.contact, entity: { ...entity, entity_id }, notes: [], profile: null })
    const { entity_id: _, ...sendable } = found.entity
    const back = await world.post({ lookup_by: 'contact_id', contact: data.contact, entity: sendable })
    expect(succeeded(back)).toMatchObject({ action: 'updated', contact_id, entity_id })
    expect(back.rowsWritten).toBe(0)
    expect([customFields, stageId]).toEqual([{ plan: 'Premium' }, 'Lead'])
  })

  it('show the parts that are asked for, which are empty here', async () => {
    const { contact_id } = succeeded(await world.post({ contact: fresh(), skip_entity: true }))
    const asked = { include_entity: 1, include_notes: 1, include_profile: true, include_signals: 0 }
    const { data } = (await world.call('fetchContact', { contact_id, ...asked })).body
    expect(data).toMatchObject({ entity: null, notes: [], profile: null })
    expect(data).not.toHaveProperty('signals')
  })

  it('find by id, any address, last and first name; of several the first', async () => {
    const name = `Searched${++serial}`
    const { contact, contact_id } = await person({ firstName: `${name}First`, lastName: name })
    await person({ firstName: `${name}First`, lastName: name })
    const texts = [contact_id, contact_id.toUpperCase(), contact.primaryEmail.toUpperCase(), contact.secondaryEmail]
    for (const search_string of [...texts, name, ` ${name} `, `${name}First`])
      expect((await world.call('lookupContact', { search_string })).body.data?.contact_id, search_string).toBe(
        contact_id,
      )
  })

  it('find by a first and a second phone number', async () => {
    const phones = { primaryPhone: '+44 20 7946 0101', secondaryPhone: '+44 20 7946 0102' }
    const { contact_id } = await person(phones)
    for (const search_string of Object.values(phones))
      expect((await world.call('lookupContact', { search_string })).body.data.contact_id).toBe(contact_id)
  })

  it('say that there is none: unknown, archived, or of another organisation', async () => {
    const other = await zyntroWorld()
    const theirs = succeeded(await other.post({ contact: fresh({ primaryEmail: 'theirs@zyntro.example' }) }))
    const gone = await person()
    await world.send('POST', `/v1/objects/people/records/${gone.contact_id}/archive`)
    const none = { status: 'error', code: 'NOT_FOUND', data: ['Contact not found'] }
    for (const contact_id of [crypto.randomUUID(), 'none', theirs.contact_id, gone.contact_id]) {
      const reply = await world.call('fetchContact', { contact_id })
      expect([reply.status, reply.body]).toMatchObject([200, none])
    }
    for (const search_string of ['nobody', 'theirs@zyntro.example', gone.contact.primaryEmail, theirs.contact_id])
      expect((await world.call('lookupContact', { search_string })).body).toMatchObject(none)
    expect((await world.call('lookupContact', { search_string: ' ' })).body.code).toBe('VALIDATION_ERROR')
  })

  it('need crm:read only; the lookup needs no member, and two calls: for the contact and for its company', async () => {
    const { contact } = await person({})
    const { secret: api_key } = await world.issue({ scopes: ['crm:read'] })
    const ask = () =>
      world.call('lookupContact', { api_key, member_id: undefined, search_string: contact.primaryEmail })
    await ask()
    const warm = await ask()
    expect([warm.body.status, warm.calls]).toEqual(['success', 2])
    expect((await world.call('addContactsFull', { api_key, contact: fresh() })).status).toBe(403)
  })
})
