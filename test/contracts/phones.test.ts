import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type Reply, type World } from '../support/world.ts'

/** In every contract: the text as sent is what is shown, and any spelling of the number finds it. */

const ADDRESS = '192.0.2.10'
const NATIONAL = '0171 1234567'
const SPELLINGS = ['+49 171 1234567', '0049171/1234567', 'tel:+49-171-1234567', '+49\u00a0171\u202f123\u20114567']

let world: World
let credentials: object
let admin: string
beforeAll(async () => {
  world = await createWorld({ crmMode: 'b2c', defaultCountry: 'DE' })
  admin = (await world.issue({ scopes: ['admin'] })).secret
  const { secret } = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
  credentials = {
    ...{ api_key: world.token, developer_secret: secret },
    ...{ org_id: world.organizationId, member_id: world.memberId },
  }
})

const zeeg = (match: string, body: object) =>
  world.send('PUT', `/v2/crm/people?matchingAttribute=${match}`, { body: { firstName: 'P', ...body } })
const reevo = (email: string, attributes: object) =>
  world.send('POST', '/api/v2/contact/_assert', { body: { match: { primary_email: email }, attributes } })
const anduin = (body: object) =>
  world.send('POST', `/api/v1/idm/${world.organizationId}/contacts/upsert`, {
    body: { firstName: 'P', lastName: 'Q', ...body },
  })
const zyntro = (contact: object, more: object = {}) =>
  world.send('POST', '/apis/v2/public/crm/addContactsFull', {
    token: null,
    body: { ...credentials, contact: { firstName: 'P', ...contact }, ...more },
  })
const v1 = (body: object, query = '') => world.send('PUT', `/v1/objects/people/records${query}`, { body })
const ok = (reply: Reply, status = 200) => {
  expect(reply.status, JSON.stringify(reply.body)).toBe(status)
  return reply.body
}

