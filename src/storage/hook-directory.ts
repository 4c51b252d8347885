import type { Directory } from '../auth/directory.ts'
import type { HookDirectory } from '../hooks/opening.ts'
import { sqlDirectory } from './directory.ts'
import type { SqlDriver } from './driver.ts'
import { hookOf, selectHook } from './hook-rows.ts'

/**
 * Reads one hook with its organisation, in the call that reads the organisation.
 * @param follow puts the directory behind what finds tenants that have moved
 */
export const sqlHookDirectory = (
  driver: SqlDriver,
  organizationId: string,
  follow: (directory: Directory) => Directory,
): HookDirectory => ({
  async find(hookId) {
    let row: Readonly<Record<string, unknown>> | undefined
    const withHook: SqlDriver = {
      async batch(statements, options) {
        const { results, milliseconds } = await driver.batch(
          [...statements, selectHook(organizationId, hookId)],
          options,
        )
        row = results.at(-1)?.rows[0]
        return { results: results.slice(0, -1), milliseconds }
      },
    }
    const entry = await follow(sqlDirectory(withHook)).look({ organizationId, secretHashes: [] })
    return entry && row && { organization: entry.organization, hook: hookOf(row) }
  },
})
