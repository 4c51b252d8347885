import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, isolate, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.addAttribute('people', { label: 'External id', type: 'text', unique: true })
  await world.addAttribute('people', { label: 'Industry', type: 'select', options: ['Technology', 'Finance'] })
  await world.addObject('products')
  await world.addAttribute('products', { label: 'SKU', type: 'text', unique: true })
  await world.addAttribute('products', { label: 'Barcode', type: 'text', unique: true })
  await world.addAttribute('products', { label: 'Price', type: 'number' })
})

const person = (matchingAttribute: string, body: unknown) =>
  world.send('PUT', `/v2/crm/people?matchingAttribute=${matchingAttribute}`, { body })
const product = (matchingAttribute: string, body: unknown) =>
  world.send('PUT', `/v2/crm/products?matchingAttribute=${matchingAttribute}`, { body })

describe('assert a person', () => {
  it('creates with 201, then updates with 200', async () => {
    const body = { firstName: 'Jane', lastName: 'Doe', emails: ['jane.doe@acme.com'] }
    const created = await person('email', body)
    expect(created.status).toBe(201)
    const updated = await person('email', { ...body, jobTitle: 'CTO' })
    expect(updated.status).toBe(200)
    expect(updated.body.person).toMatchObject({ id: created.body.person.id, firstName: 'Jane', jobTitle: 'CTO' })
  })

  it('finds a person by a secondary address, in any letter case, and loses no address', async () => {
    const created = await person('email', { firstName: 'Two', emails: ['one@two.example', 'second@two.example'] })
    const found = await person('emails', { firstName: 'Two', emails: ['SECOND@two.example'] })
    expect(found.body.person.id).toBe(created.body.person.id)
    expect(found.body.person.emails).toEqual(['second@two.example', 'one@two.example'])
  })

  it('replaces the addresses when matching by another attribute', async () => {
    await person('external_id', { firstName: 'Ext', external_id: 'x-1', emails: ['a@ext.example', 'b@ext.example'] })
    const updated = await person('external_id', {
      firstName: 'Ext',
      customAttributes: { external_id: 'x-1' },
      emails: ['c@ext.example'],
    })
    expect(updated.body.person.emails).toEqual(['c@ext.example'])
    const again = await person('email', { firstName: 'New', emails: ['a@ext.example'] })
    expect(again.status).toBe(201)
  })
})

describe('the address that finds a person', () => {
  const byEmail = (emails: readonly string[], rest: object = {}) =>
    person('email', { firstName: 'Ad', emails, ...rest })

  it('is the first that somebody has: a new first one does not hide a known one', async () => {
    const { body } = await byEmail(['old@by.example', 'work@by.example'])
    const changed = await byEmail(['new@by.example', 'WORK@by.example'])
    expect([changed.status, changed.body.person.id]).toEqual([200, body.person.id])
    expect(changed.body.person.emails).toEqual(['new@by.example', 'work@by.example', 'old@by.example'])
  })

  it('must be of one person: 400 names both, and nothing is written', async () => {
    const one = await byEmail(['one@both.example'])
    const two = await byEmail(['two@both.example'])
    const before = await world.snapshot()
    const { status, calls, body } = await byEmail(['new@both.example', 'one@both.example', 'two@both.example'])
    expect([status, calls, body.code]).toEqual([400, 1, 'keys_disagree'])
    const named = [
      { field: 'emails', value: 'one@both.example', recordId: one.body.person.id },
      { field: 'emails', value: 'two@both.example', recordId: two.body.person.id },
    ]
    expect([body.conflict, body.conflicts]).toEqual([named[0], named])
    for (const [i, { value, recordId }] of named.entries())
      expect(body.errors[i].message).toContain(`record ${recordId} has ${value}`)
    expect(await world.snapshot()).toBe(before)
  })

  it('may be one of more than can be matched by', async () => {
    const many = Array.from({ length: 14 }, (_, i) => `m${i}@many.example`)
    const { body } = await byEmail(many)
    expect(body.person.emails).toEqual(many)
    const again = await byEmail(many)
    expect(again).toMatchObject({ status: 200, rowsWritten: 0 })
  })

  it.each([[[]], [['']], [[null]], ['none'], [null]])('is not %j', async (emails) => {
    const before = await world.snapshot()
    expect((await person('email', { firstName: 'No', emails })).status).toBe(400)
    expect(await world.snapshot()).toBe(before)
  })

  it('counts for the domains of a company, too', async () => {
    const company = (domains: readonly string[]) =>
      world.send('PUT', '/v2/crm/companies?matchingAttribute=domain', { body: { name: 'D', domains } })
    const { body } = await company(['old.domains.example'])
    const found = await company(['new.domains.example', 'old.domains.example'])
    expect([found.status, found.body.company.id]).toEqual([200, body.company.id])
    expect(found.body.company.domain).toBe('new.domains.example')
  })
})

