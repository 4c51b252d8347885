import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { workerAddress } from '../../src/http/client-address.ts'
import type { AppEnv } from '../../src/http/context.ts'
import { sharedDeployment } from '../../src/tenants/shared.ts'
import { filled, isOf, type Operation, operationsOf } from '../support/operations.ts'
import { isOperated, OPERATOR, operatorOf } from '../support/operator.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

/** What holds for every route, whatever it does. */

let world: World
let admin: string
let own: readonly Operation[]
let all: readonly Operation[]
let send: ReturnType<typeof isolate>['send']

beforeAll(async () => {
  world = await createWorld({ history: 'values' })
  admin = (await world.issue({ scopes: ['admin'] })).secret
  await world.addAttribute('people', { label: 'External id', type: 'text', unique: true })
  const isolated = isolate(world.driver, { operator: operatorOf(sharedDeployment(world.driver)) })
  send = isolated.send
  all = await operationsOf(isolated.app)
  own = all.filter(({ path }) => path.startsWith('/v1/'))
})

const tokenOf = ({ path }: Operation) => (isOperated(path) ? OPERATOR : admin)
/** What passes the reading of a body, and no schema. */
const bodyOf = ({ takes, operationId }: Operation) =>
  takes.length === 0 ? {} : { body: operationId === 'assertRecords' ? [] : {} }
const ask = (operation: Operation, query: string) =>
  send(operation.method, `${filled(operation.path)}?${query}`, { token: tokenOf(operation), ...bodyOf(operation) })

describe('X-Request-Id', () => {
  const askAs = (operation: Operation, id: string) =>
    send(operation.method, filled(operation.path), {
      token: tokenOf(operation),
      headers: { 'x-request-id': id },
      ...bodyOf(operation),
    })

  it.each(['a', '1-67891233-abcdef012345678912345678', 'fra1::x7d2k', 'aGVsbG8+/w==', 'x'.repeat(200)])(
    '%s is that of the answer and of the change',
    async (id) => {
      const headers = { 'x-request-id': id }
      const body = { values: { emails: [`${crypto.randomUUID()}@request.example`] } }
      const { status, headers: told } = await world.send('PUT', '/v1/objects/people/records', { headers, body })
      expect([status, told.get('x-request-id')]).toEqual([201, id])
      expect((await world.rows('changes')).at(-1)?.request).toBe(id)
    },
  )

  it('that nobody could be found by is refused by every operation of every contract, and has a new one', async () => {
    const before = await world.snapshot()
    for (const operation of all)
      for (const id of ['with blanks', 'x'.repeat(201)]) {
        const reply = await askAs(operation, id)
        expect([operation.operationId, JSON.stringify(reply.body)]).toEqual([
          operation.operationId,
          expect.stringContaining('X-Request-Id must have'),
        ])
        expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      }
    expect(await world.snapshot()).toBe(before)
  })
})

describe('parameters', () => {
  it('of the document are the ones tested here', () => {
    expect(own.length).toBeGreaterThan(20)
    expect(own.flatMap(({ parameters }) => parameters.filter((p) => p.in === 'query')).length).toBeGreaterThan(8)
  })

  it.each(['nothing', 'constructor', '__proto__', 'toString'])(
    '%s is unknown to every operation of /v1',
    async (name) => {
      const before = await world.snapshot()
      for (const operation of own) {
        const { status, body } = await ask(operation, `${name}=1`)
        expect([operation.operationId, status, body.code, body.errors?.[0].field]).toEqual([
          operation.operationId,
          400,
          'unknown_parameter',
          name,
        ])
      }
      expect(await world.snapshot()).toBe(before)
    },
  )

  it('that are misspelt are told what they are nearest to', async () => {
    for (const operation of own)
      for (const { name } of operation.parameters.filter((p) => p.in === 'query'))
        for (const slip of [name.slice(0, -1), name.toUpperCase()]) {
          const { status, body } = await ask(operation, `${slip}=true`)
          expect([status, body.detail]).toEqual([
            400,
            `${slip} is no parameter of this operation: the nearest is ${name}.`,
          ])
        }
  })

  it('with a value that is none of theirs are refused, and nothing is written', async () => {
    const before = await world.snapshot()
    let asked = 0
    for (const operation of own)
      for (const { name, schema } of operation.parameters.filter((p) => p.in === 'query')) {
        if (!schema.enum && schema.type !== 'integer') continue
        const last = schema.enum?.at(-1) ?? String(schema.maximum)
        for (const value of ['', '1.5', 'TRUE', 'yes', `${last}0`, `${last}&${name}=${last}`]) {
          const { status, body } = await ask(operation, `${name}=${value}`)
          expect([operation.operationId, name, value, status, body.errors?.[0].field]).toEqual([
            operation.operationId,
            name,
            value,
            422,
            name,
          ])
          asked++
        }
      }
    expect(asked).toBeGreaterThan(30)
    expect(await world.snapshot()).toBe(before)
  })

  it.each<[string, string, string, object]>([
    ['PUT', '/v1/objects/people/records', 'prefer', { prefer: 'return=minmal' }],
    ['POST', '/v1/objects/people/records/batch', 'prefer', { prefer: 'return=' }],
    ['PUT', '/v1/objects/people/records', 'If-Match', { 'if-match': '3' }],
    ['PUT', '/v1/objects/people/records', 'Idempotency-Key', { 'idempotency-key': 'a b' }],
  ])('%s %s: the header %s is checked', async (method, path, field, headers) => {
    const before = await world.snapshot()
    const item = { match: { external_id: 'h' }, values: { external_id: 'h' } }
    const reply = await world.send(method, path, {
      headers: headers as Record<string, string>,
      body: method === 'PUT' ? item : [item],
    })
    expect([reply.status, reply.body.errors?.[0].field]).toEqual([422, field])
    expect(await world.snapshot()).toBe(before)
  })

  it('a stream and a batch that are misspelt write nothing', async () => {
    const before = await world.snapshot()
    const item = { match: { external_id: 'dry' }, values: { external_id: 'dry' } }
    for (const query of ['dryRun=1', 'dryRun=TRUE', 'atomic=yes', 'dryrun=true', 'dryRun']) {
      const many = await world.send('POST', `/v1/objects/people/records/batch?${query}`, { body: [item] })
      expect([query, many.status >= 400]).toEqual([query, true])
      const stream = await world.send('POST', `/v1/objects/people/records/batch?${query}`, {
        headers: { 'content-type': 'application/x-ndjson' },
        body: `${JSON.stringify(item)}\n`,
      })
      expect([query, stream.status]).toEqual([query, many.status])
    }
    expect(await world.snapshot()).toBe(before)
  })

  it('that a vendor does not know are passed over', async () => {
    const reply = await world.send('PUT', '/v2/crm/people?matchingAttribute=email&utm_source=x', {
      body: { firstName: 'V', emails: ['vendor@http.example'] },
    })
    expect(reply.status).toBe(201)
  })
})

