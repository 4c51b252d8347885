import { raiseRevision } from '../storage/administration-sql.ts'
import type { SqlDriver, SqlValue, Statement } from '../storage/driver.ts'
import { attributeKeys, combinationKeys } from '../storage/keys-sql.ts'
import { type Authority, asOperator, type CurrentOrganization } from './authority.ts'

/**
 * An organisation as lines of JSON: `{"table": "records", "row": {…}}`. Key rows are not in it, since they follow from
 * the records; neither are credentials, so an export gives nobody access. The organisation keeps its id.
 */
export interface ExportLine {
  readonly table: ExportedTable
  readonly row: Readonly<Record<string, SqlValue>>
}

const tables = {
  organizations: 'id',
  members: 'id',
  objects: 'slug',
  attributes: 'object, slug',
  combinations: 'object, name',
  records: 'object, id',
  changes: 'sequence',
} as const
type ExportedTable = keyof typeof tables
const tableNames = Object.keys(tables) as ExportedTable[]

const PAGE = 500

const ownerColumn = (table: ExportedTable) => (table === 'organizations' ? 'id' : 'organization_id')

/** Pages by the primary key, so that a page costs the same wherever it is. */
const pageStatement = (
  table: ExportedTable,
  organizationId: string,
  after: readonly SqlValue[] | undefined,
): Statement => {
  const order = tables[table]
  const columns = order.split(', ')
  const places = columns.map((_, i) => (table === 'changes' ? `CAST(?${i + 2} AS INTEGER)` : `?${i + 2}`)).join(', ')
  const where = after ? `AND (${order}) > (${places})` : ''
  return {
    sql: `SELECT * FROM ${table} WHERE ${ownerColumn(table)} = ?1 ${where} ORDER BY ${order} LIMIT ${PAGE}`,
    params: [organizationId, ...(after ?? [])],
  }
}

export async function* exportOrganization({ run }: Authority): AsyncGenerator<ExportLine> {
  for (const table of tableNames) {
    let after: SqlValue[] | undefined
    for (;;) {
      const { results } = await run(({ driver, organization }) =>
        driver.batch([pageStatement(table, organization.id, after)]),
      )
      const rows = (results[0]?.rows ?? []) as readonly Record<string, SqlValue>[]
      for (const row of rows) yield { table, row }
      const last = rows[rows.length - 1]
      if (rows.length < PAGE || !last) break
      after = tables[table].split(', ').map((column) => last[column] ?? null)
    }
  }
}

/** Rows of one table as one statement; rows that are there already stay as they are, so a restore can be repeated. */
const insertStatement = (table: ExportedTable, rows: readonly ExportLine['row'][]): Statement => {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => /^[a-z_]+$/.test(column))
  return {
    sql: `INSERT INTO ${table} (${columns.join(', ')})
SELECT ${columns.map((column) => `value ->> '$.${column}'`).join(', ')} FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    params: [JSON.stringify(rows)],
  }
}

const isLine = (line: unknown): line is ExportLine =>
  line !== null &&
  typeof line === 'object' &&
  'table' in line &&
  tableNames.includes(line.table as ExportedTable) &&
  'row' in line

export interface Restored {
  readonly organizationId: string
  readonly rows: Readonly<Record<string, number>>
}

/** Key rows of every index, made from the restored records. */
const restoreKeys = async ({ driver, organization }: CurrentOrganization) => {
  const organizationId = organization.id
  for (const object of organization.objects.values()) {
    for (const attribute of object.attributes.values())
      if (attribute.unique || attribute.indexed)
        await driver.batch(attributeKeys(organizationId, object.slug, { ...attribute, indexed: true }))
    for (const combination of object.combinations)
      await driver.batch(combinationKeys(organizationId, object.slug, combination))
  }
}

/**
 * For the operator. Puts an export into a database, in chunks; repeating it goes on where it stopped.
 * @param lines in the order in which `exportOrganization` gave them
 * @param dryRun reads and counts, and writes nothing
 * @throws Error for lines that are none of an export, or of two organisations
 */
export const restoreOrganization = async (
  driver: SqlDriver,
  lines: AsyncIterable<unknown> | Iterable<unknown>,
  { dryRun, progress }: { readonly dryRun: boolean; readonly progress?: (rows: number) => void },
): Promise<Restored> => {
  const counts: Record<string, number> = {}
  let organizationId: string | undefined
  let total = 0
  let waiting: ExportLine[] = []
  const flush = async () => {
    const [first] = waiting
    if (first && !dryRun) {
      const rows = waiting.map((line) => line.row)
      // An isolate may still know the organisation as it was before it went: what it knows must not come to life again.
      const owner = String(first.row[ownerColumn(first.table)])
      await driver.batch([insertStatement(first.table, rows), raiseRevision(owner)])
    }
    waiting = []
    progress?.(total)
  }
  for await (const line of lines) {
    if (!isLine(line)) throw new Error(`Line ${total + 1} is not a line of an export`)
    const owner = line.row[ownerColumn(line.table)]
    organizationId ??= String(owner)
    if (owner !== organizationId) throw new Error(`Line ${total + 1} is of another organisation`)
    if (waiting.length >= PAGE || (waiting[0] && waiting[0].table !== line.table)) await flush()
    waiting.push(line)
    counts[line.table] = (counts[line.table] ?? 0) + 1
    total++
  }
  await flush()
  if (organizationId === undefined) throw new Error('The export is empty')
  if (!dryRun) await asOperator(driver, organizationId).run(restoreKeys)
  return { organizationId, rows: counts }
}
