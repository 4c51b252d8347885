import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type Reply, type World } from './world.ts'

/** What every route that takes a JSON body must refuse, whatever its contract: run once per route. */
export interface RefusalSuite {
  readonly name: string
  readonly method: string
  /** Path with query; may depend on the world. */
  readonly path: (world: World) => string
  /** A body that the route accepts. */
  readonly body: (world: World) => Record<string, unknown>
  /** Status of the contract for each kind of refusal. */
  readonly status: {
    readonly malformed: number
    readonly mediaType: number
    readonly tooLarge: number
    readonly value: number
    readonly unauthenticated?: number
    readonly forbidden?: number
  }
  /** Where the text value goes that the suite spoils. */
  readonly spoil: (body: Record<string, unknown>, value: unknown) => Record<string, unknown>
  /** Prepares the world: objects and attributes that the path needs. */
  readonly prepare?: (world: World) => Promise<unknown>
  /** False where credentials are in the body: the contract tests them itself. */
  readonly headerCredentials: boolean
  /** What else every refusal must look like; where a status of 200 may be one, it must be told apart here. */
  readonly alsoExpect?: (reply: Reply) => void
}

const LEAKS = /SQLITE|D1_ERROR|INSERT|SELECT |at \S+ \(|node_modules/

export const refusalSuite = (suite: RefusalSuite): void => {
  describe(`refusals of ${suite.name}`, () => {
    let world: World
    let before: string
    beforeAll(async () => {
      world = await createWorld()
      await suite.prepare?.(world)
      before = await world.snapshot()
    })

    const refused = async (reply: Reply, status: number) => {
      expect(reply.status, JSON.stringify(reply.body)).toBe(status)
      suite.alsoExpect?.(reply)
      expect(JSON.stringify(reply.body)).not.toMatch(LEAKS)
      expect(await world.snapshot()).toBe(before)
    }
    const send = (call: Parameters<World['send']>[2]) => world.send(suite.method, suite.path(world), call)
    const text = () => JSON.stringify(suite.body(world))

    const { unauthenticated = 401, forbidden = 403 } = suite.status

    if (suite.headerCredentials) {
      it('no credential', async () => refused(await send({ token: null, body: text() }), unauthenticated))
      it('a credential that is none', async () =>
        refused(await send({ token: 'nonsense', body: text() }), unauthenticated))
      it('an unknown key of the right form', async () =>
        refused(await send({ token: `${world.token.slice(0, -4)}AAAA`, body: text() }), unauthenticated))
      it('a key with the hint of another organisation', async () => {
        const other = await createWorld()
        const forged = world.token.replace(
          world.organizationId.replaceAll('-', ''),
          other.organizationId.replaceAll('-', ''),
        )
        await refused(await send({ token: forged, body: text() }), unauthenticated)
      })
      it('a key that is revoked between two requests', async () => {
        const { id, secret } = await world.issue()
        expect((await send({ token: secret, body: '{' })).status).toBe(suite.status.malformed)
        await world.revoke(id)
        await refused(await send({ token: secret, body: text() }), unauthenticated)
      })
      it('an expired key', async () => {
        const { secret } = await world.issue({ expiresAt: Date.now() - 1 })
        await refused(await send({ token: secret, body: text() }), unauthenticated)
      })
      it('a key without the scope', async () => {
        const { secret } = await world.issue({ scopes: ['crm:read'] })
        await refused(await send({ token: secret, body: text() }), forbidden)
      })
    }

    it('malformed JSON', async () => refused(await send({ body: '{"a":' }), suite.status.malformed))
    it('an empty body', async () => refused(await send({ body: '' }), suite.status.malformed))
    it('a body that is no object', async () => refused(await send({ body: '[1]' }), suite.status.value))
    it('another content type', async () =>
      refused(await send({ body: text(), headers: { 'content-type': 'text/plain' } }), suite.status.mediaType))
    it('a body over the limit', async () =>
      refused(await send({ body: `{"a":"${'x'.repeat(1_048_576)}"}` }), suite.status.tooLarge))
    it('nesting over 16', async () => {
      const deep = JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`)
      await refused(await send({ body: suite.spoil(suite.body(world), deep) }), suite.status.value)
    })
    it('a reserved name', async () =>
      refused(await send({ body: text().replace(/\{/, '{"__proto__":{"admin":true},') }), suite.status.value))
    it.each([
      ['a NUL character', 'a\u0000b'],
      ['half a surrogate pair', 'a\ud800b'],
      ['a number beyond the safe integers', 1e20],
      ['an object for a text', { a: 1 }],
      ['a list for a text', ['a']],
      ['true for a text', true],
    ])('%s', async (_name, value) =>
      refused(await send({ body: suite.spoil(suite.body(world), value) }), suite.status.value),
    )
  })
}
