import { describe, expect, it } from 'vitest'
import { signed } from '../../scripts/lib/caller.ts'
import type { ErrorCode } from '../../src/engine/errors.ts'
import { BODY_LIMIT } from '../../src/http/json-body.ts'
import { badBodies } from '../support/bad-bodies.ts'
import { allEntries } from '../support/contracts.ts'
import {
  type ExampleCase,
  exampleCases,
  fixtureCases,
  type Stage,
  stageOf,
  withValue,
} from '../support/example-cases.ts'
import { sendAs } from '../support/voices.ts'
import { type Call, COLD_CALLS, isolate, type Reply } from '../support/world.ts'

/**
 * What the next contract must refuse, from its own examples and its own table of statuses: a made-up contract meets what
 * test/edge/refusals.test.ts asks of every route of the document, and all of them meet what the document cannot tell.
 */

const LEAKS = /SQLITE|D1_ERROR|INSERT|SELECT |at \S+ \(|node_modules/
/** In every envelope, also where the status is that of a success. */
const CODE = /"code":"[a-zA-Z_-]+"/

it('covers every contract', () => {
  expect(new Set(exampleCases.map(({ entry }) => entry.name)).size).toBe(allEntries.length)
  expect(fixtureCases.length).toBeGreaterThan(0)
})

/** The accepted request, signed, with something else in some of its parts. */
const sendWith = ({ send, caller, request }: Stage, { examples }: ExampleCase, { body, headers = {} }: Call) => {
  const accepted = signed(request, examples, caller)
  return send(request.method, request.path, { token: null, body, headers: { ...accepted.headers, ...headers } })
}

const acceptedBy = ({ request, caller }: Stage, { examples, text }: ExampleCase) => {
  const { body } = signed(request, examples, caller)
  return { body, spoilt: (value: unknown) => withValue(body, text, value), limit: BODY_LIMIT }
}

const stages = new Map<ExampleCase, Promise<Stage>>()

/** Where nothing but refusals happens, which leave it as it was. */
const commonStageOf = (one: ExampleCase): Promise<Stage> => {
  const stage = stages.get(one) ?? stageOf(one)
  stages.set(one, stage)
  return stage
}

/** Sends it, and holds the answer against the contract's table, and the organisation against what it was. */
const refused = async (
  one: ExampleCase,
  stage: Stage,
  ask: (stage: Stage) => Promise<Reply>,
  code: ErrorCode,
): Promise<void> => {
  const before = await stage.snapshot()
  const reply = await ask(stage)
  expect(reply.status, JSON.stringify(reply.body)).toBe(one.contract.statusOf(code))
  const text = JSON.stringify(reply.body)
  expect(text).toMatch(CODE)
  expect(text).not.toMatch(LEAKS)
  expect(await stage.snapshot()).toBe(before)
}

describe.each(fixtureCases)('$title refuses', (one) => {
  it('bodies that cannot be read', async () => {
    const stage = await commonStageOf(one)
    for (const { code, ...bad } of badBodies(acceptedBy(stage, one)))
      await refused(one, stage, () => sendWith(stage, one, bad), code)
  })
  it('a request without a credential', async () => {
    const { method, path, body } = one.request
    await refused(
      one,
      await commonStageOf(one),
      ({ send }) => send(method, path, { token: null, body }),
      'missing_credentials',
    )
  })
  it.each<[string, ErrorCode, (stage: Stage) => Promise<string> | string]>([
    ['a key that is none', 'invalid_credentials', () => 'nonsense'],
    ['an unknown key of the right form', 'invalid_credentials', ({ token }) => `${token.slice(0, -4)}AAAA`],
    ['an expired key', 'invalid_credentials', async ({ issue }) => (await issue({ expiresAt: Date.now() - 1 })).secret],
    ['a key without the scope', 'missing_scope', async ({ issue }) => (await issue({ scopes: ['crm:read'] })).secret],
  ])('%s', async (_what, code, keyIn) => {
    const stage = await commonStageOf(one)
    const key = await keyIn(stage)
    await refused(one, stage, () => sendAs(stage, { ...stage.caller, key }, one.examples, stage.request), code)
  })
})

describe.each(exampleCases)('$title refuses for a text', (one) => {
  it.each([
    ['an object', { a: 1 }],
    ['a list', ['a']],
    ['true', true],
  ])('%s', async (_what, value) => {
    const stage = await commonStageOf(one)
    const body = acceptedBy(stage, one).spoilt(value)
    await refused(one, stage, () => sendWith(stage, one, { body }), 'wrong_type')
  })
})

describe('a key that is revoked on a warm isolate', () => {
  /** Refused by the contract or the engine, with a body that the parser takes. */
  const bad = ({ request, text }: ExampleCase): Readonly<Record<string, unknown>> => ({
    'a value that the attribute refuses': withValue(request.body, text, 'x'.repeat(300_000)),
    'an unknown member': { ...(request.body as object), no_such_member: 1 },
    nothing: {},
  })

  const bodies = exampleCases.flatMap((one) =>
    Object.entries(bad(one)).map(([what, body]) => ({ one, what, body, title: `${one.title}, ${what}` })),
  )

  it.each(bodies)('is told so, whatever else is wrong: $title', async ({ one, body }) => {
    const stage = await stageOf(one)
    const { id, secret } = await stage.issue()
    const caller = { ...stage.caller, key: secret }
    const warm = isolate(undefined, { contracts: allEntries })
    const first = await sendAs(warm, caller, one.examples, stage.request)
    expect(first.calls, JSON.stringify(first.body)).toBe(COLD_CALLS)
    await stage.revoke(id)
    const before = await stage.snapshot()
    const reply = await sendAs(warm, caller, one.examples, { ...stage.request, body })
    expect(reply.status, JSON.stringify(reply.body)).toBe(one.contract.statusOf('invalid_credentials'))
    expect(await stage.snapshot()).toBe(before)
  })

  it.each(exampleCases)('is told so also where it lacks the scope: $title', async (one) => {
    const stage = await commonStageOf(one)
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
