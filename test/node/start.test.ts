import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { endGroup, freePort, leftOf, type Started, startProcess } from '../support/processes.ts'

/** `npm start` in a folder of its own, so that no demo of the developer's is touched. */

let folder: string
const started: Started[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-start-'))
  for (const file of ['package.json', '.npmrc', 'wrangler.toml']) cpSync(file, join(folder, file))
  for (const part of ['src', 'public', 'docs', 'scripts', 'migrations', 'node_modules'])
    symlinkSync(resolve(part), join(folder, part))
})
afterEach(() => {
  for (const { pid } of started.splice(0)) endGroup(pid)
})
afterAll(() => rmSync(folder, { recursive: true }))

const npmStart = (port: number) => {
  const one = startProcess('npm', ['start'], { cwd: folder, env: { PORT: String(port), SWEEP_SECONDS: '1' } })
  started.push(one)
  return one
}

it('announces what answers, its request works, and SIGTERM leaves no process behind', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const running = npmStart(port)
  await running.line(/^edge-upsert runs at/)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  const [, token = ''] = /Bearer (\S+)'/.exec(await running.line(/Bearer/)) ?? []
  const [, body = ''] = /-d '(.*)'/.exec(await running.line(/-d '/)) ?? []
  const put = () =>
    fetch(`${url}/v1/objects/people/records`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    })
  expect((await put()).status).toBe(201)
  const [, fragment = ''] = /#(\S+)$/.exec(await running.line(/docs\/reference\/#/)) ?? []
  const operator = new URLSearchParams(fragment).get('operator')
  const asOperator = (method: string, path: string, sent?: object) =>
    fetch(`${url}/v1/tenants${path}`, {
      method,
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      ...(sent && { body: JSON.stringify(sent) }),
    })
  const tenant = await asOperator('POST', '', { name: 'Another' })
  expect(tenant.status).toBe(201)
  const { id } = (await tenant.json()) as { id: string }
  expect((await asOperator('POST', `/${id}/delete`, { waitDays: 0 })).status).toBe(200)
  expect(await (await put()).json()).toMatchObject({ status: 'unchanged' })
  // By the upkeep, which workerd does not run by itself.
  await expect.poll(async () => (await asOperator('GET', `/${id}`)).status, { timeout: 60_000 }).toBe(404)
  expect(leftOf(running.pid).filter((args) => args.includes('workerd'))).not.toEqual([])

  process.kill(running.pid, 'SIGTERM')
  while (leftOf(running.pid).length > 0) await wait(50)
  await expect(fetch(`${url}/health`)).rejects.toThrow()
}, 90_000)

it.each(['start', 'serve'])(
  'npm run %s says at once that its port is in use',
  async (script) => {
    const port = await freePort()
    const { createServer } = await import('node:net')
    const other = createServer().listen(port, '127.0.0.1')
    try {
      const env = { PORT: String(port), DATABASE_URL: `file:${join(folder, 'never', 'made.db')}` }
      const { code, out, err } = await startProcess('npm', ['run', '--silent', script], { cwd: folder, env }).ended
      expect([code, out, err]).toEqual([
        1,
        '',
        `Port ${port} is in use: stop what listens there, or set PORT to another.\n`,
      ])
    } finally {
      other.close()
    }
  },
  60_000,
)

it('tells no credentials where tenants do not live in the local D1', async () => {
  const path = join(folder, 'wrangler.toml')
  const configuration = readFileSync(path, 'utf8')
  try {
    writeFileSync(path, `${configuration}\n[vars]\nTENANCY = "object"\n`)
    const running = npmStart(await freePort())
    await running.line(/^There is no demo: tenants live elsewhere/)
    await running.line(/^OPERATOR_SECRET=\S{32,} npm run admin -- tenant create --name Demo --api/)
    expect(existsSync(join(folder, '.demo', 'credentials.json'))).toBe(false)
  } finally {
    writeFileSync(path, configuration)
  }
}, 90_000)
