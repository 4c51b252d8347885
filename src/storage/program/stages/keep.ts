import { answersView, answerText } from '../answers.ts'
import { type Part, stage } from '../builder.ts'
import { conditionHolds, isReplay, located, matchedPlace, remarkOf } from '../lookups.ts'

/** An item of a request that has an idempotency key, after its write. */
export const kept = stage('assert_kept', [
  'idempotency_key',
  'position',
  'write_id',
  'object',
  'name',
  'value',
  'extras',
  'track',
  'data_bytes',
  'organization_id',
  'now',
])

export const keepPart: Part = {
  title: 'Keep: the answer of an item, for whoever repeats the request; what the statement returns, as one JSON list.',
  stages: [kept],
  steps: [
    {
      name: 'assert_keep',
      on: kept,
      when: 'NEW.idempotency_key IS NOT NULL',
      run: [
        `INSERT OR REPLACE INTO replays (organization_id, idempotency_key, position, answer, created_at)
  SELECT NEW.organization_id, NEW.idempotency_key, NEW.position, json_array(NEW.write_id,
      ${remarkOf('NEW')},
      (SELECT ${answerText('NEW')} FROM ${answersView} a
        WHERE a.organization_id = NEW.organization_id AND a.object = NEW.object AND a.id = coalesce(${located('NEW')}, NEW.write_id)),
      ${matchedPlace('NEW')}, NOT ${conditionHolds('NEW')}, NEW.object), NEW.now
  WHERE NOT ${isReplay('NEW')}`,
      ],
    },
  ],
}
