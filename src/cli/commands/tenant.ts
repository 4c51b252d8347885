import type { Command } from 'commander'
import { administration } from '../../admin/administration.ts'
import { asOperator } from '../../admin/authority.ts'
import { createTenant, type NewTenant } from '../../admin/tenants.ts'
import { type Target, withDatabase } from '../open.ts'
import { verify } from './data.ts'

interface CreateOptions extends Target {
  readonly name: string
  readonly id?: string
  readonly crmMode: 'b2b' | 'b2c'
  readonly changeFeed?: boolean
  readonly defaultCountry?: string
  readonly api?: string
}

interface ChangeOptions extends Target {
  readonly organization: string
  readonly name?: string
  readonly crmMode?: 'b2b' | 'b2c'
  readonly changeFeed?: boolean
  readonly defaultCountry?: string | false
}

const overHttp = async (api: string, body: object): Promise<NewTenant> => {
  const secret = process.env.OPERATOR_SECRET
  if (!secret) throw new Error('--api needs OPERATOR_SECRET: set it to the secret of the deployment.')
  if (!/^https?:/.test(api) || !URL.canParse(api))
    throw new Error(`--api: "${api}" is no URL; it begins with https:// or http://.`)
  const response = await fetch(new URL('/v1/tenants', api), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new Error(`Nothing answers at ${api}: see that the URL is right.`, { cause: error })
  })
  const answer = (await response.json().catch(() => ({}))) as NewTenant & { readonly detail?: string }
  if (!response.ok)
    throw new Error(`${api} refused it with status ${response.status}: ${answer.detail ?? 'is it an edge-upsert?'}`)
  return answer
}

const create = async ({ name, id, crmMode, changeFeed = false, defaultCountry, api, ...target }: CreateOptions) => {
  const tenant = {
    name,
    crmMode,
    changeFeed,
    ...(id !== undefined && { id }),
    ...(defaultCountry !== undefined && { defaultCountry }),
  }
  const made = api
    ? await overHttp(api, tenant)
    : await withDatabase(target, (driver) => createTenant(() => driver, tenant), { mayBeNew: true })
  console.log(`Organisation:        ${made.organizationId}`)
  console.log(`Administrator's key: ${made.adminKey}`)
  console.log('The key is shown this once.')
}

/** Another default country makes other keys of the numbers that are stored, so these are made anew at once. */
const change = async ({ organization, name, crmMode, changeFeed, defaultCountry, ...target }: ChangeOptions) => {
  const wanted = {
    ...(name !== undefined && { name }),
    ...(crmMode !== undefined && { crmMode }),
    ...(changeFeed !== undefined && { changeFeed }),
    ...(defaultCountry !== undefined && { defaultCountry: defaultCountry || null }),
  }
  await withDatabase(target, async (driver) => {
    const authority = asOperator(driver, organization)
    const changed = await administration(authority).changeOrganization(wanted)
    const country = changed.defaultCountry ?? 'no default country'
    console.log(`${changed.name}: ${changed.crmMode}, change feed ${changed.changeFeed ? 'on' : 'off'}, ${country}`)
    if (defaultCountry !== undefined) await verify(authority, { repair: true })
  })
}

export const addTenantCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const tenant = program.command('tenant').description('tenants: an organisation and its first administrator')
  withTarget(tenant.command('create'))
    .description('create an organisation and print the key of its first administrator')
    .requiredOption('--name <name>', 'name of the organisation')
    .option('--id <uuid>', 'id of the organisation; default: a new one')
    .option('--crm-mode <mode>', 'b2b or b2c', 'b2b')
    .option('--change-feed', 'write the change feed')
    .option('--default-country <code>', 'where national phone numbers are from, such as DE')
    .option('--api <url>', 'ask a running deployment instead of a database; needs OPERATOR_SECRET')
    .action((_options, command: Command) => create(command.optsWithGlobals()))
  withTarget(tenant.command('change'))
    .description('change settings of an organisation; with another country, the keys of its phone numbers too')
    .requiredOption('--organization <uuid>', 'id of the organisation')
    .option('--name <name>', 'its new name')
    .option('--crm-mode <mode>', 'b2b or b2c')
    .option('--change-feed', 'write the change feed')
    .option('--no-change-feed', 'write none')
    .option('--default-country <code>', 'where national phone numbers are from, such as DE')
    .option('--no-default-country', 'nowhere: they are compared as digits')
    .action((_options, command: Command) => change(command.optsWithGlobals()))
}
