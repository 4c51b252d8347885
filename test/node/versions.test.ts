import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { splitSql } from '../../scripts/split-sql.ts'
import { createApp } from '../../src/app.ts'
import { generateSecret } from '../../src/auth/secret.ts'
import { createServices } from '../../src/deps.ts'
import { assertRecords } from '../../src/engine/assert.ts'
import type { AssertCommand } from '../../src/engine/command.ts'
import type { Session } from '../../src/engine/session.ts'
import { hashSecret } from '../../src/secrets/hash.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import { type SqlDriver, type Statement, UpgradingError } from '../../src/storage/driver.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { verdicts } from '../support/storage-world.ts'

type Rows = readonly Readonly<Record<string, string | number | null>>[]

/**
 * Old Workers meet new databases during every deployment, and new ones old databases: neither may do anything by half.
 * A fixture is what the release of that name wrote, and a batch that it sends; scripts/release-fixture.ts makes one.
 */
interface Fixture {
  readonly migrations: readonly string[]
  readonly organizationId: string
  readonly memberId: string
  readonly tables: Readonly<Record<string, Rows>>
  readonly batch: readonly Statement[]
  readonly guard: Statement
}

const fixtures = globSync('test/fixtures/release-*.json').map(
  (path) => [path, JSON.parse(readFileSync(path, 'utf8')) as Fixture] as const,
)

/** Kept answers count for a day: the release wrote them just now, however old its fixture is, and all at one time. */
const written = (replays: Rows): Rows => {
  const created_at = Date.now()
  return replays.map((row) => ({ ...row, created_at }))
}

/** A database as the release left it. */
const openOld = async ({ migrations, tables }: Fixture): Promise<LibsqlFile> => {
  const file = await libsqlFile('file::memory:', { threads: false })
  await file.batch([
    {
      sql: 'CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
      params: [],
    },
    // From the files: a build leaves out programs that are dropped again before it is up to date.
    ...migrations.flatMap((name) => [
      { sql: 'INSERT INTO d1_migrations (name) VALUES (?1)', params: [name] },
      ...splitSql(readFileSync(`migrations/${name}`, 'utf8')).map((sql) => ({ sql, params: [] })),
    ]),
    ...Object.entries(tables).flatMap(([table, stored]) =>
      (table === 'replays' ? written(stored) : stored).map((row) => ({
        sql: `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).map((_, i) => `?${i + 1}`)})`,
        params: Object.values(row),
      })),
    ),
  ])
  return file
}

const sessionOf = async (driver: SqlDriver, organizationId: string): Promise<Session> => {
  const look = async (): Promise<Session> => {
    const entry = await sqlDirectory(driver).look({ organizationId, secretHashes: [] })
    if (!entry) throw new Error('The fixture has no organisation')
    return { organization: entry.organization, actor: 'key:test', expiresAt: null, cached: false, refresh: look }
  }
  return look()
}

const person = (n: number, values: AssertCommand['values'] = {}): AssertCommand => ({
  object: 'people',
  match: [{ name: 'emails', value: `p${n}@release.example` }],
  values: { emails: [`p${n}@release.example`], ...values },
})

const deal = (code: string, values: AssertCommand['values'] = {}): AssertCommand => ({
  object: 'deals',
  match: [{ name: 'code', value: code }],
  values: { code, ...values },
})

/** As the old release wrote keys: no service of this one may be asked. */
const issueKey = async (driver: SqlDriver, organizationId: string): Promise<string> => {
  const secret = generateSecret('key', organizationId)
  const sql = `INSERT INTO credentials (id, secret_hash, organization_id, kind, name, scopes, created_at)
    VALUES ('new', ?1, ?2, 'key', 'new', '["crm:read","crm:write","admin"]', 1)`
  await driver.batch([{ sql, params: [await hashSecret(secret), organizationId] }])
  return secret
}

it('there is a fixture of a release', () => expect(fixtures).not.toEqual([]))

