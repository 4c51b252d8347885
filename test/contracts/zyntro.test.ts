import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, isolate, type Reply } from '../support/world.ts'

const PATH = '/apis/v2/public/crm/addContactsFull'
const ADDRESS = '192.0.2.10'

const zyntroWorld = async (settings: Parameters<typeof createWorld>[0] = {}) => {
  const world = await createWorld(settings)
  await world.addAttribute('people', { label: 'Industry', type: 'select', options: ['Technology', 'Finance'] })
  await world.addAttribute('people', { label: 'Company size', type: 'select', options: ['1-49', '50-200'] })
  await world.addAttribute('people', { label: 'Badge', type: 'text', unique: true })
  const { secret } = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
  const credentials = {
    api_key: world.token,
    developer_secret: secret,
    org_id: world.organizationId,
    member_id: world.memberId,
  }
  const post = (body: object) => world.send('POST', PATH, { token: null, body: { ...credentials, ...body } })
  const person = async (id: string) =>
    JSON.parse((await world.rows('records', `AND object = 'people' AND id = '${id}'`))[0]?.data as string)
  const companies = async () =>
    (await world.rows('records', "AND object = 'companies'")).map((r) => JSON.parse(r.data as string).name[0])
  return { ...world, credentials, post, person, companies }
}

let world: Awaited<ReturnType<typeof zyntroWorld>>
beforeAll(async () => {
  world = await zyntroWorld()
})

const succeeded = (reply: Reply) => {
  expect(reply.body.status, JSON.stringify(reply.body)).toBe('success')
  return reply.body.data
}

const refused = (reply: Reply, code: string, field?: string) => {
  expect(reply.body).toMatchObject({ status: 'error', code })
  expect(reply.body.data.every((line: unknown) => typeof line === 'string')).toBe(true)
  if (field !== undefined) expect(reply.body.errors[0].field).toBe(field)
}

describe('the documented example', () => {
  const example = {
    mode: 'upsert',
    lookup_by: 'email',
    contact: {
      firstName: 'Jane',
      lastName: 'Smith',
      primaryEmail: 'jane.smith@acme.com',
      primaryPhone: '+1-555-0123',
      roleLabel: 'Decision Maker',
      status: 'Active',
      source: 'API Import',
      customFields: { company_size: '50-200', industry: 'Technology' },
      tags: ['prospect', 'enterprise'],
    },
    entity: { website: 'https://acme.com', status: 'Active', label: 'Company', name: 'Acme Corp' },
  }

  it('creates both and links them, then updates both, in one call each', async () => {
    const cold = isolate()
    const send = () => cold.send('POST', PATH, { body: { ...world.credentials, ...example } })
    const created = await send()
    expect(created).toMatchObject({ status: 200, calls: 2 })
    expect(created.body).toEqual({
      status: 'success',
      data: {
        action: 'created',
        message: 'Contact created successfully',
        contact_id: expect.any(String),
        entity_id: expect.any(String),
        entity_action: 'created',
      },
    })
    const { contact_id, entity_id } = created.body.data
    expect(await world.person(contact_id)).toEqual({
      first_name: ['Jane'],
      last_name: ['Smith'],
      emails: [['jane.smith@acme.com']],
      phone_number: ['+1-555-0123', '15550123'],
      role_label: ['Decision Maker'],
      source: ['API Import'],
      status: ['Active'],
      tags: [['prospect', 'enterprise']],
      industry: ['opt_technology'],
      company_size: ['opt_50_200'],
      company: [entity_id],
    })
    const again = await send()
    expect(again).toMatchObject({ calls: 1, rowsWritten: 0 })
    expect(again.body.data).toEqual({
      action: 'updated',
      message: 'Contact updated successfully',
      contact_id,
      entity_id,
      entity_action: 'updated',
    })
    const records = await world.rows('records', `AND id = '${contact_id}'`)
    expect(records[0]).toMatchObject({ version: 1, created_by: `member:${world.memberId}` })
  })

  it('makes one call of a warm create with its entity', async () => {
    succeeded(await world.post({ contact: { firstName: 'W', primaryEmail: 'first@warm.example' } }))
    const contact = { firstName: 'W', primaryEmail: 'second@warm.example' }
    const reply = await world.post({ contact, entity: { name: 'Warm Ltd' } })
    expect(succeeded(reply)).toMatchObject({ action: 'created', entity_action: 'created' })
    expect(reply.calls).toBe(1)
  })

  it('names both fields of an empty contact', async () => {
    const reply = await world.post({ contact: {} })
    expect(reply.status).toBe(200)
    refused(reply, 'VALIDATION_ERROR')
    expect(reply.body.data).toEqual(['Missing required contact fields: firstName, primaryEmail'])
  })
})

