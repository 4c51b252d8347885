import { type Command, Option } from 'commander'
import { isQuiet, listedStatuses, type TenantStatus } from '../../../schema/schema.ts'
import type { WrittenPlace } from '../../../tenants/place.ts'
import { isPhase, traitsOf } from '../../../tenants/tenant-move.ts'
import { nextCommand } from '../../next-command.ts'
import {
  type OperatorApi,
  type ToldLeftover,
  type ToldMove,
  type ToldTenant,
  type ToldWork,
  withOperatorApi,
} from '../../operator-api.ts'
import { counted, note, type Output, print, wholeNumber } from '../../output.ts'
import type { Reach } from '../../target.ts'
import { createCommand, type WantedTenant } from './create-command.ts'

/** What tells about tenants and changes nothing. */

type LookOptions = Reach & Output

const placeText = (place: WrittenPlace): string => {
  if (place.shape === 'unreadable') return `unreadable: ${place.reason}`
  if (place.shape === 'shared') return 'shared'
  if (place.shape === 'object')
    return ['object', place.locationHint, place.jurisdiction].filter((word) => word !== undefined).join(' ')
  return `database ${'binding' in place ? place.binding : place.url}`
}

/** What a creation was asked for is in the log of operators: there may be no organisation yet to tell it. */
const wantedOf = async (api: OperatorApi, { id, name, place }: ToldTenant): Promise<WantedTenant> => {
  for await (const { action, detail } of api.actions(id))
    if (action === 'create' && detail !== null) return { place, ...(detail as WantedTenant) }
  return { id, name, place }
}

/** Of a creation that was interrupted. */
const creationText = async (api: OperatorApi, reach: Reach, tenant: ToldTenant): Promise<string[]> => [
  `Finish:    ${createCommand(reach, await wantedOf(api, tenant))}`,
  `Give up:   ${nextCommand(reach, 'tenant', 'delete', tenant.id, '--no-export')}`,
  `If its database is gone for good: ${nextCommand(reach, 'tenant', 'delete', tenant.id, '--no-export', '--abandon')}`,
]

/** @param phase of the deployment, which may be of another release than this command */
export const livesThere = (phase: string): boolean => isPhase(phase) && traitsOf(phase).course === 'there'

/** How far a move has come, in words that docs/tenants.md has too. */
export const phaseText = (phase: string): string => (isPhase(phase) ? `${phase} (${traitsOf(phase).told})` : phase)

/** Of a move that goes no further: once the tenant lives at its new place, only the old one can be in the way. */
const wayOut = (reach: Reach, id: string, phase: string): string =>
  livesThere(phase)
    ? `If its old place is gone for good: ${nextCommand(reach, 'tenant', 'move', id, '--abandon')}`
    : `Take back: ${nextCommand(reach, 'tenant', 'move', id, '--back')}`

const moveText = (reach: Reach, id: string, move: ToldMove): string[] => {
  const { to, phase, isOver, startedAt, steppedAt, failure, lastError } = move
  return [
    `Move:      to ${placeText(to)}, ${phaseText(phase)}, since ${startedAt}${steppedAt === null ? '' : `, last step ${steppedAt}`}`,
    ...(failure === null ? [] : [`Goes back: ${failure}`]),
    ...(lastError === null ? [] : [`Failed:    ${lastError}`]),
    ...(isOver ? [] : [`Go on:     ${nextCommand(reach, 'tenant', 'move', id)}`, wayOut(reach, id, phase)]),
  ]
}

const workText = (reach: Reach, id: string, { kind, to, startedAt, givenBackAt }: ToldWork): string[] => {
  const where = to === null ? '' : ` to ${typeof to === 'string' ? to : placeText(to)}`
  const again =
    typeof to === 'string'
      ? nextCommand(reach, 'tenant', kind, id, '--to', to)
      : nextCommand(reach, 'tenant', kind, id, '--at', JSON.stringify(to))
  return [
    `Under way: ${kind}${where}, since ${startedAt}`,
    ...(to === null ? [] : [`Go on:     ${again}, if it was cut off`]),
    `Else:      upkeep gives it back after ${givenBackAt}`,
  ]
}

const leftoverText = ({ place, leftAt, eraseAt }: ToldLeftover): string =>
  `Left:      what it had at ${placeText(place)} until ${leftAt}, ${eraseAt === null ? 'which stays' : `erased from ${eraseAt} on`}`

/** What nothing but an operator's word removes. */
const leftoversText = (reach: Reach, { id, place, leftovers = [] }: ToldTenant): string[] => {
  if (place.shape === 'unreadable') return leftovers.map(leftoverText)
  const isOwed = leftovers.some(({ eraseAt }) => eraseAt === null || Date.parse(eraseAt) < Date.now())
  const at = (...more: string[]) => nextCommand(reach, 'tenant', 'place', id, '--at', JSON.stringify(place), ...more)
  return [
    ...leftovers.map(leftoverText),
    ...(leftovers.some(({ eraseAt }) => eraseAt === null) ? [`Erase it:  ${at('--erase-old')}`] : []),
    ...(isOwed ? [`Forget what does not answer any more: ${at('--abandon')}`] : []),
  ]
}

/** As upkeep has counted it. */
const usageText = ({ usage }: ToldTenant): string => {
  if (usage === null) return 'not counted yet'
  const { records, recordBytes, matchKeys, changes, members, credentials, countedAt } = usage
  const counts = [
    `${counted(records, 'records')} of ${counted(recordBytes, 'bytes')}`,
    counted(matchKeys, 'match keys'),
    counted(changes, 'changes'),
    counted(members, 'members'),
    counted(credentials, 'keys'),
  ]
  return `${counts.join(', ')}, at ${countedAt}`
}

