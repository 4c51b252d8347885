import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { AuthenticationError, type EdgeUpsert, PermissionError } from '../../client/index.ts'
import { newImportId } from '../../import/import-id.ts'
import { type ImportOptions, readingNames } from '../../import/options.ts'
import type { Prepared } from '../../import/prepare.ts'
import { readingSaid } from '../../import/reading-said.ts'
import { sendRows } from '../../import/send.ts'
import { clientAt } from '../api.ts'
import { UsageError } from '../exit-errors.ts'
import { sentenceOf } from '../failure.ts'
import { isSameFile } from '../files.ts'
import { LostAnswers } from '../lost-answers.ts'
import { counted, note } from '../output.ts'
import { Checkpoint, lockRefused } from './checkpoint.ts'
import { interruptible } from './interrupt.ts'
import { Missing, type MissingReport, type MissingRules } from './missing.ts'
import { BadCellError, prepare, readingOf, readRows, sameReading } from './prepare.ts'
import { ProgressLine } from './progress-line.ts'
import { openTable } from './reading/open.ts'
import { type Source, SourceChangedError } from './reading/source.ts'
import { remember, requireNoOther, withKept, writeReading } from './reading-file.ts'
import { RefusedFile, refusedPath } from './refused-file.ts'
import { Report } from './report.ts'

/** One run of an import: from where an earlier one was broken off, to its end or to where this one is. */

export interface RunOptions extends ImportOptions {
  readonly dryRun?: boolean
  readonly refused?: string
  readonly force?: boolean
  readonly restart?: boolean
  readonly saveMapping?: string
}

/** Whose records, and where: a file that is imported into two places is two imports. */
export interface Into {
  readonly url: string
  readonly key: string
}

export interface Finished {
  readonly importId: string
  /** With what was kept of how columns are read. */
  readonly options: RunOptions
  /** The options by which a file with the same columns is read alike. */
  readonly sameReading: readonly string[]
  readonly report: Report
  /** Where refused rows are; null where there are none. */
  readonly refusedFile: string | null
  /** Of a synchronisation. */
  readonly missing: MissingReport | undefined
  /** Whether some of it was sent twice, so that what was written the first time is not among the counts. */
  readonly sentTwice: boolean
}

export interface Running {
  /** Is called right before the first request that may write. */
  readonly begun: () => void
  /** Of a synchronisation: what becomes of records that the file does not have. */
  readonly rules?: MissingRules
}

/** Rows between two checkpoints: so many more, and those under way, are sent twice at most. */
const CHECKPOINT_ROWS = 1_000

/** All that decides what is sent and where it goes, the key among it: what is kept of it tells nothing of the key. */
const identityOf = async (
  source: Source,
  { url, key }: Into,
  prepared: Prepared,
  refused: string,
  options: RunOptions,
) => {
  const { mapping, object, keys } = prepared
  const columns = mapping.columns.map(({ name, attribute, relatedBy }) => [name, attribute.slug, relatedBy])
  const said = readingNames.map((name) => options[name] ?? null)
  return [await source.fingerprint(), url, key, object.slug, keys, columns, said, resolve(refused)]
}

/** Without what else could be done: where it is kept is nobody's choice. */
const noteUnkept = (error: unknown): void => {
  const reason = error instanceof Error && error.cause !== undefined ? error.cause : error
  note(`How far it is cannot be kept (${sentenceOf(reason)}): if it is broken off, it begins anew.`)
}

interface Kept {
  readonly checkpoint: Checkpoint
  release(): void
}

