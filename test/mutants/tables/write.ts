import { breaking } from '../mutant.ts'

const WRITE = 'a write leaves what it says'
const FEED = 'the change feed has no gap, and no change too many'
const DRY = 'a dry run is the real run, taken back'
const ALL = 'all or nothing'
const KEPT = 'a repeated request is answered from what was kept'

export const write = [
  ...breaking(
    WRITE,
    'storage/program/stages/write.ts',
    ['a refusal is not written down', "run: [remark('NEW.refusal')]", "run: ['SELECT 1']"],
    ['the version stays', 'version = NEW.version + 1, updated_at', 'version = NEW.version, updated_at'],
    ['updated_at goes back with the clock', 'max(updated_at, NEW.now)', 'NEW.now'],
    [
      'created_by is overwritten',
      '    updated_by = NEW.actor,\n',
      '    updated_by = NEW.actor, created_by = NEW.actor,\n',
    ],
    ['updated_by stays', '    updated_by = NEW.actor,\n', ''],
    ['archived_at stays', ', archived_at = NEW.archived_after,', ','],
    ['the match key is not told', '|| NEW.matched ||', '|| 0 ||'],
    ['archived is not told', "THEN 'archived'", 'THEN NULL'],
    ['restored is not told', "THEN 'restored' END", 'THEN NULL END'],
    [
      'what is unchanged is written',
      '  AND (NEW.changed IS NOT NULL OR NEW.archived_after IS NOT NEW.archived_before)',
      '',
    ],
    ['archiving alone is no write', ' OR NEW.archived_after IS NOT NEW.archived_before)', ')'],
    ['an erased record is not told', '        remark(`\'["${ERASED}","\' || NEW.record_id || \'"]\'`),\n', ''],
    [
      'erasing an archived record only',
      "NEW.lifecycle = 'erase'`",
      "NEW.lifecycle = 'erase' AND NEW.archived_before IS NOT NULL`",
    ],
  ),
  ...breaking(
    FEED,
    'storage/program/stages/write.ts',
    ['a creation is none', 'action: "\'created\'"', "feed: '0',\n          action: \"'created'\""],
    [
      'an update is none',
      "action: `coalesce(${transition}, 'updated')`",
      "feed: '0',\n          action: `coalesce(${transition}, 'updated')`",
    ],
    [
      'erasing is none',
      "action: \"'erased'\",\n          record_id: 'NEW",
      "feed: '0',\n          action: \"'erased'\",\n          record_id: 'NEW",
    ],
    ['archiving is an update', "action: `coalesce(${transition}, 'updated')`", 'action: "\'updated\'"'],
  ),
  ...breaking(
    FEED,
    'storage/program/stages/feed.ts',
    ['numbers have gaps', '1 + coalesce(${lastSequence}', '2 + coalesce(${lastSequence}'],
    ['another version', "1 + coalesce(${ofRecord('version', VERSION)}", "coalesce(${ofRecord('version', VERSION)}"],
    ['changes nobody wanted', "when: 'NEW.feed OR NEW.delta IS NOT NULL'", "when: 'true'"],
    ['where to go on is not told while it is off', "when: 'NEW.feed OR NEW.delta IS NOT NULL'", "when: 'NEW.feed'"],
    ['actor for contract', 'NEW.actor,\n    NEW.origin ->> 0', 'NEW.origin ->> 0,\n    NEW.actor'],
  ),
  ...breaking(DRY, 'storage/program/stages/judge.ts', [
    'it writes the feed',
    "feed: 'iif(NEW.dry_run, 0, NEW.feed)'",
    "feed: 'NEW.feed'",
  ]),
  ...breaking(
    DRY,
    'storage/program/stages/write.ts',
    ['creations are not taken back', 'WHERE NEW.dry_run`', 'WHERE false`'],
    ['updates are not taken back', "remember('l.merged_id = NEW.record_id'),\n        keepLeading", 'keepLeading'],
    [
      'erasures are not taken back',
      "remember('l.record_id = NEW.record_id'),\n        ...dropKeys,\n        ...blank",
      '...dropKeys,\n        ...blank',
    ],
    ['dropped keys are not remembered', "coalesce(NEW.dropped_keys, '[]')", "'[]'"],
    ['added keys are not remembered', "coalesce(NEW.added_keys, '[]'), ${", "'[]', ${"],
    ['wet runs are remembered', 'WHERE NEW.dry_run`', 'WHERE true`'],
  ),
  ...breaking(
    DRY,
    'storage/program/stages/closing.ts',
    ['taken back from the first on', 'ORDER BY u.sequence DESC', 'ORDER BY u.sequence'],
    ['what was remembered stays', "        'DELETE FROM undo_log WHERE true',\n", ''],
    ['refusals stay', "WHERE true',\n        'DELETE FROM refusals WHERE true',\n", "WHERE true',\n"],
    ['added keys stay', "    ${keys('added_keys')})`", "    ${keys('added_keys')} WHERE false)`"],
    [
      'dropped keys stay away',
      "    ${keys('dropped_keys', `, NEW.id, ${numberOfKey('k')}`)}`",
      "    ${keys('dropped_keys', `, NEW.id, ${numberOfKey('k')}`)} WHERE false`",
    ],
    ['times of the record are swapped', 'NEW.before ->> 2, NEW.before ->> 3', 'NEW.before ->> 3, NEW.before ->> 2'],
    ['authors of the record are swapped', 'NEW.before ->> 5, NEW.before ->> 6', 'NEW.before ->> 6, NEW.before ->> 5'],
    ['erased records stay away', 'WHERE NEW.before IS NOT NULL`', 'WHERE NEW.before ->> 1 <> 1`'],
  ),
  ...breaking(DRY, 'storage/program/statement.ts', ['no closing row', "return [closingRow('undo')]", 'return []']),
  ...breaking(DRY, 'engine/assert.ts', [
    'its answer is kept',
    'options.idempotency && !options.dryRun &&',
    'options.idempotency &&',
  ]),
  ...breaking(
    ALL,
    'storage/program/stages/closing.ts',
    [
      'a refusal is none',
      "SELECT 1 FROM refusals WHERE reason ->> 0 <> '${ERASED}' AND",
      "SELECT 1 FROM refusals WHERE reason = '[]' AND",
    ],
    ['an erasure is a refusal', "WHERE reason ->> 0 <> '${ERASED}' AND", 'WHERE'],
    ['what the batch cost is a refusal', " AND write_id <> '${WORK}')", ')'],
  ),
  ...breaking(ALL, 'storage/program/statement.ts', [
    'no closing row',
    "return allOrNothing ? [closingRow('all'), end] : [end]",
    'return [end]',
  ]),
  ...breaking(
    ALL,
    'engine/assert.ts',
    [
      'its neighbours are told as written',
      'outcomes: withhold(outcomesOf(plannings, answer, false))',
      'outcomes: outcomesOf(plannings, answer, false)',
    ],
    [
      'what is refused before is left out',
      'if (options.allOrNothing && batch.items.length < plannings.length) return explain()',
      '',
    ],
    ['a dry one is told as written', 'if (options.allOrNothing && outcomes.some(', 'if (false && outcomes.some('],
    [
      'only the first reason is told',
      '{ ...unkept, dryRun: true, allOrNothing: false }',
      '{ ...unkept, items: unkept.items.slice(-1), dryRun: true, allOrNothing: false }',
    ],
  ),
  ...breaking('no scratch stays', 'storage/program/stages/closing.ts', [
    'refusals stay',
    "run: ['DELETE FROM refusals WHERE true']",
    "run: ['SELECT 1']",
  ]),
  ...breaking('no scratch stays', 'storage/program/statement.ts', [
    'no closing row',
    'rows.push(...closingRows(batch))',
    '',
  ]),
  ...breaking(
    KEPT,
    'storage/program/lookups.ts',
    ['for ever', ' AND p.created_at > ${item}.now - ${REPLAY_MS})', ')'],
    ['never', 'AND p.position = -1 AND p.created_at > ${item}.now - ${REPLAY_MS})', 'AND false)'],
  ),
  ...breaking(KEPT, 'storage/program/stages/entry.ts', [
    'and written again',
    "(NEW.idempotency_key IS NULL OR NOT ${isReplay('NEW')})",
    'true',
  ]),
  ...breaking(
    KEPT,
    'storage/program/stages/keep.ts',
    ['kept again', "  WHERE NOT ${isReplay('NEW')}`", '`'],
    ['under one position', 'NEW.idempotency_key, NEW.position, json_array', 'NEW.idempotency_key, 0, json_array'],
    ['refusals are not kept', "      ${remarkOf('NEW')},\n", '      NULL,\n'],
    ['the match key is not kept', "${matchedPlace('NEW')}, NOT", 'NULL, NOT'],
    ['skipped is not kept', "NOT ${conditionHolds('NEW')}, NEW.object", '0, NEW.object'],
    ['the object is not kept', "NOT ${conditionHolds('NEW')}, NEW.object)", "NOT ${conditionHolds('NEW')})"],
  ),
  ...breaking(KEPT, 'storage/program/stages/closing.ts', [
    'the fingerprint is that of the last',
    "NEW.idempotency_key IS NOT NULL AND NOT ${isReplay('NEW')}`",
    'NEW.idempotency_key IS NOT NULL`',
  ]),
  ...breaking(
    KEPT,
    'storage/record-store.ts',
    [
      'rows of an older request too',
      ' AND p.created_at = (\n  SELECT max(m.created_at) FROM replays m WHERE m.organization_id = ?1 AND m.idempotency_key = ?2 AND m.position = -1)',
      '',
    ],
    ['with the data of erased records', 'p.position = -1 OR p.answer', 'true OR p.answer'],
  ),
  ...breaking(KEPT, 'storage/program/answer.ts', [
    'a repetition is not told',
    'if (own?.writeId !== writeId) replayed = true',
    '',
  ]),
  ...breaking(KEPT, 'engine/assert.ts', [
    'for another request too',
    'answer.fingerprint !== batch.idempotency.fingerprint',
    'answer.fingerprint === undefined',
  ]),
]
