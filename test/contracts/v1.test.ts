import { beforeAll, describe, expect, it } from 'vitest'
import { type Call, createWorld, type World } from '../support/world.ts'

let world: World
let admin: string

beforeAll(async () => {
  world = await createWorld({ history: 'values' })
  admin = (await world.issue({ scopes: ['admin'] })).secret
  await world.addAttribute('people', { label: 'External id', type: 'text', unique: true })
  await world.addAttribute('people', { label: 'Synced at', type: 'datetime' })
  await world.addAttribute('people', { label: 'Score', type: 'number', indexed: true })
  await world.addAttribute('people', { label: 'Region', type: 'text' })
  await world.addAttribute('people', { label: 'Number', type: 'text' })
  const object = await world.send('POST', '/v1/objects/people/combinations', {
    token: admin,
    body: { name: 'region_number', attributes: ['region', 'number'] },
  })
  expect(object.status).toBe(201)
})

const path = '/v1/objects/people/records'
const put = (body: unknown, call: Call = {}, query = '') => world.send('PUT', `${path}${query}`, { body, ...call })
const batch = (body: unknown[], query = '', call: Call = {}) =>
  world.send('POST', `${path}/batch${query}`, { body, ...call })
const keyed = (id: string, values: object = {}, rest: object = {}) => ({
  match: { external_id: id },
  values: { external_id: id, ...values },
  ...rest,
})

describe('PEERS: caller picks the match key', () => {
  it('matches by any attribute, indexing it on first use', async () => {
    const first = await put({ match: { department: 'Tower' }, values: { department: 'Tower', first_name: 'A' } })
    const again = await put({ match: { department: 'Tower' }, values: { first_name: 'B' } })
    expect([first.status, again.status, again.body.matchedOn]).toEqual([201, 200, ['department']])
    expect(again.calls).toBe(1)
  })
  it('compound key: attributes declared unique together', async () => {
    const values = { region: 'EU', number: '7' }
    const first = await put({ match: values, values: { ...values, first_name: 'C' } })
    const again = await put({ match: { number: '7', region: 'EU' }, values: { last_name: 'D' } })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body.record.values).toMatchObject({ first_name: 'C', last_name: 'D' })
    const clash = await put(keyed('combo-clash', values))
    expect([clash.status, clash.body.conflicts]).toEqual([
      409,
      [{ field: 'region_number', value: '["EU","7"]', recordId: first.body.id }],
    ])
    const undeclared = await put({ match: { region: 'EU', first_name: 'C' }, values: {} })
    expect([undeclared.status, undeclared.body.code]).toEqual([422, 'not_matchable'])
  })
  it('ordered fallback of keys: the first that finds a record wins, and is named', async () => {
    await put({ match: { emails: 'fb@k.example' }, values: { emails: ['fb@k.example'] } })
    const match = [{ external_id: 'fb-1' }, { emails: 'fb@k.example' }]
    const second = await put({ match, values: { external_id: 'fb-1', first_name: 'F' } })
    expect([second.status, second.body.matchedOn]).toEqual([200, ['emails']])
    const third = await put({ match, values: { external_id: 'fb-1', first_name: 'G' } })
    expect(third.body.matchedOn).toEqual(['external_id'])
  })
  it('two keys that point at two records are an error naming both', async () => {
    const one = await put(keyed('dis-1'))
    const two = await put({ match: { emails: 'dis@k.example' }, values: { emails: ['dis@k.example'] } })
    const both = await put({
      match: [{ external_id: 'dis-1' }, { emails: 'dis@k.example' }],
      values: { first_name: 'X' },
    })
    expect([both.status, both.body.code]).toEqual([409, 'keys_disagree'])
    expect(both.body.conflicts.map((c: { recordId: string }) => c.recordId)).toEqual([one.body.id, two.body.id])
  })
  it('conditions that contradict each other, or that an operation does not look at, are errors', async () => {
    const { id } = (await put(keyed('cond-1'))).body
    const conditional = (headers: Record<string, string>, more: object = {}, path = '/v1/objects/people/records') =>
      world.send('PUT', path, { headers, body: { match: { id }, values: { first_name: 'C' }, ...more } })
    expect((await conditional({ 'if-match': '"1"' }, { ifVersion: 2 })).body).toMatchObject({ code: 'invalid_value' })
    expect((await conditional({ 'if-match': '"1"' }, { ifVersion: 1 })).status).toBe(200)
    expect((await conditional({ 'if-none-match': '*' })).body).toMatchObject({ code: 'unknown_parameter' })
    const batch = { headers: { 'if-match': '"1"' }, body: [{ match: { id }, values: {} }] }
    expect((await world.send('POST', '/v1/objects/people/records/batch', batch)).body.code).toBe('unknown_parameter')
  })
  it('several matches: an error with the ids, or the first, by choice', async () => {
    const ids = []
    for (const n of [1, 2]) ids.push((await put(keyed(`sev-${n}`, { city: 'Sevenoaks' }))).body.id)
    const match = { city: 'Sevenoaks' }
    const error = await put({ match, values: { first_name: 'S' } })
    expect([error.status, error.body.code, error.body.candidates]).toEqual([409, 'ambiguous_match', ids])
    const first = await put({ match, values: { first_name: 'S' }, onSeveral: 'first' })
    expect(first.body.id).toBe(ids[0])
    // As any key of a list, and of a relation.
    const later = await put({ match: [{ external_id: 'sev-none' }, match], values: { first_name: 'S' } })
    expect([later.status, later.body.code, later.body.candidates]).toEqual([409, 'ambiguous_match', ids])
    const agree = { match: [{ external_id: 'sev-1' }, { city: 'Sevenoaks' }], values: { first_name: 'S' } }
    expect((await put(agree)).status).toBe(200)
    await put(keyed('sev-3', { city: 'Elsewhere' }))
    const disagree = await put({ ...agree, match: [{ external_id: 'sev-1' }, { city: 'Elsewhere' }] })
    expect([disagree.status, disagree.body.code]).toEqual([409, 'keys_disagree'])
    for (const _ of [1, 2])
      await world.send('PUT', '/v1/objects/companies/records', { body: { values: { name: 'Twice Ltd' } } })
    const company = await put(keyed('sev-4', { company: { match: { name: 'Twice Ltd' } } }))
    expect([company.status, company.body.code]).toEqual([409, 'ambiguous_match'])
  })
})

