import type { Command } from 'commander'
import { organizationStatuses, type TenantStatus } from '../../../schema/schema.ts'
import { PROGRAM } from '../../../storage/program/version.ts'
import { sentenceOf } from '../../failure.ts'
import { type OperatorApi, type ToldTenant, withOperatorApi } from '../../operator-api.ts'
import { counted, note, type Output, print, wholeNumber } from '../../output.ts'
import type { Reach } from '../../target.ts'

/** Brings the databases of tenants up to date ahead of their next request, so many at a time. */

interface MigrateOptions extends Reach, Output {
  readonly all?: boolean
  readonly wave: string
  readonly dryRun?: boolean
  readonly keepGoing?: boolean
}

/** `skipped`: by the directory it was brought to this program before; `due`: it would be migrated. */
const results = ['migrated', 'skipped', 'left out', 'due', 'failed', 'not tried'] as const

interface Outcome {
  readonly id: string
  readonly name: string
  readonly result: (typeof results)[number]
  readonly applied?: readonly string[]
  readonly reason?: string
}

const migrateOne = async (api: OperatorApi, { id, name }: ToldTenant, dryRun: boolean): Promise<Outcome> => {
  try {
    const { applied } = await api.migrate(id, { dryRun })
    return { id, name, result: dryRun ? 'due' : 'migrated', applied }
  } catch (error) {
    return { id, name, result: 'failed', reason: sentenceOf(error) }
  }
}

const outcomeText = ({ id, name, result, applied = [], reason }: Outcome): string => {
  const detail = reason ?? applied.join(', ')
  return [id, result === 'failed' ? 'FAILED' : result, ...(detail === '' ? [] : [detail]), name].join('\t')
}

/** One whose creation was interrupted may have no database to migrate: creating it again does that. */
const leftOut: Partial<Record<TenantStatus, string>> = {
  creating: 'its creation was interrupted: "tenant get" says how to finish it',
  erasing: 'it is being erased',
}

/** Of the directory alone are those whose organisation is not there yet, and those of whom nothing is to be there any more. */
const hasOrganization = ({ status }: ToldTenant): boolean => organizationStatuses.some((one) => one === status)

const chosen = async (api: OperatorApi, ids: readonly string[], all: boolean): Promise<readonly ToldTenant[]> => {
  const tenants: ToldTenant[] = []
  if (all) for await (const tenant of api.list()) tenants.push(tenant)
  else for (const id of ids) tenants.push(await api.get(id))
  return tenants
}

/** Of the database that tenants share nobody tells but itself: those who were to come there have not come so far. */
const tellOfShared = async (api: OperatorApi, tenants: readonly ToldTenant[]): Promise<void> => {
  const fault = await api.sharedFault()
  if (fault === undefined) return
  note(`${fault}.`)
  if (tenants.some(({ place }) => place.shape === 'shared')) process.exitCode = 1
}

/**
 * What has this build's program is skipped, unless all are to be asked; where the deployment is of another build than this command, nothing is, and
 * doing it again changes nothing.
 */
const migrateAll = async (
  api: OperatorApi,
  tenants: readonly ToldTenant[],
  {
    size,
    dryRun,
    keepsGoing,
    asksAll,
  }: { readonly size: number; readonly dryRun: boolean; readonly keepsGoing: boolean; readonly asksAll: boolean },
  tell: (outcome: Outcome) => void,
): Promise<void> => {
  const isSkipped = ({ program }: ToldTenant) => program === PROGRAM && !asksAll
  const due = tenants.filter((tenant) => hasOrganization(tenant) && !isSkipped(tenant))
  for (const tenant of tenants) {
    const { id, name, status } = tenant
    if (!hasOrganization(tenant)) tell({ id, name, result: 'left out', reason: leftOut[status] ?? status })
    else if (isSkipped(tenant)) tell({ id, name, result: 'skipped' })
  }
  let hasFailed = false
  for (let start = 0; start < due.length; start += size) {
    const wave = due.slice(start, start + size)
    if (hasFailed && !keepsGoing) {
      for (const { id, name } of wave) tell({ id, name, result: 'not tried' })
      continue
    }
    const work = wave.map(async (tenant) => {
      const outcome = await migrateOne(api, tenant, dryRun)
      hasFailed ||= outcome.result === 'failed'
      tell(outcome)
    })
    await Promise.all(work)
    note(`Wave ${start / size + 1} of ${Math.ceil(due.length / size)} done.`)
  }
}

const migrate = (ids: readonly string[], options: MigrateOptions) => {
  const { all = false, wave, dryRun = false, keepGoing = false } = options
  if (all === ids.length > 0) throw new Error('Name tenants by their ids, or say --all.')
  const size = wholeNumber('--wave', wave, 1)
  const counts: Record<string, number> = {}
  const tell = (outcome: Outcome) => {
    counts[outcome.result] = (counts[outcome.result] ?? 0) + 1
    print(options, outcome, outcomeText(outcome))
  }
  return withOperatorApi(options, async (api) => {
    const tenants = await chosen(api, ids, all)
    await migrateAll(api, tenants, { size, dryRun, keepsGoing: keepGoing, asksAll: !all }, tell)
    const told = results.filter((result) => counts[result]).map((result) => `${counts[result]} ${result}`)
    note(`${counted(tenants.length, 'tenants')}: ${told.join(', ') || 'nothing to do'}.`)
    if (all) await tellOfShared(api, tenants)
    if (!counts.failed) return
    note(`Mend what failed, and repeat the command${dryRun ? '' : ': what is done is skipped'}.`)
    process.exitCode = 1
  })
}

export const addMigrateCommand = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(tenant.command('migrate').argument('[ids...]', 'ids of tenants'))
    .description('bring the databases of tenants up to date ahead of their next request, in waves')
    .option('--all', 'of all tenants')
    .option('--wave <size>', 'so many at a time; after a wave with a failure no other begins', '10')
    .option('--keep-going', 'begin further waves after a failure')
    .option('--dry-run', 'ask each that is due what would be applied, and change nothing')
    .action((ids: readonly string[], _options, command: Command) => migrate(ids, command.optsWithGlobals()))
}