describe.each(fixtures)('%s', (path, fixture) => {
  const run = async (driver: SqlDriver, commands: readonly AssertCommand[], key?: string) =>
    assertRecords(recordStore(driver), await sessionOf(driver, fixture.organizationId), () => commands, {
      contract: 'v1',
      track: true,
      ...(key !== undefined && { idempotency: { key, fingerprint: 'f' } }),
    })

  // The programs before that are dropped: nobody deploys over two releases without a moment in between.
  it.runIf(path === fixtures.at(-1)?.[0])('an old Worker goes on working on a new database', async () => {
    const file = await openOld(fixture)
    await migrate(file)
    await file.batch([fixture.guard])
    const { results } = await file.batch(fixture.batch)
    const refusals = results[0]?.rows.map(({ remark }) => (remark === null ? null : JSON.parse(String(remark))[0]))
    expect(refusals).toEqual([null, null, null, 'conflict', 'conflict', null])
    const { outcomes } = await run(file, [person(2, { first_name: 'Grace H.' }), person(9, { first_name: 'New' })])
    expect(verdicts(outcomes)).toEqual(['unchanged', 'unchanged'])
    file.close()
  })

  it('a new Worker says `upgrading` on an old database, to writes, reads and administration, and changes nothing', async () => {
    const file = await openOld(fixture)
    await expect(run(file, [person(1, { first_name: 'Half' })])).rejects.toBeInstanceOf(UpgradingError)
    const app = createApp({
      services: createServices(() => file),
      clientAddress: () => undefined,
      serverTiming: false,
    })
    const token = await issueKey(file, fixture.organizationId)
    const requests = [
      ['PUT', '/v1/objects/people/records', '{"match":{"emails":"p1@release.example"},"values":{"first_name":"Half"}}'],
      ['GET', '/v1/objects/people/records', undefined],
      ['GET', '/v1/members', undefined],
      ['PUT', '/v2/crm/people?matchingAttribute=email', '{"firstName":"Half","emails":["p1@release.example"]}'],
    ] as const
    for (const [method, path, body] of requests) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await app.fetch(new Request(`http://test${path}`, { method, headers, ...(body && { body }) }))
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([
        path,
        503,
        'upgrading',
      ])
      expect(response.headers.get('retry-after')).toBe('5')
    }
    const { results } = await file.batch([{ sql: 'SELECT * FROM records ORDER BY 1, 2, 3', params: [] }])
    expect(results[0]?.rows.map((row) => ({ ...row }))).toEqual(fixture.tables.records)
    file.close()
  })

  it('a new Worker goes on with what the old one wrote', async () => {
    const file = await openOld(fixture)
    expect((await migrate(file)).length).toBeGreaterThan(0)
    const price = { amount: 12.5, code: 'EUR' }
    const d1 = { room: 'A', seat: 1.5, price, owner: fixture.memberId, labels: ['x', 'y'] }
    const { outcomes } = await run(file, [
      person(1, { first_name: 'Augusta', tracking_id: 'T1' }),
      person(3),
      person(5, { tracking_id: 'T1' }),
      deal('D1', d1),
      { object: 'deals', match: [{ name: 'place', value: ['A', 2] }], values: { code: 'D2', labels: ['z'] } },
      { object: 'deals', match: [{ name: 'place', value: ['A', 1.5] }], values: { code: 'D2' } },
    ])
    expect(verdicts(outcomes)).toEqual([
      'unchanged',
      'updated',
      'unique_conflict',
      'unchanged',
      'updated',
      'unique_conflict',
    ])
    expect(outcomes[1]).toMatchObject({ transition: 'restored' })
    const again = await run(file, [person(4, { first_name: 'Kept' }), person(2, { tracking_id: 'T1' })], 'k:release')
    expect(again.replayed).toBe(true)
    expect(verdicts(again.outcomes)).toEqual(['created', 'unique_conflict'])
    expect(again.outcomes[0]).toMatchObject({ record: { data: { first_name: ['Kept'] } } })
    file.close()
  })
})
