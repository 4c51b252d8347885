import {
  type Change,
  type ChangePage,
  type ChangesQuery,
  type Delta,
  type HistoricRecord,
  type HistoryPlace,
  type HistoryReader,
  type MergedRecord,
  type RecordChange,
  type RecordHistory,
  type SelectedRecord,
  type Selection,
  WALKED_CHANGES,
} from '../engine/history.ts'
import type { PageLimit } from '../engine/read.ts'
import type { Scope } from '../engine/session.ts'
import type { StoredValue } from '../schema/schema.ts'
import { chainSql } from './chain-sql.ts'
import type { SqlDriver, SqlValue, Statement, StatementResult } from './driver.ts'
import { renamesBehind } from './forgotten-values.ts'
import { guardedReads } from './guarded.ts'
import { mergedInOf, mergedInSql } from './merged-in-sql.ts'
import { LAST, momentSql } from './moment-sql.ts'
import { cutPage, pageSql } from './page-sql.ts'
import { parseRecord } from './program/answer.ts'
import { answersView } from './program/answers.ts'
import { named } from './program/names.ts'
import { LAST_CHANGE } from './program/tombstones.ts'
import { PROGRAM } from './program/version.ts'
import { renamingOf } from './renaming-rows.ts'

/** The engine's reader of the history over any driver. */

type Row = StatementResult['rows'][number]

const answers = named(answersView, PROGRAM)

const told = (row: Row) => ({
  sequence: row.sequence as number,
  at: row.at as number,
  actor: row.actor as string,
  contract: row.contract as string,
  request: row.request as string | null,
  importId: row.import as string | null,
})

/** Of a creation the data stands alone: there was nothing before. What changed no attribute has no values to be kept. */
const deltaOf = (action: string, changed: readonly string[], delta: string | null): Delta | null => {
  if (action === 'erased') return null
  if (delta === null) return changed.length === 0 ? {} : null
  if (action !== 'created') return JSON.parse(delta) as Delta
  const data = JSON.parse(delta) as Readonly<Record<string, StoredValue>>
  return Object.fromEntries(Object.entries(data).map(([slug, value]) => [slug, [null, value]]))
}

const recordChangeOf = (row: Row): RecordChange => {
  const changed = JSON.parse(row.changed as string) as string[]
  return {
    ...told(row),
    action: row.action as RecordChange['action'],
    object: row.object as string,
    recordId: row.record_id as string,
    version: row.version as number,
    changed,
    delta: deltaOf(row.action as string, changed, row.delta as string | null),
    ...(row.merged_into !== null && { mergedInto: row.merged_into as string }),
  }
}

const changeOf = (row: Row): Change => {
  const { action } = row
  if (action === 'history_changed') return { ...told(row), action, settings: JSON.parse(row.delta as string) }
  if (action === 'schema_changed')
    return { ...told(row), action, object: row.object as string, changed: JSON.parse(row.changed as string) }
  return recordChangeOf(row)
}

/** Bytes of a row, and what an answer says of it besides. */
const weight = (perRow: string) =>
  `octet_length(c.changed) + coalesce(octet_length(c.delta), 0) + CAST(${perRow} AS INTEGER)`

/** Columns of the changes of a walk along sequences. */
const changesPage = (walked: string, records: string, bytes: string, direction: 'ASC' | 'DESC') =>
  pageSql(
    { sql: walked, order: `sequence ${direction}` },
    { records, bytes },
    (fits) => `
SELECT s.sequence AS place, s.made, s.taken, c.* FROM summed s LEFT JOIN changes c
  ON c.organization_id = ?1 AND c.sequence = s.sequence AND ${fits}
ORDER BY s.sequence ${direction}`,
  )

const cut = (rows: readonly Row[]) => cutPage(rows, 'sequence')

