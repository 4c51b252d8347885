import type { DatabaseState } from '../driver.ts'
import { type Breaker, type BreakerOptions, circuitBreaker } from './breaker.ts'

/** So that names that anybody can make up (the hints of forged credentials) can never be what fills the memory. */
const KEPT = 1_000

export interface Breakers {
  of(name: string): Breaker
  /** Of the databases asked last. */
  states(): readonly DatabaseState[]
}

/** The breakers of an isolate, one for each database. What is forgotten begins anew, closed. */
export const circuitBreakers = (options: Omit<BreakerOptions, 'name'>, kept = KEPT): Breakers => {
  const all = new Map<string, Breaker>()
  return {
    of(name) {
      const breaker = all.get(name) ?? circuitBreaker({ ...options, name })
      // Set anew, so that the first of the map is always the one that was asked longest ago.
      all.delete(name)
      all.set(name, breaker)
      const [oldest] = all.keys()
      if (all.size > kept && oldest !== undefined) all.delete(oldest)
      return breaker
    },
    states: () => [...all.values()].map((breaker) => breaker.state()),
  }
}
