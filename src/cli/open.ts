import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Wrangler from 'wrangler'
import { openDatabase } from '../node/database.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { d1Driver } from '../storage/drivers/d1.ts'
import { pendingMigrations } from '../storage/migrations.ts'

export interface Target {
  /** `d1` (of wrangler.toml), or the URL of a libSQL database: `file:…`, `libsql://…`. */
  readonly database: string
  /** For D1: the deployed database instead of the local one. */
  readonly remote?: boolean
  /** For D1: the environment and the binding of wrangler.toml. */
  readonly env?: string
  readonly binding: string
}

export interface Opened {
  readonly driver: SqlDriver
  close(): Promise<void>
}

/**
 * A configuration with this one database in it: nothing else of the Worker has to be up for a command. Marked remote,
 * wrangler connects it to the deployed database.
 */
const oneDatabase = ({ unstable_readConfig }: typeof Wrangler, { binding, env, remote = false }: Target): string => {
  const config = unstable_readConfig({ config: 'wrangler.toml', ...(env !== undefined && { env }) })
  const databases = config.d1_databases as readonly { readonly binding: string }[]
  const database = databases.find((d) => d.binding === binding)
  if (!database) throw new Error(`wrangler.toml has no D1 database bound as ${binding}`)
  const { name, compatibility_date } = config
  const path = join(mkdtempSync(join(tmpdir(), 'edge-upsert-')), 'wrangler.json')
  writeFileSync(path, JSON.stringify({ name, compatibility_date, d1_databases: [{ ...database, remote }] }))
  return path
}

const LOCAL_STATE = { path: '.wrangler/state/v3' }

const openD1 = async (target: Target): Promise<Opened> => {
  // Loaded where it is needed: it takes longer than all else that a command does.
  const wrangler = await import('wrangler')
  const { env, dispose } = await wrangler.getPlatformProxy<Record<string, unknown>>({
    configPath: oneDatabase(wrangler, target),
    persist: LOCAL_STATE,
  })
  return { driver: d1Driver(env[target.binding] as D1Database), close: dispose }
}

/** Opens the database that a command is about. The token of a libSQL server comes from LIBSQL_AUTH_TOKEN. */
export const open = async (target: Target): Promise<Opened> => {
  if (target.database === 'd1') return openD1(target)
  return openDatabase(target.database, process.env.LIBSQL_AUTH_TOKEN)
}

/** @throws Error when a migration is missing: what a command would meet then is a sentence of SQLite's */
const requireMigrated = async (driver: SqlDriver) => {
  const [pending] = await pendingMigrations(driver)
  if (pending)
    throw new Error(
      `The database has not been migrated (${pending.name} is missing). Run "npm run admin -- migrate" on it.`,
    )
}

/** Opens a database for a command that needs all its tables, and closes it again. */
export const withDatabase = async <T>(target: Target, work: (driver: SqlDriver) => Promise<T>): Promise<T> => {
  const { driver, close } = await open(target)
  try {
    await requireMigrated(driver)
    return await work(driver)
  } finally {
    await close()
  }
}
