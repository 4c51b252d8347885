import type { Part } from './builder.ts'
import { placeholder } from './names.ts'

/**
 * A record as it is answered: one JSON text, put together without parsing its data again. Ids and actors consist of
 * letters, digits, colon and hyphen only, so they need no escaping. src/storage/program/answer.ts reads it.
 */

export const answersView = placeholder('record_answers')

export const answersPart: Part = {
  title: 'Records as they are answered; `head` is the list up to the data, without its end.',
  views: [
    {
      name: 'record_answers',
      select: `SELECT organization_id, object, id, data, version,
  '["' || id || '",' || version || ',' || created_at || ',' || updated_at || ',' || coalesce(archived_at, 'null') ||
  ',"' || created_by || '","' || updated_by || '",' || last_write AS head,
  '["' || id || '",' || version || ',' || created_at || ',' || updated_at || ',' || coalesce(archived_at, 'null') ||
  ',"' || created_by || '","' || updated_by || '",' || last_write || ',' || data || ']' AS answer
FROM records`,
    },
  ],
}

export interface Include {
  readonly attribute: string
  readonly object: string
}

/** The included record, or null. Slugs come from the contracts' own code, never from a request: they stand in the text. */
const related = ({ attribute, object }: Include): string => `coalesce((
      SELECT i.answer FROM ${answersView} i
      WHERE i.organization_id = a.organization_id AND i.object = '${object}' AND i.id = a.data ->> '$.${attribute}[0]'
    ), 'null')`

/**
 * The answer of an item about the record `a`: the head; the data, or null where it is longer than the batch allows; the
 * included record; and of a creation whose data is left out the slugs that it holds, if they are asked for.
 * src/storage/program/answer.ts sorts them, which costs less there.
 * @param item a row with the columns of an item
 */
export const answerText = (item: string, include?: Include): string => {
  const fits = `octet_length(a.data) <= ${item}.data_bytes`
  return `a.head || ',' || CASE WHEN ${fits} THEN a.data || ${include ? `',' || ${related(include)} || ']'` : `']'`}
      WHEN ${item}.track AND a.id = ${item}.write_id AND a.version = 1 THEN 'null,null,' || (SELECT json_group_array(j.key) FROM json_each(a.data) j) || ']'
      ELSE 'null]' END`
}
