import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readD1Migrations } from '@cloudflare/vitest-plugin'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { openDatabase } from '../../src/node/database.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { bundle } from './bundle.ts'
import { allProcesses } from './processes.ts'

/** The whole product under test in a process of its own, on 127.0.0.1 and over an empty database. */
export interface Server {
  readonly kind: 'node' | 'worker'
  readonly origin: string
  /** Of the process that does the work. */
  readonly pid: number
  /** Lines that the server has written; only where it is asked for them. */
  readonly log: string[]
  /** The database behind it, for as long as `use` lasts. */
  withDatabase<T>(use: (driver: SqlDriver) => Promise<T>): Promise<T>
  /** Ends the server, and deletes its database. */
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly operatorSecret?: string
  /** Keeps the secrets of hooks. */
  readonly hooksKey?: string
  /** Besides or instead of those that it gets anyway; `{folder}` stands for one that a Node server may write to. */
  readonly variables?: Readonly<Record<string, string>>
  /** Keep what it writes to its log. */
  readonly log?: boolean
}

/** Where a server listens, as the first line that it writes tells. @throws Error when it ends before */
export const listening = async (child: ChildProcess, log?: string[]): Promise<string> => {
  if (!child.stdout) throw new Error('The server has no output')
  const lines = createInterface({ input: child.stdout })
  const [first] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error('The server ended before it listened')
    }),
  ])) as [string]
  lines.on('line', (line: string) => log?.push(line))
  return (JSON.parse(first) as { listening: string }).listening
}

/** `npm run serve` on a libSQL file. Addresses are believed, so that a load can come from many. */
export const startNode = async ({
  log = false,
  operatorSecret,
  hooksKey,
  variables = {},
}: ServerOptions = {}): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-server-'))
  const databaseUrl = `file:${join(folder, 'server.db')}`
  const child = spawn(process.execPath, ['src/server.ts'], {
    env: {
      ...process.env,
      PORT: '0',
      DATABASE_URL: databaseUrl,
      TRUSTED_PROXIES: '127.0.0.1',
      KEY_REQUESTS_LIMIT: '0',
      ...(operatorSecret !== undefined && { OPERATOR_SECRET: operatorSecret }),
      ...(hooksKey !== undefined && { HOOKS_KEY: hooksKey }),
      ...Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, value.replace('{folder}', folder)]),
      ),
      LOG: log ? 'on' : 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const origin = await listening(child, log ? lines : undefined)
  return {
    kind: 'node',
    origin,
    pid: child.pid ?? 0,
    log: lines,
    async withDatabase(use) {
      const { driver, close } = await openDatabase(databaseUrl, undefined, { threads: false })
      try {
        return await use(driver)
      } finally {
        close()
      }
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The workerd that this process has started last. */
export const workerdPid = (): number => {
  const own = allProcesses().filter(({ command, parent }) => command === 'workerd' && parent === process.pid)
  return Math.max(0, ...own.map(({ pid }) => pid))
}

/** As wrangler.toml has it. */
const platformLimit = { namespace_id: '1002', simple: { limit: 100_000, period: 10 as const } }

/** Ours, as it would be deployed. Tests start it dozens of times within one run, for which it is the same: there it is bundled once. */
const ourBundle = async (): Promise<string> => {
  const run = process.env.BUNDLES_OF_THIS_RUN
  const kept = run && join(run, 'ours.js')
  if (kept && existsSync(kept)) return readFileSync(kept, 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-bundle-'))
  try {
    const path = await bundle('bench/workers/ours.ts', 'bench/wrangler.toml', folder)
    const contents = readFileSync(path, 'utf8')
    // At once, since others look for it meanwhile.
    if (kept) renameSync(path, kept)
    return contents
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The Worker as it is deployed, in workerd with D1. */
export const startWorker = async ({
  operatorSecret,
  hooksKey,
  variables = {},
}: ServerOptions = {}): Promise<Server> => {
  const worker = {
    name: 'ours',
    modules: [{ type: 'ESModule' as const, path: 'ours.js', contents: await ourBundle() }],
    compatibilityDate: '2026-10-23',
    d1Databases: { DB: 'ours' },
    bindings: {
      LOG: 'off',
      ...(operatorSecret !== undefined && { OPERATOR_SECRET: operatorSecret }),
      ...(hooksKey !== undefined && { HOOKS_KEY: hooksKey }),
      ...variables,
    },
    // Whoever says nothing of it has no limit, as a Node server has none here.
    ...('KEY_REQUESTS_LIMIT' in variables && { ratelimits: { KEY_REQUESTS: platformLimit } }),
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
  const options = convertV4MiniflareOptions({ log: new Log(LogLevel.WARN), cf: false, workers: [worker] })
  const miniflare = new Miniflare(options)
  await miniflare.ready
  const database = (await miniflare.getD1Database('DB', 'ours')) as unknown as D1Database
  // One call: each takes longer than most of what is in it.
  const statements = (await readD1Migrations('migrations')).flatMap(({ queries }) => queries)
  await database.batch(statements.map((statement) => database.prepare(statement)))
  const { origin } = await miniflare.unsafeGetDirectURL('ours')
  return {
    kind: 'worker',
    origin,
    pid: workerdPid(),
    log: [],
    withDatabase: (use) => use(d1Driver(database)),
    stop: () => miniflare.dispose(),
  }
}

export const startServer = (kind: Server['kind'], options?: ServerOptions): Promise<Server> =>
  kind === 'node' ? startNode(options) : startWorker(options)
