import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type Reply, type World } from '../support/world.ts'

/** What a client needs to live with the upserts: keys that are GUIDs, answers that can be sent back, get and update. */

let world: World
beforeAll(async () => {
  world = await createWorld()
})

type Kind = 'contacts' | 'clients' | 'investment-entities'
const KINDS = ['contacts', 'clients', 'investment-entities'] as const

const send = (method: string, path: string, body?: unknown) =>
  world.send(method, `/api/v1/idm/${world.organizationId}/${path}`, body === undefined ? {} : { body })
const upsert = async (kind: Kind, body: object): Promise<Reply> => {
  const reply = await send('POST', `${kind}/upsert`, body)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply
}
const get = (kind: Kind, id: string) => send('GET', `${kind}/${encodeURIComponent(id)}`)
const update = (id: string, body: object) => send('PUT', `contacts/${encodeURIComponent(id)}`, body)

const guid = () => crypto.randomUUID()
const named = { firstName: 'Ada', lastName: 'Lovelace' }
const emailOf = (name: string) => `${name}@neighbours.example`
const withoutResult = ({ result: _, ...record }: Record<string, unknown>) => record

/** A body that creates a record of the kind. */
const bodyOf = (kind: Kind, trackingId: string, clientId: string) =>
  ({
    contacts: { trackingId, email: emailOf(trackingId), ...named },
    clients: { trackingId, name: 'Client' },
    'investment-entities': { trackingId, name: 'Entity', clientId },
  })[kind]

describe.each(KINDS)('a tracking id that looks like an id of ours: %s', (kind) => {
  it.each(['upper case', 'lower case'] as const)('creates, finds and reads, in %s', async (spelling) => {
    const trackingId = spelling === 'upper case' ? guid().toUpperCase() : guid()
    const owner = guid()
    await upsert('clients', { trackingId: owner, name: 'Owner' })
    const created = await upsert(kind, bodyOf(kind, trackingId, owner))
    expect(created.body).toMatchObject({ trackingId, result: 'created' })
    const again = await upsert(kind, { trackingId, note: 'Found.' })
    expect(again.body).toMatchObject({ id: created.body.id, note: 'Found.', result: 'updated' })
    const read = await get(kind, trackingId)
    expect([read.status, read.body]).toEqual([200, withoutResult(again.body)])
  })

  it('loses against our own id in a path', async () => {
    const owner = guid()
    await upsert('clients', { trackingId: owner, name: 'Owner' })
    const mine = await upsert(kind, bodyOf(kind, guid(), owner))
    const other = await upsert(kind, bodyOf(kind, mine.body.id, owner))
    expect(other.body.id).not.toBe(mine.body.id)
    for (const id of [mine.body.id, mine.body.id.toUpperCase()])
      expect((await get(kind, id)).body).toEqual(withoutResult(mine.body))
    expect((await get(kind, other.body.id)).body).toEqual(withoutResult(other.body))
  })
})

it('an entity names its client by our id or by a tracking id that looks like one; our id wins', async () => {
  const first = (await upsert('clients', { trackingId: guid(), name: 'First' })).body
  const second = (await upsert('clients', { trackingId: first.id, name: 'Second' })).body
  const clientOf = async (clientId: string) =>
    (await upsert('investment-entities', { trackingId: guid(), name: 'E', clientId, riskLevel: 'low' })).body.clientId
  expect(await clientOf(first.trackingId)).toBe(first.id)
  expect(await clientOf(first.id)).toBe(first.id)
  expect(await clientOf(second.id.toUpperCase())).toBe(second.id)
  const before = await world.snapshot()
  const nobody = { trackingId: guid(), name: 'E', clientId: guid() }
  const reply = await send('POST', 'investment-entities/upsert', nobody)
  expect([reply.status, reply.body.error.code, reply.body.error.field]).toEqual([
    400,
    'reference_not_found',
    'clientId',
  ])
  expect(await world.snapshot()).toBe(before)
})

