import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world.ts'

/** Two records become one: what is answered, where the keys and the id of the one lead, and the way back. */

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.addAttribute('companies', { label: 'Team', type: 'relation', related: 'people', multiple: true })
  await world.addAttribute('companies', { label: 'Lead', type: 'relation', related: 'people' })
})

const people = '/v1/objects/people/records'
const companies = '/v1/objects/companies/records'
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  world.send(method, path, { ...(body !== undefined && { body }), headers })
const address = () => `${crypto.randomUUID()}@merge.example`
const made = async (path: string, values: object): Promise<string> =>
  (await send('POST', `${path}/batch`, [{ values }])).body.outcomes[0].id
const person = (email: string, values: object = {}) => made(people, { emails: [email], ...values })
const merge = (id: string, body: object, query = '') => send('POST', `${people}/${id}/merge${query}`, body)
const get = async (id: string, path = people) => (await send('GET', `${path}/${id}`)).body
const undo = (request: string, query = '') => send('POST', `/v1/changes/revert${query}`, { request })

/** Two of them, and their addresses. */
const pair = async (ours: object = {}, theirs: object = {}) => {
  const emails = [address(), address()] as const
  const [stays, goes] = [await person(emails[0], ours), await person(emails[1], theirs)]
  return { stays, goes, ours: emails[0], theirs: emails[1] }
}