/** @param start the sequence behind which it begins, in SQL with ?2 */
const changesSql = (start: string) =>
  changesPage(
    `SELECT c.sequence, c.at AS made, ${weight('?4')} AS bytes, ?3 IS NULL OR c.object = ?3 OR c.action = 'history_changed' AS taken
  FROM changes c
  WHERE c.organization_id = ?1 AND c.sequence > ${start}
  ORDER BY c.sequence LIMIT CAST(?5 AS INTEGER)`,
    '?6',
    '?7',
    'ASC',
  )

const FROM = '(SELECT o.history_from FROM organizations o WHERE o.id = ?1)'

const afterSql = changesSql(`coalesce(CAST(?2 AS INTEGER), ${FROM})`)
const sinceSql = changesSql(`(SELECT m.sequence FROM (${momentSql}) m)`)

/** When the change of a place was made, also if it is the last one that is kept no longer. */
const madeAt = (sequence: string) => `coalesce(
  (SELECT c.at FROM changes c WHERE c.organization_id = ?1 AND c.sequence = ${sequence}),
  (SELECT o.history_from_at FROM organizations o WHERE o.id = ?1 AND o.history_from = ${sequence}))`

/** `{sequence, at, reaches}` of a statement that says where reading begins. */
const placed = (start: string) => `
WITH start AS MATERIALIZED (${start})
SELECT s.sequence, s.reaches, ${madeAt('s.sequence')} AS at FROM start s`

/**
 * Behind a place, ?2 and ?3, if this history has it: the change is there, or was the last one to be deleted, and it is the same.
 * So the mark of a history is each of its changes, whoever took it back, and by whatever means.
 */
const behindSql = `
WITH start AS MATERIALIZED (
  SELECT coalesce(CAST(?2 AS INTEGER), o.history_from) AS sequence, o.history_from FROM organizations o WHERE o.id = ?1),
place AS MATERIALIZED (SELECT s.*, ${madeAt('s.sequence')} AS at FROM start s)
SELECT p.sequence, p.at, p.sequence >= p.history_from
  AND iif(p.at IS NULL, p.sequence = p.history_from, p.at = coalesce(CAST(?3 AS INTEGER), p.at)) AS reaches
FROM place p`

const nowSql = placed(`SELECT ${LAST} AS sequence, 1 AS reaches`)
const timeSql = placed(momentSql)

/** What is left of a record of the organisation ?1 that was merged, under its own id: for FROM, as `t`. */
const tombstoneOf = (object: string, id: string) =>
  `record_aliases t WHERE t.organization_id = ?1 AND t.object = ${object} AND t.name = 'id' AND t.value = ${id}`

const historicRecord = (row: Row, object: string): HistoricRecord => ({
  ...parseRecord(row.answer as string, object),
  ...(row.merged_into !== null && { mergedInto: row.merged_into as string }),
})

/** Parameters: organisation, object, id, first sequence or null, rows, bytes a row, rows, bytes. */
const ofRecordSql = changesPage(
  `
  SELECT c.sequence, c.at AS made, ${weight('?6')} AS bytes, 1 AS taken FROM (
    ${chainSql({
      columns: 'sequence',
      begin: `SELECT coalesce(CAST(?4 AS INTEGER), (
        SELECT r.last_write ->> 4 FROM records r WHERE r.organization_id = ?1 AND r.object = ?2 AND r.id = ?3), (
        SELECT t.tombstone ->> ${LAST_CHANGE} FROM ${tombstoneOf('?2', '?3')}))`,
      next: 'c.previous',
      organization: '?1',
      goesOn: 'c.object = ?2 AND c.record_id = ?3',
    })}
    SELECT sequence FROM chain WHERE sequence IS NOT NULL LIMIT CAST(?5 AS INTEGER)) h
  CROSS JOIN changes c ON c.organization_id = ?1 AND c.sequence = h.sequence AND c.object = ?2 AND c.record_id = ?3`,
  '?7',
  '?8',
  'DESC',
)

const recordSql = `SELECT a.answer, NULL AS merged_into FROM ${answers} a WHERE a.organization_id = ?1 AND a.object = ?2 AND a.id = ?3
UNION ALL SELECT t.tombstone, t.into_id FROM ${tombstoneOf('?2', '?3')}`

