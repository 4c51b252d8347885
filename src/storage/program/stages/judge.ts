import { RECORD_BYTES } from '../../../engine/record.ts'
import { LIST_LIMIT } from '../../../schema/parse.ts'
import { hand, type Part, stage } from '../builder.ts'
import { holderOf, isKeptBy, keepersOf, keyOf, matchedKey, NAMED } from '../lookups.ts'
import { tombstoneOf, VERSION } from '../tombstones.ts'
import { judged } from './write.ts'

/** An item with what it would change, and the keys that it would take and give up. */
export const keyed = stage('assert_keyed', [
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
  'changed',
  'old_keys',
  'new_keys',
  'words',
])

const extra = (member: string) => `NEW.extras ->> '$.${member}'`

const matched = matchedKey('NEW')

const keepers = (limit: number) => keepersOf(matched, limit)

/** Match keys that find records, and not this one. One that several records have agrees if this is among them. */
const disagreeing = `FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, ${holderOf(keyOf('NEW', 'n.value ->> 0', 'n.value ->> 1'))} AS record_id
          FROM json_each(NEW.extras -> '$.fallbacks') n) k
          WHERE k.record_id <> NEW.record_id AND NOT EXISTS (
            SELECT 1 FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = k.name
              AND o.value = k.value AND o.slot IN ('', NEW.record_id) AND o.record_id = NEW.record_id)`

/** Unique keys that the write would add, and another record has: the oldest, where a job has yet to find that there are several. */
const conflicting = `FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, (
            SELECT o.record_id FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = n.value ->> 0
              AND o.value = n.value ->> 1 AND o.record_id IS NOT NEW.record_id
            ORDER BY o.slot LIMIT 1) AS record_id
          FROM json_each(NEW.new_keys) n WHERE n.value ->> 2 LIMIT -1) k
          WHERE k.record_id IS NOT NULL`
const named = (rows: string) => `json((SELECT json_group_array(json_array(k.name, k.value, k.record_id)) ${rows}))`

const branch = `iif(NEW.record_id IS NULL, 'create', 'update')`

/** The record holds the very value already: what is stored is not judged again, whatever has become of what it refers to. */
const isStored = `x.value ->> 4 = 0 AND EXISTS (
          SELECT 1 FROM json_each(NEW.before, '$.' || (x.value ->> 0) || '[0]') b WHERE b.value = x.value ->> 3)`
const missing = `FROM json_each(NEW.refs) x WHERE x.value ->> 6 IS NULL AND x.value ->> 4 NOT IN (3, 4) AND coalesce(x.value ->> 5, ${branch}) = ${branch}
          AND NOT (${isStored})`

/** References that must name one record, and name several. */
const vague = `FROM json_each(NEW.refs) x WHERE json_array_length(x.value -> 7) > 1 AND coalesce(x.value ->> 5, ${branch}) = ${branch}`

/** Whether a relation still points at the record that is to go, other than those of the two themselves. */
const isPointedAt = `EXISTS (
          SELECT 1 FROM json_each(NEW.extras -> '$.pointing') p CROSS JOIN record_keys k
          WHERE k.organization_id = NEW.organization_id AND k.object = p.value ->> 0 AND k.name = p.value ->> 1
            AND k.value = NEW.record_id AND k.record_id NOT IN (NEW.record_id, ${extra('into')}))`

const length = (data: string) => `json_array_length(${data}, '$.' || m.key || '[0]')`
const overfull = `FROM json_each(NEW.merges) m
          WHERE ${length('NEW.after')} > max(${LIST_LIMIT}, coalesce(${length('NEW.before')}, 0))`

const newer = `('$.' || (${extra('ifNewer')}) || '[0]')`

/**
 * Why an item may not be written: the first of these that holds. src/storage/program/answer.ts reads the reasons, and the
 * canary (canary.ts) provokes each of them; adding one means a line here, one there and one in each of those.
 */
