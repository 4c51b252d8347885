import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Authority, asLongAs, asOperator } from '../admin/authority.ts'
import { openDatabase, openMigrated } from '../node/database.ts'
import { databaseFailure } from '../node/database-failure.ts'
import { databaseName, isMissingFile } from '../node/database-url.ts'
import { requireServerNode } from '../node/require-version.ts'
import { defaultDatabase } from '../node/settings.ts'
import { isLeft } from '../schema/schema.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { d1Driver } from '../storage/drivers/d1.ts'
import { pendingMigrations, refuseNewer } from '../storage/migrations.ts'
import { nextCommand } from './next-command.ts'
import type { Reach, Target } from './target.ts'
import { loadWrangler, type Wrangler } from './wrangler.ts'

export interface Opened {
  readonly driver: SqlDriver
  close(): Promise<void>
}

export const D1 = 'd1'
export const D1_BINDING = 'DB'
const D1_CONFIG = 'wrangler.toml'
/** Of whichever configuration: wrangler's own default is a folder beside each. */
export const LOCAL_STATE = '.wrangler/state'

/**
 * `d1` or a URL. Whoever says how to reach a D1 database means D1.
 * @throws Error when the options contradict each other
 */
export const databaseOf = ({ database, remote, config, env, binding }: Target): string => {
  const saysD1 = remote === true || [config, env, binding].some((option) => option !== undefined)
  if (database === undefined) return saysD1 ? D1 : defaultDatabase(process.env).databaseUrl
  if (saysD1 && database !== D1)
    throw new Error('--remote, --config, --env and --binding are about D1: leave them away, or say --database d1.')
  return database
}

/** Of a libSQL server, whichever it is. */
export const databaseToken = () => defaultDatabase(process.env).databaseToken

const configurationOf = ({ unstable_readConfig }: Wrangler, { config: file = D1_CONFIG, env }: Target) => {
  if (!existsSync(file)) throw new Error(`There is no configuration ${file}: name another with --config.`)
  const config = unstable_readConfig({ config: file, ...(env !== undefined && { env }) })
  if (env !== undefined && !config.definedEnvironments?.includes(env))
    throw new Error(`${file} has no environment ${env}: add [env.${env}], or name another with --env.`)
  return config
}

/** Of the Worker that the D1 database belongs to, as far as its configuration has them: secrets are elsewhere. */
export const workerVariables = async (target: Target): Promise<Readonly<Record<string, unknown>>> =>
  configurationOf(await loadWrangler(), target).vars as Readonly<Record<string, unknown>>

/**
 * A configuration with this one database in it: nothing else of the Worker has to be up for a command. Marked remote,
 * wrangler connects it to the deployed database.
 */
const oneDatabase = (wrangler: Wrangler, binding: string, target: Target): string => {
  const { config: file = D1_CONFIG, remote = false } = target
  const config = configurationOf(wrangler, target)
  const databases = config.d1_databases as readonly { readonly binding: string }[]
  const database = databases.find((d) => d.binding === binding)
  if (!database)
    throw new Error(`${file} has no D1 database bound as ${binding}: add it, or name another with --binding.`)
  const { name, compatibility_date } = config
  const path = join(mkdtempSync(join(tmpdir(), 'edge-upsert-')), 'wrangler.json')
  writeFileSync(path, JSON.stringify({ name, compatibility_date, d1_databases: [{ ...database, remote }] }))
  return path
}

const openD1 = async (target: Target): Promise<Opened> => {
  requireServerNode()
  const wrangler = await loadWrangler()
  const binding = target.binding ?? D1_BINDING
  const { env, dispose } = await wrangler.getPlatformProxy<Record<string, unknown>>({
    configPath: oneDatabase(wrangler, binding, target),
    persist: { path: `${LOCAL_STATE}/v3` },
  })
  return { driver: d1Driver(env[binding] as D1Database), close: dispose }
}

/** A command serves nobody else while it waits. */
export const IN_THIS_THREAD = { threads: false }

/** Opens the database that a command is about. The token of a libSQL server comes from DATABASE_TOKEN. */
export const open = async (target: Target): Promise<Opened> => {
  const database = databaseOf(target)
  return database === D1 ? openD1(target) : openDatabase(database, databaseToken(), IN_THIS_THREAD)
}

