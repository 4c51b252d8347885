import { type Part, stage } from '../builder.ts'
import { isReplay, numberOfKey, slotOf, WORK } from '../lookups.ts'
import { entry } from './entry.ts'
import { ERASED } from './write.ts'

const undone = stage('assert_undone', [
  'organization_id',
  'object',
  'id',
  'before',
  'dropped_keys',
  'added_keys',
  'aliases',
])

const keys = (list: 'added_keys' | 'dropped_keys', further = '') =>
  `SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), ${slotOf('k.value ->> 2', 'NEW.id')}${further}
    FROM json_each(NEW.${list}) k`

export const closingPart: Part = {
  title: `Behind the items: \`all\` makes one refusal refuse the request, \`undo\` takes a dry run back, \`end\` clears the scratch.
Without its WHERE, clearing an empty table writes a page.`,
  stages: [undone],
  steps: [
    {
      name: 'assert_all',
      on: entry,
      when: `NEW.op = 'all'`,
      run: [
        `SELECT RAISE(ABORT, 'edge-upsert:refused') WHERE EXISTS (
    SELECT 1 FROM refusals WHERE reason ->> 0 <> '${ERASED}' AND write_id <> '${WORK}')`,
      ],
    },
    {
      name: 'assert_end',
      on: entry,
      when: `NEW.op = 'end'`,
      run: ['DELETE FROM refusals WHERE true'],
    },
    {
      name: 'assert_end_kept',
      on: entry,
      when: `NEW.op = 'end' AND NEW.idempotency_key IS NOT NULL AND NOT ${isReplay('NEW')}`,
      run: [
        `INSERT OR REPLACE INTO replays (organization_id, idempotency_key, position, answer, created_at)
  VALUES (NEW.organization_id, NEW.idempotency_key, -1, NEW.value, NEW.now)`,
      ],
    },
    {
      name: 'assert_undo',
      on: entry,
      when: `NEW.op = 'undo'`,
      run: [
        `INSERT INTO ${undone.view}
  SELECT u.organization_id, u.object, u.id, u.before, u.dropped_keys, u.added_keys, u.aliases FROM undo_log u ORDER BY u.sequence DESC`,
        'DELETE FROM undo_log WHERE true',
        'DELETE FROM refusals WHERE true',
      ],
    },
    {
      name: 'assert_undo_one',
      on: undone,
      run: [
        `DELETE FROM record_keys WHERE (organization_id, object, name, value, slot) IN (
    ${keys('added_keys')})`,
        `INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
    ${keys('dropped_keys', `, NEW.id, ${numberOfKey('k')}`)}`,
        'DELETE FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.id',
        `INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  SELECT NEW.organization_id, NEW.object, NEW.id, NEW.before ->> 0, NEW.before ->> 1, NEW.before ->> 2, NEW.before ->> 3,
    NEW.before ->> 4, NEW.before ->> 5, NEW.before ->> 6, NEW.before ->> 7
  WHERE NEW.before IS NOT NULL`,
        // What led there led there before, or is among what is put back.
        `DELETE FROM record_aliases
  WHERE NEW.aliases IS NOT NULL AND organization_id = NEW.organization_id AND object = NEW.object AND merged_id = NEW.id`,
        `INSERT OR REPLACE INTO record_aliases (organization_id, object, name, value, merged_id, record_id, into_id, tombstone)
  SELECT NEW.organization_id, NEW.object, l.value ->> 0, l.value ->> 1, l.value ->> 2, l.value ->> 3, l.value ->> 4, l.value ->> 5
  FROM json_each(NEW.aliases) l`,
      ],
    },
  ],
}
