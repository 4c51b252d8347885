import { breaking } from '../mutant.ts'

const REFUSED = 'a merge that cannot be meant, or is too large, is refused before anything is written'
const VALUES = 'a merge makes no value that could not be written'

export const merging = [
  ...breaking(
    REFUSED,
    'engine/merge/index.ts',
    ['of several losers it takes the oldest', 'if (candidates.length > 1)', 'if (candidates.length < 0)'],
    ['the survivor may be archived', 'if (survivor.archivedAt !== null)', 'if (survivor.archivedAt === undefined)'],
    ['it moves any number of relations', 'if (relations.length > MERGED_RELATIONS)', 'if (relations.length < 0)'],
    [
      'it moves any number of bytes',
      'if (relations.some(({ stored }) => stored === undefined))',
      'if (relations.length < 0)',
    ],
    ['any number of records is merged into one', 'if (merged >= MERGED_RECORDS)', 'if (merged < 0)'],
    [
      'the first refusal is one that waits for another',
      "refusals.find(({ problems }) => problems[0].code !== 'not_attempted') ?? refusals[0]",
      'refusals[0]',
    ],
  ),
  ...breaking(
    VALUES,
    'engine/merge/values.ts',
    [
      'a relation to the survivor is one of it to itself',
      'attribute, object, [loser.id, survivor.id])',
      'attribute, object, [loser.id])',
    ],
    [
      'a joined list has any length',
      'elements(value).length > Math.max(LIST_LIMIT, before ? elements(before).length : 0)',
      'elements(value).length < 0',
    ],
  ),
  ...breaking('of an erased record the history keeps no values', 'storage/program/stages/feed.ts', [
    'what was merged into it is not gone on with',
    't.tombstone ->> ${LAST_CHANGE}, NULL)`',
    'NULL, NULL)`',
  ]),
].map((mutant) => ({ ...mutant, tests: ['test/node/merging.test.ts'] }))