const isNewFile = (database: string) => database !== D1 && isMissingFile(database)

/**
 * A file that is not there yet is made only for what may be the first thing that is ever done with it: elsewhere its name
 * is misspelt.
 */
const openFor = async (target: Target, mayBeNew: boolean): Promise<Opened> => {
  const database = databaseOf(target)
  if (database === D1 && !target.remote && !existsSync(`${LOCAL_STATE}/v3/d1`)) {
    // What is wrong with the configuration is said first: its database could not be made either.
    configurationOf(await loadWrangler(), target)
    throw new Error(
      `There is no local D1 database in ${LOCAL_STATE}: make it with "${nextCommand(target, 'migrate')}", or give --remote for the deployed one.`,
    )
  }
  if (!isNewFile(database)) return open(target)
  if (mayBeNew) return openMigrated(database, undefined, IN_THIS_THREAD)
  throw new Error(
    `There is no database file ${databaseName(database)}: name another with --database, or make this one with "${nextCommand(target, 'migrate')}".`,
  )
}

/** @throws Error when a migration is missing, or one too many is there: what a command would meet then is a sentence of SQLite's */
const requireMigrated = async (target: Target, driver: SqlDriver) => {
  await refuseNewer(driver)
  const [pending] = await pendingMigrations(driver)
  if (pending)
    throw new Error(
      `The database has not been migrated (${pending.name} is missing): run "${nextCommand(target, 'migrate')}".`,
    )
}

/**
 * Opens a database for a command that needs all its tables, and closes it again.
 * @param mayBeNew whether a file that is not there is made
 */
export const withDatabase = async <T>(
  target: Target,
  work: (driver: SqlDriver) => Promise<T>,
  { mayBeNew = false } = {},
): Promise<T> => {
  const { driver, close } = await openFor(target, mayBeNew)
  try {
    await requireMigrated(target, driver)
    return await work(driver)
  } catch (error) {
    const database = databaseOf(target)
    throw database === D1 ? error : databaseFailure(database, error)
  } finally {
    await close()
  }
}

/** A database that is named without its directory is asked as if it had one of its own, which knows of nobody elsewhere. */
const knowing = (target: Target): Reach =>
  target.database === undefined || process.env.TENANT_DIRECTORY ? target : { api: '<url of the deployment>' }

/** Whether the organisation lives in the database. @param status there; undefined: it is not. @throws Error when it does not */
const requireLiving = (target: Target, organizationId: string, status: string | undefined): void => {
  if (status !== undefined && !isLeft(status)) return
  const database = databaseOf(target)
  const where = database === D1 ? 'The D1 database' : `The database ${databaseName(database)}`
  const wrong = {
    moved: `${organizationId} has moved away from it`,
    moving: `${organizationId} is moving at this moment, and what is changed there may not be kept`,
  }[String(status)]
  throw new Error(
    `${where} cannot be used for this: ${wrong ?? `there is no organisation ${organizationId} in it`}. "${nextCommand(knowing(target), 'tenant', 'get', organizationId)}" tells where it lives: name that database with --database; one in a Durable Object is reached by the "tenant" commands with --api, and by its own keys.`,
  )
}

/**
 * Opens the database of an organisation for a command about it alone.
 * @throws Error when it does not live there: judged first, and in each transaction of the authority
 */
export const withOrganization = <T>(
  { organization, ...target }: Target & { readonly organization: string },
  work: (authority: Authority, driver: SqlDriver) => Promise<T>,
): Promise<T> =>
  withDatabase(target, async (driver) => {
    const sql = 'SELECT status FROM organizations WHERE id = ?1'
    const { results } = await driver.batch([{ sql, params: [organization.toLowerCase()] }])
    const requireHere = (status: unknown) =>
      requireLiving(target, organization, status === undefined ? undefined : String(status))
    requireHere(results[0]?.rows[0]?.status)
    const authority = asOperator(driver, organization.toLowerCase())
    return work(
      asLongAs(authority, ({ status }) => requireHere(status)),
      driver,
    )
  })
