import { WORK_BYTES } from '../../../engine/record.ts'
import { handFrom, type Part, stage } from '../builder.ts'
import {
  aliasRows,
  elementText,
  isKept,
  isKeptBy,
  isKeyed,
  KEYED,
  keyOf,
  keyValue,
  leadsElsewhere,
  leadsTo,
  ledToBy,
  listOf,
  matchedKey,
  meantBy,
  NAMED,
  spend,
  WORK,
} from '../lookups.ts'
import { merged } from './keys.ts'

/** An item and the record that its keys find; goes on if its condition holds. */
export const found = stage('assert_found', [
  'write_id',
  'object',
  'name',
  'value',
  'attributes',
  'on_create',
  'merges',
  'extras',
  'organization_id',
  'now',
  'actor',
  'origin',
  'indexes',
  'combinations',
  'feed',
  'dry_run',
  'track',
  'record_id',
  'matched',
  'refs',
  'runs',
])

const record = `FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id`

/** What changing the record costs: see WORK_BYTES. */
const work = `2 * octet_length(r.data) + coalesce((
      SELECT sum(octet_length(r.data) + ${WORK_BYTES.element} * coalesce(json_array_length(r.data, '$.' || m.key || '[0]'), 0))
      FROM json_each(NEW.merges) m), 0)`

const isSpent = `EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = '${WORK}' AND CAST(f.reason AS INTEGER) > ${WORK_BYTES.batch})`

const isRefused = 'EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = NEW.write_id)'

const matched = matchedKey('NEW')

/** Attributes of a combination, if the match key is one. */
const parts = `FROM json_each(NEW.combinations) c CROSS JOIN json_each(c.value, '$[2]') p WHERE c.value ->> 0 = ${matched.name}`

const isUnique = `(NEW.indexes ->> ${matched.name} & 1 OR EXISTS (
      SELECT 1 FROM json_each(NEW.combinations) c WHERE c.value ->> 0 = ${matched.name} AND c.value ->> 1 & 1))`

/** Nobody has the key, and it leads to several records, since those that had it were merged into different ones. */
const isVague = `NEW.record_id IS NOT NULL AND ${leadsElsewhere(matched, 'NEW.record_id')} AND NOT ${isKept(matched)}
      AND (NEW.extras ->> '$.onSeveral' = 'error' OR ${isUnique})`

/** What is sent does not come from the record: see `led`. By what it had not and has not, it was found; or by what both had. */
const LED = { byAnothers: 1, byFormer: 2 } as const

/**
 * How the key that found the record leads there, since another one was merged into it; null where it does not. The record has
 * not got it (`byFormer`), or has it as well as the one that was merged had it (`byAnothers`).
 */
const led = `CASE WHEN r.id IS NOT NULL THEN (
        SELECT iif(${isKeptBy(matched, 'r.id')}, max(led.merged_id <> r.id), ${LED.byFormer}) ${aliasRows(matched)} AND led.record_id = r.id
        GROUP BY led.record_id) END`

/** Whether an attribute is not cleared, and each value that is sent of it is one that the record has, or that leads there. */
const leadsThere = (slug: string, stored: string): string => {
  const key = keyOf('NEW', slug, keyValue('e', stored))
  return `${stored} IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM json_each(${stored}, '$${KEYED}') e
          WHERE ${isKeyed('e')} AND NOT ${isKeptBy(key, 'r.id')} AND NOT ${leadsTo(key, 'r.id')})`
}

/**
 * Whether what is sent of an attribute says nothing new to a record that has a value of it and that the key only leads to: of
 * the attribute that the key is made of, and of all that only one record can have, when each value leads there, too. Of a
 * combination the key says all. Else two rows of a source would change the keys of one record in turn, with every sync.
 * Who finds it by a key that it has, can change that.
 * @param row with `led`
 */
const isKnown = (row: string, slug: string, stored: string): string =>
  `(r.data -> ${slug} IS NOT NULL AND (${row}.led = ${LED.byFormer} AND ${slug} IN (SELECT p.value ${parts})
        OR iif(${slug} = ${matched.name}, ${row}.led = ${LED.byFormer}, NEW.indexes ->> ${slug} & 1) AND ${leadsThere(slug, stored)}))`

