import { COUNTED_ROWS, WALKED_ROWS } from '../engine/query/walk.ts'
import type { Archived, Page, RecordQuery } from '../engine/read.ts'
import { conditionSql } from './condition-sql.ts'
import type { Statement, StatementResult } from './driver.ts'
import { cutPage, pageSql } from './page-sql.ts'
import { parseRecord } from './program/answer.ts'
import { answersView } from './program/answers.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { Parameters } from './query-parameters.ts'
import { type WalkSql, walkSql } from './walk-sql.ts'

const answers = named(answersView, PROGRAM)

const shown: Readonly<Record<Archived, readonly string[]>> = {
  include: [],
  exclude: ['r.archived_at IS NULL'],
  only: ['r.archived_at IS NOT NULL'],
}

/** Whether a row of the walk is one of the answer. */
const takenSql = (walk: WalkSql, { plan, archived }: RecordQuery, organizationId: string, parameters: Parameters) => {
  const condition = plan.condition ? [conditionSql(plan.condition, { organizationId, parameters })] : []
  const all = [...(walk.counts === undefined ? [] : [walk.counts]), ...shown[archived], ...condition]
  return all.length > 0 ? `(${all.join(' AND ')})` : '1'
}

/** A page always has room for the row that tells that more follow. */
const rowsOf = ({ limit }: RecordQuery): number => Math.max(WALKED_ROWS, limit.records + 1)

/**
 * Goes along the walk until the page is full, and no further than the work limit. Where it ends for the limit, a last row
 * that is not taken says where. It is looked for only when the page is not full: a condition around it would come too late,
 * a limit of 0 does not begin.
 */
export const queryStatement = (organizationId: string, query: RecordQuery): Statement => {
  const parameters = new Parameters()
  const { object, plan, after, limit } = query
  const walk = walkSql(plan.walk, { organizationId, object, parameters, after })
  const integer = (value: number) => `CAST(${parameters.add(value)} AS INTEGER)`
  const place = `${walk.value} AS value, ${walk.id} AS id`
  const sql = `
  SELECT * FROM (WITH hits AS MATERIALIZED (
    SELECT * FROM (
      SELECT ${place}, ${takenSql(walk, query, organizationId, parameters)} AS taken,
        octet_length(r.data) + ${integer(limit.bytesPerRecord)} AS bytes
      ${walk.rows} LIMIT ${rowsOf(query)})
    WHERE taken LIMIT ${limit.records + 1})
  SELECT * FROM hits UNION ALL
  SELECT * FROM (SELECT ${place}, 0 AS taken, 0 AS bytes ${walk.rows}
    LIMIT iif((SELECT count(*) FROM hits) > ${limit.records}, 0, 1) OFFSET ${rowsOf(query) - 1}))`
  const order = `value ${walk.direction}, id ${walk.direction}`
  const limits = { records: parameters.add(limit.records), bytes: parameters.add(limit.bytes) }
  const answered = `SELECT a.answer FROM ${answers} a WHERE a.organization_id = ${parameters.add(organizationId)}
    AND a.object = ${parameters.add(object)} AND a.id = s.id`
  const page = pageSql(
    { sql, order },
    limits,
    (fits) => `SELECT s.*, CASE WHEN ${fits} THEN (${answered}) END AS answer FROM summed s ORDER BY ${order}`,
  )
  return { sql: page, params: parameters.values }
}

/** Counts from the beginning, as far as it goes: rows (all, taken). */
export const countStatement = (organizationId: string, query: RecordQuery): Statement => {
  const parameters = new Parameters()
  const walk = walkSql(query.plan.walk, { organizationId, object: query.object, parameters })
  const taken = takenSql(walk, query, organizationId, parameters)
  const most = query.plan.condition ? WALKED_ROWS : COUNTED_ROWS
  const sql = `SELECT count(*) AS walked, coalesce(sum(taken), 0) AS taken, ${most} AS most
FROM (SELECT ${taken} AS taken ${walk.rows} LIMIT ${most + 1})`
  return { sql, params: parameters.values }
}

type Rows = StatementResult['rows']

/** @param counted the row of the count, if it was asked for */
export const pageOf = (rows: Rows, object: string, counted?: Rows[number]): Page => {
  const { seen, isCut } = cutPage(rows, 'answer')
  const last = seen[seen.length - 1]
  const workLimitReached = !isCut && last?.taken === 0
  return {
    records: seen.filter((row) => row.taken === 1).map((row) => parseRecord(row.answer as string, object)),
    ...((isCut || workLimitReached) && last && { next: [String(last.value), last.id as string] as const }),
    workLimitReached,
    ...(counted && {
      count: { value: counted.taken as number, exact: (counted.walked as number) <= (counted.most as number) },
    }),
  }
}
