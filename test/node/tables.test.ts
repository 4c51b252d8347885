import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/node/database.ts'
import { migrate } from '../../src/storage/migrations.ts'
import * as tables from '../../src/storage/tables.ts'

/** The migrations make the tables, drizzle only describes them: here the two are held against each other. */

let database: OpenDatabase
beforeAll(async () => {
  database = await openDatabase('file::memory:', undefined, { threads: false })
  await migrate(database.driver)
})
afterAll(() => database.close())

it.each(Object.values(tables).map((table) => [getTableConfig(table).name, getTableConfig(table)] as const))(
  '%s has the columns, types, nulls and primary key that drizzle says',
  async (name, config) => {
    const { results } = await database.driver.batch([
      { sql: 'SELECT name, type, "notnull" AS required, pk FROM pragma_table_info(?1)', params: [name] },
    ])
    const made = (results[0]?.rows ?? []).map((r) => [r.name, String(r.type), r.required === 1, Number(r.pk) > 0])
    const together = new Set(config.primaryKeys.flatMap((key) => key.columns.map((column) => column.name)))
    const described = config.columns.map((column) => {
      const isKey = column.primary || together.has(column.name)
      return [column.name, column.getSQLType().toUpperCase(), column.notNull || isKey, isKey]
    })
    expect(described).toEqual(made)
  },
)
