import { dirname, resolve } from 'node:path'
import { lastingFault } from '../storage/database-fault.ts'
import type { DatabaseState, SqlDriver } from '../storage/driver.ts'
import type { Deployment } from '../tenants/deployment.ts'
import { MissingFileError, databaseName as nameOf, PlaceError, shared, type UrlPlace } from '../tenants/place.ts'
import { type OpenOptions, type OpenPlace, Places } from '../tenants/places.ts'
import { sharedDeployment } from '../tenants/shared.ts'
import { sqlTenantDirectory } from '../tenants/sql-directory.ts'
import { openDatabase } from './database.ts'
import { databaseName, isMissingFile } from './database-url.ts'
import { type ServedDatabase, serveDatabase } from './served-database.ts'
import { defaultDatabase, hooksJournalOf, type NodeSettings } from './settings.ts'

/** Where the tenants of a Node server live: in its own database, or each in one that its place names by URL. */

export interface NodeDeployment extends Deployment {
  /** What is known of the databases besides the server's own. */
  states(): readonly DatabaseState[]
  /** Closes them. */
  close(): Promise<void>
}

type Settings = Pick<NodeSettings, 'databaseTimeoutMs' | 'directoryUrl'>
type Variables = Readonly<Record<string, string | undefined>>

const FILE = 'file:'

/** Databases that tenants have of their own, opened and brought up to date when one is first needed. */
class OwnDatabases {
  readonly #open = new Map<string, Promise<ServedDatabase>>()
  readonly #reached = new Set<ServedDatabase>()
  readonly #log: (line: string) => void
  readonly #timeoutMs: number
  readonly #threads: boolean

  constructor(log: (line: string) => void, timeoutMs: number, threads: boolean) {
    this.#log = log
    this.#timeoutMs = timeoutMs
    this.#threads = threads
  }

  driver(name: string, { url }: UrlPlace, token: string | undefined, { mayCreate, asItIs }: OpenOptions): SqlDriver {
    return {
      batch: async (statements, options) => {
        if (!mayCreate && !this.#isThere(url, token)) throw new MissingFileError('there is no file at its place')
        if (asItIs && !this.#open.has(this.#keyOf(url, token)))
          return this.#alone(url, token, ({ batch }) => batch(statements, options))
        return (await this.#opened(name, url, token)).driver.batch(statements, options)
      },
    }
  }

  states(): readonly DatabaseState[] {
    return [...this.#reached].map((database) => database.state())
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#open.values())
    await Promise.all([...this.#reached].map((database) => database.close()))
  }

  /** Whoever shows another token is another client of the same database; a file has one, however its path is written. */
  #keyOf(url: string, token: string | undefined): string {
    return JSON.stringify([url.startsWith(FILE) ? resolve(databaseName(url)) : url, token])
  }

  /** Opens a database for this alone, and does not bring it up to date. */
  async #alone<T>(url: string, token: string | undefined, work: (driver: SqlDriver) => Promise<T>): Promise<T> {
    const { driver, close } = await openDatabase(url, token, { threads: this.#threads })
    try {
      return await work(driver)
    } finally {
      await close()
    }
  }

  /** Opening a file makes it. */
  #isThere(url: string, token: string | undefined): boolean {
    return this.#open.has(this.#keyOf(url, token)) || !isMissingFile(url)
  }

  /** What cannot be opened at all is tried again by the next batch; a server that is away is asked again by itself. */
  #opened(name: string, url: string, token: string | undefined): Promise<ServedDatabase> {
    const key = this.#keyOf(url, token)
    const known = this.#open.get(key)
    if (known) return known
    const opened = this.#begin(name, url, token, () => this.#open.delete(key)).catch((error: unknown) => {
      this.#open.delete(key)
      // Which token that is, is known to who knows the place.
      if (lastingFault(error)?.kind === 'refused') throw error
      throw new PlaceError(error instanceof Error ? error.message : String(error), { cause: error })
    })
    this.#open.set(key, opened)
    return opened
  }

  async #begin(name: string, url: string, token: string | undefined, forget: () => void): Promise<ServedDatabase> {
    const settings = { name, databaseUrl: url, databaseToken: token, databaseTimeoutMs: this.#timeoutMs }
    const database = await serveDatabase({ ...settings, threads: this.#threads }, this.#log)
    this.#reached.add(database)
    if (!database.migrated())
      database.reach().catch((error: unknown) => {
        forget()
        // The next batch opens another.
        this.#reached.delete(database)
        console.error(`The database ${name} cannot be used`, error)
        return database.close()
      })
    return database
  }
}

/**
 * Files of tenants stand beside that of their directory, so that no place names a file of somebody else's.
 * @throws PlaceError
 */
const requireOwnFile = (url: string, directoryUrl: string, env: Variables): void => {
  if (!url.startsWith(FILE)) return
  const path = resolve(databaseName(url))
  const taken = [directoryUrl, defaultDatabase(env).databaseUrl, hooksJournalOf(env)].map((one) =>
    resolve(databaseName(one)),
  )
  const isBeside = directoryUrl.startsWith(FILE) && dirname(path) === dirname(resolve(databaseName(directoryUrl)))
  if (!isBeside || !path.endsWith('.db') || taken.includes(path))
    throw new PlaceError(
      'a file must end in .db, stand beside that of TENANT_DIRECTORY, and be none of the server: that, the one of DATABASE_URL, its journal of hooks',
    )
}

/**
 * A directory that is not there yet is made.
 * @param options `isServed`: as `Deployment` has it
 * @throws Error when the directory cannot be opened
 */
export const nodeDeployment = async (
  home: SqlDriver,
  { directoryUrl, databaseTimeoutMs }: Settings,
  log: (line: string) => void,
  { env = process.env, isServed = true }: { readonly env?: Variables; readonly isServed?: boolean } = {},
): Promise<NodeDeployment> => {
  if (directoryUrl === undefined) return { ...sharedDeployment(home), states: () => [], close: async () => undefined }
  const own = new OwnDatabases(log, databaseTimeoutMs, isServed)
  const open: OpenPlace = (organizationId, place, options) => {
    if (place.shape === 'shared') return home
    if (place.shape === 'object' || 'binding' in place)
      throw new PlaceError('a Node server has no objects and no bindings: give the database a "url"')
    requireOwnFile(place.url, directoryUrl, env)
    const token = place.token === undefined ? undefined : env[place.token]
    if (place.token !== undefined && !token) throw new PlaceError(`there is no variable "${place.token}"`)
    return own.driver(nameOf(organizationId, place), place, token, options)
  }
  const directory = own.driver('directory', { shape: 'database', url: directoryUrl }, env.DATABASE_TOKEN, {
    mayCreate: true,
  })
  await directory.batch([])
  return {
    places: new Places({ home: shared, open, directory: { driver: directory, over: sqlTenantDirectory } }),
    directory: sqlTenantDirectory(directory),
    isMixed: true,
    isServed,
    states: () => own.states(),
    close: () => own.close(),
  }
}