describe('a phone number', () => {
  it('of Zeeg is shown as sent, and is matched by in every spelling', async () => {
    const made = ok(await zeeg('phoneNumber', { phoneNumber: NATIONAL, emails: ['z@phone.example'] }), 201).person
    expect(made.phoneNumber).toBe(NATIONAL)
    for (const phoneNumber of SPELLINGS) {
      const { person } = ok(await zeeg('phone_number', { phoneNumber }))
      expect([person.id, person.phoneNumber]).toEqual([made.id, phoneNumber])
    }
    const last = { phoneNumber: SPELLINGS[3] }
    expect((await zeeg('phone_number', last)).rowsWritten).toBe(0)
  })

  it('of Reevo is one item in whatever spelling, shown as sent', async () => {
    const numbers = (reply: Reply, status?: number) =>
      ok(reply, status).data.attributes.contact_phone_numbers.map((i: { value: { phone_number: string } }) => [
        i.value.phone_number,
      ])
    const email = 'r@phone.example'
    const list = ['0172 1', '+49 172 2', '+491721', { phone_number: '0172/2', labels: ['WORK'] }]
    expect(numbers(await reevo(email, { contact_phone_numbers: list }), 201)).toEqual([['0172 1'], ['+49 172 2']])
    const moved = await reevo(email, { primary_phone_number: '0172 2' })
    expect(numbers(moved)).toEqual([['0172 2']])
    expect((await reevo(email, { primary_phone_number: '0172 2' })).rowsWritten).toBe(0)
    const named = await reevo(email, { primary_phone_number: '0172 3', contact_phone_numbers: ['1', '+49 172 3'] })
    expect(numbers(named)).toEqual([['+49 172 3'], ['1']])
  })

  it('of Anduin is shown as sent', async () => {
    const contact = { trackingId: 'phone', email: 'a@phone.example', phone: '+1-555-0123' }
    expect(ok(await anduin(contact))).toMatchObject({ result: 'created', phone: '+1-555-0123' })
    expect((await anduin(contact)).rowsWritten).toBe(0)
    expect(ok(await anduin({ ...contact, phone: '+1 (555) 0123' })).phone).toBe('+1 (555) 0123')
  })

  it('of Zyntro is looked up in every spelling; a second one is known in every spelling too', async () => {
    const first = { primaryEmail: 'y@phone.example', primaryPhone: '0174 1', secondaryPhone: '0174 2' }
    const { contact_id } = ok(await zyntro(first)).data
    const again = await zyntro({ primaryPhone: '+49 174 1', secondaryPhone: '+49/174/2' }, { lookup_by: 'phone' })
    expect(ok(again).data).toMatchObject({ action: 'updated', contact_id })
    const record = await world.send('GET', `/v1/objects/people/records/${contact_id}`, {
      token: (await world.issue({ scopes: ['crm:read'] })).secret,
    })
    expect(ok(record).values).toMatchObject({ phone_number: '+49 174 1', other_phone_numbers: ['+49/174/2'] })
  })

  it('of /v1 is matched, read, queried and unique in every spelling', async () => {
    const token = (await world.issue({ scopes: ['crm:read', 'crm:write'] })).secret
    const settings = { slug: 'desk', label: 'Desk', type: 'phone_number', unique: true }
    expect((await world.send('POST', '/v1/objects/people/attributes', { token: admin, body: settings })).status).toBe(
      201,
    )
    const made = ok(await v1({ match: { desk: '030 123456 ext. 7' }, values: { last_name: 'D' } }), 201).record
    expect(made.values.desk).toBe('030 123456 ext. 7')
    const unchanged = ok(await v1({ match: { desk: 'tel:+49-30-123456;ext=7' }, values: { last_name: 'D' } }))
    expect(unchanged).toMatchObject({ status: 'unchanged', record: { id: made.id } })
    const path = `/v1/objects/people/records/by/desk/${encodeURIComponent('+49 30 123456 x7')}`
    expect(ok(await world.send('GET', path, { token })).id).toBe(made.id)
    const filter = { attribute: 'desk', operator: 'in', value: ['0049 30 123456 #7', '1'] }
    const query = await world.send('POST', '/v1/objects/people/records/query', { token, body: { filter } })
    expect(ok(query).records).toMatchObject([{ id: made.id }])
    // The country is told once, with the organisation.
    const attribute = await world.send('PATCH', '/v1/objects/people/attributes/desk', {
      token: admin,
      body: { label: 'D' },
    })
    expect(ok(attribute)).toEqual(expect.not.objectContaining({ country: expect.anything() }))
    ok(await world.send('GET', '/v1/objects/people', { token: admin }))
    const taken = await v1({ match: { emails: 'd@phone.example' }, values: { desk: '+4930123456;ext=7' } })
    expect(taken.status).toBe(409)
    expect(JSON.stringify(taken.body)).toContain(made.id)
  })

  it('is found in the words of its country as soon as that is set', async () => {
    const other = await createWorld()
    const token = (await other.issue({ scopes: ['admin'] })).secret
    const organization = (body?: object) =>
      other.send(body ? 'PATCH' : 'GET', '/v1/organization', { token, ...(body && { body }) })
    expect(ok(await organization()).defaultCountry).toBeNull()
    expect((await organization({ defaultCountry: 'XX' })).body.errors).toMatchObject([{ field: 'defaultCountry' }])
    expect((await organization({ defaultCountry: 'constructor' })).status).toBe(422)
    const put = (number: string) =>
      other.send('PUT', '/v1/objects/people/records', { body: { match: { phone_number: number }, values: {} } })
    expect(ok(await put('+33 6 12 34 56 78'), 201).status).toBe('created')
    expect(ok(await organization({ defaultCountry: 'FR' })).defaultCountry).toBe('FR')
    expect(ok(await put('06 12 34 56 78')).status).toBe('unchanged')
    expect(ok(await organization({ defaultCountry: null })).defaultCountry).toBeNull()
  })
})

describe('numbers as they are written', () => {
  const read = (body: object) => world.send('POST', '/v1/phone-numbers', { body })
  it('are told as they are dialled in the country that is said, whatever that of the organisation is', async () => {
    const numbers = ['0171 1234567', '+44 20 7946 0958', '030 901820 ext. 12', '12', 'n/a', '']
    const german = ['+491711234567', '+442079460958', '+4930901820;ext=12', null, null, null]
    expect(ok(await read({ country: 'DE', numbers }))).toEqual({ numbers: german })
    expect(ok(await read({ country: 'AT', numbers: ['0664 1234567'] }))).toEqual({ numbers: ['+436641234567'] })
  })

  it('are refused of no country, and beyond a thousand', async () => {
    for (const [body, field] of [
      [{ country: 'XX', numbers: [] }, 'country'],
      [{ country: 'DE', numbers: Array(1_001).fill('1') }, 'numbers'],
    ] as const) {
      const { status, body: answer } = await read(body)
      expect([status, answer.errors[0].field]).toEqual([422, field])
    }
  })
})
