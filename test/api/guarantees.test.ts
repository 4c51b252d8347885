import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type SqlDriver, UnavailableError } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { createWorld, isolate, type Reply, type World } from '../support/world.ts'

/** The guarantees of docs/architecture.md, each held through the whole HTTP surface. */

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.addAttribute('people', { label: 'External id', type: 'text', unique: true })
})

const zeeg = (matchingAttribute = 'email') => `/v2/crm/people?matchingAttribute=${matchingAttribute}`
const put = (body: unknown) => world.send('PUT', zeeg(), { body })
const statuses = (replies: readonly Reply[]) => replies.map((r) => r.status).sort()

describe('1: atomic', () => {
  it.each([
    ['a warm isolate', () => Array.from({ length: 48 }, () => world.send)],
    ['48 cold isolates', () => Array.from({ length: 48 }, () => isolate().send)],
  ])('48 parallel asserts of one new key through %s: one record, one created', async (name, senders) => {
    const body = { firstName: 'Race', emails: [`${name.replaceAll(' ', '-')}@race.example`] }
    const replies = await Promise.all(senders().map((send) => send('PUT', zeeg(), { token: world.token, body })))
    expect(statuses(replies)).toEqual([...Array(47).fill(200), 201])
    expect(new Set(replies.map((r) => r.body.person.id)).size).toBe(1)
    expect((await world.rows('record_keys', `AND value = '${body.emails[0]}'`)).length).toBe(1)
    expect((await world.rows('records', `AND data LIKE '%${body.emails[0]}%'`)).length).toBe(1)
  })

  it('parallel changes of two unique keys never leave one without its record', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        put({ firstName: 'Two', emails: [`two${i % 5}@race.example`], external_id: `ext${i % 4}` }),
      ),
    )
    expect(replies.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
    for (const { status, body } of replies)
      if (status > 201) expect([status, body.code]).toEqual([400, 'unique_conflict'])
    const keys = await world.rows('record_keys', `AND (value LIKE 'two%@race.example' OR value LIKE 'ext_')`)
    expect(keys.length).toBeGreaterThan(1)
    const records = new Map((await world.rows('records')).map((r) => [r.id, JSON.parse(r.data as string)]))
    for (const { record_id, name, value } of keys)
      expect([records.get(record_id)?.[name as string]?.[0]].flat()).toContain(value)
  })
})

describe('2: one trip', () => {
  it('one call for a warm assert of 1 and of 1,000 records, two when cold', async () => {
    const cold = isolate()
    const one = { body: { firstName: 'Trip', emails: ['trip@one.example'] }, token: world.token }
    expect((await cold.send('PUT', zeeg(), one)).calls).toBe(2)
    expect((await cold.send('PUT', zeeg(), one)).calls).toBe(1)
    const items = Array.from({ length: 1_000 }, (_, i) => ({
      match: { external_id: `trip${i}` },
      values: { external_id: `trip${i}`, emails: [`trip${i}@many.example`] },
    }))
    for (const _ of [1, 2]) {
      const many = await cold.send('POST', '/v1/objects/people/records/batch', { token: world.token, body: items })
      expect(many.calls).toBe(1)
    }
  })

  it('cuts what exceeds a parameter into statements of the same call', async () => {
    const items = Array.from({ length: 200 }, (_, i) => ({
      match: { external_id: `wide${i}` },
      values: { external_id: `wide${i}`, note: 'é'.repeat(18_000) },
    }))
    const [first, ...others] = items
    await world.send('PUT', '/v1/objects/people/records', { body: first })
    const reply = await world.send('POST', '/v1/objects/people/records/batch', { body: others })
    expect([reply.body.summary.created, reply.calls]).toEqual([199, 1])
  })
})

describe('3: unchanged costs nothing', () => {
  it('writes no row, keeps updated_at and version', async () => {
    const body = { firstName: 'Same', emails: ['same@un.example'], external_id: 'same-1' }
    await put(body)
    const before = await world.snapshot()
    const reply = await put(body)
    expect([reply.status, reply.rowsWritten]).toEqual([200, 0])
    expect(await world.snapshot()).toBe(before)
  })
  it('writes 1 + keys when creating, 1 when changing, 1 + changed keys when a key changes, and a line of the history for each', async () => {
    const created = await put({ firstName: 'Cost', emails: ['cost@un.example'], external_id: 'cost-1' })
    const changed = await put({ firstName: 'Cost', lastName: 'More', emails: ['cost@un.example'] })
    const keyed = await put({ firstName: 'Cost', emails: ['cost@un.example'], external_id: 'cost-2' })
    expect([created.rowsWritten, changed.rowsWritten, keyed.rowsWritten]).toEqual([4, 2, 4])
  })
})

