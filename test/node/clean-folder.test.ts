import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endGroup, leftOf, type Started, startProcess } from '../support/processes.ts'

/**
 * What production installs, in a folder that has nothing but what the Dockerfile copies: so its list is proved too. The
 * packages come from npm's cache, into which installing the project has put them.
 */

const copied = [...readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
  sources.split(' '),
)
const ownFiles = (paths: readonly string[]) =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', '--', ...paths], { encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(path))

let folder: string
let server: Started | undefined
const npm = (...args: string[]) => startProcess('npm', args, { cwd: folder, env: { PORT: '0', UNREADY_SECONDS: '0' } })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-clean-'))
  for (const path of ownFiles(copied)) cpSync(path, join(folder, path))
  const { code, err } = await npm('ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund').ended
  expect([code, err]).toEqual([0, ''])
}, 300_000)
afterAll(() => {
  if (server) endGroup(server.pid)
  rmSync(folder, { recursive: true })
})

const admin = async (...args: string[]) => {
  const { code, out, err } = await npm('run', '--silent', 'admin', '--', ...args).ended
  // Nothing but what is meant for people: no warning of Node or of a package that is missing.
  expect([code, err]).toEqual([0, expect.stringMatching(/^(The key is shown this once\.\n)?$/)])
  return out
}
const keyOf = (out: string) => /eu_\S+/.exec(out)?.[0] ?? ''
const idOf = (out: string) => /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(out)?.[0] ?? ''

describe('npm ci --omit=dev', () => {
  it('installs no development package, and d1 says what is missing', async () => {
    expect(existsSync(join(folder, 'node_modules/hono'))).toBe(true)
    for (const name of ['wrangler', 'vitest', 'typescript'])
      expect(existsSync(join(folder, 'node_modules', name))).toBe(false)
    const { code, out, err } = await npm('run', '--silent', 'start').ended
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^For D1 wrangler is needed.*npm ci.*\n$/)
  }, 60_000)

  it('serves the tenants that the command makes, before it starts and while it runs, and their keys can be had back', async () => {
    const before = await admin('tenant', 'create', '--name', 'Before')
    server = npm('run', '--silent', 'serve')
    const { listening: url } = JSON.parse(await server.line(/"listening"/)) as { listening: string }
    for (const page of [
      '/',
      '/docs/',
      '/docs/reference/',
      '/docs/reference/swagger-ui-bundle.js',
      '/console/',
      '/openapi.json',
    ])
      expect([page, (await fetch(url + page, { headers: { accept: 'text/html' } })).status]).toEqual([page, 200])

    const meanwhile = await admin('tenant', 'create', '--name', 'Meanwhile')
    const again = ['key', 'issue', '--organization', idOf(before), '--name', 'Administrator again', '--scopes', 'admin']
    const keys = [keyOf(before), keyOf(meanwhile), keyOf(await admin(...again))]
    expect(new Set(keys).size).toBe(3)
    for (const key of keys) {
      const { status } = await fetch(`${url}/v1/keys`, { headers: { authorization: `Bearer ${key}` } })
      expect(status).toBe(200)
    }

    process.kill(server.pid, 'SIGTERM')
    while (leftOf(server.pid).length > 0) await new Promise((done) => setTimeout(done, 50))
  }, 90_000)
})
