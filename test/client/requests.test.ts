import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  AnsweredError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  EdgeUpsert,
  EdgeUpsertError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from '../../src/client/index.ts'
import { useClientWorld } from '../support/client-world.ts'
import { answers, cutAfter, type Fault, faults, startFaultProxy } from '../support/fault-proxy.ts'

/** What the client promises of one request: over the real server, with a proxy between them at which things go wrong. */

const world = useClientWorld()
const { paths } = JSON.parse(readFileSync('public/openapi.json', 'utf8'))
const { drops, loses, hangs } = faults

/** Nobody is waited for when something is refused: what should have been thrown is returned. */
const thrownBy = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown')
}

let made = 0
const someone = () => `someone-${++made}@client.example`
const person = (email: string) => ({ values: { emails: [email] } })
const countOf = async (email: string) => {
  let count = 0
  const filter = { attribute: 'emails', operator: 'eq', value: email } as const
  for await (const _ of world.client().records('people').query({ filter })) count++
  return count
}

describe('a request that fails in passing', () => {
  const passing: readonly (readonly [string, readonly Fault[]])[] = [
    ['a connection that is dropped', [drops]],
    ['an answer that is lost', [loses]],
    ['an answer that breaks off', [cutAfter(20)]],
    ['two of them', [loses, cutAfter(1)]],
    ['408', [answers(408)]],
    ['429', [answers(429)]],
    ['500', [answers(500)]],
    ['502 with a page', [answers(502, { 'content-type': 'text/html' }, '<html></html>')]],
    ['503 that says when', [answers(503, { 'retry-after': '0' })]],
    ['504', [answers(504)]],
  ]
  it.concurrent.for(passing)('%s: is sent again, and done once', async ([, sequence], { expect }) => {
    // Each has a proxy of its own, so that they need not wait for each other's pauses.
    const proxy = await startFaultProxy(world.serverUrl)
    try {
      proxy.next(sequence)
      const email = someone()
      // Without a match: whatever is done twice would make two.
      const result = await world
        .client({ url: proxy.url })
        .records('people')
        .assert({ values: { last_name: email } })
      expect(result.status).toBe('created')
      expect(proxy.seen).toHaveLength(sequence.length + 1)
      const keys = new Set(proxy.seen.map(({ headers }) => headers['idempotency-key']))
      expect([keys.size, [...keys][0]]).toEqual([1, expect.stringMatching(/^[0-9a-f-]{36}$/)])
      expect(new Set(proxy.seen.map(({ body }) => body)).size).toBe(1)
      const all = world
        .client()
        .records('people')
        .query({ filter: { attribute: 'last_name', operator: 'eq', value: email } })
      const found: string[] = []
      for await (const { id } of all) found.push(id)
      expect(found).toEqual([result.id])
    } finally {
      await proxy.close()
    }
  })

  it('has no key where it may be done twice: that costs a row of the database for each item', async () => {
    const email = someone()
    const item = { match: { emails: email }, values: { emails: [email] } }
    const people = world.client().records('people')
    const hasKey = async (asked: Promise<unknown>) => {
      await asked.catch(() => undefined)
      return world.proxy.seen.at(-1)?.headers['idempotency-key'] !== undefined
    }
    expect(await hasKey(people.assert(item))).toBe(false)
    expect(await hasKey(people.assertBatch([item, item]))).toBe(false)
    expect(await hasKey(people.assert({ values: item.values }, { dryRun: true }))).toBe(false)
    expect(await hasKey(people.assert({ values: {} }))).toBe(true)
    expect(await hasKey(people.assert({ ...item, mode: 'insert' }))).toBe(true)
    expect(await hasKey(people.assert({ ...item, ifVersion: 1 }))).toBe(true)
    expect(await hasKey(people.assertBatch([item, { values: {} }]))).toBe(true)
    const path = { object: 'people' }
    const headers = { 'if-match': '"1"' }
    expect(
      await hasKey(world.client().call('put', '/v1/objects/{object}/records', { path, headers, body: item })),
    ).toBe(true)
    expect(await hasKey(people.assert(item, { idempotencyKey: 'mine' }))).toBe(true)
  })

  it('is sent twice again, and no more, and the error says how often', async () => {
    world.proxy.next([], drops)
    const error = await thrownBy(world.client().records('people').get('00000000-0000-7000-8000-000000000000'))
    expect(error).toBeInstanceOf(ConnectionError)
    expect((error as ConnectionError).attempts).toBe(3)
    expect(world.proxy.seen).toHaveLength(3)
  })

  it('is sent as often as is said', async () => {
    world.proxy.next([], drops)
    await thrownBy(world.client({ retries: 0 }).records('people').assert(person(someone())))
    expect(world.proxy.seen).toHaveLength(1)
  })

  it('waits as long as the server asks', async () => {
    world.proxy.next([answers(429, { 'retry-after': '1' })])
    await world.client().records('people').assert(person(someone()))
    const [first, second] = world.proxy.seen
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  it('comes again at another moment than those that failed with it', async () => {
    const clients = 10
    world.proxy.next(Array(clients).fill(answers(500)))
    const people = world.client().records('people')
    await Promise.all(Array.from({ length: clients }, () => people.assert(person(someone()))))
    const sent = Map.groupBy(world.proxy.seen, ({ body }) => body)
    const pauses = [...sent.values()].map(([first, second]) => (second?.at ?? 0) - (first?.at ?? 0))
    expect(pauses).toHaveLength(clients)
    // That all of them wait for the last fifth happens once in ten millions.
    expect(Math.min(...pauses)).toBeLessThan(400)
  })

  it('is not waited for longer than a minute: the error says how long', async () => {
    world.proxy.next([answers(429, { 'retry-after': '61' })])
    const error = await thrownBy(world.client().records('people').assert(person(someone())))
    expect(error).toBeInstanceOf(RateLimitError)
    expect((error as RateLimitError).retryAfterMs).toBe(61_000)
    expect(world.proxy.seen).toHaveLength(1)
  })

  it('takes a lost erasure for what it is', async () => {
    const { id } = await world.client().records('people').assert(person(someone()))
    world.proxy.next([loses])
    await expect(
      world
        .client()
        .records('people')
        .erase(id ?? ''),
    ).resolves.toBeUndefined()
    expect(
      await thrownBy(
        world
          .client()
          .records('people')
          .erase(id ?? ''),
      ),
    ).toBeInstanceOf(NotFoundError)
  })
})

describe('what must not be done twice and has no key', () => {
  const issue = (name: string) => world.client().call('post', '/v1/keys', { body: { name, scopes: ['crm:read'] } })

  it('is not sent again when it may have been done', async () => {
    for (const fault of [loses, answers(500), answers(503, { 'retry-after': '0' })]) {
      world.proxy.next([fault])
      expect(await thrownBy(issue(someone()))).toBeInstanceOf(EdgeUpsertError)
      expect(world.proxy.seen).toHaveLength(1)
    }
  })

  /** Told by the document alone: they never answer that it was there already. */
  const anew = Object.entries(paths as Record<string, Record<string, { readonly responses: object }>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods)
        .filter(([, { responses }]) => path.startsWith('/v1/') && '201' in responses && !('200' in responses))
        .map(([method]) => `${method} ${path}`),
  )
  it('is whatever makes another one each time, secrets of subscriptions among it', async () => {
    expect(anew).toEqual([
      'post /v1/keys',
      'post /v1/keys/{id}/rotate',
      'post /v1/subscriptions/{id}/secrets',
      'post /v1/tenants',
      'post /v1/tenants/{id}/keys',
    ])
    for (const operation of anew) {
      const [method, path] = operation.split(' ')
      world.proxy.next([answers(500)])
      const asked = { path: { id: 'a' }, body: {} }
      await thrownBy(world.client().call(method as 'post', path as '/v1/keys/{id}/rotate', asked))
      expect([operation, world.proxy.seen.length]).toEqual([operation, 1])
    }
  })

  it('is sent again when it was not begun', async () => {
    world.proxy.next([answers(429)])
    expect(await issue(someone())).toMatchObject({ secret: expect.stringMatching(/^eu_/) })
    expect(world.proxy.seen).toHaveLength(2)
  })
})

describe('an option', () => {
  const people = () => world.client().records('people')
  const id = '00000000-0000-7000-8000-000000000000'
  const misspelt = { dryrun: true } as object
  const asked: readonly (readonly [string, () => unknown])[] = [
    ['of the client', () => world.client({ retry: 3 } as object)],
    ['of assert', () => people().assert(person(someone()), misspelt)],
    ['of assertBatch', () => people().assertBatch([person(someone())], misspelt)],
    ['of assertMany', () => people().assertMany([person(someone())], { inflight: 1 } as object)],
    ['of get', () => people().get(id, misspelt)],
    ['of getBy', () => people().getBy('emails', 'a@b.example', misspelt)],
    ['of query', () => people().query({}, misspelt)],
    ['of history', () => people().history(id, misspelt)],
    ['of revert', () => people().revert(id, 1, misspelt)],
    ['of merge', () => people().merge(id, { id }, misspelt)],
    ['of change', () => people().change({ change: 'archive', filter: { and: [] } }, misspelt)],
    ['of archive', () => people().archive(id, misspelt)],
    ['of restore', () => people().restore(id, misspelt)],
    ['of erase', () => people().erase(id, misspelt)],
    ['of changes', () => world.client().changes({ from: 'now' } as object)],
    ['of undo', () => world.client().undo({ importId: 'x' }, misspelt)],
    ['of a call', () => world.client().call('get', '/v1/limits', { header: {} } as object)],
  ]
  it.for(asked)('%s that is misspelt is an error, and nothing is sent', async ([, ask]) => {
    const thrown = thrownBy((async () => ask())())
    expect(await thrown).toBeInstanceOf(TypeError)
    expect(await thrown).toMatchObject({
      message: expect.stringMatching(/^\w+: there is no such option here; there are /),
    })
    expect(world.proxy.seen).toHaveLength(0)
  })

  it.for<readonly [string, () => unknown]>([
    ['retries', () => world.client({ retries: Number.NaN })],
    ['retries', () => world.client({ retries: -1 })],
    ['timeoutMs', () => world.client({ timeoutMs: 0 })],
    ['timeoutMs', () => world.client({ timeoutMs: Number.POSITIVE_INFINITY })],
    ['timeoutMs', () => people().get(id, { timeoutMs: -1 })],
    ['inFlight', () => people().assertMany([], { inFlight: 0 })],
    ['batchItems', () => people().assertMany([], { batchItems: 0.5 })],
    ['dryRun', () => people().assert(person(someone()), { dryRun: 'no' } as object)],
    ['items', () => people().assertMany('text' as never)],
    ['items', () => people().assertMany(undefined as never)],
  ])('%s that cannot be meant is an error that names it', async ([name, ask]) => {
    const thrown = await thrownBy((async () => ask())())
    expect(thrown).toBeInstanceOf(TypeError)
    expect(thrown).toMatchObject({ message: expect.stringMatching(new RegExp(`^${name}: `)) })
    expect(world.proxy.seen).toHaveLength(0)
  })
})

describe('time', () => {
  it('of an attempt is limited, its answer included', async () => {
    world.proxy.next([], hangs)
    const error = await thrownBy(world.client({ timeoutMs: 50, retries: 1 }).call('get', '/v1/limits', {}))
    expect(error).toBeInstanceOf(TimeoutError)
    expect([(error as TimeoutError).attempts, world.proxy.seen.length]).toEqual([2, 2])
    const halfWay: Fault = (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":')
    world.proxy.next([], halfWay)
    expect(await thrownBy(world.client({ timeoutMs: 50, retries: 0 }).call('get', '/v1/limits', {}))).toBeInstanceOf(
      TimeoutError,
    )
  })

  it('ends when the signal comes: before, while it is answered, and while it waits to be sent again', async () => {
    const reason = new Error('Enough')
    const stopped = AbortSignal.abort(reason)
    expect(await thrownBy(world.client().call('get', '/v1/limits', { signal: stopped }))).toBe(reason)
    expect(world.proxy.seen).toHaveLength(0)
    for (const fault of [hangs, answers(429, { 'retry-after': '30' })]) {
      const stopping = new AbortController()
      world.proxy.next([
        (response, forward, request) => {
          fault(response, forward, request)
          setTimeout(() => stopping.abort(reason), 50)
        },
      ])
      expect(await thrownBy(world.client().call('get', '/v1/limits', { signal: stopping.signal }))).toBe(reason)
      expect(world.proxy.seen).toHaveLength(1)
    }
  })
})

describe('a refusal', () => {
  const id = '00000000-0000-7000-8000-000000000000'
  const cases: readonly (readonly [
    string,
    number,
    string,
    typeof AnsweredError,
    (client: EdgeUpsert) => Promise<unknown>,
  ])[] = [
    [
      'a value that is none',
      422,
      'invalid_value',
      InvalidRequestError,
      (one) => one.records('people').assert(person('nobody')),
    ],
    [
      'a shape that is none',
      400,
      'unknown_parameter',
      InvalidRequestError,
      (one) => one.call('get', '/v1/limits', { query: { a: 1 } } as never),
    ],
    ['a record that is none', 404, 'record_not_found', NotFoundError, (one) => one.records('people').get(id)],
    ['an object that is none', 404, 'unknown_object', NotFoundError, (one) => one.records('planets').get(id)],
    [
      'a record in the way',
      409,
      'record_exists',
      ConflictError,
      async (one) => {
        const email = someone()
        await one.records('people').assert(person(email))
        return one.records('people').assert({ ...person(email), match: { emails: email }, mode: 'insert' })
      },
    ],
    [
      'another version',
      412,
      'version_mismatch',
      ConflictError,
      async (one) => {
        const email = someone()
        await one.records('people').assert(person(email))
        return one.records('people').assert({ values: { first_name: 'A' }, match: { emails: email }, ifVersion: 7 })
      },
    ],
    [
      'a key that is none',
      401,
      'invalid_credentials',
      AuthenticationError,
      () => world.client({ key: 'eu_none' }).records('people').get(id),
    ],
    [
      'a key that may not',
      403,
      'missing_scope',
      PermissionError,
      async (one) => {
        const { secret } = await one.call('post', '/v1/keys', { body: { name: someone(), scopes: ['crm:read'] } })
        return world.client({ key: secret }).records('people').assert(person(someone()))
      },
    ],
  ]
  it.for(cases)(
    '%s: is an error of its family, with code and request id, and is not sent again',
    async ([, status, code, family, ask]) => {
      const error = await thrownBy(ask(world.client()))
      expect(error).toBeInstanceOf(family)
      expect(error).toMatchObject({ status, code, attempts: 1, requestId: expect.stringMatching(/^[\w-]{8,}$/) })
      expect((error as Error).message).toMatch(/^\S.*\.$/)
    },
  )

  it('names the field and the record in the way', async () => {
    const email = someone()
    const { id } = await world.client().records('people').assert(person(email))
    const error = await thrownBy(world.client().records('people').assert(person(email)))
    expect(error).toMatchObject({ field: 'emails', problem: { conflicts: [{ value: email, recordId: id }] } })
  })

  it('of somebody else is no refusal of the server', async () => {
    world.proxy.next([], answers(403, { 'content-type': 'text/html' }, '<html>Sign in</html>'))
    const refused = await thrownBy(world.client().records('people').get(id))
    expect(refused).toBeInstanceOf(PermissionError)
    expect(refused).toMatchObject({
      code: undefined,
      problem: undefined,
      message: expect.stringMatching(/no edge-upsert/),
    })
    world.proxy.next([], answers(200, { 'content-type': 'text/html' }, '<html>Sign in</html>'))
    expect(await thrownBy(world.client().records('people').get(id))).toBeInstanceOf(AnsweredError)
  })

  it('of a failure is a ServerError in the end', async () => {
    world.proxy.next([], answers(503, { 'retry-after': '0' }))
    expect(await thrownBy(world.client().records('people').get(id))).toBeInstanceOf(ServerError)
    expect(world.proxy.seen).toHaveLength(3)
  })
})

describe('the url', () => {
  it('may have a path, and a slash at its end', async () => {
    for (const url of [world.proxy.url, `${world.proxy.url}/`, `${world.proxy.url}//`])
      expect(await world.client({ url }).call('get', '/v1/limits', {})).toMatchObject({ batchItems: 1_000 })
    expect(world.proxy.seen.map(({ path }) => path)).toEqual(Array(3).fill('/v1/limits'))
  })

  it('that is none is refused at once, and so is a parameter of the path that is missing', async () => {
    for (const url of ['', 'crm.example', 'ftp://crm.example'])
      expect(() => new EdgeUpsert({ url, key: 'k' })).toThrow(/^url: /)
    expect(await thrownBy(world.client().records('people').get(''))).toBeInstanceOf(TypeError)
    expect(world.proxy.seen).toHaveLength(0)
  })

  it('that speaks no TLS is told so, in words without the sources of OpenSSL', async () => {
    const client = world.client({ url: world.proxy.url.replace('http:', 'https:'), retries: 0 })
    const error = await thrownBy(client.call('get', '/v1/limits', {}))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(String(error)).toMatch(/\(ERR_SSL_\w+\)$/)
  })

  it('keeps what a value has of its own', async () => {
    const email = 'a/b?c#d%e@client.example'
    await world.client().records('people').assert(person(email))
    expect((await world.client().records('people').getBy('emails', email)).values).toEqual({ emails: [email] })
    expect(await countOf(email)).toBe(1)
  })
})
