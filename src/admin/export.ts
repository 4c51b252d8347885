import type { SqlValue, Statement } from '../storage/driver.ts'
import type { Authority } from './authority.ts'
import { type ExportedTable, exportedColumns, LARGEST } from './exported-rows.ts'

/**
 * An organisation as lines of JSON: `{"table": "records", "row": {…}}`. Key rows are not in it, since they follow from
 * the records, but those of merged records, which follow from nothing else; neither are credentials, so an export gives nobody access.
 * Hooks and subscriptions come with their secrets as they are stored, which are of use where the key is that they were encrypted with. The organisation keeps its id.
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
  hooks: 'id',
  subscriptions: 'id',
  dead_letters: 'subscription_id, sequence',
  records: 'object, id',
  record_aliases: 'object, name, value, merged_id',
  changes: 'sequence',
} as const satisfies Record<ExportedTable, string>
export const tableNames = Object.keys(tables) as ExportedTable[]

/** Rows of a page, at most: of an export, and of what is put back. */
export const EXPORT_PAGE_ROWS = 500
/** Bytes of the rows of a page; at least one row is in it, and the last one may reach beyond. */
const PAGE_BYTES = 4_000_000

/** The column that names the organisation. */
export const ownerColumn = (table: ExportedTable) => (table === 'organizations' ? 'id' : 'organization_id')

/** Where a page begins: behind the row of this primary key. Without one, at the beginning of the table. */
export interface ExportCursor {
  readonly table: ExportedTable
  readonly after?: readonly SqlValue[]
}

export const isExportCursor = (value: unknown): value is ExportCursor => {
  const { table, after } = (value ?? {}) as Partial<Record<'table' | 'after', unknown>>
  if (!tableNames.includes(table as ExportedTable)) return false
  if (after === undefined) return true
  const columns = tables[table as ExportedTable].split(', ')
  return (
    Array.isArray(after) &&
    after.length === columns.length &&
    after.every((part) => ['string', 'number'].includes(typeof part))
  )
}

/** What a row holds, whichever of its columns is the large one: the length of a text is known without reading it. */
const bytesOf = (table: ExportedTable) =>
  Object.keys(exportedColumns[table])
    .map((column) => `coalesce(octet_length("${column}"), 0)`)
    .join(' + ')

/**
 * Pages by the primary key, so that a page costs the same wherever it is. The rows are weighed by themselves first: a window
 * over whole rows would hold all of them in memory before it left out the first.
 */
const pageStatement = ({ table, after }: ExportCursor, organizationId: string): Statement => {
  const order = tables[table]
  const columns = order.split(', ')
  const places = columns.map((_, i) => (table === 'changes' ? `CAST(?${i + 2} AS INTEGER)` : `?${i + 2}`)).join(', ')
  const where = after ? `AND (${order}) > (${places})` : ''
  const weighed = `
  SELECT ${order}, ${bytesOf(table)} AS bytes FROM ${table}
  WHERE ${ownerColumn(table)} = ?1 ${where} ORDER BY ${order} LIMIT ${EXPORT_PAGE_ROWS}`
  return {
    sql: `
SELECT stored.* FROM (
  SELECT ${order}, sum(bytes) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING) - bytes AS before FROM (${weighed})
) AS page JOIN ${table} AS stored ON stored.${ownerColumn(table)} = ?1
  AND ${columns.map((column) => `stored.${column} = page.${column}`).join(' AND ')}
WHERE page.before < ${PAGE_BYTES} ORDER BY ${columns.map((column) => `page.${column}`).join(', ')}`,
    params: [organizationId, ...(after ?? [])],
  }
}

/** Whether an organisation is served is a matter of where it is, and none of what it holds. */
const exportedRow = (table: ExportedTable, row: Readonly<Record<string, SqlValue>>): ExportLine['row'] => {
  if (table !== 'organizations') return row
  const { status: _, ...kept } = row
  // Nor is how far above others its revision was brought there: whoever restores it makes another.
  return { ...kept, revision: Math.min(Number(kept.revision), LARGEST) }
}

export interface ExportPage {
  readonly lines: readonly ExportLine[]
  /** Absent at the end. */
  readonly next?: ExportCursor
}

/** The rows behind the cursor, of one table. */
export const exportPage = async (
  { run }: Authority,
  cursor: ExportCursor = { table: 'organizations' },
): Promise<ExportPage> => {
  const { table } = cursor
  const { results } = await run(({ reads, organization }) => reads.batch([pageStatement(cursor, organization.id)]))
  const rows = (results[0]?.rows ?? []) as readonly Record<string, SqlValue>[]
  const lines = rows.map((row) => ({ table, row: exportedRow(table, row) }))
  const last = rows[rows.length - 1]
  if (last) return { lines, next: { table, after: tables[table].split(', ').map((column) => last[column] ?? null) } }
  const following = tableNames[tableNames.indexOf(table) + 1]
  return { lines, ...(following && { next: { table: following } }) }
}

/** The organisation that a line is of. */
export const ownerOf = ({ table, row }: ExportLine): string => String(row[ownerColumn(table)])

export const isLine = (line: unknown): line is ExportLine =>
  line !== null &&
  typeof line === 'object' &&
  'table' in line &&
  tableNames.includes(line.table as ExportedTable) &&
  'row' in line &&
  line.row !== null &&
  typeof line.row === 'object'