const [eachObject, eachId] = ['e.value ->> 0', 'e.value ->> 1']

const recordsSql = `
SELECT e.key AS place, e.value ->> 0 AS object, a.answer, NULL AS merged_into FROM json_each(?2) e
CROSS JOIN ${answers} a ON a.organization_id = ?1 AND a.object = e.value ->> 0 AND a.id = e.value ->> 1
UNION ALL
SELECT e.key, e.value ->> 0, t.tombstone, t.into_id FROM json_each(?2) e CROSS JOIN ${tombstoneOf(eachObject, eachId)}`

/** All that lead to the same as any of ?2, `[object, id]`: rows of the ids alone, so each record once. */
const mergedSql = `
SELECT DISTINCT m.object, m.merged_id AS id, m.into_id, m.record_id AS root, m.tombstone ->> 6 AS actor, m.tombstone ->> ${LAST_CHANGE} AS sequence
FROM (
  SELECT DISTINCT e.value ->> 0 AS object, coalesce((SELECT t.record_id FROM ${tombstoneOf(eachObject, eachId)}), e.value ->> 1) AS id
  FROM json_each(?2) e) s
CROSS JOIN record_aliases m ON m.organization_id = ?1 AND m.object = s.object AND m.record_id = s.id AND m.tombstone IS NOT NULL`

const mergedOf = (row: Row): MergedRecord => ({
  object: row.object as string,
  id: row.id as string,
  into: row.into_id as string,
  root: row.root as string,
  by: { actor: row.actor as string, sequence: row.sequence === null ? null : Number(row.sequence) },
})

const renamesSql = renamesBehind('0')

const selections = { request: 'c.request = ?5', importId: 'c.import = ?5', actor: 'c.actor = ?5' } as const

const selectedBy = (selection: Selection): readonly [condition: string, value: string] => {
  if ('request' in selection) return [selections.request, selection.request]
  if ('importId' in selection) return [selections.importId, selection.importId]
  return [selections.actor, selection.actor]
}

/**
 * Of each record of ?2, `[object, id]`, the changes behind ?3 down to the lowest that is meant; ?4 of each are looked at, at most,
 * and ?7 of all: one record after the other, so that those before the last are whole. `further` is the change before one;
 * a row beyond ?6 bytes is `is_over` and tells nothing else, and so does the last row of all.
 */
const ofRecordsSql = (condition: string) => `
${chainSql({
  columns: 'place, sequence, nth, told, bytes, meant',
  begin: `SELECT e.key, coalesce(r.last_write ->> 4, (
    SELECT t.tombstone ->> ${LAST_CHANGE} FROM ${tombstoneOf(eachObject, eachId)})), 1, NULL, 0, 0 FROM json_each(?2) e
  LEFT JOIN records r ON r.organization_id = ?1 AND r.object = e.value ->> 0 AND r.id = e.value ->> 1`,
  next: `n.place, c.previous, n.nth + 1, c.sequence, ${weight('?8')},
        ${condition} AND c.sequence <= coalesce(CAST(?9 AS INTEGER), 9e15) AND c.at >= CAST(?10 AS INTEGER)`,
  organization: '?1',
  goesOn: 'n.sequence > CAST(?3 AS INTEGER) AND n.nth <= CAST(?4 AS INTEGER)',
  ends: 'ORDER BY 1 LIMIT CAST(?7 AS INTEGER)',
})},
lowest AS (SELECT *, told >= min(iif(meant, told, NULL)) OVER (PARTITION BY place) AS taken FROM chain),
summed AS (SELECT *, sum(iif(taken, bytes, 0)) OVER along > CAST(?6 AS INTEGER) AS is_beyond,
  count(*) OVER along = CAST(?7 AS INTEGER) AS is_last FROM lowest
  WINDOW along AS (ORDER BY place, nth ROWS UNBOUNDED PRECEDING))
SELECT s.place, s.nth, s.sequence AS further, s.taken AND s.is_beyond OR s.is_last AS is_over, c.* FROM summed s
LEFT JOIN changes c ON c.organization_id = ?1 AND c.sequence = s.told AND s.taken AND NOT s.is_beyond
WHERE s.taken OR s.is_last OR s.nth > CAST(?4 AS INTEGER)
ORDER BY s.place, s.nth`

