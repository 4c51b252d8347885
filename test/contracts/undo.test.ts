import { beforeEach, describe, expect, it } from 'vitest'
import openapi from '../../public/openapi.json' with { type: 'json' }
import { createWorld, isolate, type World } from '../support/world.ts'

/** Going back: what is said where there is nothing to go back to, and whom a change is told to be of. */

let world: World
const people = '/v1/objects/people/records'
beforeEach(async () => {
  world = await createWorld()
})

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  world.send(method, path, { ...(body !== undefined && { body }), headers })
const address = () => `${crypto.randomUUID()}@undo.example`
const put = async (email: string, values: object, headers: Record<string, string> = {}) =>
  (await send('PUT', people, { match: { emails: email }, values }, headers)).body.id as string
const undo = (body: object, query = '') => send('POST', `/v1/changes/revert${query}`, body)
const told = ({ status, body }: Awaited<ReturnType<typeof undo>>) => [status, body.code, body.errors?.[0]?.field]

/** The organisation forgets what it was before: a hole. */
const hole = async () => {
  await world.operator.changeOrganization({ history: 'off' })
  await world.operator.changeOrganization({ history: 'values' })
}

describe('undoing what nobody did', () => {
  it.each([
    ['a request', { request: 'no-such-request' }, '"no-such-request"'],
    ['an import', { importId: 'no-such-import' }, '"no-such-import"'],
    ['a key', { key: '01900000-0000-7000-8000-000000000001', since: '2020-01-01T00:00:00Z' }, 'since 2020-01-01'],
  ])('%s, is 404, dry or not, and names it', async (_, body, name) => {
    await put(address(), {})
    for (const query of ['', '?dryRun=true']) {
      const answer = await undo(body, query)
      expect(told(answer)).toEqual([404, 'not_found', null])
      expect(answer.body.detail).toContain(name)
    }
  })

  it('is no 404 where it may have been before a hole, and says so', async () => {
    await put(address(), {}, { 'import-id': 'kept' })
    await hole()
    expect((await undo({ importId: 'no-such-import' })).body).toMatchObject({ records: [], found: false, cutOff: true })
    expect((await undo({ importId: 'kept' })).body).toMatchObject({ found: true, cutOff: true })
  })

  it('is known at the end only, and what an earlier page has found counts', async () => {
    const begin = { importId: 'large' }
    const items = (count: number) => Array.from({ length: count }, () => ({ values: { emails: [address()] } }))
    for (const count of [1_000, 1_000, 1_000, 1_000, 1_000, 200])
      await send('POST', `${people}/batch`, items(count), count === 200 ? { 'import-id': 'large' } : {})
    const first = await undo(begin)
    expect([first.body.records.length, first.body.found]).toEqual([200, true])
    const last = await undo({ ...begin, cursor: first.body.nextCursor })
    expect([last.status, last.body.records, last.body.found]).toEqual([200, [], true])
    const unknown = await undo({ importId: 'unknown' })
    expect(unknown.body).toMatchObject({ records: [], found: false })
    expect(told(await undo({ importId: 'unknown', cursor: unknown.body.nextCursor }))[0]).toBe(404)
  })

  it('goes on by no cursor but its own', async () => {
    await put(address(), {}, { 'import-id': 'own' })
    const cursor = (await send('GET', '/v1/changes?since=now')).body.nextCursor
    expect(told(await undo({ importId: 'own', cursor }))).toEqual([422, 'invalid_value', 'cursor'])
  })
})

describe('undoing what a key did', () => {
  it('behind a hole of the history is cut off, and is no refusal', async () => {
    const { id: key, secret } = await world.issue()
    const since = new Date(Date.now() - 1_000).toISOString()
    const write = (email: string, city: string) =>
      world.send('PUT', people, { token: secret, body: { match: { emails: email }, values: { city } } })
    const [before, after] = [address(), address()]
    await write(before, 'A')
    await hole()
    await write(after, 'B')
    const { status, body } = await undo({ key, since })
    expect([status, body.cutOff, body.records.length]).toEqual([200, true, 2])
  })

  it('leaves what it did before that time, however little before', async () => {
    const { id: key, secret } = await world.issue()
    const email = address()
    const id = await put(email, { city: 'Mine' })
    const write = (city: string) =>
      world.send('PUT', people, { token: secret, body: { match: { emails: email }, values: { city } } })
    await write('Before')
    await new Promise((resolve) => setTimeout(resolve, 20))
    const since = new Date().toISOString()
    await write('Since')
    expect((await undo({ key, since })).body.records).toMatchObject([{ recordId: id, status: 'reverted' }])
    expect((await send('GET', `${people}/${id}`)).body.values.city).toBe('Before')
  })
})

