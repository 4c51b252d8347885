import type { Command } from 'commander'
import { withOperatorApi } from '../../operator-api.ts'
import { type Output, print } from '../../output.ts'
import type { Reach } from '../../target.ts'
import { findingsOf, printFindings } from './data.ts'
import { tenantText } from './look.ts'
import { type SettingOptions, settingsIn, withSettings } from './setting-options.ts'

interface ChangeOptions extends Reach, Output, SettingOptions {
  readonly name?: string
}

/** Another default country makes other keys of the numbers that are stored, so these are made anew at once. */
const change = (id: string, { name, ...options }: ChangeOptions) => {
  const wanted = { ...(name !== undefined && { name }), ...settingsIn(options) }
  if (Object.keys(wanted).length === 0)
    throw new Error('Say what to change: its --name, or a setting ("tenant change --help" lists them).')
  return withOperatorApi(options, async (api) => {
    await api.change(id, wanted)
    const tenant = await api.show(id)
    print(options, tenant, await tenantText(api, options, tenant))
    if (wanted.defaultCountry !== undefined)
      await printFindings(options, findingsOf(api, options, id, { repair: true }))
  })
}

/** What a tenant's own administrators may change too. */
export const addSettingsCommand = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(withSettings(tenant.command('change').argument('<id>', 'id of the tenant')))
    .description('change name or settings; with another country, the keys of its phone numbers too')
    .option('--name <name>', 'its new name')
    .action((id: string, _options, command: Command) => change(id, command.optsWithGlobals()))
}
