import type { NewOrganization } from '../../../admin/organizations.ts'
import { nextCommand } from '../../next-command.ts'
import type { Reach } from '../../target.ts'
import { settingWords } from './setting-options.ts'

/** A tenant as the API is asked for it. */
export interface WantedTenant extends NewOrganization {
  readonly place?: unknown
}

const option = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [name, value]

/** The command that asks for the same tenant again, which goes on with its creation. */
export const createCommand = (reach: Reach, wanted: WantedTenant): string => {
  const { id, name, place } = wanted
  return nextCommand(
    reach,
    'tenant',
    'create',
    ...option('--id', id),
    ...option('--name', name),
    ...settingWords(wanted),
    ...option('--place', place === undefined ? undefined : JSON.stringify(place)),
  )
}
