import type { Command } from 'commander'
import { isQuiet, isServed } from '../../../schema/schema.ts'
import { WAIT_DAYS } from '../../../tenants/directory.ts'
import { sentenceOf } from '../../failure.ts'
import { requireNewFile } from '../../files.ts'
import { nextCommand } from '../../next-command.ts'
import { ApiError, type OperatorApi, type ToldTenant } from '../../operator-api.ts'
import { note, type Output, wholeNumber } from '../../output.ts'
import type { Reach } from '../../target.ts'
import { writeExport } from './data.ts'
import { change, dryRunOption } from './look.ts'

/** The end of a tenant: its final export, and what can still be done afterwards. */

interface DeleteOptions extends Reach, Output {
  readonly waitDays: string
  /** Where the final export goes; false: nowhere; absent: nobody has said. */
  readonly export?: string | false
  readonly force?: boolean
  readonly abandon?: boolean
  readonly dryRun?: boolean
}

/** Nothing has been changed yet. @throws Error that says what can be done where its database does not answer */
const requireExport = async (api: OperatorApi, reach: Reach, id: string): Promise<void> => {
  try {
    await api.hasExport(id)
  } catch (error) {
    const isAway =
      error instanceof ApiError && (error.status >= 500 || ['not_found', 'unusable_place'].includes(error.code ?? ''))
    if (!isAway) throw error
    const without = (...more: readonly string[]) =>
      `"${nextCommand(reach, 'tenant', 'delete', id, '--no-export', ...more)}"`
    throw new Error(
      `There is no final export of what cannot be reached, and nothing was changed: ${sentenceOf(error)} The same command does it once the database is back. ${without()} deletes it then, without one; ${without('--abandon')} gives up a database that is gone for good.`,
      { cause: error },
    )
  }
}

/** Suspended first, so that nothing is written behind the page that it would have been on; as before, if it fails. */
const exportFinally = async (api: OperatorApi, reach: Reach, id: string, path: string) => {
  const { status, eraseAt } = await api.get(id)
  await requireExport(api, reach, id)
  // Also one that is suspended: its organisation may not have heard of it.
  if (isQuiet(status) && eraseAt === null) await api.suspend(id)
  try {
    await writeExport(api, id, path)
  } catch (error) {
    if (isServed(status))
      await api.resume(id).catch(() => {
        throw new Error(
          `${sentenceOf(error)} It is suspended: "${nextCommand(reach, 'tenant', 'resume', id)}" has it served again.`,
          { cause: error },
        )
      })
    throw error
  }
}

/** What can still be done. @param before the status that it had */
const afterDeletion = async (
  api: OperatorApi,
  reach: Reach,
  { id, eraseAt }: ToldTenant,
  before: ToldTenant['status'],
): Promise<string> => {
  const resume = nextCommand(reach, 'tenant', 'resume', id)
  if (eraseAt !== null && Date.parse(eraseAt) > Date.now()) return `Until ${eraseAt} "${resume}" takes it back.`
  const isGone = await api.get(id).then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.code === 'not_found',
  )
  if (!isGone) return `The next upkeep erases it; until that has begun, "${resume}" takes it back.`
  const why = before === 'creating' ? 'Its creation was never finished' : 'The upkeep has erased it'
  return `${why}: nothing of it is left, and its id is free.`
}

const remove = (id: string, options: DeleteOptions) => {
  const { waitDays, export: path, force = false, abandon = false, dryRun = false, ...reach } = options
  if (path === undefined)
    throw new Error('Say --export <file>, where the final export goes, or --no-export if nobody will want it back.')
  const days = wholeNumber('--wait-days', waitDays, 0)
  const work = async (api: OperatorApi) => {
    const { status } = await api.get(id)
    // Of one that was never finished there is nothing to export.
    if (path !== false && status !== 'creating') {
      requireNewFile(path, force)
      await (dryRun ? requireExport(api, reach, id) : exportFinally(api, reach, id, path))
    }
    const tenant = await api.delete(id, days, { abandon, dryRun })
    if (tenant.notReached === undefined && !dryRun) note(await afterDeletion(api, reach, tenant, status))
    return tenant
  }
  return change(reach, work, { dryRun })
}

export const addDeleteCommand = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(tenant.command('delete').argument('<id>', 'id of the tenant'))
    .description('serve it no longer, and erase everything of it when the waiting time is over')
    .requiredOption('--wait-days <days>', 'for how long it can be taken back', String(WAIT_DAYS))
    .option('--export <file>', 'where everything of it goes first')
    .option('--no-export', 'keep nothing')
    .option('--force', 'overwrite the file')
    .addOption(dryRunOption())
    .option('--abandon', 'if its database does not answer, remove the tenant from the directory and erase nothing')
    .action((id: string, _options, command: Command) => remove(id, command.optsWithGlobals()))
}