describe('the names of fields', () => {
  const emails = ['slugs@names.example']
  it('may be slugs, for the required rule too', async () => {
    const { status, body } = await person('email', {
      first_name: 'Cher',
      emails,
      job_title: 'Singer',
      phone_number: '+49 30 901820',
      primary_location: 'Malibu',
      avatar_url: 'https://names.example/cher.png',
    })
    expect(status).toBe(201)
    expect(body.person).toMatchObject({
      firstName: 'Cher',
      lastName: null,
      jobTitle: 'Singer',
      phoneNumber: '+49 30 901820',
      primaryLocation: 'Malibu',
      avatarUrl: 'https://names.example/cher.png',
    })
    expect(
      (await person('email', { last_name: 'Sarkisian', emails: ['SLUGS@names.example'] })).body.person,
    ).toMatchObject({
      id: body.person.id,
      lastName: 'Sarkisian',
    })
  })

  it.each([{}, { first_name: '' }, { first_name: null, lastName: '' }])(
    'one of both is required: %j',
    async (names) => {
      const { status, body } = await person('email', { ...names, emails })
      expect([status, body.errors.map(({ field }: { field: string }) => field)]).toEqual([
        400,
        ['firstName', 'lastName'],
      ])
    },
  )

  it('leave the attributes of the organisation alone that look like them', async () => {
    for (const object of ['people', 'companies']) await world.addAttribute(object, { label: 'Email', type: 'text' })
    const custom = { email: 'a text' }
    const { body } = await person('email', { firstName: 'Custom', emails: ['custom@names.example'], ...custom })
    expect(body.person).toMatchObject({ emails: ['custom@names.example'], customAttributes: custom })
    const company = await world.send('PUT', '/v2/crm/companies?matchingAttribute=domain', {
      body: { domain: 'names.example', ...custom },
    })
    expect(company.body.company).toMatchObject({ domain: 'names.example', customAttributes: custom })
  })

  it('a field under both of its names is 400', async () => {
    expect((await person('email', { firstName: 'A', first_name: 'A', emails })).body).toMatchObject({
      status: 400,
      errors: [{ field: 'first_name', code: 'invalid_value' }],
    })
  })
})

describe('relations and users that hold one value', () => {
  const emails = ['one@relations.example']
  it('take the id, a list of it, and none; two are 400', async () => {
    const company = await world.send('PUT', '/v2/crm/companies?matchingAttribute=domain', {
      body: { name: 'Engines', domain: 'relations.example' },
    })
    const { id } = company.body.company
    for (const companyId of [id, [id], [id.toUpperCase()]]) {
      const { body } = await person('email', { firstName: 'R', emails, companyId })
      expect(body.person.company).toEqual({ id, name: 'Engines', domain: 'relations.example' })
      const cleared = await person('email', { firstName: 'R', emails, companyId: companyId === id ? null : [] })
      expect(cleared.body.person.company).toBeNull()
    }
    for (const name of ['company_id', 'company']) {
      const { body } = await person('email', { firstName: 'R', emails, [name]: [id] })
      expect(body.person.company.id).toBe(id)
      await person('email', { firstName: 'R', emails, [name]: [] })
    }
    const two = await person('email', { firstName: 'R', emails, companyId: [id, id] })
    expect(two.body).toMatchObject({ status: 400, errors: [{ field: 'companyId', code: 'too_many_values' }] })

    await person('email', { firstName: 'R', emails, customAttributes: { owner: [world.memberId] } })
    const owned = await person('email', { firstName: 'R', emails, owner: world.memberId })
    expect(owned).toMatchObject({ status: 200, rowsWritten: 0 })
    expect(owned.body.person.customAttributes.owner).toEqual([world.memberId])
    const ownerless = await person('email', { firstName: 'R', emails, owner: [] })
    expect(ownerless.body.person.customAttributes).not.toHaveProperty('owner')
  })

  it('a company that is none is refused by the name of its field', async () => {
    const companyId = '01900000-0000-7000-8000-000000000009'
    const { status, body } = await person('email', { firstName: 'R', emails, companyId: [companyId] })
    expect([status, body.errors[0]]).toMatchObject([400, { field: 'companyId', code: 'reference_not_found' }])
  })
})

