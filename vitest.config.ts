import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { configDefaults, defineConfig } from 'vitest/config'
import { newHookKey } from './src/secrets/secret-box.ts'
import { buildSite } from './src/site/build.ts'
import { buildConsole } from './src/site/console.ts'
import { LongestFirst } from './test/support/longest-first.ts'
import { prepareSurroundings } from './test/support/surroundings.ts'

prepareSurroundings()

// The pages are not committed, and tests ask for them.
buildSite()
await buildConsole()
const migrations = await readD1Migrations('migrations')

/** Empty ones, for tenants that have a database of their own; each is bound twice, as a slip in a configuration does it. */
const ownDatabases = Object.fromEntries(
  Array.from({ length: 60 }, (_, n) => [
    [`DB_OWN_${n}`, `own-${n}`],
    [`DB_ALIAS_${n}`, `own-${n}`],
  ]).flat(),
)

/** What the Worker and the isolates of the tests keep the secrets of hooks with: as while it is replaced, the new key and the former. */
const HOOKS_KEY = `${newHookKey()} ${newHookKey()}`

/** What an import names: `'hono/cors'`, and neither a file nor what a platform brings. */
const PACKAGE = /(?:from |import\()'([^.'][^:']*)'/g
/** What of the sources is never loaded by workerd, nor are packages that only Node and the tools that run the tests know. */
const OF_NODE = /^src[/\\](?:cli|node|site)[/\\]/
const NEVER_IN_WORKERD = /^(?:vitest|wrangler|miniflare|libsql|@hono\/node-server)(?:\/|$)/

/**
 * Every package that workerd is to load, each bundled into one file: there is one copy of it, however many files of a test
 * import it, and an isolate asks for a file instead of for hundreds.
 */
const importedPackages = [
  ...new Set(
    ['src', 'test/api', 'test/edge', 'test/contracts', 'test/support']
      .flatMap((folder) => globSync(`${folder}/**/*.ts`))
      .filter((file) => !OF_NODE.test(file))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(PACKAGE)].flatMap(([, name]) => name ?? [])),
  ),
].filter((name) => !NEVER_IN_WORKERD.test(name))

/** A slow machine is no fault of the product. */
const PATIENCE = { testTimeout: 30_000, hookTimeout: 60_000 }

/** They end before a store is asked, or are about what is made of its answers: an object of its own for each shows nothing more. */
const OF_REQUESTS_ALONE = ['refusals', 'phones', 'hook-presets'].map((name) => `test/contracts/${name}.test.ts`)

/** In workerd, with real databases. */
const edge = (
  name: string,
  include: string,
  {
    isolate,
    bindings = {},
    exclude = [],
  }: { isolate: boolean; bindings?: Record<string, string>; exclude?: readonly string[] },
) => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: { MIGRATIONS: migrations, LOG: 'off', USAGE_SECONDS: '0', HOOKS_KEY, ...bindings },
        queueProducers: { DELIVERIES: { queueName: 'deliveries' } },
        r2Buckets: ['LARGE_DELIVERIES'],
        queueConsumers: { deliveries: { maxBatchTimeout: 0, maxRetries: 10 } },
        d1Databases: { DB_OWN: 'own', ...ownDatabases },
        ratelimits: { KEY_REQUESTS_FEW: { namespace_id: '9001', simple: { limit: 5, period: 60 } } },
      },
    }),
  ],
  test: {
    name,
    include: [include],
    exclude: [...configDefaults.exclude, ...exclude],
    isolate,
    setupFiles: ['test/support/migrate.ts'],
    ...PATIENCE,
    globalSetup: ['test/support/libsql-server.ts'],
    deps: { optimizer: { ssr: { enabled: true, include: importedPackages } } },
  },
})

/**
 * `edge` gives each test file a Worker and databases of its own: some of what they do is about all organisations. What
 * makes an organisation for each of its worlds and sees nothing else shares a Worker, which takes three seconds to start:
 * `api`, and the suites of the contracts, as `contracts` with organisations on D1, as `contracts-object` with each in its
 * own Durable Object. `node` runs where Node is the platform.
 */
export default defineConfig({
  test: {
    // A test that leans on the one before it fails when the order is another. The order is the same for everybody, so that
    // a failure can be seen again; `npm test -- --sequence.seed=7` tries one of its own.
    sequence: { shuffle: { files: false, tests: true }, seed: 1795661181572, sequencer: LongestFirst },
    // One more than there are cores: much of the time is waiting, for a process that starts or for a limit to pass.
    maxWorkers: availableParallelism() + 1,
    // Tests that say so run beside each other in their file: they wait for time limits and need next to nothing else.
    maxConcurrency: 20,
    projects: [
      edge('edge', 'test/edge/**/*.test.ts', { isolate: true }),
      edge('api', 'test/api/**/*.test.ts', { isolate: false }),
      edge('contracts', 'test/contracts/**/*.test.ts', { isolate: false }),
      edge('contracts-object', 'test/contracts/**/*.test.ts', {
        isolate: false,
        bindings: { TENANCY: 'object' },
        exclude: OF_REQUESTS_ALONE,
      }),
      {
        // The examples name the package as their reader does.
        resolve: { alias: [{ find: /^edge-upsert$/, replacement: resolve('src/client/index.ts') }] },
        test: { name: 'node', include: ['test/{node,client}/**/*.test.ts'], ...PATIENCE },
      },
    ],
  },
})
