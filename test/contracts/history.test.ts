import { beforeEach, describe, expect, it } from 'vitest'
import { recordActions } from '../../src/engine/history.ts'
import { sweep } from '../../src/storage/sweep.ts'
import { createWorld, type World } from '../support/world.ts'

/** The history over HTTP: the feed, the history of a record, and the way back. */

let world: World
let admin: string
const people = '/v1/objects/people/records'

const start = async () => {
  world = await createWorld()
  admin = (await world.issue({ scopes: ['crm:read', 'crm:write', 'admin'] })).secret
}
beforeEach(start)

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  world.send(method, path, { token: admin, ...(body !== undefined && { body }), headers })
const put = async (email: string, values: object, headers: Record<string, string> = {}) => {
  const { status, body } = await send('PUT', people, { match: { emails: email }, values }, headers)
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as { id: string; version: number; status: string }
}
const valuesOf = async (id: string) => (await send('GET', `${people}/${id}`)).body.values
const undo = (body: object, dry = false) => send('POST', `/v1/changes/revert${dry ? '?dryRun=true' : ''}`, body)
const address = () => `${crypto.randomUUID()}@history.example`
const now = async () => (await send('GET', '/v1/changes?since=now')).body.nextCursor as string

describe('the feed', () => {
  it('tells values before and after, the request and the import, and goes on from a cursor', async () => {
    const cursor = await now()
    const email = address()
    const { id } = await put(email, { first_name: 'Ada' }, { 'x-request-id': 'request-one', 'import-id': 'import-one' })
    await put(email, { first_name: 'Augusta', city: 'London' })
    const { body } = await send('GET', `/v1/changes?cursor=${cursor}&object=people`)
    expect(body.changes).toMatchObject([
      {
        action: 'created',
        recordId: id,
        request: 'request-one',
        importId: 'import-one',
        values: { first_name: { before: null, after: 'Ada' }, emails: { before: null, after: [email] } },
      },
      {
        action: 'updated',
        version: 2,
        importId: null,
        values: { first_name: { before: 'Ada', after: 'Augusta' }, city: { before: null, after: 'London' } },
      },
    ])
    expect((await send('GET', `/v1/changes?cursor=${body.nextCursor}`)).body).toMatchObject({
      changes: [],
      more: false,
    })
    expect((await send('GET', `/v1/changes?cursor=${cursor}&object=companies`)).body.changes).toEqual([])
    const misspelt = await send('GET', `/v1/changes?cursor=${cursor}&object=peple`)
    expect([misspelt.status, misspelt.body.errors[0]]).toMatchObject([
      404,
      { code: 'unknown_object', field: 'object', detail: 'object: There is no object "peple": the nearest is people.' },
    ])
    const events = { accept: 'text/event-stream' }
    expect((await send('GET', `/v1/changes?cursor=${cursor}&object=peple`, undefined, events)).status).toBe(404)
    expect((await send('GET', `/v1/changes?cursor=${cursor}&since=now`)).status).toBe(422)
  })

  it('begins at a time', async () => {
    await put(address(), { city: 'A' })
    const { body } = await send('GET', `/v1/changes?since=${new Date(Date.now() + 60_000).toISOString()}`)
    expect(body).toMatchObject({ changes: [], more: false })
    const all = await send('GET', '/v1/changes?since=2020-01-01T00:00:00Z&limit=1000')
    expect(all.body.changes.length).toBeGreaterThan(0)
    expect(all.body.changes[0].sequence).toBe(1)
  })

  it('has an answer for who would read over a hole: events in the feed, 410 for a cursor from before', async () => {
    const email = address()
    const { id } = await put(email, { city: 'A' })
    const cursor = await now()
    await send('PATCH', '/v1/organization', { history: 'off' })
    await put(email, { city: 'B' })
    expect((await send('GET', `/v1/changes?cursor=${cursor}`)).body.code).toBe('history_off')
    await send('PATCH', '/v1/organization', { history: 'values' })
    const gap = await send('GET', `/v1/changes?cursor=${cursor}`)
    expect([gap.status, gap.body.code, gap.body.errors[0].field]).toEqual([410, 'history_gap', 'cursor'])
    const after = await now()
    await put(email, { city: 'C' })
    expect((await send('GET', `/v1/changes?cursor=${after}`)).body.changes).toHaveLength(1)
    await send('PATCH', '/v1/organization', { history: 'names' })
    await put(email, { city: 'D' })
    await send('PATCH', '/v1/organization', { history: 'values' })
    const { body } = await send('GET', `/v1/changes?cursor=${after}`)
    expect(body.changes.map((one: { action: string; values: unknown }) => [one.action, one.values])).toEqual([
      ['updated', { city: { before: 'B', after: 'C' } }],
      ['history_changed', { history: { before: 'values', after: 'names' } }],
      ['updated', null],
      ['history_changed', { history: { before: 'names', after: 'values' } }],
    ])
    // What was written while the history was off is not told, so nobody can go back over it.
    const versions = (await send('GET', `${people}/${id}/history`)).body.changes.map(
      (one: { version: number }) => one.version,
    )
    expect(versions).toEqual([4, 3, 1])
    expect((await send('POST', `${people}/${id}/revert`, { version: 1 })).body.code).toBe('history_gap')
  })
})

