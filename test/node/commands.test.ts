import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { openDatabase } from '../../src/node/database.ts'
import { readJobs } from '../../src/storage/jobs/job.ts'
import { type Ended, runCommand, runHere, UUID } from '../support/commands.ts'
import { seedParts } from '../support/job-suite.ts'
import { seedKey, startServer } from '../support/node-server.ts'
import { freePort } from '../support/processes.ts'
import { openWorld } from '../support/storage-world.ts'

/** The operator's commands as they are called: in a process of their own, on a file. */

const admin = (...args: string[]) => runHere(args)
const withSecret = (...args: string[]) => runHere(args, { OPERATOR_SECRET: 'o'.repeat(32) })

let folder: string
let database: string
let organization: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-commands-'))
  database = `file:${join(folder, 'admin.db')}`
  expect((await admin('migrate', '--database', database)).code).toBe(0)
  const { out } = await admin('tenant', 'create', '--name', 'Acme', '--database', database)
  organization = UUID.exec(out)?.[0] ?? ''
  expect(organization).not.toBe('')
})
afterAll(() => rmSync(folder, { recursive: true }))

const on = (...args: string[]) => admin(...args, '--database', database)
const onOrganization = (...args: string[]) => on(...args, '--organization', organization)

const textFile = () => {
  const path = join(folder, 'text.txt')
  writeFileSync(path, 'This is a text, and longer than the sixteen bytes that begin a database.\n'.repeat(20))
  return path
}

const newerDatabase = async () => {
  const url = `file:${join(folder, 'newer.db')}`
  expect((await admin('migrate', '--database', url)).code).toBe(0)
  const { driver, close } = await openDatabase(url, undefined, { threads: false })
  await driver.batch([{ sql: "INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')", params: [] }])
  await close()
  return url
}

