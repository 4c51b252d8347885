import type { Command } from 'commander'
import { createTenant, type NewTenant } from '../../admin/tenants.ts'
import { type Target, withDatabase } from '../open.ts'

interface CreateOptions extends Target {
  readonly name: string
  readonly id?: string
  readonly crmMode: 'b2b' | 'b2c'
  readonly changeFeed?: boolean
  readonly api?: string
}

const overHttp = async (api: string, body: object): Promise<NewTenant> => {
  const secret = process.env.OPERATOR_SECRET
  if (!secret) throw new Error('Set OPERATOR_SECRET to the secret of the deployment')
  const response = await fetch(new URL('/v1/tenants', api), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as NewTenant
}

const create = async ({ name, id, crmMode, changeFeed = false, api, ...target }: CreateOptions) => {
  const tenant = { name, crmMode, changeFeed, ...(id !== undefined && { id }) }
  const made = api
    ? await overHttp(api, tenant)
    : await withDatabase(target, (driver) => createTenant(() => driver, tenant))
  console.log(`Organisation:        ${made.organizationId}`)
  console.log(`Administrator's key: ${made.adminKey}`)
  console.log('The key is shown this once.')
}

export const addTenantCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const tenant = program.command('tenant').description('tenants: an organisation and its first administrator')
  withTarget(tenant.command('create'))
    .description('create an organisation and print the key of its first administrator')
    .requiredOption('--name <name>', 'name of the organisation')
    .option('--id <uuid>', 'id of the organisation; default: a new one')
    .option('--crm-mode <mode>', 'b2b or b2c', 'b2b')
    .option('--change-feed', 'write the change feed')
    .option('--api <url>', 'ask a running deployment instead of a database; needs OPERATOR_SECRET')
    .action((_options, command: Command) => create(command.optsWithGlobals()))
}
