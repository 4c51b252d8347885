import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, isolate, type World } from '../support/world.ts'

/** Many records changed by one request: those that a filter finds, or those that have the keys. */

let world: World
const path = '/v1/objects/people/records'
const COUNT = 25
const address = (n: number) => `p${n}@many.example`
const analysts = { attribute: 'job_title', operator: 'eq', value: 'Analyst' }

const change = (body: object, query = '', headers: Record<string, string> = {}) =>
  world.send('POST', `${path}/change${query}`, { body, headers })
const query = async (body: object) => (await world.send('POST', `${path}/query`, { body })).body.records
const statuses = ({ body }: { body: { records: { status: string }[] } }) => body.records.map(({ status }) => status)

/** All pages of the same request. */
const changeAll = async (body: object, headers: Record<string, string> = {}) => {
  const all: { id: string; status: string }[] = []
  let pages = 0
  for (let cursor: string | undefined; ; pages++) {
    const reply = await change({ ...body, ...(cursor && { cursor }) }, '', headers)
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    all.push(...reply.body.records)
    if (reply.body.nextCursor === null) return { all, pages: pages + 1 }
    cursor = reply.body.nextCursor
  }
}

const begin = async () => {
  world = await createWorld()
  const items = Array.from({ length: COUNT }, (_, n) => ({
    match: { emails: address(n) },
    values: { first_name: `P${n}`, job_title: n % 5 === 0 ? 'Pilot' : 'Analyst' },
  }))
  const { body } = await world.send('POST', `${path}/batch`, { body: items })
  expect(body.summary.created).toBe(COUNT)
}

describe('by a filter', () => {
  beforeEach(begin)

  it('changes each once, although the filter finds none of them afterwards, and again nothing', async () => {
    const body = { change: 'update', filter: analysts, values: { job_title: 'Scientist', tags: ['new'] }, limit: 7 }
    const dry = await change(body, '?dryRun=true')
    expect([statuses(dry), dry.body.dryRun, dry.calls]).toEqual([Array(7).fill('updated'), true, 2])
    expect(await query({ filter: analysts })).toHaveLength(20)
    const { all, pages } = await changeAll(body)
    expect([all.length, new Set(all.map(({ id }) => id)).size, pages]).toEqual([20, 20, 3])
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['updated']))
    expect(await query({ filter: analysts })).toEqual([])
    expect(await query({ filter: { ...analysts, value: 'Scientist' } })).toHaveLength(20)
    expect((await changeAll(body)).all).toEqual([])
  })

  it('and by words, each once, although the words are changed', async () => {
    for (const slug of ['first_name', 'job_title'])
      await world.operator.changeAttribute('people', slug, { searchable: true })
    const body = { change: 'update', q: 'pilot', values: { job_title: 'Captain' }, limit: 2 }
    const { all } = await changeAll(body)
    expect([all.length, new Set(all.map(({ id }) => id)).size]).toEqual([5, 5])
    expect((await changeAll(body)).all).toEqual([])
    const filter = { attribute: 'emails', operator: 'eq', value: address(5) }
    const both = await changeAll({ change: 'archive', q: 'capt', filter })
    expect(both.all.map(({ status }) => status)).toEqual(['updated'])
    const without = await change({ change: 'archive', q: '...' })
    expect([without.status, without.body.errors[0].field]).toEqual([422, 'q'])
    const keys = [{ emails: address(1) }]
    expect((await change({ change: 'archive', q: 'capt', keys })).body.code).toBe('invalid_request')
  })

  it('does so where a change moves them along the index that the filter asks for', async () => {
    await world.operator.changeAttribute('people', 'job_title', { indexed: true })
    const filter = { ...analysts, operator: 'gte' }
    const { all } = await changeAll({ change: 'update', filter, values: { job_title: 'Zoologist' }, limit: 3 })
    expect([all.length, new Set(all.map(({ id }) => id)).size]).toEqual([COUNT, COUNT])
    expect(await query({ filter: { ...analysts, value: 'Zoologist' } })).toHaveLength(COUNT)
  })

  it('changes what a search finds, and a filter besides, each once', async () => {
    const values = { job_title: 'Scientist', city: 'Ulm' }
    expect((await change({ change: 'update', q: 'analy', values })).body.errors[0]).toMatchObject({
      code: 'not_searchable',
      field: 'q',
    })
    await world.operator.changeAttribute('people', 'job_title', { searchable: true })
    const filter = { attribute: 'first_name', operator: 'starts_with', value: 'P1' }
    const { all, pages } = await changeAll({ change: 'update', q: 'ANALY', filter, values, limit: 3 })
    const wanted = Array.from({ length: COUNT }, (_, n) => n).filter((n) => n % 5 !== 0 && `${n}`.startsWith('1'))
    expect([new Set(all.map(({ id }) => id)).size, all.length, pages]).toEqual([wanted.length, wanted.length, 3])
    expect((await query({ q: 'scientist' })).length).toBe(wanted.length)
    expect((await changeAll({ change: 'archive', q: 'analy', limit: 5 })).all).toHaveLength(20 - wanted.length)
    expect(await query({ q: 'analy' })).toEqual([])
  })

  it('archives, restores and erases; what is archived stays so under an update', async () => {
    expect((await changeAll({ change: 'archive', filter: analysts, limit: 8 })).all).toHaveLength(20)
    expect(await query({ filter: analysts })).toEqual([])
    expect((await changeAll({ change: 'archive', filter: analysts })).all).toEqual([])
    const archived = { change: 'update', filter: analysts, archived: 'only', values: { city: 'Paris' } }
    expect((await changeAll(archived)).all).toHaveLength(20)
    expect(await query({ filter: analysts })).toEqual([])
    expect((await changeAll({ change: 'restore', filter: analysts })).all).toHaveLength(20)
    expect(await query({ filter: analysts })).toHaveLength(20)
    const { all } = await changeAll({ change: 'erase', filter: analysts, limit: 6 })
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['erased']))
    expect(await query({ archived: 'include' })).toHaveLength(5)
  })

  it('can be undone as one import', async () => {
    const headers = { 'import-id': `many-${crypto.randomUUID()}` }
    await changeAll({ change: 'update', filter: analysts, values: { job_title: 'Wrong' }, limit: 7 }, headers)
    await world.send('POST', '/v1/changes/revert', { body: { importId: headers['import-id'] } })
    expect(await query({ filter: analysts })).toHaveLength(20)
  })

  it('does not write over what somebody else has changed since it was found', async () => {
    let isFound = false
    const driver: World['driver'] = {
      async batch(statements, options) {
        const result = await world.driver.batch(statements, options)
        if (statements.some(({ sql }) => sql.includes('walked')) && !isFound) {
          isFound = true
          await world.send('PUT', path, { body: { match: { emails: address(1) }, values: { job_title: 'Boss' } } })
        }
        return result
      },
    }
    const { body } = await isolate(driver).send('POST', `${path}/change`, {
      token: world.token,
      body: { change: 'erase', filter: analysts, limit: 3 },
    })
    expect(isFound).toBe(true)
    expect(body.records).toMatchObject([
      { status: 'refused', error: { code: 'version_mismatch' } },
      { status: 'erased' },
      { status: 'erased' },
    ])
    expect(await query({ filter: { ...analysts, value: 'Boss' } })).toHaveLength(1)
  })
})

