import { breaking } from '../mutant.ts'

const LEADS = 'what a merged record was found by leads to its survivor'
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
    ['it leads on to the survivor', '`DELETE FROM record_aliases WHERE ${aliases} AND merged_id = NEW.write_id`,', ''],
    ['it begins anew', '|| (version + 1) ||', '|| 1 ||'],
    ['dry, it is forgotten', "remember('NEW.record_id'),\n        note", 'note'],
  ),
  ...breaking(BACK, 'storage/program/stages/closing.ts', [
    'dry, it leads there all the same',
    "['record_id', 'merged_id'].map",
    "['record_id'].map",
  ]),
]
