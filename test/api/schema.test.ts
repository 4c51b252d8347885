import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world.ts'

/** The schema as a document: docs/schema.md. */

interface Own {
  readonly world: World
  put(document: object, query?: string): ReturnType<World['send']>
  get(): Promise<{ objects: { slug: string; attributes: object[]; combinations: object[] }[] }>
  write(values: object, match?: object): ReturnType<World['send']>
  revision(): Promise<number>
}

const own = async (): Promise<Own> => {
  const world = await createWorld({ history: 'values' })
  const { secret: token } = await world.issue({ scopes: ['crm:read', 'crm:write', 'admin'] })
  return {
    world,
    put: (document, query = '') => world.send('PUT', `/v1/schema${query}`, { token, body: document }),
    get: async () => (await world.send('GET', '/v1/schema', { token })).body,
    write: (values, match) =>
      world.send('PUT', '/v1/objects/deals/records', { token, body: { ...(match && { match }), values } }),
    async revision() {
      const sql = 'SELECT revision FROM organizations WHERE id = ?1'
      const { results } = await world.driver.batch([{ sql, params: [world.organizationId] }])
      return Number(results[0]?.rows[0]?.revision)
    },
  }
}

const deals = (more: object = {}) => ({ objects: [{ slug: 'deals', ...more }] })
const attribute = (more: object) => deals({ attributes: [more] })
const BASE = deals({
  singularName: 'Deal',
  pluralName: 'Deals',
  attributes: [
    { slug: 'code', label: 'Code', type: 'text', unique: true },
    { slug: 'size', label: 'Size', type: 'text' },
    { slug: 'stage', label: 'Stage', type: 'select', options: [{ value: 'Open' }, { value: 'Lost' }] },
  ],
})

const names = (reply: { body: { steps: { action: string; kind: string; name: string | null }[] } }) =>
  reply.body.steps.map(({ action, kind, name }) => `${action} ${kind} ${name ?? ''}`.trim())

