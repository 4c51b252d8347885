declare namespace Cloudflare {
  interface Env {
    readonly DB: D1Database
    readonly AUTH_FAILURES: RateLimit
    /** Five a minute, so that a test can use it up. */
    readonly KEY_REQUESTS_FEW: RateLimit
    /** An organisation's own, for TENANCY = "database". */
    readonly DB_OWN: D1Database
    readonly ORGANIZATIONS: DurableObjectNamespace<import('../../src/storage/durable-object.ts').OrganizationDatabase>
    readonly MIGRATIONS: import('cloudflare:test').D1Migration[]
  }
}
