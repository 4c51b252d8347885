import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const migrations = await readD1Migrations('migrations')

/** `edge` runs in workerd with a real D1 each file; `node` runs where Node is the platform. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { MIGRATIONS: migrations, LOG: 'off' },
              d1Databases: { DB_OWN: 'own' },
              ratelimits: { KEY_REQUESTS_FEW: { namespace_id: '9001', simple: { limit: 5, period: 60 } } },
            },
          }),
        ],
        test: {
          name: 'edge',
          include: ['test/edge/**/*.test.ts'],
          setupFiles: ['test/support/migrate.ts'],
          globalSetup: ['test/support/libsql-server.ts'],
          deps: { optimizer: { ssr: { enabled: true, include: ['zod', 'hono', '@hono/zod-openapi', 'drizzle-orm'] } } },
        },
      },
      {
        test: { name: 'node', include: ['test/node/**/*.test.ts'], testTimeout: 30_000 },
      },
    ],
  },
})
