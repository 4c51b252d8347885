import { OverloadedError, type SqlDriver, UnavailableError } from '../storage/driver.ts'
import { inTime } from '../storage/time-limit.ts'
import type { Deployment, ObjectControl } from './deployment.ts'
import { databaseName } from './place.ts'

/** Milliseconds that an operator waits for a database that does not answer. */
export const PATIENCE_MS = 20_000

/**
 * The same deployment for one piece of work that must come to an end, however many databases are away: whatever is asked of
 * one has so long, and one that has failed once is not asked again.
 */
export const withTimeLimit = (deployment: Deployment, timeoutMs: number): Deployment => {
  const failed = new Set<string>()
  const limited = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (failed.has(name)) throw new UnavailableError('The database has failed a moment ago and is left alone')
    try {
      return await inTime(work(), timeoutMs)
    } catch (error) {
      // Overloaded, it was not asked at all.
      if (error instanceof UnavailableError && !(error instanceof OverloadedError)) failed.add(name)
      throw error
    }
  }
  const driverOf = (name: string, driver: SqlDriver): SqlDriver => ({
    batch: (statements, options) => limited(name, () => driver.batch(statements, options)),
  })
  const controlOf = (objects: ObjectControl): ObjectControl => ({
    erase: (id, place, statuses) => limited(databaseName(id, place), () => objects.erase(id, place, statuses)),
    rewind: (id, place, ...how) => limited(databaseName(id, place), () => objects.rewind(id, place, ...how)),
  })
  const { places, objects } = deployment
  return { ...deployment, places: places.over(driverOf), ...(objects && { objects: controlOf(objects) }) }
}
