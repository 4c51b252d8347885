import { COUNTED_ROWS, WALKED_BYTES, WALKED_ROWS } from '../engine/query/walk.ts'
import type { Archived, Count, Page, Place, ReadScope, RecordQuery } from '../engine/read.ts'
import { answered, recordsOf } from './answered-sql.ts'
import { conditionSql, judgedBytesSql } from './condition-sql.ts'
import type { Statement, StatementResult } from './driver.ts'
import { momentStatement } from './moment-sql.ts'
import { cutPage, pageSql } from './page-sql.ts'
import { answersView } from './program/answers.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'
import { Parameters } from './query-parameters.ts'
import { walkSql } from './walk-sql.ts'

const answers = named(answersView, PROGRAM)

const shown: Readonly<Record<Archived, readonly string[]>> = {
  include: [],
  exclude: ['r.archived_at IS NULL'],
  only: ['r.archived_at IS NOT NULL'],
}

/** What a request looks at: the rows of a walk, judged. */
interface Judged {
  /** Rows `(value, id, taken, bytes, is_last)`, in the order of the walk: `is_last` where enough has been looked at. */
  readonly sql: string
  readonly order: string
}

/**
 * Goes along the walk, no further than so many rows and so many bytes. What stands in the records is only read of rows that are
 * judged, which is when whoever asks for the next one still wants it: nothing here looks at all rows first.
 * @param most rows
 */
const judgedSql = (
  organizationId: string,
  query: RecordQuery,
  most: number,
  parameters: Parameters,
  after?: Place,
): Judged => {
  const { object, plan, archived } = query
  const walk = walkSql(plan.walk, { organizationId, object, parameters, after })
  const order = `value ${walk.direction}, id ${walk.direction}`
  const place = `${walk.value} AS value, ${walk.id} AS id`
  const counts = all([...(walk.counts === undefined ? [] : [walk.counts]), ...shown[archived]])
  if (!plan.condition) {
    const rows = `SELECT ${place}, ${counts} AS taken, octet_length(r.data) AS bytes ${walk.rows} LIMIT ${most}`
    return { sql: `SELECT *, count(*) OVER (ROWS UNBOUNDED PRECEDING) = ${most} AS is_last FROM (${rows})`, order }
  }
  const judged = judgedBytesSql(plan.condition, { organizationId, parameters })
  const rows = `SELECT ${place}, ${counts} AS counts, octet_length(r.data) AS bytes, ${judged} AS judged ${walk.rows} LIMIT ${most}`
  const condition = conditionSql(plan.condition, { organizationId, parameters })
  const sql = `
SELECT w.value, w.id, (w.counts AND ${condition}) AS taken, w.bytes, (w.nth = ${most} OR w.judged_so_far >= ${WALKED_BYTES}) AS is_last
FROM (SELECT *, count(*) OVER along AS nth, sum(judged) OVER along AS judged_so_far FROM (${rows}) WINDOW along AS (ROWS UNBOUNDED PRECEDING)) w
LEFT JOIN records r ON r.organization_id = ${parameters.add(organizationId)} AND r.object = ${parameters.add(object)} AND r.id = w.id
WHERE w.judged_so_far - w.judged < ${WALKED_BYTES}`
  return { sql, order }
}

const all = (conditions: readonly string[]) => (conditions.length > 0 ? `(${conditions.join(' AND ')})` : '1')

/** A page always has room for the row that tells that more follow. */
const rowsOf = ({ limit }: RecordQuery): number => Math.max(WALKED_ROWS, limit.records + 1)

/**
 * Goes along the walk until the page is full, and no further than the work limit. Where it ends for the limit, a last row
 * that is not taken says where. It is looked for only when the page is not full: a condition around it would come too late,
 * a limit of 0 does not begin.
 */
export const queryStatement = (scope: ReadScope, query: RecordQuery): Statement => {
  const { organizationId } = scope
  const parameters = new Parameters()
  const { object, after, limit } = query
  const judged = judgedSql(organizationId, query, rowsOf(query), parameters, after)
  const integer = (value: number) => `CAST(${parameters.add(value)} AS INTEGER)`
  const sql = `
  SELECT * FROM (WITH hits AS MATERIALIZED (
    SELECT value, id, taken, bytes + ${integer(limit.bytesPerRecord)} AS bytes FROM (${judged.sql})
    WHERE taken LIMIT ${limit.records + 1})
  SELECT * FROM hits UNION ALL
  SELECT * FROM (SELECT value, id, 0 AS taken, 0 AS bytes FROM (${judged.sql}) WHERE is_last
    LIMIT iif((SELECT count(*) FROM hits) > ${limit.records}, 0, 1)))`
  const limits = { records: parameters.add(limit.records), bytes: parameters.add(limit.bytes) }
  const answer = `SELECT ${answered('a', object, scope, parameters)} FROM ${answers} a WHERE a.organization_id = ${parameters.add(organizationId)}
    AND a.object = ${parameters.add(object)} AND a.id = s.id`
  const page = pageSql(
    { sql, order: judged.order },
    limits,
    (fits) => `SELECT s.*, CASE WHEN ${fits} THEN (${answer}) END AS answer FROM summed s ORDER BY ${judged.order}`,
  )
  return { sql: page, params: parameters.values }
}

/** Counts from the beginning, as far as it goes: `(taken, is_cut)`. */
export const countStatement = (organizationId: string, query: RecordQuery): Statement => {
  const parameters = new Parameters()
  const most = query.plan.condition ? WALKED_ROWS : COUNTED_ROWS
  const { sql } = judgedSql(organizationId, query, most + 1, parameters)
  return {
    sql: `SELECT coalesce(sum(taken), 0) AS taken, coalesce(max(is_last), 0) AS is_cut FROM (${sql})`,
    params: parameters.values,
  }
}

type Rows = StatementResult['rows']

/** Whether the walk meets all that it asks for: `{reaches}`. Only the history may have been cut off, or off for a time. */
export const reachStatement = (organizationId: string, { plan: { walk } }: RecordQuery): Statement | undefined => {
  const byHistory = walk.kind === 'feed' || (walk.kind === 'set' && walk.order === 'updatedAt')
  if (!byHistory) return undefined
  return 'range' in walk && walk.range.from
    ? momentStatement(organizationId, Number(walk.range.from.value))
    : { sql: 'SELECT history_from = 0 AS reaches FROM organizations WHERE id = ?1', params: [organizationId] }
}

/** Rows of the statements: of the page, and of those that go with it. */
interface Answered {
  readonly rows: Rows
  readonly counted?: Rows[number] | undefined
  readonly reach?: Rows[number] | undefined
}

export const countOf = (row: Rows[number]): Count => ({ value: row.taken as number, exact: row.is_cut === 0 })

export const pageOf = (object: string, { rows, counted, reach }: Answered): Page => {
  const { seen, isCut } = cutPage(rows, 'answer')
  const last = seen[seen.length - 1]
  const workLimitReached = !isCut && last?.taken === 0
  return {
    records: recordsOf(
      seen.filter((row) => row.taken === 1),
      object,
    ),
    ...((isCut || workLimitReached) && last && { next: [String(last.value), last.id as string] as const }),
    workLimitReached,
    reaches: reach === undefined || reach.reaches === 1,
    ...(counted && { count: countOf(counted) }),
  }
}
