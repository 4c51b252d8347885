import {
  COUNTED_BYTES,
  COUNTED_CHANGES,
  COUNTED_ROWS,
  PASSED_ROWS,
  WALKED_BYTES,
  WALKED_ROWS,
} from '../engine/query/walk.ts'
import type { Archived, Count, Page, Place, ReadScope, RecordQuery } from '../engine/read.ts'
import { answeredPage, recordsOf } from './answered-sql.ts'
import { conditionSql } from './condition-sql.ts'
import type { Statement, StatementResult } from './driver.ts'
import { momentStatement } from './moment-sql.ts'
import { cutPage, pageSql } from './page-sql.ts'
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

/** What a request looks at: the rows of a walk, judged. */
interface Judged {
  /** Rows `(value, id, taken, bytes, is_last)`, in the order of the walk: `is_last` where enough has been looked at. */
  readonly sql: string
  readonly order: string
}

/** How far a request goes. */
interface Reach {
  /** Rows that it looks at. */
  readonly most: number
  /** Bytes that it looks into. */
  readonly mostBytes: number
  /** Rows that it takes. */
  readonly wanted: number
}

/**
 * The rows of a walk with whether they are `taken`, and what judging them has `cost` in bytes. A LIMIT at each level keeps
 * SQLite from making one of them, which would look up anew wherever a number is named.
 */
const judgedRows = (
  walk: WalkSql,
  { organizationId, plan: { condition }, archived, parameters, rows }: JudgedParts,
): string => {
  const place = `${walk.value} AS value, ${walk.id} AS id`
  const counts = all([...(walk.counts === undefined ? [] : [walk.counts]), ...shown[archived]])
  const bytesOf = (looks: number, folds: string) =>
    `${looks + (walk.looks ? 1 : 0)} * coalesce(octet_length(r.data), 0)${folds}`
  const walked = walk.cost === undefined ? '' : ` + ${walk.cost}`
  const steps = walk.stops === undefined ? '' : `, iif(${walk.stops}, ${PASSED_ROWS}, 1) AS steps`
  const limit = `LIMIT ${rows}`
  if (!condition)
    return `SELECT ${place}, ${counts} AS taken, octet_length(r.data) AS bytes, ${bytesOf(0, walked)} AS cost${steps} ${walk.rows} ${limit}`
  const { own, searched, looked, rest, looks, folds, lookedBytes } = conditionSql(condition, {
    organizationId,
    parameters,
  })
  // A condition of a CASE stops where it is decided; an operator looks at both sides.
  const isOpen = `CASE WHEN ${[counts, own, ...searched].join(' AND ')} THEN 1 ELSE 0 END`
  if (looked.length === 0)
    return `SELECT ${place}, ${isOpen} AS taken, octet_length(r.data) AS bytes, ${bytesOf(looks, walked + folds)} AS cost${steps} ${walk.rows} ${limit}`
  const open = `SELECT ${place}, ${isOpen} AS open, r.data AS data, r.created_at AS created_at, r.updated_at AS updated_at${steps} ${walk.rows} ${limit}`
  const numbers = looked.map((one, i) => `CASE WHEN r.open THEN ${one} ELSE 0 END AS looked_${i}`)
  return `SELECT r.value, r.id, CASE WHEN r.open AND ${rest} THEN 1 ELSE 0 END AS taken, octet_length(r.data) AS bytes,
    ${bytesOf(looks, walked + folds)} + ${lookedBytes} AS cost${walk.stops === undefined ? '' : ', r.steps'}
  FROM (SELECT r.*, ${numbers.join(', ')} FROM (${open}) r ${limit}) r ${limit}`
}

interface JudgedParts extends Pick<RecordQuery, 'plan' | 'archived'> {
  readonly organizationId: string
  readonly parameters: Parameters
  /** That are walked at most. */
  readonly rows: number
}

/**
 * Goes along the walk, no further than so many rows and so many bytes. Rows come one at a time and are judged when they come,
 * and what that has cost is counted then: where it is enough, the last row is answered often enough to fill the LIMIT, which
 * is the one thing that ends a walk. Nothing here looks at all rows first.
 */
