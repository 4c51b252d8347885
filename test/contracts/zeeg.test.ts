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