/** Rows of the walk, newest first: `{sequence, object, record_id}`, the latter two null where it was not selected. */
const selectedSql = (condition: string) => `
SELECT c.sequence, iif(${condition} AND c.at >= CAST(?6 AS INTEGER) AND c.record_id <> '', c.object, NULL) AS object, c.record_id FROM changes c
WHERE c.organization_id = ?1 AND c.sequence > CAST(?2 AS INTEGER) AND c.sequence < coalesce(CAST(?3 AS INTEGER), 9e15)
ORDER BY c.sequence DESC LIMIT CAST(?4 AS INTEGER)`

/** Looks at more rows than are wanted where it takes only some of them. */
const walkedRows = (limit: PageLimit, object: string | undefined) =>
  object === undefined ? limit.records + 1 : Math.max(WALKED_CHANGES, limit.records + 1)

/** Where reading begins: `{sequence, at, reaches}`. */
const startOf = (organizationId: string, since: number | 'now' | undefined, after?: HistoryPlace): Statement => {
  if (since === 'now') return { sql: nowSql, params: [organizationId] }
  if (since !== undefined) return { sql: timeSql, params: [organizationId, since] }
  return { sql: behindSql, params: [organizationId, after?.sequence ?? null, after?.at ?? null] }
}

const placeOf = (sequence: unknown, at: unknown): HistoryPlace => ({
  sequence: Number(sequence ?? 0),
  ...(typeof at === 'number' && { at }),
})

/** What reads a page of the changes of an organisation; `page` takes the rows that each of the statements has answered. */
export const changesRead = (organizationId: string, { after, since, object, limit }: ChangesQuery) => {
  const { records, bytes, bytesPerRecord } = limit
  const walk = walkedRows(limit, object)
  const time = typeof since === 'number' ? since : undefined
  const begin = time ?? after?.sequence ?? null
  const params: SqlValue[] = [organizationId, begin, object ?? null, bytesPerRecord, walk, records, bytes]
  const statements: readonly Statement[] = [
    startOf(organizationId, since, after),
    { sql: 'SELECT history_from FROM organizations WHERE id = ?1', params: [organizationId] },
    // Behind the newest there is nothing.
    ...(since === 'now' ? [] : [{ sql: time === undefined ? afterSql : sinceSql, params }]),
  ]
  const page = (answered: readonly (readonly Row[])[]): ChangePage => {
    const [[start] = [], [organization] = [], rows = []] = answered
    const { seen, isCut } = cut(rows)
    const end = seen[seen.length - 1]
    return {
      // Clocks differ, so reading begins a little earlier.
      changes: seen.filter((row) => row.taken === 1 && Number(row.at) >= (time ?? 0)).map(changeOf),
      last: end ? placeOf(end.place, end.made) : placeOf(start?.sequence, start?.at),
      more: isCut || rows.length === walk,
      reaches: start?.reaches === 1,
      from: Number(organization?.history_from ?? 0),
    }
  }
  return { statements, page }
}

