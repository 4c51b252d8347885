import type { NewOrganization } from '../../../admin/organizations.ts'
import { nextCommand } from '../../next-command.ts'
import type { Reach } from '../../target.ts'

/** A tenant as the API is asked for it. */
export interface WantedTenant extends NewOrganization {
  readonly place?: unknown
}

const option = (name: string, value: unknown): readonly string[] =>
  value === undefined || value === null ? [] : [name, String(value)]

/** The command that asks for the same tenant again, which goes on with its creation. */
export const createCommand = (reach: Reach, wanted: WantedTenant): string => {
  const { id, name, crmMode, history, historyDays, defaultCountry, place } = wanted
  return nextCommand(
    reach,
    'tenant',
    'create',
    ...option('--id', id),
    ...option('--name', name),
    ...option('--crm-mode', crmMode),
    ...option('--history', history),
    ...option('--history-days', historyDays),
    ...option('--default-country', defaultCountry),
    ...option('--place', place === undefined ? undefined : JSON.stringify(place)),
  )
}