describe('PEERS: outcomes', () => {
  it('tells created, updated and unchanged, with the changed attributes', async () => {
    const created = await put(keyed('out-1', { first_name: 'A', job_title: 'B' }))
    expect(created.headers.get('etag')).toBe('"1"')
    expect(created.headers.get('location')).toBe(`${path}/${created.body.id}`)
    const updated = await put(keyed('out-1', { first_name: 'A', job_title: 'C' }))
    expect(updated.body).toMatchObject({ status: 'updated', version: 2, changed: ['job_title'] })
    const unchanged = await put(keyed('out-1', { first_name: 'A', job_title: 'C' }))
    expect(unchanged.body).toMatchObject({ status: 'unchanged', version: 2, changed: [] })
    expect(unchanged.body.record.updatedAt).toBe(updated.body.record.updatedAt)
    expect(unchanged.rowsWritten).toBe(0)
  })
  it('names the record in the way in machine fields', async () => {
    const holder = await put({ match: { emails: 'way@k.example' }, values: { emails: ['way@k.example'] } })
    const before = await world.snapshot()
    const refused = await put(keyed('way-1', { emails: ['Way@K.example'] }))
    expect(refused.status).toBe(409)
    expect(refused.body.conflicts).toEqual([{ field: 'emails', value: 'way@k.example', recordId: holder.body.id }])
    expect(await world.snapshot()).toBe(before)
  })
  it('Prefer: return=minimal leaves the record away', async () => {
    const reply = await put(keyed('min-1'), { headers: { prefer: 'return=minimal' } })
    expect(reply.body.record).toBeUndefined()
  })
})

