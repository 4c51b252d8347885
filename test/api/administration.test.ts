import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Described, describedContracts } from '../../scripts/lib/described.ts'
import { filledRequest, idsFor } from '../../scripts/lib/filled.ts'
import { administration } from '../../src/admin/administration.ts'
import { onBehalfOf } from '../../src/admin/authority.ts'
import { Access } from '../../src/auth/access.ts'
import type { ExampleRequest } from '../../src/contracts/kit/examples.ts'
import { accessLimits, definitionLimits } from '../../src/schema/limits.ts'
import { raiseRevision } from '../../src/storage/administration-sql.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import { UsageKeeper } from '../../src/storage/usage/keeper.ts'
import { pathsOf } from '../support/operations.ts'
import { addNeeds } from '../support/voices.ts'
import { createWorld, isolate, type Reply, type World } from '../support/world.ts'

/** What an administrator may do, for how long, and how often. */

const TABLES = [
  ...['organizations', 'members', 'credentials', 'objects', 'attributes', 'combinations'],
  ...['records', 'record_keys', 'changes', 'replays'],
]

/** Every row of the organisation: equal before and after means that nothing at all was written. */
const everything = async ({ driver, organizationId }: World): Promise<string> => {
  const { results } = await driver.batch(
    TABLES.map((table) => ({
      sql: `SELECT * FROM ${table} WHERE ${table === 'organizations' ? 'id' : 'organization_id'} = ?1 ORDER BY 1, 2, 3, 4`,
      params: [organizationId],
    })),
  )
  return JSON.stringify(results.map((result) => result.rows))
}

const asAdministrator = async (world: World) => (await world.issue({ scopes: ['admin'] })).secret
const times = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i))
const statuses = (replies: readonly Reply[]) => replies.map((reply) => reply.status).sort()

interface Operation {
  readonly operationId: string
  readonly 'x-scope'?: string
}

/** The operations that the document says need the scope admin. */
const administrativeOperations = async (): Promise<string[]> => {
  const paths = await pathsOf<Operation>(isolate().app)
  return Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter((operation) => operation['x-scope'] === 'admin')
    .map(({ operationId }) => operationId)
}

const HOUR = 3_600_000

describe('an authority that has ended', () => {
  let operations: string[]
  let described: readonly Described[]
  /** Their examples, as an organisation is sent them that has what they need. */
  const requestsOf = ({ organizationId }: Pick<World, 'organizationId'>): readonly ExampleRequest[] =>
    described
      .flatMap((one) => one.examples.requests.map((request) => ({ request, ids: idsFor(organizationId, one) })))
      .filter(({ request }) => operations.includes(request.operationId))
      .map(({ request, ids }) => filledRequest(request, ids))
  beforeAll(async () => {
    operations = await administrativeOperations()
    described = await describedContracts()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A key of a member, and how it ends. */
  interface Doomed {
    readonly id: string
    readonly memberId: string
  }
  const ends: Record<string, (world: World, doomed: Doomed) => unknown> = {
    revoked: ({ operator }, { id }) => operator.revokeCredential(id),
    rotated: ({ operator }, { id }) => operator.rotateCredential(id, { overlap: 0 }),
    'of a member who was removed': ({ operator }, { memberId }) => operator.removeMember(memberId),
    expired: () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR }),
  }

  it('is tried on every operation that needs the scope admin', () => {
    expect(operations.length).toBeGreaterThan(10)
    const tried = new Set(described.flatMap(({ examples }) => examples.requests.map(({ operationId }) => operationId)))
    expect(operations.filter((id) => !tried.has(id))).toEqual([])
  })

  it.each(Object.keys(ends))('a key that is %s administers nothing on a warm isolate', async (how) => {
    const world = await createWorld()
    const administrator = await asAdministrator(world)
    for (const one of described) await addNeeds(world, one)
    for (const [i, { operationId, method, path, body }] of requestsOf(world).entries()) {
      const { value: memberId } = await world.operator.addMember({ name: 'M', email: `m${i}@doomed.example` })
      const doomed = await world.issue({ scopes: ['admin'], memberId, expiresAt: Date.now() + HOUR })
      expect((await world.send('GET', '/v1/organization', { token: doomed.secret })).status).toBe(200)
      await ends[how]?.(world, { id: doomed.id, memberId })
      const before = await everything(world)
      const call = body === undefined ? {} : { body }
      const refused = await world.send(method, path, { token: doomed.secret, ...call })
      expect([operationId, refused.status, (await everything(world)) === before]).toEqual([operationId, 401, true])
      vi.useRealTimers()
      // The same request of a key that holds is taken: it was the key that was refused, and nothing else.
      const taken = await world.send(method, path, { token: administrator, ...call })
      expect([operationId, taken.status < 300], JSON.stringify(taken.body)).toEqual([operationId, true])
    }
  })

  it('a key without the scope admin administers nothing', async () => {
    const world = await createWorld()
    const before = await everything(world)
    for (const { operationId, method, path, body } of requestsOf(world)) {
      const call = body === undefined ? {} : { body }
      expect([operationId, (await world.send(method, path, call)).status]).toEqual([operationId, 403])
    }
    expect(await everything(world)).toBe(before)
  })
})

