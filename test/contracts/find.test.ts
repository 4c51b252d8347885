import { beforeAll, describe, expect, it } from 'vitest'
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

it('finds by words of searchable attributes, together with filters, in any order, and through pages', async () => {
  for (const slug of ['first_name', 'last_name', 'emails'])
    await world.operator.changeAttribute('people', slug, { searchable: true })
  const make = await world.send('POST', `${path}/batch`, {
    body: ['Émile', 'Emilia', 'EMIL'].map((first_name, i) => ({
      values: {
        first_name,
        last_name: 'Noether',
        job_title: i === 1 ? 'Poet' : 'Analyst',
        emails: [`e${i}@Words.example`],
      },
    })),
  })
  expect(make.status).toBe(200)
  const list = async (search: string) => world.send('GET', `${path}?${search}`)
  expect(names(await list('q=emil noe'))).toEqual(['EMIL', 'Émile', 'Emilia'])
  expect(names(await list('q=%C3%A9mil&sort=-createdAt&limit=2'))).toEqual(['EMIL', 'Emilia'])
  expect(names(await list('q=emil&filter[job_title]=Poet'))).toEqual(['Emilia'])
  expect(names(await list('q=@words%20emilia'))).toEqual(['Emilia'])
  expect(names(await list('q=nobody'))).toEqual([])
  const counted = await query({ q: 'noether words', count: true, limit: 2, fields: ['first_name'] })
  expect(counted.body.count).toEqual({ value: 3, exact: true })
  const rest = await query({ q: 'noether words', limit: 2, cursor: counted.body.nextCursor })
  expect([...names(counted), ...names(rest)].sort()).toEqual(['EMIL', 'Emilia', 'Émile'])
  expect(rest.body.nextCursor).toBeNull()
  // One call for one word, one more to find the rarest of several.
  expect([(await list('q=emil')).calls, counted.calls, rest.calls]).toEqual([1, 2, 1])
  const other = await query({ q: 'emil words', cursor: counted.body.nextCursor })
  expect([other.status, other.body.errors[0].field]).toEqual([422, 'cursor'])
})