describe('by keys', () => {
  beforeEach(begin)

  it('archives and erases in one call, in the order of the keys, and creates nothing', async () => {
    const keys = [{ emails: address(3) }, { emails: 'nobody@many.example' }, { emails: address(4).toUpperCase() }]
    const before = (await query({ archived: 'include' })).length
    const archive = await change({ change: 'archive', keys })
    expect([statuses(archive), archive.calls]).toEqual([['updated', 'refused', 'updated'], 1])
    expect(archive.body.records[1]).toMatchObject({ id: null, error: { code: 'record_not_found' } })
    const dry = await change({ change: 'erase', keys }, '?dryRun=true')
    expect(statuses(dry)).toEqual(['erased', 'refused', 'erased'])
    expect(await query({ archived: 'include' })).toHaveLength(before)
    await change({ change: 'erase', keys })
    expect(await query({ archived: 'include' })).toHaveLength(before - 2)
    const id = (await query({ filter: { attribute: 'emails', operator: 'eq', value: address(5) } }))[0].id
    const update = await change({
      change: 'update',
      keys: [{ id }],
      values: { tags: ['b'] },
      write: { tags: 'append' },
    })
    expect(update.body.records).toMatchObject([{ id, status: 'updated', changed: ['tags'] }])
  })
})

describe('what means nothing is refused', () => {
  beforeAll(begin)

  it.each<[string, object, number, string]>([
    ['neither a filter nor keys', { change: 'erase' }, 400, 'filter'],
    ['both', { change: 'erase', filter: analysts, keys: [{ id: 'x' }] }, 400, 'filter'],
    ['a search and keys', { change: 'erase', q: 'analyst', keys: [{ id: 'x' }] }, 400, 'filter'],
    ['an update to nothing', { change: 'update', filter: analysts }, 422, 'values'],
    ['values to erase', { change: 'erase', filter: analysts, values: { city: 'x' } }, 422, 'values'],
    ['a cursor with keys', { change: 'erase', keys: [{ emails: address(1) }], cursor: 'x' }, 422, 'cursor'],
    ['a cursor of another request', { change: 'erase', filter: analysts, cursor: 'WyJ0YWJsZSIsIiJd' }, 422, 'cursor'],
    ['a value of no attribute', { change: 'update', filter: analysts, values: { job_titel: 'x' } }, 422, 'job_titel'],
    ['a wrong value', { change: 'update', filter: analysts, values: { city: 7 } }, 422, 'city'],
    ['a mode of no attribute', { change: 'update', filter: analysts, values: {}, write: { x: 'keep' } }, 422, 'x'],
    ['a wrong value to keys', { change: 'update', keys: [{ emails: address(1) }], values: { city: 7 } }, 422, 'city'],
    [
      'a wrong value to nobody',
      { change: 'update', filter: { ...analysts, value: 'Nobody' }, values: { city: 7 } },
      422,
      'city',
    ],
    ['an unknown attribute', { change: 'erase', filter: { ...analysts, attribute: 'no' } }, 422, 'filter.attribute'],
  ])('%s', async (_name, body, status, field) => {
    const before = await world.snapshot()
    const reply = await change(body)
    expect([reply.status, reply.body.errors[0].field]).toEqual([status, field])
    expect(await world.snapshot()).toBe(before)
  })
})