describe('5: cost does not grow with the table', () => {
  it('reads and writes the same rows with few and with thousands of records', async () => {
    const small = await createWorld()
    const costs = async () => {
      const body = (city: string) => ({ firstName: 'C', emails: ['grow@un.example'], city })
      const replies = []
      for (const city of ['A', 'A', 'B']) replies.push(await small.send('PUT', zeeg(), { body: body(city) }))
      const { id } = replies[0]?.body.person ?? {}
      await small.send('DELETE', `/v1/objects/people/records/${id}`)
      return replies.map((r) => [r.rowsRead, r.rowsWritten])
    }
    await costs()
    const few = await costs()
    for (let n = 0; n < 5; n++)
      await small.send('POST', '/v1/objects/people/records/batch', {
        body: Array.from({ length: 1_000 }, (_, i) => ({ values: { emails: [`f${n}-${i}@un.example`] } })),
      })
    expect(await costs()).toEqual(few)
  })
})

describe('6: no stale authority', () => {
  it('a key revoked between two requests of a warm isolate fails on the second, without an extra call before', async () => {
    const key = await world.issue()
    const warm = isolate()
    const call = { token: key.secret, body: { firstName: 'R', emails: ['revoked@auth.example'] } }
    await warm.send('PUT', zeeg(), call)
    expect((await warm.send('PUT', zeeg(), call)).calls).toBe(1)
    await world.revoke(key.id)
    const refused = await warm.send('PUT', zeeg(), {
      ...call,
      body: { firstName: 'Changed', emails: ['revoked@auth.example'] },
    })
    expect(refused.status).toBe(401)
    expect(await world.rows('records', "AND data LIKE '%Changed%'")).toEqual([])
  })
  it('so does one whose request would be refused for another reason: the key comes first', async () => {
    const key = await world.issue()
    const warm = isolate()
    await warm.send('PUT', zeeg(), { token: key.secret, body: { firstName: 'R', emails: ['first@auth.example'] } })
    await world.revoke(key.id)
    const refused = await warm.send('PUT', zeeg(), {
      token: key.secret,
      body: { firstName: 'R', nonsense: 1, emails: ['x@y.example'] },
    })
    expect(refused.status).toBe(401)
  })
  it('an attribute added between two requests can be used by the second', async () => {
    const warm = isolate()
    const body = { firstName: 'S', emails: ['schema@auth.example'] }
    await warm.send('PUT', zeeg(), { token: world.token, body })
    await world.addAttribute('people', { label: 'Late', type: 'number' })
    const reply = await warm.send('PUT', zeeg(), { token: world.token, body: { ...body, late: 4 } })
    expect([reply.status, reply.body.person.customAttributes.late]).toEqual([200, 4])
  })
})

describe('7: nothing lost, nothing silent', () => {
  const failing = (times: number): SqlDriver => {
    const real = d1Driver(env.DB)
    let left = times
    return {
      async batch(statements) {
        if (left-- > 0)
          throw new UnavailableError('D1_ERROR: storage operation exceeded timeout at db.internal SELECT secret')
        return real.batch(statements)
      },
    }
  }
  it('answers 503 with Retry-After when the database fails, leaks nothing, and the repeat works', async () => {
    const shaky = isolate(failing(1))
    const call = { token: world.token, body: { firstName: 'F', emails: ['fail@down.example'] } }
    const down = await shaky.send('PUT', zeeg(), call)
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1'])
    expect(JSON.stringify(down.body)).not.toMatch(/D1_ERROR|SELECT|internal/)
    expect((await shaky.send('PUT', zeeg(), call)).status).toBe(201)
  })
  it('answers 500 with nothing but a request id when something unforeseen happens', async () => {
    const broken = isolate({ batch: () => Promise.reject(new TypeError('secret detail of the code')) })
    const reply = await broken.send('PUT', zeeg(), {
      token: world.token,
      body: { firstName: 'F', emails: ['x@y.example'] },
    })
    expect([reply.status, reply.body.requestId]).toEqual([500, reply.headers.get('x-request-id')])
    expect(JSON.stringify(reply.body)).not.toContain('secret detail')
  })
})

