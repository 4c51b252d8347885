import { type Command, Option } from 'commander'
import { administration } from '../../../admin/administration.ts'
import { verifyOrganization } from '../../../admin/verify.ts'
import { type HistoryMode, historyModes } from '../../../schema/schema.ts'
import { type Target, withOrganization } from '../../open.ts'
import { wholeNumber } from '../../output.ts'
import { printFindings } from './data.ts'

interface ChangeOptions extends Target {
  readonly organization: string
  readonly crmMode?: 'b2b' | 'b2c'
  readonly history?: HistoryMode
  readonly historyDays?: string | false
  readonly defaultCountry?: string | false
}

const days = (text: string) => wholeNumber('--history-days', text, 1)

/** Another default country makes other keys of the numbers that are stored, so these are made anew at once. */
const change = async ({ crmMode, history, historyDays, defaultCountry, ...options }: ChangeOptions) => {
  const wanted = {
    ...(crmMode !== undefined && { crmMode }),
    ...(history !== undefined && { history }),
    ...(historyDays !== undefined && { historyDays: historyDays === false ? null : days(historyDays) }),
    ...(defaultCountry !== undefined && { defaultCountry: defaultCountry || null }),
  }
  await withOrganization(options, async (authority) => {
    const changed = await administration(authority).changeOrganization(wanted)
    const country = changed.defaultCountry ?? 'no default country'
    const kept = changed.historyDays === null ? '' : ` for ${changed.historyDays} days`
    console.log(`${changed.name}: ${changed.crmMode}, history ${changed.history}${kept}, ${country}`)
    if (defaultCountry !== undefined) await printFindings({}, verifyOrganization(authority, { repair: true }))
  })
}

/** What a tenant's own administrators may change too, in its database. */
export const addSettingsCommand = (tenant: Command, withTarget: (command: Command) => Command): void => {
  withTarget(tenant.command('change'))
    .description('change settings of an organisation; with another country, the keys of its phone numbers too')
    .requiredOption('--organization <uuid>', 'id of the organisation')
    .option('--crm-mode <mode>', 'b2b or b2c')
    .addOption(new Option('--history <mode>', 'what is kept of every change').choices([...historyModes]))
    .option('--history-days <days>', 'for how long')
    .option('--no-history-days', 'for good')
    .option('--default-country <code>', 'where national phone numbers are from, such as DE')
    .option('--no-default-country', 'nowhere: they are compared as digits')
    .action((_options, command: Command) => change(command.optsWithGlobals()))
}
