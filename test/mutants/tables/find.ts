import { breaking } from '../mutant.ts'

/** Who may write at all, and which record the keys find. */
export const find = [
  ...breaking(
    'nothing is written on an outdated revision',
    'storage/program/stages/entry.ts',
    ['the guard never fires', "guardOf('NEW.revision IS NOT NULL')", "guardOf('NEW.revision IS NULL')"],
    ['the short way has no guard', 'guard,\n        hand(entry, known', 'hand(entry, known'],
    ['the long way has no guard', 'guard,\n        hand(entry, found', 'hand(entry, found'],
  ),
  ...breaking('nothing is written on an outdated revision', 'storage/program/statement.ts', [
    'the first item carries no revision',
    'i === 0 ? batch.revision : undefined',
    'undefined',
  ]),
  ...breaking(
    'nothing is written on an outdated revision',
    'storage/program/lookups.ts',
    [
      "another organisation's revision will do",
      'FROM organizations o WHERE o.id = NEW.organization_id)`',
      'FROM organizations o WHERE o.revision = NEW.revision)`',
    ],
    [
      'the guard of reads and administration never fires',
      "when === undefined ? '' :",
      "when === undefined ? 'false AND ' :",
    ],
  ),
  ...breaking(
    'the first match key that finds a record wins',
    'storage/program/lookups.ts',
    ['the last one wins', 'ORDER BY place LIMIT 1', 'ORDER BY place DESC LIMIT 1'],
    ['only the first is looked at', 'WHERE hit IS NOT NULL ORDER BY place LIMIT 1', 'ORDER BY place LIMIT 1'],
    ['the place of the last is told', 'SELECT min(place)', 'SELECT max(place)'],
    ['places are one too low', 'SELECT f.key + 1,', 'SELECT f.key,'],
    ['an id is looked for among the keys', "iif(${key.name} = 'id', ${key.value}, NULL)", 'NULL'],
  ),
  ...breaking('the first match key that finds a record wins', 'storage/program/stages/entry.ts', [
    'the place is not written down',
    "`coalesce(${matchedPlace('NEW')}, 0)`",
    "'0'",
  ]),
  ...breaking('of several records the oldest is meant', 'storage/program/lookups.ts', [
    'the youngest is taken',
    'ORDER BY k.slot LIMIT 1)`',
    'ORDER BY k.slot DESC LIMIT 1)`',
  ]),
  ...breaking(
    'a follower runs only after a change',
    'storage/program/lookups.ts',
    ['any write will do', 'AND r.last_write ->> 0 = ${part(3)} AND', 'AND'],
    ['any attribute will do', 'AND (r.version = 1 OR ${part(4)} IN', 'AND (true OR ${part(4)} IN'],
    ['a creation is no change', 'AND (r.version = 1 OR ${part(4)} IN', 'AND (${part(4)} IN'],
    ['clearing is enough', 'AND r.data -> (${part(4)}) IS NOT NULL', ''],
  ),
  ...breaking(
    'a follower runs only after a change',
    'storage/program/stages/entry.ts',
    ['it runs always', "${conditionHolds('NEW')}\n      AND (", '('],
    ['it runs when it must not', "${conditionHolds('NEW')}\n", "NOT ${conditionHolds('NEW')}\n"],
  ),
  ...breaking('a follower runs only after a change', 'storage/program/statement.ts', [
    'it is not told that it was skipped',
    'NOT ${conditionHolds(view)} AS skipped',
    '0 AS skipped',
  ]),
  ...breaking('what must be absent is absent', 'storage/program/lookups.ts', [
    'it may be there',
    'THEN NOT EXISTS (SELECT 1 FROM records r',
    'THEN true OR NOT EXISTS (SELECT 1 FROM records r',
  ]),
]