describe('modes', () => {
  const contact = { firstName: 'Mo', primaryEmail: 'mo@modes.example' }
  const known = { firstName: 'Kay', primaryEmail: 'kay@modes.example' }
  beforeAll(async () => {
    succeeded(await world.post({ contact: known }))
  })
  it('insert creates, and refuses an address that is there, whatever lookup_by says', async () => {
    expect(succeeded(await world.post({ mode: 'insert', contact }))).toMatchObject({ action: 'created' })
    const before = await world.snapshot()
    const other = { ...contact, primaryPhone: '+1 555 7777' }
    refused(await world.post({ mode: 'insert', contact, entity: { name: 'Left over' } }), 'ALREADY_EXISTS')
    refused(await world.post({ mode: 'insert', lookup_by: 'phone', contact: other }), 'ALREADY_EXISTS')
    expect(await world.snapshot()).toBe(before)
  })

  it('update changes what is sent and nothing else, and creates nothing', async () => {
    const update = (primaryEmail: string, name: string) =>
      world.post({ mode: 'update', contact: { primaryEmail, lastName: 'Des' }, entity: { name } })
    const { contact_id } = succeeded(await update(known.primaryEmail, 'Modes Ltd'))
    expect(await world.person(contact_id)).toMatchObject({ first_name: ['Kay'], last_name: ['Des'] })
    const before = await world.snapshot()
    refused(await update('nobody@modes.example', 'Orphan Ltd'), 'NOT_FOUND_UPDATE', 'contact.primaryEmail')
    expect(await world.snapshot()).toBe(before)
  })

  it('upsert needs firstName only to create', async () => {
    succeeded(await world.post({ contact: { primaryEmail: 'KAY@Modes.example', city: 'Paris' } }))
    const before = await world.snapshot()
    const reply = await world.post({ contact: { primaryEmail: 'new@modes.example' }, entity: { name: 'Nobody Ltd' } })
    refused(reply, 'VALIDATION_ERROR', 'contact.firstName')
    expect(await world.snapshot()).toBe(before)
  })
})

