import type { SqlValue, Statement, StatementResult } from './driver.ts'
import { columnsOf, type TenantTable } from './tenant-tables.ts'

/**
 * Rows of one tenant, read at one database and written at another as they are. Rows are lists of values in the order of
 * `columnsOf`; keys and rows travel as one JSON parameter, which keeps integers what they are and is one statement for
 * any number of rows.
 */

export type Row = readonly SqlValue[]
/** The values of a table's `key`. */
export type Key = readonly SqlValue[]

/** Rows of a page, and the bytes after which it ends sooner. */
export const PAGE_ROWS = 2_000
export const PAGE_BYTES = 500_000
/** What a row weighs beside its large column. */
const ROW_BYTES = 200
const PURGE_ROWS = 1_000
/** Rows that one look at the sums takes in. */
const SUM_ROWS = 20_000

/** Rows that fade are left out this long before they may be swept, so that no sweep comes between two looks. */
const FADING_MS = 3_600_000

const list = (columns: readonly string[], of = 't') => columns.map((column) => `${of}.${column}`).join(', ')
const element = (parameter: string, i: number) => `${parameter} ->> ${i}`
const elements = ({ key }: TenantTable, parameter: string) => key.map((_, i) => element(parameter, i)).join(', ')
const weightOf = ({ heavy }: TenantTable) =>
  heavy ? `coalesce(octet_length(t.${heavy}), 0) + ${ROW_BYTES}` : ROW_BYTES

/** Rows behind a key, without those that fade. Parameters: organisation, key, and the horizon where rows fade. */
const behind = (table: TenantTable) => `
t.organization_id = ?1 AND (${list(table.key)}) > (${elements(table, '?2')})${table.fades ? ` AND t.${table.fades.column} > CAST(?3 AS INTEGER)` : ''}`

const behindParams = (table: TenantTable, organizationId: string, after: Key, now: number): SqlValue[] => [
  organizationId,
  JSON.stringify(after),
  ...(table.fades ? [now - table.fades.after + FADING_MS] : []),
]

const equal = ({ key }: TenantTable, other: (column: string, i: number) => string) =>
  key.map((column, i) => `t.${column} = ${other(column, i)}`).join(' AND ')

/** Rows behind a key and up to another, or to the end; without those that fade. */
const between = (table: TenantTable, organizationId: string, after: Key, last: Key | undefined, now: number) => {
  const params = behindParams(table, organizationId, after, now)
  if (!last) return { where: behind(table), params }
  const upTo = `(${list(table.key)}) <= (${elements(table, `?${params.length + 1}`)})`
  return { where: `${behind(table)} AND ${upTo}`, params: [...params, JSON.stringify(last)] }
}

/**
 * The next rows: at least one, if there is one. Their texts are read only when it is known how many fit.
 * @param last the key that they do not go beyond. Default: the end of the table
 */
export const pageAfter = (
  table: TenantTable,
  organizationId: string,
  after: Key,
  now: number,
  last?: Key,
): Statement => {
  const { where, params } = between(table, organizationId, after, last, now)
  return {
    sql: `
SELECT ${list(columnsOf(table))} FROM (
  SELECT ${list(table.key, 'w')}, sum(w.weight) OVER (ORDER BY ${list(table.key, 'w')} ROWS UNBOUNDED PRECEDING) - w.weight AS before FROM (
    SELECT ${list(table.key)}, ${weightOf(table)} AS weight FROM ${table.name} t WHERE ${where}
    ORDER BY ${list(table.key)} LIMIT ${PAGE_ROWS}) w) p
CROSS JOIN ${table.name} t ON t.organization_id = ?1 AND ${equal(table, (column) => `p.${column}`)}
WHERE p.before < ${PAGE_BYTES} ORDER BY ${list(table.key)}`,
    params,
  }
}

/** The rows that there are of these keys. */
export const rowsOfKeys = (table: TenantTable, organizationId: string, keys: readonly Key[]): Statement => ({
  sql: `
SELECT ${list(columnsOf(table))} FROM json_each(?2) w
CROSS JOIN ${table.name} t ON t.organization_id = ?1 AND ${equal(table, (_, i) => element('w.value', i))}`,
  params: [organizationId, JSON.stringify(keys)],
})

/** The key of the last row; rows in a table that grows are behind it. */
export const lastKey = (table: TenantTable, organizationId: string): Statement => ({
  sql: `
SELECT ${list(table.key)} FROM ${table.name} t WHERE t.organization_id = ?1
ORDER BY ${table.key.map((column) => `t.${column} DESC`).join(', ')} LIMIT 1`,
  params: [organizationId],
})

const exactly = (value: unknown): SqlValue => {
  if (value === null || typeof value === 'string') return value
  // Integers beyond the safe ones would come out as others; what has a fraction is written as it was read.
  if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value
  throw new Error('A row holds what is neither a text nor a number, and cannot be copied as it is')
}

/** @throws Error for a value that could not be written as it is */
export const rowsIn = (columns: readonly string[], result: StatementResult | undefined): Row[] =>
  (result?.rows ?? []).map((row) => columns.map((column) => exactly(row[column])))

/** No character takes more. */
const BYTES_PER_UNIT = 3

/**
 * Whether a page was the last one for certain. Writers may add a row for each page that is read: a walk that went on until
 * there is none would follow them for ever.
 */
export const isLastPage = (table: TenantTable, rows: readonly Row[]): boolean => {
  const heavy = table.heavy === undefined ? -1 : columnsOf(table).indexOf(table.heavy)
  const bytes = rows.reduce((sum, row) => sum + ROW_BYTES + BYTES_PER_UNIT * String(row[heavy] ?? '').length, 0)
  return rows.length < PAGE_ROWS && bytes < PAGE_BYTES
}

