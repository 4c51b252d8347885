import { breaking } from '../mutant.ts'

const ONLY = 'the short way takes only what needs no judgement'
const WRITES = 'the short way writes what the long way would'

export const shortWay = [
  ...breaking(
    ONLY,
    'storage/program/stages/entry.ts',
    ['also what has extras', '`NEW.extras IS NULL AND NEW.comb', '`NEW.comb'],
    ['also objects with combinations', 'AND NEW.combinations IS NULL AND', 'AND'],
    ['also requests with an idempotency key', ' AND NEW.idempotency_key IS NULL\n', '\n'],
    ['also dry runs', ' AND NOT NEW.dry_run`', '`'],
    ['also archived records', 'r.object = NEW.object AND r.archived_at IS NULL\n', 'r.object = NEW.object\n'],
  ),
  ...breaking(
    ONLY,
    'storage/program/stages/plain.ts',
    ['also merges', '`(NEW.merging OR NEW.patch', '`(NEW.patch'],
    ['merges are taken for idle', 'THEN 0 ELSE EXISTS (', 'THEN 0 ELSE false AND EXISTS ('],
    [
      'merges are not looked at when the values are all the data',
      '\n  OR (NEW.before IS NOT NULL AND NEW.merges IS NOT NULL AND ${isMerging})',
      '',
    ],
    ['also changed indexes', '`NEW.indexes -> a.key IS NOT NULL\n', '`false\n'],
    ['also changed words', 'WHERE s.value = a.key', 'WHERE false'],
    ['also creations with words', "`(NEW.indexes -> '${WORDS}' IS NOT NULL OR octet_length", '`(octet_length'],
    [
      'also updates that are too large',
      'NEW.work > ${WORK_BYTES.light} OR NEW.bytes > ${RECORD_BYTES}',
      'NEW.work > ${WORK_BYTES.light}',
    ],
    ['also creations that are too large', 'OR octet_length(NEW.after) > ${RECORD_BYTES} OR ${holder}', 'OR ${holder}'],
    [
      'characters for bytes, in an update',
      "'octet_length(NEW.before) + octet_length(NEW.attributes)'",
      "'length(NEW.before) + length(NEW.attributes)'",
    ],
    [
      'characters for bytes, in a creation',
      'OR octet_length(NEW.after) > ${RECORD_BYTES} OR ${holder}',
      'OR length(NEW.after) > ${RECORD_BYTES} OR ${holder}',
    ],
    ['also keys of archived records', 'OR ${holder} IS NOT NULL OR EXISTS', 'OR EXISTS'],
    [
      'also other keys that are taken',
      'WHERE x.value AND NOT (x.key IS NEW.name AND e.value IS NEW.value)',
      'WHERE false',
    ],
    [
      'also further values of its own key that are taken',
      'NOT (x.key IS NEW.name AND e.value IS NEW.value)',
      'NOT (x.key IS NEW.name)',
    ],
  ),
  ...breaking(
    WRITES,
    'storage/program/stages/plain.ts',
    ['what is equal is written', 'WHERE a.value IS NOT NEW.before -> a.key ORDER', 'WHERE true ORDER'],
    [
      'what is cleared is not seen',
      'WHERE a.value IS NOT NEW.before -> a.key ORDER',
      'WHERE a.value <> NEW.before -> a.key ORDER',
    ],
    ['the version stays', 'version = version + 1, updated_at', 'version = version, updated_at'],
    [
      'created_by is overwritten',
      '    updated_by = NEW.actor,\n',
      '    updated_by = NEW.actor, created_by = NEW.actor,\n',
    ],
    ['updated_by stays', '    updated_by = NEW.actor,\n', ''],
    ['updated_at goes back with the clock', 'max(updated_at, NEW.now)', 'NEW.now'],
    ['changes are told unasked', 'iif(NEW.track, ${changedSlugs}, ', 'iif(true, ${changedSlugs}, '],
    ['every key in a slot of its own', "${slotOf('x.value', 'NEW.write_id')}", 'NEW.write_id'],
    [
      'on_create is left out',
      'iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create))',
      'NEW.attributes',
    ],
    ['an update is no change of the feed', 'action: "\'updated\'"', "action: \"'updated'\",\n          feed: '0'"],
    ['a creation is no change of the feed', 'action: "\'created\'"', "action: \"'created'\",\n          feed: '0'"],
    ['the feed does not say what a creation holds', "${slugsOf('NEW.after')} END", "'[]' END"],
  ),
]
