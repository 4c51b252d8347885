import type { Command } from 'commander'
import type { Change } from '../../client/index.ts'
import { type ApiOptions, accessOf, clientAt, withApi } from '../api.ts'
import { interruptible } from '../import/interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print } from '../output.ts'

/** The change feed of an organisation, a line for each change: docs/history.md. */

interface ChangesOptions extends ApiOptions, Output {
  readonly cursor?: string
  readonly since?: string
  readonly object?: string
  readonly follow?: boolean
}

const textOf = ({ at, action, object, recordId, version, actor, contract, changed }: Change): string =>
  [at, action, object ?? '', recordId ?? '', version ?? '', actor, contract, changed.join(',')].join('\t')

/** @throws InterruptedError where somebody ends the following */
const changes = async ({ cursor, since, object, follow = false, ...options }: ChangesOptions): Promise<void> => {
  if (cursor !== undefined && since !== undefined) throw new Error('Say either --cursor or --since.')
  const { reach, ...access } = accessOf(options, 'read its records')
  const from = { ...(cursor !== undefined && { cursor }), ...(since !== undefined && { since }) }
  const about = object === undefined ? [] : ['--object', object]
  await interruptible(async (signal) => {
    const feed = clientAt(access).changes({ ...from, ...(object !== undefined && { object }), follow, signal })
    try {
      for await (const page of feed.pages()) for (const one of page) print(options, one, textOf(one))
    } finally {
      if (feed.cursor !== undefined)
        note(`To go on from here: ${nextCommand(reach, 'changes', '--cursor', feed.cursor, ...about)}`)
    }
  })
}

export const addChangesCommand = (program: Command): void => {
  withApi(program.command('changes'))
    .description(
      'tell what was changed, oldest first: time, action, object, record, version, author, contract, attributes',
    )
    .option('--follow', 'and what will be, until Ctrl-C')
    .option('--since <time>', 'from this time on (2025-06-01T00:00:00Z), or now; default: where the history begins')
    .option('--cursor <cursor>', 'from where an earlier run has ended')
    .option('--object <object>', 'only changes of this object, and those of no object')
    .option('--json', 'one line of JSON for each change, with the values before and after')
    .action(changes)
}