describe('merging two records', () => {
  it('keeps what only one has, joins lists, and tells what found no place', async () => {
    const { stays, goes, ours, theirs } = await pair({ first_name: 'Ada' }, { first_name: 'Augusta', city: 'London' })
    const { status, body } = await merge(stays, { loser: { id: goes } })
    expect([status, body]).toMatchObject([
      200,
      { status: 'merged', mergedId: goes, changed: ['city', 'emails'], left: ['first_name'], relationsMoved: 0 },
    ])
    expect(body.record).toMatchObject({
      id: stays,
      version: 2,
      values: { first_name: 'Ada', city: 'London', emails: [ours, theirs] },
    })
    expect(await get(stays)).toEqual(body.record)
  })

  it('takes or keeps by attribute', async () => {
    const { stays, theirs, ours } = await pair(
      { first_name: 'Ada', city: 'Ockham' },
      { first_name: 'Augusta', city: 'London' },
    )
    const { body } = await merge(stays, {
      loser: { emails: theirs },
      values: { default: 'take', attributes: { emails: 'keep', city: 'keep' } },
    })
    expect(body.record.values).toEqual({ first_name: 'Augusta', city: 'Ockham', emails: [ours] })
    expect(body.left).toEqual(['city', 'emails', 'first_name'])
  })

  it('leads by the id and the keys of the one that went to the one that stays, whether it has the values or not', async () => {
    const { stays, goes, theirs } = await pair()
    await merge(stays, { loser: { id: goes }, values: { attributes: { emails: 'keep' } } })
    expect((await get(goes)).id).toBe(stays)
    expect((await get(`by/emails/${theirs}`)).id).toBe(stays)
    const asserted = await send('PUT', people, { match: { emails: theirs }, values: { first_name: 'Byron' } })
    expect([asserted.body.status, asserted.body.id, asserted.calls]).toEqual(['updated', stays, 1])
    const byId = await send('PUT', people, { match: { id: goes }, mode: 'update', values: { city: 'Ockham' } })
    expect([byId.body.status, byId.body.id]).toEqual(['updated', stays])
    const company = await made(companies, { name: address(), team: [goes] })
    expect((await get(company, companies)).values.team).toEqual([stays])
    expect((await send('GET', `${people}?limit=1000`)).body.records.map(({ id }: { id: string }) => id)).not.toContain(
      goes,
    )
  })

  it('moves the relations that point there, each with a change of its own', async () => {
    const { stays, goes, theirs } = await pair()
    const [both, one, none] = [
      await made(companies, { name: address(), team: [goes, stays] }),
      await made(companies, { name: address(), team: [goes] }),
      await made(companies, { name: address(), team: [stays] }),
    ]
    const { body } = await merge(stays, { loser: { id: goes } })
    expect(body.relationsMoved).toBe(2)
    for (const id of [both, one, none]) expect((await get(id, companies)).values.team).toEqual([stays])
    const { changes } = (await send('GET', `${companies}/${one}/history`)).body
    expect(changes[0]).toMatchObject({
      action: 'updated',
      request: body.request,
      values: { team: { before: [goes], after: [stays] } },
    })
    const { merged } = (await send('GET', `${people}/${stays}/history?limit=1`)).body
    expect(merged).toMatchObject([
      { id: goes, mergedInto: stays, request: body.request, importId: null, keys: { emails: [theirs] } },
    ])
    const [last] = (await send('GET', `${people}/${goes}/history`)).body.changes
    expect(last).toMatchObject({ sequence: merged[0].sequence, at: merged[0].at, actor: merged[0].actor })
    expect(last).toMatchObject({ action: 'merged', recordId: goes, mergedInto: stays, version: 2 })
  })

  it('changes nothing when it is sent again, nor when it is run dry', async () => {
    const { stays, goes, theirs } = await pair()
    const before = await world.snapshot()
    const dry = await merge(stays, { loser: { id: goes } }, '?dryRun=true')
    expect(dry.body).toMatchObject({ status: 'merged', dryRun: true, mergedId: goes })
    expect(await world.snapshot()).toBe(before)
    expect((await get(goes)).id).toBe(goes)
    await merge(stays, { loser: { id: goes } })
    const after = await world.snapshot()
    for (const loser of [{ id: goes }, { emails: theirs }]) {
      const { status, body } = await merge(stays, { loser, ifVersion: 1 })
      expect([status, body.status, body.record.id]).toEqual([200, 'unchanged', stays])
    }
    expect(await world.snapshot()).toBe(after)
  })

  it('is undone by its request: both are there again, with their keys and what pointed at them', async () => {
    const { stays, goes, theirs } = await pair({ city: 'Ockham' }, { first_name: 'Augusta', city: 'London' })
    const company = await made(companies, { name: address(), team: [goes] })
    const before = [await get(stays), await get(goes), await get(company, companies)].map(({ values }) => values)
    const { body } = await merge(stays, { loser: { id: goes }, values: { default: 'take' } })
    const dry = await undo(body.request, '?dryRun=true')
    expect(dry.body.records.map(({ status }: { status: string }) => status)).toEqual([
      'reverted',
      'reverted',
      'reverted',
    ])
    expect((await get(goes)).id).toBe(stays)
    const undone = await undo(body.request)
    expect(undone.body.records).toMatchObject(
      dry.body.records.map(({ recordId }: { recordId: string }) => ({ recordId, status: 'reverted' })),
    )
    const after = [await get(stays), await get(goes), await get(company, companies)]
    expect(after.map(({ id }) => id)).toEqual([stays, goes, company])
    expect(after.map(({ values }) => values)).toEqual(before)
    expect((await get(`by/emails/${theirs}`)).id).toBe(goes)
    expect(await world.rows('record_aliases', `AND merged_id = '${goes}'`)).toEqual([])
    const [last] = (await send('GET', `${people}/${goes}/history`)).body.changes
    expect(last).toMatchObject({ action: 'separated', version: 3, mergedInto: stays })
  })

  it('is undone as far as nobody has changed it since: a value that was taken is named, and stays', async () => {
    const { stays, goes, theirs } = await pair()
    const { body } = await merge(stays, { loser: { id: goes } })
    await send('PUT', people, { match: { id: stays }, mode: 'update', values: { emails: [theirs] } })
    const { records } = (await undo(body.request)).body
    expect(records).toMatchObject([
      {
        recordId: stays,
        status: 'unchanged',
        kept: [
          { why: 'undone_together', attribute: null, record: goes },
          { why: 'changed_since', attribute: 'emails', record: null },
        ],
      },
      { recordId: goes, status: 'refused', error: { code: 'value_taken', conflicts: [{ recordId: stays }] } },
    ])
    const { detail, errors } = records[1].error
    expect(detail).toContain(`"${theirs}", of record ${stays}`)
    expect(errors[0]).toMatchObject({ field: 'emails', fix: expect.stringContaining('undo again') })
  })

  it('is told of once in all pages of a dry undo, whichever of the two an earlier page has taken along', async () => {
    const headers = { 'import-id': 'paged' }
    const items = Array.from({ length: 202 }, (_, i) => ({ values: { emails: [address()], city: `c${i}` } }))
    const { outcomes } = (await send('POST', `${people}/batch`, items, headers)).body
    const [stays, goes] = [outcomes[0].id, outcomes[201].id]
    const values = { default: 'keep' }
    await send('POST', `${people}/${stays}/merge`, { loser: { id: goes }, values }, headers)
    const ids: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { body } = await send('POST', '/v1/changes/revert?dryRun=true', { importId: 'paged', cursor })
      ids.push(...body.records.map(({ recordId }: { recordId: string }) => recordId))
      cursor = body.nextCursor
    }
    expect(ids.slice().sort()).toEqual(outcomes.map(({ id }: { id: string }) => id).sort())
  })

  it('leads on when the survivor is merged too, and back when that is undone', async () => {
    const { stays, goes, theirs } = await pair()
    const last = await person(address())
    await merge(stays, { loser: { id: goes } })
    const { body } = await merge(last, { loser: { id: stays } })
    expect((await get(goes)).id).toBe(last)
    const into = (await send('GET', `${people}/${last}/history`)).body.merged
    expect(into.map(({ id, mergedInto }: Record<string, string>) => [id, mergedInto]).sort()).toEqual(
      [
        [goes, stays],
        [stays, last],
      ].sort(),
    )
    await undo(body.request)
    expect((await send('GET', `${people}/${last}/history`)).body.merged).toEqual([])
    expect([(await get(goes)).id, (await get(stays)).id, (await get(`by/emails/${theirs}`)).id]).toEqual([
      stays,
      stays,
      stays,
    ])
  })

  it('leaves nothing behind that is readable when the survivor is erased', async () => {
    const { stays, goes, theirs } = await pair({}, { first_name: 'Augusta' })
    const { body } = await merge(stays, { loser: { id: goes } })
    expect((await send('DELETE', `${people}/${stays}`)).status).toBe(204)
    expect((await send('GET', `${people}/${goes}`)).status).toBe(404)
    expect(await world.rows('record_aliases', `AND record_id = '${stays}'`)).toEqual([])
    const rows = await world.rows('changes', `AND record_id = '${goes}'`)
    expect(rows.map(({ action, delta }) => [action, delta])).toEqual([
      ['created', null],
      ['merged', null],
      ['erased', null],
    ])
    expect((await undo(body.request)).body.records.map(({ status }: { status: string }) => status)).toEqual([
      'gone',
      'gone',
    ])
    expect((await person(theirs)) === goes).toBe(false)
  })
})

