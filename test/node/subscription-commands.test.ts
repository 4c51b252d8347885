import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newHookKey } from '../../src/secrets/secret-box.ts'
import { toldActions } from '../../src/subscriptions/definition.ts'
import { runHere, UUID } from '../support/commands.ts'
import { type NodeServer, seedKey, startServer } from '../support/node-server.ts'
import { freePort } from '../support/processes.ts'

/** Subscriptions by command, against the server as it is run, and with the receiver that the documentation shows. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-subscriptions-'))
/** Where it finds the package that it verifies with. */
const receiverFolder = join('node_modules', '.cache', `receiver-${process.pid}`)
let server: NodeServer
let key: string
let receiver: ChildProcess | undefined
beforeAll(async () => {
  const databaseUrl = `file:${join(folder, 'server.db')}`
  key = (await seedKey(databaseUrl, { scopes: ['admin', 'crm:read', 'crm:write'] })).token
  server = await startServer(databaseUrl, { HOOKS_KEY: newHookKey(), SUBSCRIPTIONS_INSIDE: 'on', LOG: 'off' })
})
afterAll(() => {
  server.child.kill('SIGKILL')
  receiver?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
  rmSync(receiverFolder, { recursive: true, force: true })
})

const subscriptions = (...args: readonly string[]) =>
  runHere(['subscriptions', ...args, '--api', server.url], { API_KEY: key })

/** As it stands in the documentation. @returns the lines that it prints */
const startReceiver = async (port: number, secret: string) => {
  const code = /```js\n(\/\/ receiver\.mjs[\s\S]*?)```/.exec(readFileSync('docs/subscriptions.md', 'utf8'))?.[1]
  if (code === undefined) throw new Error('docs/subscriptions.md shows no receiver')
  mkdirSync(receiverFolder, { recursive: true })
  const file = join(receiverFolder, 'receiver.mjs')
  writeFileSync(file, code)
  receiver = spawn(process.execPath, [file], {
    env: { ...process.env, SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  if (receiver.stdout) createInterface({ input: receiver.stdout }).on('line', (line) => lines.push(line))
  await once(receiver, 'spawn')
  return lines
}

it('adds one, changes it, and has the receiver of the documentation told', async () => {
  expect(server.warnings).toEqual([expect.stringContaining('SUBSCRIPTIONS_INSIDE is on')])
  const port = await freePort()
  const added = await subscriptions(
    'add',
    `http://127.0.0.1:${port}/`,
    '--name',
    'receiver',
    '--objects',
    'people, companies',
    '--actions',
    'created',
  )
  expect([added.code, added.err]).toEqual([0, ''])
  const { err: there } = await subscriptions(
    'add',
    `http://127.0.0.1:${port}/`,
    '--name',
    'receiver',
    '--objects',
    'companies,people',
    '--actions',
    'created',
  )
  expect(there).toMatch(/was there already.* subscriptions secret [-0-9a-f]{36} --api /)
  const id = UUID.exec(added.out)?.[0] ?? ''
  const secret = /^Secret: (\S+)$/m.exec(added.out)?.[1] ?? ''
  expect(JSON.parse((await subscriptions('get', id)).out)).toMatchObject({
    objects: ['companies', 'people'],
    actions: ['created'],
  })

  expect(await subscriptions('ping', id)).toMatchObject({ code: 1, err: expect.stringContaining('did not take it') })
  const lines = await startReceiver(port, secret)
  await expect.poll(async () => (await subscriptions('ping', id)).out, { timeout: 20_000 }).toContain('has taken it')

  expect(await subscriptions('change', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('Say what to change'),
  })
  expect((await subscriptions('change', id, '--off')).out).toContain('is off')
  expect((await subscriptions('resume', id)).out).toContain('off, and stays so')
  expect((await subscriptions('redeliver', id)).out).toContain('0 are sent again once it is on: it is off')
  expect((await subscriptions('change', id, '--on')).out).toContain('is on')

  await fetch(`${server.url}/v1/objects/people/records`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ match: { emails: 'told@receiver.example' }, values: { emails: ['told@receiver.example'] } }),
  })
  await expect.poll(() => lines.at(-1), { timeout: 20_000 }).toMatch(/^record\.created .*told@receiver\.example/)
  expect((await subscriptions('list')).out).toContain(`${id}\ton\t`)
  expect((await subscriptions('remove', id)).out).toContain('is gone')
})

it('can be of every action that the page names, and of no other', () => {
  const row = /^\| `actions` \|.*$/m.exec(readFileSync('docs/subscriptions.md', 'utf8'))?.[0]
  expect([...(row ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(['actions', ...toldActions])
})
