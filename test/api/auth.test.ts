import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { isListed } from '../../src/auth/allowlist.ts'
import { rateLimit } from '../../src/auth/rate-limit.ts'
import { authFailures } from '../../src/env.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { type Call, createWorld, isolate, type Reply, type World } from '../support/world.ts'

const PATH = '/apis/v2/public/crm/addContactsFull'
const PERSON = '/v2/crm/people?matchingAttribute=email'
const ADDRESS = '192.0.2.10'
const OUTSIDE = '198.51.100.1'

let world: World
let other: World
let developer: { id: string; secret: string }
beforeAll(async () => {
  world = await createWorld()
  other = await createWorld()
  developer = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
})

const contact = { firstName: 'Au', primaryEmail: 'au@auth.example' }
const credentials = () => ({
  api_key: world.token,
  developer_secret: developer.secret,
  org_id: world.organizationId,
  member_id: world.memberId,
})
const post = (changes: object, call: Call = {}) =>
  world.send('POST', PATH, { token: null, body: { ...credentials(), contact, ...changes }, ...call })
const put = (token: string, call: Call = {}) =>
  world.send('PUT', PERSON, { token, body: { firstName: 'Au', emails: ['au@auth.example'] }, ...call })

const refused = async (reply: Reply, status: number, code: string, before: string) => {
  expect([reply.status, reply.body.code], JSON.stringify(reply.body)).toEqual([status, code])
  expect(await world.snapshot()).toBe(before)
}
const forged = (secret: string) => `${secret.slice(0, -4)}AAAA`

describe('credentials in the body', () => {
  it('let in when all of them hold', async () => {
    expect((await post({})).body.status).toBe('success')
    expect((await post({ org_id: world.organizationId.toUpperCase() })).body.status).toBe('success')
  })

  it.each<[string, () => object, number, string]>([
    ['no api_key', () => ({ api_key: undefined }), 401, 'MISSING_API_KEY'],
    ['an empty api_key', () => ({ api_key: '' }), 401, 'MISSING_API_KEY'],
    ['nothing at all', () => ({ api_key: null, developer_secret: null, contact: 1 }), 401, 'MISSING_API_KEY'],
    ['an api_key that is none', () => ({ api_key: 'nonsense' }), 401, 'INVALID_API_KEY'],
    ['an api_key that is no text', () => ({ api_key: { $ne: null } }), 401, 'INVALID_API_KEY'],
    ['an unknown api_key', () => ({ api_key: forged(world.token) }), 401, 'INVALID_API_KEY'],
    ['the developer secret as api_key', () => ({ api_key: developer.secret }), 401, 'INVALID_API_KEY'],
    ['no developer_secret', () => ({ developer_secret: undefined }), 401, 'MISSING_DEVELOPER_SECRET'],
    ['an empty developer_secret', () => ({ developer_secret: '' }), 401, 'MISSING_DEVELOPER_SECRET'],
    ['an unknown one', () => ({ developer_secret: forged(developer.secret) }), 401, 'INVALID_DEVELOPER_SECRET'],
    ['the api_key as one', () => ({ developer_secret: world.token }), 401, 'INVALID_DEVELOPER_SECRET'],
    ['another org_id', () => ({ org_id: other.organizationId }), 401, 'INVALID_API_KEY'],
    ['the key of another organisation', () => ({ api_key: other.token }), 401, 'INVALID_API_KEY'],
    ['an unknown member', () => ({ member_id: crypto.randomUUID() }), 401, 'MEMBER_NOT_FOUND'],
    ['a member of another organisation', () => ({ member_id: other.memberId }), 401, 'MEMBER_NOT_FOUND'],
  ])('%s is refused', async (_name, changes, status, code) => {
    await refused(await post(changes()), status, code, await world.snapshot())
  })

  it('of two organisations are refused, whichever is named', async () => {
    const { secret } = await other.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
    const before = await world.snapshot()
    await refused(await post({ developer_secret: secret }), 401, 'INVALID_DEVELOPER_SECRET', before)
    const reply = await post({ api_key: other.token, org_id: other.organizationId })
    await refused(reply, 401, 'INVALID_DEVELOPER_SECRET', before)
  })

  it('tell nothing of the second secret, the address or the member to who lacks the first', async () => {
    const reasons = [
      {},
      { developer_secret: forged(developer.secret) },
      { member_id: crypto.randomUUID() },
      { contact: undefined },
    ]
    const answers = new Set<string>()
    for (const reason of reasons)
      for (const address of [ADDRESS, OUTSIDE])
        answers.add(JSON.stringify((await post({ ...reason, api_key: forged(world.token) }, { address })).body))
    expect(answers.size).toBe(1)
    // Nor of the list of a secret that is not shown.
    const away = await post({ developer_secret: forged(developer.secret) }, { address: OUTSIDE })
    expect(away.body.code).toBe('INVALID_DEVELOPER_SECRET')
  })

  it('are judged before the content, and a key without the scope is refused', async () => {
    const before = await world.snapshot()
    await refused(await post({ api_key: forged(world.token), mode: 5 }), 401, 'INVALID_API_KEY', before)
    const reader = await world.issue({ scopes: ['crm:read'] })
    await refused(await post({ api_key: reader.secret, mode: 5 }), 403, 'MISSING_SCOPE', before)
  })

  it('fail with the next request once either secret is revoked or has expired', async () => {
    const key = await world.issue()
    const secret = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
    const both = { api_key: key.secret, developer_secret: secret.secret }
    expect((await post(both)).body.status).toBe('success')
    await world.revoke(secret.id)
    const before = await world.snapshot()
    await refused(await post(both), 401, 'INVALID_DEVELOPER_SECRET', before)
    await world.revoke(key.id)
    await refused(await post(both), 401, 'INVALID_API_KEY', before)
    const late = { kind: 'developer_secret', scopes: [], allowlist: [ADDRESS], expiresAt: Date.now() - 1 } as const
    const expired = await world.issue(late)
    await refused(await post({ developer_secret: expired.secret }), 401, 'INVALID_DEVELOPER_SECRET', before)
  })

  it('are not looked for in the headers', async () => {
    const { api_key, ...rest } = credentials()
    const reply = await world.send('POST', PATH, { token: api_key, body: { ...rest, contact } })
    expect(reply.body.code).toBe('MISSING_API_KEY')
  })
})

