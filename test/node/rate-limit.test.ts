import { describe, expect, it, vi } from 'vitest'
import { type Server, startServer } from '../../bench/lib/servers.ts'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { rateLimit } from '../../src/auth/rate-limit.ts'

it('a clock that is set back freezes no limit', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const limit = rateLimit({ limit: 1, periodSeconds: 0.1 })
    const isAllowed = () => limit.take('key', () => undefined).allowed
    expect(isAllowed()).toBe(true)
    vi.setSystemTime(Date.now() - 3_600_000)
    await expect.poll(isAllowed, { timeout: 10_000 }).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

const serving = async <T>(kind: Server['kind'], limit: string, use: (server: Server) => Promise<T>): Promise<T> => {
  const server = await startServer(kind, { variables: { KEY_REQUESTS_LIMIT: limit } })
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

/** A key of an organisation of its own. */
const keyIn = (server: Server): Promise<string> =>
  server.withDatabase(async (driver) => {
    const { value: id } = await createOrganization(driver, { name: 'Limited' })
    const operator = administration(asOperator(driver, id))
    return (await operator.issueCredential({ kind: 'key', name: 'k', scopes: ['crm:read'] })).secret
  })

/** Well-formed, so that it is looked for. */
const nobody = `eu_${'0'.repeat(32)}_${'A'.repeat(43)}`

const ask = async ({ origin }: Server, path: string, key = nobody) => {
  const { status, headers } = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${key}` } })
  return { status, policy: headers.get('ratelimit-policy') }
}

const records = '/v1/objects/people/records'

describe.each(['node', 'worker'] as const)('KEY_REQUESTS_LIMIT of the %s server', { timeout: 60_000 }, (kind) => {
  it.each([
    ['0', null, [200, 200, 200, 200]],
    ['', '"default";q=100000;w=10', [200, 200, 200, 200]],
    ['3', '"default";q=3;w=10', [200, 200, 200, 429]],
  ])('is "%s"', async (limit, policy, statuses) => {
    await serving(kind, limit, async (server) => {
      const key = await keyIn(server)
      const replies = []
      for (const _ of statuses) replies.push(await ask(server, records, key))
      expect(replies.map((reply) => reply.status)).toEqual(statuses)
      expect(new Set(replies.map((reply) => reply.policy))).toEqual(new Set([policy]))
    })
  })
})

describe.each(['-1', 'many'])('a KEY_REQUESTS_LIMIT of "%s"', { timeout: 60_000 }, (limit) => {
  it('is served by neither: Node does not start, the Worker is alive and not ready', async () => {
    const onNode = await serving('node', limit, async () => 'it listens').catch((error: Error) => error.message)
    expect(onNode).toBe('The server ended before it listened')
    await serving('worker', limit, async (server) => {
      const paths = ['/health', '/ready', records]
      const replies = await Promise.all(paths.map((path) => ask(server, path)))
      expect(replies.map(({ status }) => status)).toEqual([200, 503, 500])
    })
  })
})
