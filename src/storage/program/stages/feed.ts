import { hand, type Part, type Stage, stage } from '../builder.ts'

const carried = ['organization_id', 'now', 'actor', 'contract', 'object', 'feed'] as const

/** A change of the feed, if one is wanted: a stage of its own because a WHEN costs less than a SELECT that finds nothing. */
const noted = stage('assert_noted', [...carried, 'action', 'record_id', 'version', 'changed'])

type Carried = (typeof carried)[number]

/** @param from a stage that knows who, when, what and through which contract */
export const note = <From extends string>(
  from: Stage<From> & (Carried extends From ? unknown : never),
  change: Readonly<Record<'action' | 'record_id' | 'version' | 'changed', string>> & { readonly feed?: string },
): string => hand(from as Stage<string> as Stage<Carried>, noted, change)

export const feedPart: Part = {
  title: 'The change feed: numbered without gaps, in the transaction of the change.',
  stages: [noted],
  steps: [
    {
      name: 'assert_note',
      on: noted,
      when: 'NEW.feed',
      run: [
        `INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, changed)
  SELECT NEW.organization_id,
    1 + coalesce((SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1), 0),
    NEW.now, NEW.actor, NEW.contract, NEW.action, NEW.object, NEW.record_id, NEW.version, NEW.changed`,
      ],
    },
  ],
}
