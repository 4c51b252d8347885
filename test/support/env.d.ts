declare namespace Cloudflare {
  interface Env {
    readonly DB: D1Database
    readonly AUTH_FAILURES: RateLimit
    readonly MIGRATIONS: import('cloudflare:test').D1Migration[]
  }
}