it.each([
  ['companies', 'ada', 'not_searchable'],
  ['people', '!?', 'invalid_value'],
  ['people', 'x'.repeat(101), 'too_long'],
  ['people', 'a b c d e f g h i j k', 'too_many_values'],
])('refuses to search %s for %s', async (object, q, code) => {
  await world.operator.changeAttribute('people', 'first_name', { searchable: true })
  for (const { status, body } of [
    await world.send('POST', `/v1/objects/${object}/records/query`, { body: { q } }),
    await world.send('GET', `/v1/objects/${object}/records?q=${q}`),
  ])
    expect([status, body.code, body.errors[0].field]).toEqual([422, code, 'q'])
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

it('says of a record that is erased how many relations pointed at it, and when that is a lower bound', async () => {
  const own = await createWorld()
  const make = async (object: string, bodies: readonly object[]) => {
    const { body } = await own.send('POST', `/v1/objects/${object}/records/batch`, { body: bodies })
    return body.outcomes.map(({ id }: { id: string }) => id) as string[]
  }
  const erase = async (object: string, id = '') => {
    const { status, headers, calls } = await own.send('DELETE', `/v1/objects/${object}/records/${id}`)
    return [status, headers.get('relations-left'), calls]
  }
  const [one, other, third] = await make('companies', [{ values: {} }, { values: {} }, { values: {} }])
  const [person] = await make('people', [{ values: { company: one } }, { values: { company: one } }])
  await own.send('POST', `${path}/${person}/archive`)
  expect(await erase('companies', other)).toEqual([204, '0', 2])
  expect(await erase('companies', one)).toEqual([204, '2', 2])
  expect(await erase('people', person)).toEqual([204, '0', 1])
  expect((await erase('companies', one))[0]).toBe(404)
  // More than are looked at without an index; with one, they are all counted.
  await make(
    'people',
    Array.from({ length: 1_000 }, () => ({ values: { company: third } })),
  )
  await own.operator.addAttribute('people', { label: 'Rival', type: 'relation', related: 'companies', indexed: true })
  await make('people', [{ values: { rival: third } }])
  expect(await erase('companies', third)).toEqual([204, '1001+', 2])
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

it('says where a name is wrong, and which is the nearest that there is', async () => {
  const list = async (search: string) => (await world.send('GET', `${path}?${search}`)).body
  const query = async (body: object) => (await world.send('POST', `${path}/query`, { body })).body
  const leaf = (attribute: string) => ({ attribute, operator: 'eq', value: 'x' })
  const told: [string, { errors: { field: string; detail: string }[] }, string, string][] = [
    ['filter[]', await list('filter[citty]=x'), 'filter[citty]', 'city'],
    ['ids', await list('ids=7'), 'ids', ''],
    ['sort', await list('sort=-createdat'), 'sort', 'createdAt'],
    ['fields', await list('fields=city,job_titel'), 'fields.1', 'job_title'],
    ['expand', await list('expand=compani'), 'expand.0', 'company'],
    ['filter', await query({ filter: { and: [leaf('city'), leaf('citty')] } }), 'filter.and.1.attribute', 'city'],
    ['related', await query({ filter: leaf('company.domain') }), 'filter.attribute', 'domains'],
    ['own', await query({ filter: leaf('updatedat') }), 'filter.attribute', 'updatedAt'],
    ['sorted', await query({ sort: { attribute: 'citty' } }), 'sort.attribute', 'city'],
    ['chosen', await query({ fields: ['citty'] }), 'fields.0', 'city'],
    ['brought', await query({ expand: ['compani'] }), 'expand.0', 'company'],
    ['key', (await world.send('GET', `${path}/by/email/x`)).body, 'attribute', 'emails'],
  ]
  for (const [what, { errors }, field, near] of told) {
    expect([what, errors[0]?.field]).toEqual([what, field])
    if (near) expect(errors[0]?.detail, what).toContain(`: the nearest is ${near}.`)
  }
  const { status, body } = await world.send('GET', '/v1/objects/peple/records')
  expect([status, body.detail]).toEqual([404, 'There is no object "peple": the nearest is people.'])
})

it('refuses a cursor of another walk', async () => {
  const own = await createWorld()
  const body = ['a', 'b', 'c'].map((name) => ({
    values: { emails: [`${name}@walk.example`], tracking_id: name, job_title: 'Pilot' },
  }))
  await own.send('POST', `${path}/batch`, { body })
  const ask = async (more: object) => (await own.send('POST', `${path}/query`, { body: { limit: 1, ...more } })).body
  const by = (attribute: string, direction = 'asc') => ({ sort: { attribute, direction } })
  const equal = (attribute: string) => ({ filter: { attribute, operator: 'in', value: ['a', 'b'] } })
  const walks = [
    by('emails'),
    by('emails', 'desc'),
    by('tracking_id'),
    by('updatedAt'),
    { ...equal('tracking_id'), ...by('emails') },
    { ...equal('tracking_id'), ...by('createdAt') },
    { ...equal('tracking_id') },
    {},
  ]
  const cursors = await Promise.all(walks.map(async (walk) => (await ask(walk)).nextCursor as string))
  for (const [i, walk] of walks.entries())
    for (const [j, cursor] of cursors.entries()) {
      const { code, records } = await ask({ ...walk, cursor })
      expect([i, j, code ?? records.length]).toEqual([i, j, i === j ? 1 : 'invalid_value'])
    }
})

describe('by the time of the last change', () => {
  const since = (time: number) => ({
    attribute: 'updatedAt',
    operator: 'gte',
    value: new Date(time).toISOString(),
  })

  /** Three records: one changed last before the history was off, one meanwhile, one after that. */
  const withHole = async () => {
    const own = await createWorld()
    const put = (first_name: string) =>
      own.send('PUT', path, { body: { match: { emails: `${first_name}@hole.example` }, values: { first_name } } })
    for (const name of ['before', 'meanwhile', 'after']) await put(name)
    await own.operator.changeOrganization({ history: 'off' })
    await own.send('PUT', path, { body: { match: { emails: 'meanwhile@hole.example' }, values: { city: 'x' } } })
    await put('new')
    await own.operator.changeOrganization({ history: 'values' })
    await own.send('PUT', path, { body: { match: { emails: 'after@hole.example' }, values: { city: 'x' } } })
    return { ...own, ask: (body: object) => own.send('POST', `${path}/query`, { body }) }
  }

  it('finds what was changed while the history was off, on every page, and says what a sort cannot find', async () => {
    const { ask } = await withHole()
    const filter = since(Date.now() - 3_600_000)
    const all = await ask({ filter, count: true })
    expect([names(all).sort(), all.body.count, all.calls]).toEqual([
      ['after', 'before', 'meanwhile', 'new'],
      { value: 4, exact: true },
      2,
    ])
    expect(all.body.cutOff).toBeUndefined()
    const found: string[] = []
    for (let cursor: string | undefined; ; ) {
      const reply = await ask({ filter, limit: 1, ...(cursor && { cursor }) })
      found.push(...names(reply))
      if (reply.body.nextCursor === null) break
      cursor = reply.body.nextCursor
    }
    expect(found.sort()).toEqual(['after', 'before', 'meanwhile', 'new'])
    const sort = { attribute: 'updatedAt', direction: 'desc' }
    expect((await ask({ sort })).body.cutOff).toBe(true)
    const named = { attribute: 'emails', operator: 'in', value: ['new@hole.example', 'after@hole.example'] }
    const some = await ask({ sort, filter: named })
    expect([names(some), some.body.cutOff]).toEqual([['after'], true])
  })

  it('goes along the history where that reaches back, in one call', async () => {
    const { driver, organizationId, ask } = await withHole()
    // The hole is an hour old by now.
    await driver.batch([
      { sql: 'UPDATE changes SET at = at - 3600000 WHERE organization_id = ?1', params: [organizationId] },
      {
        sql: 'UPDATE records SET updated_at = updated_at - 3600000 WHERE organization_id = ?1',
        params: [organizationId],
      },
    ])
    const reply = await ask({ filter: since(Date.now() - 600_000) })
    expect([names(reply), reply.calls, reply.body.cutOff]).toEqual([[], 1, undefined])
    const { body } = await ask({
      sort: { attribute: 'updatedAt', direction: 'desc' },
      filter: since(Date.now() - 600_000),
    })
    expect([body.records, body.cutOff]).toEqual([[], undefined])
  })

  it('is told when the history was cut off between two pages', async () => {
    const own = await createWorld()
    for (const first_name of ['a', 'b', 'c']) await own.send('PUT', path, { body: { values: { first_name } } })
    const filter = since(Date.now() - 3_600_000)
    const ask = (cursor?: string) =>
      own.send('POST', `${path}/query`, { body: { filter, limit: 1, ...(cursor && { cursor }) } })
    const { body, calls } = await ask()
    expect([body.records.length, calls]).toEqual([1, 1])
    await own.operator.changeOrganization({ history: 'off' })
    await own.operator.changeOrganization({ history: 'values' })
    const gap = await ask(body.nextCursor)
    expect([gap.status, gap.body.code, gap.body.errors[0].field]).toEqual([410, 'history_gap', 'cursor'])
  })
})
