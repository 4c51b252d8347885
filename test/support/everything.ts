import type { SqlDriver } from '../../src/storage/driver.ts'

/** Asked of the database itself, so that a table to come is among them. */
const OWNED = `SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%organization_id%' ORDER BY name`

/** How often somebody asked, refused or not: written behind the answers, by and by, so that it says nothing of one request. */
const COUNTED_BEHIND: ReadonlySet<string> = new Set(['usage_hours', 'key_uses'])

const known = new WeakMap<SqlDriver, readonly string[]>()

const tablesOf = async (driver: SqlDriver): Promise<readonly string[]> => {
  const { results } = await driver.batch([{ sql: OWNED, params: [] }])
  const tables = (results[0]?.rows ?? []).map(({ name }) => String(name)).filter((name) => !COUNTED_BEHIND.has(name))
  if (tables.length < 8) throw new Error(`Only ${tables.join(', ')} were found`)
  known.set(driver, tables)
  return tables
}

/**
 * Every row that the organisations have in any table, and what stands in the scratch tables, as one text: equal before
 * and after means that nothing was written.
 */
export const everythingOf = async (driver: SqlDriver, ...organizationIds: readonly string[]): Promise<string> => {
  const tables = known.get(driver) ?? (await tablesOf(driver))
  const params = [JSON.stringify(organizationIds)]
  const { results } = await driver.batch([
    { sql: 'SELECT * FROM organizations WHERE id IN (SELECT value FROM json_each(?1))', params },
    ...tables.map((table) => ({
      sql: `SELECT * FROM ${table} WHERE organization_id IN (SELECT value FROM json_each(?1))`,
      params,
    })),
    { sql: 'SELECT * FROM refusals', params: [] },
  ])
  // In whatever order they came: how many columns a table has to be sorted by is its own affair.
  return JSON.stringify(results.map(({ rows }) => rows.map((row) => JSON.stringify(row)).sort()))
}
