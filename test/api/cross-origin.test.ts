import { beforeAll, describe, expect, it } from 'vitest'
import { crossOrigin } from '../../src/http/cross-origin.ts'
import { headerNames } from '../../src/http/response-headers.ts'
import { filled, type Operation, operationsOf } from '../support/operations.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

/** What pages of other origins may do: nothing unless the deployment says so. */

const PAGE = 'https://app.example'

let world: World
let operations: readonly Operation[]
beforeAll(async () => {
  world = await createWorld()
  operations = await operationsOf(world.app)
})

const through = (origins: string) => {
  const handler = crossOrigin(origins)
  if (!handler) throw new Error(`${origins} lets nobody in`)
  return isolate(undefined, { crossOrigin: handler })
}
const preflight = (method: string, origin = PAGE) => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': 'authorization,content-type,idempotency-key',
})
const allowed = (headers: Headers, name = 'origin') => headers.get(`access-control-allow-${name}`)
const path = '/v1/objects/people/records'

describe('where no origin is allowed', () => {
  it('a preflight is a method that no route has, and no answer lets a page read it', async () => {
    expect(crossOrigin(undefined)).toBeUndefined()
    expect(crossOrigin(' , ')).toBeUndefined()
    for (const { method, path: template } of operations) {
      const reply = await world.send('OPTIONS', filled(template), { headers: preflight(method) })
      expect([template, reply.status, allowed(reply.headers)]).toEqual([template, 405, null])
    }
    const read = await world.send('GET', path, { headers: { origin: PAGE } })
    expect([read.status, allowed(read.headers), read.headers.get('vary')]).toEqual([200, null, null])
  })
})

describe('where an origin is allowed', () => {
  it('the preflight of every route is answered, without a credential', async () => {
    const { send } = through(`https://other.example, ${PAGE}`)
    expect(operations.length).toBeGreaterThan(30)
    for (const { method, path: template } of operations) {
      const { status, headers, body } = await send('OPTIONS', filled(template), { headers: preflight(method) })
      expect([template, status, body, allowed(headers)]).toEqual([template, 204, '', PAGE])
      expect(allowed(headers, 'methods')?.split(',')).toContain(method)
      expect(allowed(headers, 'headers')).toBe('authorization,content-type,idempotency-key')
      expect(allowed(headers, 'credentials')).toBeNull()
    }
  })

  it('its pages can read answers, refusals too, and every header that we send', async () => {
    const { send } = through(PAGE)
    const item = { match: { tracking_id: 'cors' }, values: { tracking_id: 'cors' } }
    const made = await send('PUT', path, { token: world.token, headers: { origin: PAGE }, body: item })
    expect([made.status, allowed(made.headers)]).toEqual([201, PAGE])
    const exposed = new Set(made.headers.get('access-control-expose-headers')?.split(','))
    expect(exposed).toEqual(new Set(headerNames))
    const others = /^(access-control-|vary$|content-|x-content-type-options$)/
    const lower = new Set([...exposed].map((name) => name.toLowerCase()))
    expect([...made.headers.keys()].filter((name) => !others.test(name) && !lower.has(name))).toEqual([])
    for (const [to, status] of [
      [path, 401],
      ['/v1/nothing', 404],
      ['/nothing', 404],
      ['/health', 200],
    ] as const) {
      const { status: is, headers } = await send('GET', to, { headers: { origin: PAGE } })
      expect([to, is, allowed(headers)]).toEqual([to, status, PAGE])
      expect(headers.get('vary')).toContain('Origin')
    }
  })

  it.each(['https://evil.example', `${PAGE}.evil.example`, `${PAGE}:8443`, 'http://app.example', 'null'])(
    'another one cannot: %s',
    async (origin) => {
      const { send } = through(PAGE)
      const asked = await send('OPTIONS', path, { headers: preflight('PUT', origin) })
      expect(allowed(asked.headers)).toBeNull()
      const read = await send('GET', path, { token: world.token, headers: { origin } })
      expect([read.status, allowed(read.headers), read.headers.get('vary')]).toEqual([200, null, 'Origin'])
    },
  )

  it('OPTIONS that is no preflight is a method like others', async () => {
    expect((await through(PAGE).send('OPTIONS', path, { headers: { origin: PAGE } })).status).toBe(405)
  })

  it('* is every origin', async () => {
    const reply = await through('*').send('OPTIONS', path, { headers: preflight('PUT', 'https://any.example') })
    expect([reply.status, allowed(reply.headers)]).toEqual([204, '*'])
  })
})

it.each(['app.example', `${PAGE}/`, `${PAGE}/page`, `*,${PAGE}`, 'https://*.example', 'null', 'file:///x'])(
  'CORS_ORIGINS is refused by name: %s',
  (text) => {
    expect(() => crossOrigin(text)).toThrow('CORS_ORIGINS')
  },
)
