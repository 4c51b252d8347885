import { describe, expect, it } from 'vitest'
import { signed } from '../../scripts/lib/caller.ts'
import type { Described } from '../../scripts/lib/described.ts'
import type { Caller, ExampleRequest } from '../../src/contracts/kit/examples.ts'
import type { Path } from '../../src/engine/errors.ts'
import { allDescribed, allEntries } from '../support/contracts.ts'
import { refusalSuite } from '../support/refusals.ts'
import { addNeeds, callerOf, sendAs } from '../support/voices.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

/** What every writing operation of every contract must refuse, made from the contract's own examples. */

/** The same body with another value at one place. */
const withValue = (body: unknown, [name, ...rest]: Path, value: unknown): Record<string, unknown> => {
  const whole = body as Record<string, unknown>
  return name === undefined
    ? whole
    : { ...whole, [name]: rest.length === 0 ? value : withValue(whole[name], rest, value) }
}

interface Case extends Described {
  readonly title: string
  readonly request: ExampleRequest
  readonly text: Path
}

const cases: readonly Case[] = allDescribed.flatMap((described) =>
  described.examples.requests.flatMap((request) =>
    request.text
      ? [{ ...described, request, text: request.text, title: `${described.contract.title}: ${request.operationId}` }]
      : [],
  ),
)

const pathIn = ({ organizationId }: World, { path }: ExampleRequest) => path.replace('{organization}', organizationId)

/** Whatever the request builds on: the objects, and the records of the examples before it. */
const prepare = async (world: World, one: Case, caller: Caller) => {
  await addNeeds(world, one)
  for (const request of one.examples.requests) {
    if (request === one.request) return
    await sendAs(world, caller, one.examples, { ...request, path: pathIn(world, request) })
  }
}

it('covers every contract', () => {
  expect(new Set(cases.map(({ entry }) => entry.name)).size).toBe(allEntries.length)
})

for (const one of cases) {
  const { contract, examples, request, text } = one
  const shown = (key: string) =>
    signed(request, examples, { organizationId: '', memberId: '', key, developerSecret: '' }).headers
  let caller: Caller
  refusalSuite({
    name: one.title,
    method: request.method,
    contracts: allEntries,
    path: (world) => pathIn(world, request),
    status: {
      malformed: contract.statusOf('malformed_json'),
      mediaType: contract.statusOf('unsupported_media_type'),
      tooLarge: contract.statusOf('body_too_large'),
      value: contract.statusOf('wrong_type'),
      unauthenticated: contract.statusOf('invalid_credentials'),
      forbidden: contract.statusOf('missing_scope'),
    },
    headerCredentials: contract.credentials.in === 'header',
    showKey: shown,
    prepare: async (world) => {
      caller = await callerOf(world)
      await prepare(world, one, caller)
    },
    body: () => signed(request, examples, caller).body as Record<string, unknown>,
    spoil: (body, value) => withValue(body, text, value),
    // Where refusals have the status of success, too, the body says which it is.
    alsoExpect: ({ body }) => expect(JSON.stringify(body)).toMatch(/"code":"[a-zA-Z_-]+"/),
  })
}

describe('a key that is revoked on a warm isolate', () => {
  /** Bodies that are refused in each of the layers: by the parser, by the schema, by the contract or the engine. */
  const bad = (one: Case) => ({
    'no JSON': '{"a":',
    'a value of another type': withValue(one.request.body, one.text, { a: 1 }),
    'a value that the attribute refuses': withValue(one.request.body, one.text, 'x'.repeat(300_000)),
    'an unknown member': { ...(one.request.body as object), no_such_member: 1 },
    nothing: {},
  })

  it.each(cases)('is 401 whatever else is wrong: $title', async (one) => {
    const own = await createWorld({ contracts: allEntries })
    const caller = await callerOf(own)
    await prepare(own, one, caller)
    const path = pathIn(own, one.request)
    for (const [what, body] of Object.entries(bad(one))) {
      const { id, secret } = await own.issue()
      const asked = { ...caller, key: secret }
      const warm = isolate(undefined, { contracts: allEntries })
      const good = await sendAs(warm, asked, one.examples, { ...one.request, path })
      expect(JSON.stringify(good.body)).not.toMatch(/"code":"(?!opt_)/)
      await own.revoke(id)
      const before = await own.snapshot()
      // Where credentials are in the body, a body that cannot be parsed shows none.
      if (typeof body === 'string' && one.contract.credentials.in === 'body') continue
      const { method, headers } = signed({ ...one.request, path }, one.examples, asked)
      const sent = typeof body === 'string' ? body : signed({ ...one.request, body }, one.examples, asked).body
      const reply = await warm.send(method, path, { token: null, headers, body: sent })
      expect([reply.status, what]).toEqual([one.contract.statusOf('invalid_credentials'), what])
      expect(await own.snapshot()).toBe(before)
    }
  })

  it.each(cases)('a refused value costs one look and no more while the key holds: $title', async (one) => {
    const own = await createWorld({ contracts: allEntries })
    const caller = await callerOf(own)
    await prepare(own, one, caller)
    const path = pathIn(own, one.request)
    const warm = isolate(undefined, { contracts: allEntries })
    await sendAs(warm, caller, one.examples, { ...one.request, path })
    const body = withValue(one.request.body, one.text, { a: 1 })
    const reply = await sendAs(warm, caller, one.examples, { ...one.request, path, body })
    expect([reply.status, reply.calls]).toEqual([one.contract.statusOf('wrong_type'), 1])
  })
})
