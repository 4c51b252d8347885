import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { createWorld } from '../support/world.ts'

/** The Worker as it is deployed, with the variables of an operator. */

const OPERATOR = 'operator-'.repeat(4)

/** An isolate of its own, which has read these variables. */
const deployed = async (variables: Partial<Env>) => {
  vi.resetModules()
  const { default: worker } = await import('../../src/worker.ts')
  return async (path: string, headers: Record<string, string> = {}) => {
    const context = createExecutionContext()
    const request = new Request(new URL(path, 'http://edge.test'), { headers }) as Parameters<typeof worker.fetch>[0]
    const response = await worker.fetch(request, { ...(env as unknown as Env), ...variables }, context)
    await waitOnExecutionContext(context)
    return response
  }
}

const people = '/v1/objects/people/records'
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a variable that cannot be used', () => {
  it.each([
    ['KEY_REQUESTS_LIMIT', 'many'],
    ['KEY_REQUESTS_PERIOD', '0'],
    ['DATABASE_TIMEOUT_MS', '1'],
    ['DATABASE_CALLS', '1'],
    ['USAGE_SECONDS', '26'],
    ['CLIENT_ADDRESS', 'anybody'],
    ['TENANCY', 'mixed'],
  ])(
    '%s: requests fail in the form of their contract, the log names it, and the rest is alive',
    async (name, value) => {
      const lines: string[] = []
      vi.spyOn(console, 'error').mockImplementation((...what) => void lines.push(what.join(' ')))
      vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line))
      const ask = await deployed({ [name]: value, LOG: 'on' })
      const refused = await ask(people, bearer(`eu_${v7().replaceAll('-', '')}_${'A'.repeat(43)}`))
      const text = await refused.text()
      expect([refused.status, refused.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
      expect(JSON.parse(text)).toMatchObject({ code: 'internal', instance: expect.stringMatching(/^urn:request:/) })
      expect(text).not.toContain(name)
      expect(lines.filter((line) => line.includes(`${name} must be`)).length).toBeGreaterThanOrEqual(2)
      expect((await ask('/health')).status).toBe(200)
      expect((await ask('/ready')).status).toBe(503)
    },
  )
})

it('a shared database that nobody has migrated is told to operators, and only to them', async () => {
  const { DB_OWN_0: empty } = env as unknown as { DB_OWN_0: D1Database }
  const variables = { TENANCY: 'object', OPERATOR_SECRET: OPERATOR }
  const told = async (more: Partial<Env>, headers = bearer(OPERATOR)) =>
    (await (await deployed({ ...variables, ...more }))('/ready?verbose', headers)).json()
  expect(await told({ DB: empty })).toMatchObject({
    status: 'ready',
    shared: expect.stringContaining('"npx wrangler d1 migrations apply DB --remote"'),
  })
  for (const one of [await told({ DB: empty }, bearer('x'.repeat(32))), await told({})])
    expect(one).not.toHaveProperty('shared')
})

it('a limit of 0 is none, as on Node', async () => {
  const { token } = await createWorld()
  for (const [limit, expected] of [
    ['0', null],
    ['7', '"default";q=7;w=10'],
  ] as const) {
    const ask = await deployed({ TENANCY: env.TENANCY ?? 'shared', KEY_REQUESTS_LIMIT: limit })
    const reply = await ask(people, bearer(token))
    expect([reply.status, reply.headers.get('ratelimit-policy')]).toEqual([200, expected])
  }
})

it('writes what it has counted behind an answer', async () => {
  const { token, operator } = await createWorld()
  const ask = await deployed({ TENANCY: env.TENANCY ?? 'shared', USAGE_SECONDS: '1' })
  // The platform waits for what goes on behind an answer, and so does this.
  expect((await ask(people, bearer(token))).status).toBe(200)
  expect(await operator.listUsage({ from: 0, until: Number.MAX_SAFE_INTEGER })).toMatchObject([
    { contract: 'v1', requests: 1, calls: 2 },
  ])
})

describe('/ready?verbose', () => {
  const forged = () => bearer(`eu_${v7().replaceAll('-', '')}_${'A'.repeat(43)}`)

  it('tells how the database is that all share', async () => {
    const ask = await deployed({ TENANCY: 'shared' })
    expect((await ask(people, forged())).status).toBe(401)
    expect(await (await ask('/ready?verbose')).json()).toEqual({
      status: 'ready',
      databases: [{ name: 'shared', breaker: 'closed', since: expect.any(String) }],
    })
    expect(await (await ask('/ready')).json()).toEqual({ status: 'ready' })
  })

  it('tells of the databases of organisations to nobody but the operator', async () => {
    const ask = await deployed({ TENANCY: 'object', OPERATOR_SECRET: OPERATOR })
    await ask(people, forged())
    for (const headers of [{}, bearer('somebody-'.repeat(4))])
      expect(await (await ask('/ready?verbose', headers)).json()).toEqual({ status: 'ready' })
    const told = (await (await ask('/ready?verbose', bearer(OPERATOR))).json()) as { databases: unknown[] }
    expect(told.databases).toHaveLength(2)
  })
})