describe('an empty text', () => {
  it('clears a phone number and a web address, and is a text elsewhere', async () => {
    const emails = ['empty@texts.example']
    const set = { phoneNumber: '+49 30 901820', avatarUrl: 'texts.example/a', socials: { linkedin: 'texts.example/b' } }
    await person('email', { firstName: 'E', emails, jobTitle: 'Set', ...set })
    const { status, body } = await person('email', {
      firstName: 'E',
      emails,
      jobTitle: '',
      phoneNumber: '',
      avatarUrl: ' ',
      socials: { linkedin: '' },
    })
    expect(status).toBe(200)
    expect(body.person).toMatchObject({ jobTitle: '', phoneNumber: null, avatarUrl: null, socials: { linkedin: null } })
    expect((await person('phone_number', { firstName: 'E', phoneNumber: '' })).body).toMatchObject({
      status: 400,
      code: 'empty_match_value',
    })
    const cleared = await person('email', { firstName: 'E', emails, customAttributes: { zoominfo_url: '' } })
    expect(cleared).toMatchObject({ status: 200, rowsWritten: 0 })
  })
})

describe('get by id', () => {
  const get = (path: string, call: object = {}) => world.send('GET', `/v2/crm/${path}`, call)

  it('answers what the assert answered, in one call', async () => {
    const company = await world.send('PUT', '/v2/crm/companies?matchingAttribute=domain', {
      body: { name: 'Read', domain: 'read.example' },
    })
    const { id } = company.body.company
    const asserted = await person('email', { firstName: 'Read', emails: ['r@read.example'], companyId: id })
    const record = await product('sku', { sku: 'R-1', price: 3 })
    for (const [path, answered] of [
      [`people/${asserted.body.person.id}`, { person: asserted.body.person }],
      [`companies/${id}`, { company: company.body.company }],
      [`products/${record.body.record.id.toUpperCase()}`, { record: record.body.record }],
    ] as const)
      expect(await get(path)).toMatchObject({
        status: 200,
        calls: 1,
        body: { success: true, status: 200, ...answered },
      })
  })

  it('of nobody, of another object and of an archived person is 404, of an unknown object too', async () => {
    const { body } = await person('email', { firstName: 'Gone', emails: ['gone@read.example'] })
    const { id } = body.person
    const notFound = { status: 404, body: { success: false, status: 404, code: 'record_not_found' } }
    expect(await get('people/01900000-0000-7000-8000-000000000009')).toMatchObject(notFound)
    expect(await get(`companies/${id}`)).toMatchObject(notFound)
    expect(await get(`nothing/${id}`)).toMatchObject({ status: 404, body: { code: 'unknown_object' } })
    expect(await get('people/7')).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } })
    expect((await get(`people/${id}`)).status).toBe(200)
    await world.send('POST', `/v1/objects/people/records/${id}/archive`)
    expect(await get(`people/${id}`)).toMatchObject(notFound)
  })

  it('needs a key that may read, and one that may write may', async () => {
    const { body } = await person('email', { firstName: 'Scope', emails: ['scope@read.example'] })
    for (const scope of ['crm:read', 'crm:write'] as const) {
      const { secret } = await world.issue({ scopes: [scope] })
      expect((await get(`people/${body.person.id}`, { token: secret })).status).toBe(200)
    }
  })
})

describe('assert a record', () => {
  it('creates with nulls, updates what is sent, and clears what is null', async () => {
    const created = await product('sku', { sku: 'A-1' })
    expect(created.status).toBe(201)
    expect(created.body.record.attributes).toEqual({ sku: 'A-1', barcode: null, price: null })
    await product('sku', { sku: 'A-1', price: 12.5, barcode: 'b1' })
    const kept = await product('sku', { sku: 'A-1', barcode: null })
    expect(kept.body.record.attributes).toEqual({ sku: 'A-1', barcode: null, price: 12.5 })
  })

  it('names field, value and record of a collision, and writes nothing', async () => {
    const first = await product('sku', { sku: 'C-1', barcode: 'taken' })
    const before = await world.snapshot()
    const second = await product('sku', { sku: 'C-2', barcode: 'taken' })
    expect(second.status).toBe(400)
    expect(second.body.conflict).toEqual({ field: 'barcode', value: 'taken', recordId: first.body.record.id })
    expect(await world.snapshot()).toBe(before)
  })
})

describe('cost', () => {
  it('is one call when warm, and no row when nothing changes', async () => {
    const body = { firstName: 'Cost', emails: ['cost@acme.com'] }
    const cold = isolate()
    const path = '/v2/crm/people?matchingAttribute=email'
    const first = await cold.send('PUT', path, { token: world.token, body })
    expect(first.calls).toBe(2)
    const warm = await cold.send('PUT', path, { token: world.token, body })
    expect(warm).toMatchObject({ calls: 1, rowsWritten: 0 })
  })
})