describe('an answer can be sent back', () => {
  const words = fc.constantFrom('x', 'Two words', ' padded ', 'Zoë', '🦊', '"quoted"')
  const optional = <const Name extends string>(...names: readonly Name[]) =>
    fc.record(
      Object.fromEntries(names.map((name) => [name, fc.oneof(words, fc.constantFrom('', null))])) as Record<
        Name,
        fc.Arbitrary<string | null>
      >,
      { requiredKeys: [] },
    )
  const details = {
    contacts: optional('company', 'title', 'country', 'numberAndStreet', 'city', 'state', 'zipCode', 'prefix', 'note'),
    clients: optional('clientGroupId', 'note'),
    'investment-entities': optional('type', 'jurisdiction', 'amlKycStatus', 'riskLevel', 'note'),
  }

  it.each(KINDS)('and changes nothing, whatever was written: %s', async (kind) => {
    const owner = guid()
    await upsert('clients', { trackingId: owner, name: 'Owner' })
    await fc.assert(
      fc.asyncProperty(fc.array(details[kind], { minLength: 1, maxLength: 3 }), fc.boolean(), async (writes, keyed) => {
        const trackingId = guid()
        const { trackingId: _, ...byEmail } = bodyOf(kind, trackingId, owner)
        const key = kind === 'contacts' && !keyed ? { email: emailOf(trackingId) } : { trackingId }
        for (const [i, write] of writes.entries()) {
          const { body: answer } = await upsert(kind, { ...(i === 0 && byEmail), ...key, ...write })
          const back = await upsert(kind, answer)
          expect(back.body).toEqual({ ...answer, result: 'updated' })
          expect(back.rowsWritten).toBe(0)
          if (kind !== 'contacts') continue
          const put = await update(answer.id, answer)
          expect([put.status, put.body, put.rowsWritten]).toEqual([200, withoutResult(answer), 0])
        }
      }),
      { numRuns: 15, seed: 11 },
    )
  })

  it('also of a contact with addresses and lists that this contract does not show', async () => {
    const emails = ['shown', 'second', 'third'].map(emailOf)
    await world.send('PUT', '/v2/crm/people?matchingAttribute=email', { body: { ...named, emails } })
    const { body } = await upsert('contacts', { email: emails[1], note: 'Found by the second.' })
    expect(body.email).toBe(emails[0])
    expect((await upsert('contacts', body)).rowsWritten).toBe(0)
    expect((await update(body.id, body)).rowsWritten).toBe(0)
  })
})

describe('get', () => {
  it.each(KINDS)('is 404 for what is not there, was archived, or belongs to another firm: %s', async (kind) => {
    const other = await createWorld()
    const foreign = await other.send('POST', `/api/v1/idm/${other.organizationId}/clients/upsert`, {
      body: { trackingId: 'foreign', name: 'Foreign' },
    })
    for (const id of [guid(), 'foreign', foreign.body.id, 'x'.repeat(300), ' ']) {
      const { status, body } = await get(kind, id)
      expect([status, body.error.code]).toEqual([404, 'record_not_found'])
    }
    const trackingId = guid()
    const owner = guid()
    await upsert('clients', { trackingId: owner, name: 'Owner' })
    const { id } = (await upsert(kind, bodyOf(kind, trackingId, owner))).body
    const object = { contacts: 'people', clients: 'clients', 'investment-entities': 'investment_entities' }[kind]
    await world.send('POST', `/v1/objects/${object}/records/${id}/archive`)
    for (const one of [id, trackingId]) expect((await get(kind, one)).status).toBe(404)
  })

  it('needs crm:read only, and one call', async () => {
    await upsert('clients', { trackingId: 'read-me', name: 'Read' })
    const { secret } = await world.issue({ scopes: ['crm:read'] })
    const path = `/api/v1/idm/${world.organizationId}/clients/read-me`
    await world.send('GET', path, { token: secret })
    const warm = await world.send('GET', path, { token: secret })
    expect([warm.status, warm.calls]).toEqual([200, 1])
    const put = `/api/v1/idm/${world.organizationId}/contacts/read-me`
    expect((await world.send('PUT', put, { token: secret, body: {} })).status).toBe(403)
  })
})