describe('a version that the record has not had', () => {
  it('is refused with those that it has had', async () => {
    const email = address()
    const id = await put(email, { city: '1' })
    const revert = (version: number) => send('POST', `${people}/${id}/revert`, { version })
    const only = await revert(2)
    expect([...told(only), only.body.detail]).toEqual([
      ...[422, 'out_of_range', 'version'],
      'version must be 1: the record has had no other version.',
    ])
    await put(email, { city: '2' })
    expect((await revert(9)).body.detail).toBe('version must be from 1 to 2, which is the version of the record now.')
  })

  it('or that is not recorded is told with the earliest that is', async () => {
    const email = address()
    const id = await put(email, { city: '1' })
    await world.operator.changeOrganization({ history: 'off' })
    await put(email, { city: '2' })
    await world.operator.changeOrganization({ history: 'values' })
    const revert = (version: number) => send('POST', `${people}/${id}/revert`, { version })
    const none = await revert(1)
    expect([none.status, none.body.detail]).toEqual([410, expect.stringContaining('nor can any other')])
    await put(email, { city: '3' })
    expect((await revert(1)).body.detail).toContain('the earliest that can is 2')
    expect((await revert(2)).body.record.values.city).toBe('2')
  })
})

describe('what is written between the reading of the history and the way back', () => {
  /** An isolate in which something happens once the history of a record has been read. */
  const racing = (happens: () => Promise<unknown>) => {
    let isOver = false
    const { send: sendThere } = isolate({
      async batch(statements, options) {
        const answer = await world.driver.batch(statements, options)
        if (!isOver && statements.some(({ sql }) => sql.includes('WITH RECURSIVE chain'))) {
          isOver = true
          await happens()
        }
        return answer
      },
    })
    return (path: string, body: object) => sendThere('POST', path, { token: world.token, body })
  }

  it('is not lost by a revert', async () => {
    const email = address()
    const id = await put(email, { city: '1' })
    await put(email, { city: '2' })
    const ask = racing(() => put(email, { first_name: 'Meanwhile' }))
    const { status, body } = await ask(`${people}/${id}/revert`, { version: 1 })
    expect([status, body.code]).toEqual([412, 'version_mismatch'])
    expect((await send('GET', `${people}/${id}`)).body.values).toMatchObject({ city: '2', first_name: 'Meanwhile' })
  })

  it('is not lost by an undoing, which names the record', async () => {
    const email = address()
    const id = await put(email, { city: '1' })
    await put(email, { city: '2' }, { 'import-id': 'raced' })
    const ask = racing(() => put(email, { city: 'Meanwhile' }))
    const { body } = await ask('/v1/changes/revert', { importId: 'raced' })
    expect(body.records).toMatchObject([{ recordId: id, status: 'refused', error: { code: 'version_mismatch' } }])
    expect((await send('GET', `${people}/${id}`)).body.values.city).toBe('Meanwhile')
  })
})