describe('methods', () => {
  it('that a path does not take are 405 in every contract, with those that it takes', async () => {
    let asked = 0
    for (const { path } of all) {
      const url = filled(path)
      const there = all.filter((one) => isOf(one.path, url))
      const named = there.filter((one) => !one.path.endsWith('}'))
      const allowed = (named.length > 0 ? named : there).map((one) => one.method)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (allowed.includes(method)) continue
        const reply = await send(method, url, { token: admin })
        const told = `${method} ${url} ${JSON.stringify(reply.body)}`
        expect(reply.status, told).toBe(405)
        expect(
          reply.headers
            .get('allow')
            ?.split(', ')
            .filter((one) => one !== 'HEAD')
            .sort(),
          told,
        ).toEqual([...new Set(allowed)].sort())
        expect(JSON.stringify(reply.body), told).toMatch(/method_not_allowed/i)
        asked++
      }
    }
    expect(asked).toBeGreaterThan(80)
    const query = await send('GET', '/v1/objects/people/records/query', { token: admin })
    expect([query.status, query.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('of a path that is nobody’s are 404', async () => {
    expect((await world.send('GET', '/v1/nothing')).status).toBe(404)
    expect((await world.send('POST', '/api/v2/nothing')).status).toBe(404)
  })

  it('and a slash at the end changes nothing', async () => {
    expect((await world.send('GET', '/v1/objects/people/records/')).status).toBe(200)
    expect((await world.send('GET', '/v1/limits/')).status).toBe(200)
  })
})

describe('encoded bodies', () => {
  const encoded = async (text: string, format: 'gzip' | 'deflate') =>
    new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer()
  const put = async (body: ArrayBuffer | string, encoding: string, path = '/v1/objects/people/records') => {
    const headers = {
      authorization: `Bearer ${world.token}`,
      'content-type': 'application/json',
      'content-encoding': encoding,
    }
    const method = path.includes('/v1/') ? 'PUT' : 'POST'
    const response = await world.app.fetch(new Request(`http://edge.test${path}`, { method, headers, body }))
    return { status: response.status, body: (await response.json()) as { code?: string; status?: string } }
  }
  const item = JSON.stringify({ match: { external_id: 'zip' }, values: { external_id: 'zip' } })

  it.each(['gzip', 'x-gzip', 'GZIP', 'deflate', 'identity'])('%s is read', async (encoding) => {
    const format = encoding === 'deflate' ? 'deflate' : 'gzip'
    const body = encoding === 'identity' ? item : await encoded(item, format)
    expect([200, 201]).toContain((await put(body, encoding)).status)
  })

  it('the limit holds for what a body inflates to', async () => {
    const bomb = await encoded(JSON.stringify({ values: { first_name: 'x'.repeat(40_000_000) } }), 'gzip')
    expect(bomb.byteLength).toBeLessThan(100_000)
    expect(await put(bomb, 'gzip')).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  })

  it('what is not what its header says is malformed', async () => {
    expect(await put(item, 'gzip')).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
    const whole = await encoded(item, 'gzip')
    expect(await put(whole.slice(0, -9), 'gzip')).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
  })

  it('other encodings are 415 wherever a body is taken', async () => {
    // Of hooks nobody is told more than that there is none at this address.
    const taking = all.filter(({ takes, path }) => takes.length > 0 && !path.startsWith('/hooks/'))
    expect(taking.length).toBeGreaterThan(15)
    for (const operation of taking)
      for (const encoding of ['br', 'zstd', 'gzip, gzip', 'constructor']) {
        const path = filled(operation.path).replace(/idm\/[^/]+/, `idm/${world.organizationId}`)
        const reply = await send(operation.method, path, {
          token: tokenOf(operation),
          headers: { 'content-encoding': encoding },
          body: '{}',
        })
        expect([operation.operationId, encoding, reply.status]).toEqual([operation.operationId, encoding, 415])
      }
    const stream = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }
    expect((await world.send('POST', '/v1/objects/people/records/batch', { headers: stream, body: '{}' })).status).toBe(
      415,
    )
  })
})

describe('answers', () => {
  it('of the API are never taken for another type', async () => {
    for (const path of ['/v1/limits', '/v1/nothing', '/health', '/v2/crm/people'])
      expect((await world.send('GET', path)).headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('are 304 to a client that has the version', async () => {
    const values = { external_id: 'etag' }
    const made = await world.send('PUT', '/v1/objects/people/records', { body: { match: values, values } })
    for (const path of [
      `/v1/objects/people/records/${made.body.id}`,
      '/v1/objects/people/records/by/external_id/etag',
    ]) {
      const ask = (etag: string) => world.send('GET', path, { headers: { 'if-none-match': etag } })
      for (const etag of ['"1"', 'W/"1"', '"9", "1"', '*']) {
        const reply = await ask(etag)
        expect([reply.status, reply.body, reply.headers.get('etag')]).toEqual([304, '', '"1"'])
      }
      for (const etag of ['"2"', '1', '"11"', '']) expect((await ask(etag)).status).toBe(200)
    }
  })
})

describe('a slash at the end', () => {
  // Of every operation: test/edge/refusals.test.ts.
  it.each(['/health', '/ready', '/v1', '/v1/nothing', '/v2/crm', '/api/v2/contact', '/nothing'])(
    'of %s changes nothing',
    async (path) => {
      const [bare, slashed] = [await world.send('GET', path), await world.send('GET', `${path}/`)]
      const shown = (text: unknown) => JSON.stringify(text).replace(/urn:request:[^"]+/, '')
      expect([slashed.status, shown(slashed.body)]).toEqual([bare.status, shown(bare.body)])
    },
  )
})

describe('an idempotency key', () => {
  it('stands for method, path, query, If-Match, Prefer and body', async () => {
    const path = '/v1/objects/people/records'
    const item = { match: { external_id: 'print' }, values: { external_id: 'print' } }
    await world.send('PUT', path, { body: item })
    const ask = (headers: Record<string, string>, query = '', body: object = item) =>
      world.send('PUT', `${path}${query}`, { body, headers: { 'idempotency-key': 'print', ...headers } })
    const first = await ask({ 'if-match': '"1"' })
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([200, null])
    expect((await ask({ 'if-match': '"1"' })).headers.get('idempotency-replayed')).toBe('true')
    const others = [
      await ask({}),
      await ask({ 'if-match': '"2"' }),
      await ask({ 'if-match': '"1"', prefer: 'return=minimal' }),
      await ask({ 'if-match': '"1"' }, '?dryRun=false'),
      await ask({ 'if-match': '"1"' }, '', { ...item, reference: 'r' }),
    ]
    expect(others.map((reply) => reply.body.code)).toEqual(others.map(() => 'idempotency_mismatch'))
  })
})

describe('the address of the client', () => {
  const sent = { 'cf-connecting-ip': '203.0.113.1', 'x-forwarded-for': '1.1.1.1, 198.51.100.1, 10.0.0.2' }
  const told = async (setting?: string, proxies?: string) => {
    const address = workerAddress(setting, proxies)
    const app = new Hono<AppEnv>().get('/', (c) => c.json(address(c) ?? null))
    return (await app.request('/', { headers: sent })).json()
  }

  it('is told by Cloudflare, by the proxy in front, or by nobody, as the setting says', async () => {
    expect(await told()).toBe('203.0.113.1')
    expect(await told('cloudflare')).toBe('203.0.113.1')
    expect(await told('none')).toBeNull()
    expect(await told('forwarded')).toBe('10.0.0.2')
    expect(await told('forwarded', '10.0.0.0/8')).toBe('198.51.100.1')
    expect(() => workerAddress('cloudfare', undefined)).toThrow('CLIENT_ADDRESS')
    expect(() => workerAddress('forwarded', 'proxy')).toThrow('TRUSTED_PROXIES')
  })
})

describe('pages for people', () => {
  it('run no script but the site’s, and are taken for nothing else', async () => {
    for (const path of ['/home/', '/docs/', '/docs/errors/', '/docs/reference/', '/openapi.json', '/reference.js']) {
      const { status, headers } = await env.ASSETS.fetch(`http://edge.test${path}`)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/)
    }
  })
})
