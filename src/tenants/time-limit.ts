import { OverloadedError, type SqlDriver, UnavailableError } from '../storage/driver.ts'
import { inTime } from '../storage/time-limit.ts'
import type { Deployment, ObjectControl } from './deployment.ts'
import { databaseName } from './place.ts'

/** Milliseconds that a database which does not answer is waited for. */
export const patience = {
  /** By an operator who has something done to a tenant that lives there. */
  operation: 20_000,
  /** By one who looks at a tenant, and wants the rest of it in any case. */
  look: 5_000,
  /** Before every operation, whether it concerns that database or not. */
  ruler: 2_000,
  /** By upkeep: longer than any of its batches takes where things go well. */
  upkeep: 30_000,
} as const

export interface TimeLimitOptions {
  /** Whether one that has failed is asked again: it is known to restart. */
  readonly asksAgain?: boolean
}

/**
 * The same deployment for one piece of work that must come to an end, however many databases are away: whatever is asked of
 * one has so long, and one that has failed once is not asked again, unless the work says so.
 */
export const withTimeLimit = (
  deployment: Deployment,
  timeoutMs: number,
  { asksAgain = false }: TimeLimitOptions = {},
): Deployment => {
  const failed = new Set<string>()
  const limited = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (failed.has(name)) throw new UnavailableError('The database has failed a moment ago and is left alone')
    try {
      return await inTime(work(), timeoutMs)
    } catch (error) {
      // Overloaded, it was not asked at all.
      const isFailed = error instanceof UnavailableError && !(error instanceof OverloadedError)
      if (isFailed && !asksAgain) failed.add(name)
      throw error
    }
  }
  const driverOf = (name: string, driver: SqlDriver): SqlDriver => ({
    batch: (statements, options) => limited(name, () => driver.batch(statements, options)),
  })
  const controlOf = (objects: ObjectControl): ObjectControl => ({
    erase: (id, place, ...seen) => limited(databaseName(id, place), () => objects.erase(id, place, ...seen)),
    rewind: (id, place, ...how) => limited(databaseName(id, place), () => objects.rewind(id, place, ...how)),
  })
  const { places, objects } = deployment
  return { ...deployment, places: places.over(driverOf), ...(objects && { objects: controlOf(objects) }) }
}
