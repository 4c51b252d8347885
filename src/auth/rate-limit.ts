/** A rate limiting binding of the platform, in the shape that Cloudflare gives it. */
export interface RateLimitBinding {
  limit(options: { key: string }): Promise<{ success: boolean }>
}

/** So many requests in so many seconds. A binding has the same, which cannot be read from it. */
export interface Quota {
  readonly limit: number
  readonly periodSeconds: number
}

/** What is left after one more request. */
export interface Taken {
  readonly allowed: boolean
  readonly remaining: number
  /** Seconds after which the whole quota is there again. */
  readonly resetSeconds: number
}

export interface RateLimit {
  readonly quota: Quota
  /** Counts one more of this key. */
  take(key: string): Promise<Taken>
}

/** So that counting can never be what fills the memory. */
const KEPT = 10_000

/**
 * The one way in which anything is limited. The binding decides, but it says only yes or no, so what remains is what
 * this isolate has seen: an upper bound where several isolates serve a key. Without a binding (Node: one process) the
 * count of its own decides, and is exact.
 */
export const rateLimit = (quota: Quota, binding?: RateLimitBinding, now = Date.now): RateLimit => {
  const { limit, periodSeconds } = quota
  let counts = new Map<string, number>()
  let until = 0
  return {
    quota,
    async take(key) {
      const decided = binding?.limit({ key })
      const at = now()
      if (at >= until || counts.size >= KEPT) {
        counts = new Map()
        until = at + 1_000 * periodSeconds
      }
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      const allowed = decided ? (await decided).success : count <= limit
      // When the platform's period began it does not tell: after a whole one the key may go on for certain.
      if (!allowed) return { allowed, remaining: 0, resetSeconds: periodSeconds }
      return { allowed, remaining: Math.max(0, limit - count), resetSeconds: Math.ceil((until - at) / 1_000) }
    },
  }
}
