import type { Command } from 'commander'
import { type TenantStatus, tenantStatuses } from '../../../schema/schema.ts'
import type { Place } from '../../../tenants/place.ts'
import { type ToldTenant, withOperatorApi } from '../../operator-api.ts'
import type { Reach } from '../../operator-transport.ts'
import { type Output, print, wholeNumber } from '../../output.ts'

/** What tells about tenants and changes nothing. */

type LookOptions = Reach & Output

const placeText = (place: Place): string => {
  if (place.shape === 'shared') return 'shared'
  if (place.shape === 'object')
    return ['object', place.locationHint, place.jurisdiction].filter((word) => word !== undefined).join(' ')
  return `database ${'binding' in place ? place.binding : place.url}`
}

/** For people, and whoever only wants to see whether it went well. */
export const tenantText = (tenant: ToldTenant): string =>
  [
    `Tenant:    ${tenant.id}`,
    `Name:      ${tenant.name}`,
    `Status:    ${tenant.status}${tenant.eraseAt === null ? '' : `, erased from ${tenant.eraseAt} on`}`,
    `Place:     ${placeText(tenant.place)}`,
    `Program:   ${tenant.program ?? 'not known'}`,
    `Created:   ${tenant.createdAt}`,
    `Last seen: ${tenant.seenAt ?? 'never'}`,
  ].join('\n')

const lineOf = ({ id, status, place, program, seenAt, name }: ToldTenant): string =>
  [id, status, placeText(place), program ?? '-', seenAt ?? '-', name].join('\t')

const statusOf = (text: string | undefined): TenantStatus | undefined => {
  const status = tenantStatuses.find((one) => one === text)
  if (text !== undefined && status === undefined)
    throw new Error(`--status: "${text}" must be one of ${tenantStatuses.join(', ')}.`)
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
    const tenant = await api.get(id)
    print(options, tenant, tenantText(tenant))
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
    .description('all tenants: id, status, place, program, when last seen, name')
    .option('--status <status>', `only those that are ${tenantStatuses.join(', ')}`)
    .action((_options, command: Command) => list(command.optsWithGlobals()))
  withReach(tenant.command('get').argument('<id>', 'id of the tenant'))
    .description('one tenant: its place, its status, when it was last served')
    .action((id: string, _options, command: Command) => get(id, command.optsWithGlobals()))
  withReach(tenant.command('usage').argument('<id>', 'id of the tenant'))
    .description('how much there is of it, each counted up to 100,000')
    .action((id: string, _options, command: Command) => usage(id, command.optsWithGlobals()))
  withReach(tenant.command('log').argument('[id]', 'id of the tenant; default: of all'))
    .description('what operators did, newest first')
    .option('--limit <count>', 'how many lines', '100')
    .action((id: string | undefined, _options, command: Command) => log(id, command.optsWithGlobals()))
}
