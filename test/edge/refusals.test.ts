import { v7 } from 'uuid'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../src/contracts/kit/json.ts'
import type { ErrorCode } from '../../src/engine/errors.ts'
import { badBodies } from '../support/bad-bodies.ts'
import { type Operation, operations } from '../support/openapi.ts'
import { isOperated } from '../support/operator.ts'
import {
  createOwnStage,
  createStage,
  documented,
  idIn,
  isRepeatable,
  type Performer,
  performerOf,
  type Stage,
  segmentOfId,
} from '../support/refusals.ts'
import { isolate } from '../support/world.ts'

/** Every operation of the OpenAPI document refuses what none may do; test/support/refusals.ts makes the requests. */

it('meets every route that the app has', async () => {
  const mounted = (await isolate().app.contractApps()).flatMap((app) =>
    app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`),
  )
  expect(new Set(mounted)).toEqual(new Set(documented()))
  expect(operations.length).toBe(documented().length)
  expect(
    operations
      .filter(({ credentials }) => credentials === 'none')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['answerChallenge', 'getLimits', 'receiveDelivery'])
  const operated = operations.filter(({ credentials }) => credentials === 'operator')
  expect(operated).toEqual(operations.filter(({ path }) => isOperated(path)))
  expect(operated).not.toEqual([])
})

const DAY = 86_400_000

/** Operations that are refused on one stage: a stage takes longer than all that one of them refuses, and loses nothing by it. */
const ON_A_STAGE = 12
const stages: Promise<Stage>[] = []
const stageOf = (operation: Operation): Promise<Stage> => {
  const at = Math.floor(operations.indexOf(operation) / ON_A_STAGE)
  stages[at] ??= createStage()
  return stages[at]
}

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  let stage: Stage
  let performer: Performer
  beforeAll(async () => {
    stage = await stageOf(operation)
    performer = await performerOf(operation, stage)
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  let own: Promise<Stage> | undefined
  /** Where it may be accepted: what only reads leaves the others' stage as it is, and what can be repeated its own. */
  const ownStage = async () => {
    if (operation.method === 'GET') return stage
    if (!isRepeatable(operation)) return createOwnStage(operation)
    own ??= createOwnStage(operation)
    return own
  }

  /** What may be in the log of operators, refused or not. */
  const mayChange = operation.credentials === 'operator' && operation.method !== 'GET'
  const isChange = mayChange && operation.id !== 'verifyTenant'
  const logged = async ({ driver }: Stage) => {
    const sql = 'SELECT action, tenant_id, outcome FROM operator_log ORDER BY sequence'
    return (await driver.batch([{ sql, params: [] }])).results[0]?.rows ?? []
  }

  it('accepts what the others spoil', async () => {
    const own = await ownStage()
    const { key, request, send, succeeds } = await performerOf(operation, own)
    const before = await logged(own)
    const reply = await send(request((await key()).secret))
    succeeds(reply)
    // Of operators everything that may change something is written down. The example of `verify` only looks.
    const after = await logged(own)
    expect(after.length - before.length).toBe(isChange ? 1 : 0)
    const ofAll = operation.id === 'takeOverTenants'
    if (isChange) expect(after.at(-1)?.tenant_id).toEqual(ofAll ? null : expect.any(String))
    if (operation.credentials === 'body') expect(reply.body.status).toBe('success')
    if (operation.body?.isArray) expect(reply.body.summary.created + reply.body.summary.unchanged).toBeGreaterThan(0)
  })

  it('is the same with a slash at its end', async () => {
    const own = await ownStage()
    const { key, request, send, slashed, succeeds } = await performerOf(operation, own)
    const reply = await send(slashed(request((await key()).secret)))
    succeeds(reply)
    if (operation.credentials === 'body') expect(reply.body.status).toBe('success')
  })

  if (operation.credentials === 'none') return

  const refused = (sent: Parameters<Performer['refused']>[0], ...codes: readonly [ErrorCode, ...ErrorCode[]]) =>
    performer.refused(sent, ...codes)

  describe('who asks', () => {
    it('nobody', () => refused(performer.request(null), 'missing_credentials'))
    it('nobody, with a slash at the end of the path', () =>
      refused(performer.slashed(performer.request(null)), 'missing_credentials'))
    it('with what is no credential', () => refused(performer.request('nonsense'), 'invalid_credentials'))
    it('with an unknown key of the right form', () =>
      refused(performer.request(`${stage.token.slice(0, -4)}AAAA`), 'invalid_credentials'))
    it('with a key that has the hint of another organisation', async () => {
      const hint = (organizationId: string) => organizationId.replaceAll('-', '')
      const { secret } = await stage.issue({ scopes: ['crm:read', 'crm:write', 'admin'] })
      const forged = secret.replace(hint(stage.organizationId), hint(stage.other.organizationId))
      expect(forged).not.toBe(secret)
      await refused(performer.request(forged), 'invalid_credentials')
    })
    it('with a developer secret in the place of a key', () =>
      refused(performer.request(stage.developerSecret), 'invalid_credentials'))

    if (operation.credentials === 'operator') {
      it("with an organisation's administrator key", async () => {
        const { secret } = await stage.issue({ scopes: ['crm:read', 'crm:write', 'admin'] })
        await refused(performer.request(secret), 'invalid_credentials')
      })
      return
    }

    it('with an expired key', async () => {
      const { secret } = await performer.key({ expiresAt: Date.now() - 1 })
      await refused(performer.request(secret), 'invalid_credentials')
    })
    it('with a key that expires on a warm isolate', async () => {
      const expiresAt = Date.now() + DAY
      const { secret } = await performer.key({ expiresAt })
      await performer.warm(secret)
      vi.setSystemTime(expiresAt + 1)
      await refused(performer.request(secret), 'invalid_credentials')
    })
    it('with a key that is revoked on a warm isolate', async () => {
      const key = await performer.key()
      await performer.warm(key.secret)
      await stage.revoke(key.id)
      await refused(performer.request(key.secret), 'invalid_credentials')
    })
    if (operation.body)
      it.each([
        ['a wrong type', () => performer.spoilt({ a: 1 })],
        ['another shape', () => 'null'],
        ['JSON that is cut off', () => '{"a":'],
      ])('with a key that is revoked on a warm isolate, and %s', async (_what, body) => {
        // With credentials in the body, there are none where there is no body.
        if (operation.credentials === 'body' && typeof body() === 'string') return
        const key = await performer.key()
        await performer.warm(key.secret)
        await stage.revoke(key.id)
        await refused(performer.request(key.secret, body()), 'invalid_credentials')
      })
    it('with a key that was rotated away on a warm isolate', async () => {
      const key = await performer.key()
      const { secret: admin } = await stage.issue({ scopes: ['admin'] })
      await performer.warm(key.secret)
      const rotated = await stage.send('POST', `/v1/keys/${key.id}/rotate`, {
        token: admin,
        body: { overlapSeconds: 0 },
      })
      expect(rotated.status).toBe(201)
      await refused(performer.request(key.secret), 'invalid_credentials')
    })
    it('with the key of a member who is removed on a warm isolate', async () => {
      const { secret: admin } = await stage.issue({ scopes: ['admin'] })
      const member = await stage.send('POST', '/v1/members', {
        token: admin,
        body: { name: 'Leaver', email: `leaver-of-${id.toLowerCase()}@engine.example` },
      })
      const key = await performer.key({ memberId: member.body.id })
      await performer.warm(key.secret)
      expect((await stage.send('DELETE', `/v1/members/${member.body.id}`, { token: admin })).status).toBe(204)
      await refused(performer.request(key.secret), 'invalid_credentials')
    })
    if (operation.scope !== 'crm:read') {
      const lower = operation.scope === 'admin' ? 'crm:write' : 'crm:read'
      it(`with a key for ${lower} only`, async () => {
        const { secret } = await performer.key({ scopes: [lower] })
        await refused(performer.request(secret), 'missing_scope')
      })
      it(`with a key whose scope becomes ${lower} on a warm isolate`, async () => {
        const key = await performer.key()
        await performer.warm(key.secret)
        await stage.driver.batch([
          { sql: 'UPDATE credentials SET scopes = ?1 WHERE id = ?2', params: [JSON.stringify([lower]), key.id] },
          { sql: 'UPDATE organizations SET revision = revision + 1 WHERE id = ?1', params: [stage.organizationId] },
        ])
        await refused(performer.request(key.secret), 'missing_scope')
      })
    }
    it('with a key without any scope', async () => {
      const { secret } = await performer.key({ scopes: [] })
      await refused(performer.request(secret), 'missing_scope')
    })
  })

  if (operation.credentials !== 'operator')
    it('what only another organisation has', async () => {
      const { secret } = await performer.key()
      const names = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name)
      const elsewhere: Record<string, readonly [string, ErrorCode]> = {
        object: ['elsewhere', 'unknown_object'],
        objectSlug: ['elsewhere', 'unknown_object'],
        attribute: ['their_own', 'unknown_attribute'],
        delivery: [v7(), 'not_found'],
      }
      const { organizationParameter } = performer
      if (organizationParameter) elsewhere[organizationParameter] = [stage.other.organizationId, 'wrong_organization']
      const segment = segmentOfId(operation)
      const isRecord = !['members', 'keys', 'jobs', 'hooks', 'subscriptions'].includes(segment ?? '')
      if (segment) elsewhere.id = [idIn(stage.other.ids, operation), isRecord ? 'record_not_found' : 'not_found']
      for (const name of names) {
        const [value, code] = elsewhere[name] ?? []
        // A parameter that names nothing by itself: the contract's examples have it.
        if (value === undefined || code === undefined)
          expect(performer.foreign.length, `${id} ${name}`).toBeGreaterThan(0)
        else await refused(performer.request(secret, undefined, { [name]: value }), code)
      }
      for (const { code, body, parameters } of performer.foreign) {
        const accepted = performer.content() as JsonObject
        await refused(performer.request(secret, body?.(accepted), parameters), code)
      }
    })

  if (!operation.body) return
  it('bodies that cannot be read', async () => {
    const { secret } = await performer.key()
    const { bodyBytes, batchBytes } = (await stage.send('GET', '/v1/limits')).body
    const limit = operation.body?.isArray || performer.isLarge ? batchBytes : bodyBytes
    const accepted = {
      body: performer.request(secret).body,
      spoilt: (value: unknown) => performer.request(secret, performer.spoilt(value)).body,
      limit,
    }
    for (const { what, code, ...bad } of badBodies(accepted))
      try {
        const before = await logged(stage)
        await refused({ ...performer.request(secret), ...bad }, code)
        const more = (await logged(stage)).slice(before.length)
        expect(more.map(({ outcome }) => outcome)).toEqual(isChange ? [code] : [])
      } catch (error) {
        throw new Error(`${what}: ${error instanceof Error ? error.message : error}`, { cause: error })
      }
  })
})

describe('a stream', () => {
  /** Sends a chunk of a thousand lines, lets something happen, and sends the next. @returns the lines of the answer */
  const streamed = async (stage: Stage, secret: string, meanwhile: () => Promise<unknown>): Promise<object[]> => {
    const encoder = new TextEncoder()
    const { readable, writable } = new IdentityTransformStream()
    const writer = writable.getWriter()
    const lines = (from: number) =>
      encoder.encode(Array.from({ length: 1_000 }, (_, i) => `{"values":{"first_name":"S${from + i}"}}\n`).join(''))
    const answering = stage.app.fetch(
      new Request('http://edge.test/v1/objects/people/records/batch', {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' },
        body: readable,
      }),
    )
    const first = writer.write(lines(0))
    const reader = ((await answering).body as ReadableStream<Uint8Array>).getReader()
    let text = new TextDecoder().decode((await reader.read()).value)
    await first
    await meanwhile()
    const rest = writer.write(lines(1_000)).then(() => writer.close())
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += new TextDecoder().decode(next.value)
    await rest.catch(() => undefined)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as object)
  }
  const people = async (stage: Stage) => (await stage.rows('records', `AND object = 'people'`)).length

  it.each(['is revoked', 'expires'])('writes nothing more once its key %s, and says where to go on', async (how) => {
    const stage = await createStage()
    const expiresAt = Date.now() + DAY
    const { id, secret } = await stage.issue({ scopes: ['crm:write'], expiresAt })
    const before = await people(stage)
    try {
      const answered = await streamed(stage, secret, async () => {
        if (how === 'expires') vi.setSystemTime(expiresAt + 1)
        else await stage.revoke(id)
      })
      expect(answered.length).toBe(1_001)
      expect(answered.at(-1)).toMatchObject({ repeatFrom: 1_000, error: { status: 401, code: 'invalid_credentials' } })
      expect(await people(stage)).toBe(before + 1_000)
    } finally {
      vi.useRealTimers()
    }
  })
})