describe('each step', () => {
  const steps: Record<string, { first?: object[]; document: object; told: string[] }> = {
    'creates an object': {
      document: { objects: [{ slug: 'tickets', singularName: 'Ticket', pluralName: 'Tickets' }] },
      told: ['create object'],
    },
    'renames an object to people': { document: deals({ pluralName: 'Bargains' }), told: ['change object'] },
    'archives an object': { document: deals({ archived: true }), told: ['archive object'] },
    'restores an object': {
      first: [deals({ archived: true })],
      document: deals({ archived: false }),
      told: ['restore object'],
    },
    'removes an object': {
      first: [deals({ archived: true })],
      document: deals({ remove: true }),
      told: ['remove object'],
    },
    'creates an attribute': {
      document: attribute({ slug: 'amount', label: 'Amount', type: 'number' }),
      told: ['create attribute amount'],
    },
    'changes an attribute': {
      document: attribute({ slug: 'size', label: 'How large', indexed: true }),
      told: ['change attribute size'],
    },
    'changes a standard attribute': {
      document: { objects: [{ slug: 'people', attributes: [{ slug: 'job_title', label: 'Role' }] }] },
      told: ['change attribute job_title'],
    },
    'renames an attribute': {
      document: attribute({ slug: 'dimension', renamedFrom: 'size' }),
      told: ['rename attribute size'],
    },
    'converts an attribute': {
      document: attribute({ slug: 'size', type: 'number', convert: true }),
      told: ['change attribute size'],
    },
    'archives an attribute': {
      document: attribute({ slug: 'size', archived: true }),
      told: ['archive attribute size'],
    },
    'restores an attribute': {
      first: [attribute({ slug: 'size', archived: true })],
      document: attribute({ slug: 'size', archived: false }),
      told: ['restore attribute size'],
    },
    'removes an attribute': {
      first: [attribute({ slug: 'size', archived: true })],
      document: attribute({ slug: 'size', remove: true }),
      told: ['remove attribute size'],
    },
    'adds an option': {
      document: attribute({ slug: 'stage', options: [{ value: 'Won' }] }),
      told: ['create option stage'],
    },
    'renames an option': {
      document: attribute({ slug: 'stage', options: [{ id: 'opt_open', value: 'Begun' }] }),
      told: ['rename option stage'],
    },
    'archives an option': {
      document: attribute({ slug: 'stage', options: [{ value: 'Lost', archived: true }] }),
      told: ['archive option stage'],
    },
    'removes an option': {
      first: [attribute({ slug: 'stage', options: [{ value: 'Lost', archived: true }] })],
      document: attribute({ slug: 'stage', options: [{ value: 'Lost', remove: true }] }),
      told: ['remove option stage'],
    },
    'creates a combination': {
      document: deals({ combinations: [{ name: 'both', attributes: ['code', 'size'] }] }),
      told: ['create combination both'],
    },
    'archives a combination': {
      first: [deals({ combinations: [{ name: 'both', attributes: ['code', 'size'] }] })],
      document: deals({ combinations: [{ name: 'both', archived: true }] }),
      told: ['archive combination both'],
    },
    'removes a combination': {
      first: [deals({ combinations: [{ name: 'both', attributes: ['code', 'size'], archived: true }] })],
      document: deals({ combinations: [{ name: 'both', remove: true }] }),
      told: ['remove combination both'],
    },
  }

  it.each(Object.entries(steps))('%s, tells it before, and does it once', async (_, { first = [], document, told }) => {
    const { put, write, revision, world, get } = await own()
    expect((await put(BASE)).status).toBe(200)
    expect((await write({ code: 'a', size: '12', stage: 'Open' })).status).toBe(201)
    for (const before of first) expect(await put(before)).toMatchObject({ status: 200 })
    const [snapshot, was, schema] = [await world.snapshot(), await revision(), await get()]
    const planned = await put(document, '?dryRun=true')
    expect(names(planned)).toEqual(told)
    expect([await world.snapshot(), await revision(), await get()]).toEqual([snapshot, was, schema])
    const done = await put(document)
    expect(done.body.steps).toEqual(planned.body.steps)
    expect(await revision()).toBe(was + 1)
    const events = await world.rows('changes', "AND action = 'schema_changed' ORDER BY sequence")
    expect(events).toHaveLength(2 + first.length)
    const after = await world.snapshot()
    expect((await put(document)).body.steps).toEqual([])
    expect((await put(await get())).body.steps).toEqual([])
    expect([await world.snapshot(), await revision()]).toEqual([after, was + 1])
  })

  it('has the data move with its slug, and its keys', async () => {
    const { put, write, world } = await own()
    await put(BASE)
    await write({ code: 'a', size: '12' })
    await put(deals({ combinations: [{ name: 'both', attributes: ['code', 'size'] }] }))
    expect(await put(attribute({ slug: 'number', renamedFrom: 'code' }))).toMatchObject({ status: 200 })
    const again = await write({ number: 'a', size: '12' }, { number: 'a' })
    expect([again.status, again.body.status]).toEqual([200, 'unchanged'])
    const both = await write({ number: 'a', size: '12' }, { number: 'a', size: '12' })
    expect([both.status, both.body.matchedOn]).toEqual([200, ['number', 'size']])
    expect((await world.rows('record_keys')).map(({ name }) => name).sort()).toEqual(['both', 'number'])
  })

  it('converts all values or none, and names those that are none', async () => {
    const { put, write, world } = await own()
    await put(BASE)
    const number = attribute({ slug: 'size', type: 'number', convert: true })
    await write({ code: 'a', size: '12.5' })
    const { body: large } = await write({ code: 'b', size: 'large' })
    expect((await put(attribute({ slug: 'size', type: 'number' }))).body.code).toBe('needs_consent')
    const before = await world.snapshot()
    const refused = await put(number)
    expect([refused.status, refused.body.code]).toEqual([409, 'not_convertible'])
    expect(refused.body.conflicts).toEqual([{ field: 'size', value: '["large"]', recordId: large.id }])
    expect(await world.snapshot()).toBe(before)
    await write({ size: '3' }, { code: 'b' })
    expect((await put(number)).status).toBe(200)
    expect((await world.rows('records')).map(({ data }) => JSON.parse(data as string).size)).toEqual([[12.5], [3]])
  })
})