describe('PEERS: modes and guards', () => {
  it('insert-only and update-only', async () => {
    const missing = await put(keyed('mode-1', {}, { mode: 'update' }))
    expect([missing.status, missing.body.code]).toEqual([404, 'record_not_found'])
    const created = await put(keyed('mode-1', {}, { mode: 'insert' }))
    expect(created.status).toBe(201)
    const exists = await put(keyed('mode-1', {}, { mode: 'insert' }))
    expect([exists.status, exists.body.code, exists.body.recordId]).toEqual([409, 'record_exists', created.body.id])
  })
  it('version guard: If-Match', async () => {
    await put(keyed('ver-1', { first_name: 'A' }))
    const good = await put(keyed('ver-1', { first_name: 'B' }), { headers: { 'if-match': '"1"' } })
    expect(good.headers.get('etag')).toBe('"2"')
    const stale = await put(keyed('ver-1', { first_name: 'C' }), { headers: { 'if-match': '"1"' } })
    expect([stale.status, stale.body.code]).toEqual([412, 'version_mismatch'])
  })
  it('version guard: a weak tag matches no version', async () => {
    const { id } = (await put(keyed('ver-2', { first_name: 'A' }))).body
    const call = { headers: { 'if-match': 'W/"1"' } }
    const before = await world.snapshot()
    for (const reply of [
      await put(keyed('ver-2', { first_name: 'B' }), call),
      await world.send('POST', `${path}/${id}/archive`, call),
      await world.send('DELETE', `${path}/${id}`, call),
    ])
      expect([reply.status, reply.body.code]).toEqual([412, 'version_mismatch'])
    expect(await world.snapshot()).toBe(before)
  })
  it('an older event does not overwrite newer data', async () => {
    const at = (synced_at: string, first_name: string) =>
      put(keyed('new-1', { synced_at, first_name }, { ifNewer: 'synced_at' }))
    await at('2026-01-02T00:00:00Z', 'newer')
    const older = await at('2026-01-01T23:00:00-02:00', 'later in fact')
    expect(older.status).toBe(200)
    const refused = await at('2026-01-01T00:00:00Z', 'older')
    expect([refused.status, refused.body.code]).toEqual([409, 'older_than_stored'])
    const before = await world.snapshot()
    for (const mode of ['keep', 'fill', 'append']) {
      const body = keyed('new-1', { synced_at: '2026-01-01T00:00:00Z', first_name: 'older' }, { ifNewer: 'synced_at' })
      const kept = await put({ ...body, write: { synced_at: mode } })
      expect([kept.status, kept.body.errors[0].field]).toEqual([422, 'synced_at'])
    }
    expect(await world.snapshot()).toBe(before)
  })
  it('a write mode under a name that is none loses no data', async () => {
    await put(keyed('wm-0', { tags: ['a', 'b'] }))
    const before = await world.snapshot()
    for (const name of ['tagz', 'toString', '$.a', 'id']) {
      const reply = await put(keyed('wm-0', { tags: ['c'] }, { write: { [name]: 'append' } }))
      expect([reply.status, reply.body.code, reply.body.errors[0].field]).toEqual([422, 'unknown_attribute', name])
    }
    expect(await world.snapshot()).toBe(before)
    const template = await put(keyed('wm-0', { tags: ['c'] }, { write: { tags: 'append', city: 'fill' } }))
    expect(template.body.record.values.tags).toEqual(['a', 'b', 'c'])
  })
  it('write mode per field: keep, fill, append, prepend, remove', async () => {
    await put(keyed('wm-1', { source: 'first', tags: ['a', 'b'] }))
    const write = { source: 'keep', job_title: 'fill', city: 'fill', tags: 'append' }
    const one = await put(keyed('wm-1', { source: 'second', job_title: 'T', tags: ['b', 'c'] }, { write }))
    expect(one.body.record.values).toMatchObject({ source: 'first', job_title: 'T', tags: ['a', 'b', 'c'] })
    const two = await put(
      keyed('wm-1', { job_title: 'U', tags: ['a'] }, { write: { job_title: 'fill', tags: 'remove' } }),
    )
    expect(two.body.record.values).toMatchObject({ job_title: 'T', tags: ['b', 'c'] })
    const three = await put(keyed('wm-1', { tags: ['z', 'c'] }, { write: { tags: 'prepend' } }))
    expect(three.body.record.values.tags).toEqual(['z', 'c', 'b'])
  })
  it('an omitted field is not null; null is; mixed keys in one batch', async () => {
    await batch([keyed('mix-1', { first_name: 'A', city: 'X' }), keyed('mix-2', { last_name: 'B' })])
    await batch([keyed('mix-1', { city: null }), keyed('mix-2', { first_name: 'C' })])
    const one = await world.send('GET', `${path}/by/external_id/mix-1`)
    const two = await world.send('GET', `${path}/by/external_id/mix-2`)
    expect(one.body.values).toEqual({ external_id: 'mix-1', first_name: 'A' })
    expect(two.body.values).toEqual({ external_id: 'mix-2', last_name: 'B', first_name: 'C' })
  })
  it('a relation by match key', async () => {
    await world.send('PUT', '/v1/objects/companies/records', {
      body: { match: { domains: 'rel.example' }, values: { domains: ['rel.example'] } },
    })
    const linked = await put(keyed('rel-1', { company: { match: { domains: 'rel.example' } } }))
    expect(linked.body.record.values.company).toMatch(/^[0-9a-f-]{36}$/)
    const missing = await put(keyed('rel-2', { company: { match: { domains: 'nobody.example' } } }))
    expect([missing.status, missing.body.code]).toEqual([422, 'reference_not_found'])
  })
})

