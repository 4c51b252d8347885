import { chainSql } from '../../chain-sql.ts'
import { hand, type Part, type Stage, stage } from '../builder.ts'

const carried = ['organization_id', 'now', 'actor', 'origin', 'object', 'feed'] as const

/** A change of the feed, if one is wanted: a stage of its own because a WHEN costs less than a SELECT that finds nothing. */
const noted = stage('assert_noted', [...carried, 'action', 'record_id', 'changed', 'delta'])

type Carried = (typeof carried)[number]

/**
 * To be done before the record is written: the row tells what comes after the record as it is.
 * @param from a stage that knows who, when, what and where from
 */
export const note = <From extends string>(
  from: Stage<From> & (Carried extends From ? unknown : never),
  change: Readonly<Record<'action' | 'record_id' | 'changed' | 'delta', string>>,
): string => hand(from as Stage<string> as Stage<Carried>, noted, change)

const lastSequence = `(SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1)`

/** Whether the values of a change are kept. */
export const keepsValues = 'NEW.feed = 2'

/**
 * The last element of `last_write`, with the comma before it: the record's newest change. One that is not noted leaves it as
 * it was. Nothing where there is none.
 */
export const chained = `CASE WHEN NEW.feed THEN ',' || ${lastSequence} ELSE coalesce(',' || (last_write ->> 4), '') END`

/** The same of a record that has just been made. */
export const chainBegun = `CASE WHEN NEW.feed THEN ',null,null,null,' || ${lastSequence} ELSE '' END`

/** Changes of a record that its erasing blanks at once; the upkeep does the others (src/storage/erased-history.ts). */
export const BLANKED = 1_000

/** The changes of the record of the row, newest first. */
const chain = `${chainSql({
  columns: 'sequence',
  begin: `SELECT r.last_write ->> 4 FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id`,
  next: 'c.previous',
  organization: 'NEW.organization_id',
})}
    SELECT sequence FROM chain`

/** Of a record that is to be erased, the history keeps no values. To be done before it is erased. */
export const blank = `UPDATE changes SET delta = NULL
  WHERE NOT NEW.dry_run AND delta IS NOT NULL AND organization_id = NEW.organization_id AND sequence IN (
    ${chain} LIMIT ${BLANKED})`

/** The first change that this has left: JSON, as a delta is; null where it has done all, or is taken back. */
export const leftToBlank = `CASE WHEN NOT NEW.dry_run THEN (${chain} LIMIT 1 OFFSET ${BLANKED}) END`

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
        `INSERT INTO changes (organization_id, sequence, at, actor, contract, request, import, action, object, record_id, version, previous, changed, delta)
  SELECT NEW.organization_id, 1 + coalesce(${lastSequence}, 0), NEW.now, NEW.actor,
    NEW.origin ->> 0, NEW.origin ->> 1, NEW.origin ->> 2,
    NEW.action, NEW.object, NEW.record_id, 1 + coalesce(r.version, 0), r.last_write ->> 4, NEW.changed, NEW.delta
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id`,
      ],
    },
  ],
}