describe('an undoing leaves a record alone', () => {
  it('of which a change above is not recorded', async () => {
    const email = address()
    const id = await put(email, { city: 'A' })
    await put(email, { city: 'B' }, { 'import-id': 'covered' })
    await world.operator.changeOrganization({ history: 'off' })
    await put(email, { city: 'C' })
    await world.operator.changeOrganization({ history: 'values' })
    await put(email, { first_name: 'Ada' })
    expect((await undo({ importId: 'covered' })).body.records).toMatchObject([
      { recordId: id, status: 'unchanged', kept: [{ why: 'not_recorded', attribute: null }] },
    ])
    expect((await send('GET', `${people}/${id}`)).body.values.city).toBe('C')
  })

  it('that has been changed more often since than is looked at', async () => {
    const email = address()
    const id = await put(email, { city: 'A' })
    await put(email, { first_name: 'WRONG' }, { 'import-id': 'buried' })
    const items = Array.from({ length: 1_000 }, (_, n) => ({ match: { emails: email }, values: { city: `${n}` } }))
    expect((await send('POST', `${people}/batch`, items)).body.summary.updated).toBe(1_000)
    expect((await undo({ importId: 'buried' })).body.records).toMatchObject([
      { recordId: id, status: 'unchanged', kept: [{ why: 'too_many_changes', attribute: null }] },
    ])
    expect((await send('GET', `${people}/${id}`)).body.values.first_name).toBe('WRONG')
    expect((await send('POST', `${people}/${id}/revert`, { version: 1 })).body.detail).toContain(
      'more than 1000 changes',
    )
  })
})

it('the feed since a time tells nothing that was changed before it, however little before', async () => {
  await put(address(), { city: 'Before' })
  await new Promise((resolve) => setTimeout(resolve, 20))
  const since = new Date().toISOString()
  const id = await put(address(), { city: 'Since' })
  const { body } = await send('GET', `/v1/changes?since=${since}`)
  expect(body.changes.map((one: { recordId: string }) => one.recordId)).toEqual([id])
})

describe('of an erased record', () => {
  it('the feed tells what is left, its own address where to look, and it does not come back', async () => {
    const email = address()
    const id = await put(email, { city: 'secret' })
    const cursor = (await send('GET', '/v1/changes?since=now')).body.nextCursor
    await send('DELETE', `${people}/${id}`)
    const history = await send('GET', `${people}/${id}/history`)
    expect([history.status, history.body.detail]).toEqual([404, expect.stringContaining('GET /v1/changes')])
    expect((await send('GET', `/v1/changes?cursor=${cursor}`)).body.changes).toMatchObject([
      { action: 'erased', recordId: id, values: null },
    ])
    const reverted = await send('POST', `${people}/${id}/revert`, { version: 1 })
    expect([reverted.status, reverted.body.detail]).toEqual([404, expect.stringContaining('cannot come back')])
  })
})

describe('two imports that change one thing twice each', () => {
  it('are undone newest first', async () => {
    const email = address()
    const id = await put(email, { job_title: 'none' })
    const rows = ['first', 'second'].map((job_title) => ({ match: { emails: email }, values: { job_title } }))
    for (const importId of ['one', 'other']) await send('POST', `${people}/batch`, rows, { 'import-id': importId })
    expect((await undo({ importId: 'other' })).body.records).toMatchObject([{ status: 'unchanged', kept: [] }])
    expect((await undo({ importId: 'one' })).body.records).toMatchObject([{ status: 'reverted', kept: [] }])
    expect((await send('GET', `${people}/${id}`)).body.values.job_title).toBe('none')
  })
})

describe('what somebody has taken back of an import by hand counts as nothing', () => {
  type Step = (email: string, id: string) => Promise<unknown>
  const write = (city: string, headers?: Record<string, string>): Step => {
    return (email) => put(email, { emails: [email], city }, headers)
  }
  const imported = write('Imported', { 'import-id': 'night' })
  const byHand = (change: string, body?: object): Step => {
    return (_, id) => send('POST', `${people}/${id}/${change}`, body)
  }
  const undone: Step = () => undo({ importId: 'night' })
  const isBefore = { archivedAt: null, values: { city: 'Before' } }
  const isGone = { archivedAt: expect.any(String) }

  it.each<[string, Step[], string, object]>([
    ['a value', [write('Before'), imported, byHand('revert', { version: 1 })], 'unchanged', isBefore],
    ['a value that it then set again', [write('Before'), imported, undone, imported], 'reverted', isBefore],
    ['a record', [imported, byHand('archive')], 'unchanged', isGone],
    ['a record that it then brought back', [imported, byHand('archive'), imported], 'archived', isGone],
    ['all of it', [imported, undone, imported], 'archived', isGone],
  ])('%s', async (_, [first, ...steps], status, left) => {
    const email = address()
    const id = String(await first?.(email, ''))
    for (const step of steps) await step(email, id)
    expect((await undo({ importId: 'night' })).body.records).toMatchObject([{ recordId: id, status, kept: [] }])
    const { body } = await send('GET', `${people}/${id}`)
    expect(body).toMatchObject(left)
  })
})