/** What is left of the values that are sent to a record which the key leads to; else null. */
const news = `CASE WHEN l.led THEN (
        SELECT json_group_object(a.key, json(a.value)) FROM json_each(NEW.attributes) a
        WHERE NOT ${isKnown('l', 'a.key', 'a.value')}) END`

const patched = `CASE WHEN r.id IS NULL THEN iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create))
      ELSE json_patch(r.data, coalesce(s.news, NEW.attributes)) END`

/** The normal forms behind both lists; null where each value is its own. */
const formsSent = `m.value -> '$[2]'`
const formsKept = `r.data -> ('$.' || m.key || '[1]')`

/** Elements of one side: the text, and the normal form, which is the text itself where none stands behind the list. */
const elements = (each: string, whole: string, forms: string) => {
  const text = elementText(each, whole)
  return `${text} AS element, coalesce(${forms} -> ${each}.key, ${text}) AS form`
}

/** Whether a reference is an id that was written as it is, of a record that has been merged into another one. */
const isAlias = (x: string) =>
  `${x}.value ->> 4 IN (0, 4) AND ${x}.value ->> 2 = 'id' AND ${x}.value ->> 6 <> ${x}.value ->> 3`

/**
 * Both lists in one, each value once, in the spelling that was sent last: what is sent goes before (prepend) or behind
 * (append) what is there, before all but its first (replace_first), or is taken away; what is there keeps its place when it
 * is appended. Sorting instead of comparing each with each keeps the cost proportional to what is sent.
 */
const mergedList = `(
        SELECT CASE WHEN count(*) = 0 THEN 'null'
          WHEN ${formsSent} IS NULL AND ${formsKept} IS NULL OR group_concat(element, ',') = group_concat(form, ',')
          THEN '[[' || group_concat(element, ',') || ']]'
          ELSE '[[' || group_concat(element, ',') || '],[' || group_concat(form, ',') || ']]' END FROM (
          SELECT coalesce(max(iif(sent, element, NULL)), max(element)) AS element, form FROM (
            SELECT ${elements('s', 'm.value', formsSent)}, 1 AS sent, s.key + iif(m.value ->> 0 = 'append', 1000000, 0) AS place
            FROM json_each(m.value, '$[1]') s
            UNION ALL
            SELECT ${elements('k', 'r.data', formsKept)}, 0, k.key + iif(m.value ->> 0 = 'append', 0, 1000000)
            FROM json_each(r.data, '$.' || m.key || '[0]') k WHERE m.value ->> 0 <> 'replace_first' OR k.key > 0
            UNION ALL
            SELECT json_quote(x.value ->> 6), json_quote(x.value ->> 6), 1, 0 FROM json_each(NEW.refs) x
            WHERE m.value ->> 0 = 'remove' AND x.value ->> 0 = m.key AND ${isAlias('x')})
          GROUP BY form HAVING m.value ->> 0 <> 'remove' OR NOT max(sent)
          ORDER BY min(place)))`

/** Whether a reference is for what the item does: its branch is `create`, `update` or null for both. */
const applies = (x: string) =>
  `coalesce(${x}.value ->> 5, iif(r.id IS NULL, 'create', 'update')) = iif(r.id IS NULL, 'create', 'update')`

const isSet = (x: string) => `${x}.value ->> 4 BETWEEN 1 AND 3 AND ${x}.value ->> 6 IS NOT NULL AND ${applies(x)}`

/** All of the attribute, in their order. By an ordered subquery: SQLite before 3.44 could not even read the schema else. */
const listed = `(SELECT json_group_array(id) FROM (
          SELECT y.value ->> 6 AS id FROM json_each(NEW.refs) y
          WHERE y.value ->> 0 = x.value ->> 0 AND ${isSet('y')} ORDER BY y.key))`

