import { hand, type Part, stage } from '../builder.ts'
import { batchColumns, itemColumns } from '../columns.ts'
import {
  conditionHolds,
  guardOf,
  holdersOf,
  isReplay,
  leadsAnywhere,
  located,
  matchedPlace,
  NAMED,
  onlyHolderOf,
  ownKey,
  recordWith,
} from '../lookups.ts'
import { kept } from './keep.ts'
import { found } from './merge.ts'
import { known } from './plain.ts'

/** Takes the items, and behind them the closing rows. */
export const entry = stage('assert', [...itemColumns, ...batchColumns])

/** A key, values and merges: what most items are. They take the short way. */
const isPlain = `NEW.extras IS NULL AND NEW.combinations IS NULL AND NEW.idempotency_key IS NULL
  AND NEW.name IS NOT 'id' AND NOT NEW.dry_run`

/** The first item carries the revision that the batch was planned with. */
const guard = guardOf('NEW.revision IS NOT NULL')

/**
 * A reference is `[slug, object, key name, key value, use, branch, other key name, other key value, must be one: 1, or 2 of a
 * unique key]`; its uses are 0 check | 1 set | 2 set as a list | 3 set where it names something | 4 only find out what the id means by now.
 */
const x = (i: number) => `x.value ->> ${i}`

const memberWith = `(
          SELECT m.id FROM members m INDEXED BY members_by_email
          WHERE m.organization_id = NEW.organization_id AND m.email = ${x(3)} AND m.removed_at IS NULL
          ORDER BY m.id LIMIT 1)`

const member = `(
          SELECT m.id FROM members m
          WHERE m.organization_id = NEW.organization_id AND m.id = ${x(3)} AND m.removed_at IS NULL)`

const recordBy = (name: string, value: string) => `(
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = ${x(1)} AND r.id = ${recordWith({
            organization: 'NEW.organization_id',
            object: x(1),
            name,
            value,
          })})`

const target = { organization: 'NEW.organization_id', object: x(1), name: x(2), value: x(3) }

/** Of a unique key there is nothing to choose, unless it leads to several records, since none has it. */
const mayMeanSeveral = `${x(8)} = 1 OR ${x(8)} = 2 AND ${leadsAnywhere(target)}`

/** The first six elements of each reference, the id of what it finds, and all that it could mean where it must be one. */
const referencesFound = `CASE WHEN NEW.extras -> '$.refs' IS NOT NULL THEN (
      SELECT json_group_array(json_array(${[0, 1, 2, 3, 4, 5].map(x).join(', ')},
        CASE
          WHEN ${x(1)} = 'members' AND ${x(2)} = 'email' THEN ${memberWith}
          WHEN ${x(1)} = 'members' THEN ${member}
          WHEN ${x(6)} IS NULL THEN ${recordBy(x(2), x(3))}
          ELSE coalesce(${recordBy(x(2), x(3))}, ${recordBy(x(6), x(7))})
        END,
        CASE WHEN ${mayMeanSeveral} THEN json(${holdersOf(target, NAMED)}) END))
      FROM json_each(NEW.extras -> '$.refs') x) END`

export const entryPart: Part = {
  title: `Entry: is what the isolate knows still true, and which record do the match keys find?
References are looked up here and not before, so they may name a record that an earlier item has just made.`,
  stages: [entry],
  steps: [
    {
      name: 'assert_plain',
      on: entry,
      when: `NEW.op IS NULL AND ${isPlain}`,
      run: [
        guard,
        hand(entry, known, {
          before: `(SELECT r.data FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.archived_at IS NULL
        AND r.id = ${onlyHolderOf(ownKey('NEW'))})`,
        }),
      ],
    },
    {
      name: 'assert_full',
      on: entry,
      when: `NEW.op IS NULL AND NOT (${isPlain})`,
      run: [
        guard,
        hand(entry, found, {
          record_id: located('NEW'),
          matched: `coalesce(${matchedPlace('NEW')}, 0)`,
          refs: referencesFound,
          runs: `${conditionHolds('NEW')}
      AND (NEW.idempotency_key IS NULL OR NOT ${isReplay('NEW')})`,
        }),
        hand(entry, kept, {}),
      ],
    },
  ],
}
