import type { ReadScope } from '../engine/read.ts'
import type { StatementResult } from './driver.ts'
import { parseRecord } from './program/answer.ts'
import type { Parameters } from './query-parameters.ts'

/**
 * Records as they are read: a relation to what has been erased since reads as not set. What is stored stays as it was, since
 * erasing would else have to write to every record that points there; the database looks for the targets with the read.
 */

/** Links of the data of a row `r`, as rows `p` (slug and object of the relation) and `l` (the id). */
const linksOf = (r: string, relations: string): string =>
  `json_each(${relations}) p CROSS JOIN json_each(${r}.data -> ('$.' || (p.value ->> 0) || '[0]')) l`

/** Whether a row with `object` and `id` is no record. */
const isGone = (row: string, organization: string): string => `NOT EXISTS (SELECT 1 FROM records t
      WHERE t.organization_id = ${organization} AND t.object = ${row}.object AND t.id = ${row}.id)`

/**
 * The answer about a row `a` of `record_answers`; with it, where its object has relations, those that point at nothing. Each
 * target is looked for once, however many relations lead there.
 */
export const answered = (a: string, object: string, scope: ReadScope, parameters: Parameters): string => {
  const relations = scope.relations.get(object)
  if (relations === undefined) return `${a}.answer`
  return `${a}.head || ',' || ${a}.data || ',null,null,' || (
    SELECT json_group_array(json_array(g.slugs, g.id)) FROM (
      SELECT group_concat(p.value ->> 0) AS slugs, p.value ->> 1 AS object, l.value AS id
      FROM ${linksOf(a, parameters.add(relations))} GROUP BY 2, 3) g
    WHERE ${isGone('g', parameters.add(scope.organizationId))}) || ']'`
}

/** The same for all records of a page: what they point at is looked for once, whichever of them does. */
interface AnsweredPage {
  /** A table `gone` of targets that are no records, for what follows: `, gone AS …`; empty where there are no relations. */
  readonly gone: string
  /** The answer about a row `a` of `record_answers`. */
  readonly answer: string
}

/** @param page what FROM and WHERE of a query of its records `r` say */
export const answeredPage = (
  page: { readonly from: string; readonly where: string },
  object: string,
  scope: ReadScope,
  parameters: Parameters,
): AnsweredPage => {
  const relations = scope.relations.get(object)
  if (relations === undefined) return { gone: '', answer: 'a.answer' }
  const listed = parameters.add(relations)
  return {
    gone: `, gone AS MATERIALIZED (SELECT g.object, g.id FROM (
      SELECT DISTINCT p.value ->> 1 AS object, l.value AS id FROM ${page.from} CROSS JOIN ${linksOf('r', listed)} WHERE ${page.where}) g
    WHERE ${isGone('g', parameters.add(scope.organizationId))})`,
    answer: `a.head || ',' || a.data || CASE WHEN EXISTS (SELECT 1 FROM gone) THEN ',null,null,' || (
      SELECT json_group_array(json_array(p.value ->> 0, l.value)) FROM ${linksOf('a', listed)}
      WHERE (p.value ->> 1, l.value) IN (SELECT object, id FROM gone)) ELSE '' END || ']'`,
  }
}

/** Records of rows that have such an answer. */
export const recordsOf = (rows: StatementResult['rows'], object: string) =>
  rows.map((row) => parseRecord(row.answer as string, object))
