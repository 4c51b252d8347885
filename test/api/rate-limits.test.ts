import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { rateLimit } from '../../src/auth/rate-limit.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { type Call, createWorld, isolate } from '../support/world.ts'

/** Without a binding there is nothing to be kept alive. */
const alone = () => expect.unreachable()

const quota = { limit: 5, periodSeconds: 60 }
const limited = () => isolate(d1Driver(env.DB), { requests: rateLimit(quota, env.KEY_REQUESTS_FEW) })

type Send = ReturnType<typeof limited>['send']
type World = Awaited<ReturnType<typeof createWorld>>

/** One request of each contract, with a key that is limited. */
const requests: readonly [string, (send: Send, world: World, token: string) => ReturnType<Send>][] = [
  ['v1', (send, _world, token) => send('GET', '/v1/objects/people/records', { token })],
  [
    'Zeeg',
    (send, _world, token) =>
      send('PUT', '/v2/crm/people?matchingAttribute=email', {
        token,
        body: { firstName: 'R', emails: ['r@r.example'] },
      }),
  ],
  [
    'Reevo',
    (send, _world, token) =>
      send('POST', '/api/v2/contact/_assert', {
        headers: { 'x-api-key': token },
        body: { match: { primary_email: 'r@r.example' }, attributes: { first_name: 'R' } },
      }),
  ],
  [
    'Anduin',
    (send, { organizationId }, token) =>
      send('POST', `/api/v1/idm/${organizationId}/contacts/upsert`, {
        headers: { authorization: token },
        body: { email: 'r@r.example', firstName: 'R', lastName: 'L' },
      }),
  ],
]

/** Twice as many as allowed, because the period of the platform may end meanwhile. */
const untilRefused = async (ask: () => ReturnType<Send>) => {
  const replies = []
  for (let n = 0; n < 2 * quota.limit + 2; n++) {
    const reply = await ask()
    replies.push(reply)
    if (reply.status === 429) break
  }
  return replies
}

const expectRefused = (replies: Awaited<ReturnType<Send>>[]) => {
  const last = replies.at(-1)
  expect(replies.length).toBeGreaterThan(quota.limit)
  expect(last?.status).toBe(429)
  expect(last?.headers.get('ratelimit-policy')).toBe('"default";q=5;w=60')
  expect(last?.headers.get('ratelimit')).toBe('"default";r=0;t=60')
  expect(last?.headers.get('retry-after')).toBe('60')
}

describe('rate limit of a key', () => {
  it.each(requests)('%s: tells policy and remainder, then refuses with Retry-After', async (_name, ask) => {
    const world = await createWorld()
    const { send } = limited()
    const replies = await untilRefused(() => ask(send, world, world.token))
    expect(replies[0]?.headers.get('ratelimit-policy')).toBe('"default";q=5;w=60')
    expect(replies[0]?.headers.get('ratelimit')).toMatch(/^"default";r=4;t=\d+$/)
    expect(replies[1]?.headers.get('ratelimit')).toMatch(/^"default";r=3;t=\d+$/)
    expectRefused(replies)
  })

  it('Zyntro: by the key in the body, in its envelope', async () => {
    const world = await createWorld()
    const developer = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: ['192.0.2.10'] })
    const { send } = limited()
    const body = {
      api_key: world.token,
      developer_secret: developer.secret,
      org_id: world.organizationId,
      member_id: world.memberId,
      contact: { firstName: 'R', primaryEmail: 'r@r.example' },
    }
    const replies = await untilRefused(() => send('POST', '/apis/v2/public/crm/addContactsFull', { body }))
    expectRefused(replies)
    expect(replies.at(-1)?.body.code).toBe('RATE_LIMITED')
  })

  it("is the key's own, holds in every isolate, and who lacks the key cannot use it up", async () => {
    const world = await createWorld()
    const other = await world.issue()
    const isolates = [limited(), limited()]
    let turn = 0
    const ask = (call: Call) => (isolates[turn++ % 2] ?? limited()).send('GET', '/v1/objects/people/records', call)
    const forged = `${world.token.slice(0, -4)}AAAA`
    for (let n = 0; n < 2 * quota.limit; n++) {
      const reply = await ask({ token: forged })
      expect([reply.status, reply.headers.get('ratelimit')]).toEqual([401, null])
    }
    const replies = await untilRefused(() => ask({ token: world.token }))
    expectRefused(replies)
    expect((await ask({ token: other.secret })).status).toBe(200)
  })

  it('writes nothing once refused, and counts a refused request too', async () => {
    const world = await createWorld()
    const reader = await world.issue({ scopes: ['crm:read'] })
    const { send } = limited()
    const ask = () => send('PUT', '/v1/objects/people/records', { token: reader.secret, body: { values: {} } })
    const replies = await untilRefused(ask)
    expect(replies[0]?.status).toBe(403)
    expect(replies[0]?.headers.get('ratelimit')).toMatch(/r=4/)
    expectRefused(replies)
    const write = () =>
      send('PUT', '/v1/objects/people/records', { token: world.token, body: { values: { first_name: 'W' } } })
    const writes = await untilRefused(write)
    const written = writes.filter((reply) => reply.status === 201).length
    expect((await world.rows('records')).length).toBe(written)
  })

  it('counts a stream of NDJSON once', async () => {
    const world = await createWorld()
    const { send } = limited()
    const lines = Array.from({ length: 2_100 }, (_, i) => JSON.stringify({ values: { first_name: `N${i}` } }))
    const streamed = await send('POST', '/v1/objects/people/records/batch', {
      token: world.token,
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    })
    expect(String(streamed.body).trim().split('\n').length).toBe(2_100)
    expect(streamed.headers.get('ratelimit')).toMatch(/r=4/)
    const next = await send('GET', '/v1/objects/people/records', { token: world.token })
    expect(next.headers.get('ratelimit')).toMatch(/r=3/)
  })

  it('is told by GET /v1/limits; where there is none, neither it nor the headers are there', async () => {
    const world = await createWorld()
    expect((await limited().send('GET', '/v1/limits')).body.requestsPerKey).toEqual(quota)
    expect((await world.send('GET', '/v1/limits')).body.requestsPerKey).toBeNull()
    const free = await world.send('GET', '/v1/objects/people/records')
    expect([free.status, free.headers.get('ratelimit'), free.headers.get('ratelimit-policy')]).toEqual([
      200,
      null,
      null,
    ])
  })

  it('without a binding, its own count decides, and a new period begins', async () => {
    let now = 1_000
    const own = rateLimit({ limit: 2, periodSeconds: 10 }, undefined, () => now)
    expect(own.take('a', alone)).toEqual({ allowed: true, remaining: 1, resetSeconds: 10 })
    now += 4_000
    expect(own.take('a', alone)).toEqual({ allowed: true, remaining: 0, resetSeconds: 6 })
    expect(own.take('a', alone)).toEqual({ allowed: false, remaining: 0, resetSeconds: 10 })
    expect(own.take('b', alone).allowed).toBe(true)
    now += 6_000
    expect(own.take('a', alone).remaining).toBe(1)
  })
})
