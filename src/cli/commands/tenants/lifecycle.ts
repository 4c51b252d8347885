import { type Command, Option } from 'commander'
import { v7 } from 'uuid'
import type { NewTenant } from '../../../admin/tenants.ts'
import { type HistoryMode, historyModes } from '../../../schema/schema.ts'
import { sentenceOf } from '../../failure.ts'
import { requireNewFile } from '../../files.ts'
import { ApiError, type OperatorApi, type ToldTenant, withOperatorApi } from '../../operator-api.ts'
import type { Reach } from '../../operator-transport.ts'
import { note, type Output, print, wholeNumber } from '../../output.ts'
import { parsedPlace, writeExport } from './data.ts'
import { tenantText } from './look.ts'

/** From the creation of a tenant to its end. */

type Options = Reach & Output

interface CreateOptions extends Options {
  readonly name: string
  readonly id?: string
  readonly crmMode: 'b2b' | 'b2c'
  readonly history?: HistoryMode
  readonly defaultCountry?: string
  readonly place?: string
}

interface DeleteOptions extends Options {
  readonly waitDays: string
  /** Where the final export goes; false: nowhere; absent: nobody has said. */
  readonly export?: string | false
  readonly force?: boolean
  readonly abandon?: boolean
}

const printKey = (options: Output, made: NewTenant) => {
  print(options, made, `Tenant:              ${made.id}\nAdministrator's key: ${made.adminKey}`)
  note('The key is shown this once.')
}

/** The id is made here, so that whatever interrupts the creation, the command can say how to go on with it. */
const create = ({ name, id = v7(), crmMode, history, defaultCountry, place, ...options }: CreateOptions) => {
  const tenant = {
    id,
    name,
    crmMode,
    ...(history !== undefined && { history }),
    ...(defaultCountry !== undefined && { defaultCountry }),
    ...(place !== undefined && { place: parsedPlace(place) }),
  }
  const make = async (api: OperatorApi) => {
    const made = await api.create(tenant).catch((error: unknown) => {
      const isRefused = error instanceof ApiError && error.status < 500
      throw isRefused ? error : new Error(`${sentenceOf(error)} The same command with --id ${id} goes on.`)
    })
    printKey(options, made)
  }
  return withOperatorApi(options, make, { mayBeNew: true })
}

const key = (id: string, { name, ...options }: Options & { readonly name: string }) =>
  withOperatorApi(options, async (api) => printKey(options, await api.issueKey(id, name)))

const change = (options: Options, work: (api: OperatorApi) => Promise<ToldTenant>) =>
  withOperatorApi(options, async (api) => {
    const tenant = await work(api)
    print(options, tenant, tenantText(tenant))
    if (tenant.notReached !== undefined) note(tenant.notReached)
  })

/** Suspended first, so that nothing is written behind the page that it would have been on; as before, if it fails. */
const exportFinally = async (api: OperatorApi, id: string, path: string) => {
  const { status } = await api.get(id)
  if (status === 'active') await api.suspend(id)
  try {
    await writeExport(api, id, path)
  } catch (error) {
    if (status === 'active') await api.resume(id)
    throw error
  }
}

/** What can still be done. */
const afterDeletion = async (api: OperatorApi, { id, eraseAt }: ToldTenant): Promise<string> => {
  if (eraseAt !== null && Date.parse(eraseAt) > Date.now())
    return `Until ${eraseAt} "npm run admin -- tenant resume ${id}" takes it back.`
  const isGone = await api.get(id).then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.code === 'not_found',
  )
  return isGone
    ? 'Its creation was never finished: nothing of it is left, and its id is free.'
    : `The next upkeep erases it; until that has begun, "npm run admin -- tenant resume ${id}" takes it back.`
}

const remove = (id: string, { waitDays, export: path, force = false, abandon = false, ...options }: DeleteOptions) => {
  if (path === undefined)
    throw new Error('Say --export <file>, where the final export goes, or --no-export if nobody will want it back.')
  const days = wholeNumber('--wait-days', waitDays, 0)
  return change(options, async (api) => {
    const { status } = await api.get(id)
    // Of one that was never finished there is nothing to export.
    if (path !== false && status !== 'creating') {
      requireNewFile(path, force)
      await exportFinally(api, id, path)
    }
    const tenant = await api.delete(id, days, abandon)
    if (tenant.notReached === undefined) note(await afterDeletion(api, tenant))
    return tenant
  })
}

