import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import type { ExportLine } from '../../src/admin/export.ts'
import { checkExportedRow, type ExportedTable, exportedColumns } from '../../src/admin/exported-rows.ts'
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
    const { close, ...driver } = await libsqlFile('file::memory:', { threads: false })
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

describe('a row of an export that somebody has written', () => {
  const change = {
    organization_id: 'o',
    sequence: 1,
    at: 1,
    actor: 'operator',
    contract: 'v1',
    action: 'updated',
    object: 'people',
    record_id: 'r',
    version: 1,
    changed: '[]',
    delta: '{"first_name":[null,["Ada"]]}',
  }

  it.each([
    ['action', { action: 'constructor' }],
    ['action', { action: 'toString' }],
    ['changed', { changed: '[{}]' }],
    ['actor', { actor: 'k","v' }],
    ['record_id', { record_id: 'a"b' }],
    ['delta', { delta: '5' }],
    ['delta', { delta: '{"first_name":[null,[null]]}' }],
    ['delta', { delta: '{"first_name":5}' }],
    ['delta', { delta: '{"first_name":[null]}' }],
    ['delta', { delta: '{"first_name":[null,"Ada"]}' }],
    ['delta', { action: 'created', delta: '{"first_name":5}' }],
    ['delta', { action: 'history_changed', delta: null }],
    ['delta', { action: 'history_changed', delta: '{"history":null}' }],
    ['delta', { action: 'schema_changed', delta: '[]' }],
    ['toString', { toString: 'x' }],
    ['constructor', { constructor: 'x' }],
  ])('is refused for its %s', (column, wrong: Record<string, SqlValue>) => {
    expect(() => checkExportedRow('changes', { ...change, ...wrong }, ['row'])).toThrow(
      expect.objectContaining({ refusal: { problems: [expect.objectContaining({ field: `row.${column}` })] } }),
    )
  })

  it.each([
    {},
    { delta: null },
    { action: 'created', delta: '{"first_name":["Ada"]}' },
    { action: 'erased', delta: '[1]' },
    { action: 'history_changed', delta: '{"history":["names","values"]}' },
    { action: 'schema_changed', delta: '{"renamed":{}}' },
  ])('is taken as what the product writes: %o', (right: Record<string, SqlValue>) => {
    expect(() => checkExportedRow('changes', { ...change, ...right }, ['row'])).not.toThrow()
  })

  const record = {
    organization_id: 'o',
    object: 'people',
    id: 'r',
    data: '{"first_name":["Ada"]}',
    version: 1,
    created_at: 1,
    updated_at: 1,
    archived_at: null,
    created_by: 'key:k',
    updated_by: 'operator',
    last_write: '["r"]',
  }

  // What the program writes into its answers as it is, and what no key can be made of.
  it.each([
    ['id', { id: 'a"b' }],
    ['id', { id: '' }],
    ['created_by', { created_by: '"x"' }],
    ['updated_by', { updated_by: 'k","v' }],
    ['data', { data: '{"emails":[]}' }],
    ['data', { data: '{"emails":[null]}' }],
    ['data', { data: '{"emails":[[null]]}' }],
    ['data', { data: '{"emails":[["a@b.c",null]]}' }],
    ['data', { data: '{"emails":[[["a@b.c"]]]}' }],
    ['data', { data: '{"emails":["a","b","c"]}' }],
    ['data', { data: '{"price":[{"amount":null}]}' }],
  ])('as a record is refused for its %s', (column, wrong: Record<string, SqlValue>) => {
    expect(() => checkExportedRow('records', { ...record, ...wrong }, ['row'])).toThrow(
      expect.objectContaining({ refusal: { problems: [expect.objectContaining({ field: `row.${column}` })] } }),
    )
  })

  it.each([
    {},
    { data: '{"emails":[["a@b.c","d@e.f"]],"phones":["+49 30 1","+49301"],"is_new":[false],"age":[7]}' },
    { data: '{"price":[{"amount":1,"code":"EUR"}],"prices":[[{"amount":1}],[1]]}' },
  ])('as a record is taken as what the product writes: %o', (right: Record<string, SqlValue>) => {
    expect(() => checkExportedRow('records', { ...record, ...right }, ['row'])).not.toThrow()
  })
})
