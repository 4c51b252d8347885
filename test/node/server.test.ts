import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { issueCredential } from '../../src/admin/credentials.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { openDatabase } from '../../src/node/database.ts'
import { nodeSettings } from '../../src/node/settings.ts'
import { migrate } from '../../src/storage/migrations.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const databaseUrl = `file:${join(folder, 'nested', 'server.db')}`
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The server as an operator runs it; resolves when it says where it listens. */
const start = async (variables: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['src/server.ts'], {
    env: { ...process.env, PORT: '0', DATABASE_URL: databaseUrl, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening, migrated } = JSON.parse(line) as { listening: string; migrated: string[] }
    child.stdout.resume()
    return { child, url: listening, migrated, exited: once(child, 'exit') }
  }
  throw new Error('The server ended before it listened')
}

const seed = async (): Promise<string> => {
  const { driver, close } = await openDatabase(databaseUrl)
  await migrate(driver)
  const organizationId = await createOrganization(driver, { name: 'Self-hosted' })
  const { secret } = await issueCredential(driver, organizationId, { kind: 'key', name: 'k', scopes: ['crm:write'] })
  await close()
  return secret
}

const path = '/v2/crm/people?matchingAttribute=email'
const headersOf = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })
const person = (url: string, token: string, email: string) =>
  fetch(url + path, {
    method: 'PUT',
    headers: headersOf(token),
    body: JSON.stringify({ firstName: 'Ada', emails: [email] }),
  })

describe('npm run serve', () => {
  it('migrates, serves the API and the files, and keeps what it wrote', async () => {
    const first = await start()
    expect(first.migrated.length).toBeGreaterThan(0)
    expect((await fetch(`${first.url}/health`)).status).toBe(200)
    expect((await fetch(`${first.url}/ready`)).status).toBe(200)
    const token = await seed()
    const created = await person(first.url, token, 'ada@serve.example')
    expect(created.status).toBe(201)
    expect(created.headers.get('server-timing')).toMatch(/^db;dur=[\d.]+, db-calls;desc="2"$/)
    const page = await fetch(`${first.url}/docs`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await fetch(`${first.url}/docs/swagger-ui.css`)).status).toBe(200)
    expect(await (await fetch(`${first.url}/docs/errors`)).text()).toContain('<tr id="unique_conflict">')
    expect((await fetch(`${first.url}/favicon.svg`, { method: 'HEAD' })).status).toBe(200)
    for (const outside of ['/..%2fpackage.json', '/%2e%2e/package.json', '/nothing']) {
      const missing = await fetch(first.url + outside)
      expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    }
    first.child.kill('SIGKILL')
    await first.exited
    const second = await start()
    expect(second.migrated).toEqual([])
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

  it('answers a stream while it is still being sent, and goes on with what comes later', async () => {
    const token = await seed()
    const { url } = await start()
    const headers = { ...headersOf(token), 'content-type': 'application/x-ndjson' }
    const streaming = request(`${url}/v1/objects/people/records/batch`, { method: 'POST', headers })
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `{"values":{"first_name":"Streamed ${from + i}"}}\n`).join('')
    const answered = once(streaming, 'response')
    streaming.write(lines(0, 1_500))
    const [response] = (await answered) as [IncomingMessage]
    const outcomes = createInterface({ input: response })[Symbol.asyncIterator]()
    const take = async (count: number) => {
      const indexes: number[] = []
      while (indexes.length < count) {
        const { value, done } = await outcomes.next()
        if (done) break
        indexes.push((JSON.parse(value) as { index: number }).index)
      }
      return indexes
    }
    expect((await take(1_000)).at(-1)).toBe(999)
    expect(streaming.writableEnded).toBe(false)
    streaming.end(lines(1_500, 2_100))
    expect((await take(2_000)).at(-1)).toBe(2_099)
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
    [{ TRUSTED_PROXIES: 'proxy' }, 'TRUSTED_PROXIES'],
  ])('names the variable that cannot be used: %j', (env, name) => {
    expect(() => nodeSettings(env)).toThrow(name)
  })
})