describe('lookups', () => {
  it('phone finds the number, and a new address comes before the known one', async () => {
    const contact = { firstName: 'Ph', primaryPhone: '+1 555 1000', primaryEmail: 'a@phone.example' }
    const { contact_id } = succeeded(await world.post({ lookup_by: 'phone', contact }))
    const moved = { primaryPhone: '+1 555 1000', primaryEmail: 'b@phone.example', secondaryPhone: '+1 555 1001' }
    const updated = await world.post({ lookup_by: 'phone', contact: moved })
    expect(succeeded(updated)).toMatchObject({ action: 'updated', contact_id, entity_action: null })
    expect(updated.calls).toBe(1)
    expect(await world.person(contact_id)).toMatchObject({
      emails: [['b@phone.example', 'a@phone.example']],
      other_phone_numbers: [['+1 555 1001'], ['15551001']],
    })
    refused(await world.post({ lookup_by: 'phone', contact: { firstName: 'N' } }), 'VALIDATION_ERROR')
  })

  it('contact_id updates, also without an address', async () => {
    const { contact_id: contactId } = succeeded(
      await world.post({ contact: { firstName: 'Id', primaryEmail: 'id@lookup.example' } }),
    )
    const byId = (contact: object, mode = 'upsert') => world.post({ mode, lookup_by: 'contact_id', contact })
    expect(succeeded(await byId({ contactId, lastName: 'Only', secondaryEmail: 'id2@lookup.example' }))).toEqual({
      action: 'updated',
      message: expect.any(String),
      contact_id: contactId,
      entity_id: null,
      entity_action: null,
    })
    expect((await world.person(contactId)).emails).toEqual([['id@lookup.example', 'id2@lookup.example']])
    const before = await world.snapshot()
    const unknown = crypto.randomUUID()
    const full = { contactId: unknown, firstName: 'No', primaryEmail: 'no@x.example' }
    refused(await byId(full, 'update'), 'NOT_FOUND_UPDATE', 'contact.contactId')
    const missing = await byId({ contactId: unknown, lastName: 'No' })
    refused(missing, 'VALIDATION_ERROR', 'contact.firstName')
    expect(missing.body.data).toEqual(['Missing required contact fields: firstName, primaryEmail'])
    refused(await byId({ ...full, primaryEmail: 'id@lookup.example' }), 'UNIQUE_CONFLICT', 'contact.primaryEmail')
    refused(await byId({ contactId: unknown }, 'update'), 'NOT_FOUND_UPDATE', 'contact.contactId')
    refused(await byId({ lastName: 'None' }), 'VALIDATION_ERROR', 'contact.contactId')
    refused(await byId({ contactId: 'x' }), 'VALIDATION_ERROR', 'contact.contactId')
    refused(await world.post({ contact: { contactId, primaryEmail: 'id@lookup.example' } }), 'VALIDATION_ERROR')
    expect(await world.snapshot()).toBe(before)
  })
})