describe('Import-Id', () => {
  /** Each makes one change of a record whose id is given. */
  const writes: Readonly<Record<string, (id: string, email: string) => readonly [path: string, body?: unknown]>> = {
    assertRecord: (_, email) => [people, { match: { emails: email }, values: { city: 'New' } }],
    assertRecords: (_, email) => [`${people}/batch`, [{ match: { emails: email }, values: { city: 'New' } }]],
    changeRecords: (_, email) => [
      `${people}/change`,
      { change: 'update', keys: [{ emails: email }], values: { city: 'New' } },
    ],
    archiveRecord: (id) => [`${people}/${id}/archive`],
    restoreRecord: (id) => [`${people}/${id}/restore`],
    eraseRecord: (id) => [`${people}/${id}`],
    revertRecord: (id) => [`${people}/${id}/revert`, { version: 1 }],
    mergeRecords: (id) => [`${people}/${id}/merge`, { loser: { emails: `${id}@undo.example` } }],
    revertChanges: (id) => ['/v1/changes/revert', { importId: `first-${id}` }],
  }

  const operations = Object.values(openapi.paths as Record<string, Record<string, unknown>>).flatMap((path) =>
    Object.entries(path).map(([method, operation]) => ({
      method: method.toUpperCase(),
      ...(operation as { operationId: string; parameters?: readonly { name: string; in: string }[] }),
    })),
  )
  const taking = operations.filter(({ parameters = [] }) =>
    parameters.some((one) => one.in === 'header' && one.name === 'import-id'),
  )

  it('is taken by every operation that is written down here', () => {
    expect(taking.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(writes).sort())
  })

  it.each(taking.map(({ operationId, method }) => [operationId, method]))(
    'is kept with what %s changes',
    async (operationId, method) => {
      const email = address()
      const id = await put(email, { city: 'Old' })
      await put(email, { city: 'Other' }, { 'import-id': `first-${id}` })
      if (operationId === 'restoreRecord') await send('POST', `${people}/${id}/archive`)
      if (operationId === 'mergeRecords') await put(`${id}@undo.example`, {})
      const [path, body] = writes[operationId]?.(id, email) ?? ['']
      const { status } = await send(method, path, body, { 'import-id': `second-${id}` })
      expect(status).toBeLessThan(300)
      const changes = await world.rows('changes', 'ORDER BY sequence DESC LIMIT 1')
      expect(changes).toMatchObject([{ record_id: id, import: `second-${id}` }])
      expect((await send(method, path, body, { 'import-id': 'no import' })).body.errors?.[0]?.field).toBe('Import-Id')
    },
  )

  it('is refused where it would be ignored, and means nothing to what only reads', async () => {
    const { secret } = await world.issue({ scopes: ['admin', 'crm:read', 'crm:write'] })
    const headers = { 'import-id': 'one' }
    const refused = await world.send('POST', '/v1/objects', {
      token: secret,
      headers,
      body: { slug: 'things', singularName: 'Thing', pluralName: 'Things' },
    })
    expect([refused.status, refused.body.code, refused.body.errors[0].field]).toEqual([
      400,
      'unknown_parameter',
      'import-id',
    ])
    expect((await send('GET', people, undefined, headers)).status).toBe(200)
    expect((await send('POST', `${people}/query`, {}, headers)).status).toBe(200)
  })
})

describe('erasing by keys', () => {
  it('names the records, dry and done', async () => {
    const [one, other] = [address(), address()]
    const ids = [await put(one, {}), await put(other, {})]
    const body = { change: 'erase', keys: [{ emails: one }, { emails: other }, { emails: address() }] }
    for (const query of ['?dryRun=true', '']) {
      const { records } = (await send('POST', `${people}/change${query}`, body)).body
      expect(records.map((record: { status: string; id: string }) => [record.status, record.id])).toEqual([
        ['erased', ids[0]],
        ['erased', ids[1]],
        ['refused', null],
      ])
    }
  })
})