describe('an authority within a request', () => {
  afterEach(() => {
    vi.useRealTimers()
  })
  const opened = async (world: World, secret: string) =>
    new Access().open(sqlDirectory(world.driver), { secrets: [{ kind: 'key', value: secret }] }, undefined)

  it('ends when the key expires after the session was opened', async () => {
    const world = await createWorld()
    const session = await opened(world, (await world.issue({ scopes: ['admin'], expiresAt: Date.now() + HOUR })).secret)
    const administrator = administration(onBehalfOf(world.driver, session))
    // Nothing is changed before: the session would be read again for that, and not for its expiry.
    expect((await administrator.readOrganization()).name).toBe('Test')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR })
    await expect(administrator.changeOrganization({ name: 'After' })).rejects.toThrow('invalid_credentials')
    expect((await world.operator.readOrganization()).name).toBe('Test')
  })

  it('is judged by its scopes again whenever the session is read again', async () => {
    const world = await createWorld()
    const { id, secret } = await world.issue({ scopes: ['admin'] })
    const administrator = administration(onBehalfOf(world.driver, await opened(world, secret)))
    await administrator.changeOrganization({ name: 'Before' })
    await world.driver.batch([
      { sql: `UPDATE credentials SET scopes = '["crm:write"]' WHERE id = ?1`, params: [id] },
      raiseRevision(world.organizationId),
    ])
    await expect(administrator.changeOrganization({ name: 'After' })).rejects.toThrow('missing_scope')
    await expect(administrator.listMembers()).rejects.toThrow('missing_scope')
    expect((await world.operator.readOrganization()).name).toBe('Before')
  })
})

describe('keys of members', () => {
  it('end with the member, for records too, and cannot be rotated back to life', async () => {
    const world = await createWorld()
    const { value: memberId } = await world.operator.addMember({ name: 'M', email: 'm@keys.example' })
    const key = await world.issue({ memberId })
    const write = () =>
      world.send('PUT', '/v1/objects/people/records', {
        token: key.secret,
        body: { match: { emails: 'x@keys.example' }, values: { emails: ['x@keys.example'] } },
      })
    expect((await write()).status).toBe(201)
    await world.operator.removeMember(memberId)
    const before = await everything(world)
    expect((await write()).status).toBe(401)
    await expect(world.operator.rotateCredential(key.id, { overlap: 0 })).rejects.toThrow('key_ended')
    expect(await everything(world)).toBe(before)
  })

  it('are issued for current members of this organisation only', async () => {
    const [world, other] = [await createWorld(), await createWorld()]
    const token = await asAdministrator(world)
    const { value: gone } = await world.operator.addMember({ name: 'G', email: 'g@keys.example' })
    await world.operator.removeMember(gone)
    const before = await everything(world)
    for (const memberId of [other.memberId, gone, '01900000-0000-7000-8000-000000000000']) {
      const body = { name: 'for a member', scopes: ['admin'], memberId }
      const reply = await world.send('POST', '/v1/keys', { token, body })
      expect([reply.status, reply.body.errors[0].field]).toEqual([422, 'memberId'])
    }
    expect(await everything(world)).toBe(before)
  })
})

