import type { RateLimitBinding } from '../auth/failures.ts'

/** So that counting addresses can never be what fills the memory. */
const KEPT = 10_000

/** For Node, what the Worker has a binding for: `limit` per key in each period. One process counts for itself. */
export const memoryLimit = (limit: number, periodSeconds: number, now = Date.now): RateLimitBinding => {
  let counts = new Map<string, number>()
  let until = 0
  return {
    async limit({ key }) {
      if (now() >= until || counts.size >= KEPT) {
        counts = new Map()
        until = now() + 1_000 * periodSeconds
      }
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { success: count <= limit }
    },
  }
}
