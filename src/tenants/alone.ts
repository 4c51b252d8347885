import { problem, RefusedError } from '../engine/errors.ts'
import { AbortError, type SqlDriver } from '../storage/driver.ts'
import { isAlone, requireAlone } from '../storage/tenant-alone.ts'
import type { Place } from './place.ts'

/** The database of its own that a tenant was to have is somebody else's. */
export class TakenError extends RefusedError {
  constructor() {
    super(
      problem('invalid_value', 'place', 'a database that is nobody else’s: another tenant, or the directory, is there'),
    )
  }
}

/**
 * What brings a tenant to a place goes through this.
 * @returns the driver; where the place is a database of the tenant's own, each batch throws TakenError, and does nothing,
 * when it is not
 */
export const alone = (driver: SqlDriver, organizationId: string, place: Place): SqlDriver => {
  if (place.shape !== 'database') return driver
  const guard = requireAlone(organizationId)
  return {
    async batch(statements) {
      try {
        const { results, milliseconds } = await driver.batch([...guard, ...statements])
        return { results: results.slice(guard.length), milliseconds }
      } catch (error) {
        if (error instanceof AbortError && !(await isAlone(driver, organizationId))) throw new TakenError()
        throw error
      }
    },
  }
}