describe('rotation', () => {
  it('at ten places at once makes one successor, and the others learn its id', async () => {
    const world = await createWorld()
    const token = await asAdministrator(world)
    const { id } = await world.issue()
    const replies = await Promise.all(
      times(10, () => isolate(world.driver).send('POST', `/v1/keys/${id}/rotate`, { token, body: {} })),
    )
    expect(statuses(replies)).toEqual([201, ...times(9, () => 409)])
    const successor = replies.find((reply) => reply.status === 201)?.body.id
    for (const { status, body } of replies)
      if (status === 409)
        expect([body.code, body.detail]).toEqual(['already_rotated', expect.stringContaining(successor)])
    const keys = await world.operator.listCredentials({ limit: 100 })
    expect(keys.filter((key) => key.replaces === id).map((key) => key.id)).toEqual([successor])
  })

  it('gives a successor the life that the key was issued for, unless the request says when it ends', async () => {
    const world = await createWorld()
    const rotated = async (expiresAt: number | undefined, wanted?: number) => {
      const { id } = await world.issue(expiresAt === undefined ? {} : { expiresAt })
      const rotation = { overlap: 0, ...(wanted !== undefined && { expiresAt: wanted }) }
      const successor = await world.operator.rotateCredential(id, rotation)
      const keys = await world.operator.listCredentials({ limit: 100 })
      const [old, now] = [id, successor.id].map((each) => keys.find((key) => key.id === each))
      return { issuedFor: (expiresAt ?? 0) - (old?.createdAt ?? 0), now }
    }
    const { issuedFor, now } = await rotated(Date.now() + HOUR)
    expect((now?.expiresAt ?? 0) - (now?.createdAt ?? 0)).toBe(issuedFor)
    expect((await rotated(undefined)).now?.expiresAt).toBeNull()
    const wanted = Date.now() + 2 * HOUR
    expect((await rotated(Date.now() + HOUR, wanted)).now?.expiresAt).toBe(wanted)
  })

  it('passes no limit: at it, only a key that ends at once makes room for its successor', async () => {
    const world = await createWorld()
    const token = await asAdministrator(world)
    const { id } = await world.issue()
    const current = async () => {
      const keys = await world.operator.listCredentials({ limit: 2 * accessLimits.keys })
      return keys.filter((key) => key.revokedAt === null && (key.expiresAt === null || key.expiresAt > Date.now()))
        .length
    }
    await world.driver.batch([
      {
        sql: `WITH RECURSIVE n (i) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
INSERT INTO credentials (id, organization_id, secret_hash, kind, name, scopes, allowlist, created_at)
SELECT 'filler-' || i, ?1, 'filler-' || i, 'key', 'filler ' || i, '[]', '[]', 0 FROM n`,
        params: [world.organizationId, (await current()) + 1, accessLimits.keys],
      },
    ])
    expect(await current()).toBe(accessLimits.keys)
    const rotate = (key: string, overlapSeconds: number) =>
      world.send('POST', `/v1/keys/${key}/rotate`, { token, body: { overlapSeconds } })
    const refused = await rotate(id, 60)
    expect([refused.status, refused.body.code]).toEqual([409, 'limit_reached'])
    expect((await world.operator.listCredentials({ limit: 100 })).find((key) => key.id === id)?.expiresAt).toBeNull()
    expect((await rotate(id, 0)).status).toBe(201)
    expect(await current()).toBe(accessLimits.keys)
  })

  it('is refused for a key that has ended', async () => {
    const world = await createWorld()
    const [expired, revoked] = [await world.issue({ expiresAt: Date.now() - 1 }), await world.issue()]
    await world.revoke(revoked.id)
    const token = await asAdministrator(world)
    const before = await everything(world)
    for (const { id } of [expired, revoked]) {
      const reply = await world.send('POST', `/v1/keys/${id}/rotate`, { token, body: {} })
      expect([reply.status, reply.body.code]).toEqual([409, 'key_ended'])
    }
    expect(await everything(world)).toBe(before)
  })
})

