import type { RecordReader } from '../engine/read.ts'
import type { StoredRecord } from '../engine/record.ts'
import type { Scope } from '../engine/session.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { guardedReads } from './guarded.ts'
import { namesOf, namesStatement } from './names-sql.ts'
import { parseRecord } from './program/answer.ts'
import { answersView } from './program/answers.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { countOf, countStatement, pageOf, queryStatement, reachStatement } from './query-sql.ts'

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

const rowsOf = async (driver: SqlDriver, scope: Scope, statement: Statement): Promise<StatementResult['rows']> =>
  (await guardedReads(driver, scope).batch([statement])).results[0]?.rows ?? []

const recordsOf = (rows: StatementResult['rows'], object: string): StoredRecord[] =>
  rows.map((row) => parseRecord(row.answer as string, object))

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
  async query(scope, query) {
    const { organizationId } = scope
    const reach = reachStatement(organizationId, query)
    const { results } = await guardedReads(driver, scope).batch([
      queryStatement(organizationId, query),
      ...(reach ? [reach] : []),
      ...(query.counted ? [countStatement(organizationId, query)] : []),
    ])
    const [page, ...others] = results.map(({ rows }) => rows)
    return pageOf(query.object, {
      rows: page ?? [],
      reach: reach && others.shift()?.[0],
      counted: others[0]?.[0],
    })
  },
  async counts(scope, queries) {
    const { results } = await guardedReads(driver, scope).batch(
      queries.map((query) => countStatement(scope.organizationId, query)),
    )
    return results.map(({ rows: [row] }) => (row ? countOf(row) : { value: 0, exact: true }))
  },
  async names(scope, namings) {
    const { results } = await guardedReads(driver, scope).batch(
      namings.map((naming) => namesStatement(scope.organizationId, naming)),
    )
    return results.map(({ rows }) => namesOf(rows))
  },
})