describe('PEERS: many', () => {
  it('1,000 records in one request and one call, outcomes in input order', async () => {
    const items = Array.from({ length: 1_000 }, (_, i) =>
      keyed(`bulk-${i}`, { first_name: `N${i}` }, { reference: `r${i}` }),
    )
    await put(keyed('bulk-warm'))
    const reply = await batch(items)
    expect(reply.body.summary).toEqual({ created: 1_000, updated: 0, unchanged: 0, refused: 0, written: true })
    expect(reply.calls).toBe(1)
    expect(reply.body.outcomes[999]).toMatchObject({ index: 999, reference: 'r999', status: 'created' })
    const again = await batch(items)
    expect([again.body.summary.unchanged, again.rowsWritten, again.calls]).toEqual([1_000, 0, 1])
  })
  it('one bad row does not kill the batch; every conflict is reported, in at most three calls', async () => {
    await put({ match: { emails: 'held@k.example' }, values: { emails: ['held@k.example'] } })
    const items = Array.from({ length: 300 }, (_, i) => {
      if (i % 100 === 17) return keyed(`part-${i}`, { emails: ['held@k.example'] })
      if (i % 100 === 44) return keyed(`part-${i}`, { score: 'not a number' })
      if (i % 100 === 71) return { values: 'nonsense', reference: 'bad' }
      return keyed(`part-${i}`)
    })
    const reply = await batch(items)
    expect(reply.body.summary).toMatchObject({ created: 291, refused: 9 })
    expect(reply.calls).toBeLessThanOrEqual(3)
    expect(reply.body.outcomes[117].error.conflicts[0].field).toBe('emails')
    expect(reply.body.outcomes[244].error.code).toBe('wrong_type')
    expect(reply.body.outcomes[71]).toMatchObject({ reference: 'bad', error: { code: 'wrong_type' } })
  })
  it('the same key twice in one batch behaves as two requests in order', async () => {
    const reply = await batch([
      keyed('twice', { first_name: 'A' }),
      keyed('twice', { last_name: 'B' }),
      keyed('twice', { last_name: 'B' }),
    ])
    expect(reply.body.outcomes.map((o: { status: string }) => o.status)).toEqual(['created', 'updated', 'unchanged'])
    expect(reply.body.outcomes[1].version).toBe(2)
  })
  it('atomic writes all or none', async () => {
    const before = await world.snapshot()
    await put({ match: { emails: 'atom@k.example' }, values: { emails: ['atom@k.example'] } })
    const held = await world.snapshot()
    expect(held).not.toBe(before)
    const reply = await batch([keyed('atom-1'), keyed('atom-2', { emails: ['atom@k.example'] })], '?atomic=true')
    expect(reply.status).toBe(409)
    expect(reply.body.outcomes.map((o: { error: { code: string } }) => o.error.code)).toEqual([
      'not_attempted',
      'unique_conflict',
    ])
    expect(await world.snapshot()).toBe(held)
  })
  it('NDJSON in and out, any number, one outcome a line', async () => {
    const lines = Array.from({ length: 2_500 }, (_, i) =>
      i === 1_234 ? '{"broken":' : JSON.stringify(keyed(`nd-${i}`)),
    )
    const reply = await world.send('POST', `${path}/batch`, {
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    const outcomes = (reply.body as string)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(outcomes.length).toBe(2_500)
    expect(outcomes.map((o) => o.index)).toEqual(lines.map((_, i) => i))
    expect(outcomes.filter((o) => o.status === 'created').length).toBe(2_499)
    expect(outcomes[1_234]).toMatchObject({ status: 'refused', error: { code: 'malformed_json' } })
  })
})

describe('PEERS: what users ask for', () => {
  const byKey = (id: string) => world.send('GET', `${path}/by/external_id/${id}`)

  it('no duplicates and no 409s when two first writes race', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => put(keyed('race-1', { first_name: `R${i}`, emails: ['race@k.example'] }))),
    )
    expect(replies.filter((r) => r.body.status === 'created').length).toBe(1)
    expect(replies.filter((r) => ![200, 201].includes(r.status))).toEqual([])
    expect(new Set(replies.map((r) => r.body.id)).size).toBe(1)
    const versions = replies.map((r) => r.body.version).sort((a, b) => a - b)
    expect(versions).toEqual(versions.map((_, i) => i + 1))
  })
  it('e-mail matched without regard to case, and the match rule is the uniqueness rule', async () => {
    const upper = await put({ match: { emails: 'Case@K.Example' }, values: { emails: ['Case@K.Example'] } })
    const lower = await put({ match: { emails: 'case@k.example' }, values: { first_name: 'C' } })
    expect([lower.status, lower.body.id]).toEqual([200, upper.body.id])
    const inserted = await put({ values: { emails: ['CASE@k.example'] } })
    expect([inserted.status, inserted.body.conflicts[0].recordId]).toEqual([409, upper.body.id])
  })
  it('the match never crosses tenants', async () => {
    const other = await createWorld()
    await other.addAttribute('people', { label: 'External id', type: 'text', unique: true })
    const before = await other.snapshot()
    const body = keyed('tenant-1', { emails: ['tenant@k.example'] })
    const theirs = await other.send('PUT', path, { body })
    const ours = await put(body)
    expect([theirs.status, ours.status]).toEqual([201, 201])
    expect(ours.body.id).not.toBe(theirs.body.id)
    expect(await other.snapshot()).not.toBe(before)
    const held = await other.snapshot()
    const byId = await put({ match: { id: theirs.body.id }, values: { first_name: 'Stolen' }, mode: 'update' })
    expect([byId.status, byId.body.code]).toEqual([404, 'record_not_found'])
    expect((await world.send('GET', `${path}/${theirs.body.id}`)).status).toBe(404)
    expect((await put(keyed('tenant-2', { company: theirs.body.id }))).status).toBe(422)
    expect(await other.snapshot()).toBe(held)
  })
  it('a deleted record is never written invisibly: the outcome says restored, refused or created', async () => {
    const { id } = (await put(keyed('invisible-1', { first_name: 'A' }))).body
    await world.send('POST', `${path}/${id}/archive`)
    const refused = await put(keyed('invisible-1', { first_name: 'B' }, { onArchived: 'refuse' }))
    expect([refused.status, refused.body.recordId]).toEqual([409, id])
    const [same] = (await batch([keyed('invisible-1', { first_name: 'A' })])).body.outcomes
    expect(same).toMatchObject({ status: 'updated', transition: 'restored' })
    const visible = await byKey('invisible-1')
    expect([visible.body.archivedAt, visible.body.version]).toEqual([null, same.version])
    await world.send('DELETE', `${path}/${id}`)
    const anew = await put(keyed('invisible-1', { first_name: 'C' }))
    expect([anew.status, anew.body.id === id]).toEqual([201, false])
    expect((await byKey('invisible-1')).body.values.first_name).toBe('C')
  })
  it('nothing is dropped in silence: an unusable value names its field, and nothing is written', async () => {
    const before = await world.snapshot()
    const reply = await put(keyed('dropped-1', { first_name: 'A', phone_numbers: ['not a number'], nope: 1 }))
    expect(reply.status).toBe(422)
    expect(reply.body.errors.map((e: { field: string }) => e.field).sort()).toEqual(['nope', 'phone_numbers'])
    expect(await world.snapshot()).toBe(before)
  })
  it('a way to really write null, and a way to ignore blanks: null clears, what is left out stays', async () => {
    await put(keyed('blank-1', { city: 'X', job_title: 'T' }))
    const row = { city: null, job_title: undefined }
    const reply = await put(keyed('blank-1', row))
    expect(reply.body.changed).toEqual(['city'])
    expect((await byKey('blank-1')).body.values).toEqual({ external_id: 'blank-1', job_title: 'T' })
    const blank = { city: null, job_title: '', tags: [], first_name: ' ' }
    const ignored = await put(keyed('blank-1', blank, { blanks: 'ignore' }))
    expect(ignored.body).toMatchObject({ status: 'unchanged', changed: [] })
    const [mixed] = (await batch([keyed('blank-1', { ...blank, city: 'Z' }, { blanks: 'ignore' })])).body.outcomes
    expect(mixed.changed).toEqual(['city'])
    const cleared = await put(keyed('blank-1', { city: null, job_title: null }, { blanks: 'write' }))
    expect(cleared.body.record.values).toEqual({ external_id: 'blank-1' })
  })
  it('several matches in a batch list the candidates of that item only', async () => {
    const ids = []
    for (const n of [1, 2]) ids.push((await put(keyed(`many-${n}`, { city: 'Manyford' }))).body.id)
    const { body } = await batch([
      { match: { city: 'Manyford' }, values: { first_name: 'M' } },
      keyed('many-1', { first_name: 'N' }),
    ])
    expect(body.outcomes[0]).toMatchObject({ status: 'refused', error: { code: 'ambiguous_match', candidates: ids } })
    expect(body.outcomes[1]).toMatchObject({ status: 'updated', id: ids[0] })
  })
})

