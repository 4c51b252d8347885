import { breaking } from '../mutant.ts'

const LEADS = 'what a merged record was found by leads to its survivor'
const FORMER = 'two rows of a source make no double of what was merged, and write nothing'
const MERGES = 'a merge rests on what was read, and leaves nothing that points nowhere'
const BACK = 'a merge can be taken back'

export const merge = [
  ...breaking(
    LEADS,
    'storage/program/lookups.ts',
    ['an alias is that of another', 'AND led.value = ${value}', ''],
    [
      'an alias comes before a record',
      '`coalesce(${keptBy(key)}, ${aliasOf(key)})`',
      '`coalesce(${aliasOf(key)}, ${keptBy(key)})`',
    ],
  ),
  ...breaking(
    FORMER,
    'storage/program/stages/write.ts',
    ['what is given up leads nowhere', '        keepLeading,\n', ''],
    [
      'of a record without others, too',
      "WHERE NEW.dropped_keys <> '[]' AND EXISTS (\n",
      "WHERE NEW.dropped_keys <> '[]' OR EXISTS (\n",
    ],
    ['words lead, too', "AND k.value ->> 0 <> '${WORDS}' ", ''],
    ['dry, it leads there all the same', "remember('l.merged_id = NEW.record_id'),", 'remember(),'],
  ),
  ...breaking(
    FORMER,
    'storage/program/stages/merge.ts',
    ['who is led there renames it', 'coalesce(s.news, NEW.attributes)', 'NEW.attributes'],
    ['so does the first of a list', 's.news IS NOT NULL AND', 'false AND'],
    ['a combination says something new', '${slug} IN (SELECT p.value ${parts})\n', 'false\n'],
    ['what leads there is new', " AND NOT ${leadsTo(key, 'r.id')})`", ')`'],
    ['its other keys are new', 'NEW.indexes ->> ${slug} & 1) AND', 'false) AND'],
    ['what several may have is a key', 'NEW.indexes ->> ${slug} & 1) AND', 'true) AND'],
    ['what both had is the record’s own', 'max(led.merged_id <> r.id)', '0'],
    ['what it gave up and has again is another one’s', 'max(led.merged_id <> r.id)', '1'],
    ['what it has is new', "AND NOT ${isKeptBy(key, 'r.id')} AND NOT ${leadsTo(key", 'AND NOT ${leadsTo(key'],
    [
      'what is new is left out',
      'NOT EXISTS (\n          SELECT 1 FROM json_each(${stored}',
      'NOT EXISTS (\n          SELECT 1 FROM (SELECT 1 LIMIT 0), json_each(${stored}',
    ],
    [
      'who has the key is led',
      "iif(${isKeptBy(matched, 'r.id')}, max(led.merged_id <> r.id), ${LED.byFormer})",
      '${LED.byFormer}',
    ],
    ['of two survivors one is taken', ' OR ${isVague}`', '`'],
    ['of a unique key one is taken', ' OR ${isUnique})`', ')`'],
  ),
  ...breaking(
    FORMER,
    'storage/program/stages/entry.ts',
    ['on the short way one is taken', "r.id = ${onlyHolderOf(ownKey('NEW'))}", "r.id = ${holderOf(ownKey('NEW'))}"],
    ['a relation takes one of two survivors', '${x(8)} = 2 AND', 'false AND'],
  ),
  ...breaking(
    LEADS,
    'storage/program/stages/judge.ts',
    ['an old id erases its survivor', "WHEN 'id' THEN NEW.value <> NEW.record_id ELSE", "WHEN 'id' THEN false ELSE"],
    ['a former key erases it', "ELSE NOT ${isKeptBy(matched, 'NEW.record_id')} END", 'ELSE false END'],
  ),
  ...breaking(
    LEADS,
    'storage/program/stages/merge.ts',
    [
      'relations are written as they are sent',
      "iif(EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE ${isAlias('x')})",
      'iif(false',
    ],
    ['a relation names a record twice', ' GROUP BY 1 ORDER BY min(l.key)))`', '))`'],
    ['a merged record cannot be taken away', "WHERE m.value ->> 0 = 'remove' AND x.value", 'WHERE false AND x.value'],
  ),
  ...breaking(
    MERGES,
    'storage/program/stages/judge.ts',
    ['a version is known by an id that leads elsewhere', " OR NEW.name = 'id' AND NEW.value <> NEW.record_id)", ')'],
    ['it does not matter what points there', '(${isPointedAt} OR NOT EXISTS', '(NOT EXISTS'],
    [
      'the survivor may be gone',
      ' OR NOT EXISTS (SELECT 1 FROM records r\n',
      ' OR false AND NOT EXISTS (SELECT 1 FROM records r\n',
    ],
  ),
  ...breaking(
    BACK,
    'storage/program/stages/join.ts',
    ['what leads there stays behind', ' AND merged_id IN (${below})', ' AND merged_id = NEW.write_id'],
    ['it leads on to the survivor', ' OR NOT (${isNotItself}))`', ')`'],
    ['former keys outlast what was merged', '(${isIdle} OR', '(false OR'],
    ['it begins anew', '|| (version + 1) ||', '|| 1 ||'],
    ['dry, it is forgotten', "remember('l.record_id = NEW.record_id'),\n        note", 'note'],
  ),
  ...breaking(BACK, 'storage/program/stages/closing.ts', [
    'dry, it leads there all the same',
    'AND merged_id = NEW.id`',
    'AND false`',
  ]),
]