describe('what a command refuses, it says in one sentence and with an exit code', () => {
  const cases: readonly (readonly [string, RegExp, () => Promise<Ended>])[] = [
    ['a tenant without a name', /^name must be a text/, () => on('tenant', 'create', '--name', '')],
    [
      'a mode that is none',
      /^crmMode must be one of b2b, b2c/,
      () => on('tenant', 'create', '--name', 'A', '--crm-mode', 'foo'),
    ],
    [
      'a country that is none',
      /^defaultCountry must be/,
      () => on('tenant', 'create', '--name', 'A', '--default-country', 'Germany'),
    ],
    ['a tenant that exists', /exists already/, () => on('tenant', 'create', '--name', 'A', '--id', organization)],
    ['an id that is none', /^id must be a UUID/, () => on('tenant', 'create', '--name', 'A', '--id', '7')],
    ['a key without a name', /^name is required/, () => onOrganization('key', 'issue', '--name', '')],
    [
      'a scope that is none',
      /no scope "root"/,
      () => onOrganization('key', 'issue', '--name', 'k', '--scopes', 'root'),
    ],
    [
      'an expiry that is past',
      /^expiresAt must be/,
      () => onOrganization('key', 'issue', '--name', 'k', '--expires', '2020-01-01'),
    ],
    [
      'a member who is none',
      /^memberId must be/,
      () => onOrganization('key', 'issue', '--name', 'k', '--member-id', organization),
    ],
    [
      'an organisation that is none',
      /^The database \S+ cannot be used for this: there is no organisation/,
      () => on('key', 'list', '--organization', folder),
    ],
    [
      'an option that is misspelt',
      /^unknown option '--nmae' \(Did you mean --name\?\)\. See "npm run admin -- tenant create --help"/,
      () => on('tenant', 'create', '--name', 'A', '--nmae', 'B'),
    ],
    [
      'an option that is required and misspelt',
      /^unknown option '--nmae' \(Did you mean --name\?\); required option '--name <name>' not specified\. See "npm run admin -- tenant create --help"/,
      () => on('tenant', 'create', '--nmae', 'B'),
    ],
    [
      'a command that is misspelt',
      /^unknown command 'lst' .*Did you mean list.* See "npm run admin -- key --help"/,
      () => admin('key', 'lst'),
    ],
    [
      'an option without its value',
      /^option '--name <name>' argument missing\. See/,
      () => admin('tenant', 'create', '--name'),
    ],
    ['an option that is missing', /^required option '--name <name>' not specified\. See/, () => on('tenant', 'create')],
    ['an argument too many', /^too many arguments for 'list'.* See/, () => onOrganization('key', 'list', 'all')],
    [
      'another kind of database',
      /^A database at postgres: cannot be used\. Give/,
      () => admin('migrate', '--database', 'postgres://u:secret@h/d'),
    ],
    [
      'a path for a URL',
      /^"data\/x\.db" as a database cannot be used\. Give the path of a file as file:/,
      () => admin('migrate', '--database', 'data/x.db'),
    ],
    [
      'a host for a path',
      /^"file:\/\/data\/x\.db" names no database file/,
      () => admin('migrate', '--database', 'file://data/x.db'),
    ],
    [
      'D1 and another database',
      /^--remote, --config, --env and --binding are about D1/,
      () => on('migrate', '--remote'),
    ],
    [
      'a configuration that is not there',
      /^There is no configuration \S+none\.json: name another/,
      () => admin('key', 'list', '--organization', organization, '--config', join(folder, 'none.json')),
    ],
    [
      'a file that is not there',
      /^There is no database file \S+absent\.db: name another/,
      () => admin('key', 'list', '--organization', organization, '--database', `file:${join(folder, 'absent.db')}`),
    ],
    [
      'a file that is no database',
      /^The database \S+ is no SQLite database/,
      () => admin('migrate', '--database', `file:${textFile()}`),
    ],
    ['a folder', /^The database \S+ cannot be opened/, () => admin('migrate', '--database', `file:${folder}`)],
    [
      'a file in a file',
      /^The database \S+ cannot be opened/,
      () => admin('migrate', '--database', `file:${textFile()}/x.db`),
    ],
    [
      'a server that is down',
      /^The database http:\/\/127\.0\.0\.1:\d+ cannot be reached \(.*\)\. See that it runs/,
      async () => admin('migrate', '--database', `http://127.0.0.1:${await freePort()}`),
    ],
    [
      'a database of a newer release',
      /^A newer release has migrated the database \(9999_later\.sql is unknown here\): run that release/,
      async () => admin('key', 'list', '--organization', organization, '--database', await newerDatabase()),
    ],
    [
      'a file for tenants that is not there',
      /^\S+none\.json: there is no such file/,
      () => admin('migrate', '--tenants', join(folder, 'none.json')),
    ],
    ['a file for tenants that is no JSON', /^\S+text\.txt is no JSON/, () => admin('migrate', '--tenants', textFile())],
    [
      'an export into no folder',
      /^\S+: there is no such file or folder/,
      () => on('tenant', 'export', organization, '--to', join(folder, 'none', 'x.ndjson')),
    ],
    [
      'a restore from no file',
      /^\S+none\.ndjson: there is no such file/,
      () => on('tenant', 'restore', '--from', join(folder, 'none.ndjson')),
    ],
    [
      'a restore from what is no NDJSON',
      /^\S+text\.txt, line 1, is no JSON/,
      () => on('tenant', 'restore', '--from', textFile()),
    ],
    [
      'an API that is no URL',
      /^--api: "nope" is no URL/,
      () => withSecret('tenant', 'create', '--name', 'A', '--api', 'nope'),
    ],
    [
      'what the API has below it',
      /^--api: "http:\/\/x\.example\/v1\/" must be where the deployment is, .*: leave \/v1 away\./,
      () => withSecret('tenant', 'create', '--name', 'A', '--api', 'http://x.example/v1/'),
    ],
    [
      'an API that is down',
      /^Nothing answers at http/,
      async () => withSecret('tenant', 'create', '--name', 'A', '--api', `http://127.0.0.1:${await freePort()}`),
    ],
    ['an overlap that is none', /--overlap/, () => onOrganization('key', 'rotate', organization, '--overlap', '-1')],
  ]
  it.each(cases)('%s', async (_, sentence, call) => {
    const { code, err } = await call()
    expect([code, err]).toEqual([1, expect.stringMatching(sentence)])
    expect(err.trimEnd()).not.toMatch(/\n|SQLITE_(?!NOTADB)|at \S+ \(|secret@/)
  })

  it('a restore into a file that was never migrated', async () => {
    const lines = join(folder, 'acme.ndjson')
    writeFileSync(lines, `${JSON.stringify({ table: 'organizations', row: { id: organization } })}\n`)
    const fresh = `file:${join(folder, 'fresh.db')}`
    const { code, err } = await admin('tenant', 'restore', '--from', lines, '--database', fresh)
    expect([code, err]).toEqual([1, expect.stringContaining('npm run admin -- migrate')])
    expect(err).not.toMatch(/SQLITE/)
  })
})

it('issues a key, rotates it, and lists both', async () => {
  const issued = await onOrganization('key', 'issue', '--name', 'sync')
  const id = UUID.exec(issued.out)?.[0] ?? ''
  expect((await onOrganization('key', 'issue', '--name', 'sync')).err).toMatch(/exists already.*rotate/)
  const rotated = await onOrganization('key', 'rotate', id, '--overlap', '0')
  expect([rotated.code, rotated.out]).toEqual([0, expect.stringContaining('Secret: eu_')])
  expect((await onOrganization('key', 'rotate', id)).err).toContain('rotated already')
  const { out } = await onOrganization('key', 'list')
  expect(
    out
      .split('\n')
      .filter((line) => line.endsWith('\tsync'))
      .map((line) => line.split('\t')[2]),
  ).toEqual(['expired', 'valid'])
})

it('changes settings, and makes the keys of phone numbers anew for another country', async () => {
  const { driver, close } = await openDatabase(database, undefined, { threads: false })
  const world = await openWorld(driver)
  await world.run([{ object: 'people', match: [{ name: 'phone_number', value: '0171 1' }], values: {} }])
  await close()
  const change = (...args: string[]) => on('tenant', 'change', world.organizationId, ...args)
  const { code, out } = await change('--default-country', 'DE', '--crm-mode', 'b2c')
  expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([
    0,
    expect.stringMatching(/^people.phone_number: outdated form "0171 1".*repaired$/),
  ])
  const settings = async () => {
    const { driver: again, close: end } = await openDatabase(database, undefined, { threads: false })
    const sql = 'SELECT crm_mode, history, default_country FROM organizations WHERE id = ?1'
    const { results } = await again.batch([{ sql, params: [world.organizationId] }])
    await end()
    return results[0]?.rows[0]
  }
  expect(await settings()).toEqual({ crm_mode: 'b2c', history: 'values', default_country: 'DE' })
  expect((await change('--no-default-country', '--history', 'off')).code).toBe(0)
  expect(await settings()).toEqual({ crm_mode: 'b2c', history: 'off', default_country: null })
})

it('schema: a file is planned, applied once, and exported as what changes nothing', async () => {
  const file = join(folder, 'schema.json')
  const deals = { slug: 'deals', singularName: 'Deal', pluralName: 'Deals', attributes: [] }
  const attribute = { slug: 'code', label: 'Code', type: 'text', unique: true }
  writeFileSync(file, JSON.stringify({ objects: [{ ...deals, attributes: [attribute] }] }))
  const schema = (...args: string[]) => onOrganization('schema', ...args)
  const planned = await schema('plan', file)
  expect([planned.code, planned.out.trim().split('\n').length]).toEqual([0, 2])
  const applied = await schema('apply', file)
  expect([applied.code, applied.out]).toEqual([0, planned.out])
  const again = await schema('apply', file)
  expect([again.code, again.out, again.err.trim()]).toEqual([
    0,
    '',
    'Nothing to do: the schema is what the document says.',
  ])
  expect((await schema('export', file)).code).toBe(0)
  expect(await schema('plan', file)).toMatchObject({ code: 0, out: '' })
  writeFileSync(file, JSON.stringify({ objects: [{ slug: 'deals', misspelt: true }] }))
  const refused = await schema('apply', file)
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('objects.0')])
})

