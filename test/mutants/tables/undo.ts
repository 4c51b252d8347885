import { breaking } from '../mutant.ts'

const WHOLE = 'a merge is undone as a whole or not at all'
const OTHERS = 'an undo leaves what somebody else has changed since'
const CREATED = 'an undo takes back what was created, unless it is another one’s by now'
const TOLD = 'an undo says why something stays'

export const undo = [
  ...breaking(
    WHOLE,
    'engine/undo-merges.ts',
    [
      'relations are no part of a merge',
      'return [...(byId.get(change.recordId) ?? []), ...pointed]',
      'return byId.get(change.recordId) ?? []',
    ],
    ['merges that share a change are apart', 'if (!into || !group || group === into) continue', 'if (group) continue'],
  ),
  ...breaking(
    WHOLE,
    'engine/undo-together.ts',
    ['a survivor that nothing is known of is no reason', 'if (survivor?.unknown) return because(joining.into)\n', ''],
    [
      'a survivor that was merged is no reason',
      'if (outer && survivor && !comesBack(survivor))',
      'if (outer && !survivor)',
    ],
    [
      'any number of records is merged into one again',
      'leadingTo(basis, looked, object, joining.into) <= MERGED_RECORDS',
      'leadingTo(basis, looked, object, joining.into) >= 0',
    ],
    [
      'it comes back without a unique value',
      'if (!first || leftOut.merges.has(together)) continue',
      'if (first || leftOut.merges.has(together)) continue',
    ],
    ['what was refused takes nothing along', 'if (needing.length > 0) return\n', ''],
  ),
  ...breaking(
    OTHERS,
    'engine/undoing.ts',
    ['it is set back all the same', 'else blocked.set(name, { wanted: null, by: run.by })', ''],
    ['what they took back themselves counts', 'if (isTakenBack || isUncreated) return\n', 'if (isUncreated) return\n'],
    [
      'that they archived what was created counts',
      'if (isTakenBack || isUncreated) return\n',
      'if (isTakenBack) return\n',
    ],
    ['where they may have made it anew, nothing counts', ' && !run.passed.has(JSON.stringify(before))', ''],
    ['what is below counts once more', 'if (settled.has(name)) continue', ''],
    ['somebody’s merge and separation count', 'if (skipped.has(name)) continue', ''],
  ),
  ...breaking(
    CREATED,
    'engine/undoing.ts',
    ['a survivor keeps what one that comes back needs', 'isSurvivor ? changes', '!isSurvivor ? changes'],
    ['what others have changed goes', 'if (foreign) return setBack', 'if (!looked) return setBack'],
    ['what others were merged into goes', 'if (staying) return setBack', 'if (!looked) return setBack'],
    ['it comes back with what it had before', "created === 'erase' ? bare", "created === 'archive' ? bare"],
    [
      'what merges brought is its own',
      'for (const [name, value] of beforeOf(change) ?? [])\n      if (!isMark(name) &&',
      'for (const [name, value] of beforeOf(change) ?? [])\n      if (isMark(name) &&',
    ],
  ),
  ...breaking(
    TOLD,
    'engine/undoing.ts',
    [
      'a record that was merged stays silently',
      "return nothing(whole('record_merged', merged?.by, merged?.root ?? record.mergedInto))",
      'return nothing()',
    ],
    [
      'of what stands with a merge nothing is said',
      'const blocked = new Map([...found.blocked, ...all.blocked])',
      'const blocked = found.blocked',
    ],
    ['holes are not seen', 'if (change.version !== known) isBlind = true', ''],
  ),
  ...breaking(TOLD, 'engine/undo-together.ts', [
    'a later merge is not named',
    'one.by.sequence === sequence - 1',
    'one.by.sequence === sequence',
  ]),
  ...breaking(TOLD, 'engine/undo.ts', [
    'a value that is taken is told as one that is sent',
    'refusal && asOfUndo(refusal)',
    'refusal',
  ]),
].map((mutant) => ({ ...mutant, tests: ['test/node/storage.test.ts'] }))
