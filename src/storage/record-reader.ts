import type { Include, ReadScope, RecordReader } from '../engine/read.ts'
import type { Scope } from '../engine/session.ts'
import { answered, recordsOf } from './answered-sql.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { guardedReads } from './guarded.ts'
import { namesOf, namesStatement } from './names-sql.ts'
import { parseRecord } from './program/answer.ts'
import { answersView } from './program/answers.ts'
import { ledToBy, meantBy } from './program/lookups.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { Parameters } from './query-parameters.ts'
import { countOf, countStatement, pageOf, queryStatement, reachStatement } from './query-sql.ts'
import { wordCountsOf, wordCountsStatement } from './word-counts-sql.ts'

const answers = named(answersView, PROGRAM)

const byIdStatement = (scope: ReadScope, object: string, id: string, include?: Include): Statement => {
  const parameters = new Parameters()
  const at = { organization: parameters.add(scope.organizationId), object: parameters.add(object) }
  const related =
    include &&
    `, (SELECT ${answered('i', include.object, scope, parameters)} FROM ${answers} i
  WHERE i.organization_id = a.organization_id AND i.object = ${parameters.add(include.object)}
    AND i.id = a.data ->> ${parameters.add(`$."${include.attribute}"[0]`)}) AS related`
  return {
    sql: `
SELECT ${answered('a', object, scope, parameters)} AS answer${related ?? ''} FROM ${answers} a
WHERE a.organization_id = ${at.organization} AND a.object = ${at.object} AND a.id = ${meantBy({ ...at, value: parameters.add(id) })}`,
    params: parameters.values,
  }
}

const byKeyStatement = (scope: ReadScope, object: string, name: string, value: string): Statement => {
  const parameters = new Parameters()
  const key = {
    organization: parameters.add(scope.organizationId),
    object: parameters.add(object),
    name: parameters.add(name),
    value: parameters.add(value),
  }
  return {
    sql: `
WITH held AS (SELECT k.slot, k.record_id FROM record_keys k
  WHERE k.organization_id = ${key.organization} AND k.object = ${key.object} AND k.name = ${key.name} AND k.value = ${key.value}
  ORDER BY k.slot LIMIT 2),
meant AS (SELECT slot, record_id FROM held
  UNION ALL SELECT record_id, record_id FROM (${ledToBy(key, 2)}) WHERE NOT EXISTS (SELECT 1 FROM held))
SELECT ${answered('a', object, scope, parameters)} AS answer FROM meant m CROSS JOIN ${answers} a
  ON a.organization_id = ${key.organization} AND a.object = ${key.object} AND a.id = m.record_id
ORDER BY m.slot`,
    params: parameters.values,
  }
}

const rowsOf = async (driver: SqlDriver, scope: Scope, statement: Statement): Promise<StatementResult['rows']> =>
  (await guardedReads(driver, scope).batch([statement])).results[0]?.rows ?? []

/** The engine's reader over any driver. */
export const recordReader = (driver: SqlDriver): RecordReader => ({
  async byId(scope, object, id) {
    return recordsOf(await rowsOf(driver, scope, byIdStatement(scope, object, id)), object)[0]
  },
  async byIdWith(scope, object, id, include) {
    const [row] = await rowsOf(driver, scope, byIdStatement(scope, object, id, include))
    if (!row) return undefined
    const related = row.related === null ? null : parseRecord(row.related as string, include.object)
    return { record: parseRecord(row.answer as string, object), related }
  },
  async byKey(scope, object, name, value) {
    return recordsOf(await rowsOf(driver, scope, byKeyStatement(scope, object, name, value)), object)
  },
  async query(scope, query) {
    const { organizationId } = scope
    const reach = reachStatement(organizationId, query)
    const { results } = await guardedReads(driver, scope).batch([
      queryStatement(scope, query),
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
  async wordCounts(scope, object, prefixes) {
    return wordCountsOf(await rowsOf(driver, scope, wordCountsStatement(scope.organizationId, object, prefixes)))
  },
  async names(scope, namings) {
    const { results } = await guardedReads(driver, scope).batch(
      namings.map((naming) => namesStatement(scope.organizationId, naming)),
    )
    return results.map(({ rows }) => namesOf(rows))
  },
})