describe('values', () => {
  const primaryEmail = 'val@values.example'
  it('keeps what is absent, clears null and empty texts, and merges custom fields', async () => {
    const contact = { firstName: 'Val', primaryEmail, city: 'Rome', state: 'RM', tags: ['a', 'b'], doNotCall: true }
    const first = await world.post({ contact: { ...contact, customFields: { badge: 'v-1', industry: 'Finance' } } })
    const { contact_id } = succeeded(first)
    succeeded(
      await world.post({
        contact: { primaryEmail, city: null, state: '', tags: ['c'], customFields: { industry: 'Technology' } },
      }),
    )
    const person = await world.person(contact_id)
    expect(person).toMatchObject({ tags: [['c']], do_not_call: [true], badge: ['v-1'], industry: ['opt_technology'] })
    expect(Object.keys(person)).not.toContain('city')
    expect(Object.keys(person)).not.toContain('state')
  })

  it.each([
    ['an unknown custom field', { customFields: { nope: 1 } }, 'CUSTOM_FIELD_ERROR', 'contact.customFields.nope'],
    ['a standard attribute as one', { customFields: { city: 'X' } }, 'CUSTOM_FIELD_ERROR', 'contact.customFields.city'],
    ['a value outside the options', { customFields: { industry: 'Law' } }, 'CUSTOM_FIELD_ERROR', undefined],
    ['a custom text that is none', { customFields: { badge: 5 } }, 'CUSTOM_FIELD_ERROR', 'contact.customFields.badge'],
    ['an empty firstName', { firstName: '' }, 'VALIDATION_ERROR', 'contact.firstName'],
    ['no address', { primaryEmail: null }, 'VALIDATION_ERROR', 'contact.primaryEmail'],
    ['a bad address', { primaryEmail: 'nope' }, 'VALIDATION_ERROR', 'contact.primaryEmail'],
    ['a bad second address', { secondaryEmail: 'nope' }, 'VALIDATION_ERROR', 'contact.secondaryEmail'],
    ['a bad number', { primaryPhone: 'call me' }, 'VALIDATION_ERROR', 'contact.primaryPhone'],
    ['a bad second number', { secondaryPhone: 'call me' }, 'VALIDATION_ERROR', 'contact.secondaryPhone'],
    ['an unknown stage', { stageId: 'Nowhere' }, 'VALIDATION_ERROR', 'contact.stageId'],
    ['an owner who is no member', { owner: crypto.randomUUID() }, 'VALIDATION_ERROR', 'contact.owner'],
    ['an unknown field', { nickname: 'X' }, 'VALIDATION_ERROR', 'contact.nickname'],
    ['a text that is too long', { lastName: 'x'.repeat(256) }, 'VALIDATION_ERROR', 'contact.lastName'],
  ])('refuses %s, and leaves no row behind', async (name, fields, code, field) => {
    const before = await world.snapshot()
    const contact = { firstName: 'Ref', primaryEmail: 'refused@values.example', ...fields }
    const reply = await world.post({ contact, entity: { name: `Refused for ${name}` } })
    expect(reply.status).toBe(200)
    refused(reply, code, field)
    expect(reply.body.errors).toHaveLength(1)
    expect(await world.snapshot()).toBe(before)
  })

  it('refuses a bad entity, and writes no contact', async () => {
    const before = await world.snapshot()
    const contact = { firstName: 'Ent', primaryEmail: 'ent@values.example' }
    const reply = await world.post({ contact, entity: { name: 'Bad', website: 'not a site' } })
    refused(reply, 'VALIDATION_ERROR', 'entity.website')
    expect(reply.body.errors).toHaveLength(1)
    refused(await world.post({ contact, entity: { name: 'Bad', owner: 'x' } }), 'VALIDATION_ERROR', 'entity.owner')
    expect(await world.snapshot()).toBe(before)
  })

  it('names field, value and holder of a conflict, and writes neither contact nor entity', async () => {
    const holder = { firstName: 'Hold', primaryEmail: 'hold@values.example', customFields: { badge: 'taken' } }
    const { contact_id } = succeeded(await world.post({ contact: holder }))
    const before = await world.snapshot()
    const contact = { firstName: 'Late', primaryEmail: 'late@values.example' }
    const conflict = async (fields: object) => {
      const reply = await world.post({ contact: { ...contact, ...fields }, entity: { name: 'Late Ltd' } })
      expect(reply.status).toBe(200)
      refused(reply, 'UNIQUE_CONFLICT')
      return reply.body.conflict
    }
    expect(await conflict({ customFields: { badge: 'taken' } })).toEqual({
      field: 'contact.customFields.badge',
      value: 'taken',
      contact_id,
    })
    expect(await conflict({ secondaryEmail: 'Hold@values.example' })).toEqual({
      field: 'contact.secondaryEmail',
      value: 'hold@values.example',
      contact_id,
    })
    expect(await world.snapshot()).toBe(before)
  })

  it('asks for the contact, the ids and known modes', async () => {
    refused(await world.post({}), 'MISSING_CONTACT', 'contact')
    const contact = { firstName: 'A', primaryEmail: 'ids@values.example' }
    refused(await world.post({ contact, org_id: undefined }), 'VALIDATION_ERROR', 'org_id')
    refused(await world.post({ contact, member_id: undefined }), 'VALIDATION_ERROR', 'member_id')
    refused(await world.post({ contact, mode: 'merge' }), 'VALIDATION_ERROR', 'mode')
    refused(await world.post({ contact, lookup_by: 'name' }), 'VALIDATION_ERROR', 'lookup_by')
  })
})

