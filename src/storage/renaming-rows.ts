import type { Renaming } from '../engine/history.ts'

/** A row of `renamesBehind` (forgotten-values.ts), as the engine knows it. */
export const renamingOf = (row: Readonly<Record<string, unknown>>): Renaming => ({
  sequence: Number(row.sequence),
  object: String(row.object),
  renamed: JSON.parse(String(row.renamed)) as Renaming['renamed'],
})