describe('what would lose data or be ambiguous', () => {
  let it_: Own
  beforeAll(async () => {
    it_ = await own()
    await it_.put(BASE)
    await it_.put(deals({ combinations: [{ name: 'both', attributes: ['code', 'size'] }] }))
  })
  const refusals: Record<string, [object, string]> = {
    'removes what is not archived': [attribute({ slug: 'size', remove: true }), 'not_archived'],
    'removes an object that is not archived': [deals({ remove: true }), 'not_archived'],
    'removes an option that is not archived': [
      attribute({ slug: 'stage', options: [{ value: 'Lost', remove: true }] }),
      'not_archived',
    ],
    'archives what a combination needs': [attribute({ slug: 'size', archived: true }), 'in_use'],
    'renames to a slug that is taken': [attribute({ slug: 'stage', renamedFrom: 'size' }), 'already_exists'],
    'renames a standard attribute': [
      { objects: [{ slug: 'people', attributes: [{ slug: 'role', renamedFrom: 'job_title' }] }] },
      'not_updatable',
    ],
    'names one thing twice': [
      deals({ attributes: [{ slug: 'size' }, { slug: 'size', label: 'Other' }] }),
      'invalid_value',
    ],
    'makes an attribute without a type': [attribute({ slug: 'amount', label: 'Amount' }), 'required'],
  }
  it.each(Object.entries(refusals))(
    '%s is refused, and nothing else of the document is done',
    async (_, [bad, code]) => {
      const [entry] = (bad as { objects: object[] }).objects
      const extra = { slug: 'extra', singularName: 'Extra', pluralName: 'Extras' }
      const before = await it_.get()
      const reply = await it_.put({ objects: [extra, entry] })
      expect(reply.body.code).toBe(code)
      expect(await it_.get()).toEqual(before)
    },
  )
})

it('archived attributes give their unique keys up, and restoring them names the duplicates', async () => {
  const { put, write, world } = await own()
  await put(BASE)
  await put(attribute({ slug: 'size', unique: true }))
  await write({ code: 'a', size: '1' })
  await put(attribute({ slug: 'size', archived: true }))
  await write({ code: 'a2' }, { code: 'a' })
  await write({ code: 'b2', stage: 'Open' })
  expect((await world.rows('record_keys', "AND name = 'size'")).length).toBe(0)
  expect((await write({ size: '1' })).body.code).toBe('unknown_attribute')
  await put(attribute({ slug: 'size', archived: false, unique: false }))
  await write({ code: 'b', size: '1' })
  await put(attribute({ slug: 'size', archived: true }))
  const refused = await put(attribute({ slug: 'size', archived: false, unique: true }))
  expect([refused.status, refused.body.code, refused.body.conflicts.length]).toEqual([409, 'not_unique', 2])
})

it('erasing takes two steps, and takes the values along', async () => {
  const { put, write, world } = await own()
  const { secret: token } = await world.issue({ scopes: ['admin'] })
  const erase = (path: string) => world.send('DELETE', `/v1/objects/${path}`, { token })
  await put(BASE)
  await write({ code: 'a', size: '1' })
  expect((await erase('deals/attributes/size')).body.code).toBe('not_archived')
  await put(attribute({ slug: 'size', archived: true }))
  expect(await erase('deals/attributes/size')).toMatchObject({ status: 200, body: { nextCursor: null } })
  expect((await world.rows('records')).map(({ data }) => data)).toEqual(['{"code":["a"]}'])
  expect((await erase('deals/attributes/size')).body.code).toBe('unknown_attribute')
  expect((await erase('deals')).body.code).toBe('not_archived')
  await put(deals({ archived: true }))
  expect((await write({ code: 'b' })).body.code).toBe('unknown_object')
  expect((await erase('deals')).status).toBe(204)
  expect([await world.rows('records'), await world.rows('record_keys')]).toEqual([[], []])
  expect((await erase('deals')).body.code).toBe('unknown_object')
})

it('a dry run tells what pruning would archive and which values stand in the way, and does neither', async () => {
  const { put, write, world, get } = await own()
  await put(BASE)
  await write({ code: 'a', size: '1' })
  await write({ code: 'b', size: '1' })
  const [snapshot, schema] = [await world.snapshot(), await get()]
  const kept = attribute({ slug: 'code' })
  const pruned = await put(kept, '?dryRun=true&prune=archive')
  expect(names(pruned)).toEqual(['archive attribute size', 'archive attribute stage'])
  expect(pruned.body).toMatchObject({ dryRun: true, jobIds: [] })
  expect((await put(kept, '?dryRun=true')).body.steps).toEqual([])
  const unique = await put(attribute({ slug: 'size', unique: true }), '?dryRun=true')
  expect([unique.status, unique.body.code, unique.body.conflicts.length]).toEqual([409, 'not_unique', 2])
  expect([await world.snapshot(), await get()]).toEqual([snapshot, schema])
})

it('?prune=archive archives what is the organisation’s own and not in the document', async () => {
  const { put } = await own()
  await put(BASE)
  await put({ objects: [{ slug: 'tickets', singularName: 'Ticket', pluralName: 'Tickets' }] })
  const kept = attribute({ slug: 'stage', options: [{ value: 'Open' }] })
  expect((await put(kept)).body.steps).toEqual([])
  expect(names(await put(kept, '?prune=archive')).sort()).toEqual([
    'archive attribute code',
    'archive attribute size',
    'archive object',
    'archive option stage',
  ])
  expect((await put(kept, '?prune=archive')).body.steps).toEqual([])
})