describe('whatever creates', () => {
  interface Creation {
    readonly path: string
    readonly body: object
    /** The same name with another definition. */
    readonly other: object
    /** Where two definitions of one name meet: in the answer. */
    readonly field: string
  }
  const deals = '/v1/objects/deals'
  const creations: Record<string, Creation> = {
    objects: {
      path: '/v1/objects',
      body: { slug: 'tickets', singularName: 'Ticket', pluralName: 'Tickets' },
      other: { slug: 'tickets', singularName: 'Case', pluralName: 'Cases' },
      field: 'slug',
    },
    'attributes by slug': {
      path: `${deals}/attributes`,
      body: { label: 'Amount', slug: 'amount', type: 'number' },
      other: { label: 'Amount', slug: 'amount', type: 'text' },
      field: 'slug',
    },
    'attributes by label': {
      path: `${deals}/attributes`,
      body: { label: 'Deal stage', type: 'select', options: ['Open', 'Won'] },
      other: { label: 'Deal-Stage', type: 'select', options: ['Open', 'Won'] },
      field: 'label',
    },
    combinations: {
      path: `${deals}/combinations`,
      body: { name: 'region_code', attributes: ['region', 'code'], unique: true },
      other: { name: 'region_code', attributes: ['code', 'region'], unique: true },
      field: 'name',
    },
    members: {
      path: '/v1/members',
      body: { name: 'Mary', email: 'Mary@once.example' },
      other: { name: 'May', email: 'mary@ONCE.example' },
      field: 'email',
    },
  }
  const prepared = async () => {
    const world = await createWorld()
    await world.addObject('deals')
    for (const label of ['Region', 'Code']) await world.addAttribute('deals', { label, type: 'text' })
    return { world, token: await asAdministrator(world) }
  }

  it.each(Object.entries(creations))(
    '%s: ten at once make one, and the same again finds it',
    async (_, { path, body }) => {
      const { world, token } = await prepared()
      const isolates = times(10, () => isolate(world.driver))
      const replies = await Promise.all(isolates.map(({ send }) => send('POST', path, { token, body })))
      expect(statuses(replies)).toEqual([...times(9, () => 200), 201])
      const before = await everything(world)
      const again = await world.send('POST', path, { token, body })
      expect([again.status, again.body]).toEqual([200, replies[0]?.body])
      for (const reply of replies) expect(reply.body).toEqual(again.body)
      expect(await everything(world)).toBe(before)
    },
  )

  it.each(Object.entries(creations))(
    '%s: of two definitions at once one wins, and is not overwritten',
    async (_, one) => {
      const { world, token } = await prepared()
      const bodies = times(10, (i) => (i % 2 ? one.other : one.body))
      const replies = await Promise.all(
        bodies.map(async (body) => ({
          body,
          reply: await isolate(world.driver).send('POST', one.path, { token, body }),
        })),
      )
      const won = replies.filter(({ reply }) => reply.status < 300)
      expect(new Set(won.map(({ body }) => body)).size).toBe(1)
      expect(statuses(won.map(({ reply }) => reply))).toEqual([...times(4, () => 200), 201])
      for (const { reply } of replies.filter(({ body }) => body !== won[0]?.body))
        expect([reply.status, reply.body.code, reply.body.errors[0].field]).toEqual([409, 'already_exists', one.field])
      const again = await world.send('POST', one.path, { token, body: won[0]?.body })
      expect([again.status, again.body]).toEqual([200, won[0]?.reply.body])
    },
  )

  it('keys: of ten of one name at once one is issued, since a secret is not shown twice', async () => {
    const { world, token } = await prepared()
    const body = { name: 'nightly', scopes: ['crm:write'] }
    const issue = () => isolate(world.driver).send('POST', '/v1/keys', { token, body })
    const replies = await Promise.all(times(10, issue))
    expect(statuses(replies)).toEqual([201, ...times(9, () => 409)])
    for (const { status, body: problem } of replies)
      if (status === 409)
        expect([problem.code, problem.title]).toEqual(['already_exists', expect.stringContaining('rotate it')])
    await world.revoke(replies.find((reply) => reply.status === 201)?.body.id)
    expect((await issue()).status).toBe(201)
  })

  it('an attribute that has been indexed since, because somebody matched by it, is the same attribute', async () => {
    const { world, token } = await prepared()
    const found = await world.send('PUT', `${deals}/records`, { body: { match: { code: '1' }, values: { code: '1' } } })
    expect(found.status).toBe(201)
    const again = await world.send('POST', `${deals}/attributes`, { token, body: { label: 'Code', type: 'text' } })
    expect([again.status, again.body.indexed]).toEqual([200, true])
  })

  it('twelve different attributes at once are all added, each at a place of its own', async () => {
    const { world, token } = await prepared()
    const replies = await Promise.all(
      times(12, (i) =>
        isolate(world.driver).send('POST', `${deals}/attributes`, {
          token,
          body: { label: `Field ${i}`, type: 'text' },
        }),
      ),
    )
    expect(statuses(replies)).toEqual(times(12, () => 201))
    const { results } = await world.driver.batch([
      { sql: 'SELECT DISTINCT position FROM attributes WHERE organization_id = ?1', params: [world.organizationId] },
    ])
    expect(results[0]?.rows).toHaveLength(14)
  })
})

