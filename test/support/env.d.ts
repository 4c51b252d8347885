declare namespace Cloudflare {
  interface Env {
    readonly DB: D1Database
    readonly ASSETS: Fetcher
    readonly AUTH_FAILURES: RateLimit
    /** Five a minute, so that a test can use it up. */
    readonly KEY_REQUESTS_FEW: RateLimit
    /** An organisation's own, for TENANCY = "database". */
    readonly DB_OWN: D1Database
    readonly ORGANIZATIONS: DurableObjectNamespace<
      import('../../src/storage/drivers/durable-object.ts').OrganizationDatabase
    >
    /** Set by the project that runs on Durable Objects. */
    readonly TENANCY?: string
    readonly HOOKS_KEY: string
    readonly DELIVERIES: Queue<import('../../src/storage/drivers/delivery-queue.ts').QueuedDelivery>
    readonly LARGE_DELIVERIES: R2Bucket
    readonly MIGRATIONS: import('cloudflare:test').D1Migration[]
  }
}
