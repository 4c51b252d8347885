import { breaking } from '../mutant.ts'

const STATUS = 'what happened is told, nothing is guessed'
const DATA = 'an answer has as many bytes as it may'
const PARTS = 'what exceeds a parameter is cut'

/** The statement, and reading what it answers. */
export const answer = [
  ...breaking(
    STATUS,
    'storage/program/answer.ts',
    ['created is updated', 'if (tuple[0] === row.writeId &&', "if (tuple[0] === '' &&"],
    ['updated is unchanged', 'if (writer === row.writeId)', "if (writer === '')"],
    ['unchanged is updated', 'if (writer === row.writeId)', 'if (true)'],
    ['skipped is unchanged', "if (row.skipped) return { position, status: 'skipped' }\n", ''],
    [
      'erased is skipped',
      "? { position, status: 'erased', recordId: erasedIn(remark) }",
      "? { position, status: 'skipped' }",
    ],
    ['the key that found what is unchanged', 'matched: row.matched ?? 0, changed: []', 'matched: 0, changed: []'],
    ['the key that found what is updated', 'matched: matched ?? 0,', 'matched: 0,'],
    ['what changed', 'changed: changed ?? [],', 'changed: [],'],
    ['the transition', 'transition: transition ?? null', 'transition: null'],
    ['what was created, unsorted', 'Object.keys(tuple[8] ?? {})).sort()', 'Object.keys(tuple[8] ?? {})).reverse()'],
    ['times swapped', 'createdAt: tuple[2],\n  updatedAt: tuple[3]', 'createdAt: tuple[3],\n  updatedAt: tuple[2]'],
    ['authors swapped', 'createdBy: tuple[5],\n  updatedBy: tuple[6]', 'createdBy: tuple[6],\n  updatedBy: tuple[5]'],
    ['archivedAt', 'archivedAt: tuple[4]', 'archivedAt: null'],
    ['the included record', 'tuple[9] && includedObject !== undefined ?', 'false && includedObject !== undefined ?'],
  ),
  ...breaking(
    STATUS,
    'engine/assert.ts',
    [
      'changes are not tracked',
      "track: options.track === true || session.organization.history !== 'off'",
      "track: session.organization.history !== 'off'",
    ],
    [
      'changes are not tracked for the feed',
      "track: options.track === true || session.organization.history !== 'off'",
      'track: options.track === true',
    ],
    [
      'positions are those of the items',
      'items.push({ position, item: planning.plan.item })',
      'items.push({ position: items.length, item: planning.plan.item })',
    ],
  ),
  ...breaking(
    DATA,
    'storage/program/answers.ts',
    ['it has all', 'octet_length(a.data) <= ${item}.data_bytes`', 'true`'],
    ['characters for bytes', 'octet_length(a.data) <= ${item}.data_bytes`', 'length(a.data) <= ${item}.data_bytes`'],
    ['slugs of a creation without data are not told', 'WHEN ${item}.track AND a.id', 'WHEN false AND a.id'],
    ['slugs of a creation are told unasked', 'WHEN ${item}.track AND a.id', 'WHEN a.id'],
    ['slugs of a creation are told of every version', ' AND a.version = 1 THEN', ' THEN'],
  ),
  ...breaking(
    PARTS,
    'storage/program/statement.ts',
    ['characters for bytes, of the whole', 'text.length * 3 <= room ||', 'text.length <= room ||'],
    ['characters for bytes, of an item', 'const size = bytesOf(text) + 1', 'const size = text.length + 1'],
    ['the last part is lost', "return [...lists, `[${list.join(',')}]`]", 'return lists'],
    ['sizes are not counted', '    bytes += size\n', ''],
  ),
  ...breaking(
    'what a batch says holds for every item',
    'storage/program/statement.ts',
    ['no feed', 'feed: { sql: whole,', "feed: { sql: () => '0',"],
    ['always dry', 'dry_run: { sql: whole,', "dry_run: { sql: () => '1',"],
    ['time as a decimal', 'now: { sql: whole,', 'now: { sql: (parameter) => `${parameter} + 0.5`,'],
    ['contract for actor', 'value: ({ actor }) => actor', 'value: ({ contract }) => contract'],
    ['no indexes', 'indexes: { sql: ofObject,', "indexes: { sql: () => 'NULL',"],
  ),
]
