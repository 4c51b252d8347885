import { type Command, Option } from 'commander'
import type { OrganizationChange } from '../../../admin/organizations.ts'
import { historyModes } from '../../../schema/schema.ts'
import { wholeNumber } from '../../output.ts'

/** The settings of an organisation as options, the same wherever a tenant is created or changed. */

type Settings = Omit<OrganizationChange, 'name'>

/** As Commander hands them over: `--no-x` is false. */
export interface SettingOptions extends Pick<Settings, 'crmMode' | 'history' | 'automaticIndexing'> {
  readonly historyDays?: string | false
  readonly defaultCountry?: string | false
}

export const withSettings = (command: Command): Command =>
  command
    .option('--crm-mode <mode>', 'b2b (as it is at first) or b2c')
    .addOption(
      new Option('--history <mode>', 'what is kept of every change, values at first').choices([...historyModes]),
    )
    .option('--history-days <days>', 'for how long')
    .option('--no-history-days', 'for good, as it is at first')
    .option('--default-country <code>', 'where national phone numbers are from, such as DE')
    .option('--no-default-country', 'nowhere, as it is at first: they are compared as digits')
    .option('--automatic-indexing', 'matching by an attribute without an index makes one, as it is at first')
    .option('--no-automatic-indexing', 'it is refused')

/** Those that were said. @throws Error for what is no number */
export const settingsIn = ({
  crmMode,
  history,
  historyDays,
  defaultCountry,
  automaticIndexing,
}: SettingOptions): Settings => ({
  ...(crmMode !== undefined && { crmMode }),
  ...(history !== undefined && { history }),
  ...(historyDays !== undefined && {
    historyDays: historyDays === false ? null : wholeNumber('--history-days', historyDays, 1),
  }),
  ...(defaultCountry !== undefined && { defaultCountry: defaultCountry === false ? null : defaultCountry }),
  ...(automaticIndexing !== undefined && { automaticIndexing }),
})

const wordsOf = (name: string, value: unknown): readonly string[] => {
  if (value === undefined) return []
  if (value === null || value === false) return [`--no-${name}`]
  return value === true ? [`--${name}`] : [`--${name}`, String(value)]
}

/** The words that say these settings again. */
export const settingWords = ({
  crmMode,
  history,
  historyDays,
  defaultCountry,
  automaticIndexing,
}: Settings): readonly string[] => [
  ...wordsOf('crm-mode', crmMode),
  ...wordsOf('history', history),
  ...wordsOf('history-days', historyDays),
  ...wordsOf('default-country', defaultCountry),
  ...wordsOf('automatic-indexing', automaticIndexing),
]
