import { RECORD_BYTES, WORK_BYTES } from '../../../engine/record.ts'
import { WORDS } from '../../../schema/words.ts'
import { hand, type Part, stage } from '../builder.ts'
import { holderOf, isKeyed, KEYED, keyNumber, keyValue, listOf, ownKey, slotOf, slugsOf } from '../lookups.ts'
import { chainBegun, chained, keepsValues, note } from './feed.ts'
import { found } from './merge.ts'

/**
 * The short way, for items that have a match key, values and merges and nothing else. It writes what it can write without
 * judging, and never refuses: whatever is in doubt goes the long way, where each rule stands once.
 */

const columns = [
  'write_id',
  'object',
  'name',
  'value',
  'attributes',
  'on_create',
  'merges',
  'organization_id',
  'now',
  'actor',
  'origin',
  'indexes',
  'feed',
  'track',
] as const

/** With the data of the live record that the key finds; null: there is none, or it is archived. */
export const known = stage('assert_known', [...columns, 'before'])

/** With what an update would change, and whether a merge has anything to do. */
const weighed = stage('assert_weighed', [...columns, 'before', 'record_id', 'bytes', 'work', 'patch', 'merging'])

/** With the data of the record to come. */
const born = stage('assert_born', [...columns, 'after'])
const checked = stage('assert_checked', [...columns, 'after', 'doubtful'])

const holder = holderOf(ownKey('NEW'))

/** On to the long way. There is one key and it is not asked whether it finds several records: `extras` would say so. */
const doubt = (from: typeof weighed | typeof checked) =>
  hand(from, found, {
    extras: 'NULL',
    combinations: 'NULL',
    dry_run: '0',
    record_id: holder,
    matched: '0',
    refs: 'NULL',
    runs: '1',
  })

/** It touches an index: a match key, or a word. */
const isIndexed = `NEW.indexes -> a.key IS NOT NULL
        OR EXISTS (SELECT 1 FROM json_each(NEW.indexes -> '${WORDS}') s WHERE s.value = a.key)`

/**
 * What is sent and is not so already, by slug; null where that touches an index. Values are sent as `[value]`; those of the
 * record stand likewise. Data holds no nulls, so equal texts are equal data.
 */
const patch = `(SELECT iif(max(indexed), NULL, json_group_object(slug, json(value))) FROM (
      SELECT a.key AS slug, a.value, ${isIndexed} AS indexed
      FROM json_each(NEW.attributes) a WHERE a.value IS NOT NEW.before -> a.key ORDER BY a.key))`

const isChanged = `NEW.patch <> '{}'`

/** What changes an index, or is so large that its cost counts, is for the long way; so is a merge that does something. */
const isDoubtful = `(NEW.merging OR NEW.patch IS NULL
  OR ${isChanged} AND (NEW.work > ${WORK_BYTES.light} OR NEW.bytes > ${RECORD_BYTES}))`

const changedSlugs = '(SELECT json_group_array(c.key) FROM json_each(NEW.patch) c)'

/** The values of what changes, before and after; a JSON null where there is none. */
const delta = `CASE WHEN ${keepsValues} THEN (
      SELECT json_group_object(c.key, json_array(json(NEW.before -> c.key), json(c.value)))
      FROM json_each(NEW.patch) c) END`

/** Adding what is already all of a list changes nothing: the most common case by far. */
const isMerging = `CASE WHEN NEW.merges IS NULL THEN 0 ELSE EXISTS (
      SELECT 1 FROM json_each(NEW.merges) m
      WHERE m.value ->> 0 = 'remove' OR NEW.before -> m.key IS NOT ${listOf('m.value')}) END`

/** Text first: it costs least, and is enough where the whole record is sent as it is. The patch reads no rows, as the list of what differs does. */
const isDifferent = `(NEW.before <> NEW.attributes AND json_patch(NEW.before, NEW.attributes) <> NEW.before)
  OR (NEW.before IS NOT NULL AND NEW.merges IS NOT NULL AND ${isMerging})`

/** Somebody has the key that found no live record, or another unique key; or it is searched by words: then the long way says what to do. */
const isTaken = `(NEW.indexes -> '${WORDS}' IS NOT NULL OR octet_length(NEW.after) > ${RECORD_BYTES} OR ${holder} IS NOT NULL OR EXISTS (
      SELECT 1 FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$${KEYED}') e CROSS JOIN record_keys k
      WHERE x.value AND NOT (x.key IS NEW.name AND e.value IS NEW.value)
        AND k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = x.key
        AND k.value = ${keyValue('e', 'NEW.after -> x.key')}))`

export const plainPart: Part = {
  title: `The short way of plain items: assert_known, then assert_weighed for an update, assert_born for a creation.
Values that are the data to the letter end here: nothing is written, not even a page of scratch.`,
  stages: [known, weighed, born, checked],
  steps: [
    {
      name: 'assert_weigh',
      on: known,
      when: isDifferent,
      run: [
        hand(known, weighed, {
          record_id: holder,
          bytes: 'octet_length(NEW.before) + octet_length(NEW.attributes)',
          work: '2 * octet_length(NEW.before)',
          patch,
          merging: isMerging,
        }),
      ],
    },
    { name: 'assert_doubt_update', on: weighed, when: isDoubtful, run: [doubt(weighed)] },
    {
      name: 'assert_rewrite',
      on: weighed,
      when: `${isChanged} AND NOT ${isDoubtful}`,
      run: [
        note(weighed, {
          action: "'updated'",
          record_id: 'NEW.record_id',
          changed: `CASE WHEN NEW.feed THEN ${changedSlugs} END`,
          delta,
        }),
        `UPDATE records SET
    data = json_patch(data, NEW.patch), version = version + 1, updated_at = max(updated_at, NEW.now),
    updated_by = NEW.actor,
    last_write = '["' || NEW.write_id || '",0,' || iif(NEW.track, ${changedSlugs}, '[]') || ',null' || ${chained} || ']'
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id`,
      ],
    },
    {
      name: 'assert_bear',
      on: known,
      when: 'NEW.before IS NULL',
      run: [
        hand(known, born, {
          after: 'iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create))',
        }),
      ],
    },
    { name: 'assert_check', on: born, run: [hand(born, checked, { doubtful: isTaken })] },
    { name: 'assert_doubt_creation', on: checked, when: 'NEW.doubtful', run: [doubt(checked)] },
    {
      name: 'assert_settle',
      on: checked,
      when: 'NOT NEW.doubtful',
      run: [
        note(checked, {
          action: "'created'",
          record_id: 'NEW.write_id',
          changed: `CASE WHEN NEW.feed THEN ${slugsOf('NEW.after')} END`,
          delta: `iif(${keepsValues}, NEW.after, NULL)`,
        }),
        `INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  VALUES (NEW.organization_id, NEW.object, NEW.write_id, NEW.after, 1, NEW.now, NEW.now, NULL, NEW.actor, NEW.actor,
    '["' || NEW.write_id || '"' || ${chainBegun} || ']')`,
        `INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
  SELECT NEW.organization_id, NEW.object, x.key, ${keyValue('e', 'NEW.after -> x.key')},
    ${slotOf('x.value', 'NEW.write_id')}, NEW.write_id, ${keyNumber('e')}
  FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$${KEYED}') e WHERE ${isKeyed('e')}`,
      ],
    },
  ],
}
