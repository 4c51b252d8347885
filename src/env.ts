import type { Quota } from './auth/rate-limit.ts'
import type { QueuedDelivery } from './storage/drivers/delivery-queue.ts'
import type { TenancyEnv } from './tenancy.ts'

/** Bindings and variables of the Worker; wrangler.toml declares them. */
export interface Env extends TenancyEnv {
  readonly ASSETS?: Fetcher
  /** Counts failed authentications of each address; absent: they are not slowed down. */
  readonly AUTH_FAILURES?: RateLimit
  /** Secrets of at least 32 characters, separated by spaces; set, they open /v1/tenants to who knows one. */
  readonly OPERATOR_SECRET?: string
  /** Addresses and CIDR ranges that operators come from; absent: any. */
  readonly OPERATOR_ALLOWLIST?: string
  /** Keys that secrets are kept with (src/secrets/secret-box.ts); absent: no hook can have one. */
  readonly HOOKS_KEY?: string
  /** Keeps deliveries to hooks while their database is away; absent: their senders have to come again. */
  readonly DELIVERIES?: Queue<QueuedDelivery>
  /** Keeps those of them that no message of the queue can hold; absent: their senders have to come again. */
  readonly LARGE_DELIVERIES?: R2Bucket
  /** Counts the requests of each key; absent: they are not limited. */
  readonly KEY_REQUESTS?: RateLimit
  /** What the binding KEY_REQUESTS was given, if not the default; a limit of 0 is none. */
  readonly KEY_REQUESTS_LIMIT?: string
  readonly KEY_REQUESTS_PERIOD?: string
  /** Milliseconds that one call of a database may take, if not the default. */
  readonly DATABASE_TIMEOUT_MS?: string
  /** Calls of its database that one request may make: the platform allows a Worker so many. */
  readonly DATABASE_CALLS?: string
  /** Who says where a request comes from: `cloudflare` (default), `none` or `forwarded`; src/http/client-address.ts. */
  readonly CLIENT_ADDRESS?: string
  /** With `forwarded`: addresses and CIDR ranges of further proxies. */
  readonly TRUSTED_PROXIES?: string
  /** Origins whose pages may read answers, or `*`; absent: none. src/http/cross-origin.ts. */
  readonly CORS_ORIGINS?: string
  /** Seconds that requests are added up for, if not the default; 0: nothing is counted. */
  readonly USAGE_SECONDS?: string
  /** `off` leaves the Server-Timing header away. */
  readonly SERVER_TIMING?: string
  /** `off` writes no log lines. */
  readonly LOG?: string
}

/** wrangler.toml gives the bindings the same numbers, which cannot be read from them. */
export const authFailures: Quota = { limit: 20, periodSeconds: 60 }
/**
 * Against a client that runs wild, not against one that has much to say: it is several times what one database can write,
 * and what is too much for a database is refused by its queue.
 */
const keyRequests: Quota = { limit: 100_000, periodSeconds: 10 }

/** Longer than any batch of a request takes where things go well, and shorter than clients wait. */
const DATABASE_TIMEOUT_MS = 10_000

const countOf = (
  name: string,
  text: string | undefined,
  fallback: number,
  [lowest, highest]: readonly [number, number],
): number => {
  if (text === undefined || text === '') return fallback
  if (!/^\d{1,9}$/.test(text) || Number(text) < lowest || Number(text) > highest)
    throw new Error(`${name} must be a whole number from ${lowest} to ${highest}, not "${text}"`)
  return Number(text)
}

/** What one key may ask for; undefined: as much as it likes. @throws Error naming the variable that cannot be used */
export const keyRequestsOf = (env: {
  readonly KEY_REQUESTS_LIMIT?: string
  readonly KEY_REQUESTS_PERIOD?: string
}): Quota | undefined => {
  const limit = countOf('KEY_REQUESTS_LIMIT', env.KEY_REQUESTS_LIMIT, keyRequests.limit, [0, 999_999_999])
  const periodSeconds = countOf('KEY_REQUESTS_PERIOD', env.KEY_REQUESTS_PERIOD, keyRequests.periodSeconds, [1, 86_400])
  return limit === 0 ? undefined : { limit, periodSeconds }
}

/** Milliseconds that a request waits for one call of its database. @throws Error when the variable cannot be used */
export const databaseTimeoutOf = (env: { readonly DATABASE_TIMEOUT_MS?: string }): number =>
  countOf('DATABASE_TIMEOUT_MS', env.DATABASE_TIMEOUT_MS, DATABASE_TIMEOUT_MS, [100, 600_000])

/** A Worker may ask D1 1,000 times in one request; some are left for what begins and ends it. */
const DATABASE_CALLS = 900

/** Calls after which a stream ends by itself and says where to go on. @throws Error when the variable cannot be used */
export const databaseCallsOf = (env: { readonly DATABASE_CALLS?: string }): number =>
  countOf('DATABASE_CALLS', env.DATABASE_CALLS, DATABASE_CALLS, [10, 1_000_000])

/** Work behind an answer goes on for 30 seconds on the platform. */
const USAGE_SECONDS = { standard: 20, most: 25 }

/** How long requests are added up until their sums are written; undefined: nothing is counted. @throws Error when the variable cannot be used */
export const usageMsOf = (env: { readonly USAGE_SECONDS?: string }): number | undefined => {
  const seconds = countOf('USAGE_SECONDS', env.USAGE_SECONDS, USAGE_SECONDS.standard, [0, USAGE_SECONDS.most])
  return seconds === 0 ? undefined : 1_000 * seconds
}

export interface Settings {
  readonly serverTiming: boolean
  readonly log: boolean
}

export const settingsOf = (env: { readonly SERVER_TIMING?: string; readonly LOG?: string }): Settings => ({
  serverTiming: env.SERVER_TIMING !== 'off',
  log: env.LOG !== 'off',
})
