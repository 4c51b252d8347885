import { breaking } from '../mutant.ts'

const REASONS = 'nothing is written against a reason'
const TELLS = 'a refusal names what is in the way'

export const judge = [
  ...breaking(REASONS, 'storage/program/lookups.ts', [
    'ambiguity is judged of the first key only',
    '`iif(${item}.matched = 0, ',
    '`iif(true, ',
  ]),
  ...breaking(
    REASONS,
    'storage/program/stages/judge.ts',
    ['not_found is none', "[`NEW.record_id IS NULL AND ${extra('mayC", "[`false AND ${extra('mayC"],
    ['exists is none', "[`NEW.record_id IS NOT NULL AND ${extra('mayU", "[`false AND ${extra('mayU"],
    ['ambiguous is none', "`${extra('onSeveral')} = 'error' AND NEW", "`${extra('onSeveral')} = 'none' AND NEW"],
    ['keys_disagree is none', "`${extra('keysAgree')} AND EXISTS", '`false AND EXISTS'],
    ['version_mismatch is none', "`${extra('ifVersion')} IS NOT NULL AND NEW.record_id", '`false AND NEW.record_id'],
    ['archived is none', "`${extra('onArchived')} = 'refuse' AND NEW", "`${extra('onArchived')} = 'none' AND NEW"],
    ['older is none', '${newer} > NEW.attributes', '${newer} < NULL AND NEW.attributes'],
    ['as old is older', '${newer} > NEW.attributes', '${newer} >= NEW.attributes'],
    ['too_large is none', '`octet_length(NEW.after) > max(${RECORD_BYTES}', '`false AND max(${RECORD_BYTES}'],
    ['too_large counts characters', '`octet_length(NEW.after) > max', '`length(NEW.after) > max'],
    ['what is too large and does not grow is refused', 'coalesce(octet_length(NEW.before), 0)', '0'],
    ['too_many_values is none', '`NEW.merges IS NOT NULL AND NEW.before', '`false AND NEW.before'],
    [
      'a list that is too long already is refused',
      "max(${LIST_LIMIT}, coalesce(${length('NEW.before')}, 0))",
      '${LIST_LIMIT}',
    ],
    ['reference_not_found is none', 'EXISTS (SELECT 1 ${missing})`', 'false`'],
    [
      'references of the other branch count',
      'x.value ->> 4 NOT IN (3, 4) AND coalesce(x.value ->> 5, ${branch}) = ${branch}\n',
      'x.value ->> 4 NOT IN (3, 4)\n',
    ],
    ['a reference that names several is none', 'EXISTS (SELECT 1 ${vague})`', 'false`'],
    ['keys that many may have never disagree', "AND o.slot IN ('', NEW.record_id)", "AND o.slot = ''"],
    [
      'keys that many may have disagree with all but the oldest',
      ' AND NOT EXISTS (\n            SELECT 1 FROM record_keys o',
      ' AND (\n            SELECT true OR 1 FROM record_keys o',
    ],
    ['conflict is none', "`NEW.new_keys <> '[]' AND EXISTS", '`false AND EXISTS'],
    ['its own keys are in the way', ' AND o.record_id IS NOT NEW.record_id\n', '\n'],
    ['keys that are not unique are in the way', 'WHERE n.value ->> 2 LIMIT -1', 'LIMIT -1'],
    ['the last reason is told', 'reasons.map((', 'reasons.toReversed().map(('],
  ),
  ...breaking(
    TELLS,
    'storage/program/stages/judge.ts',
    ['of several records two are named', 'json(${keepers(NAMED)})', 'json(${keepers(2)})'],
    ['of disagreeing keys those that agree', 'WHERE k.record_id <> NEW.record_id', 'WHERE k.record_id = NEW.record_id'],
    ['every missing reference, found or not', 'WHERE x.value ->> 6 IS NULL AND x.value ->> 4', 'WHERE x.value ->> 4'],
    ['what is stored, as what is newer', "${extra('ifNewer')}, NEW.before", "${extra('ifNewer')}, NEW.attributes"],
  ),
  ...breaking(
    TELLS,
    'storage/program/answer.ts',
    ['value for field', 'tuples.map(([field, value, recordId]) =>', 'tuples.map(([value, field, recordId]) =>'],
    [
      'no record of a key that is held',
      'keys_disagree: (tuple) => ({\n    recordId: text(tuple, 1)',
      "keys_disagree: (tuple) => ({\n    recordId: ''",
    ],
    ['another match key', 'matched: tuple[2] as number,', 'matched: (tuple[2] as number) + 1,'],
    ['another version', 'version: tuple[2] as number })', 'version: (tuple[2] as number) + 1 })'],
    [
      'another list',
      'too_many_values: (tuple) => ({ recordId: text(tuple, 1), field: text(tuple, 2)',
      'too_many_values: (tuple) => ({ recordId: text(tuple, 1), field: text(tuple, 1)',
    ],
    ['key and value of a reference swapped', '([field, object, name, value]) =>', '([field, object, value, name]) =>'],
    [
      'no record of what exists',
      'exists: (tuple) => ({ recordId: text(tuple, 1) })',
      "exists: () => ({ recordId: '' })",
    ],
  ),
]
