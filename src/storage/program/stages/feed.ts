import { chainSql } from '../../chain-sql.ts'
import { hand, handFrom, type Part, type Stage, stage } from '../builder.ts'
import { LAST_CHANGE, tombstoneOf, tombstonesIn, VERSION } from '../tombstones.ts'

const carried = ['organization_id', 'now', 'actor', 'origin', 'object', 'feed'] as const

/** A change of the feed, if one is wanted: a stage of its own because a WHEN costs less than a SELECT that finds nothing. */
const noted = stage('assert_noted', [...carried, 'action', 'record_id', 'changed', 'delta', 'merged_into'])

type Carried = (typeof carried)[number]

/** What a change says of its record; the survivor where it was merged, or was until now. */
type Noted = Readonly<Record<'action' | 'record_id' | 'changed' | 'delta', string>> & { readonly merged_into?: string }

/**
 * To be done before the record is written: the row tells what comes after the record as it is.
 * @param from a stage that knows who, when, what and where from
 */
export const note = <From extends string>(
  from: Stage<From> & (Carried extends From ? unknown : never),
  change: Noted,
): string => hand(from as Stage<string> as Stage<Carried>, noted, { merged_into: 'NULL', ...change })

/** The same of whatever rows a source has. */
export const noteEach = <From extends string>(
  from: Stage<From> & (Carried extends From ? unknown : never),
  source: string,
  change: Noted,
): string => handFrom(from as Stage<string> as Stage<Carried>, noted, source, { merged_into: 'NULL', ...change })

const lastSequence = `(SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1)`

/** Whether the values of a change are kept. */
export const keepsValues = 'NEW.feed = 2'

/**
 * The last element of `last_write`, with the comma before it: the record's newest change. One that is not noted leaves it as
 * it was. Nothing where there is none.
 */
export const chainedTo = (before: string): string =>
  `CASE WHEN NEW.feed THEN ',' || ${lastSequence} ELSE coalesce(',' || (${before}), '') END`

export const chained = chainedTo('last_write ->> 4')

/** The same of a record that has just been made. */
export const chainBegun = `CASE WHEN NEW.feed THEN ',null,null,null,' || ${lastSequence} ELSE '' END`

/** Changes of a record that its erasing blanks at once; the upkeep does the others (src/storage/erased-history.ts). */
export const BLANKED = 1_000

const chainFrom = (begin: string) => `${chainSql({
  columns: 'sequence',
  begin,
  next: 'c.previous',
  organization: 'NEW.organization_id',
})}
    SELECT sequence FROM chain`

/** The changes of the record of the row, newest first. */
const chain = chainFrom(`SELECT r.last_write ->> 4 FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id`)

/** Those of all that were merged into it. */
const mergedChains = chainFrom(`SELECT t.tombstone ->> ${LAST_CHANGE} ${tombstonesIn}`)

const blankAlong = (changes: string) => `UPDATE changes SET delta = NULL
  WHERE NOT NEW.dry_run AND delta IS NOT NULL AND organization_id = NEW.organization_id AND sequence IN (
    ${changes} LIMIT ${BLANKED})`

/** Of a record that is to be erased, and of what was merged into it, the history keeps no values. To be done before it is erased. */
export const blank = [blankAlong(chain), blankAlong(mergedChains)]

/** The first change that this has left: JSON, as a delta is; null where it has done all, or is taken back. */
export const leftToBlank = `CASE WHEN NOT NEW.dry_run THEN (${chain} LIMIT 1 OFFSET ${BLANKED}) END`

/** Of the record as it is; of what was merged and has no row among the records, of its tombstone. No creation looks for either. */
const ofRecord = (column: string, part: number | string) => `CASE WHEN NEW.action <> 'created' THEN coalesce(
      (SELECT r.${column} FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id),
      ${tombstoneOf('NEW.record_id', `t.tombstone ->> ${part}`)}) END`

/** The same of one of those that were merged into it, by its tombstone `t`: where all of them have too many, its own are gone through again. */
export const mergedToBlank = `iif(EXISTS (${mergedChains} LIMIT 1 OFFSET ${BLANKED}), t.tombstone ->> ${LAST_CHANGE}, NULL)`

export const feedPart: Part = {
  title: 'The history: numbered without gaps, in the transaction of the change and before the record is written.',
  stages: [noted],
  steps: [
    {
      name: 'assert_note',
      on: noted,
      // Of what is not noted, an erasing alone has a delta: where to go on, and that must be told whatever is kept by now.
      when: 'NEW.feed OR NEW.delta IS NOT NULL',
      run: [
        // Values, not a SELECT: one that reads the table which it fills goes through a temporary one.
        `INSERT INTO changes (organization_id, sequence, at, actor, contract, request, import, action, object, record_id, version, previous, changed, delta, merged_into)
  VALUES (NEW.organization_id, 1 + coalesce(${lastSequence}, 0), NEW.now, NEW.actor,
    NEW.origin ->> 0, NEW.origin ->> 1, NEW.origin ->> 2,
    NEW.action, NEW.object, NEW.record_id, 1 + coalesce(${ofRecord('version', VERSION)}, 0),
    ${ofRecord('last_write ->> 4', LAST_CHANGE)}, NEW.changed, NEW.delta, NEW.merged_into)`,
      ],
    },
  ],
}
