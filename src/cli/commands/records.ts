import type { Command } from 'commander'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import { note, type Output, print, wholeNumber } from '../output.ts'
import { addExportCommand } from './export.ts'

/** The records of an organisation, and what they were: by its key, as any of its clients. */

const history = async (object: string, id: string, { json = false, ...api }: ApiOptions & Output) => {
  const changes = clientOf(api, 'read its records').records(object).history(id)
  let isCutOff = false
  for await (const { items, cutOff } of changes.pages()) {
    isCutOff = cutOff
    for (const one of items)
      print(
        { json },
        one,
        [one.version, one.at, one.action, one.actor, one.contract, one.importId ?? '', one.changed.join(',')].join(
          '\t',
        ),
      )
  }
  if (isCutOff) note('Changes before these are missing: they are kept no longer, or the history was off.')
}

interface RevertOptions extends ApiOptions, Output {
  readonly version: string
  readonly dryRun?: boolean
}

const revert = async (object: string, id: string, { json = false, version, dryRun = false, ...api }: RevertOptions) => {
  const records = clientOf(api, 'write its records').records(object)
  const done = await records.revert(id, wholeNumber('--version', version, 1), { dryRun })
  const what = [...done.changed, ...(done.transition === null ? [] : [done.transition])].join(', ')
  const would = dryRun ? 'would be set back' : 'set back'
  print({ json }, done, done.status === 'unchanged' ? 'It is as it was: nothing to do.' : `${would}: ${what}`)
}

export const addRecordCommands = (program: Command): void => {
  const records = program.command('records').description('the records of an organisation, by a key of it (API_KEY)')
  addExportCommand(records)
  withApi(records.command('history'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<id>', 'id of the record')
    .description(
      'tell who changed what of a record, newest first: version, time, action, author, contract, import, attributes',
    )
    .option('--json', 'one line of JSON for each change, with the values before and after')
    .action((object: string, id: string, options: ApiOptions & Output) => history(object, id, options))
  withApi(records.command('revert'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<id>', 'id of the record')
    .description('take a record back to what it was in a version, whoever has changed it since')
    .requiredOption('--version <number>', 'the version, as its history tells it')
    .option('--dry-run', 'tell what would be set back, and change nothing')
    .option('--json', 'the answer as JSON')
    .action((object: string, id: string, options: RevertOptions) => revert(object, id, options))
}
