import { OverloadedError, type SqlDriver, UnavailableError } from '../storage/driver.ts'
import { inTime } from '../storage/time-limit.ts'
import type { Deployment } from './deployment.ts'

/**
 * The same deployment for one piece of work that must come to an end, however many databases are away: each batch has so
 * long, and a database that has failed once is not asked again.
 */
export const withTimeLimit = (deployment: Deployment, timeoutMs: number): Deployment => {
  const failed = new Set<string>()
  const limited = (name: string, driver: SqlDriver): SqlDriver => ({
    async batch(statements, options) {
      if (failed.has(name)) throw new UnavailableError('The database has failed a moment ago and is left alone')
      try {
        return await inTime(driver.batch(statements, options), timeoutMs)
      } catch (error) {
        // Overloaded, it was not asked at all.
        if (error instanceof UnavailableError && !(error instanceof OverloadedError)) failed.add(name)
        throw error
      }
    },
  })
  return { ...deployment, places: deployment.places.over(limited) }
}