const judgedSql = (
  organizationId: string,
  query: RecordQuery,
  { most, mostBytes, wanted }: Reach,
  parameters: Parameters,
  after?: Place,
): Judged => {
  const { object, plan, archived } = query
  const walk = walkSql(plan.walk, { organizationId, object, parameters, after })
  const rows = walk.stops === undefined ? most : most * PASSED_ROWS
  const judged = judgedRows(walk, { organizationId, plan, archived, parameters, rows })
  const isFar = walk.stops === undefined ? `count(*) OVER along = ${rows}` : `sum(steps) OVER along >= ${rows}`
  const isEnough = `(${isFar} OR sum(cost) OVER along >= ${mostBytes})`
  const copies = parameters.add(`[${'0,'.repeat(wanted)}0]`)
  return {
    sql: `SELECT value, id, taken, bytes, is_last FROM (
  SELECT j.*, e.key AS copy FROM (
    SELECT value, id, taken, bytes, ${isEnough} AS is_last FROM (${judged}) WINDOW along AS (ROWS UNBOUNDED PRECEDING)) j
  CROSS JOIN json_each(CASE WHEN j.is_last THEN ${copies} ELSE '[0]' END) e
  WHERE j.taken OR j.is_last LIMIT ${wanted}) WHERE copy = 0`,
    order: `value ${walk.direction}, id ${walk.direction}`,
  }
}

const all = (conditions: readonly string[]) => (conditions.length > 0 ? `(${conditions.join(' AND ')})` : '1')

/** A page always has room for the row that tells that more follow. */
const rowsOf = ({ limit }: RecordQuery): number => Math.max(WALKED_ROWS, limit.records + 1)

/** Goes along the walk until the page is full, and no further than the work limit. Where it ends for the limit, the last row says so. */
export const queryStatement = (scope: ReadScope, query: RecordQuery): Statement => {
  const { organizationId } = scope
  const parameters = new Parameters()
  const { object, after, limit } = query
  const reach = { most: rowsOf(query), mostBytes: WALKED_BYTES, wanted: limit.records + 1 }
  const judged = judgedSql(organizationId, query, reach, parameters, after)
  const perRecord = `CAST(${parameters.add(limit.bytesPerRecord)} AS INTEGER)`
  const sql = `SELECT value, id, taken, bytes + ${perRecord} AS bytes, is_last FROM (${judged.sql})`
  const limits = { records: parameters.add(limit.records), bytes: parameters.add(limit.bytes) }
  const isOf = (row: string) =>
    `${row}.organization_id = ${parameters.add(organizationId)} AND ${row}.object = ${parameters.add(object)} AND ${row}.id = s.id`
  const page = pageSql({ sql, order: judged.order }, limits, (fits) => {
    const from = `summed s CROSS JOIN records r ON ${isOf('r')}`
    const { gone, answer } = answeredPage({ from, where: fits }, object, scope, parameters)
    return `${gone}
SELECT s.*, CASE WHEN ${fits} THEN (SELECT ${answer} FROM ${answers} a WHERE ${isOf('a')}) END AS answer FROM summed s ORDER BY ${judged.order}`
  })
  return { sql: page, params: parameters.values }
}

/** So far a count goes. */
const countedRows = ({ plan: { walk, condition } }: RecordQuery): number => {
  if (condition) return WALKED_ROWS
  return walk.kind === 'feed' ? COUNTED_CHANGES : COUNTED_ROWS
}

/** Counts from the beginning, as far as it goes: `(taken, is_cut)`. */
export const countStatement = (organizationId: string, query: RecordQuery): Statement => {
  const parameters = new Parameters()
  const most = countedRows(query) + 1
  const { sql } = judgedSql(organizationId, query, { most, mostBytes: COUNTED_BYTES, wanted: most }, parameters)
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
  const workLimitReached = !isCut && last?.is_last === 1
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