/** Undefined where nothing can be kept: the import runs all the same. @throws UsageError while the same runs */
const keptOf = (identity: readonly unknown[], refused: string, anew: boolean): Kept | undefined => {
  let releaseRefused: (() => void) | undefined
  try {
    const checkpoint = Checkpoint.open(identity, anew)
    try {
      releaseRefused = lockRefused(refused)
    } catch (error) {
      checkpoint.release()
      throw error
    }
    return {
      checkpoint,
      release() {
        releaseRefused?.()
        checkpoint.release()
      },
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    noteUnkept(error)
    return undefined
  }
}

interface Ready extends Pick<Running, 'begun'> {
  readonly client: EdgeUpsert
  readonly lost: LostAnswers
  readonly prepared: Prepared
  readonly options: RunOptions
  readonly missing: Missing | undefined
}

const told = ({ prepared, options, missing, lost }: Ready, importId: string, report: Report) => ({
  importId,
  options,
  report,
  sameReading: sameReading(options, prepared),
  missing: missing?.report,
  sentTwice: lost.any,
})

/** What the key may not do is not begun, and the same again will not do. */
const isNotAllowed = (error: unknown): boolean =>
  error instanceof PermissionError || error instanceof AuthenticationError

/** @param rows that have been answered. @throws UsageError for what was not begun */
const failedAfter = (rows: number, error: unknown): unknown =>
  rows === 0 && isNotAllowed(error) ? new UsageError(sentenceOf(error), { cause: error }) : error

const dryRunOf = async (running: Ready): Promise<Finished> => {
  const { client, prepared, missing, begun } = running
  const report = new Report()
  const line = new ProgressLine('looked at', prepared.rowCount, 0)
  const object = prepared.object.slug
  const sending = { object, importId: newImportId(object), dryRun: true }
  await missing?.begin(client, object)
  begun()
  await sendRows(client, readRows(prepared, 0), prepared.mapping, sending, (result) => {
    report.add(result)
    missing?.add(result)
    line.show(report.counts.rows)
  })
    .catch((error) => {
      throw failedAfter(report.counts.rows, error)
    })
    .finally(() => line.end())
  await missing?.end(client, { ...sending, counts: report.counts })
  return { ...told(running, sending.importId, report), refusedFile: null }
}

interface Real extends Ready {
  readonly checkpoint: Checkpoint | undefined
  /** Of the file of refused rows: where it is, and who may read it. */
  readonly path: string
  readonly mode: number | undefined
}

/** The file is going to be another one. */
const isOfFile = (error: unknown): boolean => error instanceof BadCellError || error instanceof SourceChangedError

const realRunOf = async (running: Real): Promise<Finished> => {
  const { client, prepared, missing, checkpoint, path, options, mode, begun, lost } = running
  const { table, mapping, rowCount } = prepared
  const object = prepared.object.slug
  const found = checkpoint?.found
  const importId = found?.importId ?? newImportId(object)
  const before = found?.rows ?? 0
  const report = new Report(found?.counts)
  let isKept = checkpoint !== undefined
  const keep = () => {
    if (!checkpoint || !isKept) return
    try {
      missing?.keep()
      checkpoint.keep({ importId, rows: report.counts.rows, counts: report.counts, refused: refused.kept })
    } catch (error) {
      isKept = false
      missing?.keepNothing()
      checkpoint.forget()
      noteUnkept(error)
    }
  }
  const mayOverwrite = options.force === true || options.restart === true
  const refused = RefusedFile.of(path, table, { kept: found?.refused, mayOverwrite, mode, onMade: keep })
  note(
    `Import ${importId}: ${counted(rowCount, 'rows')}${found ? `, of which ${before} have been sent by an earlier run` : ''}.`,
  )
  remember(options.object, table.columns, readingSaid(options))
  await missing?.begin(client, object, checkpoint)
  const line = new ProgressLine('imported', rowCount, before)
  // An interruption before the first answer has an import id to go on with, too.
  keep()
  try {
    await interruptible(async (signal) => {
      const sending = { object, importId, dryRun: false, signal }
      begun()
      await sendRows(client, readRows(prepared, before), mapping, sending, (result) => {
        // A row counts when it is written down: what cannot be is told of again by the next run.
        if (result.bad.length > 0) refused.add(result)
        report.add(result)
        missing?.add(result)
        const { rows } = report.counts
        if (rows % CHECKPOINT_ROWS === 0) keep()
        line.show(rows)
      })
      line.end()
      await missing?.end(client, { ...sending, counts: report.counts })
    })
    checkpoint?.forget()
  } catch (error) {
    line.end()
    const failure = failedAfter(report.counts.rows, error)
    const hasEnded = isOfFile(error) || failure !== error
    if (hasEnded) checkpoint?.forget()
    else keep()
    if (isKept && !hasEnded)
      note(`${report.counts.rows} of ${counted(rowCount, 'rows')} have been sent; the same command goes on from there.`)
    throw failure
  } finally {
    line.end()
    refused.close()
  }
  const refusedFile = refused.hasRows ? path : null
  return { ...told(running, importId, report), refusedFile, sentTwice: found !== undefined || lost.any }
}

/** What is refused of a file is for those who may read the file. Undefined: it is none. */
const modeOf = ({ path }: Source): number | undefined => {
  const file = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  return file?.isFile() ? file.mode & 0o777 : undefined
}

/** @throws UsageError for an option that names what is read, or what another option names */
const requireOwnFiles = ({ path }: Source, refused: string, { mapping, saveMapping }: RunOptions): void => {
  const written = { '--refused': refused, '--save-mapping': saveMapping }
  for (const [flag, one] of Object.entries(written))
    if (one !== undefined && path !== undefined && isSameFile(one, path))
      throw new UsageError(`${flag}: ${one} is what is read, and would be overwritten: name another file.`)
  const other = [mapping, saveMapping].find((one) => one !== undefined && isSameFile(one, refused))
  if (other !== undefined)
    throw new UsageError(`--refused: ${refused} is the file of a mapping, and would be overwritten: name another file.`)
  if (saveMapping !== undefined) requireNoOther(saveMapping)
}

/**
 * @param file as it was named; `-` is what is piped in
 * @throws UsageError when it cannot begin; Error when it cannot go on; InterruptedError
 */
export const runImport = async (
  source: Source,
  file: string,
  into: Into,
  said: RunOptions,
  { begun, rules }: Running,
): Promise<Finished> => {
  const { dryRun = false, restart = false, saveMapping } = said
  const lost = new LostAnswers()
  const client = clientAt(into, lost.onRetry)
  const table = await openTable(source, said)
  const path = said.refused ?? refusedPath(file, table)
  requireOwnFiles(source, path, said)
  const options = withKept(said, table.columns)
  const prepared = await prepare(client, table, options)
  const missing = rules && new Missing(rules)
  const running = { client, lost, prepared, options, missing, begun }
  if (saveMapping !== undefined) writeReading(saveMapping, readingOf(options, prepared))
  if (dryRun) return dryRunOf(running)
  const identity = [...(await identityOf(source, into, prepared, path, options)), rules ?? null]
  const kept = keptOf(identity, path, restart)
  try {
    return await realRunOf({ ...running, checkpoint: kept?.checkpoint, path, mode: modeOf(source) })
  } finally {
    kept?.release()
  }
}
