import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AnySchema, MergeRule, Records } from '../../client/index.ts'
import { type ApiOptions, accessOf, clientAt, withApi } from '../api.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print } from '../output.ts'
import { idOf, keySaid, mergedSaid } from '../record-said.ts'
import type { Reach } from '../target.ts'

/** Two records become one, by a key of the organisation: docs/history.md. */

const rules: readonly MergeRule[] = ['append', 'keep', 'take']

/** `city=take`, and those that were said before. */
const rulesOf = (text: string, said: Readonly<Record<string, MergeRule>> = {}): Readonly<Record<string, MergeRule>> => {
  const [slug = '', given] = text.split('=')
  const rule = rules.find((one) => one === given)
  if (!rule) throw new InvalidArgumentError(`It is an attribute and one of ${rules.join(', ')}, such as city=take.`)
  return { ...said, [slug]: rule }
}

/** What had been merged before is parted by what did that: the history of the one that stays names it. */
const tellBefore = async (records: Records<AnySchema[string]>, id: string, loser: string, reach: Reach) => {
  const [, value] = keySaid(loser)
  for await (const { merged } of records.history(id).pages()) {
    const meant = merged.filter(
      (one) => one.id === value || Object.values(one.keys).flat().includes(value.toLowerCase()),
    )
    for (const one of meant.length > 0 ? meant : merged) {
      note(mergedSaid(one))
      if (one.importId !== null) note(`To part them again: ${nextCommand(reach, 'undo', one.importId)}`)
      else if (one.request !== null) note(`To part them again: POST /v1/changes/revert {"request":"${one.request}"}`)
    }
    return
  }
}

interface MergeOptions extends ApiOptions, Output {
  readonly rule: MergeRule
  readonly value?: Readonly<Record<string, MergeRule>>
  readonly dryRun?: boolean
}

const merge = async (
  object: string,
  survivor: string,
  loser: string,
  { json = false, rule, value = {}, dryRun = false, ...api }: MergeOptions,
): Promise<void> => {
  const { reach, ...access } = accessOf(api, 'write its records')
  const records = clientAt(access).records(object)
  const id = await idOf(records, survivor)
  const importId = `merge-${randomUUID()}`
  const values = { default: rule, attributes: value }
  const key = Object.fromEntries([keySaid(loser)])
  const done = await records.merge(id, key, { values, dryRun, ...(!dryRun && { importId }) })
  const told = [
    `${dryRun ? 'would be merged' : 'merged'}: ${done.mergedId} into ${done.record.id}`,
    `${done.relationsMoved} that pointed there ${dryRun ? 'would point' : 'point'} here`,
    ...(done.changed.length > 0 ? [`changed: ${done.changed.join(', ')}`] : []),
    ...(done.left.length > 0 ? [`a value found no place: ${done.left.join(', ')}`] : []),
  ]
  print({ json }, done, done.status === 'unchanged' ? 'It had been merged before: nothing to do.' : told.join('; '))
  if (done.status === 'unchanged') await tellBefore(records, id, loser, reach)
  if (done.status === 'merged' && !dryRun) note(`To part them again: ${nextCommand(reach, 'undo', importId)}`)
}

export const addMergeCommand = (records: Command): void => {
  withApi(records.command('merge'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<survivor>', 'the record that stays: its id, or a value that only it has: emails=ada@engine.example')
    .argument('<loser>', 'the record that goes, likewise; its id and its keys lead to the other one from then on')
    .description('merge a record into another one; what pointed at it points at the other one')
    .addOption(
      new Option(
        '--rule <rule>',
        'where both have a value: of a list both, that of the one that stays, or of the one that goes',
      )
        .choices(rules)
        .default('append'),
    )
    .option('--value <attribute=rule>', 'for one attribute, such as city=take; may be said several times', rulesOf)
    .option('--dry-run', 'tell what would be, and change nothing')
    .option('--json', 'the answer as JSON')
    .action(merge)
}