export const keyOf = ({ key }: TenantTable, row: Row): Key => row.slice(0, key.length)

const insertInto = (table: TenantTable) => `INSERT INTO ${table.name} (organization_id, ${columnsOf(table).join(', ')})`

/** A row that is too large to stand in a text of its own. Columns of integers make one again of what binds as a number. */
const insertOne = (table: TenantTable, organizationId: string, row: Row): Statement => ({
  sql: `${insertInto(table)} VALUES (?1, ${row.map((_, i) => `?${i + 2}`).join(', ')})`,
  params: [organizationId, ...row],
})

const insertMany = (table: TenantTable, organizationId: string, texts: readonly string[]): Statement => ({
  sql: `${insertInto(table)}
SELECT ?1, ${columnsOf(table)
    .map((_, i) => element('r.value', i))
    .join(', ')} FROM json_each(?2) r`,
  params: [organizationId, `[${texts.join(',')}]`],
})

/** Inserts rows of which none is there. Nothing is replaced: what is in the way is another tenant's, and aborts. */
const insertRows = (table: TenantTable, organizationId: string, rows: readonly Row[]): Statement[] => {
  const statements: Statement[] = []
  let texts: string[] = []
  let characters = 0
  const flush = () => {
    if (texts.length > 0) statements.push(insertMany(table, organizationId, texts))
    texts = []
    characters = 0
  }
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (text.length > PAGE_BYTES) {
      statements.push(insertOne(table, organizationId, row))
      continue
    }
    if (characters + text.length > PAGE_BYTES) flush()
    texts.push(text)
    characters += text.length
  }
  flush()
  return statements
}

/** Rows, and the keys that they are to stand for: a key without a row is one of a row that is gone. */
export interface Replacement {
  readonly table: TenantTable
  readonly keys: readonly Key[]
  readonly rows: readonly Row[]
}

/** Has these keys stand for these rows and nothing else, however often it is done. */
export const replaceRows = (organizationId: string, replacements: readonly Replacement[]): Statement[] => [
  // All that goes goes first: a unique value may have moved from one row to another.
  ...replacements.map(({ table, keys }) => ({
    sql: `
DELETE FROM ${table.name} WHERE organization_id = ?1 AND (${table.key.join(', ')}) IN (
  SELECT ${elements(table, 'w.value')} FROM json_each(?2) w)`,
    params: [organizationId, JSON.stringify(keys)],
  })),
  ...replacements.flatMap(({ table, rows }) => insertRows(table, organizationId, rows)),
]

/** A number that stands for a text: of its length and of two of its characters, where ids that differ do. */
const textSum = (column: string) => `
coalesce(sum(octet_length(t.${column}) * 31 + coalesce(unicode(substr(t.${column}, 1)), 0)
  + 7 * coalesce(unicode(substr(t.${column}, 36)), 0) + 13 * coalesce(unicode(substr(t.${column}, 38)), 0)), 0)`

/** Of a large text only the length, which is told without reading it: its row has a version, or a time, besides. */
const lengthSum = (column: string) => `coalesce(sum(octet_length(t.${column})), 0)`

/** And for a number, so small that no sum of them overflows; none is not the same as 0. */
const numberSum = (column: string) => `coalesce(sum(t.${column} % 1000000007), 0) + count(t.${column})`

const NUMBERS = /(_at|^is_.*|^at|^position|^sequence|^version|^requests)$/

/** The key of the row that ends the next piece of a walk; none when the piece is the last of the table. */
export const endOfPiece = (table: TenantTable, organizationId: string, after: Key, now: number): Statement => ({
  sql: `
SELECT ${list(table.key)} FROM ${table.name} t WHERE ${behind(table)} ORDER BY ${list(table.key)} LIMIT 1 OFFSET ${SUM_ROWS - 1}`,
  params: behindParams(table, organizationId, after, now),
})

/** `{rows, sums}` of the rows between two keys: their number, and sums over every column. */
export const sumsBetween = (
  table: TenantTable,
  organizationId: string,
  after: Key,
  last: Key | undefined,
  now: number,
): Statement => {
  const sums = columnsOf(table).map((column) => {
    if (NUMBERS.test(column)) return numberSum(column)
    return column === table.heavy ? lengthSum(column) : textSum(column)
  })
  const { where, params } = between(table, organizationId, after, last, now)
  return {
    sql: `
SELECT count(*) AS rows, ${sums.map((sum) => `(${sum})`).join(" || ' ' || ")} AS sums FROM ${table.name} t WHERE ${where}`,
    params,
  }
}

/**
 * Deletes a piece of what an organisation has in every table, as long as it stands as it was read; then says by a row
 * for each table whether there is more.
 */
export const purgePiece = (
  tables: readonly TenantTable[],
  organizationId: string,
  seen: { readonly status: string; readonly revision: number },
): Statement[] => {
  const isSo =
    'EXISTS (SELECT 1 FROM organizations o WHERE o.id = ?1 AND o.status = ?2 AND o.revision = CAST(?3 AS INTEGER))'
  const params = [organizationId, seen.status, seen.revision]
  return [
    ...tables.map(({ name, key }) => ({
      sql: `
DELETE FROM ${name} WHERE organization_id = ?1 AND ${isSo} AND (${key.join(', ')}) IN (
  SELECT ${list(key)} FROM ${name} t WHERE t.organization_id = ?1 LIMIT ${PURGE_ROWS})`,
      params,
    })),
    ...tables.map(({ name }) => ({
      sql: `SELECT 1 FROM ${name} WHERE organization_id = ?1 AND ${isSo} LIMIT 1`,
      params,
    })),
  ]
}
