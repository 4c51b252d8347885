import { beforeAll, describe, expect, it } from 'vitest'
import { pageLimit } from '../../src/contracts/v1/answer-size.ts'
import type { PageLimit, RecordQuery } from '../../src/engine/read.ts'
import { historyReader } from '../../src/storage/history-reader.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { createWorld, type World } from '../support/world.ts'

/** What one request may cost. */

const LIMITS = 'the limits that GET /v1/limits tells'
let world: World
let limits: Record<string, number>
beforeAll(async () => {
  world = await createWorld({ history: 'values' })
  limits = (await world.send('GET', '/v1/limits')).body
})

const people = '/v1/objects/people/records'
const bytesOf = (body: unknown) => new TextEncoder().encode(JSON.stringify(body)).byteLength

describe('pages end at a number of bytes', () => {
  /** Each record is almost as large as one may be. */
  const RECORDS = 40
  let ids: string[]
  beforeAll(async () => {
    await world.addObject('documents')
    await world.addAttribute('documents', { label: 'Title', type: 'text', unique: true })
    await world.addAttribute('documents', { label: 'Pages', type: 'long_text', multiple: true })
    ids = []
    for (let i = 0; i < RECORDS; i++) {
      const pages = Array.from({ length: 12 }, (_, n) => `${n} ${'ä'.repeat(9_990)}`)
      const title = `t${String(i).padStart(2, '0')}`
      const reply = await world.send('PUT', '/v1/objects/documents/records', {
        headers: { prefer: 'return=minimal' },
        body: { match: { title }, values: { title, pages } },
      })
      expect(reply.status).toBe(201)
      ids.push(reply.body.id)
    }
  })

  const walk = async (ask: (cursor: string | undefined) => ReturnType<World['send']>) => {
    const seen: string[][] = []
    for (let cursor: string | undefined; ; ) {
      const { status, body } = await ask(cursor)
      expect(status).toBe(200)
      expect(bytesOf(body)).toBeLessThanOrEqual(limits.answerBytes ?? 0)
      seen.push(body.records.map((r: { id: string }) => r.id))
      if (body.nextCursor === null) return seen
      cursor = body.nextCursor
    }
  }

  it('of a list', async () => {
    const pages = await walk((cursor) =>
      world.send('GET', `/v1/objects/documents/records?limit=1000${cursor === undefined ? '' : `&cursor=${cursor}`}`),
    )
    expect(pages.flat()).toEqual(ids)
    expect(pages.map((page) => page.length)).toEqual([34, 6])
  })

  it('of a query, with filters and without', async () => {
    const ask = (body: object) =>
      walk((cursor) => world.send('POST', '/v1/objects/documents/records/query', { body: { ...body, cursor } }))
    const sort = { attribute: 'title', direction: 'desc' }
    expect((await ask({ sort })).flat()).toEqual([...ids].reverse())
    const filter = { attribute: 'title', operator: 'gte', value: 't01' }
    const pages = await ask({ filter, limit: 1_000 })
    expect(pages.flat()).toEqual(ids.slice(1))
    expect(pages.length).toBe(2)
  })

  it('counts the fields that are answered though they are not set', async () => {
    const { body: object } = await world.send('GET', '/v1/objects/people')
    const fields: string[] = object.attributes.map((a: { slug: string }) => a.slug)
    const { body: made } = await world.send('PUT', people, { body: { values: {} } })
    const { body: record } = await world.send('GET', `${people}/${made.id}?fields=${fields.join(',')}`)
    expect(Object.keys(record.values)).toEqual(fields)
    expect(bytesOf(record)).toBeGreaterThan(pageLimit(1).bytesPerRecord)
    expect(bytesOf(record)).toBeLessThanOrEqual(pageLimit(1, fields).bytesPerRecord)
  })
})

describe('a batch is answered within the limit', () => {
  const batch = (body: unknown[], headers: Record<string, string> = {}) =>
    world.send('POST', `${people}/batch`, { headers: { prefer: 'return=representation', ...headers }, body })
  const item = (i: number, note: string) => ({ match: { emails: `b${i}@limits.example` }, values: { note } })
  interface Answered {
    readonly status: string
    readonly record?: unknown
    readonly recordOmitted?: true
  }

  it('with records of their share of it, kept for repetition too', async () => {
    const share = Math.floor((limits.answerBytes ?? 0) / 2 / 400)
    const items = Array.from({ length: 400 }, (_, i) => item(i, 'x'.repeat(i % 2 ? share - 500 : share)))
    const first = await batch(items, { 'idempotency-key': 'share' })
    const outcomes: Answered[] = first.body.outcomes
    expect(outcomes.map((one) => [one.status, one.record !== undefined, one.recordOmitted])).toEqual(
      items.map((_, i) => ['created', i % 2 === 1, i % 2 ? undefined : true]),
    )
    expect(bytesOf(first.body)).toBeLessThanOrEqual(limits.answerBytes ?? 0)
    const { results } = await world.driver.batch([
      {
        sql: 'SELECT sum(octet_length(answer)) AS bytes FROM replays WHERE organization_id = ?1',
        params: [world.organizationId],
      },
    ])
    expect(results[0]?.rows[0]?.bytes).toBeLessThanOrEqual(limits.answerBytes ?? 0)
    const again = await batch(items, { 'idempotency-key': 'share' })
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', first.body])
  })

  it('and with few words about what is wrong, however much that is', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`n${i}`, 1]))
    const many = await batch(Array.from({ length: 1_000 }, () => ({ values: wrong })))
    expect(many.body.summary.refused).toBe(1_000)
    expect(bytesOf(many.body)).toBeLessThan((limits.answerBytes ?? 0) / 2)
    const long = await batch([{ values: { ['n'.repeat(1_000_000)]: 1 } }])
    expect(long.body.outcomes[0].error.code).toBe('unknown_attribute')
    expect(bytesOf(long.body)).toBeLessThan(3_000)
  })
})