it('schema apply sees the jobs that it begins through, and says what came of them', async () => {
  const { driver, close } = await openDatabase(database, undefined, { threads: false })
  const own = await openWorld(driver)
  await seedParts(driver, own.organizationId, own.operator, {})
  const file = join(folder, 'parts.json')
  const apply = (...attributes: object[]) => {
    writeFileSync(file, JSON.stringify({ objects: [{ slug: 'parts', attributes }] }))
    return admin('schema', 'apply', file, '--database', database, '--organization', own.organizationId)
  }
  const jobs = async () => (await readJobs(driver, own.organizationId, 10)).map(({ finishedAt }) => finishedAt !== null)
  const done = await apply({ slug: 'serial', indexed: true }, { slug: 'tags', indexed: true })
  expect([done.code, await jobs()]).toEqual([0, [true, true]])
  expect(done.err).toContain('index of parts.serial: 10')
  for (const name of ['serial', 'tags']) expect(done.err).toContain(`The index of parts.${name} is made.`)
  const failed = await apply({ slug: 'place', unique: true })
  expect([failed.code, await jobs()]).toEqual([1, [true, true, true]])
  expect(failed.err).toMatch(/parts\.place cannot be unique, .*: several records share p\d/)
  await close()
}, 60_000)

it('schema commands reach a running deployment by a key of the organisation', async () => {
  const file = join(folder, 'over-api.json')
  const { organizationId, token } = await seedKey(database, { scopes: ['admin'] })
  const { driver, close } = await openDatabase(database, undefined, { threads: false })
  await seedParts(driver, organizationId, administration(asOperator(driver, organizationId)), {})
  const { url, child } = await startServer(database)
  try {
    const schema = (...args: string[]) => runCommand(['schema', ...args, '--api', url], { API_KEY: token })
    expect(await schema('export', file)).toMatchObject({ code: 0 })
    expect(await schema('plan', file)).toMatchObject({ code: 0, out: '' })
    writeFileSync(file, JSON.stringify({ objects: [{ slug: 'parts', attributes: [{ slug: 'place', unique: true }] }] }))
    const planned = await schema('plan', file)
    expect(planned).toMatchObject({ code: 0, out: expect.stringContaining('parts.place') })
    const failed = await schema('apply', file)
    expect(failed).toMatchObject({ code: 1, out: planned.out, err: expect.stringContaining('several records share p') })
    expect((await schema('plan', file, '--organization', organizationId)).err).toContain('--organization')
    expect((await admin('schema', 'plan', file, '--database', database)).err).toContain('--organization is missing')
  } finally {
    child.kill('SIGKILL')
    await close()
  }
}, 60_000)

