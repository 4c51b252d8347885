import { beforeAll, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world.ts'

/** Finding records over HTTP: what the engine's property does not see. */

let world: World
let acme: string
let people: Record<string, string>
const path = '/v1/objects/people/records'
const query = (body: object) => world.send('POST', `${path}/query`, { body })
const names = ({ body }: { body: { records: { values: { first_name: string } }[] } }) =>
  body.records.map(({ values }) => values.first_name)

beforeAll(async () => {
  world = await createWorld()
  const company = await world.send('POST', '/v1/objects/companies/records/batch', {
    body: [
      { values: { name: 'Acme', domains: ['acme.example'] } },
      { values: { name: 'Other', domains: ['o.example'] } },
    ],
  })
  acme = company.body.outcomes[0].id
  const made = await world.send('POST', `${path}/batch`, {
    body: [
      { values: { first_name: 'Ada', job_title: 'Analyst', emails: ['ada@acme.example'], company: acme } },
      { values: { first_name: 'Ben', job_title: 'Analyst', company: company.body.outcomes[1].id } },
      { values: { first_name: 'Cy' } },
    ],
  })
  people = Object.fromEntries(['Ada', 'Ben', 'Cy'].map((name, i) => [name, made.body.outcomes[i].id]))
  await world.send('POST', `${path}/${people.Cy}/archive`)
})

it('lists by ids, parameters and newest first, without archived records unless asked for', async () => {
  expect(names(await world.send('GET', `${path}?sort=-createdAt`))).toEqual(['Ben', 'Ada'])
  expect(names(await world.send('GET', `${path}?sort=-updatedAt&archived=include`))[0]).toBe('Cy')
  expect(names(await world.send('GET', `${path}?filter[job_title]=Analyst&filter[first_name]=Ada`))).toEqual(['Ada'])
  const ids = `${people.Cy},${people.Ada},${crypto.randomUUID()}`
  expect(names(await world.send('GET', `${path}?ids=${ids}`))).toEqual(['Ada'])
  expect(names(await world.send('GET', `${path}?ids=${ids}&archived=only`))).toEqual(['Cy'])
})

it('filters by what a relation points at, brings it along, and counts', async () => {
  const reply = await query({
    filter: { attribute: 'company.domains', operator: 'eq', value: 'ACME.example' },
    expand: ['company'],
    count: true,
  })
  expect(names(reply)).toEqual(['Ada'])
  expect(reply.body).toMatchObject({ count: { value: 1, exact: true }, expanded: [{ id: acme, object: 'companies' }] })
})

it('judges texts by the case rule of their keys', async () => {
  const part = { attribute: 'emails', operator: 'contains', value: '@ACME' }
  expect(names(await query({ filter: part }))).toEqual(['Ada'])
  expect(names(await query({ filter: { not: part } }))).toEqual(['Ben'])
})

const eq = { attribute: 'first_name', operator: 'eq', value: 'Ada' }
const nested = (depth: number): object => (depth === 0 ? eq : { not: nested(depth - 1) })

it.each<[string, object, string, string | null]>([
  [
    'an unknown attribute',
    { and: [eq, { ...eq, attribute: 'nothing' }] },
    'unknown_attribute',
    'filter.and.1.attribute',
  ],
  ['a number as text', { attribute: 'createdAt', operator: 'gt', value: '7' }, 'invalid_value', 'filter.value'],
  ['an unknown operator', { ...eq, operator: 'like' }, 'invalid_value', 'filter.operator'],
  ['a misspelt member', { ...eq, vlaue: 1 }, 'unknown_field', 'filter.vlaue'],
  ['two levels of relations', { ...eq, attribute: 'company.owner.name' }, 'invalid_value', 'filter.attribute'],
  ['a deep tree', nested(6), 'too_many_values', 'filter.not.not.not.not.not'],
  ['a wide tree', { or: Array.from({ length: 10_000 }, () => eq) }, 'too_many_values', 'filter'],
  ['a long part', { ...eq, operator: 'contains', value: 'x'.repeat(250_000) }, 'too_long', 'filter.value'],
  ['an empty group', { and: [] }, 'invalid_value', 'filter.and'],
])('refuses %s, and names the place', async (_name, filter, code, field) => {
  const { status, body } = await query({ filter })
  expect([status, body.code, body.errors[0].field]).toEqual([422, code, field])
})

it('refuses parameters that mean nothing', async () => {
  const ask = async (search: string) => (await world.send('GET', `${path}?${search}`)).body.code
  expect(await ask('filter[nothing]=x')).toBe('unknown_attribute')
  expect(await ask('filter=x')).toBe('wrong_type')
  expect(await ask('filters[city]=x')).toBe('unknown_parameter')
  expect(await ask('sort=job_title')).toBe('not_indexed')
  expect(await ask('expand=city')).toBe('invalid_value')
  expect(await ask('ids=7')).toBe('invalid_value')
  const { body } = await world.send('GET', `${path}?limit=1`)
  expect(await ask(`limit=1&sort=-createdAt&cursor=${body.nextCursor}`)).toBe('invalid_value')
})