const settingsText = ({ settings, notReached }: ToldTenant): string[] => {
  if (settings === undefined) return []
  if (settings === null) return [`Settings:  ${notReached ?? 'not known'}`]
  const told = Object.entries(settings).map(([name, value]) => `${name} ${value ?? 'none'}`)
  return [`Settings:  ${told.join(', ')}`]
}

/** For people, and whoever only wants to see whether it went well. */
export const tenantText = async (api: OperatorApi, reach: Reach, tenant: ToldTenant): Promise<string> =>
  [
    `Tenant:    ${tenant.id}`,
    `Name:      ${tenant.name}`,
    `Status:    ${statusText(tenant)}${tenant.eraseAt === null ? '' : `, erased from ${tenant.eraseAt} on`}`,
    `Place:     ${placeText(tenant.place)}`,
    `Program:   ${tenant.program ?? 'not known'}`,
    `Created:   ${tenant.createdAt}`,
    `Last seen: ${tenant.seenAt === null ? 'never' : `${tenant.seenAt}, to the hour`}`,
    `Usage:     ${usageText(tenant)}`,
    ...settingsText(tenant),
    ...(tenant.status === 'creating' ? await creationText(api, reach, tenant) : []),
    ...(tenant.move === null ? [] : moveText(reach, tenant.id, tenant.move)),
    ...(tenant.work ? workText(reach, tenant.id, tenant.work) : []),
    ...leftoversText(reach, tenant),
  ].join('\n')

/** Of whatever destroys something, or takes long. */
export const dryRunOption = () => new Option('--dry-run', 'look at everything, and change nothing')

/**
 * What was done to a tenant, and how it is now.
 * @param dryRun it was only looked at, and this is how it would be
 */
export const change = (
  options: Reach & Output,
  work: (api: OperatorApi) => Promise<ToldTenant>,
  { dryRun = false } = {},
): Promise<void> =>
  withOperatorApi(options, async (api) => {
    const tenant = await work(api)
    print(options, dryRun ? { dryRun, ...tenant } : tenant, await tenantText(api, options, tenant))
    if (dryRun) note('So it would be; nothing was changed.')
    for (const told of [tenant.notReached, tenant.notKept, tenant.left]) if (told !== undefined) note(told)
  })

/** One whose organisation has not heard of its deletion is suspended by its line, and cannot be suspended. */
const statusText = ({ status, eraseAt }: ToldTenant): string =>
  isQuiet(status) && eraseAt !== null ? `${status}, to be deleted` : status

const lineOf = (tenant: ToldTenant): string => {
  const { id, place, program, seenAt, usage, move, work, name } = tenant
  const moves = move === null || move.isOver ? (work?.kind ?? '-') : `to ${placeText(move.to)}: ${move.phase}`
  const counts = usage === null ? ['-', '-'] : [usage.records, usage.recordBytes]
  return [id, statusText(tenant), placeText(place), program ?? '-', seenAt ?? '-', ...counts, moves, name].join('\t')
}

const statusOf = (text: string | undefined): TenantStatus | undefined => {
  const status = listedStatuses.find((one) => one === text)
  if (text !== undefined && status === undefined)
    throw new Error(`--status: "${text}" must be one of ${listedStatuses.join(', ')}.`)
  return status
}

const list = async ({ status, ...options }: LookOptions & { readonly status?: string }) => {
  const wanted = statusOf(status)
  await withOperatorApi(options, async (api) => {
    for await (const tenant of api.list(wanted)) print(options, tenant, lineOf(tenant))
  })
}

const get = (id: string, options: LookOptions) =>
  withOperatorApi(options, async (api) => {
    const tenant = await api.show(id)
    print(options, tenant, await tenantText(api, options, tenant))
  })

const usage = (id: string, options: LookOptions) =>
  withOperatorApi(options, async (api) => {
    const counts = await api.usage(id)
    const lines = Object.entries(counts).map(([name, count]) => `${name}\t${count}`)
    print(options, counts, lines.join('\n'))
  })

const log = async (id: string | undefined, { limit, ...options }: LookOptions & { readonly limit: string }) => {
  let left = wholeNumber('--limit', limit, 1)
  await withOperatorApi(options, async (api) => {
    for await (const action of api.actions(id)) {
      const { at, operator, tenantId, outcome, detail } = action
      const told = detail === null ? '' : JSON.stringify(detail)
      print(options, action, [at, operator, action.action, tenantId ?? '-', outcome, told].join('\t').trimEnd())
      if (--left === 0) return
    }
  })
}

export const addLookCommands = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(tenant.command('list'))
    .description(
      'all tenants: id, status, place, program, when last seen (to the hour), records and their bytes as upkeep has counted them, move or other work under way, name',
    )
    .option('--status <status>', `only those that are ${listedStatuses.join(', ')}`)
    .action((_options, command: Command) => list(command.optsWithGlobals()))
  withReach(tenant.command('get').argument('<id>', 'id of the tenant'))
    .description('one tenant: its place, its status, its settings, its move, and about when it was last served')
    .action((id: string, _options, command: Command) => get(id, command.optsWithGlobals()))
  withReach(tenant.command('usage').argument('<id>', 'id of the tenant'))
    .description('how much there is of it, each counted up to 100,000')
    .action((id: string, _options, command: Command) => usage(id, command.optsWithGlobals()))
  withReach(tenant.command('log').argument('[id]', 'id of the tenant; default: of all'))
    .description('what operators did, newest first')
    .option('--limit <count>', 'how many lines', '100')
    .action((id: string | undefined, _options, command: Command) => log(id, command.optsWithGlobals()))
}
