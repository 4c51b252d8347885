import type { Command } from 'commander'
import type { AnySchema, MergedIn, StoredRecord } from '../../client/index.ts'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import { filterOf, filterSaid } from '../filter.ts'
import { note, type Output, print, wholeNumber } from '../output.ts'
import { idOf, keySaid, mergedSaid } from '../record-said.ts'
import { addExportCommand, archivedSaid, sortSaid } from './export.ts'
import { addMergeCommand } from './merge.ts'

/** The records of an organisation, and what they were: by its key, as any of its clients. */

const history = async (object: string, which: string, { json = false, ...api }: ApiOptions & Output) => {
  const records = clientOf(api, 'read its records').records(object)
  const changes = records.history(await idOf(records, which))
  let isCutOff = false
  let told: readonly MergedIn[] = []
  for await (const { items, cutOff, merged } of changes.pages()) {
    isCutOff = cutOff
    told = merged
    for (const one of items)
      print(
        { json },
        one,
        [one.version, one.at, one.action, one.actor, one.contract, one.importId ?? '', one.changed.join(',')].join(
          '\t',
        ),
      )
  }
  for (const one of told) note(mergedSaid(one))
  if (isCutOff) note('Changes before these are missing: they are kept no longer, or the history was off.')
}

interface RevertOptions extends ApiOptions, Output {
  readonly version: string
  readonly dryRun?: boolean
}

const revert = async (
  object: string,
  which: string,
  { json = false, version, dryRun = false, ...api }: RevertOptions,
) => {
  const records = clientOf(api, 'write its records').records(object)
  const done = await records.revert(await idOf(records, which), wholeNumber('--version', version, 1), { dryRun })
  const what = [...done.changed, ...(done.transition === null ? [] : [done.transition])].join(', ')
  const would = dryRun ? 'would be set back' : 'set back'
  print({ json }, done, done.status === 'unchanged' ? 'It is as it was: nothing to do.' : `${would}: ${what}`)
}

/** By its id, or by a value of an attribute: `emails=ada@engine.example`. */
const get = async (
  object: string,
  which: string,
  { columns, ...options }: ApiOptions & { readonly columns?: string },
) => {
  const records = clientOf(options, 'read its records').records(object)
  const fields = columns === undefined ? {} : { fields: columns.split(',') }
  const [name, value] = keySaid(which)
  const found = name === 'id' ? records.get(value, fields) : records.getBy(name, value, fields)
  console.log(JSON.stringify(await found, null, 2))
}

interface FindOptions extends ApiOptions, Output {
  readonly columns?: string
  readonly filter?: readonly string[]
  readonly q?: string
  readonly sort?: string
  readonly archived: string
  readonly limit: string
}

/** What of a record a line has room for. */
const SHOWN = 4

const lineOf = ({ id, values }: StoredRecord<AnySchema[string]>, columns: readonly string[] | undefined): string => {
  const shown = columns ?? Object.keys(values).slice(0, SHOWN)
  return [id, ...shown.map((slug) => textOf(values[slug]))].join('\t')
}

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  const text = Array.isArray(value)
    ? value.map(textOf).join('; ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
  return text.replaceAll(/\s+/g, ' ')
}

const find = async (object: string, { columns: text, filter, q, sort, archived, limit, ...options }: FindOptions) => {
  const client = clientOf(options, 'read its records')
  const columns = text?.split(',')
  const most = wholeNumber('--limit', limit, 1)
  const where = await filterOf(client, object, filterSaid(filter))
  const query = {
    archived: archivedSaid(archived),
    ...(columns && { fields: columns }),
    ...(where && { filter: where }),
    ...(q !== undefined && { q }),
    ...(sort !== undefined && { sort: sortSaid(sort) }),
    limit: Math.min(most, 1_000),
  }
  let shown = 0
  for await (const record of client.records(object).query(query)) {
    if (shown++ === most) return note(`There are more than ${most}: --limit takes more, and "export" all.`)
    print(options, record, lineOf(record, columns))
  }
}

export const addRecordCommands = (program: Command): void => {
  const records = program.command('records').description('the records of an organisation, by a key of it (API_KEY)')
  withApi(records.command('get'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<record>', 'id of the record, or a value that only it has: emails=ada@engine.example')
    .description('show a record as JSON')
    .option('--columns <list>', 'attributes, separated by commas; default: all')
    .action(get)
  withApi(records.command('find'))
    .argument('<object>', 'slug of the object, such as people')
    .description('list records, a line for each: id and values')
    .option('--filter <filter...>', 'only records that it lets through: city=Berlin, or a filter of the API as JSON')
    .option('--q <words>', 'only records that have these words, or words that begin so, in searchable attributes')
    .option('--sort <attribute>', 'in this order; with - before it the other way round')
    .option('--columns <list>', 'attributes, separated by commas; default: the first of each record')
    .option('--archived <which>', 'include, exclude or only', 'exclude')
    .option('--limit <count>', 'at most so many', '25')
    .option('--json', 'one line of JSON for each record')
    .action(find)
  addExportCommand(records)
  withApi(records.command('history'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<record>', 'id of the record, or a value that only it has: emails=ada@engine.example')
    .description(
      'tell who changed what of a record, newest first: version, time, action, author, contract, import, attributes; and who was merged into it',
    )
    .option('--json', 'one line of JSON for each change, with the values before and after')
    .action((object: string, which: string, options: ApiOptions & Output) => history(object, which, options))
  addMergeCommand(records)
  withApi(records.command('revert'))
    .argument('<object>', 'slug of the object, such as people')
    .argument('<record>', 'id of the record, or a value that only it has: emails=ada@engine.example')
    .description('take a record back to what it was in a version, whoever has changed it since')
    .requiredOption('--version <number>', 'the version, as its history tells it')
    .option('--dry-run', 'tell what would be set back, and change nothing')
    .option('--json', 'the answer as JSON')
    .action((object: string, which: string, options: RevertOptions) => revert(object, which, options))
}