const reasons: readonly (readonly [when: string, reason: string])[] = [
  [`NEW.record_id IS NULL AND ${extra('mayCreate')} = 0`, `json_array('not_found')`],
  [`NEW.record_id IS NOT NULL AND ${extra('mayUpdate')} = 0`, `json_array('exists', NEW.record_id)`],
  [
    `${extra('onSeveral')} = 'error' AND NEW.record_id IS NOT NULL AND 1 < json_array_length(${keepers(2)})`,
    `json_array('ambiguous', ${matched.name}, ${matched.value}, json(${keepers(NAMED)}))`,
  ],
  [
    `${extra('keysAgree')} AND EXISTS (SELECT 1 ${disagreeing})`,
    `json_array('keys_disagree', NEW.record_id, NEW.matched, ${named(disagreeing)})`,
  ],
  // There is no way back from it, so it takes what the record has, and not what leads to it.
  [
    `${extra('lifecycle')} = 'erase' AND NEW.record_id IS NOT NULL AND NEW.name IS NOT NULL
        AND CASE ${matched.name} WHEN 'id' THEN NEW.value <> NEW.record_id ELSE NOT ${isKeptBy(matched, 'NEW.record_id')} END`,
    `json_array('merged', NEW.record_id)`,
  ],
  // Of what an id has become by a merge, nobody knows a version by that id.
  [
    `${extra('ifVersion')} IS NOT NULL AND NEW.record_id IS NOT NULL
        AND (${extra('ifVersion')} <> NEW.version OR NEW.name = 'id' AND NEW.value <> NEW.record_id)`,
    `json_array('version_mismatch', NEW.record_id, NEW.version)`,
  ],
  // What a merge read beside the record, it read in the same version: that the survivor is there, and what points at it.
  [
    `${extra('lifecycle')} = 'merge' AND (${isPointedAt} OR NOT EXISTS (SELECT 1 FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = ${extra('into')}))`,
    `json_array('version_mismatch', NEW.record_id, NEW.version)`,
  ],
  [
    `${extra('lifecycle')} = 'separate' AND ${extra('ifVersion')} IS NOT ${tombstoneOf('NEW.write_id', `t.tombstone ->> ${VERSION}`)}`,
    `json_array('version_mismatch', NEW.write_id, coalesce(${tombstoneOf('NEW.write_id', `t.tombstone ->> ${VERSION}`)}, 0))`,
  ],
  [`${extra('onArchived')} = 'refuse' AND NEW.archived_before IS NOT NULL`, `json_array('archived', NEW.record_id)`],
  [
    `${extra('ifNewer')} IS NOT NULL AND NEW.before ->> ${newer} > NEW.attributes ->> ${newer}`,
    `json_array('older', NEW.record_id, ${extra('ifNewer')}, NEW.before ->> ${newer})`,
  ],
  // What an earlier release let grow larger may still be changed, as long as it does not grow.
  [
    `octet_length(NEW.after) > max(${RECORD_BYTES}, coalesce(octet_length(NEW.before), 0))`,
    `json_array('too_large', NEW.record_id)`,
  ],
  [
    `NEW.merges IS NOT NULL AND NEW.before IS NOT NULL AND EXISTS (SELECT 1 ${overfull})`,
    `json_array('too_many_values', NEW.record_id, (SELECT m.key ${overfull} LIMIT 1))`,
  ],
  [
    `NEW.refs IS NOT NULL AND EXISTS (SELECT 1 ${missing})`,
    `json_array('reference_not_found', NEW.record_id, json((SELECT json_group_array(json(x.value)) ${missing})))`,
  ],
  [
    `NEW.refs IS NOT NULL AND EXISTS (SELECT 1 ${vague})`,
    `(SELECT json_array('ambiguous', x.value ->> 0, x.value ->> 3, x.value -> 7) ${vague} LIMIT 1)`,
  ],
  [
    `NEW.new_keys <> '[]' AND EXISTS (SELECT 1 ${conflicting})`,
    `json_array('conflict', NEW.record_id, ${named(conflicting)})`,
  ],
]

/** Of the keys of one side what the other one has not; the words of a side are that already. */
const without = (keys: string, others: string, side: 0 | 1) => `(
      SELECT json_group_array(json(value)) FROM (
        SELECT n.value FROM json_each(${keys}) n WHERE n.value NOT IN (SELECT o.value FROM json_each(${others}) o)
        UNION ALL SELECT d.value FROM json_each(NEW.words, '$[${side}]') d))`

export const judgePart: Part = {
  title: 'Judge: may it be written? Every reason against it stands in this one list.',
  stages: [keyed],
  steps: [
    {
      name: 'assert_judge',
      on: keyed,
      run: [
        hand(keyed, judged, {
          feed: 'iif(NEW.dry_run, 0, NEW.feed)',
          lifecycle: extra('lifecycle'),
          into_id: extra('into'),
          dropped_keys: `CASE WHEN NEW.old_keys <> '[]' OR NEW.words IS NOT NULL THEN ${without('NEW.old_keys', 'NEW.new_keys', 0)} END`,
          added_keys: `CASE WHEN NEW.record_id IS NULL AND NEW.words IS NULL THEN NEW.new_keys
        WHEN NEW.new_keys <> '[]' OR NEW.words IS NOT NULL THEN ${without('NEW.new_keys', 'NEW.old_keys', 1)} END`,
          refusal: `CASE
      ${reasons.map(([when, reason]) => `WHEN ${when}\n        THEN ${reason}`).join('\n      ')}
    END`,
        }),
      ],
    },
  ],
}