describe('the allowlist', () => {
  const list = ['192.0.2.10', '203.0.113.0/24', '2001:db8::1', '2001:db8:aa::/48', '::ffff:198.18.0.0/112']
  it.each([
    ['192.0.2.10', true],
    ['192.0.2.11', false],
    ['203.0.113.255', true],
    ['203.0.114.0', false],
    ['::ffff:192.0.2.10', true],
    ['::ffff:c000:20a', true],
    ['::FFFF:203.0.113.7', true],
    ['::ffff:192.0.2.11', false],
    ['198.18.200.1', true],
    ['198.19.0.1', false],
    ['2001:db8::1', true],
    ['2001:0DB8:0:0::0001', true],
    ['2001:db8::2', false],
    ['2001:db8:aa:ffff::9', true],
    ['2001:db8:ab::', false],
    ['::192.0.2.10', false],
    ['192.0.2.010', false],
    ['0xc000020a', false],
    ['3221225994', false],
    ['192.0.2.10, 198.51.100.1', false],
    ['192.0.2.10:443', false],
    ['192.0.2.10/32', false],
    ['unknown', false],
    ['', false],
  ])('of addresses and ranges: %s is %s', (address, listed) => {
    expect(isListed(list, address)).toBe(listed)
  })

  it('knows whole families, and takes no entry that it cannot read for a range', async () => {
    expect(isListed(['0.0.0.0/0'], OUTSIDE)).toBe(true)
    expect(isListed(['0.0.0.0/0'], '2001:db8::1')).toBe(false)
    expect(isListed(['::/0'], OUTSIDE)).toBe(false)
    for (const entry of ['', '*', '192.0.2.10/33', '192.0.2', '192.0.2.10/', '::ffff:192.0.2.10/90']) {
      expect(isListed([entry], ADDRESS)).toBe(false)
      await expect(world.issue({ allowlist: [entry] })).rejects.toThrow('invalid_value')
    }
  })

  it('of a developer secret must have the address; an empty one has nobody', async () => {
    const before = await world.snapshot()
    await refused(await post({}, { address: OUTSIDE }), 403, 'IP_NOT_WHITELISTED', before)
    await refused(await post({}, { address: null }), 403, 'IP_NOT_WHITELISTED', before)
    await refused(await post({}, { address: '' }), 403, 'IP_NOT_WHITELISTED', before)
    const { secret } = await world.issue({ kind: 'developer_secret', scopes: [] })
    await refused(await post({ developer_secret: secret }), 403, 'IP_NOT_WHITELISTED', before)
    expect((await post({}, { address: `::ffff:${ADDRESS}` })).body.status).toBe('success')
  })

  it('is judged for every request, also when the session is known', async () => {
    expect((await post({})).body.status).toBe('success')
    // Looked for anew, since the allowlist that the isolate knows may be outdated; what that took is not told outside.
    const away = await post({}, { address: OUTSIDE })
    expect([away.status, away.headers.get('server-timing')]).toEqual([403, null])
    expect((await post({})).calls).toBe(1)
  })

  it('does not believe what a client says of its own address', async () => {
    const spoofed = {
      'x-forwarded-for': ADDRESS,
      'x-real-ip': ADDRESS,
      'true-client-ip': ADDRESS,
      forwarded: `for=${ADDRESS}`,
      'x-client-ip': ADDRESS,
      'cf-connecting-ipv6': ADDRESS,
    }
    const before = await world.snapshot()
    await refused(await post({}, { address: OUTSIDE, headers: spoofed }), 403, 'IP_NOT_WHITELISTED', before)
    await refused(await post({}, { address: null, headers: spoofed }), 403, 'IP_NOT_WHITELISTED', before)
  })

  it('of a key restricts it when there is one, for keys in headers as in the body', async () => {
    const open = await world.issue()
    const closed = await world.issue({ allowlist: ['198.51.100.0/28', '2001:db8::/32'] })
    expect((await put(open.secret, { address: null })).status).toBeLessThan(300)
    for (const address of [OUTSIDE, '2001:db8::5', `::ffff:${OUTSIDE}`])
      expect((await put(closed.secret, { address })).status).toBe(200)
    for (const address of [ADDRESS, '2001:db9::5', null]) {
      const reply = await put(closed.secret, { address, headers: { 'x-forwarded-for': OUTSIDE } })
      expect([reply.status, reply.body.code]).toEqual([403, 'address_not_allowed'])
    }
    const inBody = await post({ api_key: closed.secret })
    expect(inBody.body.code).toBe('IP_NOT_WHITELISTED')
  })
})