describe('a page of any size', () => {
  const COUNT = 7
  let ids: string[]
  beforeAll(async () => {
    await world.addObject('small')
    await world.addAttribute('small', { label: 'Code', type: 'text', unique: true })
    await world.addAttribute('small', { label: 'Kind', type: 'text', indexed: true })
    const items = Array.from({ length: COUNT }, (_, i) => ({ values: { code: `c${i}`, kind: i % 2 ? 'odd' : 'even' } }))
    const { body } = await world.send('POST', '/v1/objects/small/records/batch', { body: items })
    ids = body.outcomes.map((o: { id: string }) => o.id)
  })

  const scope = async () => {
    const { results } = await world.driver.batch([
      { sql: 'SELECT revision FROM organizations WHERE id = ?1', params: [world.organizationId] },
    ])
    const revision = results[0]?.rows[0]?.revision as number
    return { organizationId: world.organizationId, revision, relations: new Map() }
  }
  const limit = (bytes: number, records = 100): PageLimit => ({ records, bytes, bytesPerRecord: 100 })

  it.each([
    [1, 1],
    [250, 1],
    [300, 2],
    [100_000, COUNT],
  ])('of %i bytes has %i records, and the next one goes on', async (bytes, first) => {
    const reader = recordReader(world.driver)
    const at = await scope()
    const plain = { multiple: false, required: false, unique: false, standard: false, archived: false, options: [] }
    const odd = {
      kind: 'leaf',
      subject: {
        kind: 'attribute',
        attribute: { ...plain, slug: 'kind', label: 'Kind', type: 'text', indexed: true, searchable: false },
      },
      test: { kind: 'in', values: ['odd'] },
    } as const
    const table = { kind: 'table', direction: 'asc', range: {} } as const
    const code = {
      kind: 'range',
      direction: 'asc',
      range: {},
      name: 'code',
      by: 'value',
      unique: true,
      list: false,
    } as const
    for (const plan of [{ walk: table }, { walk: code }, { walk: code, condition: odd }]) {
      const found: string[][] = []
      for (let after: RecordQuery['after']; ; ) {
        const page = await reader.query(at, {
          object: 'small',
          plan,
          archived: 'exclude',
          limit: limit(bytes),
          ...(after && { after }),
        })
        found.push(page.records.map((r) => r.id))
        if (!page.next) break
        after = page.next
      }
      expect(found.flat()).toEqual(ids.filter((_, i) => !('condition' in plan) || i % 2 === 1))
      expect(found.slice(0, -1).every((page) => page.length > 0)).toBe(true)
      if (!('condition' in plan)) expect(found[0]?.length).toBe(first)
    }
  })

  it('of changes too', async () => {
    const reader = historyReader(world.driver)
    const at = await scope()
    const { changes: whole } = await reader.changes(at, { after: { sequence: 0 }, limit: limit(1_000_000, 1_000) })
    expect(whole.length).toBeGreaterThanOrEqual(COUNT)
    const seen: number[] = []
    for (let after = 0; ; ) {
      const { changes: page } = await reader.changes(at, { after: { sequence: after }, limit: limit(1) })
      if (page.length === 0) break
      expect(page.length).toBe(1)
      after = page[0]?.sequence ?? 0
      seen.push(after)
      if (seen.length === 10) break
    }
    expect(seen).toEqual(whole.slice(0, 10).map((change) => change.sequence))
  })
})

