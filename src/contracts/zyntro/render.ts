import type { Written } from '../../engine/outcome.ts'
import type { AppEnv } from '../../http/context.ts'
import type { AddContactBody } from './schemas.ts'

/** This API knows two actions: data that was there already counts as updated. */
const actionOf = (outcome: Written) => (outcome.status === 'created' ? 'created' : 'updated')

export const renderSuccess = (contact: Written, entity: Written | null) => ({
  status: 'success' as const,
  data: {
    action: actionOf(contact),
    message: `The contact was ${actionOf(contact)}.`,
    contact_id: contact.record.id,
    entity_id: entity?.record.id ?? null,
    entity_action: entity && actionOf(entity),
  } as const,
})

/** Made of counts only: nothing that the request said can get into it. */
export const renderDebug = (
  contact: Written,
  lookup: AddContactBody['lookup_by'],
  cost: AppEnv['Variables']['cost'],
) => ({
  matched_by: contact.matched === null ? null : lookup,
  timings: { database_ms: cost.milliseconds, database_calls: cost.calls },
  rows: { read: cost.rowsRead ?? null, written: cost.rowsWritten ?? null },
})
