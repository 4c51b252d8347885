import type { Command } from 'commander'
import type { Undone } from '../../client/index.ts'
import { type ApiOptions, accessOf, clientAt, withApi } from '../api.ts'
import { SOME_LEFT } from '../exit-errors.ts'
import { LostAnswers } from '../lost-answers.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print, progress } from '../output.ts'
import { withUsageCode } from './reading-options.ts'

/** The way back of an import, by a key of the organisation. docs/history.md says what can be taken back. */

interface UndoOptions extends ApiOptions, Output {
  readonly yes?: boolean
  readonly erase?: boolean
}

const reasons: Readonly<Record<Undone['kept'][number]['why'], string>> = {
  changed_since: 'has been changed since',
  not_recorded: 'was changed while its values were not recorded',
  too_many_changes: 'has been changed too often since',
  other_type: 'has become an attribute of another type',
  attribute_gone: 'has been removed since',
  record_merged: 'was merged into another one, which is to be undone first',
  undone_together: 'goes back only together with another one, which cannot',
}

/** Of each record that is not as it was before: what stays, and why. */
const conflictOf = ({ object, recordId, kept, error }: Undone): string => {
  const stays = kept.map(({ why, attribute, actor, record }) => {
    const by = actor === null ? '' : ` by ${actor}`
    return `${attribute ?? 'the record'} ${reasons[why]}${by}${record === null ? '' : `: ${record}`}`
  })
  const refused = error?.errors.map(({ detail, fix }) => `${detail} ${fix}`) ?? []
  return `${object} ${recordId} stays: ${[...stays, ...refused].join('; ')}`
}

const statuses = ['reverted', 'archived', 'erased', 'unchanged', 'gone', 'refused'] as const

/** @throws NotFoundError when there is nothing of such an import */
const undo = async (importId: string, { yes = false, erase = false, ...options }: UndoOptions): Promise<void> => {
  const { reach, ...access } = accessOf(options, 'write its records')
  const lost = new LostAnswers()
  const client = clientAt(access, lost.onRetry)
  const counts = { reverted: 0, archived: 0, erased: 0, unchanged: 0, gone: 0, refused: 0 }
  const created = erase ? ('erase' as const) : ('archive' as const)
  let conflicts = 0
  let records = 0
  let cutOff = false
  for await (const page of client.undo({ importId }, { dryRun: !yes, created }).pages()) {
    for (const one of page.items) {
      records++
      counts[one.status]++
      if (one.kept.length === 0 && one.status !== 'refused') continue
      conflicts++
      print(options, one, conflictOf(one))
    }
    progress(yes ? 'taken back' : 'looked at', records, page.items.length)
    cutOff ||= page.cutOff
  }
  const parts = statuses.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${status}`)
  const text = `${yes ? '' : 'Would be: '}${parts.join(', ') || '0 records'}; ${conflicts} with something that stays.`
  print(options, { importId, dryRun: !yes, records, ...counts, conflicts, cutOff }, text)
  if (yes && lost.any)
    note('An answer was lost, and its request sent again: what the first time took back counts as unchanged here.')
  if (cutOff) note('The history does not reach back to all of it: what is older stays as it is.')
  if (yes) {
    const { Checkpoint } = await import('../import/checkpoint.ts')
    Checkpoint.forgetImport(importId)
  } else {
    const words = ['undo', importId, '--yes', ...(erase ? ['--erase'] : [])]
    note(`Nothing has been done. To do it: ${nextCommand(reach, ...words)}`)
  }
  if (conflicts > 0 || cutOff) process.exitCode = SOME_LEFT
}

export const addUndoCommand = (program: Command): void => {
  withUsageCode(withApi(program.command('undo')))
    .argument('<import>', 'id of the import, which it has printed')
    .description(
      'tell what taking an import back would do, and do it with --yes; by a key of the organisation (API_KEY)',
    )
    .option('--yes', 'do it')
    .option('--erase', 'erase the records that the import has created, for good, instead of archiving them')
    .option('--json', 'one line of JSON for each conflict, and the last one for all')
    .action(undo)
}