describe('what a combination needs no longer by the same document', () => {
  const moved = { combinations: [{ name: 'both', attributes: ['code', 'place'] }] }
  const place = { slug: 'place', label: 'Place', type: 'text' }
  const kept = [{ slug: 'code' }, { slug: 'stage' }]
  const ways: Record<string, { first?: object; document: object; query?: string; told: string[] }> = {
    'can be archived': {
      document: deals({ attributes: [{ slug: 'size', archived: true }, place], ...moved }),
      told: ['create attribute place', 'change combination both', 'archive attribute size'],
    },
    'can be pruned': {
      document: deals({ attributes: [...kept, place], ...moved }),
      query: '?prune=archive',
      told: ['create attribute place', 'change combination both', 'archive attribute size'],
    },
    'can be renamed and archived': {
      document: deals({ attributes: [{ slug: 'old', renamedFrom: 'size', archived: true }, place], ...moved }),
      told: ['rename attribute size', 'create attribute place', 'change combination both', 'archive attribute old'],
    },
    'can become a list': {
      document: deals({ attributes: [{ slug: 'size', multiple: true, convert: true }, place], ...moved }),
      told: ['create attribute place', 'change combination both', 'change attribute size'],
    },
    'can be removed': {
      first: deals({
        attributes: [{ slug: 'size', archived: true }],
        combinations: [{ name: 'both', archived: true }],
      }),
      document: deals({ attributes: [{ slug: 'size', remove: true }, place], ...moved }),
      told: ['create attribute place', 'change combination both', 'remove attribute size'],
    },
    'can be pruned with the combination': {
      document: deals({ attributes: kept, combinations: [] }),
      query: '?prune=archive',
      told: ['archive combination both', 'archive attribute size'],
    },
  }
  it.each(Object.entries(ways))('%s', async (_, { first, document, query = '', told }) => {
    const { put } = await own()
    await put(BASE)
    await put(deals({ combinations: [{ name: 'both', attributes: ['code', 'size'] }] }))
    if (first) expect(await put(first)).toMatchObject({ status: 200 })
    const done = await put(document, query)
    expect([done.status, done.body.code]).toEqual([200, undefined])
    expect(names(done)).toEqual(told)
    expect((await put(document, query)).body.steps).toEqual([])
  })
})

it('ten at once: one does it, and nobody fails', async () => {
  const { put, revision } = await own()
  const was = await revision()
  const replies = await Promise.all(Array.from({ length: 10 }, () => put(BASE)))
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect(replies.filter(({ body }) => body.steps.length > 0)).toHaveLength(1)
  expect(await revision()).toBe(was + 1)
})

it('a plan is what applying does, and what is applied is what stands there', async () => {
  const { put, get, revision } = await own()
  const slugs = ['alpha', 'beta', 'gamma']
  const anAttribute = (slug: string) =>
    fc.record({
      slug: fc.constant(slug),
      label: fc.constantFrom('One', 'Two'),
      type: fc.constant('text'),
      multiple: fc.constant(false),
      required: fc.boolean(),
      unique: fc.boolean(),
      indexed: fc.constant(true),
      archived: fc.boolean(),
    })
  const anObject = (slug: string) =>
    fc.record({
      slug: fc.constant(slug),
      singularName: fc.constantFrom('A', 'B'),
      pluralName: fc.constantFrom('As', 'Bs'),
      archived: fc.boolean(),
      attributes: fc.subarray(slugs).chain((chosen) => fc.tuple(...chosen.map(anAttribute))),
    })
  const aDocument = fc
    .subarray(['things', 'items', 'goods'], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map(anObject)))
    .map((objects) => ({ objects }))
  await fc.assert(
    fc.asyncProperty(aDocument, aDocument, async (a, b) => {
      expect((await put(a)).status).toBe(200)
      const planned = await put(b, '?dryRun=true')
      const was = await revision()
      expect((await put(b)).body.steps).toEqual(planned.body.steps)
      expect(await revision()).toBe(was + (planned.body.steps.length > 0 ? 1 : 0))
      const { objects } = await get()
      for (const wanted of b.objects) {
        const { attributes, ...object } = wanted
        const found = objects.find(({ slug }) => slug === wanted.slug)
        expect(found).toMatchObject(object)
        expect(found?.attributes).toEqual(expect.arrayContaining(attributes))
      }
      expect((await put(b)).body.steps).toEqual([])
    }),
    { numRuns: 15, seed: 13 },
  )
})