describe('the rules of the service', () => {
  const long = (characters: number) => 'x'.repeat(characters + 1)
  type Operator = World['operator']
  const text = (label: string) => ({ label, type: 'text' }) as const
  const key = (more: object) => ({ kind: 'key', name: 'k', scopes: ['crm:read'], ...more }) as const
  /** Each as a command could call it: no schema of a route stands before it. */
  const refusals: readonly (readonly [string, string, (operator: Operator) => Promise<unknown>])[] = [
    ['an empty name', 'required', (o) => o.changeOrganization({ name: ' ' })],
    ['a long name', 'too_long', (o) => o.changeOrganization({ name: long(accessLimits.name) })],
    ['a mode that is none', 'invalid_value', (o) => o.changeOrganization({ crmMode: 'foo' as 'b2b' })],
    ['a member without a name', 'required', (o) => o.addMember({ name: '', email: 'a@b.example' })],
    ['a member without an address', 'invalid_value', (o) => o.addMember({ name: 'M', email: 'nobody' })],
    ['a key without a name', 'required', (o) => o.issueCredential(key({ name: '' }))],
    ['a kind that is none', 'invalid_value', (o) => o.issueCredential(key({ kind: 'token' }))],
    ['a scope that is none', 'invalid_value', (o) => o.issueCredential(key({ scopes: ['root'] }))],
    ['an allowlist that holds nobody', 'invalid_value', (o) => o.issueCredential(key({ allowlist: ['10.0.0'] }))],
    [
      'a long allowlist',
      'too_many_values',
      (o) => o.issueCredential(key({ allowlist: times(101, () => '192.0.2.1') })),
    ],
    ['a key that ends before it begins', 'out_of_range', (o) => o.issueCredential(key({ expiresAt: Date.now() }))],
    [
      'a reserved slug',
      'invalid_value',
      (o) => o.createObject({ slug: 'records', singularName: 'R', pluralName: 'R' }),
    ],
    [
      'a slug that is none',
      'invalid_value',
      (o) => o.createObject({ slug: 'Deals!', singularName: 'D', pluralName: 'D' }),
    ],
    [
      'an object without a name',
      'required',
      (o) => o.createObject({ slug: 'deals', singularName: '', pluralName: 'D' }),
    ],
    ['an object that is none', 'unknown_object', (o) => o.addAttribute('nowhere', text('A'))],
    ['an attribute without a label', 'required', (o) => o.addAttribute('people', text(''))],
    ['a long label', 'too_long', (o) => o.addAttribute('people', text(long(definitionLimits.label)))],
    ['a type that is none', 'invalid_value', (o) => o.addAttribute('people', { label: 'A', type: 'blob' as 'text' })],
    [
      'a slug of an attribute that is none',
      'invalid_value',
      (o) => o.addAttribute('people', { ...text('A'), slug: 'A b' }),
    ],
    [
      'a relation to nothing',
      'unknown_object',
      (o) => o.addAttribute('people', { label: 'A', type: 'relation', related: 'x' }),
    ],
    [
      'an index on several amounts',
      'not_matchable',
      (o) => o.addAttribute('people', { label: 'A', type: 'currency', multiple: true, indexed: true }),
    ],
    [
      'an option twice',
      'invalid_value',
      (o) => o.addAttribute('people', { label: 'A', type: 'select', options: ['a', 'a'] }),
    ],
    [
      'too many options',
      'too_many_values',
      (o) => o.addAttribute('people', { label: 'A', type: 'select', options: times(501, String) }),
    ],
    [
      'a change of what is not there',
      'unknown_attribute',
      (o) => o.changeAttribute('people', 'nothing', { label: 'A' }),
    ],
    [
      'a combination of one',
      'invalid_value',
      (o) => o.addCombination('people', { name: 'c', attributes: ['city'], unique: true }),
    ],
    [
      'a combination of one and the same',
      'invalid_value',
      (o) => o.addCombination('people', { name: 'c', attributes: ['city', 'city'], unique: true }),
    ],
    [
      'a combination with a list',
      'not_matchable',
      (o) => o.addCombination('people', { name: 'c', attributes: ['city', 'emails'], unique: true }),
    ],
  ]

  it.each(refusals)('refuse %s: %s', async (_, code, call) => {
    const world = await createWorld()
    const before = await everything(world)
    await expect(call(world.operator)).rejects.toThrow(code)
    expect(await everything(world)).toBe(before)
  })

  it('bound how much an organisation defines', async () => {
    const world = await createWorld()
    const { objects } = definitionLimits
    const add = (i: number) => world.addObject(`object_${i}`)
    for (const i of times(objects, (n) => n)) await add(i)
    await expect(add(objects)).rejects.toThrow('limit_reached')
    expect((await add(0)).created).toBe(false)
  })
})