export const historyReader = (driver: SqlDriver): HistoryReader => {
  const read = async (scope: Scope, ...statements: readonly Statement[]) =>
    (await guardedReads(driver, scope).batch(statements)).results.map(({ rows }) => rows)

  return {
    async changes(scope, query) {
      const { statements, page } = changesRead(scope.organizationId, query)
      return page(await read(scope, ...statements))
    },

    async moment(scope, time) {
      const [[row] = []] = await read(scope, startOf(scope.organizationId, time ?? 'now'))
      return { ...placeOf(row?.sequence, row?.at), reaches: row?.reaches === 1 }
    },

    async ofRecord(scope, object, id, { records, bytes, bytesPerRecord }, from) {
      const { organizationId } = scope
      const of = [organizationId, object, id]
      const walk = records + 1
      const [[found] = [], rows = [], renames = [], merged = []] = await read(
        scope,
        { sql: recordSql, params: of },
        { sql: ofRecordSql, params: [...of, from ?? null, walk, bytesPerRecord, records, bytes] },
        { sql: renamesSql, params: [organizationId] },
        { sql: mergedInSql, params: of },
      )
      if (!found) return undefined
      const { seen } = cut(rows)
      const next = rows[seen.length]?.place
      return {
        record: historicRecord(found, object),
        changes: seen.map(recordChangeOf),
        renamings: renames.map(renamingOf),
        mergedIn: merged.map(mergedInOf),
        ...(next !== undefined && { next: next as number }),
      }
    },

    async ofRecords(scope, records, { selection, after, upTo }, limit) {
      const { organizationId } = scope
      const ids = JSON.stringify(records.map(({ object, recordId }) => [object, recordId]))
      const [condition, value] = selectedBy(selection)
      const limits = [value, limit.bytes, limit.changes, limit.bytesPerRecord]
      const range = [upTo ?? null, selection.since ?? 0]
      const [found = [], rows = [], merged = [], renames = []] = await read(
        scope,
        { sql: recordsSql, params: [organizationId, ids] },
        { sql: ofRecordsSql(condition), params: [organizationId, ids, after, limit.records, ...limits, ...range] },
        { sql: mergedSql, params: [organizationId, ids] },
        { sql: renamesSql, params: [organizationId] },
      )
      const tooMuch = rows.find((row) => row.is_over === 1)?.place
      const fitted = tooMuch === undefined ? records.length : Math.max(1, Number(tooMuch))
      const chains = Map.groupBy(rows, (row) => Number(row.place))
      const goesOn = (row: Row) =>
        row.is_over === 1 || (Number(row.nth) > limit.records && Number(row.further ?? 0) > after)
      const histories = found
        .filter((row) => Number(row.place) < fitted)
        .map((row): RecordHistory => {
          const chain = chains.get(Number(row.place)) ?? []
          const end = chain.find(goesOn)
          return {
            record: historicRecord(row, row.object as string),
            changes: chain.filter(({ sequence }) => sequence !== null).map(recordChangeOf),
            ...(end && { next: Number(end.further ?? 0) }),
          }
        })
      return { histories, read: fitted, merged: merged.map(mergedOf), renamings: renames.map(renamingOf) }
    },

    async selected(scope, selection, { after, before, begun }, limit) {
      const [condition, value] = selectedBy(selection)
      const params = [scope.organizationId, after, before ?? null, WALKED_CHANGES, value, selection.since ?? 0]
      const [rows = [], [organization] = [], [start] = []] = await read(
        scope,
        { sql: selectedSql(condition), params },
        { sql: 'SELECT history_from FROM organizations WHERE id = ?1', params: [scope.organizationId] },
        ...(begun ? [startOf(scope.organizationId, undefined, begun)] : []),
      )
      const from = Number(organization?.history_from ?? 0)
      const reach = { reaches: start === undefined || start.reaches === 1, from }
      const records = new Map<string, SelectedRecord>()
      for (const row of rows) {
        if (row.object === null) continue
        const sequence = Number(row.sequence)
        const one = { object: row.object as string, recordId: row.record_id as string, sequence }
        const key = `${one.object} ${one.recordId}`
        if (records.has(key)) continue
        if (records.size === limit)
          return { records: [...records.values()], next: sequence + 1, isCutOff: false, ...reach }
        records.set(key, one)
      }
      const last = rows[rows.length - 1]
      const goesOn = rows.length === WALKED_CHANGES && last !== undefined
      return {
        records: [...records.values()],
        isCutOff: !goesOn && after < from,
        ...reach,
        ...(goesOn && { next: Number(last.sequence) }),
      }
    },
  }
}
