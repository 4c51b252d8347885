import { WORK_BYTES } from '../../../engine/record.ts'
import { WORDS } from '../../../schema/words.ts'
import { type Part, stage } from '../builder.ts'
import { keyOf, leadsTo, numberOfKey, otherSlotOf, slotOf, spend } from '../lookups.ts'
import { tombstonesIn, VERSION } from '../tombstones.ts'
import { BLANKED, blank, chainBegun, chained, keepsValues, leftToBlank, mergedToBlank, note, noteEach } from './feed.ts'

/** An item that is judged: what there is to write, or why not. */
export const judged = stage('assert_judged', [
  'write_id',
  'object',
  'organization_id',
  'now',
  'actor',
  'origin',
  'feed',
  'dry_run',
  'lifecycle',
  'into_id',
  'matched',
  'record_id',
  'after',
  'version',
  'archived_before',
  'archived_after',
  'changed',
  'dropped_keys',
  'added_keys',
  'refusal',
])

export const itself = 'organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id'
/** What stands in the place of a reason where the record is gone for good, with its id behind it. */
export const ERASED = 'erased'

export const remark = (reason: string) => `INSERT INTO refusals (write_id, reason) VALUES (NEW.write_id, ${reason})`

const transition = `CASE
      WHEN NEW.archived_after IS NOT NULL AND NEW.archived_before IS NULL THEN 'archived'
      WHEN NEW.archived_after IS NULL AND NEW.archived_before IS NOT NULL THEN 'restored' END`

export const addKeys = (
  id: string,
) => `INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, ${slotOf('k.value ->> 2', id)}, ${id}, ${numberOfKey('k')}
  FROM json_each(NEW.added_keys) k`

/** One plain SELECT behind IN: of a compound one SQLite makes no search, and goes through all keys there are. */
const dropIn = (
  slot: string,
  further = '',
) => `DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), ${slot}
    FROM json_each(NEW.dropped_keys) k${further})`

export const dropKeys = [
  dropIn(slotOf('k.value ->> 2', 'NEW.record_id')),
  dropIn(otherSlotOf('k.value ->> 2', 'NEW.record_id'), ' WHERE k.value ->> 2 > 1'),
]

/** The values of what changes, before and after. */
export const delta = `CASE WHEN ${keepsValues} AND NEW.changed IS NOT NULL THEN (
      SELECT json_group_object(c.value, json_array(json(r.data -> c.value), json(NEW.after -> c.value)))
      FROM records r CROSS JOIN json_each(NEW.changed) c
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) END`

/**
 * For a dry run to be taken back.
 * @param led which aliases the item changes, if any: rows `l`
 */
export const remember = (
  led?: string,
) => `INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys, aliases)
  SELECT NEW.organization_id, NEW.object, coalesce(NEW.record_id, NEW.write_id),
    CASE WHEN r.id IS NOT NULL THEN json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write) END,
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]'), ${
      led === undefined
        ? 'NULL'
        : `(
    SELECT json_group_array(json_array(l.name, l.value, l.merged_id, l.record_id, l.into_id, l.tombstone)) FROM record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND ${led})`
    }
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NEW.dry_run`

/** Former keys that lead to a record, and are of no other one that was merged into it. Some more, if it gives up several at once. */
export const FORMER_KEYS = 1_000

const ownAliases = `record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.merged_id = NEW.record_id`

/** What a record gives up goes on leading to it as long as another one is merged into it: an alias of its own. */
const keepLeading = `INSERT OR IGNORE INTO record_aliases (organization_id, object, name, value, merged_id, record_id)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, NEW.record_id, NEW.record_id
  FROM json_each(NEW.dropped_keys) k
  WHERE NEW.dropped_keys <> '[]' AND EXISTS (
      SELECT 1 FROM record_aliases l
      WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.record_id = NEW.record_id)
    AND NOT EXISTS (SELECT 1 FROM ${ownAliases} LIMIT 1 OFFSET ${FORMER_KEYS - 1})
    AND k.value ->> 0 <> '${WORDS}' AND NOT ${leadsTo(keyOf('NEW', 'k.value ->> 0', 'CAST(k.value ->> 1 AS TEXT)'), 'NEW.record_id')}`