/** What depends on the data before, and the references: one more patch on top. */
const furtherPatch = `(SELECT json_group_object(slug, json(patch)) FROM (
        SELECT m.key AS slug, ${mergedList} AS patch
        FROM json_each(NEW.merges) m
        WHERE r.id IS NOT NULL AND (m.value ->> 0 = 'remove' OR r.data -> m.key IS NOT ${listOf('m.value')})
          AND NOT (s.news IS NOT NULL AND m.value ->> 0 = 'replace_first' AND ${isKnown('s', 'm.key', listOf('m.value'))})
        UNION ALL
        SELECT f.key, f.value FROM json_each(NEW.extras -> '$.fills') f WHERE r.id IS NOT NULL AND r.data -> f.key IS NULL
        UNION ALL
        SELECT x.value ->> 0, iif(max(x.value ->> 4) = 2, json_array(json(${listed})), json_array(max(x.value ->> 6)))
        FROM json_each(NEW.refs) x
        WHERE ${isSet('x')}
        GROUP BY x.value ->> 0))`

const written = `CASE
      WHEN NEW.extras ->> '$.lifecycle' IN ('erase', 'merge') THEN '{}'
      WHEN NEW.refs IS NULL AND (r.id IS NULL OR (NEW.merges IS NULL AND NEW.extras -> '$.fills' IS NULL)) THEN ${patched}
      ELSE json_patch(${patched}, ${furtherPatch}) END`

/** What a relation of the data `d` points at, each record once, as the data would hold it. */
const pointedAt = `(SELECT iif(json_type(d.after, '$.' || a.slug || '[0]') = 'array', '[' || json_group_array(id) || ']', json_group_array(id)) FROM (
          SELECT ${meantBy({ organization: 'NEW.organization_id', object: 'a.object', value: 'l.value' })} AS id
          FROM json_each(d.after, '$.' || a.slug || '[0]') l GROUP BY 1 ORDER BY min(l.key)))`

/** The data `d` with the ids of merged records replaced by those of the records that they lead to. */
const relinked = `json_patch(d.after, (
        SELECT json_group_object(a.slug, json(${pointedAt}))
        FROM (SELECT x.value ->> 0 AS slug, x.value ->> 1 AS object FROM json_each(NEW.refs) x WHERE ${isAlias('x')} GROUP BY 1, 2) a
        WHERE d.after -> a.slug IS NOT NULL))`

export const mergePart: Part = {
  title: 'Merge: the data before and the data after.',
  stages: [found],
  steps: [
    {
      name: 'assert_merge',
      on: found,
      when: 'NEW.runs',
      run: [
        `INSERT INTO refusals (write_id, reason) SELECT NEW.write_id, iif(${isSpent}, '["too_much_work"]',
    json_array('ambiguous', ${matched.name}, ${matched.value}, (SELECT json_group_array(record_id) FROM (${ledToBy(matched, NAMED)}))))
  WHERE ${isSpent} OR ${isVague}`,
        handFrom(found, merged, `${record}\n  WHERE NOT ${isRefused}`, {
          record_id: 'r.id',
          before: 'r.data',
          after: `(SELECT iif(EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE ${isAlias('x')}), ${relinked}, d.after)
      FROM (SELECT ${written} AS after FROM (SELECT ${news} AS news, l.led FROM (SELECT ${led} AS led LIMIT -1) l LIMIT -1) s LIMIT -1) d)`,
          version: 'r.version',
          archived_before: 'r.archived_at',
          archived_after: `CASE NEW.extras ->> '$.lifecycle' WHEN 'archive' THEN coalesce(r.archived_at, NEW.now) WHEN 'restore' THEN NULL
      ELSE iif(coalesce(NEW.extras ->> '$.onArchived', 'revive') = 'revive', NULL, r.archived_at) END`,
        }),
        // Counted last: were it before, an item could be refused for what it costs itself.
        spend(`(
    SELECT ${work} AS bytes, r.last_write ->> 0 = NEW.write_id AS written FROM records r
    WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) w
  WHERE w.written AND w.bytes > ${WORK_BYTES.light} OR NEW.merges IS NOT NULL AND w.bytes > ${WORK_BYTES.idle}`),
      ],
    },
  ],
}