describe('by what leads to another record', () => {
  it('nothing is erased, in any form; archiving is led on', async () => {
    const { stays, goes, ours, theirs } = await pair()
    await merge(stays, { loser: { id: goes }, values: { default: 'take' } })
    const before = await world.snapshot()
    const merged = { code: 'record_merged', recordId: stays }
    for (const headers of [{}, { 'if-match': '"2"' }] as Record<string, string>[])
      expect(await send('DELETE', `${people}/${goes}`, undefined, headers)).toMatchObject({ status: 409, body: merged })
    const { body } = await send('POST', `${people}/change`, { change: 'erase', keys: [{ id: goes }, { emails: ours }] })
    expect(body.records).toMatchObject([
      { status: 'refused', error: merged },
      { status: 'refused', error: merged },
    ])
    expect(await world.snapshot()).toBe(before)
    expect((await send('POST', `${people}/${goes}/archive`)).body.id).toBe(stays)
    const erased = await send('POST', `${people}/change`, { change: 'erase', keys: [{ emails: theirs }] })
    expect(erased.body.records).toMatchObject([{ id: stays, status: 'erased' }])
  })

  it('a key that leads to two is ambiguous, in a read, too', async () => {
    await send('PUT', people, { match: { last_name: 'Two' }, mode: 'update', values: {} })
    const [first, second] = [await pair({}, { last_name: 'Two' }), await pair({}, { last_name: 'Two' })]
    for (const { stays, goes } of [first, second]) {
      await send('PUT', people, { match: { id: stays }, mode: 'update', values: { last_name: address() } })
      await merge(stays, { loser: { id: goes } })
    }
    const match = { last_name: 'Two' }
    const write = await send('PUT', people, { match, values: { city: 'X' } })
    const read = await send('GET', `${people}/by/last_name/Two`)
    for (const { status, body } of [write, read]) expect([status, body.code]).toEqual([409, 'ambiguous_match'])
    expect(write.body.candidates).toEqual([first.stays, second.stays])
    const one = await send('PUT', people, { match, values: { city: 'X' }, onSeveral: 'first' })
    expect(one.body.id).toBe(first.stays)
  })
})

