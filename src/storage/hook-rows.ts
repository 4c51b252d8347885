import type { HookDefinition, HookState, SealedHook } from '../hooks/definition.ts'
import type { Statement } from './driver.ts'

export const selectHook = (organizationId: string, id: string): Statement => ({
  sql: 'SELECT * FROM hooks WHERE organization_id = ?1 AND id = ?2',
  params: [organizationId, id],
})

/** All of an organisation, oldest first. */
export const selectHooks = (organizationId: string): Statement => ({
  sql: 'SELECT * FROM hooks WHERE organization_id = ?1 ORDER BY created_at, id',
  params: [organizationId],
})

/** A row of the table `hooks`. */
export const hookOf = (row: Readonly<Record<string, unknown>>): SealedHook => ({
  ...(JSON.parse(String(row.definition)) as HookDefinition),
  id: String(row.id),
  name: String(row.name),
  state: row.state as HookState,
  createdAt: Number(row.created_at),
  createdBy: String(row.created_by),
  updatedAt: Number(row.updated_at),
  pausedAt: row.paused_at === null ? null : Number(row.paused_at),
  sealedSecrets: JSON.parse(String(row.secrets)) as readonly string[],
})