describe('8: organisations never meet', () => {
  it('neither keys, nor ids, nor cursors of one organisation reach another', async () => {
    const other = await createWorld()
    const body = { firstName: 'Mine', emails: ['shared@meet.example'] }
    const mine = await put(body)
    const theirs = await other.send('PUT', zeeg(), { body: { ...body, firstName: 'Theirs' } })
    expect([mine.status, theirs.status]).toEqual([201, 201])
    expect(theirs.body.person.id).not.toBe(mine.body.person.id)
    const path = '/v1/objects/people/records'
    const { id } = mine.body.person
    expect((await other.send('GET', `${path}/${id}`)).status).toBe(404)
    expect((await other.send('DELETE', `${path}/${id}`)).status).toBe(404)
    expect((await other.send('PUT', path, { body: { match: { id }, values: { first_name: 'X' } } })).status).toBe(404)
    await put({ firstName: 'Another', emails: ['another@meet.example'] })
    const { nextCursor } = (await world.send('GET', `${path}?limit=1`)).body
    expect(nextCursor).toEqual(expect.any(String))
    const page = await other.send('GET', `${path}?cursor=${nextCursor}`)
    expect(page.body.records.map((r: { id: string }) => r.id)).toEqual([theirs.body.person.id])
    const linked = await other.send('PUT', '/v1/objects/people/records', {
      body: { values: { first_name: 'L', company: id } },
    })
    expect(linked.body.code).toBe('reference_not_found')
  })
})

describe('the dry run and the real run give the same outcomes', () => {
  const email = fc.constantFrom('a@d.example', 'b@d.example', 'c@d.example', 'd@d.example')
  const external = fc.constantFrom('1', '2', '3')
  const item = fc.record(
    {
      match: fc.oneof(
        email.map((emails) => ({ emails })),
        external.map((external_id) => ({ external_id })),
        fc.tuple(external, email).map(([external_id, emails]) => [{ external_id }, { emails }]),
      ),
      values: fc.record(
        {
          emails: fc.uniqueArray(email, { minLength: 1, maxLength: 2 }),
          external_id: external,
          first_name: fc.constantFrom('x', 'y', null),
          tags: fc.uniqueArray(fc.constantFrom('t', 'u', 'v'), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
      mode: fc.constantFrom('upsert', 'insert', 'update'),
      write: fc.constantFrom(
        {},
        { first_name: 'fill' },
        { emails: 'append' },
        { emails: 'prepend', first_name: 'keep' },
      ),
    },
    { requiredKeys: ['match', 'values'] },
  )

  it('on random batches, atomic or not, with every table as it was after the dry one', async () => {
    const dry = await createWorld({ history: 'values' })
    await dry.addAttribute('people', { label: 'External id', type: 'text', unique: true })
    const path = '/v1/objects/people/records/batch'
    interface Told {
      readonly error?: { readonly conflicts?: readonly { readonly field: string; readonly value: string }[] }
    }
    /** Whose key it is that is in the way, a dry run tells by the place of the item that would have made it. */
    const comparable = (reply: Reply) =>
      reply.body.outcomes.map(({ id: _, error, ...rest }: Told & { readonly id: string }) => ({
        ...rest,
        error: error && {
          ...error,
          recordId: undefined,
          conflicts: error.conflicts?.map(({ field, value }) => [field, value]),
        },
      }))
    let written = 0
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 8 }), fc.boolean(), async (items, atomic) => {
        const before = await dry.snapshot()
        const trial = await dry.send('POST', `${path}?dryRun=true&atomic=${atomic}`, { body: items })
        expect(await dry.snapshot()).toBe(before)
        const real = await dry.send('POST', `${path}?atomic=${atomic}`, { body: items })
        if (real.body.summary.written) written += real.body.summary.created + real.body.summary.updated
        expect(trial.status).toBe(atomic && real.status === 409 ? 409 : 200)
        const ids = (replies: Reply) =>
          JSON.stringify(comparable(replies))
            .replace(/record [0-9a-f]{8}-[0-9a-f-]{27} has/g, 'a record of this request has')
            .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
        expect(ids(trial)).toBe(ids(real))
      }),
      { numRuns: 60 },
    )
    expect(written).toBeGreaterThan(0)
  })
})

describe('the log line', () => {
  it('names the route, and holds no value of a record, no secret and no query', async () => {
    const lines: string[] = []
    const { send } = isolate(undefined, { log: (line) => lines.push(line) })
    const path = '/v1/objects/people/records'
    const { token } = world
    await send('PUT', `${path}?dryRun=false`, { token, body: { values: { emails: ['logged@line.example'] } } })
    await send('GET', `${path}/by/emails/logged@line.example`, { token })
    await send('GET', '/v1/nothing/logged@line.example', { token })
    expect(lines.map((line) => JSON.parse(line)).map(({ route, status }) => [route, status])).toEqual([
      ['/v1/objects/:object/records', 201],
      ['/v1/objects/:object/records/by/:attribute/:value', 200],
      ['none', 404],
    ])
    for (const secret of ['logged@line', token, 'dryRun']) expect(lines.join()).not.toContain(secret)
  })
})