describe('PEERS: dry run', () => {
  it('tells what would happen and writes nothing', async () => {
    await put(keyed('dry-1', { first_name: 'A' }))
    const before = await world.snapshot()
    const items = [
      keyed('dry-1', { first_name: 'B' }),
      keyed('dry-2'),
      keyed('dry-2', { city: 'Y' }),
      keyed('dry-1', { first_name: 'B' }),
    ]
    const dry = await batch(items, '?dryRun=true')
    expect(dry.body.outcomes.map((o: { status: string }) => o.status)).toEqual([
      'updated',
      'created',
      'updated',
      'unchanged',
    ])
    expect(dry.body.summary.written).toBe(false)
    expect(await world.snapshot()).toBe(before)
    const one = await put(keyed('dry-3'), {}, '?dryRun=true')
    expect([one.status, one.body.status, one.body.dryRun]).toEqual([200, 'created', true])
    expect(await world.snapshot()).toBe(before)
  })
  const holders = [
    keyed('held-1', { emails: ['held-1@k.example'] }),
    keyed('held-2', { emails: ['held-2@k.example'] }),
    { match: [{ external_id: 'held-1' }, { emails: 'held-2@k.example' }], values: {} },
    keyed('held-3', { emails: ['held-2@k.example'] }),
    keyed('held-1', {}, { mode: 'insert' }),
    keyed('held-1', {}, { ifVersion: 7 }),
  ]
  it.each(['?dryRun=true', '?atomic=true', '?dryRun=true&atomic=true'])(
    'with %s names the item that would make a holder, and no record that never was',
    async (query) => {
      const before = await world.snapshot()
      const { body } = await batch(holders, query)
      const errors = body.outcomes.map((one: { error?: object }) => one.error)
      expect(errors.slice(2)).toMatchObject([
        { code: 'keys_disagree', conflicts: [{ index: 0 }, { index: 1 }] },
        { code: 'unique_conflict', conflicts: [{ field: 'emails', value: 'held-2@k.example', index: 1 }] },
        { code: 'record_exists' },
        { code: 'version_mismatch' },
      ])
      expect(JSON.stringify(errors)).not.toMatch(/recordId|[0-9a-f]{8}-[0-9a-f]{4}-7/)
      expect(await world.snapshot()).toBe(before)
    },
  )
  it('of a stream counts the items from its beginning', async () => {
    const lines = [...Array.from({ length: 1_000 }, (_, i) => keyed(`line-${i}`)), ...holders.slice(0, 4)]
    const reply = await world.send('POST', `${path}/batch?dryRun=true`, {
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    })
    const told = String(reply.body).trim().split('\n')
    expect(JSON.parse(told.at(-1) ?? '')).toMatchObject({ index: 1_003, error: { conflicts: [{ index: 1_001 }] } })
  })
  it('names the holder that is a record', async () => {
    const { id } = (await put(keyed('held-9', { emails: ['held-9@k.example'] }))).body
    const { body } = await batch([keyed('held-8', { emails: ['held-9@k.example'] })], '?dryRun=true')
    expect(body.outcomes[0].error.conflicts).toEqual([{ field: 'emails', value: 'held-9@k.example', recordId: id }])
  })
})

