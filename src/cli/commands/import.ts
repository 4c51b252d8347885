import type { Command } from 'commander'
import { type ApiOptions, accessOf } from '../api.ts'
import { SOME_LEFT } from '../exit-errors.ts'
import type { Finished, RunOptions } from '../import/run.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print } from '../output.ts'
import type { Reach } from '../target.ts'
import { untilBegun } from '../until-begun.ts'
import { withReading, withUsageCode } from './reading-options.ts'

/** A file to records, by a key of the organisation. docs/importing.md has the rules. */

export interface ImportCommandOptions extends RunOptions, ApiOptions, Output {}

/** What came of it. @param more to be told besides: for programs, and for people */
export const printFinished = (
  { importId, report, refusedFile, sentTwice }: Finished,
  options: ImportCommandOptions,
  more: { readonly result: object; readonly lines: readonly string[] } = { result: {}, lines: [] },
): void => {
  const { dryRun = false } = options
  const { counts, examples } = report
  const done = { importId, ...counts, refusedFile, ...(sentTwice && { sentTwice }) }
  const result = dryRun ? { dryRun, ...counts, examples } : done
  print(options, { ...result, ...more.result }, [report.text(dryRun), ...more.lines].join('\n'))
}

/** @param hasWritten whether anything is known that could be taken back */
export const noteNext = (
  { importId, options, refusedFile, sameReading, sentTwice }: Finished,
  reach: Reach,
  hasWritten: boolean,
): void => {
  if (refusedFile !== null) {
    const about = ['--object', options.object, '--match', options.match, ...sameReading]
    const command = nextCommand(reach, 'import', refusedFile, ...about)
    note(`What is not in, and why, is in ${refusedFile}. Mend it, then: ${command}`)
  }
  const { dryRun = false } = options
  if (sentTwice && !dryRun)
    note(
      'Some of it was sent twice, since an answer was lost or an earlier run was broken off: what the first time wrote counts as unchanged here, and what it archived is not counted.',
    )
  if (!dryRun && (hasWritten || sentTwice))
    note(`To see what taking it back would do: ${nextCommand(reach, 'undo', importId)}`)
}

const importFile = (file: string, options: ImportCommandOptions): Promise<void> =>
  untilBegun(async (begun) => {
    const { openSource } = await import('../import/reading/source.ts')
    const { runImport } = await import('../import/run.ts')
    const { reach, ...into } = accessOf(options, 'read and write its records')
    const source = await openSource(file)
    const finished = await runImport(source, file, into, options, { begun }).finally(() => source.close())
    const { counts } = finished.report
    printFinished(finished, options)
    noteNext(finished, reach, counts.created + counts.updated > 0)
    if (counts.refused + counts.incomplete > 0) process.exitCode = SOME_LEFT
  })

export const addImportCommand = (program: Command): void => {
  withUsageCode(withReading(program.command('import')))
    .argument('<file>', 'CSV, TSV, JSON or NDJSON, gzipped or not; - is what is piped in')
    .description('import a file into the records of an object, by a key of the organisation (API_KEY)')
    .action(importFile)
}
