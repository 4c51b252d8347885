import { parseRecord } from '../engine/outcome.ts'
import type { Change, ListQuery, Page, RecordReader } from '../engine/read.ts'
import type { StoredRecord } from '../engine/record.ts'
import type { Scope } from '../engine/session.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { guardedReads } from './guarded.ts'
import { keyQueryStatement, walkedRows } from './query-sql.ts'

const byIdSql = 'SELECT answer FROM record_answers WHERE organization_id = ?1 AND object = ?2 AND id = ?3'

const byKeySql = `
SELECT a.answer FROM record_keys k CROSS JOIN record_answers a
  ON a.organization_id = k.organization_id AND a.object = k.object AND a.id = k.record_id
WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = ?3 AND k.value = ?4
ORDER BY k.slot LIMIT 2`

const shown = { include: '1', exclude: 'r.archived_at IS NULL', only: 'r.archived_at IS NOT NULL' } as const

/** Looks at `limit` records and no more, so a page of a filtered list may be short but never slow. */
const listSql = (archived: ListQuery['archived']) => `
SELECT r.id, ${shown[archived]} AS shown, a.answer FROM records r CROSS JOIN record_answers a
  ON a.organization_id = r.organization_id AND a.object = r.object AND a.id = r.id
WHERE r.organization_id = ?1 AND r.object = ?2 AND r.id > ?3 ORDER BY r.id LIMIT CAST(?4 AS INTEGER)`

const changesSql = `
SELECT sequence, at, actor, contract, action, object, record_id, version, changed FROM changes
WHERE organization_id = ?1 AND sequence > CAST(?2 AS INTEGER) ORDER BY sequence LIMIT CAST(?3 AS INTEGER)`

const rowsOf = async (driver: SqlDriver, scope: Scope, statement: Statement): Promise<StatementResult['rows']> =>
  (await guardedReads(driver, scope).batch([statement])).results[0]?.rows ?? []

const recordsOf = (rows: StatementResult['rows'], object: string): StoredRecord[] =>
  rows.map((row) => parseRecord(row.answer as string, object))

const changeOf = (row: Record<string, unknown>): Change => ({
  sequence: row.sequence as number,
  at: row.at as number,
  actor: row.actor as string,
  contract: row.contract as string,
  action: row.action as string,
  object: row.object as string,
  recordId: row.record_id as string,
  version: row.version as number,
  changed: JSON.parse(row.changed as string) as string[],
})

const pageOf = (rows: StatementResult['rows'], taken: StatementResult['rows'], object: string, full: boolean): Page => {
  const last = rows[rows.length - 1]
  return {
    records: recordsOf(taken, object),
    ...(full && last && { next: [String(last.value ?? ''), last.id as string] as const }),
  }
}

/** The engine's reader over any driver. */
export const recordReader = (driver: SqlDriver): RecordReader => ({
  async byId(scope, object, id) {
    const rows = await rowsOf(driver, scope, { sql: byIdSql, params: [scope.organizationId, object, id] })
    return recordsOf(rows, object)[0]
  },
  async byKey(scope, object, name, value) {
    return recordsOf(
      await rowsOf(driver, scope, { sql: byKeySql, params: [scope.organizationId, object, name, value] }),
      object,
    )
  },
  async list(scope, { object, limit, afterId = '', archived }) {
    const params = [scope.organizationId, object, afterId, limit]
    const rows = await rowsOf(driver, scope, { sql: listSql(archived), params })
    return pageOf(
      rows,
      rows.filter((row) => row.shown === 1),
      object,
      rows.length === limit,
    )
  },
  async query(scope, query) {
    const rows = await rowsOf(driver, scope, keyQueryStatement(scope.organizationId, query))
    const met = rows.filter((row) => row.met === 1)
    const taken = met.slice(0, query.limit)
    const more = met.length > query.limit || rows.length === walkedRows(query)
    const seen = met.length > query.limit ? rows.slice(0, rows.indexOf(taken[taken.length - 1] as never) + 1) : rows
    return pageOf(seen, taken, query.object, more)
  },
  async changes(scope, after, limit) {
    return (await rowsOf(driver, scope, { sql: changesSql, params: [scope.organizationId, after, limit] })).map(
      changeOf,
    )
  },
})
