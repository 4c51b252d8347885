import { definitionOf, type HookDefinition, type HookState, type SealedHook } from '../hooks/definition.ts'
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

const definitionIn = (hook: SealedHook): string => JSON.stringify(definitionOf(hook))

export const insertHook = (organizationId: string, hook: SealedHook): Statement => ({
  sql: `INSERT INTO hooks (organization_id, id, name, state, definition, secrets, created_at, created_by, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7)`,
  params: [
    ...[organizationId, hook.id, hook.name, hook.state, definitionIn(hook), JSON.stringify(hook.sealedSecrets)],
    ...[hook.createdAt, hook.createdBy],
  ],
})

/** Everything of it that may change. */
export const saveHook = (organizationId: string, hook: SealedHook): Statement => ({
  sql: `UPDATE hooks SET name = ?3, state = ?4, definition = ?5, secrets = ?6, updated_at = ?7, paused_at = ?8
WHERE organization_id = ?1 AND id = ?2`,
  params: [
    ...[organizationId, hook.id, hook.name, hook.state, definitionIn(hook), JSON.stringify(hook.sealedSecrets)],
    ...[hook.updatedAt, hook.pausedAt],
  ],
})

export const removeHook = (organizationId: string, id: string): Statement => ({
  sql: 'DELETE FROM hooks WHERE organization_id = ?1 AND id = ?2',
  params: [organizationId, id],
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
