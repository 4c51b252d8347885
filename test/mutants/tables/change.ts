import { breaking } from '../mutant.ts'

const MERGE = 'the data afterwards is what the command says'
const KEYS = 'keys are a function of the data'
const TEXT = 'match and unique are one rule'

/** The stages merge and keys, and the texts of keys. */
export const change = [
  ...breaking(
    MERGE,
    'storage/program/stages/merge.ts',
    [
      'append puts first',
      "s.key + iif(m.value ->> 0 = 'append', 1000000, 0)",
      "s.key + iif(m.value ->> 0 = 'append', 0, 1000000)",
    ],
    ['remove removes nothing', "HAVING m.value ->> 0 <> 'remove' OR NOT max(sent)", ''],
    ['remove keeps what was sent', 'OR NOT max(sent)', 'OR max(sent)'],
    ['a list that becomes empty stays', "WHEN count(*) = 0 THEN 'null'", "WHEN count(*) = 0 THEN '[[]]'"],
    ['fill overwrites', 'WHERE r.id IS NOT NULL AND r.data -> f.key IS NULL', 'WHERE r.id IS NOT NULL'],
    [
      'on_create is left out',
      'iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create))',
      'NEW.attributes',
    ],
    ['references of the other branch are set', 'IS NOT NULL AND ${applies(x)}`', 'IS NOT NULL`'],
    ['several references become one', 'iif(max(x.value ->> 4) = 2,', 'iif(false,'],
    ['references lose their order', 'ORDER BY y.key))`', 'ORDER BY y.key DESC))`'],
    ['archived again: another time', 'coalesce(r.archived_at, NEW.now)', 'NEW.now'],
    ['archive does not archive', "WHEN 'archive' THEN coalesce(r.archived_at, NEW.now)", "WHEN 'archive' THEN NULL"],
    ['restore does not restore', "WHEN 'restore' THEN NULL", "WHEN 'restore' THEN r.archived_at"],
    ['onArchived is not looked at', "= 'revive', NULL, r.archived_at) END", "= 'revive', NULL, NULL) END"],
    [
      'a write does not revive',
      "= 'revive', NULL, r.archived_at) END",
      "= 'revive', r.archived_at, r.archived_at) END",
    ],
  ),
  ...breaking(
    MERGE,
    'storage/program/lookups.ts',
    ['decimals of lists as SQLite writes them', "WHEN 'real' THEN ${whole} -> ${each}.fullkey\n", '\n'],
    ['booleans of lists as numbers', "WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE", 'ELSE'],
  ),
  ...breaking(
    KEYS,
    'storage/program/stages/keys.ts',
    ['old keys are not looked for', 'NEW.before IS NOT NULL AND NEW.after <> NEW.before THEN', 'false THEN'],
    [
      'new keys are not looked for',
      'new_keys: `CASE WHEN NEW.after IS NOT NEW.before THEN',
      'new_keys: `CASE WHEN false THEN',
    ],
    [
      'combinations have none',
      'FROM json_each(NEW.combinations) x\n        WHERE',
      'FROM json_each(NEW.combinations) x\n        WHERE false AND',
    ],
    ['half a combination has one', 'WHERE NOT EXISTS (SELECT 1', 'WHERE true OR NOT EXISTS (SELECT 1'],
    [
      'what is cleared is not told',
      'SELECT b.key FROM json_each(NEW.before) b WHERE NEW.after',
      'SELECT b.key FROM json_each(NEW.before) b WHERE false AND NEW.after',
    ],
    ['changes are told unasked', 'iif(NOT NEW.track OR (', 'iif(false AND ('],
  ),
  ...breaking(
    KEYS,
    'storage/program/stages/judge.ts',
    ['keys that stay are dropped', "${without('NEW.old_keys', 'NEW.new_keys', 0)}", 'NEW.old_keys'],
    ['keys that stay are added', "${without('NEW.new_keys', 'NEW.old_keys', 1)}", 'NEW.new_keys'],
  ),
  ...breaking(
    'words are those of all values together',
    'storage/program/stages/keys.ts',
    ['words that stay are dropped and added', 'HAVING min(b.side) = max(b.side)', ''],
    ['there are none', '`CASE WHEN ${SEARCHED} IS NOT NULL AND', '`CASE WHEN false AND'],
    [
      'words before and after are taken for each other',
      'FILTER (WHERE side = 0)), json(json_group_array(word) FILTER (WHERE side = 1))',
      'FILTER (WHERE side = 1)), json(json_group_array(word) FILTER (WHERE side = 0))',
    ],
  ),
  ...breaking(
    KEYS,
    'storage/program/stages/write.ts',
    ['an update drops none', 'keepLeading,\n        ...dropKeys,\n        addKeys', 'keepLeading,\n        addKeys'],
    ['an update adds none', "        addKeys('NEW.record_id'),\n", ''],
    ['a creation adds none', "        addKeys('NEW.write_id'),\n", ''],
    [
      'erasing leaves them',
      "remember('l.record_id = NEW.record_id'),\n        ...dropKeys,\n        ...blank",
      "remember('l.record_id = NEW.record_id'),\n        ...blank",
    ],
    ['unique ones in a slot of their own', "${slotOf('k.value ->> 2', id)}", '${id}'],
    ['other ones in the slot of unique ones', "${slotOf('k.value ->> 2', id)}", "''"],
    ['dropped from the slot of unique ones', "dropIn(slotOf('k.value ->> 2', 'NEW.record_id'))", 'dropIn("\'\'")'],
  ),
  ...breaking(TEXT, 'storage/program/lookups.ts', [
    "decimals are keyed by SQLite's own text",
    "`iif(${each}.type = 'real', ${whole} -> ${each}.fullkey, ${each}.value)`",
    '`${each}.value`',
  ]),
  ...breaking(TEXT, 'schema/value.ts', [
    'booleans are keyed as words',
    "typeof value === 'boolean' ? (value ? '1' : '0') : JSON",
    'JSON',
  ]),
  ...breaking(TEXT, 'storage/keys-sql.ts', [
    "where keys are made anew, decimals by SQLite's own text",
    "iif(e.type = 'real'",
    "iif(e.type = 'none'",
  ]),
  ...breaking(
    'no batch costs more than it may',
    'storage/program/stages/merge.ts',
    [
      'nothing is counted',
      'WHERE w.written AND w.bytes > ${WORK_BYTES.light} OR NEW.merges IS NOT NULL AND',
      'WHERE false AND',
    ],
    ['what changes nothing is counted', 'WHERE w.written AND w.bytes', 'WHERE w.bytes'],
    ['what is spent is not looked at', 'AND CAST(f.reason AS INTEGER) > ${WORK_BYTES.batch})`', 'AND false)`'],
    ['lists cost nothing', 'FROM json_each(NEW.merges) m), 0)`', 'FROM json_each(NULL) m), 0)`'],
    ['it is refused, and written', '\\n  WHERE NOT ${isRefused}', ''],
  ),
  ...breaking('no batch costs more than it may', 'storage/program/stages/write.ts', [
    'erasing costs nothing',
    'WHERE w.bytes > ${WORK_BYTES.light}`',
    'WHERE false`',
  ]),
  ...breaking('no batch costs more than it may', 'storage/program/stages/plain.ts', [
    'what is large takes the short way',
    '(NEW.work > ${WORK_BYTES.light} OR NEW.bytes',
    '(NEW.bytes',
  ]),
]
