import { readFileSync } from 'node:fs'
import { getTableName, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { splitSql } from '../../scripts/split-sql.ts'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { type SqlDriver, type SqlValue, UpgradingError } from '../../src/storage/driver.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { driverErrorIn, drizzleOver, plainly } from '../../src/storage/drizzle.ts'
import { migrationFiles } from '../../src/storage/migration-files.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { isNotMigrated } from '../../src/storage/not-migrated.ts'
import * as tables from '../../src/storage/tables.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import { moveTenant } from '../../src/tenants/moving.ts'
import { Places } from '../../src/tenants/places.ts'
import { sharedDeployment } from '../../src/tenants/shared.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'
import { telling } from '../../src/tenants/told.ts'

/** A database that is behind this release, by whatever migration, is told as that to whoever asks for anything. */

const names = migrationFiles.map(({ name }) => name)
const drizzleTables = Object.values(tables).filter((table) => is(table, SQLiteTable))

/** As the last release left it. */
const { migrations: released } = JSON.parse(readFileSync('test/fixtures/release-0.2.json', 'utf8')) as {
  migrations: readonly string[]
}

let whole: LibsqlFile
let key: string
let tenant: string
beforeAll(async () => {
  whole = await libsqlFile('file::memory:', { threads: false })
  await migrate(whole)
  const made = await createTenant(sharedDeployment(whole), { name: 'Behind', history: 'values' })
  key = made.adminKey
  tenant = made.id
})
afterAll(() => whole.close())

const rowsOf = async (driver: SqlDriver, sql: string) =>
  (await driver.batch([{ sql, params: [] }])).results[0]?.rows ?? []
const columnsIn = async (driver: SqlDriver, table: string) =>
  (await rowsOf(driver, `SELECT name FROM pragma_table_info('${table}')`)).map(({ name }) => String(name))

const apply = (driver: SqlDriver, files: readonly string[]) => {
  const statements = files.flatMap((name) => splitSql(readFileSync(`migrations/${name}`, 'utf8')))
  return driver.batch(statements.map((sql) => ({ sql, params: [] })))
}

/** What there is room for of the tenant. */
const bringTenant = async (driver: SqlDriver) => {
  for (const table of ['organizations', 'credentials', 'objects', 'attributes', 'combinations']) {
    const columns = await columnsIn(driver, table)
    for (const row of await rowsOf(whole, `SELECT ${columns.join(', ')} FROM ${table}`)) {
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `?${i + 1}`).join(', ')})`
      await driver.batch([{ sql, params: columns.map((column) => row[column] as SqlValue) }])
    }
  }
}

const id = '01900000-0000-7000-8000-00000000be1d'
const person = { match: { emails: 'jane@behind.example' }, values: { emails: ['jane@behind.example'] } }
const asked: readonly (readonly [string, string, object?])[] = [
  ['GET', `/objects/people/records/${id}`],
  ['GET', `/objects/people/records/${id}/history`],
  ['GET', '/objects/people/records?emails=jane@behind.example'],
  ['POST', '/objects/people/records/query', {}],
  ['PUT', '/objects/people/records', person],
  ['POST', `/objects/people/records/${id}/merge`, { from: id }],
  ['GET', '/changes'],
  ['GET', '/objects'],
  ['GET', '/hooks'],
  ['GET', '/subscriptions'],
  ['GET', '/jobs'],
  ['GET', '/keys'],
]

/** How whoever comes is answered: nothing but what a database that is up to date answers, or that it is being upgraded. */
const answersOf = async (driver: SqlDriver) => {
  const app = createApp({ services: createServices(() => driver), clientAddress: () => undefined, serverTiming: false })
  const faults: unknown[] = []
  let isBehind = false
  for (const [method, path, body] of asked) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const request = new Request(`http://test/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    const { status } = await app.fetch(request)
    if (status === 503) isBehind = true
    else if (status >= 500) faults.push([method, path, status])
  }
  for (const table of drizzleTables)
    try {
      await plainly(drizzleOver(driver).select().from(table))
    } catch (thrown) {
      const error = driverErrorIn(thrown)
      if (error instanceof UpgradingError) isBehind = true
      else faults.push([getTableName(table), String(error)])
    }
  return { isBehind, faults }
}

it('is being upgraded, for clients and for each table, by whichever migration since the last release it is behind', async () => {
  const file = await libsqlFile('file::memory:', { threads: false })
  await apply(file, released)
  await bringTenant(file)
  for (const name of names.slice(released.length)) {
    // An index alone is missed by nobody.
    const isMissed = splitSql(readFileSync(`migrations/${name}`, 'utf8')).some(
      (sql) => !/^CREATE (UNIQUE )?INDEX/.test(sql),
    )
    expect([name, await answersOf(file)]).toEqual([name, { isBehind: isMissed || expect.any(Boolean), faults: [] }])
    await apply(file, [name])
  }
  expect(await answersOf(file)).toEqual({ isBehind: false, faults: [] })
  await file.close()
})

describe('the shared database of a deployment whose tenants live elsewhere, one migration behind', () => {
  it('is told to whoever moves a tenant out of it, dry or not, before anything is begun', async () => {
    const file = await libsqlFile('file::memory:', { threads: false })
    const applied = names.slice(0, -1)
    await apply(file, applied)
    await bringTenant(file)
    const noted = applied.map((name) => ({ sql: 'INSERT INTO d1_migrations (name) VALUES (?1)', params: [name] }))
    await file.batch([{ sql: 'CREATE TABLE d1_migrations (name TEXT UNIQUE)', params: [] }, ...noted])
    const own: SqlDriver = await libsqlFile('file::memory:', { threads: false })
    await migrate(own)
    const directory = sqlTenantDirectory(own)
    const deployment: Deployment = {
      places: new Places({ home: { shape: 'object' }, open: (_id, { shape }) => (shape === 'shared' ? file : own) }),
      directory,
      isMixed: true,
      isServed: true,
      isSharedMigratedByHand: true,
    }
    await directory.adopt([{ id: tenant, name: 'Behind', place: { shape: 'shared' }, createdAt: 1, status: 'active' }])
    const before = await directory.find(tenant)
    const detail = expect.stringContaining(`from the migration ${names.at(-1)} on: "npx wrangler d1 migrations apply`)
    for (const isDry of [true, false])
      await expect(
        telling(deployment, () => moveTenant(deployment, tenant, { shape: 'object' }, { isDry })),
      ).rejects.toMatchObject({ refusal: { problems: [{ code: 'unusable_place', detail }] } })
    expect(await directory.find(tenant)).toEqual(before)
    await file.close()
  })
})

describe('what a database says that it has not', () => {
  it.each([
    ['D1_ERROR: no such table: main.record_aliases: SQLITE_ERROR', true],
    ['SQLITE_ERROR: no such column: u.aliases', true],
    ['no such column: "organizations.history"', true],
    ['table changes has no column named merged_into', true],
    ['no such index: dead_letters_wanted', true],
    // Of a move that is over.
    ['no such table: moving_0190000000007000800000000000be1d', false],
    // Of a database that was never migrated, or is another one.
    ['no such table: organizations', false],
    // A slip of ours.
    ['no such column: crm_mod', false],
  ])('%s', (message, is) => {
    expect(isNotMigrated(message)).toBe(is)
  })
})