it('lists keys in pages, each once, oldest first', async () => {
  const world = await createWorld()
  const token = await asAdministrator(world)
  for (const _ of times(5, String)) await world.issue()
  const ids: string[] = []
  let cursor = ''
  do {
    const { body } = await world.send('GET', `/v1/keys?limit=3${cursor}`, { token })
    ids.push(...body.keys.map((key: { id: string }) => key.id))
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
  } while (cursor !== '')
  expect(ids).toEqual((await world.operator.listCredentials({ limit: 100 })).map((key) => key.id))
  expect(ids).toHaveLength(7)
})

describe('usage', () => {
  it('is what keys have asked: nothing waits for it, and of who is not let in nothing is counted', async () => {
    const world = await createWorld()
    const token = await asAdministrator(world)
    const usage = new UsageKeeper(() => world.driver, { everyMs: HOUR })
    const { send } = isolate(world.driver, { usage })
    const path = '/v1/objects/people/records/00000000-0000-7000-8000-000000000000'
    await send('GET', path, { token: world.token })
    const warm = await send('GET', path, { token: world.token })
    expect([warm.status, warm.calls]).toEqual([404, 1])
    await send('GET', path, { token: `${world.token}x` })
    await send('GET', '/v1/limits')
    await isolate(world.driver).send('GET', path, { token: world.token })
    const { body } = await send('GET', '/v1/usage', { token })
    const one = { contract: 'v1', requests: 2, clientErrors: 2, serverErrors: 0, calls: 3, p50: expect.any(Number) }
    expect(body).toMatchObject({ isCounted: true, hours: [one] })
    // Its own request is told by the next one.
    const next = await send('GET', '/v1/usage', { token })
    expect(next.body.hours.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0)).toBe(3)
    const keys = (await send('GET', '/v1/keys', { token })).body.keys as { id: string; lastUsedAt: string | null }[]
    expect(keys.map(({ lastUsedAt }) => lastUsedAt !== null)).toEqual([true, true])
    expect((await isolate(world.driver).send('GET', '/v1/usage', { token })).body.isCounted).toBe(false)
  })

  it.each([
    ['from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z', 200],
    ['from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:01Z', 422],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 422],
  ])('is told for at most a month at a time: %s is %i', async (query, status) => {
    const world = await createWorld()
    const { status: answered } = await world.send('GET', `/v1/usage?${query}`, { token: await asAdministrator(world) })
    expect(answered).toBe(status)
  })
})
