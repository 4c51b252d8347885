import type { BreakerOptions } from '../storage/drivers/breaker.ts'
import { circuitBreakers } from '../storage/drivers/breakers.ts'
import type { Deployment } from './deployment.ts'

/** The same deployment for work that must come to an end: each batch has so long, and a database that fails is let be. */
export const withTimeLimit = (deployment: Deployment, options: Omit<BreakerOptions, 'name'>): Deployment => {
  const breakers = circuitBreakers(options)
  return { ...deployment, places: deployment.places.over((name, driver) => breakers.of(name).over(driver)) }
}
