import type { Command } from 'commander'
import { EXPORT_PAGE_ROWS, type ExportLine, isLine, ownerOf } from '../../../admin/export.ts'
import type { Finding } from '../../../admin/verify.ts'
import { sentenceOf } from '../../failure.ts'
import { type FileLine, readJsonLines, requireNewFile, writeLines } from '../../files.ts'
import { nextCommand } from '../../next-command.ts'
import { ApiError, type OperatorApi, withOperatorApi } from '../../operator-api.ts'
import { counted, note, type Output, print, progress } from '../../output.ts'
import type { Reach } from '../../target.ts'

/** What a tenant has: written to a file, put back, held against its schema. */

type Options = Reach & Output

interface RestoreOptions extends Options {
  readonly from: string
  readonly place?: string
  readonly dryRun?: boolean
  readonly unended?: boolean
}

/**
 * A place as an option gives it.
 * @throws Error that names the option when it is no JSON; what else is wrong with it, the API says
 */
export const parsedPlace = (option: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${option}: ${text} is no JSON; write it such as '{"shape": "object"}'.`, { cause: error })
  }
}

/** The last line of a file: without it nobody could tell a file that was cut between two lines from a whole one. */
interface EndLine {
  readonly end: { readonly rows: number }
}

const isEnd = (value: unknown): value is EndLine =>
  value instanceof Object && Number.isInteger((value as Partial<EndLine>).end?.rows)

/** @returns how many rows there are in the file */
export const writeExport = async (api: OperatorApi, id: string, path: string): Promise<number> => {
  let rows = 0
  async function* lines() {
    for await (const line of api.exportLines(id)) {
      yield JSON.stringify(line)
      progress('exported', ++rows)
    }
    yield JSON.stringify({ end: { rows } } satisfies EndLine)
  }
  await writeLines(path, lines())
  note(`${counted(rows, 'rows')} in ${path}. Keys are not in it: issue new ones after a restore.`)
  return rows
}

const exportTo = (id: string, { to, force = false, ...options }: Options & { to: string; force?: boolean }) => {
  requireNewFile(to, force)
  return withOperatorApi(options, async (api) => {
    const rows = await writeExport(api, id, to)
    if (options.json) print(options, { id, file: to, rows }, '')
  })
}

/** Of the rows of one request, which may have 8 MiB. */
const PAGE_BYTES = 6_000_000

interface RestoredPage {
  readonly lines: readonly ExportLine[]
  /** Where they stand in the file, from 1. */
  readonly numbers: readonly number[]
  readonly hasMore: boolean
}

/**
 * The rows of a file, without its last line.
 * @param isUnended whether it may have none, as exports of before there was one do
 * @throws Error when it is not whole
 */
async function* rowsOf(path: string, isUnended: boolean): AsyncGenerator<FileLine> {
  let rows = 0
  let end: EndLine['end'] | undefined
  for await (const line of readJsonLines(path)) {
    if (end) throw new Error(`${path}, line ${line.number}, stands behind the end of an export: name a file with one.`)
    if (isEnd(line.value)) {
      end = line.value.end
    } else {
      rows++
      yield line
    }
  }
  if (end && end.rows !== rows)
    throw new Error(`${path} has ${counted(rows, 'rows')} of ${end.rows}: it is not whole. Name the whole file.`)
  if (!end && rows > 0 && !isUnended)
    throw new Error(
      `${path} has no last line that says how many rows there are: it was cut, or exported before there was such a line. Name the whole file, or give --unended for one of those.`,
    )
}

/**
 * Pages as the API takes them: rows of one table, in their order.
 * @throws Error naming the line that is none of an export, or of another organisation than the first
 */
async function* pagesOf(path: string, file: AsyncIterable<FileLine>): AsyncGenerator<RestoredPage> {
  let organizationId: string | undefined
  let waiting: ExportLine[] = []
  let numbers: number[] = []
  let bytes = 0
  for await (const { value, number } of file) {
    if (!isLine(value)) throw new Error(`${path}, line ${number}, is no line of an export: name another file.`)
    if (organizationId === undefined && value.table !== 'organizations')
      throw new Error(`${path}, line ${number}, must be the organisation: an export begins with it.`)
    const owner = ownerOf(value)
    organizationId ??= owner
    if (owner !== organizationId)
      throw new Error(`${path}, line ${number}, is of another organisation (${owner}): name a file with one.`)
    const size = Buffer.byteLength(JSON.stringify(value))
    const isFull = waiting.length >= EXPORT_PAGE_ROWS || bytes + size > PAGE_BYTES
    if (waiting[0] && (isFull || waiting[0].table !== value.table)) {
      yield { lines: waiting, numbers, hasMore: true }
      waiting = []
      numbers = []
      bytes = 0
    }
    waiting.push(value)
    numbers.push(number)
    bytes += size
  }
  if (!waiting[0]) throw new Error(`${path} is empty: name the file of an export.`)
  yield { lines: waiting, numbers, hasMore: false }
}

/** Reads all of it before anything is sent. @throws Error when it is not whole, or no export */
const requireWhole = async (path: string, isUnended: boolean): Promise<void> => {
  for await (const _ of pagesOf(path, rowsOf(path, isUnended)));
}

/** Names the lines, if it is about lines and not about the tenant. */
const failureAt = (path: string, numbers: readonly number[], error: unknown): unknown => {
  if (!(error instanceof ApiError)) return error
  const [, index] = /^lines\.(\d+)/.exec(error.field ?? '') ?? []
  const line = index === undefined ? undefined : numbers[Number(index)]
  if (line === undefined && error.code !== 'unique_conflict') return error
  const where = line === undefined ? `lines ${numbers[0]} to ${numbers.at(-1)}` : `line ${line}`
  return new Error(`${path}, ${where}: ${sentenceOf(error)}`, { cause: error })
}

const afterRestore = (reach: Reach, id: string): readonly string[] => [
  nextCommand(reach, 'tenant', 'verify', id),
  nextCommand(reach, 'tenant', 'resume', id),
  nextCommand(reach, 'tenant', 'key', id, '--name', 'Administrator'),
]

const restoreFrom = ({ from, place, dryRun = false, unended = false, ...options }: RestoreOptions) => {
  const wanted = place === undefined ? {} : { place: parsedPlace('--place', place) }
  const rows: Record<string, number> = {}
  const notKept: string[] = []
  let total = 0
  let id = ''
  return withOperatorApi(options, async (api) => {
    await requireWhole(from, unended)
    for await (const { lines, numbers, hasMore } of pagesOf(from, rowsOf(from, unended))) {
      const [line] = lines
      if (line) id = ownerOf(line)
      const otherwise = await api
        .restore(id, { lines, hasMore, dryRun, ...(line?.table === 'organizations' && wanted) })
        .catch((error: unknown) => {
          throw failureAt(from, numbers, error)
        })
      if (otherwise) notKept.push(otherwise.notKept)
      for (const { table } of lines) {
        rows[table] = (rows[table] ?? 0) + 1
        progress(dryRun ? 'checked' : 'restored', ++total)
      }
    }
    const counts = Object.entries(rows).map(([table, count]) => counted(count, table))
    const told = { id, dryRun, rows, ...(notKept.length > 0 && { notKept: notKept.join(' ') }) }
    print(options, told, `${dryRun ? 'Would restore' : 'Restored'} tenant ${id}: ${counts.join(', ')}`)
    for (const sentence of notKept) note(sentence)
    note(
      dryRun
        ? 'Rows that are there already would stay as they are. Unique values that two records hold are found by the real run only.'
        : `It is suspended. Next, the last of them for a key:\n${afterRestore(options, id).join('\n')}`,
    )
  })
}

const findingText = ({ object, name, kind, value, recordIds, repaired }: Finding): string => {
  const records = recordIds.length > 0 ? ` (record ${recordIds.join(', record ')})` : ''
  return `${object}.${name}: ${kind.replace('_', ' ')} ${value}${records}${repaired ? ', repaired' : ''}`
}

/** Prints what is found. Whatever is left as it was makes the command fail, so that a script notices. */
export const printFindings = async (options: Output, findings: AsyncIterable<Finding>): Promise<void> => {
  let found = 0
  let repaired = 0
  for await (const finding of findings) {
    found++
    if (finding.repaired) repaired++
    print(options, finding, findingText(finding))
  }
  note(found === 0 ? 'All is in order.' : `${found} found, ${repaired} of them repaired.`)
  if (found > repaired) process.exitCode = 1
}

interface VerifyOptions extends Options {
  readonly repair?: boolean
  readonly from?: string
}

/** What is found, page by page; where it stops, how to go on. */
export async function* findingsOf(
  api: OperatorApi,
  reach: Reach,
  id: string,
  { repair = false, from }: Pick<VerifyOptions, 'repair' | 'from'>,
) {
  let cursor = from ?? null
  let rows = 0
  try {
    do {
      const page: Awaited<ReturnType<OperatorApi['verify']>> = await api.verify(id, repair, cursor)
      yield* page.findings
      rows += page.rows
      progress('verified', rows, page.rows)
      cursor = page.nextCursor
    } while (cursor !== null)
  } catch (error) {
    if (cursor !== null && rows > 0) {
      const mending = repair ? '--repair' : undefined
      const rest = nextCommand(reach, 'tenant', 'verify', id, mending, '--from', cursor)
      note(`It stopped after ${counted(rows, 'rows')}. This goes on: ${rest}`)
    }
    throw error
  }
}

const verify = (id: string, { repair = false, from, ...options }: VerifyOptions) =>
  withOperatorApi(options, (api) =>
    printFindings(options, findingsOf(api, options, id, { repair, ...(from !== undefined && { from }) })),
  )

export const addDataCommands = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(tenant.command('export').argument('<id>', 'id of the tenant'))
    .description('write everything but keys to a file, one JSON line a row')
    .requiredOption('--to <file>', 'file to write')
    .option('--force', 'overwrite the file')
    .action((id: string, _options, command: Command) => exportTo(id, command.optsWithGlobals()))
  withReach(tenant.command('restore'))
    .description('put an export back; repeating it goes on where it stopped')
    .requiredOption('--from <file>', 'file to read')
    .option(
      '--place <json>',
      'where it is to live, such as {"shape": "object"}; default: where those do that have no other',
    )
    .option('--dry-run', 'check the file and the tenant as the real run does, and write nothing')
    .option('--unended', 'the file was exported before there was a last line with the number of rows')
    .action((_options, command: Command) => restoreFrom(command.optsWithGlobals()))
  withReach(tenant.command('verify').argument('<id>', 'id of the tenant'))
    .description('hold records against the schema, and match keys against records')
    .option('--repair', 'mend the match keys that can be mended')
    .option('--from <cursor>', 'go on where an earlier one stopped, as it said')
    .action((id: string, _options, command: Command) => verify(id, command.optsWithGlobals()))
}
