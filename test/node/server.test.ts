import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/node/database.ts'
import { nodeSettings } from '../../src/node/settings.ts'
import { seedKey, startServer } from '../support/node-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
let databaseUrl = ''
beforeEach(() => {
  databaseUrl = `file:${join(folder, crypto.randomUUID(), 'server.db')}`
})
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

const start = async (variables: Record<string, string> = {}) => {
  const server = await startServer(databaseUrl, variables)
  started.push(server.child)
  return server
}

const seed = async (): Promise<string> => (await seedKey(databaseUrl)).token

/** What stands in the database of all that was asked. */
const counted = async () => {
  const { driver, close } = await openDatabase(databaseUrl, undefined, { threads: false })
  const { results } = await driver.batch([{ sql: 'SELECT contract, requests FROM usage_hours', params: [] }])
  await close()
  return results[0]?.rows
}

const path = '/v2/crm/people?matchingAttribute=email'
const headersOf = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })
const person = (url: string, token: string, email: string) =>
  fetch(url + path, {
    method: 'PUT',
    headers: headersOf(token),
    body: JSON.stringify({ firstName: 'Ada', emails: [email] }),
  })

/** Which origin a preflight from there is told that may read the answer. */
const readableBy = async (url: string, origin: string) => {
  const headers = { origin, 'access-control-request-method': 'PUT' }
  return (await fetch(url + path, { method: 'OPTIONS', headers })).headers.get('access-control-allow-origin')
}

describe('npm run serve', () => {
  it('migrates, serves the API and the files, and keeps what it wrote', async () => {
    const first = await start()
    expect(first.migrated?.length).toBeGreaterThan(0)
    expect(first.warnings).toEqual([expect.stringContaining('HOOKS_KEY is not set')])
    expect((await fetch(`${first.url}/health`)).status).toBe(200)
    expect((await fetch(`${first.url}/ready`)).status).toBe(200)
    expect(await readableBy(first.url, 'https://app.example')).toBeNull()
    const token = await seed()
    const created = await person(first.url, token, 'ada@serve.example')
    expect(created.status).toBe(201)
    expect(created.headers.get('server-timing')).toMatch(/^db;dur=[\d.]+, db-calls;desc="2"$/)
    const page = await fetch(`${first.url}/docs`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await fetch(`${first.url}/docs/reference/swagger-ui.css`)).status).toBe(200)
    expect(await (await fetch(`${first.url}/docs/errors`)).text()).toContain('<a id="unique_conflict">')
    expect((await fetch(`${first.url}/favicon.svg`, { method: 'HEAD' })).status).toBe(200)
    for (const outside of ['/..%2fpackage.json', '/%2e%2e/package.json', '/nothing']) {
      const missing = await fetch(first.url + outside)
      expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    }
    first.child.kill('SIGKILL')
    await first.exited
    const second = await start({ CORS_ORIGINS: 'https://app.example' })
    expect(second.migrated).toEqual([])
    expect(await readableBy(second.url, 'https://app.example')).toBe('https://app.example')
    expect((await person(second.url, token, 'ada@serve.example')).status).toBe(200)
  }, 30_000)

  it('slows down who fails again and again, by the address that a trusted proxy tells', async () => {
    const token = await seed()
    const { url } = await start({ TRUSTED_PROXIES: '127.0.0.1' })
    const from = async (address: string, as: string) =>
      (
        await fetch(url + path, {
          method: 'PUT',
          headers: { ...headersOf(as), 'x-forwarded-for': address },
          body: '{}',
        })
      ).status
    const forged = `${token.slice(0, -4)}AAAA`
    const statuses: number[] = []
    for (let n = 0; n < 21; n++) statuses.push(await from('198.51.100.1', forged))
    expect([...new Set(statuses)]).toEqual([401, 429])
    expect(statuses.lastIndexOf(401)).toBe(19)
    expect(await from('198.51.100.2', forged)).toBe(401)
    expect(await from('198.51.100.1', token)).toBe(400)
  }, 30_000)

  it('finishes the requests under way when told to stop, and takes no others', async () => {
    const token = await seed()
    const { child, url, exited } = await start()
    await person(url, token, 'warm@serve.example')
    const body = JSON.stringify({ firstName: 'Slow', emails: ['slow@serve.example'] })
    const slow = request(url + path, { method: 'PUT', headers: { ...headersOf(token), 'content-length': body.length } })
    const answered = once(slow, 'response')
    slow.write(body.slice(0, 10))
    await new Promise((done) => setTimeout(done, 200))
    child.kill('SIGTERM')
    await new Promise((done) => setTimeout(done, 200))
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    slow.end(body.slice(10))
    const [response] = (await answered) as [{ statusCode: number; resume(): void }]
    response.resume()
    expect(response.statusCode).toBe(201)
    expect(await exited).toEqual([0, null])
    expect(await counted()).toEqual([{ contract: 'zeeg', requests: 2 }])
  }, 30_000)

  it('tells load balancers first: not ready, then no further connection, and no keep-alive connection is reset', async () => {
    const token = await seed()
    const { child, url, exited } = await start({ UNREADY_SECONDS: '5' })
    await person(url, token, 'warm@keep-alive.example')
    let answers = 0
    /** Sends on one connection until the server says that it ends it. */
    const lane = async (n: number) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      try {
        for (let turn = 0; ; turn++) {
          const body = JSON.stringify({ firstName: `Turn ${turn}`, emails: [`lane${n}@keep-alive.example`] })
          const put = request(url + path, { agent, method: 'PUT', headers: headersOf(token) })
          const answered = once(put, 'response')
          put.end(body)
          const [response] = (await answered) as [IncomingMessage]
          response.resume()
          await once(response, 'end')
          expect(response.statusCode).toBeLessThan(300)
          answers++
          if (response.headers.connection === 'close') return
        }
      } finally {
        agent.destroy()
      }
    }
    const lanes = Array.from({ length: 16 }, (_, n) => lane(n))
    while (answers < 100) await new Promise((done) => setTimeout(done, 10))
    child.kill('SIGTERM')
    await Promise.all(lanes)
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect(await exited).toEqual([0, null])
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  }, 30_000)

  it('cuts what does not finish in time, and says so by its exit code', async () => {
    const token = await seed()
    const { child, url, exited } = await start({ DRAIN_SECONDS: '1' })
    const stuck = request(url + path, { method: 'PUT', headers: { ...headersOf(token), 'content-length': 100 } })
    stuck.on('error', () => undefined)
    stuck.write('{')
    await new Promise((done) => setTimeout(done, 200))
    child.kill('SIGTERM')
    expect(await exited).toEqual([1, null])
  }, 30_000)

  it.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ DRAIN_SECONDS: '-1' }, 'DRAIN_SECONDS'],
    [{ UNREADY_SECONDS: 'soon' }, 'UNREADY_SECONDS'],
    [{ MAX_CONNECTIONS: 'all' }, 'MAX_CONNECTIONS'],
    [{ TRUSTED_PROXIES: 'proxy' }, 'TRUSTED_PROXIES'],
    [{ CORS_ORIGINS: 'app.example' }, 'CORS_ORIGINS'],
  ])('names the variable that cannot be used: %j', (env, name) => {
    expect(() => nodeSettings(env)).toThrow(name)
  })
})
