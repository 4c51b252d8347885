import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import type { ExportLine } from '../../src/admin/export.ts'
import { type ExportedTable, exportedColumns } from '../../src/admin/exported-rows.ts'
import { restoreLines, restoreOrganization } from '../../src/admin/restore.ts'
import type { SqlValue } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'

/** An export outlives the release that made it: it may be all that is left of a tenant. */

const isExported = (table: string): table is ExportedTable => table in exportedColumns

it('may be without what a migration has added since', () => {
  const added = readdirSync('migrations').flatMap((name) =>
    [...readFileSync(join('migrations', name), 'utf8').matchAll(/^ALTER TABLE (\w+) ADD COLUMN (\w+)/gm)].flatMap(
      ([, table = '', column = '']) =>
        isExported(table) && column in exportedColumns[table] ? [`${table}.${column}`] : [],
    ),
  )
  const later = Object.entries(exportedColumns).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, kind]) => ('later' in kind && kind.later ? [`${table}.${column}`] : [])),
  )
  expect(added).not.toEqual([])
  expect(later.sort()).toEqual(added.sort())
})

type Row = Readonly<Record<string, SqlValue>>

interface Fixture {
  readonly organizationId: string
  readonly tables: Readonly<Record<string, readonly Row[]>>
}

describe.each(['0.1', '0.2'])('an export of release %s', (release) => {
  const fixture = JSON.parse(readFileSync(`test/fixtures/release-${release}.json`, 'utf8')) as Fixture
  /** What that release exported: its tables as far as exports have them, without what is of the place and not of the data. */
  const pages = (Object.keys(exportedColumns) as ExportedTable[]).flatMap((table) => {
    const lines = (fixture.tables[table] ?? []).map(({ status: _, ...row }): ExportLine => ({ table, row }))
    return lines.length === 0 ? [] : [lines]
  })

  it('is restored', async () => {
    const { close, ...driver } = await libsqlFile('file::memory:')
    try {
      await migrate(driver)
      const id = fixture.organizationId
      const [organization = [], ...others] = pages
      await restoreOrganization(driver, id, organization, 'active')
      for (const lines of others) await restoreLines(asOperator(driver, id), id, lines)
      const count = async (table: string) =>
        (await driver.batch([{ sql: `SELECT count(*) AS count FROM ${table}`, params: [] }])).results[0]?.rows[0]?.count
      for (const table of ['records', 'record_keys', 'changes'])
        expect([table, await count(table)]).toEqual([table, fixture.tables[table]?.length])
    } finally {
      await close()
    }
  })
})
