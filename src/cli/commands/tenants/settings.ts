import { type Command, Option } from 'commander'
import { type HistoryMode, historyModes } from '../../../schema/schema.ts'
import { withOperatorApi } from '../../operator-api.ts'
import { type Output, print, wholeNumber } from '../../output.ts'
import type { Reach } from '../../target.ts'
import { findingsOf, printFindings } from './data.ts'
import { tenantText } from './look.ts'

interface ChangeOptions extends Reach, Output {
  readonly name?: string
  readonly crmMode?: 'b2b' | 'b2c'
  readonly history?: HistoryMode
  readonly historyDays?: string | false
  readonly defaultCountry?: string | false
}

const days = (text: string) => wholeNumber('--history-days', text, 1)

/** Another default country makes other keys of the numbers that are stored, so these are made anew at once. */
const change = (id: string, { name, crmMode, history, historyDays, defaultCountry, ...options }: ChangeOptions) => {
  const wanted = {
    ...(name !== undefined && { name }),
    ...(crmMode !== undefined && { crmMode }),
    ...(history !== undefined && { history }),
    ...(historyDays !== undefined && { historyDays: historyDays === false ? null : days(historyDays) }),
    ...(defaultCountry !== undefined && { defaultCountry: defaultCountry === false ? null : defaultCountry }),
  }
  if (Object.keys(wanted).length === 0)
    throw new Error('Say what to change: --name, --crm-mode, --history, --history-days or --default-country.')
  return withOperatorApi(options, async (api) => {
    const tenant = await api.change(id, wanted)
    print(options, tenant, await tenantText(api, options, tenant))
    if (defaultCountry !== undefined) await printFindings(options, findingsOf(api, options, id, { repair: true }))
  })
}

/** What a tenant's own administrators may change too. */
export const addSettingsCommand = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(tenant.command('change').argument('<id>', 'id of the tenant'))
    .description('change name or settings; with another country, the keys of its phone numbers too')
    .option('--name <name>', 'its new name')
    .option('--crm-mode <mode>', 'b2b or b2c')
    .addOption(new Option('--history <mode>', 'what is kept of every change').choices([...historyModes]))
    .option('--history-days <days>', 'for how long')
    .option('--no-history-days', 'for good')
    .option('--default-country <code>', 'where national phone numbers are from, such as DE')
    .option('--no-default-country', 'nowhere: they are compared as digits')
    .action((id: string, _options, command: Command) => change(id, command.optsWithGlobals()))
}
