import type { Command } from 'commander'
import { type EdgeUpsert, InvalidRequestError } from '../../client/index.ts'
import { accessOf, clientAt } from '../api.ts'
import { SOME_LEFT, STOPPED, UsageError } from '../exit-errors.ts'
import { filterOf, filterSaid } from '../filter.ts'
import type { MissingReport, MissingRules, Stop } from '../import/missing.ts'
import type { Source } from '../import/reading/source.ts'
import { untilBegun } from '../until-begun.ts'
import { type ImportCommandOptions, noteNext, printFinished } from './import.ts'
import { withReading, withUsageCode } from './reading-options.ts'

/** A file, or a query of another database, that an object, or a part of it, is to be the same as. docs/importing.md has the rules. */

interface SyncOptions extends ImportCommandOptions {
  readonly missing: string
  readonly filter?: readonly string[]
  readonly maxArchive?: string
  readonly from?: string
  readonly query?: string
}

const stops: Readonly<Record<Stop, string>> = {
  no_rows: 'there is no row at all; if that is right, say --max-archive 100',
  refused_rows:
    'rows were refused, and their records would be taken for missing: mend them, or say --on-bad-cell skip-cell',
  too_many: 'that is more than may be archived at once; if it is right, say how many percent may with --max-archive',
}

const textOf = (
  { records, missing, archived, refused, stopped, examples }: MissingReport,
  archives: boolean,
): string => {
  const which = missing > 0 ? ` (${examples.join(', ')}${missing > examples.length ? ', …' : ''})` : ''
  const first = `${missing} of ${records} records are missing from it${which}`
  if (stopped) return `${first}. None is archived: ${stops[stopped]}.`
  if (!archives) return `${first}.`
  return `${first}: ${archived} archived${refused > 0 ? `, ${refused} changed at the same moment and left` : ''}.`
}

/** @throws UsageError */
const percentSaid = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const percent = Number(text.replace(/%$/, ''))
  if (!/^\d{1,3}(\.\d+)?%?$/.test(text) || percent > 100)
    throw new UsageError(`--max-archive: "${text}" must be percent, from 0 to 100.`)
  return percent
}

/** Before the file is read, so that a filter that is wrong is told as every other option is. @throws UsageError */
const filterTried = async (client: EdgeUpsert, object: string, texts: readonly string[] | undefined) => {
  try {
    const filter = await filterOf(client, object, filterSaid(texts))
    if (filter) await client.records(object).query({ filter, fields: [], limit: 1 }).pages().next()
    return filter
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error
    throw new UsageError(`--filter: ${error.message}`, { cause: error })
  }
}

const rulesSaid = async (
  client: EdgeUpsert,
  { object, missing, filter: texts, maxArchive }: SyncOptions,
): Promise<MissingRules> => {
  if (missing !== 'keep' && missing !== 'archive')
    throw new UsageError(`--missing: "${missing}" must be keep or archive.`)
  const most = percentSaid(maxArchive)
  const filter = await filterTried(client, object, texts)
  return { archive: missing === 'archive', ...(filter && { filter }), ...(most !== undefined && { most }) }
}

/** @throws UsageError unless it is either a file or a query */
const sourceSaid = async (file: string | undefined, { from, query }: SyncOptions): Promise<Source> => {
  if ((file === undefined) === (from === undefined))
    throw new UsageError('Say what is to be synchronised: a file, or --from a database with --query.')
  if ((from === undefined) !== (query === undefined))
    throw new UsageError("--from and --query stand together: --from sqlite:shop.db --query 'SELECT …'.")
  if (from !== undefined && query !== undefined)
    return (await import('../import/reading/query.ts')).openQuery(from, query)
  return (await import('../import/reading/source.ts')).openSource(file ?? '-')
}

const synchronise = async (file: string | undefined, options: SyncOptions, begun: () => void): Promise<void> => {
  const { runImport } = await import('../import/run.ts')
  const { reach, ...into } = accessOf(options, 'read and write its records')
  const rules = await rulesSaid(clientAt(into), options)
  const source = await sourceSaid(file, options)
  const reading = file === undefined ? { ...options, format: 'ndjson' } : options
  const finished = await runImport(source, file ?? '-', into, reading, { begun, rules }).finally(() => source.close())
  const { report, missing } = finished
  const { dryRun = false } = options
  printFinished(finished, options, {
    result: { missing },
    lines: missing ? [textOf(missing, rules.archive && !dryRun)] : [],
  })
  const { created, updated, refused, incomplete } = report.counts
  noteNext(finished, reach, created + updated + (missing?.archived ?? 0) > 0)
  if (missing?.stopped) process.exitCode = STOPPED
  else if (refused + incomplete + (missing?.refused ?? 0) > 0) process.exitCode = SOME_LEFT
}

const sync = (file: string | undefined, options: SyncOptions): Promise<void> =>
  untilBegun((begun) => synchronise(file, options, begun))

export const addSyncCommand = (program: Command): void => {
  withUsageCode(withReading(program.command('sync')))
    .argument('[file]', 'as that of an import; - is what is piped in')
    .description('import a file, and archive the records that it does not have, by a key of the organisation (API_KEY)')
    .requiredOption('--missing <rule>', 'what becomes of records that are missing from it: keep or archive')
    .option(
      '--filter <filter...>',
      'the part of the object that it stands for: source=shop, or a filter of the API as JSON',
    )
    .option(
      '--max-archive <percent>',
      'archive none if more of the part are missing; default: 10, or 10 records if they are more',
    )
    .option('--from <database>', 'instead of a file: sqlite:FILE or postgres://…')
    .option('--query <sql>', 'of that database: its columns are those of the file')
    .action(sync)
}
