import { DatabaseFaultError, type LastingFault, lastingFault } from '../storage/database-fault.ts'
import { AbortError, NoDatabaseError, type SqlDriver, UnavailableError, UpgradingError } from '../storage/driver.ts'
import { MigrationError } from '../storage/migrations.ts'
import type { Place } from './place.ts'

/** What is wrong with the database of a tenant, in words that its operator can act on. */

/** The shared database has another version of the program, older or newer. */
export class SharedUpgradingError extends UpgradingError {}

/** What brings it up to date, where nobody else does. */
export const MIGRATE_SHARED = '"npx wrangler d1 migrations apply DB --remote"'

const refusedAt = (place: Place): string => {
  if (place.shape === 'shared') return 'the shared database refuses the token in "DATABASE_TOKEN"'
  if (!('url' in place)) return 'the platform refuses it'
  return place.token === undefined
    ? 'the database wants a token, and its place names none'
    : `the database refuses the token in "${place.token}"`
}

const sentences: Readonly<Record<LastingFault['kind'], (place: Place, detail: string) => string>> = {
  refused: refusedAt,
  absent: (_, detail) => `its server has no such database (${detail})`,
  unmigrated: ({ shape }) =>
    shape === 'shared'
      ? `the shared database was never migrated: ${MIGRATE_SHARED} does that`
      : 'the database was never migrated, or is another one: nothing of this product is in it',
  unusable: (_, detail) => `the database cannot be used (${detail})`,
}

/** What says what it is by its class, whatever caused it. */
const sorted = [AbortError, NoDatabaseError, UnavailableError, UpgradingError, MigrationError] as const

/**
 * @returns the driver, which throws DatabaseFaultError for what lasts until somebody mends it, and SharedUpgradingError for
 * what may, by who brings the shared database up to date
 */
export const tellingFaults = (organizationId: string, place: Place, driver: SqlDriver): SqlDriver => ({
  batch: (statements, options) =>
    driver.batch(statements, options).catch((error: unknown) => {
      if (error instanceof UpgradingError && place.shape === 'shared')
        throw new SharedUpgradingError(error.message, { cause: error })
      const fault = sorted.some((kind) => error instanceof kind) ? undefined : lastingFault(error)
      if (!fault) throw error
      const sentence = sentences[fault.kind](place, fault.detail)
      throw new DatabaseFaultError(`The place of ${organizationId}: ${sentence}`, { cause: error })
    }),
})
