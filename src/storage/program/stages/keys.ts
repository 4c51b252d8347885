import { WORDS } from '../../../schema/words.ts'
import { hand, type Part, stage } from '../builder.ts'
import { isKeyed, isNumber, KEYED, keyValue } from '../lookups.ts'
import { wordsIn } from '../words.ts'
import { keyed } from './judge.ts'

const common = [
  'write_id',
  'object',
  'name',
  'value',
  'attributes',
  'merges',
  'extras',
  'organization_id',
  'now',
  'actor',
  'origin',
  'feed',
  'dry_run',
  'matched',
  'refs',
  'record_id',
  'before',
  'after',
  'version',
  'archived_before',
  'archived_after',
] as const

/** An item with the data before (null: no record) and after. */
export const merged = stage('assert_merged', [...common, 'indexes', 'combinations', 'track'])

/** Null: nothing changed. Else the slugs, as far as anybody wants to know them. */
const changed = `CASE WHEN NEW.after IS NOT NEW.before THEN iif(NOT NEW.track OR (NEW.before IS NULL AND NOT NEW.feed), '[]', (
      SELECT json_group_array(slug) FROM (
        SELECT a.key AS slug FROM json_each(NEW.after) a WHERE a.value IS NOT NEW.before -> a.key
        UNION ALL
        SELECT b.key FROM json_each(NEW.before) b WHERE NEW.after -> b.key IS NULL
        ORDER BY 1))) END`

/** `[name, value, unique, is a number]` of every key that this side's data has in the indexes that the write touches. */
const keysOf = (data: string): string => `(
      SELECT json_group_array(json_array(name, value, is_unique, is_number)) FROM (
        SELECT x.key AS name, x.value AS is_unique, ${keyValue('e', `${data} -> x.key`)} AS value,
          ${isNumber('e')} AS is_number
        FROM json_each(NEW.indexes) x CROSS JOIN json_each(${data} -> x.key, '$${KEYED}') e
        WHERE NEW.before -> x.key IS NOT NEW.after -> x.key AND ${isKeyed('e')}
        UNION ALL
        SELECT x.value ->> 0, x.value ->> 1, (
          SELECT json_group_array(json(${data} -> ('$.' || p.value || '${KEYED}'))) FROM json_each(x.value, '$[2]') p), 0
        FROM json_each(NEW.combinations) x
        WHERE NOT EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE ${data} -> p.value IS NULL)
          AND EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value)))`

const SEARCHED = `NEW.indexes -> '${WORDS}'`
const searched = wordsIn('b.data', SEARCHED)

/** Keys of the words that only one side has: `[those before, those after]`. Folding is dear, so it stands here once. */
const words = `CASE WHEN ${SEARCHED} IS NOT NULL AND EXISTS (
      SELECT 1 FROM json_each(${SEARCHED}) p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value) THEN (
      SELECT json_array(json(json_group_array(word) FILTER (WHERE side = 0)), json(json_group_array(word) FILTER (WHERE side = 1)))
      FROM (
        SELECT json_array('${WORDS}', ${searched.word}, 0, 0) AS word, min(b.side) AS side
        FROM (SELECT 0 AS side, NEW.before AS data UNION ALL SELECT 1, NEW.after) b CROSS JOIN ${searched.from}
        GROUP BY 1 HAVING min(b.side) = max(b.side))) END`

export const keysPart: Part = {
  title: `Keys: what differs, and the match keys of both sides in the indexes that it touches.
The value of a key is the text of the attribute's value; of a combination, the JSON list of its parts.
Words are keys, too: of the attributes that records are searched by, together.`,
  stages: [merged],
  steps: [
    {
      name: 'assert_key',
      on: merged,
      run: [
        hand(merged, keyed, {
          changed,
          old_keys: `CASE WHEN NEW.before IS NOT NULL AND NEW.after <> NEW.before THEN ${keysOf('NEW.before')} END`,
          new_keys: `CASE WHEN NEW.after IS NOT NEW.before THEN ${keysOf('NEW.after')} END`,
          words,
        }),
      ],
    },
  ],
}