describe('a merge is refused', () => {
  it.each([['with itself', async () => ({ loser: { id: (await pair()).goes } }), 'same_record', 409]])(
    '%s',
    async (_, body, code, status) => {
      const asked = await body()
      const answer = await merge(asked.loser.id, asked)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    },
  )

  it('for what is wrong with it, and nothing is written', async () => {
    const { stays, goes, ours } = await pair()
    const [gone] = [await person(address())]
    await merge(stays, { loser: { id: gone } })
    const other = await person(address())
    const before = await world.snapshot()
    const cases = [
      [merge(stays, { loser: { id: crypto.randomUUID() } }), 404, 'record_not_found'],
      [merge(crypto.randomUUID(), { loser: { id: goes } }), 404, 'record_not_found'],
      [merge(other, { loser: { id: gone } }), 409, 'record_merged'],
      [merge(stays, { loser: { emails: ours } }), 409, 'same_record'],
      [merge(stays, { loser: { id: goes }, ifVersion: 7 }), 412, 'version_mismatch'],
      [merge(stays, { loser: { id: goes }, loserIfVersion: 7 }), 412, 'version_mismatch'],
      [merge(stays, { loser: { id: goes }, values: { attributes: { nick: 'keep' } } }), 422, 'unknown_attribute'],
      [merge(stays, { loser: { id: goes }, values: { attributes: { first_name: 'append' } } }), 422, 'invalid_value'],
      [send('POST', `${people}/${gone}/revert`, { version: 1 }), 409, 'record_merged'],
    ] as const
    for (const [asked, status, code] of cases) {
      const answer = await asked
      expect([answer.status, answer.body.code]).toEqual([status, code])
    }
    expect(await world.snapshot()).toBe(before)
  })

  it('when a version is known by an id that leads elsewhere', async () => {
    const { stays, goes } = await pair()
    await merge(stays, { loser: { id: goes }, values: { attributes: { emails: 'keep' } } })
    const { version } = await get(goes)
    const write = { match: { id: goes }, mode: 'update', values: { city: 'X' }, ifVersion: version }
    expect((await send('PUT', people, write)).status).toBe(412)
    const known = await send('GET', `${people}/${goes}`, undefined, { 'if-none-match': `"${version}"` })
    expect(known.status).toBe(200)
  })
})

describe('two at once', () => {
  it('A into B beside B into A leave one of them, which all lead to', async () => {
    for (let i = 0; i < 3; i++) {
      const { stays, goes, ours, theirs } = await pair()
      const answers = await Promise.all([merge(stays, { loser: { id: goes } }), merge(goes, { loser: { id: stays } })])
      for (const { status } of answers) expect([200, 409]).toContain(status)
      const ids = await Promise.all([get(stays), get(goes), get(`by/emails/${ours}`), get(`by/emails/${theirs}`)])
      expect(new Set(ids.map(({ id }) => id)).size).toBe(1)
    }
  })

  it('a merge beside writes by the key of the one that goes, and beside relations to it, loses nothing', async () => {
    const { stays, goes, theirs } = await pair()
    const write = (i: number) =>
      send('PUT', people, { match: { emails: theirs }, values: { tags: [`t${i}`] }, write: { tags: 'append' } })
    const relate = (i: number) =>
      send('PUT', companies, {
        match: { domains: `d${i}${goes}.example` },
        values: { domains: [`d${i}${goes}.example`], team: [goes] },
      })
    const [merged, ...others] = await Promise.all([
      merge(stays, { loser: { id: goes } }),
      ...[0, 1, 2, 3].flatMap((i) => [write(i), relate(i)]),
    ])
    expect(merged.body.status).toBe('merged')
    for (const { status } of others) expect([200, 201]).toContain(status)
    expect([...(await get(stays)).values.tags].sort()).toEqual(['t0', 't1', 't2', 't3'])
    for (const i of [0, 1, 2, 3])
      expect((await get(`by/domains/d${i}${goes}.example`, companies)).values.team).toEqual([stays])
  })
})