describe('the entity', () => {
  it('of a new b2b contact is named after it; of an existing one it is left alone', async () => {
    const own = await zyntroWorld()
    const contact = { firstName: ' Gen ', lastName: 'Erated', primaryEmail: 'gen@entity.example' }
    const created = succeeded(await own.post({ contact }))
    expect(created).toMatchObject({ entity_action: 'created' })
    expect(await own.companies()).toEqual(['Gen Erated'])
    const linked = { ...(await own.person(created.contact_id)) }
    expect(linked.company).toEqual([created.entity_id])
    const same = await own.post({ contact })
    expect(succeeded(same)).toMatchObject({ action: 'updated', entity_id: null, entity_action: null })
    const renamed = await own.post({ contact: { ...contact, lastName: 'Married' } })
    expect(succeeded(renamed)).toMatchObject({ action: 'updated', entity_id: null, entity_action: null })
    expect(renamed.calls).toBe(1)
    expect(await own.companies()).toEqual(['Gen Erated'])
    expect((await own.person(created.contact_id)).company).toEqual([created.entity_id])
  })

  it('is written and linked whenever it is sent, all its fields, found by its name', async () => {
    const own = await zyntroWorld()
    const contact = { firstName: 'Sent', primaryEmail: 'sent@entity.example' }
    const entity = {
      name: 'Sent Ltd',
      type: 'Partner',
      location: 'Oslo',
      tags: ['x'],
      socials: { linkedin: 'https://linkedin.com/company/sent', twitter: null },
    }
    const first = succeeded(await own.post({ contact, skip_entity: true }))
    expect(first).toMatchObject({ entity_id: null, entity_action: null })
    const linked = succeeded(await own.post({ contact, entity }))
    expect(linked).toMatchObject({ action: 'updated', entity_action: 'created', contact_id: first.contact_id })
    expect((await own.person(first.contact_id)).company).toEqual([linked.entity_id])
    expect(await own.companies()).toEqual(['Sent Ltd'])
    const [row] = await own.rows('records', "AND object = 'companies'")
    expect(JSON.parse(row?.data as string)).toEqual({
      name: ['Sent Ltd'],
      type: ['Partner'],
      location: ['Oslo'],
      tags: [['x']],
      linkedin_url: ['https://linkedin.com/company/sent'],
    })
    const alone = succeeded(
      await own.post({ contact: { firstName: 'No', primaryEmail: 'alone@entity.example' }, skip_entity: true }),
    )
    const nameless = { contact: { primaryEmail: 'alone@entity.example' }, entity: { label: 'X' } }
    refused(await own.post(nameless), 'VALIDATION_ERROR', 'entity.name')
    expect((await own.person(alone.contact_id)).company).toBeUndefined()
  })

  it('of a b2c organisation is written only when sent; a changed setting holds with the next request', async () => {
    const own = await zyntroWorld({ crmMode: 'b2c' })
    const post = (n: number, body = {}) =>
      own.post({ contact: { firstName: `C${n}`, primaryEmail: `c${n}@b2c.example` }, ...body })
    expect(succeeded(await post(1))).toMatchObject({ entity_id: null, entity_action: null })
    expect(succeeded(await post(2, { entity: { name: 'Shop' } }))).toMatchObject({ entity_action: 'created' })
    const skipped = succeeded(await post(3, { entity: { name: 'Skipped' }, skip_entity: true }))
    expect(skipped).toMatchObject({ entity_id: null })
    expect(await own.companies()).toEqual(['Shop'])
    await own.operator.changeOrganization({ crmMode: 'b2b' })
    expect(succeeded(await post(4))).toMatchObject({ entity_action: 'created' })
    expect(await own.companies()).toEqual(['Shop', 'C4'])
  })

  it('is one, and the contact one, for parallel first requests', async () => {
    const own = await zyntroWorld()
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        own.post({ contact: { firstName: 'Par', primaryEmail: i % 2 ? 'par@all.example' : 'PAR@ALL.example' } }),
      ),
    )
    const all = replies.map(succeeded)
    expect(all.filter((d) => d.action === 'created')).toHaveLength(1)
    expect(all.filter((d) => d.entity_action === 'created')).toHaveLength(1)
    expect(new Set(all.map((d) => d.contact_id)).size).toBe(1)
    expect(await own.companies()).toEqual(['Par'])
  })
})

describe('debug', () => {
  it('tells what matched and what it cost, and no secret', async () => {
    const contact = { firstName: 'Deb', primaryEmail: 'deb@debug.example' }
    // Warm: what is measured is the write, and not the reading of the session before it.
    await world.post({ contact: { firstName: 'Deb', primaryEmail: 'warm@debug.example' } })
    const created = await world.post({ contact, debug: true })
    expect(created.body.debug).toEqual({
      matched_by: null,
      timings: { database_ms: expect.any(Number), database_calls: 1 },
      rows: { read: created.rowsRead, written: created.rowsWritten },
    })
    const again = await world.post({ contact, debug: true })
    expect(again.body.debug).toMatchObject({ matched_by: 'email', rows: { written: 0 } })
    expect(JSON.stringify(again.body)).not.toMatch(/eu_|zdk_/)
    expect((await world.post({ contact })).body.debug).toBeUndefined()
  })
})