describe(LIMITS, () => {
  const put = (values: object, rest: object = {}) => world.send('PUT', people, { body: { values, ...rest } })
  const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
  const limit = (name: string) => limits[name] ?? Number.NaN
  const code = async (reply: ReturnType<World['send']>) => (await reply).body.code ?? 'none'

  it.each<[string, (over: number) => ReturnType<World['send']>, string]>([
    [
      'bodyBytes',
      (over) => put({ note: 'x'.repeat(limit('bodyBytes') - '{"values":{"note":""}}'.length + over) }),
      'body_too_large',
    ],
    ['textCharacters', (over) => put({ last_name: 'x'.repeat(limit('textCharacters') + over) }), 'too_long'],
    ['longTextCharacters', (over) => put({ note: 'x'.repeat(limit('longTextCharacters') + over) }), 'too_long'],
    ['valuesPerList', (over) => put({ tags: many(limit('valuesPerList') + over, String) }), 'too_many_values'],
    [
      'matchKeys',
      (over) =>
        put(
          { last_name: 'M' },
          { match: many(limit('matchKeys') + over, (i) => ({ emails: `m${i}@limits.example` })), mode: 'update' },
        ),
      'too_many_values',
    ],
    [
      'referenceCharacters',
      (over) => put({ last_name: 'R' }, { reference: 'r'.repeat(limit('referenceCharacters') + over) }),
      'too_long',
    ],
    [
      'nesting',
      (over) => {
        // The body and its values are two levels.
        const lists = limit('nesting') - 2 + over
        return world.send('PUT', people, { body: `{"values":{"note":${'['.repeat(lists)}${']'.repeat(lists)}}}` })
      },
      'too_deep',
    ],
    [
      'batchItems',
      (over) =>
        world.send('POST', `${people}/batch?dryRun=true`, {
          body: many(limit('batchItems') + over, () => ({ values: {} })),
        }),
      'invalid_request',
    ],
    [
      'filterConditions',
      (over) =>
        world.send('POST', `${people}/query`, {
          body: {
            filter: {
              and: many(limit('filterConditions') + over, () => ({
                attribute: 'emails',
                operator: 'eq',
                value: 'a@b.example',
              })),
            },
          },
        }),
      'too_many_values',
    ],
    [
      'filterValues',
      (over) =>
        world.send('POST', `${people}/query`, {
          body: {
            filter: {
              attribute: 'emails',
              operator: 'in',
              value: many(limit('filterValues') + over, (i) => `f${i}@l.example`),
            },
          },
        }),
      'too_many_values',
    ],
    ['pageRecords', (over) => world.send('GET', `${people}?limit=${limit('pageRecords') + over}`), 'out_of_range'],
    [
      'idempotencyKeyCharacters',
      (over) =>
        world.send('PUT', people, {
          headers: { 'idempotency-key': 'k'.repeat(limit('idempotencyKeyCharacters') + over) },
          body: { values: { last_name: 'I' } },
        }),
      'invalid_value',
    ],
  ])('%s is exact', async (_name, ask, refusal) => {
    expect(await code(ask(0))).not.toBe(refusal)
    expect(await code(ask(1))).toBe(refusal)
  })

  it.each([
    ['values', (members: object) => ({ values: members })],
    ['match', (members: object) => ({ match: members, values: {} })],
    ['match', (members: object) => ({ match: [{ emails: 'm@limits.example' }, members], values: {} })],
    ['write', (members: object) => ({ values: {}, write: members })],
    [null, (members: object) => ({ values: {}, ...members })],
  ])('itemMembers is exact, and what has more in %s is not looked at', async (field, itemOf) => {
    const members = (count: number) => Object.fromEntries(many(count, (i) => [`m${i}`, 1]))
    const own = field === null ? 1 : 0
    const items = [itemOf(members(limit('itemMembers') - own)), itemOf(members(limit('itemMembers') + 1 - own))]
    const { body } = await world.send('POST', `${people}/batch`, { body: items })
    const [within, over] = body.outcomes.map((o: { error: { errors: object[] } }) => o.error.errors)
    expect(within.length).toBeGreaterThan(0)
    expect(within).not.toContainEqual(expect.objectContaining({ code: 'too_many_values' }))
    expect(over).toEqual([expect.objectContaining({ code: 'too_many_values', field })])
  })

  it('recordBytes is what the program holds', async () => {
    await world.addObject('grown')
    await world.addAttribute('grown', { label: 'Key', type: 'text', unique: true })
    await world.addAttribute('grown', { label: 'Text', type: 'long_text', multiple: true })
    const grow = (...text: string[]) =>
      world.send('PUT', '/v1/objects/grown/records', {
        headers: { prefer: 'return=minimal' },
        body: { match: { key: 'k' }, values: { key: 'k', text }, write: { text: 'append' } },
      })
    const share = Math.floor(limit('recordBytes') / 90)
    const texts = many(90, (i) => `${i} ${'x'.repeat(share - 30)}`)
    expect((await grow(...texts.slice(0, 45))).status).toBe(201)
    expect((await grow(...texts.slice(45))).status).toBe(200)
    // As it is stored, with room for one more text.
    const room = limit('recordBytes') - JSON.stringify({ key: ['k'], text: [[...texts, '']] }).length
    expect(room).toBeGreaterThan(1_000)
    expect(await code(grow('y'.repeat(room + 1)))).toBe('record_too_large')
    expect((await grow('y'.repeat(room))).status).toBe(200)
  })

  it('are told with the rates, where there are any', async () => {
    expect(limits).toMatchObject({ requestsPerKey: null, failedLoginsPerAddress: null })
  })
})
