import type { Command } from 'commander'
import { type Authority, asOperator } from '../../admin/authority.ts'
import { exportOrganization, restoreOrganization } from '../../admin/export.ts'
import { type Finding, verifyOrganization } from '../../admin/verify.ts'
import { readJsonLines, writeLines } from '../files.ts'
import { type Target, withDatabase } from '../open.ts'

interface DataOptions extends Target {
  readonly organization: string
}

const PROGRESS_EVERY = 10_000

/** Progress goes to stderr, so that stdout can be a pipe. */
const progress = (what: string, count: number) => {
  if (count % PROGRESS_EVERY === 0 && count > 0) console.error(`${what}: ${count} rows`)
}

const exportTo = ({ organization, to, ...target }: DataOptions & { readonly to: string }) =>
  withDatabase(target, async (driver) => {
    let rows = 0
    async function* lines() {
      for await (const line of exportOrganization(asOperator(driver, organization))) {
        yield JSON.stringify(line)
        progress('exported', ++rows)
      }
    }
    await writeLines(to, lines())
    console.log(`${rows} rows in ${to}. Keys are not in it: issue new ones after a restore.`)
  })

const restoreFrom = async ({
  from,
  dryRun = false,
  ...target
}: Target & { readonly from: string; readonly dryRun?: boolean }) => {
  const restored = await withDatabase(target, (driver) =>
    restoreOrganization(driver, readJsonLines(from), { dryRun, progress: (rows) => progress('restored', rows) }),
  )
  const counts = Object.entries(restored.rows).map(([table, count]) => `${count} ${table}`)
  console.log(`${dryRun ? 'Would restore' : 'Restored'} organisation ${restored.organizationId}: ${counts.join(', ')}`)
}

const sentenceOf = ({ object, name, kind, value, recordIds, repaired }: Finding): string => {
  const records = recordIds.length > 0 ? ` (record ${recordIds.join(', record ')})` : ''
  return `${object}.${name}: ${kind.replace('_', ' ')} ${value}${records}${repaired ? ', repaired' : ''}`
}

/** Prints what is found. Whatever is left as it was makes the command fail, so that a script notices. */
export const verify = async (authority: Authority, { repair = false }: { readonly repair?: boolean }) => {
  let found = 0
  let repaired = 0
  for await (const finding of verifyOrganization(authority, { repair })) {
    found++
    if (finding.repaired) repaired++
    console.log(sentenceOf(finding))
  }
  console.log(found === 0 ? 'All is in order.' : `${found} found, ${repaired} of them repaired.`)
  if (found > repaired) process.exitCode = 1
}

const verifyDatabase = ({ organization, repair = false, ...target }: DataOptions & { readonly repair?: boolean }) =>
  withDatabase(target, (driver) => verify(asOperator(driver, organization), { repair }))

export const addDataCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  withTarget(program.command('export'))
    .description('write an organisation to a file, one JSON line a row')
    .requiredOption('--organization <uuid>', 'id of the organisation')
    .requiredOption('--to <file>', 'file to write')
    .action((_options, command: Command) => exportTo(command.optsWithGlobals()))
  withTarget(program.command('restore'))
    .description('put an export into a database; repeating it goes on where it stopped')
    .requiredOption('--from <file>', 'file to read')
    .option('--dry-run', 'read and count only')
    .action((_options, command: Command) => restoreFrom(command.optsWithGlobals()))
  withTarget(program.command('verify'))
    .description('hold records against the schema, and match keys against records')
    .requiredOption('--organization <uuid>', 'id of the organisation')
    .option('--repair', 'mend the match keys that can be mended')
    .action((_options, command: Command) => verifyDatabase(command.optsWithGlobals()))
}
