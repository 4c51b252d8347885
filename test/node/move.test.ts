import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { libsqlHttp } from '../../src/storage/drivers/libsql-http.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { columnsOf, organizationColumns, otherTables, tenantTables } from '../../src/storage/tenant-tables.ts'
import { startHranaServer } from '../support/hrana-server.ts'
import { moveSuite } from '../support/move-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const opened: Pick<LibsqlFile, 'close'>[] = []
afterAll(async () => {
  for (const one of opened) await one.close()
  rmSync(folder, { recursive: true })
})

const file = async (name: string) => {
  const driver = await libsqlFile(`file:${join(folder, name)}`, { threads: false })
  opened.push(driver)
  await migrate(driver)
  return driver
}

const server = async (name: string) => {
  const started = await startHranaServer(join(folder, name))
  opened.push(started)
  const driver = libsqlHttp({ url: started.url })
  await migrate(driver)
  return driver
}

moveSuite({
  name: 'a libSQL file to another',
  thorough: true,
  open: async () => ({ source: await file('a.db'), target: await file('b.db') }),
})

moveSuite({
  name: 'a libSQL file to libSQL over HTTP',
  open: async () => ({ source: await file('c.db'), target: await server('d.db') }),
})

moveSuite({
  name: 'libSQL over HTTP to a libSQL file',
  open: async () => ({ source: await server('e.db'), target: await file('f.db') }),
})

it('has decided about every table and every column that the migrations make', async () => {
  const driver = await file('tables.db')
  const { results } = await driver.batch([
    {
      sql: `SELECT m.name AS name, json_group_array(c.name) AS columns FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' GROUP BY m.name`,
      params: [],
    },
  ])
  const made = new Map(
    (results[0]?.rows ?? []).map((row) => [String(row.name), (JSON.parse(String(row.columns)) as string[]).sort()]),
  )
  const { settings, ofPlace } = organizationColumns
  const decided = new Map([
    ['organizations', ['id', ...settings, ...ofPlace].sort()] as const,
    ...tenantTables.map((table) => [table.name, ['organization_id', ...columnsOf(table)].sort()] as const),
  ])
  expect([...decided.keys(), ...Object.keys(otherTables)].sort()).toEqual([...made.keys()].sort())
  for (const [name, columns] of decided) expect([name, made.get(name)]).toEqual([name, columns])
})
