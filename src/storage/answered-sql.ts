import type { ReadScope } from '../engine/read.ts'
import type { StatementResult } from './driver.ts'
import { parseRecord } from './program/answer.ts'
import type { Parameters } from './query-parameters.ts'

/**
 * Records as they are read: a relation to what has been erased since reads as not set. What is stored stays as it was, since
 * erasing would else have to write to every record that points there; the database looks for the targets with the read.
 */

/** The answer about a row `a` of `record_answers`; with it, where its object has relations, those that point at nothing. */
export const answered = (a: string, object: string, scope: ReadScope, parameters: Parameters): string => {
  const relations = scope.relations.get(object)
  if (relations === undefined) return `${a}.answer`
  return `${a}.head || ',' || ${a}.data || ',null,null,' || (
    SELECT json_group_array(json_array(p.value ->> 0, l.value)) FROM json_each(${parameters.add(relations)}) p
    CROSS JOIN json_each(${a}.data -> ('$.' || (p.value ->> 0) || '[0]')) l
    WHERE NOT EXISTS (SELECT 1 FROM records t
      WHERE t.organization_id = ${parameters.add(scope.organizationId)} AND t.object = p.value ->> 1 AND t.id = l.value)) || ']'`
}

/** Records of rows that have such an answer. */
export const recordsOf = (rows: StatementResult['rows'], object: string) =>
  rows.map((row) => parseRecord(row.answer as string, object))
