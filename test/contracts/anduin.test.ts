import { beforeAll, describe, expect, it } from 'vitest'
import { type SqlDriver, UnavailableError } from '../../src/storage/driver.ts'
import { type Call, createWorld, isolate, type Reply, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

type Kind = 'contacts' | 'clients' | 'investment-entities'
const UUID = '0197a3b0-5d2c-7c1e-9f1a-2f6f1f0c9a11'

const pathOf = (kind: Kind, firmId = world.organizationId) => `/api/v1/idm/${firmId}/${kind}/upsert`
const upsert = (kind: Kind, body: unknown, call: Call = {}) => world.send('POST', pathOf(kind), { ...call, body })
const contact = (body: unknown) => upsert('contacts', body)
const client = (body: unknown) => upsert('clients', body)
const entity = (body: unknown) => upsert('investment-entities', body)

/** Sends what must be refused; checks that the error names the field and that no row of the database has changed. */
const refused = async (kind: Kind, body: unknown, field: string, status = 400): Promise<Reply> => {
  const before = await world.snapshot()
  const reply = await upsert(kind, body)
  expect(reply.status, JSON.stringify(reply.body)).toBe(status)
  expect(reply.body.error.field).toBe(field)
  expect(await world.snapshot()).toBe(before)
  return reply
}

const named = { firstName: 'Ada', lastName: 'Lovelace' }
let serial = 0
/** A contact of its own for each test. */
const fresh = () => {
  serial++
  return { trackingId: `t-${serial}`, email: `t${serial}@anduin.example`, ...named }
}

const optional = {
  phone: '+1-555-0100',
  company: 'Analytical Engines',
  title: 'Countess',
  country: 'United Kingdom',
  numberAndStreet: '12 St James Square',
  city: 'London',
  state: 'Greater London',
  zipCode: 'SW1Y 4JH',
  prefix: 'Lady',
  suffix: 'FRS',
  note: 'Wrote the first program.',
}

describe('contacts: how one is found', () => {
  it('rule 1: by trackingId; the contact is created with it, then updated', async () => {
    const sent = { ...fresh(), ...optional }
    const created = await contact(sent)
    expect(created.status).toBe(200)
    expect(created.body).toEqual({
      ...sent,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: created.body.createdAt,
      result: 'created',
    })
    const updated = await contact({ trackingId: sent.trackingId, title: 'Analyst' })
    expect(updated.status).toBe(200)
    expect(updated.body).toEqual({
      ...created.body,
      title: 'Analyst',
      updatedAt: updated.body.updatedAt,
      result: 'updated',
    })
    expect((await contact({ trackingId: sent.trackingId, title: 'Analyst' })).body).toEqual(updated.body)
  })

  it('rule 2: without trackingId by email, in any letter case', async () => {
    const created = await contact({ ...named, email: 'Byron.Rule2@Anduin.example' })
    expect(created.body).toMatchObject({ result: 'created', email: 'byron.rule2@anduin.example', trackingId: null })
    const updated = await contact({ email: 'BYRON.rule2@ANDUIN.example', city: 'London' })
    expect(updated.body).toMatchObject({ id: created.body.id, result: 'updated', city: 'London', firstName: 'Ada' })
  })

  it('rule 3: with neither it is refused', async () => {
    const { body } = await refused('contacts', named, 'trackingId')
    expect(body.error.details.map((d: { field: string }) => d.field)).toEqual(['trackingId', 'email'])
  })

  it.each([
    ['an address that nobody has', () => 'nobody@anduin.example'],
    ['the address of another contact', (other: Reply) => other.body.email],
    ['the address of another contact in capitals', (other: Reply) => other.body.email.toUpperCase()],
  ])('rule 4: with both the email is not looked at: %s', async (_name, email) => {
    const other = await contact(fresh())
    const mine = fresh()
    const { body } = await contact(mine)
    const updated = await contact({ trackingId: mine.trackingId, email: email(other), city: 'Ockham' })
    expect(updated.body).toMatchObject({ id: body.id, email: mine.email, city: 'Ockham', result: 'updated' })
    expect((await contact({ email: other.body.email })).body).toMatchObject({ id: other.body.id, city: null })
    expect(await world.rows('record_keys', `AND value = 'nobody@anduin.example'`)).toEqual([])
  })

  it('a new trackingId with the email of another contact is refused, naming that contact', async () => {
    const holder = fresh()
    const { body } = await contact(holder)
    const reply = await refused('contacts', { ...fresh(), email: holder.email.toUpperCase() }, 'email', 409)
    expect(reply.body.error).toMatchObject({
      code: 'unique_conflict',
      conflict: { field: 'email', value: holder.email, recordId: body.id },
    })
  })

  it('finds who came through another contract, by a secondary address too, and leaves company and addresses', async () => {
    const zeeg = await world.send('PUT', '/v2/crm/companies?matchingAttribute=domain', {
      body: { name: 'Engines', domain: 'engines.example' },
    })
    const person = await world.send('PUT', '/v2/crm/people?matchingAttribute=email', {
      body: {
        lastName: 'Babbage',
        emails: ['charles@engines.example', 'cb@home.example'],
        companyId: zeeg.body.company.id,
      },
    })
    const { body } = await contact({ email: 'CB@home.example', company: 'As text', zipCode: 'W1' })
    expect(body).toMatchObject({
      id: person.body.person.id,
      result: 'updated',
      email: 'charles@engines.example',
      firstName: null,
      company: 'As text',
    })
    const again = await world.send('PUT', '/v2/crm/people?matchingAttribute=email', {
      body: { lastName: 'Babbage', emails: ['cb@home.example'] },
    })
    expect(again.body.person).toMatchObject({
      id: body.id,
      emails: ['cb@home.example', 'charles@engines.example'],
      company: { id: zeeg.body.company.id },
    })
  })
})

describe('contacts: absent, "", null and a value are four inputs', () => {
  const someone = fresh()
  beforeAll(async () => {
    await contact(someone)
  })
  const update = (fields: object) => contact({ trackingId: someone.trackingId, ...fields })

  it.each(Object.entries(optional))('%s', async (field, value) => {
    expect((await update({ [field]: value })).body[field]).toBe(value)
    expect((await update({})).body[field]).toBe(value)
    const other = `${field === 'phone' ? '+1-555-0199' : `${value}, once more`}`
    expect((await update({ [field]: other })).body[field]).toBe(other)
    for (const empty of ['', '  ', null]) {
      expect((await update({ [field]: empty })).body[field]).toBe(null)
      await update({ [field]: value })
    }
    const { body } = await refused('contacts', { trackingId: someone.trackingId, [field]: 7 }, field)
    expect(body.error.code).toBe('wrong_type')
  })

  it.each(['firstName', 'lastName'])('%s is neither cleared nor null, whatever matches', async (field) => {
    for (const empty of ['', '  ', null]) {
      const { body } = await refused('contacts', { trackingId: someone.trackingId, [field]: empty }, field)
      expect(body.error.code).toBe('not_clearable')
      await refused('contacts', { ...fresh(), [field]: empty }, field)
    }
    expect((await update({})).body).toMatchObject(someone)
  })

  it.each(['', '  ', null])(
    'email %j: ignored beside a trackingId on update, missed on create, never a match',
    async (empty) => {
      expect((await update({ email: empty, city: 'Ockham' })).body).toMatchObject({ ...someone, city: 'Ockham' })
      const { body } = await refused('contacts', { ...fresh(), email: empty }, 'email')
      expect(body.error).toMatchObject({ code: 'required', message: expect.stringContaining('to create a contact') })
      await refused('contacts', { email: empty, ...named }, 'email')
    },
  )

  it('trackingId null is how an answer shows that there is none: the email decides', async () => {
    const email = `${fresh().trackingId}@null.example`
    const created = await contact({ trackingId: null, email, ...named })
    expect(created.body).toMatchObject({ result: 'created', trackingId: null })
    expect((await contact({ trackingId: null, email })).body).toMatchObject({ id: created.body.id, result: 'updated' })
    const { body } = await refused('contacts', { trackingId: null, ...named }, 'trackingId')
    expect(body.error.details.map((d: { field: string }) => d.field)).toEqual(['trackingId', 'email'])
  })

  it.each(['firstName', 'lastName', 'email'])('%s absent: refused on create, unchanged on update', async (field) => {
    const { [field]: _left, ...rest } = fresh() as Record<string, string>
    const { body } = await refused('contacts', rest, field)
    expect(body.error).toMatchObject({ code: 'required', message: expect.stringContaining('to create a contact') })
    const { [field]: _kept, ...known } = someone as Record<string, string>
    expect((await contact(known)).body).toMatchObject({ ...someone, result: 'updated' })
  })

  it('an optional field may be "" or null on create: it is not set', async () => {
    expect((await contact({ ...fresh(), phone: '', note: null })).body).toMatchObject({ phone: null, note: null })
  })

  it('a create by email needs the names too, and says all that is missing', async () => {
    const { body } = await refused('contacts', { email: 'nameless@anduin.example' }, 'firstName')
    expect(body.error.details.map((d: { field: string }) => d.field)).toEqual(['firstName', 'lastName'])
  })

  it.each([
    ['"" beside an email', { trackingId: '', email: 'a@anduin.example', ...named }, 'trackingId'],
    ['blank', { trackingId: '  ', email: 'a@anduin.example', ...named }, 'trackingId'],
    ['too long', { trackingId: 'x'.repeat(256), email: 'a@anduin.example', ...named }, 'trackingId'],
  ])(
    'a trackingId that is %s is refused, not skipped',
    async (_name, body, field) => void (await refused('contacts', body, field)),
  )

  it.each([
    ['no address, to match by', { email: 'not an address', ...named }, 'email'],
    ['no address, beside a trackingId', { trackingId: 'x-1', email: 'not an address', ...named }, 'email'],
    ['empty, to match by', { email: '', ...named }, 'email'],
    ['no phone number', { ...fresh(), phone: 'call me' }, 'phone'],
    ['too long', { ...fresh(), title: 'x'.repeat(256) }, 'title'],
    ['no field of a contact', { ...fresh(), emails: ['a@anduin.example'] }, 'emails'],
    ['a field of another contract', { ...fresh(), job_title: 'x' }, 'job_title'],
  ])('%s', async (_name, body, field) => void (await refused('contacts', body, field)))
})

describe('clients', () => {
  it('is created, updated, and keeps what is left out', async () => {
    const sent = { trackingId: 'c-1', name: 'Family Office', tags: ['b', 'a'], clientGroupId: 'g-1', note: 'N' }
    const created = await client(sent)
    expect(created.status).toBe(200)
    expect(created.body).toEqual({
      ...sent,
      id: created.body.id,
      createdAt: created.body.createdAt,
      updatedAt: created.body.createdAt,
      result: 'created',
    })
    const kept = await client({ trackingId: 'c-1' })
    expect(kept.body).toEqual({ ...created.body, result: 'updated' })
    const changed = await client({ trackingId: 'c-1', name: 'Renamed', tags: ['c'] })
    expect(changed.body).toMatchObject({ id: created.body.id, name: 'Renamed', tags: ['c'], note: 'N' })
    for (const empty of ['', null]) {
      const cleared = await client({
        trackingId: 'c-1',
        tags: empty === null ? null : [],
        clientGroupId: empty,
        note: empty,
      })
      expect(cleared.body).toMatchObject({ name: 'Renamed', tags: [], clientGroupId: null, note: null })
      await client({ ...sent, name: 'Renamed' })
    }
  })

  it.each([
    ['no trackingId', { name: 'A' }, 'trackingId'],
    ['an empty trackingId', { trackingId: '', name: 'A' }, 'trackingId'],
    ['trackingId null', { trackingId: null, name: 'A' }, 'trackingId'],
    ['no name on create', { trackingId: 'c-new' }, 'name'],
    ['an empty name', { trackingId: 'c-new', name: '' }, 'name'],
    ['name null', { trackingId: 'c-new', name: null }, 'name'],
    ['an empty name on update', { trackingId: 'c-1', name: '' }, 'name'],
    ['tags ""', { trackingId: 'c-1', tags: '' }, 'tags'],
    ['an empty tag', { trackingId: 'c-1', tags: ['a', ''] }, 'tags'],
    ['a tag that is a number', { trackingId: 'c-1', tags: ['a', 1] }, 'tags.1'],
  ])('refused: %s', async (_name, body, field) => void (await refused('clients', body, field)))
})

describe('investment entities', () => {
  const owner = { trackingId: 'owner', name: 'Owner' }
  let ownerId: string
  beforeAll(async () => {
    ownerId = (await client(owner)).body.id
  })

  const assessments = async (entityId: string) => {
    const rows = await world.rows('records', `AND object = 'risk_assessments' ORDER BY id`)
    return rows
      .map((row) => JSON.parse(row.data as string))
      .filter((data) => data.investment_entity[0] === entityId)
      .map((data) => ({ level: data.risk_level[0], by: data.assessed_by[0], at: data.assessed_at[0] }))
  }
  const levels = async (entityId: string) => (await assessments(entityId)).map((a) => a.level)

  it('is created under a client named by tracking id or by id, and never moves', async () => {
    const sent = { name: 'Holdings', type: 'LP', jurisdiction: 'KY', amlKycStatus: 'pending', note: 'N' }
    const created = await entity({ ...sent, trackingId: 'e-1', clientId: 'owner' })
    expect(created.status).toBe(200)
    expect(created.body).toEqual({
      ...sent,
      id: created.body.id,
      trackingId: 'e-1',
      clientId: ownerId,
      riskLevel: null,
      createdAt: created.body.createdAt,
      updatedAt: created.body.createdAt,
      result: 'created',
    })
    expect((await entity({ trackingId: 'e-2', name: 'By id', clientId: ownerId.toUpperCase() })).body).toMatchObject({
      clientId: ownerId,
      result: 'created',
    })
    await client({ trackingId: 'second', name: 'Second' })
    for (const clientId of ['second', 'of nobody', UUID]) {
      const moved = await entity({ trackingId: 'e-1', clientId, name: `Not moved to ${clientId}` })
      expect(moved.body).toMatchObject({ clientId: ownerId, result: 'updated', name: `Not moved to ${clientId}` })
    }
  })

  it('clears with "" what can be cleared, and keeps what is left out', async () => {
    const optional = { type: 'LP', jurisdiction: 'KY', amlKycStatus: 'done', riskLevel: 'low', note: 'N' }
    await entity({ trackingId: 'e-clear', name: 'Clear', clientId: 'owner', ...optional })
    expect((await entity({ trackingId: 'e-clear' })).body).toMatchObject(optional)
    for (const nothing of ['', null]) {
      const empty = Object.fromEntries(Object.keys(optional).map((field) => [field, nothing]))
      expect((await entity({ trackingId: 'e-clear', ...empty })).body).toMatchObject({
        type: null,
        jurisdiction: null,
        amlKycStatus: null,
        riskLevel: 'low',
        note: null,
      })
      await entity({ trackingId: 'e-clear', ...optional })
    }
    expect(await levels((await entity({ trackingId: 'e-clear' })).body.id)).toEqual(['low'])
  })

  it.each([
    ['no trackingId', { name: 'A', clientId: 'owner' }, 'trackingId'],
    ['no name on create', { trackingId: 'e-new', clientId: 'owner', riskLevel: 'low' }, 'name'],
    ['no clientId on create', { trackingId: 'e-new', name: 'A', riskLevel: 'low' }, 'clientId'],
    ['a client that is not there, by tracking id', { trackingId: 'e-new', name: 'A', clientId: 'none' }, 'clientId'],
    ['a client that is not there, by id', { trackingId: 'e-new', name: 'A', clientId: UUID }, 'clientId'],
    ['the same with a risk level', { trackingId: 'e-new', name: 'A', clientId: UUID, riskLevel: 'low' }, 'clientId'],
    ['an empty name', { trackingId: 'e-1', name: '' }, 'name'],
    ['an empty clientId', { trackingId: 'e-new', name: 'A', clientId: '' }, 'clientId'],
    ['name null', { trackingId: 'e-1', name: null }, 'name'],
    ['clientId null', { trackingId: 'e-new', name: 'A', clientId: null }, 'clientId'],
    ['a riskLevel that is too long', { trackingId: 'e-1', riskLevel: 'x'.repeat(256) }, 'riskLevel'],
  ])('refused: %s', async (_name, body, field) => void (await refused('investment-entities', body, field)))

  it('does not take the client of another organisation', async () => {
    const other = await createWorld()
    const foreign = await other.send('POST', pathOf('clients', other.organizationId), {
      body: { trackingId: 'foreign', name: 'Foreign' },
    })
    for (const clientId of ['foreign', foreign.body.id])
      await refused('investment-entities', { trackingId: 'e-new', name: 'A', clientId }, 'clientId')
  })

  it('adds a risk assessment for each new risk level, and only then', async () => {
    const base = { trackingId: 'e-risk', name: 'Risk', clientId: 'owner' }
    const { id } = (await entity(base)).body
    expect(await levels(id)).toEqual([])
    expect((await entity({ ...base, riskLevel: '' })).body.riskLevel).toBe(null)
    expect(await levels(id)).toEqual([])
    expect((await entity({ ...base, riskLevel: 'low' })).body.riskLevel).toBe('low')
    expect(await levels(id)).toEqual(['low'])
    await entity({ ...base, riskLevel: 'low' })
    await entity({ ...base, riskLevel: 'low', name: 'Another name' })
    await entity({ ...base, type: 'LP' })
    await entity({ ...base, riskLevel: '' })
    expect(await levels(id)).toEqual(['low'])
    await entity({ ...base, riskLevel: 'high', name: 'Both' })
    await entity({ ...base, riskLevel: 'low' })
    expect(await levels(id)).toEqual(['low', 'high', 'low'])
  })

  it('assesses a new entity that comes with a risk level, and says who and when', async () => {
    const started = Date.now()
    const { body } = await entity({ trackingId: 'e-born', name: 'Born', clientId: 'owner', riskLevel: 'medium' })
    const [only, ...others] = await assessments(body.id)
    expect(others).toEqual([])
    expect(only).toMatchObject({ level: 'medium', by: `key:${world.keyId}` })
    expect(Date.parse(only?.at)).toBeGreaterThanOrEqual(started)
  })

  it('assesses once when 12 requests bring the same new level at once', async () => {
    const base = { trackingId: 'e-race', name: 'Race', clientId: 'owner' }
    const replies = await Promise.all(Array.from({ length: 12 }, () => entity({ ...base, riskLevel: 'high' })))
    expect(replies.map((r) => r.body.result).filter((r) => r === 'created')).toHaveLength(1)
    expect(await levels(replies[0]?.body.id)).toEqual(['high'])
  })

  it('writes neither when the assessment cannot be written', async () => {
    const strict = await createWorld()
    await strict.addAttribute('risk_assessments', { label: 'Reviewer', type: 'text', required: true })
    const send = (kind: Kind, body: unknown) => strict.send('POST', pathOf(kind, strict.organizationId), { body })
    await send('clients', owner)
    const before = await strict.snapshot()
    const reply = await send('investment-entities', { trackingId: 'e', name: 'E', clientId: 'owner', riskLevel: 'low' })
    expect(reply.status).toBe(400)
    expect(reply.body.error).toMatchObject({ code: 'required', field: 'reviewer' })
    expect(await strict.snapshot()).toBe(before)
    expect((await send('investment-entities', { trackingId: 'e', name: 'E', clientId: 'owner' })).status).toBe(200)
  })
})

describe('who may', () => {
  const body = { ...named, email: 'access@anduin.example' }

  it('takes the key alone and after Bearer, and nowhere else', async () => {
    for (const authorization of [world.token, `Bearer ${world.token}`, `bearer ${world.token}`])
      expect((await upsert('contacts', body, { headers: { authorization } })).status).toBe(200)
    for (const headers of [{ authorization: `Token ${world.token}` }, { 'x-api-key': world.token }])
      expect((await upsert('contacts', body, { token: null, headers: headers as Record<string, string> })).status).toBe(
        401,
      )
  })

  it.each(['contacts', 'clients', 'investment-entities'] as const)(
    'another firm is 403 and tells nothing: %s',
    async (kind) => {
      const other = await createWorld()
      const before = [await world.snapshot(), await other.snapshot()]
      const bodies = []
      for (const firmId of [other.organizationId, UUID, 'nonsense', '%00', "'--"]) {
        const reply = await world.send('POST', pathOf(kind, firmId), { body: { trackingId: 'x', ...body } })
        expect(reply.status).toBe(403)
        bodies.push(reply.body)
      }
      expect(new Set(bodies.map((b) => JSON.stringify(b))).size).toBe(1)
      expect(bodies[0].error.code).toBe('wrong_organization')
      expect([await world.snapshot(), await other.snapshot()]).toEqual(before)
      expect((await world.send('POST', pathOf(kind, world.organizationId.toUpperCase()), { body: '{' })).status).toBe(
        400,
      )
    },
  )

  it('tells unauthenticated from wrong firm without looking at the body', async () => {
    const reply = await world.send('POST', pathOf('contacts', UUID), { token: null, body: 'not even JSON' })
    expect(reply.status).toBe(401)
    expect((await world.send('POST', pathOf('contacts', UUID), { body: 'not even JSON' })).status).toBe(403)
  })

  it('answers what is no route in its own envelope', async () => {
    const reply = await world.send('POST', `/api/v1/idm/${world.organizationId}/contacts/nothing/here`, { body })
    expect(reply.status).toBe(404)
    expect(reply.body.error).toMatchObject({ code: 'route_not_found', message: expect.any(String) })
  })

  it('answers a database that is away with 503 and when to come back', async () => {
    const away: SqlDriver = {
      batch: () => Promise.reject(new UnavailableError('D1_ERROR: away')),
    }
    const reply = await isolate(away).send('POST', pathOf('contacts'), { token: world.token, body })
    expect(reply.status).toBe(503)
    expect(reply.headers.get('retry-after')).toBe('1')
    expect(reply.body.error.code).toBe('unavailable')
    expect(JSON.stringify(reply.body)).not.toContain('D1')
  })
})

describe('cost', () => {
  it.each([
    ['contacts', { trackingId: 'cost', email: 'cost@anduin.example', ...named }, { city: 'London' }],
    ['clients', { trackingId: 'cost', name: 'Cost', tags: ['a'] }, { note: 'N' }],
    ['investment-entities', { trackingId: 'cost', name: 'Cost', clientId: 'cost-client' }, { type: 'LP' }],
    [
      'investment-entities',
      { trackingId: 'cost-risk', name: 'Cost', clientId: 'cost-client', riskLevel: 'low' },
      { riskLevel: 'high' },
    ],
  ] as const)('one call when warm, and no row when nothing changes: %s', async (kind, body, change) => {
    const warm = isolate()
    const send = (body: unknown) => warm.send('POST', pathOf(kind), { token: world.token, body })
    await world.send('POST', pathOf('clients'), { body: { trackingId: 'cost-client', name: 'Client' } })
    expect(await send(body)).toMatchObject({ status: 200, calls: 2 })
    expect(await send(body)).toMatchObject({ status: 200, calls: 1, rowsWritten: 0 })
    const changed = await send({ ...body, ...change })
    expect(changed).toMatchObject({ status: 200, calls: 1, body: { result: 'updated', ...change } })
    expect(changed.rowsWritten).toBeGreaterThan(0)
  })

  it('one call for a create as well, entity and assessment together', async () => {
    const warm = isolate()
    const send = (kind: Kind, body: unknown) => warm.send('POST', pathOf(kind), { token: world.token, body })
    await send('contacts', fresh())
    expect((await send('contacts', fresh())).calls).toBe(1)
    expect((await send('clients', { trackingId: 'one-call', name: 'One call' })).calls).toBe(1)
    const created = { trackingId: 'one-call', name: 'One', clientId: 'one-call', riskLevel: 'low' }
    expect(await send('investment-entities', created)).toMatchObject({ calls: 1, body: { result: 'created' } })
  })
})

describe('at once', () => {
  it('24 first upserts of one trackingId make one contact', async () => {
    const isolates = [isolate(), isolate(), isolate()]
    const spellings = ['race@anduin.example', 'RACE@anduin.example', 'Race@Anduin.Example', 'rAcE@ANDUIN.example']
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        isolates[i % 3]?.send('POST', pathOf('contacts'), {
          token: world.token,
          body: { ...named, trackingId: 'race', email: spellings[i % 4], ...(i % 2 && { city: `City ${i}` }) },
        }),
      ),
    )
    expect(replies.map((r) => r?.status)).toEqual(Array(24).fill(200))
    expect(replies.filter((r) => r?.body.result === 'created')).toHaveLength(1)
    expect(new Set(replies.map((r) => r?.body.id)).size).toBe(1)
    expect(
      await world.rows('record_keys', `AND object = 'people' AND value IN ('race', 'race@anduin.example')`),
    ).toHaveLength(2)
  })

  it('24 first upserts of one email under two tracking ids and none: one contact, the rest updates or conflicts', async () => {
    const email = 'contested@anduin.example'
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        contact({
          ...named,
          email: i % 2 ? email : email.toUpperCase(),
          ...(i % 3 && { trackingId: `contested-${i % 3}` }),
        }),
      ),
    )
    expect(replies.filter((r) => r.body.result === 'created')).toHaveLength(1)
    const { id } = (await contact({ email })).body
    for (const { status, body } of replies) {
      if (status === 200) expect(body.id).toBe(id)
      else expect(body.error).toMatchObject({ code: 'unique_conflict', conflict: { recordId: id } })
    }
    expect(await world.rows('record_keys', `AND value = '${email}'`)).toHaveLength(1)
  })
})

it('a contact is still updated after its organisation has archived the address', async () => {
  const own = await createWorld()
  const send = (body: object) => own.send('POST', pathOf('contacts', own.organizationId), { body })
  const sent = { trackingId: 'archived-1', ...named }
  expect((await send({ ...sent, email: 'a@anduin.example' })).status).toBe(200)
  await own.operator.changeAttribute('people', 'emails', { archived: true })
  const updated = await send({ ...sent, firstName: 'Augusta' })
  expect([updated.status, updated.body.error]).toEqual([200, undefined])
  expect((await send({ ...sent, email: 'b@anduin.example' })).body.error).toMatchObject({
    code: 'unknown_attribute',
    field: 'email',
  })
})
