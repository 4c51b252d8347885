import type { ListQuery, Page, RecordReader } from '../engine/read.ts'
import type { StoredRecord } from '../engine/record.ts'
import type { Scope } from '../engine/session.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { guardedReads } from './guarded.ts'
import { cutPage, pageSql } from './page-sql.ts'
import { parseRecord } from './program/answer.ts'
import { answersView } from './program/answers.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { keyQueryStatement, Parameters, walkedRows } from './query-sql.ts'

const answers = named(answersView, PROGRAM)

const byIdSql = `SELECT answer FROM ${answers} WHERE organization_id = ?1 AND object = ?2 AND id = ?3`

const byIdWithSql = `
SELECT a.answer, (SELECT i.answer FROM ${answers} i
  WHERE i.organization_id = a.organization_id AND i.object = ?4 AND i.id = a.data ->> ?5) AS related
FROM ${answers} a WHERE a.organization_id = ?1 AND a.object = ?2 AND a.id = ?3`

const byKeySql = `
SELECT a.answer FROM record_keys k CROSS JOIN ${answers} a
  ON a.organization_id = k.organization_id AND a.object = k.object AND a.id = k.record_id
WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = ?3 AND k.value = ?4
ORDER BY k.slot LIMIT 2`

const shown = { include: '1', exclude: 'r.archived_at IS NULL', only: 'r.archived_at IS NOT NULL' } as const

/** Looks at `limit` records and no more, so a page of a filtered list may be short but never slow. */
const listStatement = (organizationId: string, { object, limit, afterId = '', archived }: ListQuery): Statement => {
  const parameters = new Parameters()
  const add = (value: string | number) => parameters.add(value)
  const sql = `
SELECT r.id, ${shown[archived]} AS taken, octet_length(r.data) AS bytes FROM records r
WHERE r.organization_id = ${add(organizationId)} AND r.object = ${add(object)} AND r.id > ${add(afterId)}
ORDER BY r.id LIMIT CAST(${add(limit.records)} AS INTEGER)`
  return { sql: pageSql({ sql, order: 'id', organizationId, object }, limit, add), params: parameters.values }
}

const rowsOf = async (driver: SqlDriver, scope: Scope, statement: Statement): Promise<StatementResult['rows']> =>
  (await guardedReads(driver, scope).batch([statement])).results[0]?.rows ?? []

const recordsOf = (rows: StatementResult['rows'], object: string): StoredRecord[] =>
  rows.map((row) => parseRecord(row.answer as string, object))

/** @param walked how many rows the walk looks at: as many mean that there may be more */
const pageOf = (rows: StatementResult['rows'], object: string, walked: number): Page => {
  const { seen, cut } = cutPage(rows)
  const last = seen[seen.length - 1]
  const more = cut || rows.length === walked
  return {
    records: recordsOf(
      seen.filter((row) => row.taken === 1),
      object,
    ),
    ...(more && last && { next: [String(last.value ?? ''), last.id as string] as const }),
  }
}

/** The engine's reader over any driver. */
export const recordReader = (driver: SqlDriver): RecordReader => ({
  async byId(scope, object, id) {
    const rows = await rowsOf(driver, scope, { sql: byIdSql, params: [scope.organizationId, object, id] })
    return recordsOf(rows, object)[0]
  },
  async byIdWith(scope, object, id, include) {
    const params = [scope.organizationId, object, id, include.object, `$."${include.attribute}"[0]`]
    const [row] = await rowsOf(driver, scope, { sql: byIdWithSql, params })
    if (!row) return undefined
    const related = row.related === null ? null : parseRecord(row.related as string, include.object)
    return { record: parseRecord(row.answer as string, object), related }
  },
  async byKey(scope, object, name, value) {
    return recordsOf(
      await rowsOf(driver, scope, { sql: byKeySql, params: [scope.organizationId, object, name, value] }),
      object,
    )
  },
  async list(scope, query) {
    const rows = await rowsOf(driver, scope, listStatement(scope.organizationId, query))
    return pageOf(rows, query.object, query.limit.records)
  },
  async query(scope, query) {
    const rows = await rowsOf(driver, scope, keyQueryStatement(scope.organizationId, query))
    return pageOf(rows, query.object, walkedRows(query))
  },
})
