import { WORK_BYTES } from '../../../engine/record.ts'
import { WORDS } from '../../../schema/words.ts'
import type { Part } from '../builder.ts'
import { spend } from '../lookups.ts'
import { ARCHIVED_AT, LAST_CHANGE, tombstoneOf, VERSION } from '../tombstones.ts'
import { chained, chainedTo, keepsValues, note } from './feed.ts'
import { addKeys, delta, dropKeys, ERASED, itself, judged, remark, remember } from './write.ts'

/**
 * Merging a record into another one, and separating it again. Only the record that goes is written here: its survivor and
 * what points at it are items of the same batch (src/engine/merge). Its keys and its id become rows of `record_aliases`,
 * which lookups.ts asks where no record has the key, so whoever looks for it finds its survivor, by whatever contract.
 */

const aliases = 'organization_id = NEW.organization_id AND object = NEW.object'

const columns = 'organization_id, object, name, value, merged_id, record_id, into_id, tombstone'

const tombstone = `'["' || id || '",' || (version + 1) || ',' || created_at || ',' || max(updated_at, NEW.now) || ',' || coalesce(archived_at, 'null') ||
    ',"' || created_by || '","' || NEW.actor || '",["' || NEW.write_id || '",0,[],null' || ${chained} || '],{}]'`

/** It and all that was merged into it before: they lead to where it leads. */
const below = `WITH RECURSIVE below (id) AS (
      SELECT NEW.write_id
      UNION
      SELECT t.merged_id FROM below b CROSS JOIN record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = ${tombstoneOf('NEW.write_id', 't.record_id')}
        AND t.into_id = b.id)
    SELECT id FROM below`

/** Of one that is to be separated: the record that it leads to. */
const survivor = tombstoneOf('NEW.write_id', 't.record_id')

const isNotItself = `(name <> 'id' OR merged_id <> NEW.write_id)`

/** A former key of a record that is there: the record has it again, or nothing is merged into it any more. */
const isIdle = `tombstone IS NULL AND (NOT EXISTS (
      SELECT 1 FROM record_aliases t
      WHERE t.organization_id = record_aliases.organization_id AND t.object = record_aliases.object AND t.record_id = record_aliases.merged_id
        AND t.tombstone IS NOT NULL AND t.merged_id <> NEW.write_id)
    OR EXISTS (
      SELECT 1 FROM record_keys k
      WHERE k.organization_id = record_aliases.organization_id AND k.object = record_aliases.object AND k.name = record_aliases.name AND k.value = record_aliases.value
        AND k.slot IN ('', record_aliases.merged_id) AND k.record_id = record_aliases.merged_id))`

export const joinPart: Part = {
  title: 'Merging: of the record that goes, its keys and its id lead to the survivor; and the way back.',
  steps: [
    {
      name: 'assert_join',
      on: judged,
      when: `NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle = 'merge'`,
      run: [
        remember('l.record_id = NEW.record_id'),
        note(judged, {
          action: "'merged'",
          record_id: 'NEW.record_id',
          changed: `coalesce(NEW.changed, '[]')`,
          delta,
          merged_into: 'NEW.into_id',
        }),
        `UPDATE record_aliases SET record_id = NEW.into_id WHERE ${aliases} AND record_id = NEW.record_id`,
        // One that it gave up before and had again is there already.
        `INSERT OR IGNORE INTO record_aliases (${columns})
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, NEW.record_id, NEW.into_id, NULL, NULL
  FROM json_each(NEW.dropped_keys) k WHERE k.value ->> 0 <> '${WORDS}'`,
        `INSERT INTO record_aliases (${columns})
  SELECT organization_id, object, 'id', id, id, NEW.into_id, NEW.into_id, ${tombstone} FROM records WHERE ${itself}`,
        ...dropKeys,
        spend(
          `(SELECT 2 * octet_length(data) AS bytes FROM records WHERE ${itself}) w WHERE w.bytes > ${WORK_BYTES.light}`,
        ),
        `DELETE FROM records WHERE ${itself}`,
        // There is no such record any more, which is what this says.
        remark(`'["${ERASED}","' || NEW.record_id || '"]'`),
      ],
    },
    {
      name: 'assert_part',
      on: judged,
      when: `NEW.refusal IS NULL AND NEW.lifecycle = 'separate'`,
      run: [
        remember(`l.record_id = ${survivor}`),
        note(judged, {
          action: "'separated'",
          record_id: 'NEW.write_id',
          changed: 'NEW.changed',
          delta: `CASE WHEN ${keepsValues} THEN (
      SELECT json_group_object(a.key, json_array(NULL, json(a.value))) FROM json_each(NEW.after) a) END`,
          merged_into: tombstoneOf('NEW.write_id', 't.into_id'),
        }),
        `INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  SELECT NEW.organization_id, NEW.object, NEW.write_id, NEW.after, t.tombstone ->> ${VERSION} + 1, t.tombstone ->> 2, max(t.tombstone ->> 3, NEW.now),
    t.tombstone ->> ${ARCHIVED_AT}, t.tombstone ->> 5, NEW.actor, 
    '["' || NEW.write_id || '",0,' || NEW.changed || ',null' || ${chainedTo(`t.tombstone ->> ${LAST_CHANGE}`)} || ']'
  FROM record_aliases t WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id`,
        addKeys('NEW.write_id'),
        `UPDATE record_aliases SET record_id = NEW.write_id
  WHERE ${aliases} AND record_id = ${survivor} AND merged_id IN (${below}) AND ${isNotItself}`,
        // Its tombstone says which record was the survivor, so that goes last, and with it the keys that lead no longer.
        `DELETE FROM record_aliases
  WHERE ${aliases} AND merged_id IN (NEW.write_id, ${survivor}) AND (${isIdle} OR NOT (${isNotItself}))`,
      ],
    },
  ],
}
