import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world.ts'

/** What a record holds is not judged again, whatever has become of what it refers to. */

let world: World
let token: string

beforeAll(async () => {
  world = await createWorld()
  token = (await world.issue({ scopes: ['crm:read', 'crm:write', 'admin'] })).secret
  await world.addObject('deals')
  await world.addAttribute('deals', { label: 'Code', type: 'text', unique: true })
  await world.addAttribute('deals', { label: 'Stage', type: 'select', options: ['Open', 'Lost'] })
  await world.addAttribute('deals', { label: 'Phase', type: 'select', options: ['First', 'Won'] })
  await world.addAttribute('deals', { label: 'Marks', type: 'multiselect', options: ['Red', 'Blue'] })
  await world.addAttribute('deals', { label: 'Buyer', type: 'relation', related: 'companies' })
  await world.addAttribute('deals', { label: 'Sellers', type: 'user', multiple: true })
})

const write = (code: string, values: object, more: object = {}) =>
  world.send('PUT', '/v1/objects/deals/records', {
    token,
    body: { match: { code }, values: { code, ...values }, ...more },
  })
const change = (slug: string, body: object) =>
  world.send('PATCH', `/v1/objects/deals/attributes/${slug}`, { token, body })

const company = async (name: string): Promise<string> => {
  const { body } = await world.send('PUT', '/v1/objects/companies/records', { body: { values: { name } } })
  return body.id
}
const member = async (email: string): Promise<string> =>
  (await world.send('POST', '/v1/members', { token, body: { name: 'Seller', email } })).body.id

describe('a sync that repeats what is there', () => {
  interface Case {
    readonly slug: string
    readonly value: () => Promise<unknown>
    readonly end: (value: never) => Promise<unknown>
    readonly code: string
  }
  const erase = (id: string) => world.send('DELETE', `/v1/objects/companies/records/${id}`)
  const cases: Record<string, Case> = {
    'a relation to a record that was erased': {
      slug: 'buyer',
      value: () => company('Babbage'),
      end: erase,
      code: 'reference_not_found',
    },
    'members who were removed': {
      slug: 'sellers',
      value: async () => [await member('one@seller.example'), await member('two@seller.example')],
      end: ([first]: string[]) => world.send('DELETE', `/v1/members/${first}`, { token }),
      code: 'reference_not_found',
    },
    'an option that was archived': {
      slug: 'stage',
      value: async () => 'Lost',
      end: () => change('stage', { options: ['Open', { value: 'Lost', archived: true }] }),
      code: 'unknown_option',
    },
    'an option that was removed': {
      slug: 'phase',
      value: async () => 'opt_won',
      end: () => change('phase', { options: ['First'] }),
      code: 'unknown_option',
    },
    'a list with an option that was archived': {
      slug: 'marks',
      value: async () => ['Red', 'Blue'],
      end: () => change('marks', { options: ['Red', { value: 'Blue', archived: true }] }),
      code: 'unknown_option',
    },
  }
  it.each(Object.entries(cases))('does not fail on %s, and another record cannot take it', async (name, one) => {
    const value = await one.value()
    const before = await write(name, { [one.slug]: value })
    expect(before.status).toBe(201)
    await one.end(value as never)
    const again = await write(name, { [one.slug]: value })
    expect([again.status, again.body.status, again.body.version]).toEqual([200, 'unchanged', 1])
    const other = await write(`not ${name}`, { [one.slug]: value })
    expect([other.status, other.body.code]).toEqual([422, one.code])
    await write(`empty ${name}`, {})
    const filled = await write(`empty ${name}`, { [one.slug]: value })
    expect([filled.status, filled.body.code, filled.body.errors[0].field]).toEqual([422, one.code, one.slug])
  })

  it('costs one call, and what is sent beside it is written', async () => {
    const buyer = await company('Lovelace')
    await write('beside', { buyer })
    await erase(buyer)
    const again = await write('beside', { buyer, stage: 'Open' })
    expect([again.status, again.body.changed, again.calls]).toEqual([200, ['stage'], 1])
    const moved = await write('beside', { buyer: '01900000-0000-7000-8000-000000000009' })
    expect([moved.status, moved.body.code]).toEqual([422, 'reference_not_found'])
  })
})

it('an option is renamed under its id, and what is stored shows the same id', async () => {
  await world.addAttribute('deals', { label: 'Grade', type: 'status', options: ['Good', 'Bad'] })
  await write('graded', { grade: 'Good' })
  const { body } = await change('grade', { options: [{ id: 'opt_good', value: 'Fine' }, 'Bad'] })
  expect(body.options).toEqual([
    { id: 'opt_good', value: 'Fine', archived: false },
    { id: 'opt_bad', value: 'Bad', archived: false },
  ])
  expect((await write('graded', { grade: 'Fine' })).body.status).toBe('unchanged')
})