interface MoveOptions extends Options {
  readonly to?: string
  readonly back?: boolean
}

/** Asks for piece after piece; interrupted, the same command goes on. */
const move = (id: string, { to, back = false, ...options }: MoveOptions) => {
  if (to !== undefined && back) throw new Error('Say either --to <json>, where it is to live, or --back.')
  const place = to === undefined ? undefined : parsedPlace(to)
  return withOperatorApi(options, async (api) => {
    let phase = ''
    for (;;) {
      const told = await (back ? api.moveBack(id) : api.move(id, place))
      if (told.phase !== phase) note(`${told.phase}: ${told.copied} rows copied, ${told.caughtUp} caught up with`)
      phase = told.phase
      if (!told.isOver) continue
      print(options, told, told.failure ?? (phase === 'keep' ? 'It lives at its new place.' : 'It is where it was.'))
      if (told.failure !== null) process.exitCode = 1
      return
    }
  })
}

const rewind = (id: string, { to, ...options }: Options & { readonly to: string }) =>
  withOperatorApi(options, async (api) => {
    await api.rewind(id, to)
    print(options, { id, to }, `${id} is as it was at ${to}.`)
  })

export const addLifecycleCommands = (tenant: Command, withReach: (command: Command) => Command): void => {
  const withTenant = (name: string) => withReach(tenant.command(name).argument('<id>', 'id of the tenant'))
  withReach(tenant.command('create'))
    .description('create an organisation and print the key of its first administrator')
    .requiredOption('--name <name>', 'name of the organisation')
    .option('--id <uuid>', 'id of the organisation; default: a new one')
    .option('--crm-mode <mode>', 'b2b or b2c', 'b2b')
    .addOption(new Option('--history <mode>', 'what is kept of every change').choices([...historyModes]))
    .option('--default-country <code>', 'where national phone numbers are from, such as DE')
    .option('--place <json>', 'where it lives, such as {"shape": "object"}; default: where those do that have no other')
    .action((_options, command: Command) => create(command.optsWithGlobals()))
  withTenant('suspend')
    .description('serve it no longer, from its next request on')
    .action((id: string, _options, command: Command) => change(command.optsWithGlobals(), (api) => api.suspend(id)))
  withTenant('resume')
    .description('serve again what was suspended, or deleted and is not erased yet')
    .action((id: string, _options, command: Command) => change(command.optsWithGlobals(), (api) => api.resume(id)))
  withTenant('key')
    .description("issue another administrator's key, and print it")
    .requiredOption('--name <name>', 'what the key is for; no two current keys have one name')
    .action((id: string, _options, command: Command) => key(id, command.optsWithGlobals()))
  withTenant('move')
    .description('move it to another place, while it is written to; the same command again goes on')
    .option('--to <json>', 'where it is to live, such as {"shape": "object"}; default: go on with the move under way')
    .option('--back', 'take a move back that is not over')
    .action((id: string, _options, command: Command) => move(id, command.optsWithGlobals()))
  withTenant('rewind')
    .description('take its data back to what it was at a time; for tenants in objects')
    .requiredOption('--to <time>', 'such as 2026-01-31T09:30:00Z')
    .action((id: string, _options, command: Command) => rewind(id, command.optsWithGlobals()))
  withTenant('delete')
    .description('serve it no longer, and erase everything of it when the waiting time is over')
    .requiredOption('--wait-days <days>', 'for how long it can be taken back', '30')
    .option('--export <file>', 'where everything of it goes first')
    .option('--no-export', 'keep nothing')
    .option('--force', 'overwrite the file')
    .option('--abandon', 'if its database does not answer, remove the tenant from the directory and erase nothing')
    .action((id: string, _options, command: Command) => remove(id, command.optsWithGlobals()))
}