it('a command for one organisation refuses where it does not live, yet or any more, and changes nothing there', async () => {
  const url = `file:${join(folder, 'left.db')}`
  const { out } = await admin('tenant', 'create', '--name', 'Left', '--database', url)
  const id = UUID.exec(out)?.[0] ?? ''
  const { driver, close } = await openDatabase(url, undefined, { threads: false })
  try {
    const rows = async (sql: string) => (await driver.batch([{ sql, params: [] }])).results[0]?.rows
    const keys = () => rows('SELECT id, revoked_at, expires_at FROM credentials')
    const before = await keys()
    const keyId = String(before?.[0]?.id)
    const commands = [
      ['key', 'list'],
      ['key', 'issue', '--name', 'k'],
      ['key', 'rotate', keyId],
      ['key', 'revoke', keyId],
      ['schema', 'export'],
    ]
    for (const [status, reason] of [
      ['moving', 'is moving at this moment'],
      ['moved', 'has moved away from it'],
    ] as const) {
      await rows(`UPDATE organizations SET status = '${status}'`)
      for (const command of commands) {
        const { code, err } = await admin(...command, '--organization', id, '--database', url)
        expect([command, code, err]).toEqual([
          command,
          1,
          expect.stringContaining(`cannot be used for this: ${id} ${reason}`),
        ])
        // Of where others live that database knows nothing.
        expect(err).toContain(`tenant get ${id} --api '<url of the deployment>'`)
      }
    }
    expect(await keys()).toEqual(before)
  } finally {
    await close()
  }
})