describe('PEERS: idempotency key', () => {
  it('replays the first answer, and refuses another request', async () => {
    const headers = { 'idempotency-key': 'k-1' }
    const first = await put(keyed('idem-1', { first_name: 'A' }), { headers })
    await put(keyed('idem-1', { first_name: 'Z' }))
    const again = await put(keyed('idem-1', { first_name: 'A' }), { headers })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect([again.status, again.body]).toEqual([201, first.body])
    expect([first.calls, again.calls]).toEqual([1, 1])
    const now = await world.send('GET', `${path}/by/external_id/idem-1`)
    expect(now.body.values.first_name).toBe('Z')
    const other = await put(keyed('idem-1', { first_name: 'B' }), { headers })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
  })
  it('of a batch, refusals included', async () => {
    const headers = { 'idempotency-key': 'k-2' }
    const items = [keyed('idem-2'), keyed('idem-2', {}, { mode: 'insert' }), keyed('idem-3', { score: 'x' })]
    const first = await batch(items, '', { headers })
    const again = await batch(items, '', { headers })
    expect(again.body).toEqual(first.body)
    expect(first.body.summary).toMatchObject({ created: 1, refused: 2 })
  })
  it('keeps the refusal of what ran, and says that it is replayed', async () => {
    const replayed = ({ headers }: { headers: Headers }) => headers.get('idempotency-replayed')
    const headers = { 'idempotency-key': 'k-3' }
    const update = keyed('idem-4', {}, { mode: 'update' })
    const first = await put(update, { headers })
    expect([first.status, replayed(first)]).toEqual([404, null])
    await put(keyed('idem-4'))
    const again = await put(update, { headers })
    expect([again.status, again.body.code, replayed(again)]).toEqual([404, 'record_not_found', 'true'])
    // Nothing ran, so nothing is kept: the key can be used for the corrected request.
    const call = { headers: { 'idempotency-key': 'k-4' } }
    expect((await put(keyed('idem-5', { score: 'x' }), call)).status).toBe(422)
    const corrected = await put(keyed('idem-5', { score: 1 }), call)
    expect([corrected.status, replayed(corrected)]).toEqual([201, null])
    const atomic = [keyed('idem-6'), keyed('idem-6', {}, { mode: 'insert' })]
    for (const _ of [1, 2]) {
      const refused = await batch(atomic, '?atomic=true', { headers: { 'idempotency-key': 'k-5' } })
      expect([refused.status, replayed(refused)]).toEqual([409, null])
    }
  })
})

describe('PEERS: rule for deleted records', () => {
  it('archives, refuses or revives, restores and erases', async () => {
    const { id } = (await put(keyed('arc-1', { emails: ['arc@k.example'] }))).body
    const archived = await world.send('POST', `${path}/${id}/archive`)
    expect(archived.body.archivedAt).not.toBeNull()
    const reserved = await put(keyed('arc-2', { emails: ['arc@k.example'] }))
    expect(reserved.body.conflicts[0].recordId).toBe(id)
    const refused = await put(keyed('arc-1', { city: 'Z' }, { onArchived: 'refuse' }))
    expect([refused.status, refused.body.code]).toEqual([409, 'record_archived'])
    const revived = await put(keyed('arc-1'))
    expect(revived.body).toMatchObject({ id, status: 'updated', transition: 'restored' })
    await world.send('POST', `${path}/${id}/archive`)
    expect((await world.send('POST', `${path}/${id}/restore`)).body.archivedAt).toBeNull()
    expect((await world.send('DELETE', `${path}/${id}`)).status).toBe(204)
    expect((await world.send('GET', `${path}/${id}`)).status).toBe(404)
    expect(await world.rows('record_keys', `AND record_id = '${id}'`)).toEqual([])
    expect((await world.send('DELETE', `${path}/${id}`)).status).toBe(404)
  })
})

