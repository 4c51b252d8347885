import type { TenancyEnv } from './tenancy.ts'

/** Bindings and variables of the Worker; wrangler.toml declares them. */
export interface Env extends TenancyEnv {
  readonly ASSETS?: Fetcher
  /** Counts failed authentications of each address; absent: they are not slowed down. */
  readonly AUTH_FAILURES?: RateLimit
  /** A secret of at least 32 characters; set, it opens POST /v1/tenants to who knows it. */
  readonly OPERATOR_SECRET?: string
  /** `off` leaves the Server-Timing header away. */
  readonly SERVER_TIMING?: string
  /** `off` writes no log lines. */
  readonly LOG?: string
}

/** Seconds; wrangler.toml gives the binding the same, which cannot be read from it. */
export const AUTH_FAILURES_PERIOD = 60

export interface Settings {
  readonly serverTiming: boolean
  readonly log: boolean
}

export const settingsOf = (env: { readonly SERVER_TIMING?: string; readonly LOG?: string }): Settings => ({
  serverTiming: env.SERVER_TIMING !== 'off',
  log: env.LOG !== 'off',
})
