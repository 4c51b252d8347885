import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { asCommands } from '../../src/cli/refusals-as-commands.ts'
import { errorTable } from '../../src/engine/errors.ts'
import { openDatabase } from '../../src/node/database.ts'
import { type Ended, runHere } from '../support/commands.ts'
import { type NodeServer, startServer } from '../support/node-server.ts'
import { OPERATOR } from '../support/operator.ts'

/** What commands print to be run next is pasted into a shell as it stands, and is about the same deployment. */

let folder: string
const fileUrl = (name: string) => `file:${join(folder, name)}`
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-next-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const PREFIX = 'npm run admin -- '

const paste = (line: string, variables: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise((resolve) => {
    expect(line).toContain(PREFIX)
    const words = line.slice(line.lastIndexOf(PREFIX) + PREFIX.length)
    const env = { ...process.env, ...variables }
    execFile('sh', ['-c', `'${process.execPath}' src/cli/admin.ts ${words}`], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })

const lineWith = (text: string, part: string): string => {
  const found = text.split('\n').find((line) => line.includes(part))
  if (found === undefined) throw new Error(`Nothing printed has ${part}: ${text}`)
  return found
}

it('a creation is finished, or given up, as asked for at first', async () => {
  const variables = { TENANT_DIRECTORY: fileUrl('directory.db') }
  const name = `O'Hara & "Söhne" $HOME`
  const settings = ['--crm-mode', 'b2c', '--history', 'names', '--history-days', '30', '--default-country', 'DE']
  const interrupted = async () => {
    const [id, file] = [v7(), `own-${v7()}.db`]
    mkdirSync(join(folder, file))
    const place = JSON.stringify({ shape: 'database', url: fileUrl(file) })
    const args = ['create', '--id', id, '--name', name, '--place', place, ...settings]
    const created = await runHere(['tenant', ...args, '--database', fileUrl('home.db')], variables)
    expect([created.code, created.out]).toEqual([1, ''])
    rmdirSync(join(folder, file))
    const told = await runHere(['tenant', 'get', id, '--database', fileUrl('home.db')], variables)
    return { id, file, failed: created.err, out: told.out }
  }
  for (const printed of ['failed', 'out'] as const) {
    const first = await interrupted()
    const finished = await paste(lineWith(first[printed], ' create --id'), variables)
    expect([finished.code, finished.out]).toEqual([0, expect.stringContaining(first.id)])
    const { driver, close } = await openDatabase(fileUrl(first.file), undefined, { threads: false })
    const sql = 'SELECT name, crm_mode, history, history_days, default_country FROM organizations WHERE id = ?1'
    const { results } = await driver.batch([{ sql, params: [first.id] }])
    await close()
    expect(results[0]?.rows).toEqual([
      { name, crm_mode: 'b2c', history: 'names', history_days: 30, default_country: 'DE' },
    ])
  }
  const second = await interrupted()
  const gone = await paste(lineWith(second.out, ' delete '), variables)
  expect([gone.code, gone.err]).toEqual([0, expect.stringContaining('its id is free')])
}, 90_000)

it('what was restored to a running server is verified, resumed and given a key there', async () => {
  const server: NodeServer = await startServer(fileUrl('served.db'), { OPERATOR_SECRET: OPERATOR, LOG: 'off' })
  try {
    const here = ['--database', fileUrl('source.db')]
    const made = await runHere(['tenant', 'create', '--name', 'Acme', '--json', ...here])
    const { id } = JSON.parse(made.out) as { id: string }
    const file = join(folder, 'acme.ndjson')
    expect((await runHere(['tenant', 'export', id, '--to', file, ...here])).code).toBe(0)
    const variables = { OPERATOR_SECRET: OPERATOR }
    const { err } = await runHere(['tenant', 'restore', '--from', file, '--api', server.url], variables)
    expect((await paste(lineWith(err, 'tenant verify'), variables)).err).toContain('All is in order.')
    expect((await paste(lineWith(err, 'tenant resume'), variables)).out).toContain('Status:    active')
    expect((await paste(lineWith(err, 'tenant key'), variables)).out).toContain("Administrator's key: eu_")
    const served = await runHere(['tenant', 'log', id, '--api', server.url], variables)
    for (const action of ['resume', 'key', 'restore']) expect(served.out).toContain(`\t${action}\t`)
    expect((await runHere(['tenant', 'log', id, ...here])).out).not.toContain('\tresume\t')
  } finally {
    server.child.kill()
    await server.exited
  }
}, 60_000)

it('names no route to whoever has asked by a command, in whatever refusal', () => {
  const id = v7()
  const routes = /\b(GET|POST|PUT|PATCH|DELETE) \/v1\/tenant/
  const fixes = Object.values(errorTable).flatMap(({ text, fix }) => [text, fix])
  const texts = globSync('src/{admin,storage,tenants}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ *(?!\*|\/\/).*$/gm)].map(([line]) => line),
  )
  const named = [...fixes, ...texts].filter((text) => routes.test(text))
  expect(named.length).toBeGreaterThan(7)
  for (const text of named) {
    const told = asCommands({ api: 'http://host.example' }, `/v1/tenants/${id}/move`, text)
    expect(told).not.toMatch(routes)
    expect(told).toMatch(/"npm run admin -- tenant [a-z-]+ .*--api http:\/\/host\.example"/)
  }
  const back = 'POST /v1/tenants/{id}/move {"place": {"shape":"shared"}}'
  expect(asCommands({ database: 'file:x.db' }, `/v1/tenants/${id}`, back)).toBe(
    `"npm run admin -- tenant move ${id} --to '{"shape":"shared"}' --database file:x.db"`,
  )
  expect(
    asCommands({}, '/v1/tenants', 'theirs is 01a2, and this one is new. POST /v1/tenant-directory/take-over.'),
  ).toBe('theirs is 01a2, and this one is new. "npm run admin -- tenant take-over --from 01a2".')
})