describe('update', () => {
  const create = async (more: object = {}) =>
    (await upsert('contacts', { trackingId: guid(), email: emailOf(guid()), ...named, ...more })).body

  it.each(['id', 'trackingId'] as const)('by %s: what is sent is replaced, the rest stays, in one call', async (by) => {
    const before = await create({ title: 'Countess', city: 'London' })
    const email = emailOf(guid())
    const { status, body, calls } = await update(before[by], { email, title: 'Analyst' })
    expect(status).toBe(200)
    expect(calls).toBe(1)
    expect(body).toEqual({ ...withoutResult(before), email, title: 'Analyst', updatedAt: body.updatedAt })
    // The address that was let go of is free; the new one finds the contact.
    expect((await upsert('contacts', { email, note: 'x' })).body.id).toBe(before.id)
    expect((await upsert('contacts', { email: before.email, ...named })).body.result).toBe('created')
  })

  it('takes another tracking id where our id names the contact, and says so where the tracking id does', async () => {
    const before = await create()
    const trackingId = guid()
    expect((await update(before.id, { trackingId })).body).toMatchObject({ id: before.id, trackingId })
    const { status, body } = await update(trackingId, { trackingId: 'another' })
    expect([status, body.error.code, body.error.field]).toEqual([400, 'match_key_conflict', 'trackingId'])
    expect((await update(before.id, { trackingId: '' })).body.trackingId).toBe(null)
  })

  it.each(['', null])('%j clears every field, the address and the names too', async (empty) => {
    const before = await create({ phone: '+1-555-0100', note: 'N' })
    const fields = ['email', 'firstName', 'lastName', 'phone', 'note']
    const cleared = await update(before.id, Object.fromEntries(fields.map((field) => [field, empty])))
    expect(cleared.status).toBe(200)
    for (const field of fields) expect(cleared.body[field]).toBe(null)
    expect((await update(before.id, withoutResult(before))).body).toMatchObject({ email: before.email, note: 'N' })
  })

  it('leaves the addresses that other contracts have put behind the one that is shown', async () => {
    const emails = [emailOf(guid()), emailOf(guid())]
    const person = await world.send('PUT', '/v2/crm/people?matchingAttribute=email', { body: { ...named, emails } })
    const { id } = person.body.person
    const email = emailOf(guid())
    expect((await update(id, { email: email.toUpperCase() })).body.email).toBe(email)
    const { body } = await world.send('GET', `/v1/objects/people/records/${id}`)
    expect(body.values.emails).toEqual([email, emails[1]])
  })

  it('refuses what another contact holds, naming it, whichever key found the contact', async () => {
    const holder = await create()
    for (const by of ['id', 'trackingId'] as const) {
      const mine = await create()
      const before = await world.snapshot()
      const taken = await update(mine[by], { email: holder.email.toUpperCase(), note: 'lost' })
      expect([taken.status, taken.body.error.conflict]).toEqual([
        409,
        { field: 'email', value: holder.email, recordId: holder.id },
      ])
      expect(await world.snapshot()).toBe(before)
    }
  })

  it.each([
    ['no address', { email: 'none' }, 'email'],
    ['a number', { note: 5 }, 'note'],
    ['an unknown field', { mail: 'x' }, 'mail'],
  ])('refuses %s', async (_what, body, field) => {
    const { id } = await create()
    const reply = await update(id, body)
    expect([reply.status, reply.body.error.field]).toEqual([400, field])
  })

  it('is 404 for what is not there and creates nothing', async () => {
    const before = await world.snapshot()
    for (const id of [guid(), 'nobody']) {
      const reply = await update(id, { email: emailOf(guid()), ...named })
      expect([reply.status, reply.body.error.code]).toEqual([404, 'record_not_found'])
    }
    expect(await world.snapshot()).toBe(before)
  })
})