describe('of a record', () => {
  it('its history comes in pages, newest first, and ends with its creation', async () => {
    const email = address()
    const { id } = await put(email, { city: '0' })
    for (const city of ['1', '2', '3']) await put(email, { city })
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const { body } = await send('GET', `${people}/${id}/history?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.changes.map((one: { version: number }) => one.version))
      if (body.nextCursor === null) break
      cursor = body.nextCursor
    }
    expect(seen).toEqual([4, 3, 2, 1])
    expect((await send('GET', `${people}/${crypto.randomUUID()}/history`)).status).toBe(404)
  })

  it('a version comes back, dry first, whoever has changed it since, archived or not', async () => {
    const email = address()
    const { id } = await put(email, { first_name: 'Ada', city: 'London' })
    await put(email, { first_name: 'Grace', city: null })
    await send('POST', `${people}/${id}/archive`)
    const path = `${people}/${id}/revert`
    expect((await send('POST', `${path}?dryRun=true`, { version: 1 })).body).toMatchObject({
      status: 'updated',
      changed: ['city', 'first_name'],
      transition: 'restored',
      dryRun: true,
    })
    expect(await valuesOf(id)).toEqual({ first_name: 'Grace', emails: [email] })
    expect((await send('POST', path, { version: 1 })).body.record).toMatchObject({ version: 4, archivedAt: null })
    expect(await valuesOf(id)).toEqual({ first_name: 'Ada', city: 'London', emails: [email] })
    expect((await send('POST', path, { version: 1 })).body).toMatchObject({ status: 'unchanged' })
    // Archiving changed no attribute, which is not the same as values that were not kept.
    expect((await send('GET', `${people}/${id}/history`)).body.changes[1]).toMatchObject({ changed: [], values: {} })
    // Going back is a change like any other, and can be taken back.
    expect((await send('POST', path, { version: 3 })).body).toMatchObject({ transition: 'archived' })
    expect((await send('POST', path, { version: 99 })).status).toBe(422)
  })

  it('what has been renamed since comes back under its slug of now, from whichever name it had then', async () => {
    const attributes = '/v1/objects/people/attributes'
    await send('POST', attributes, { label: 'First', type: 'text' })
    const rename = (from: string, to: string) =>
      send('PUT', '/v1/schema', { objects: [{ slug: 'people', attributes: [{ slug: to, renamedFrom: from }] }] })
    const email = address()
    const { id } = await put(email, { first: '1' })
    const request = { 'x-request-id': `undo-${crypto.randomUUID()}` }
    await put(email, { first: '2' }, request)
    await rename('first', 'second')
    await put(email, { second: '3' })
    // Another one takes the slug: what stood under it before is not its own.
    await send('POST', attributes, { label: 'First', type: 'text' })
    await put(email, { first: 'another' })
    expect((await undo({ request: request['x-request-id'] })).body.records).toMatchObject([
      { status: 'unchanged', kept: [{ why: 'changed_since', attribute: 'second' }] },
    ])
    for (const [version, second] of [
      [2, '2'],
      [1, '1'],
      [3, '3'],
    ]) {
      const { body } = await send('POST', `${people}/${id}/revert`, { version })
      expect([body.record.values, body.kept]).toEqual([{ emails: [email], second }, []])
    }
    expect((await undo({ request: request['x-request-id'] })).body.records).toMatchObject([{ status: 'unchanged' }])
  })

  it('what has been erased since does not come back, and is named', async () => {
    const attributes = '/v1/objects/people/attributes'
    await send('POST', attributes, { label: 'Old name', type: 'text' })
    const email = address()
    const { id } = await put(email, { old_name: 'x', city: 'A' })
    const request = { 'x-request-id': `undo-${crypto.randomUUID()}` }
    await put(email, { old_name: 'y', city: 'B' }, request)
    await send('PATCH', `${attributes}/old_name`, { archived: true })
    expect((await send('DELETE', `${attributes}/old_name`)).status).toBeLessThan(300)
    expect((await undo({ request: request['x-request-id'] })).body.records).toMatchObject([
      { status: 'reverted', attributes: ['city'], kept: [{ why: 'attribute_gone', attribute: 'old_name' }] },
    ])
    expect(await valuesOf(id)).toEqual({ city: 'A', emails: [email] })
    const { body } = await send('POST', `${people}/${id}/revert`, { version: 2 })
    expect([body.changed, body.kept]).toMatchObject([['city'], [{ why: 'attribute_gone', attribute: 'old_name' }]])
    expect(await valuesOf(id)).toEqual({ city: 'B', emails: [email] })
  })

  it('what has become an attribute of another type does not come back as what it was', async () => {
    const attributes = '/v1/objects/people/attributes'
    for (const label of ['Size', 'Sizes']) await send('POST', attributes, { label, type: 'text' })
    const email = address()
    const { id } = await put(email, { size: '7', sizes: '7', city: 'A' })
    const request = { 'x-request-id': `undo-${crypto.randomUUID()}` }
    await put(email, { size: '8', sizes: '8', city: 'B' }, request)
    const converted = [
      { slug: 'size', type: 'number', convert: true },
      { slug: 'sizes', multiple: true, convert: true },
    ]
    const document = { objects: [{ slug: 'people', attributes: converted }] }
    expect((await send('PUT', '/v1/schema', document)).status).toBe(200)
    const back = await send('POST', `${people}/${id}/revert`, { version: 1 })
    expect([back.status, back.body.errors.map((one: { field: string }) => one.field)]).toEqual([422, ['size']])
    expect(await valuesOf(id)).toMatchObject({ size: 8, city: 'B' })
    // What can come back does, in the form that the attribute has by now.
    expect((await undo({ request: request['x-request-id'] })).body.records).toMatchObject([
      {
        status: 'reverted',
        attributes: ['city', 'sizes'],
        kept: [{ why: 'other_type', attribute: 'size', actor: null, sequence: null }],
      },
    ])
    expect(await valuesOf(id)).toMatchObject({ size: 8, sizes: ['7'], city: 'A' })
  })

  it('says where it is cut off, once changes are kept for some days only; so do the feed, a revert and an undoing', async () => {
    const email = address()
    const request = { 'x-request-id': `old-${crypto.randomUUID()}` }
    const { id } = await put(email, { city: 'A' })
    const before = await now()
    await put(email, { city: 'B' }, request)
    await put(email, { city: 'C' })
    const whole = await send('GET', `${people}/${id}/history`)
    expect([whole.body.changes.length, whole.body.cutOff]).toEqual([3, false])
    expect((await send('PATCH', '/v1/organization', { historyDays: 0 })).body.errors[0].field).toBe('historyDays')
    const { body } = await send('PATCH', '/v1/organization', { historyDays: 7 })
    expect(body).toMatchObject({ history: 'values', historyDays: 7 })
    expect((await send('GET', `/v1/changes?cursor=${before}`)).body.changes.at(-1)).toMatchObject({
      action: 'history_changed',
      values: { historyDays: { before: null, after: 7 } },
    })
    await world.driver.batch([
      {
        sql: 'UPDATE changes SET at = at - 8 * 86400000 WHERE organization_id = ?1 AND (version < 3 OR record_id <> ?2)',
        params: [world.organizationId, id],
      },
    ])
    const last = await now()
    expect(await sweep(world.driver, Date.now())).toBe(true)
    const cut = await send('GET', `${people}/${id}/history`)
    expect(cut.body.changes.map((one: { version: number }) => one.version)).toEqual([3])
    expect(cut.body).toMatchObject({ cutOff: true, nextCursor: null })
    const gap = await send('GET', `/v1/changes?cursor=${before}`)
    expect([gap.status, gap.body.code]).toEqual([410, 'history_gap'])
    expect((await send('GET', '/v1/changes?since=2020-01-01T00:00:00Z')).status).toBe(410)
    expect((await send('GET', `/v1/changes?cursor=${last}`)).body.changes).toEqual([])
    expect((await send('POST', `${people}/${id}/revert`, { version: 1 })).status).toBe(410)
    expect((await send('POST', `${people}/${id}/revert`, { version: 2 })).body.record.values.city).toBe('B')
    expect((await undo({ request: request['x-request-id'] })).body).toMatchObject({ records: [], cutOff: true })
  })

  it('nothing is left of the values of an attribute that is erased, whichever way', async () => {
    const attributes = '/v1/objects/people/attributes'
    const email = address()
    for (const label of ['Paged', 'Applied']) await send('POST', attributes, { label, type: 'text' })
    const { id } = await put(email, { paged: 'secret 1', applied: 'secret 2', city: 'A' })
    await put(email, { paged: 'secret 3', applied: 'secret 4' })
    const renamed = [{ slug: 'called_otherwise', renamedFrom: 'paged' }]
    await send('PUT', '/v1/schema', { objects: [{ slug: 'people', attributes: renamed }] })
    for (const slug of ['called_otherwise', 'applied']) await send('PATCH', `${attributes}/${slug}`, { archived: true })
    expect((await send('DELETE', `${attributes}/called_otherwise`)).body).toEqual({ nextCursor: null })
    const document = { objects: [{ slug: 'people', attributes: [{ slug: 'applied', remove: true }] }] }
    expect((await send('PUT', '/v1/schema', document)).status).toBe(200)
    expect(await sweep(world.driver, Date.now())).toBe(true)
    for (const table of ['changes', 'records'] as const)
      expect(JSON.stringify(await world.rows(table))).not.toContain('secret')
    const { changes } = (await send('GET', `${people}/${id}/history`)).body
    expect(changes.map((one: { values: unknown }) => one.values)).toEqual([
      {},
      { city: { before: null, after: 'A' }, emails: { before: null, after: [email] } },
    ])
  })

  it('nothing is left of them in a change of any action, of an attribute or of a whole object', async () => {
    const records = '/v1/objects/boxes/records'
    const schema = (entry: object) => send('PUT', '/v1/schema', { objects: [{ slug: 'boxes', ...entry }] })
    const text = (slug: string) => ({ slug, label: slug, type: 'text' })
    const attributes = [text('inside'), text('outside')]
    expect((await schema({ singularName: 'Box', pluralName: 'Boxes', attributes })).status).toBe(200)
    const values = { inside: 'secret in', outside: 'secret out' }
    const made = async (): Promise<string> => (await send('POST', `${records}/batch`, [{ values }])).body.outcomes[0].id
    const [stays, goes, gone] = [await made(), await made(), await made()]
    const { request } = (await send('POST', `${records}/${stays}/merge`, { loser: { id: goes } })).body
    expect((await undo({ request })).status).toBe(200)
    await send('PUT', records, { match: { id: stays }, values: { inside: 'secret 2', outside: 'secret 2' } })
    for (const archived of [true, false]) {
      const lifecycle = archived ? 'archive' : 'restore'
      expect((await send('POST', `${records}/${stays}/${lifecycle}`)).status).toBe(200)
    }
    await send('DELETE', `${records}/${gone}`)
    const ofBoxes = async () => (await world.rows('changes')).filter(({ object }) => object === 'boxes')
    expect(new Set((await ofBoxes()).map(({ action }) => action))).toEqual(
      new Set(['schema_changed', ...recordActions]),
    )

    await schema({ attributes: [{ slug: 'inside', archived: true }] })
    await schema({ attributes: [{ slug: 'inside', remove: true }] })
    expect(await sweep(world.driver, Date.now())).toBe(true)
    expect((await ofBoxes()).filter(({ delta }) => /secret in|"inside"/.test(String(delta)))).toEqual([])
    expect((await ofBoxes()).filter(({ delta }) => String(delta).includes('secret out')).length).toBeGreaterThan(2)
    await schema({ archived: true })
    expect((await schema({ remove: true })).status).toBe(200)
    expect(await sweep(world.driver, Date.now())).toBe(true)
    expect((await ofBoxes()).filter(({ delta }) => String(delta).includes('secret'))).toEqual([])
  })

  it('nothing is left of its values when it is erased', async () => {
    const email = address()
    const cursor = await now()
    const { id } = await put(email, { city: 'secret' })
    await put(email, { city: 'secret too' })
    await send('DELETE', `${people}/${id}`)
    const { body } = await send('GET', `/v1/changes?cursor=${cursor}`)
    expect(body.changes.map((one: { action: string; values: unknown }) => [one.action, one.values])).toEqual([
      ['created', null],
      ['updated', null],
      ['erased', null],
    ])
    expect(JSON.stringify(await world.rows('changes'))).not.toContain('secret')
  })
})

describe('what a request did is undone', () => {
  it('but not what somebody else has changed since, which is named; and again there is nothing to do', async () => {
    const [one, other, third] = [address(), address(), address()]
    const { id } = await put(one, { first_name: 'Ada', city: 'London', job_title: 'x' })
    const { id: kept } = await put(other, { city: 'Paris' })
    const request = { 'x-request-id': `undo-${crypto.randomUUID()}` }
    await put(one, { first_name: 'WRONG', city: 'WRONG' }, request)
    await put(other, { city: 'WRONG' }, request)
    const { id: made } = await put(third, { city: 'WRONG' }, request)
    await put(one, { city: 'Rome' })
    const body = { request: request['x-request-id'] }
    const dry = await undo(body, true)
    const done = await undo(body)
    expect(done.body.records).toMatchObject([
      { recordId: made, status: 'archived' },
      { recordId: kept, status: 'reverted', attributes: ['city'], kept: [] },
      {
        recordId: id,
        status: 'reverted',
        attributes: ['first_name'],
        kept: [{ why: 'changed_since', attribute: 'city' }],
      },
    ])
    const plain = (records: { version: number }[]) => records.map(({ version: _, ...record }) => record)
    expect(plain(dry.body.records)).toEqual(plain(done.body.records))
    expect(done.body.nextCursor).toBeNull()
    expect(await valuesOf(id)).toMatchObject({ first_name: 'Ada', city: 'Rome', job_title: 'x' })
    expect(await valuesOf(kept)).toMatchObject({ city: 'Paris' })
    const again = await undo(body)
    expect(again.body.records.map((record: { status: string }) => record.status)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ])
  })

  it('an import of several requests, in pages, erasing what it created if asked for', async () => {
    const headers = { 'import-id': `import-${crypto.randomUUID()}` }
    const emails = Array.from({ length: 250 }, address)
    for (const half of [emails.slice(0, 125), emails.slice(125)]) {
      const items = half.map((email) => ({ match: { emails: email }, values: { city: 'Imported' } }))
      expect((await send('POST', `${people}/batch`, items, headers)).body.summary.created).toBe(125)
    }
    const statuses: string[] = []
    for (let cursor: string | undefined; ; ) {
      const { body } = await undo({ importId: headers['import-id'], created: 'erase', ...(cursor && { cursor }) })
      statuses.push(...body.records.map((record: { status: string }) => record.status))
      if (body.nextCursor === null) break
      cursor = body.nextCursor
    }
    expect(statuses).toEqual(emails.map(() => 'erased'))
    expect((await send('GET', `${people}/by/emails/${emails[0]}`)).status).toBe(404)
  })

  it('what a key did since a time; of others nothing', async () => {
    const { id: keyId, secret } = await world.issue({ scopes: ['crm:read', 'crm:write'] })
    const email = address()
    const { id } = await put(email, { city: 'Mine' })
    const body = { match: { emails: email }, values: { city: 'Theirs' } }
    await world.send('PUT', people, { token: secret, body })
    const since = new Date(Date.now() - 60_000).toISOString()
    expect((await undo({ key: keyId })).body.errors[0].field).toBe('since')
    expect((await undo({ key: keyId, since })).body.records).toMatchObject([{ recordId: id, status: 'reverted' }])
    expect(await valuesOf(id)).toMatchObject({ city: 'Mine' })
    expect((await undo({})).status).toBe(400)
    expect((await undo({ request: 'a', importId: 'b' })).status).toBe(400)
  })

  it('a value that a unique key of another record has become stays, and says why', async () => {
    await send('POST', '/v1/objects/people/attributes', { label: 'External id', type: 'text', unique: true })
    const email = address()
    const { id } = await put(email, { external_id: `x-${email}` })
    const request = { 'x-request-id': `undo-${crypto.randomUUID()}` }
    await put(email, { external_id: null }, request)
    await put(address(), { external_id: `x-${email}` })
    expect((await undo({ request: request['x-request-id'] })).body.records).toMatchObject([
      { recordId: id, status: 'refused', error: { code: 'value_taken' } },
    ])
  })
})