describe('reads', () => {
  const items = Array.from({ length: 25 }, (_, i) => ({ values: { title: `t${String(i).padStart(2, '0')}` } }))
  beforeAll(async () => {
    await world.addObject('notes')
    await world.addAttribute('notes', { label: 'Title', type: 'text', indexed: true })
    const made = await world.send('POST', '/v1/objects/notes/records/batch', { body: items })
    expect(made.body.summary.created).toBe(items.length)
  })
  it('lists all records once, in order, through an opaque cursor', async () => {
    const titles: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const reply = await world.send(
        'GET',
        `/v1/objects/notes/records?limit=10&fields=title${cursor && `&cursor=${cursor}`}`,
      )
      titles.push(...reply.body.records.map((r: { values: { title: string } }) => r.values.title))
      cursor = reply.body.nextCursor
    }
    expect(titles).toEqual(items.map((i) => i.values.title))
  })
  it('finds all that begin with a text, whatever comes next', async () => {
    await world.addObject('names')
    for (const label of ['Title', 'Other']) await world.addAttribute('names', { label, type: 'text', indexed: true })
    const [last, beforeSurrogates] = ['\u{10ffff}', '\ud7ff']
    const titles = ['a', 'ab', 'b', `a${last}`, `a${last}${last}z`, last, `${last}a`, beforeSurrogates, '\ue000']
    const made = await world.send('POST', '/v1/objects/names/records/batch', {
      body: titles.map((title) => ({ values: { title, other: 'same' } })),
    })
    expect(made.body.summary.created).toBe(titles.length)
    const found = async (filters: object[]) => {
      const { body } = await world.send('POST', '/v1/objects/names/records/query', {
        body: { filter: { and: filters } },
      })
      return body.records.map((one: { values: { title: string } }) => one.values.title).sort()
    }
    for (const value of ['a', `a${last}`, last, `${last}${last}`, beforeSurrogates]) {
      const filter = { attribute: 'title', operator: 'starts_with', value }
      const wanted = titles.filter((title) => title.startsWith(value)).sort()
      expect(await found([filter])).toEqual(wanted)
      expect(await found([{ attribute: 'other', operator: 'eq', value: 'same' }, filter])).toEqual(wanted)
    }
  })
  it('queries with filters and sort on indexed attributes', async () => {
    const query = (body: object) => world.send('POST', '/v1/objects/notes/records/query', { body })
    const range = await query({
      filter: {
        and: [
          { attribute: 'title', operator: 'gte', value: 't10' },
          { attribute: 'title', operator: 'lt', value: 't13' },
        ],
      },
    })
    expect(range.body.records.map((r: { values: { title: string } }) => r.values.title)).toEqual(['t10', 't11', 't12'])
    const down = await query({ sort: { attribute: 'title', direction: 'desc' }, limit: 2 })
    expect(down.body.records.map((r: { values: { title: string } }) => r.values.title)).toEqual(['t24', 't23'])
    const next = await query({
      sort: { attribute: 'title', direction: 'desc' },
      limit: 2,
      cursor: down.body.nextCursor,
    })
    expect(next.body.records.map((r: { values: { title: string } }) => r.values.title)).toEqual(['t22', 't21'])
    const some = await query({ filter: { attribute: 'title', operator: 'in', value: ['t01', 't20'] } })
    expect(some.body.records.length).toBe(2)
  })
  it('names the remedy for an order that no index has', async () => {
    const reply = await world.send('POST', `${path}/query`, { body: { sort: { attribute: 'region' } } })
    expect([reply.status, reply.body.code]).toEqual([422, 'not_indexed'])
    expect(reply.body.errors[0].fix).toContain('PATCH')
  })
})

describe('change feed', () => {
  it('has every change once, in order, without gaps, and nothing for unchanged', async () => {
    const rows = await world.rows('changes', 'ORDER BY sequence')
    expect(rows.map((r) => r.sequence)).toEqual(rows.map((_, i) => i + 1))
    const begin = (await world.send('GET', '/v1/changes?since=now')).body.nextCursor
    await put(keyed('feed-1', { city: 'A' }))
    await put(keyed('feed-1', { city: 'A' }))
    await put(keyed('feed-1', { city: 'B' }))
    const seen: { action: string; changed: string[] }[] = []
    for (let cursor = begin; ; ) {
      const reply = await world.send('GET', `/v1/changes?limit=1&cursor=${cursor}`)
      if (reply.body.changes.length === 0) break
      seen.push(...reply.body.changes)
      cursor = reply.body.nextCursor
    }
    expect(seen).toMatchObject([
      { action: 'created', contract: 'v1', changed: ['city', 'external_id'] },
      { action: 'updated', changed: ['city'] },
    ])
  })
  it('can be switched off', async () => {
    await world.send('PATCH', '/v1/organization', { token: admin, body: { history: 'off' } })
    expect((await world.send('GET', '/v1/changes')).body.code).toBe('history_off')
    const before = (await world.rows('changes')).length
    const reply = await put(keyed('feed-2'))
    expect([reply.status, reply.rowsWritten]).toEqual([201, 2])
    expect((await world.rows('changes')).length).toBe(before)
    await world.send('PATCH', '/v1/organization', { token: admin, body: { history: 'values' } })
  })
})

