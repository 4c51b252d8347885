import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { MergeRule } from '../../client/index.ts'
import { type ApiOptions, accessOf, clientAt, withApi } from '../api.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print } from '../output.ts'

/** Two records become one, by a key of the organisation: docs/history.md. */

const rules: readonly MergeRule[] = ['append', 'keep', 'take']

/** `city=take`, and those that were said before. */
const rulesOf = (text: string, said: Readonly<Record<string, MergeRule>> = {}): Readonly<Record<string, MergeRule>> => {
  const [slug = '', given] = text.split('=')
  const rule = rules.find((one) => one === given)
  if (!rule) throw new InvalidArgumentError(`It is an attribute and one of ${rules.join(', ')}, such as city=take.`)
  return { ...said, [slug]: rule }
}

/** `emails=ada@engine.example`, or an id. */
const keyOf = (which: string): readonly [name: string, value: string] => {
  const at = which.indexOf('=')
  return at < 1 ? ['id', which] : [which.slice(0, at), which.slice(at + 1)]
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
  const [name, text] = keyOf(survivor)
  const id = name === 'id' ? text : (await records.getBy(name, text)).id
  const importId = `merge-${randomUUID()}`
  const values = { default: rule, attributes: value }
  const key = Object.fromEntries([keyOf(loser)])
  const done = await records.merge(id, key, { values, dryRun, ...(!dryRun && { importId }) })
  const told = [
    `${dryRun ? 'would be merged' : 'merged'}: ${done.mergedId} into ${done.record.id}`,
    `${done.relationsMoved} that pointed there ${dryRun ? 'would point' : 'point'} here`,
    ...(done.changed.length > 0 ? [`changed: ${done.changed.join(', ')}`] : []),
    ...(done.left.length > 0 ? [`a value found no place: ${done.left.join(', ')}`] : []),
  ]
  print({ json }, done, done.status === 'unchanged' ? 'It had been merged before: nothing to do.' : told.join('; '))
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