export const writePart: Part = {
  title: 'Write: of an item that is not unchanged, exactly one of these happens.',
  stages: [judged],
  steps: [
    { name: 'assert_refuse', on: judged, when: 'NEW.refusal IS NOT NULL', run: [remark('NEW.refusal')] },
    {
      name: 'assert_create',
      on: judged,
      when: `NEW.refusal IS NULL AND NEW.record_id IS NULL AND NEW.lifecycle IS NOT 'separate'`,
      run: [
        note(judged, {
          action: "'created'",
          record_id: 'NEW.write_id',
          changed: 'NEW.changed',
          delta: `iif(${keepsValues}, NEW.after, NULL)`,
        }),
        `INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  VALUES (NEW.organization_id, NEW.object, NEW.write_id, NEW.after, 1, NEW.now, NEW.now, NULL, NEW.actor, NEW.actor,
    '["' || NEW.write_id || '"' || ${chainBegun} || ']')`,
        addKeys('NEW.write_id'),
        remember(),
      ],
    },
    {
      name: 'assert_update',
      on: judged,
      when: `NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle IS NOT 'erase' AND NEW.lifecycle IS NOT 'merge'
  AND (NEW.changed IS NOT NULL OR NEW.archived_after IS NOT NEW.archived_before)`,
      run: [
        remember('l.merged_id = NEW.record_id'),
        keepLeading,
        ...dropKeys,
        addKeys('NEW.record_id'),
        note(judged, {
          action: `coalesce(${transition}, 'updated')`,
          record_id: 'NEW.record_id',
          changed: `coalesce(NEW.changed, '[]')`,
          delta,
        }),
        `UPDATE records SET
    data = NEW.after, version = NEW.version + 1, updated_at = max(updated_at, NEW.now), archived_at = NEW.archived_after,
    updated_by = NEW.actor,
    last_write = '["' || NEW.write_id || '",' || NEW.matched || ',' || coalesce(NEW.changed, '[]') || ',' ||
      coalesce('"' || ${transition} || '"', 'null') || ${chained} || ']'
  WHERE ${itself}`,
      ],
    },
    {
      name: 'assert_erase',
      on: judged,
      when: `NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle = 'erase'`,
      run: [
        remember('l.record_id = NEW.record_id'),
        ...dropKeys,
        ...blank,
        note(judged, {
          action: "'erased'",
          record_id: 'NEW.record_id',
          changed: `coalesce(NEW.changed, '[]')`,
          delta: leftToBlank,
        }),
        // The record is gone before the next item, so what it has cost is told here. Its changes are no more than its versions.
        spend(`(
    SELECT 2 * octet_length(data) + iif(last_write ->> 4 IS NULL, 0, ${WORK_BYTES.blanked} * min(version, ${BLANKED})) +
      ${WORK_BYTES.blanked} * min(${BLANKED}, coalesce((SELECT sum(t.tombstone ->> ${VERSION}) ${tombstonesIn}), 0)) AS bytes
    FROM records WHERE ${itself}) w
  WHERE w.bytes > ${WORK_BYTES.light}`),
        // What was merged into it goes with it, each with a change of its own.
        noteEach(judged, `${tombstonesIn} AND NOT NEW.dry_run`, {
          action: "'erased'",
          record_id: 't.merged_id',
          changed: "'[]'",
          delta: mergedToBlank,
        }),
        `DELETE FROM record_aliases WHERE organization_id = NEW.organization_id AND object = NEW.object AND record_id = NEW.record_id`,
        `DELETE FROM records WHERE ${itself}`,
        remark(`'["${ERASED}","' || NEW.record_id || '"]'`),
      ],
    },
  ],
}
