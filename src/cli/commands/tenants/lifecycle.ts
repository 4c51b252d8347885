import type { Command } from 'commander'
import { v7 } from 'uuid'
import type { NewTenant } from '../../../admin/tenants.ts'

import { sentenceOf } from '../../failure.ts'
import { ApiError, type OperatorApi, withOperatorApi } from '../../operator-api.ts'
import { counted, note, type Output, print } from '../../output.ts'
import type { Reach } from '../../target.ts'
import { createCommand } from './create-command.ts'
import { parsedPlace } from './data.ts'
import { change, dryRunOption, livesThere, phaseText } from './look.ts'
import { type SettingOptions, settingsIn, withSettings } from './setting-options.ts'

/** Tenants come, are changed, and go elsewhere. */

type Options = Reach & Output

interface CreateOptions extends Options, SettingOptions {
  readonly name: string
  readonly id?: string
  readonly place?: string
}

const printKey = (options: Output, made: NewTenant) => {
  print(options, made, `Tenant:              ${made.id}\nAdministrator's key: ${made.adminKey}`)
  note('The key is shown this once.')
}

/** Refusals behind which the creation is begun, and goes on once what they name is mended. */
const unfinished: ReadonlySet<string> = new Set(['unusable_place', 'migration_failed'])

/** The id is made here, so that whatever interrupts the creation, the command can say how to go on with it. */
const create = ({ name, id = v7(), place, ...options }: CreateOptions) => {
  const tenant = {
    id,
    name,
    ...settingsIn(options),
    ...(place !== undefined && { place: parsedPlace('--place', place) }),
  }
  const make = async (api: OperatorApi) => {
    const made = await api.create(tenant).catch((error: unknown) => {
      const isRefused = error instanceof ApiError && error.status < 500 && !unfinished.has(error.code ?? '')
      throw isRefused ? error : new Error(`${sentenceOf(error)} This goes on: ${createCommand(options, tenant)}`)
    })
    printKey(options, made)
  }
  return withOperatorApi(options, make, { mayBeNew: true })
}

const key = (id: string, { name, ...options }: Options & { readonly name: string }) =>
  withOperatorApi(options, async (api) => printKey(options, await api.issueKey(id, name)))

interface MoveOptions extends Options {
  readonly to?: string
  readonly back?: boolean
  readonly abandon?: boolean
  readonly dryRun?: boolean
}

/** Asks for piece after piece; interrupted, the same command goes on. */
const move = (id: string, { to, back = false, abandon = false, dryRun = false, ...options }: MoveOptions) => {
  if (to !== undefined && back) throw new Error('Say either --to <json>, where it is to live, or --back.')
  const place = to === undefined ? undefined : parsedPlace('--to', to)
  return withOperatorApi(options, async (api) => {
    const piece = (flags: { abandon: boolean; dryRun: boolean }) =>
      back ? api.moveBack(id, flags) : api.move(id, place, flags)
    if (dryRun) {
      const told = await piece({ abandon, dryRun })
      return print(options, told, `Nothing was changed. The next piece would be ${phaseText(told.phase)}.`)
    }
    let phase = ''
    for (;;) {
      const told = await piece({ abandon, dryRun })
      if (told.phase !== phase)
        note(`${phaseText(told.phase)}: ${counted(told.copied, 'rows')} copied, ${told.caughtUp} caught up with`)
      phase = told.phase
      if (!told.isOver) continue
      print(options, told, told.failure ?? (livesThere(phase) ? 'It lives at its new place.' : 'It is where it was.'))
      if (told.failure !== null) process.exitCode = 1
      return
    }
  })
}

interface RewindOptions extends Options {
  readonly to: string
  readonly dryRun?: boolean
}

const rewind = (id: string, { to, dryRun = false, ...options }: RewindOptions) =>
  withOperatorApi(options, async (api) => {
    const { notKept } = await api.rewind(id, to, { dryRun })
    const told = { id, to, dryRun, ...(notKept !== undefined && { notKept }) }
    print(options, told, dryRun ? `${id} can be taken back to ${to}.` : `${id} is as it was at ${to}.`)
    if (notKept !== undefined) note(notKept)
  })

interface PlaceOptions extends Options {
  readonly at: string
  readonly eraseOld?: boolean
  readonly abandon?: boolean
  readonly dryRun?: boolean
}

const placeAt = (id: string, { at, eraseOld = false, abandon = false, dryRun = false, ...options }: PlaceOptions) =>
  change(options, (api) => api.place(id, parsedPlace('--at', at), eraseOld, { abandon, dryRun }), { dryRun })

export const addLifecycleCommands = (tenant: Command, withReach: (command: Command) => Command): void => {
  const withTenant = (name: string) => withReach(tenant.command(name).argument('<id>', 'id of the tenant'))
  withReach(withSettings(tenant.command('create')))
    .description('create an organisation and print the key of its first administrator')
    .requiredOption('--name <name>', 'name of the organisation')
    .option('--id <uuid>', 'id of the organisation; default: a new one')
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
    .option(
      '--abandon',
      'if the place that it leaves does not answer (with --back: the new one), leave what lies there',
    )
    .addOption(dryRunOption())
    .action((id: string, _options, command: Command) => move(id, command.optsWithGlobals()))
  withTenant('place')
    .description('say where it is, for what was brought there by hand; nothing is copied')
    .requiredOption('--at <json>', 'where it is, such as {"shape": "object"}')
    .option('--erase-old', 'have what lies where it was be erased a day later')
    .option(
      '--abandon',
      'if a place where it has been, or was to go, does not answer, wait for it no longer, and forget it',
    )
    .addOption(dryRunOption())
    .action((id: string, _options, command: Command) => placeAt(id, command.optsWithGlobals()))
  withTenant('rewind')
    .description('take its data back to what it was at a time; for tenants in objects')
    .requiredOption('--to <time>', 'such as 2026-01-31T09:30:00Z')
    .addOption(dryRunOption())
    .action((id: string, _options, command: Command) => rewind(id, command.optsWithGlobals()))
}
