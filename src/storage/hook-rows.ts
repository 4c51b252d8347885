import type { HookDefinition, HookState, SealedHook } from '../hooks/definition.ts'

/** A row of the table `hooks`. */
export const hookOf = (row: Readonly<Record<string, unknown>>): SealedHook => ({
  ...(JSON.parse(String(row.definition)) as HookDefinition),
  id: String(row.id),
  name: String(row.name),
  state: row.state as HookState,
  createdAt: Number(row.created_at),
  createdBy: String(row.created_by),
  updatedAt: Number(row.updated_at),
  sealedSecrets: JSON.parse(String(row.secrets)) as readonly string[],
})
