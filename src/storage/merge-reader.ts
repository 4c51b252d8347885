import type { MergeQuestion, MergeReader, PointingRelation } from '../engine/merge/reader.ts'
import type { StoredValue } from '../schema/schema.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { guardedReads } from './guarded.ts'
import { parseRecord } from './program/answer.ts'
import { answersView } from './program/answers.ts'
import { ledToBy, meantBy } from './program/lookups.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'

/** The reader of merges over any driver. */

const answers = named(answersView, PROGRAM)

/** Parameters of all: organisation, object, id of the survivor, name and value of the key of the loser. */
const survivorId = meantBy({ organization: '?1', object: '?2', value: '?3' })

const survivorSql = `
SELECT a.answer FROM ${answers} a WHERE a.organization_id = ?1 AND a.object = ?2 AND a.id = ${survivorId}`

/** Ids of the records that have the key themselves: no alias is one. */
const losers = `SELECT id FROM (
  SELECT r.id FROM records r WHERE ?4 = 'id' AND r.organization_id = ?1 AND r.object = ?2 AND r.id = ?5
  UNION ALL
  SELECT * FROM (SELECT k.record_id FROM record_keys k
    WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = ?4 AND k.value = ?5 ORDER BY k.slot LIMIT 2))`

const losersSql = `
SELECT a.answer FROM (${losers}) l CROSS JOIN ${answers} a ON a.organization_id = ?1 AND a.object = ?2 AND a.id = l.id`

const loserId = `(SELECT id FROM (${losers}) LIMIT 1)`

/** `{led_to, merged}` */
const aliasesSql = `
SELECT (SELECT json_group_array(record_id) FROM (${ledToBy({ organization: '?1', object: '?2', name: '?4', value: '?5' }, 2)})) AS led_to, (
  SELECT count(*) FROM record_aliases t WHERE t.organization_id = ?1 AND t.object = ?2 AND t.tombstone IS NOT NULL
    AND t.record_id IN (${survivorId}, ${loserId})) AS merged`

/** Further parameters: the relations, how many rows, how many bytes. */
const relationsSql = `
SELECT s.object, s.slug, s.id, s.version, CASE WHEN s.total <= CAST(?8 AS INTEGER) THEN (
    SELECT r.data -> s.slug FROM records r WHERE r.organization_id = ?1 AND r.object = s.object AND r.id = s.id) END AS stored
FROM (
  SELECT object, slug, id, version, sum(bytes) OVER (ORDER BY nth ROWS UNBOUNDED PRECEDING) AS total FROM (
    SELECT p.key AS nth, p.value ->> 0 AS object, p.value ->> 1 AS slug, r.id, r.version, octet_length(r.data) AS bytes
    FROM json_each(?6) p CROSS JOIN record_keys k CROSS JOIN records r
    WHERE k.organization_id = ?1 AND k.object = p.value ->> 0 AND k.name = p.value ->> 1 AND k.value = ${loserId}
      AND r.organization_id = ?1 AND r.object = k.object AND r.id = k.record_id
    LIMIT CAST(?7 AS INTEGER))) s`

const statements = (organizationId: string, question: MergeQuestion): readonly Statement[] => {
  const { object, id, loser, pointing, relations, bytes } = question
  const of = [organizationId, object, id, ...loser]
  return [
    { sql: survivorSql, params: of.slice(0, 3) },
    { sql: losersSql, params: of },
    { sql: aliasesSql, params: of },
    { sql: relationsSql, params: [...of, JSON.stringify(pointing), relations + 1, bytes] },
  ]
}

const relationOf = (row: StatementResult['rows'][number]): PointingRelation => ({
  object: row.object as string,
  slug: row.slug as string,
  id: row.id as string,
  version: row.version as number,
  stored: row.stored === null ? undefined : (JSON.parse(row.stored as string) as StoredValue),
})

export const mergeReader = (driver: SqlDriver): MergeReader => ({
  async read(scope, question) {
    const { results } = await guardedReads(driver, scope).batch(statements(scope.organizationId, question))
    const [[survivor] = [], found = [], [aliases] = [], relations = []] = results.map(({ rows }) => rows)
    return {
      survivor: survivor && parseRecord(survivor.answer as string, question.object),
      losers: found.map(({ answer }) => parseRecord(answer as string, question.object)),
      ledTo: JSON.parse((aliases?.led_to as string | undefined) ?? '[]') as string[],
      merged: Number(aliases?.merged ?? 0),
      relations: relations.map(relationOf),
    }
  },
})
