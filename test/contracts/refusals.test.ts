import { beforeAll, describe, expect, it } from 'vitest'
import { signed } from '../../scripts/lib/caller.ts'
import type { ErrorCode } from '../../src/engine/errors.ts'
import { allEntries } from '../support/contracts.ts'
import { type ExampleCase, exampleCases, type Stage, stageOf, withValue } from '../support/example-cases.ts'
import { sendAs } from '../support/voices.ts'
import { type Call, createWorld, isolate, type Reply } from '../support/world.ts'

/** What every contract must refuse, from its own examples and its own table of statuses. */

const LEAKS = /SQLITE|D1_ERROR|INSERT|SELECT |at \S+ \(|node_modules/
/** In every envelope, also where the status is that of a success. */
const CODE = /"code":"[a-zA-Z_-]+"/
const deep = JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) as unknown

it('covers every contract', () => {
  expect(new Set(exampleCases.map(({ entry }) => entry.name)).size).toBe(allEntries.length)
})

/** The accepted request, signed, with something else in some of its parts. */
const sendWith = ({ send, caller, request }: Stage, { examples }: ExampleCase, { body, headers = {} }: Call = {}) => {
  const accepted = signed(request, examples, caller)
  return send(request.method, request.path, {
    token: null,
    body: body === undefined ? accepted.body : body,
    headers: { ...accepted.headers, ...headers },
  })
}

describe.each(exampleCases)('$title refuses', (one) => {
  let stage: Stage
  let before: string
  beforeAll(async () => {
    stage = await stageOf(one)
    before = await stage.snapshot()
  })

  const refused = async (reply: Reply, code: ErrorCode) => {
    expect(reply.status, JSON.stringify(reply.body)).toBe(one.contract.statusOf(code))
    const text = JSON.stringify(reply.body)
    expect(text).toMatch(CODE)
    expect(text).not.toMatch(LEAKS)
    expect(await stage.snapshot()).toBe(before)
  }
  const accepted = () => signed(stage.request, one.examples, stage.caller).body
  const spoilt = (value: unknown) => withValue(accepted(), one.text, value)

  it.each<[string, ErrorCode, () => Call]>([
    ['malformed JSON', 'malformed_json', () => ({ body: '{"a":' })],
    ['an empty body', 'malformed_json', () => ({ body: '' })],
    ['a body that is no object', 'body_not_object', () => ({ body: '[1]' })],
    ['another content type', 'unsupported_media_type', () => ({ headers: { 'content-type': 'text/plain' } })],
    ['a body over the limit', 'body_too_large', () => ({ body: `{"a":"${'x'.repeat(1_048_576)}"}` })],
    ['nesting over 16', 'too_deep', () => ({ body: spoilt(deep) })],
    [
      'a reserved name',
      'unsafe_value',
      () => ({ body: JSON.stringify(accepted()).replace('{', '{"__proto__":{"admin":true},') }),
    ],
    ['a NUL character', 'unsafe_value', () => ({ body: spoilt('a\u0000b') })],
    ['half a surrogate pair', 'unsafe_value', () => ({ body: spoilt('a\ud800b') })],
    ['a number beyond the safe integers', 'unsafe_value', () => ({ body: spoilt(1e20) })],
    ['an object for a text', 'wrong_type', () => ({ body: spoilt({ a: 1 }) })],
    ['a list for a text', 'wrong_type', () => ({ body: spoilt(['a']) })],
    ['true for a text', 'wrong_type', () => ({ body: spoilt(true) })],
  ])('%s', async (_name, code, call) => refused(await sendWith(stage, one, call()), code))

  const withKey = (key: string) => sendAs(stage, { ...stage.caller, key }, one.examples, stage.request)

  it('a request without a credential', async () =>
    refused(
      await stage.send(stage.request.method, stage.request.path, { token: null, body: stage.request.body }),
      'missing_credentials',
    ))
  it('a key that is none', async () => refused(await withKey('nonsense'), 'invalid_credentials'))
  it('an unknown key of the right form', async () =>
    refused(await withKey(`${stage.token.slice(0, -4)}AAAA`), 'invalid_credentials'))
  it('a key with the hint of another organisation', async () => {
    const other = await createWorld()
    const hint = (id: string) => id.replaceAll('-', '')
    const forged = stage.token.replace(hint(stage.organizationId), hint(other.organizationId))
    await refused(await withKey(forged), 'invalid_credentials')
  })
  it('an expired key', async () =>
    refused(await withKey((await stage.issue({ expiresAt: Date.now() - 1 })).secret), 'invalid_credentials'))
  it('a key without the scope', async () =>
    refused(await withKey((await stage.issue({ scopes: ['crm:read'] })).secret), 'missing_scope'))
})

describe('a key that is revoked on a warm isolate', () => {
  /** Refused in each of the layers: by the parser, by the schema, by the contract or the engine. */
  const bad = ({ request, text }: ExampleCase): Record<string, unknown> => ({
    'no JSON': '{"a":',
    'a value of another type': withValue(request.body, text, { a: 1 }),
    'a value that the attribute refuses': withValue(request.body, text, 'x'.repeat(300_000)),
    'an unknown member': { ...(request.body as object), no_such_member: 1 },
    nothing: {},
  })

  const bodies = exampleCases.flatMap((one) =>
    Object.entries(bad(one))
      // Where credentials are in the body, a body that cannot be parsed shows none.
      .filter(([, body]) => typeof body === 'object' || one.contract.credentials.in === 'header')
      .map(([what, body]) => ({ one, what, body, title: `${one.title}, ${what}` })),
  )

  it.each(bodies)('is told so, whatever else is wrong: $title', async ({ one, body }) => {
    const stage = await stageOf(one)
    const { id, secret } = await stage.issue()
    const caller = { ...stage.caller, key: secret }
    const warm = isolate(undefined, { contracts: allEntries })
    const first = await sendAs(warm, caller, one.examples, stage.request)
    expect(first.calls, JSON.stringify(first.body)).toBe(2)
    await stage.revoke(id)
    const before = await stage.snapshot()
    const reply = await sendAs(warm, caller, one.examples, { ...stage.request, body })
    expect(reply.status, JSON.stringify(reply.body)).toBe(one.contract.statusOf('invalid_credentials'))
    expect(await stage.snapshot()).toBe(before)
  })

  it.each(exampleCases)('is told so also where it lacks the scope: $title', async (one) => {
    const stage = await stageOf(one)
    const { id, secret } = await stage.issue({ scopes: ['crm:read'] })
    const warm = isolate(undefined, { contracts: allEntries })
    const ask = () => sendAs(warm, { ...stage.caller, key: secret }, one.examples, stage.request)
    expect((await ask()).status).toBe(one.contract.statusOf('missing_scope'))
    await stage.revoke(id)
    expect((await ask()).status).toBe(one.contract.statusOf('invalid_credentials'))
  })

  it.each(exampleCases)('is looked for once, and not again while it holds: $title', async (one) => {
    const stage = await stageOf(one)
    const warm = isolate(undefined, { contracts: allEntries })
    await sendAs(warm, stage.caller, one.examples, stage.request)
    const body = withValue(stage.request.body, one.text, { a: 1 })
    const reply = await sendAs(warm, stage.caller, one.examples, { ...stage.request, body })
    expect([reply.status, reply.calls]).toEqual([one.contract.statusOf('wrong_type'), 1])
  })
})