describe('repeated failures', () => {
  const { limit: LIMIT, periodSeconds } = authFailures
  const slow = () => isolate(d1Driver(env.DB), { failures: rateLimit(authFailures, env.AUTH_FAILURES) })
  const body = (changes: object = {}) => ({ ...credentials(), contact, ...changes })

  it('of one address are answered 429; its valid requests and other addresses are not', async () => {
    const { send } = slow()
    const fail = (address: string) =>
      send('POST', PATH, { address, body: body({ developer_secret: forged(developer.secret) }) })
    const statuses: number[] = []
    let last = await fail(ADDRESS)
    // Twice the limit: the period may end while the test runs.
    for (let i = 0; i < 2 * LIMIT && last.status !== 429; i++) {
      statuses.push(last.status)
      last = await fail(ADDRESS)
    }
    expect(last).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
    expect(last.headers.get('retry-after')).toBe(String(periodSeconds))
    expect(statuses.length).toBeGreaterThanOrEqual(LIMIT)
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect((await send('POST', PATH, { address: ADDRESS, body: body() })).body.status).toBe('success')
    expect((await fail(OUTSIDE)).status).toBe(401)
    const header = await send('PUT', PERSON, { address: ADDRESS, token: forged(world.token), body: {} })
    expect([header.status, header.headers.get('retry-after')]).toEqual([429, String(periodSeconds)])
  })

  it('of one /64 count together, and a refused value counts as no failure', async () => {
    const { send } = slow()
    const statuses = new Set<number>()
    for (let i = 0; i < 2 * LIMIT + 1; i++) {
      const address = `2001:db8:0:77::${i.toString(16)}`
      statuses.add((await send('PUT', PERSON, { address, token: 'nonsense', body: {} })).status)
    }
    expect(statuses).toEqual(new Set([401, 429]))
    for (let i = 0; i < 2 * LIMIT + 1; i++)
      expect((await send('POST', PATH, { address: ADDRESS, body: body({ contact: {} }) })).status).toBe(200)
  })
})

describe('secrets', () => {
  it('appear in no answer and no log line, whatever goes wrong', async () => {
    const lines: string[] = []
    const written = [console.log, console.error, console.warn, console.info, console.debug]
    const names = ['log', 'error', 'warn', 'info', 'debug'] as const
    for (const name of names) console[name] = (...args: unknown[]) => lines.push(JSON.stringify(args.map(String)))
    const broken = { batch: () => Promise.reject(new Error('the disk is gone')) }
    try {
      const log = (line: string) => lines.push(line)
      const { send } = isolate(d1Driver(env.DB), { log })
      const failing = isolate(broken, { log })
      const whole = { ...credentials(), contact, debug: true }
      const bodies = [
        whole,
        { ...whole, contact: {} },
        { ...whole, contact: { ...contact, customFields: { nope: 1 } } },
        { ...whole, developer_secret: forged(developer.secret) },
        { ...whole, member_id: 'x' },
        { ...whole, org_id: other.organizationId },
        JSON.stringify(whole).slice(0, -1),
        { ...whole, mode: world.token },
      ]
      for (const body of bodies)
        for (const address of [ADDRESS, OUTSIDE])
          lines.push(JSON.stringify((await send('POST', PATH, { body, address })).body))
      lines.push(JSON.stringify((await failing.send('POST', PATH, { body: whole })).body))
      lines.push(JSON.stringify((await failing.send('PUT', PERSON, { token: world.token, body: {} })).body))
    } finally {
      names.forEach((name, i) => {
        console[name] = written[i] as typeof console.log
      })
    }
    expect(lines.length).toBeGreaterThan(30)
    for (const secret of [world.token, developer.secret]) {
      const random = secret.split('_').slice(2).join('_').slice(0, -4)
      for (const line of lines) expect(line).not.toContain(random)
    }
  })
})

describe('a 401', () => {
  it('asks for a bearer token where the contract takes one, and for nothing where credentials are in the body', async () => {
    const { send } = isolate()
    const header = await send('GET', '/v1/organization')
    expect([header.status, header.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    const body = await send('POST', '/apis/v2/public/crm/addContactsFull', { body: { contact: {} } })
    expect([body.status, body.headers.get('www-authenticate')]).toEqual([401, null])
  })
})
