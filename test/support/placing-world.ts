import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import type { SqlDriver, SqlValue } from '../../src/storage/driver.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { readOrganizationRow } from '../../src/storage/tenant-organization.ts'
import { columnsOf, tenantTables } from '../../src/storage/tenant-tables.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import type { Tenant } from '../../src/tenants/directory.ts'
import { type ObjectPlace, type Place, PlaceError } from '../../src/tenants/place.ts'
import { Places, type PlacesOptions } from '../../src/tenants/places.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'

/**
 * A deployment with a shared database, one database of a tenant's own, and three objects for each tenant, all of them in memory: borders of objects are
 * their names here, and an object's past is what was kept of it by `keep`.
 */

export const shared: Place = { shape: 'shared' }
export const here: ObjectPlace = { shape: 'object' }
export const there: ObjectPlace = { shape: 'object', jurisdiction: 'us' }
export const further: ObjectPlace = { shape: 'object', jurisdiction: 'eu' }

type Rows = ReadonlyMap<string, readonly Readonly<Record<string, SqlValue>>[]>

const tables: readonly (readonly [string, string, readonly string[] | undefined])[] = [
  ['organizations', 'id', undefined],
  ...tenantTables.map((table) => [table.name, 'organization_id', ['organization_id', ...columnsOf(table)]] as const),
]

const rowsOf = async (driver: SqlDriver, id: string): Promise<Rows> => {
  const { results } = await driver.batch(
    tables.map(([name, owner]) => ({ sql: `SELECT * FROM ${name} WHERE ${owner} = ?1`, params: [id] })),
  )
  return new Map(
    tables.map(([name], i) => [name, (results[i]?.rows ?? []).map((row) => ({ ...row }) as Record<string, SqlValue>)]),
  )
}

const putRows = async (driver: SqlDriver, id: string, rows: Rows): Promise<void> => {
  await driver.batch(
    tables.flatMap(([name, owner]) => [
      { sql: `DELETE FROM ${name} WHERE ${owner} = ?1`, params: [id] },
      ...(rows.get(name) ?? []).map((row) => ({
        sql: `INSERT INTO ${name} (${Object.keys(row)}) VALUES (${Object.keys(row).map((_, n) => `?${n + 1}`)})`,
        params: Object.values(row),
      })),
    ]),
  )
}

export const placingWorld = async () => {
  const files = new Map<string, LibsqlFile>()
  for (const name of ['directory', 'shared', 'here', 'us', 'eu', 'database']) {
    const file = await libsqlFile('file::memory:')
    await migrate(file)
    files.set(name, file)
  }
  const fileNamed = (name: string): LibsqlFile => {
    const file = files.get(name)
    if (!file) throw new PlaceError(`There is no ${name}`)
    return file
  }
  const nameOf = (place: Place) => (place.shape === 'object' ? (place.jurisdiction ?? 'here') : place.shape)
  const fileOf = (place: Place) => fileNamed(nameOf(place))
  const past = new Map<string, Rows>()
  /** Stands before each call to the database of that name. */
  const gates = new Map<
    string,
    (call: () => ReturnType<SqlDriver['batch']>, sql: string) => ReturnType<SqlDriver['batch']>
  >()
  const gated = (name: string): SqlDriver => ({
    batch: (statements, options) => {
      const call = () => fileNamed(name).batch(statements, options)
      return gates.get(name)?.(call, statements.map(({ sql }) => sql).join('\n')) ?? call()
    },
  })
  const directory = sqlTenantDirectory(gated('directory'))
  const options: PlacesOptions = {
    home: shared,
    open: (_id, place) => gated(nameOf(place)),
    directory: { driver: gated('directory'), over: sqlTenantDirectory },
  }
  const deployment: Deployment = {
    places: new Places(options),
    directory,
    isMixed: true,
    isServed: true,
    objects: {
      async erase(id, place, statuses) {
        const row = await readOrganizationRow(fileOf(place), id)
        if (row && !statuses.includes(row.status)) return false
        await putRows(fileOf(place), id, new Map())
        return true
      },
      async rewind(id, place, _time, { isDry }) {
        const rows = past.get(id)
        if (!rows) return { impossible: 'no past' }
        if (!isDry) await putRows(fileOf(place), id, rows)
        return {}
      },
    },
  }
  return {
    deployment,
    /** What serves clients, with a memory of its own of who they are and where they live. */
    isolate() {
      const places = new Places(options)
      const services = createServices(places.connect, { places })
      const app = createApp({ services, clientAddress: () => undefined, serverTiming: false })
      return async (key: string, method: string, path: string, body?: object) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
        const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
        const response = await app.fetch(new Request(`http://test/v1${path}`, init))
        const text = await response.text()
        return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
      }
    },
    fileOf,
    gates,
    /** What it has at a place now, brought to another one by other hands. */
    async copy(id: string, from: Place, to: Place) {
      await putRows(fileOf(to), id, await rowsOf(fileOf(from), id))
    },
    /** To which its object can go back. */
    async keep(id: string, place: Place) {
      past.set(id, await rowsOf(fileOf(place), id))
    },
    /** Has it go back to what it is now, once that is called. */
    async pastOf(id: string, place: Place) {
      const rows = await rowsOf(fileOf(place), id)
      return () => past.set(id, rows)
    },
    statusAt: async (place: Place, id: string) => (await readOrganizationRow(fileOf(place), id))?.status,
    /** A row of a table, by its id. */
    async rowAt(place: Place, table: string, id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
      const { results } = await fileOf(place).batch([{ sql: `SELECT * FROM ${table} WHERE id = ?1`, params: [id] }])
      return results[0]?.rows[0]
    },
    async lineOf(id: string): Promise<Tenant> {
      const line = await directory.find(id)
      if (!line) throw new Error(`There is no line of ${id}`)
      return line
    },
    /** Somebody writes into its line. */
    async spoil(id: string, column: string, value: SqlValue) {
      await fileNamed('directory').batch([
        { sql: `UPDATE tenants SET ${column} = ?2 WHERE id = ?1`, params: [id, value] },
      ])
    },
    /** Logs and triggers of moves, by their names. */
    async watchesAt(place: Place): Promise<readonly unknown[]> {
      const sql = "SELECT name FROM sqlite_master WHERE name LIKE 'moving_%'"
      const { results } = await fileOf(place).batch([{ sql, params: [] }])
      return (results[0]?.rows ?? []).map(({ name }) => name)
    },
    async close() {
      for (const file of files.values()) await file.close()
    },
  }
}

export type PlacingWorld = Awaited<ReturnType<typeof placingWorld>>