describe('administration', () => {
  it('issues, rotates with an overlap and revokes keys', async () => {
    const issued = await world.send('POST', '/v1/keys', { token: admin, body: { name: 'sync', scopes: ['crm:write'] } })
    expect((await put(keyed('key-1'), { token: issued.body.secret })).status).toBe(201)
    const rotated = await world.send('POST', `/v1/keys/${issued.body.id}/rotate`, {
      token: admin,
      body: { overlapSeconds: 60 },
    })
    for (const { secret } of [issued.body, rotated.body])
      expect((await put(keyed('key-1'), { token: secret })).status).toBe(200)
    const rotateAgain = () =>
      world.send('POST', `/v1/keys/${rotated.body.id}/rotate`, { token: admin, body: { overlapSeconds: 0 } })
    const early = await rotateAgain()
    expect([early.status, early.body.code, early.body.detail]).toEqual([
      409,
      'key_overlaps',
      expect.stringMatching(/until \d{4}-\d\d-\d\dT/),
    ])
    expect((await world.send('DELETE', `/v1/keys/${issued.body.id}`, { token: admin })).status).toBe(204)
    const ended = await rotateAgain()
    expect((await put(keyed('key-1'), { token: rotated.body.secret })).status).toBe(401)
    expect((await world.send('DELETE', `/v1/keys/${ended.body.id}`, { token: admin })).status).toBe(204)
    expect((await put(keyed('key-1'), { token: ended.body.secret })).status).toBe(401)
    const listed = await world.send('GET', '/v1/keys', { token: admin })
    expect(JSON.stringify(listed.body)).not.toContain(issued.body.secret)
  })
  it('adds objects and attributes, which the next request of a warm isolate can use', async () => {
    const post = (target: string, body: object) => world.send('POST', target, { token: admin, body })
    expect((await post('/v1/objects', { slug: 'tickets', singularName: 'Ticket', pluralName: 'Tickets' })).status).toBe(
      201,
    )
    expect((await post('/v1/objects', { slug: 'tickets', singularName: 'T', pluralName: 'T' })).status).toBe(409)
    expect((await post('/v1/objects/tickets/attributes', { label: 'Ticket no.', type: 'text' })).body.slug).toBe(
      'ticket_no',
    )
    const alike = await post('/v1/objects/tickets/attributes', { label: 'Ticket no', type: 'text' })
    expect([alike.status, alike.body.code, alike.body.errors[0].field]).toEqual([409, 'already_exists', 'label'])
    const written = await world.send('PUT', '/v1/objects/tickets/records', {
      body: { match: { ticket_no: '1' }, values: { ticket_no: '1' } },
    })
    expect(written.status).toBe(201)
  })
  it('makes an attribute unique, or lists the duplicates', async () => {
    await world.addObject('seats')
    await world.addAttribute('seats', { label: 'Seat no', type: 'text' })
    const records = '/v1/objects/seats/records'
    const change = (body: object) => world.send('PATCH', '/v1/objects/seats/attributes/seat_no', { token: admin, body })
    const ids = []
    for (const seat_no of ['dup', 'dup'])
      ids.push((await world.send('PUT', records, { body: { values: { seat_no } } })).body.id)
    const refused = await change({ unique: true })
    expect([refused.status, refused.body.code]).toEqual([409, 'not_unique'])
    expect(refused.body.conflicts.map((c: { recordId: string }) => c.recordId)).toEqual(ids)
    await world.send('DELETE', `${records}/${ids[1]}`)
    expect((await change({ unique: true })).body).toMatchObject({ unique: true, indexed: true })
    const clash = await world.send('PUT', records, { body: { values: { seat_no: 'dup' } } })
    expect(clash.body.conflicts[0].recordId).toBe(ids[0])
    expect((await change({ unique: false })).status).toBe(200)
    expect((await world.send('PUT', records, { body: { values: { seat_no: 'dup' } } })).status).toBe(201)
  })
  it('takes changes of one attribute at the same time, and undoes none of them', async () => {
    await world.addObject('desks')
    await world.addAttribute('desks', { label: 'Desk no', type: 'text' })
    const target = '/v1/objects/desks/attributes/desk_no'
    const changes = [{ label: 'Number of the desk' }, { required: true }, { indexed: true }]
    const replies = await Promise.all(changes.map((body) => world.send('PATCH', target, { token: admin, body })))
    expect(replies.map((r) => r.status)).toEqual([200, 200, 200])
    const { attributes } = (await world.send('GET', '/v1/objects/desks')).body
    expect(attributes.find((a: { slug: string }) => a.slug === 'desk_no')).toMatchObject({
      label: 'Number of the desk',
      required: true,
      indexed: true,
    })
  })
  it('members', async () => {
    const added = await world.send('POST', '/v1/members', { token: admin, body: { name: 'M', email: 'm@m.example' } })
    const owned = await put(keyed('own-1', { owner: added.body.id }))
    expect(owned.status).toBe(201)
    await world.send('DELETE', `/v1/members/${added.body.id}`, { token: admin })
    const gone = await put(keyed('own-2', { owner: added.body.id }))
    expect([gone.status, gone.body.code]).toEqual([422, 'reference_not_found'])
  })
  it('needs the scope admin', async () => {
    for (const target of ['/v1/keys', '/v1/members', '/v1/organization'])
      expect((await world.send('GET', target)).status).toBe(403)
  })
})
