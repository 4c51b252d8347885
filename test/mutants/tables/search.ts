import { breaking } from '../mutant.ts'

const FOUND = 'a search finds the records that have the words, in the order that is asked for'
const BOUNDED = 'a search costs no more than it is counted for'
const KEPT = 'words follow the records and the schema'

export const search = [
  ...breaking('who has the words whole comes first', 'engine/query/plan.ts', [
    'several words are in the order of one',
    'words.length > 1 && best?.isSet',
    'words.length < 0 && best?.isSet',
  ]),
  ...breaking('a number may be searched for before its zeros end', 'engine/query/search.ts', [
    'zeros are a word of their own',
    "all.filter((word) => word !== '0')",
    'all',
  ]),
  ...breaking(
    FOUND,
    'engine/query/search.ts',
    ['digits in groups are always a number', 'sizeOf(prefix) > 0) === true', 'sizeOf(prefix) >= 0) === true'],
    ['digits in groups are never a number', 'sizeOf(prefix) > 0) === true', 'sizeOf(prefix) > 0) === undefined'],
    ['a character is a word as any', 'prefixes.filter(isOneCharacter).length', '0'],
    ['a search has any number of characters', 'if (characters > SEARCHED_CHARACTERS)', 'if (characters < 0)'],
  ),
  ...breaking(FOUND, 'engine/query/plan.ts', ['words are in order of creation', ' && rank !== RANK.words)', ')']),
  ...breaking(FOUND, 'engine/find.ts', [
    'a page goes along whatever is rarest by then',
    'next: { walk: walkName(plan.walk), place: next, ...(along && { along }) }',
    'next: { walk: walkName(plan.walk), place: next, ...(along && { along: { ...along, few: true } }) }',
  ]),
  ...breaking(BOUNDED, 'engine/query/plan.ts', [
    'many words are put in an order all the same',
    '(best.isSet ?? best.rank <= RANK.unique)',
    '(best.rank <= RANK.words)',
  ]),
  ...breaking(BOUNDED, 'storage/walk-sql.ts', [
    'folding costs nothing on the walk',
    '      cost: wordsCost(rows.words, parameters),\n',
    '',
  ]),
  ...breaking(BOUNDED, 'storage/condition-sql.ts', [
    'folding costs nothing in the condition',
    "folds: searches.map((one) => ` + ${wordsCost(one.attributes, parts.parameters, one.prefixes.length)}`).join('')",
    "folds: ''",
  ]),
  ...breaking(KEPT, 'admin/searched.ts', [
    'a conversion keeps the words of before',
    'const isFewer = redefined || before',
    'const isFewer = before',
  ]),
  ...breaking(KEPT, 'schema/organization.ts', [
    'words are made while a job removes them',
    '!search || search.building?.kept === null ? []',
    '!search ? []',
  ]),
  ...breaking(KEPT, 'storage/jobs/chunks.ts', [
    'a job goes by the slugs that it began with',
    "'(SELECT c.attributes FROM combinations c WHERE c.organization_id = ?1 AND c.object = ?2 AND c.name = ?3)'",
    "'(SELECT j.attributes FROM jobs j WHERE j.organization_id = ?1 AND j.id = ?4)'",
  ]),
].map((mutant) => ({ ...mutant, tests: ['test/node/storage.test.ts'] }))
