import type { SqlDriver } from '../storage/driver.ts'
import type { Deployment } from '../tenants/deployment.ts'
import { PlaceError, shared } from '../tenants/place.ts'
import { type OpenPlace, Places } from '../tenants/places.ts'
import { sharedDeployment } from '../tenants/shared.ts'
import { sqlTenantDirectory } from '../tenants/sql-directory.ts'
import { type OpenDatabase, openMigrated } from './database.ts'

/** Where the tenants of a Node server live: in its own database, or each in one that its place names by URL. */

export interface NodeTenancySettings {
  /** URL of the directory; undefined: it is in the server's own database, where all tenants live. */
  readonly directoryUrl: string | undefined
}

export interface NodeDeployment extends Deployment {
  /** Closes what was opened besides the server's own database. */
  close(): Promise<void>
}

/** Databases that tenants have of their own, opened and brought up to date when one is first needed. */
class OwnDatabases {
  readonly #open = new Map<string, Promise<OpenDatabase>>()

  driver(url: string, token: string | undefined): SqlDriver {
    return {
      batch: async (statements, options) => (await this.#opened(url, token)).driver.batch(statements, options),
    }
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values())
    await Promise.all(opened.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
  }

  /** A failure is tried again by the next batch. */
  #opened(url: string, token: string | undefined): Promise<OpenDatabase> {
    let opened = this.#open.get(url)
    if (!opened) {
      opened = openMigrated(url, token).catch((error: unknown) => {
        this.#open.delete(url)
        throw new PlaceError(error instanceof Error ? error.message : String(error), { cause: error })
      })
      this.#open.set(url, opened)
    }
    return opened
  }
}

/** @throws Error when the directory cannot be opened */
export const nodeDeployment = async (
  home: SqlDriver,
  { directoryUrl }: NodeTenancySettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<NodeDeployment> => {
  if (directoryUrl === undefined) return { ...sharedDeployment(home), close: async () => undefined }
  const directory = await openMigrated(directoryUrl, env.DATABASE_TOKEN)
  const own = new OwnDatabases()
  const open: OpenPlace = (_organizationId, place) => {
    if (place.shape === 'shared') return home
    if (place.shape === 'object' || 'binding' in place)
      throw new PlaceError('a Node server has no objects and no bindings: give the database a "url"')
    const token = place.token === undefined ? undefined : env[place.token]
    if (place.token !== undefined && !token) throw new PlaceError(`there is no variable "${place.token}"`)
    return own.driver(place.url, token)
  }
  return {
    places: new Places({ home: shared, open, directory: { driver: directory.driver, over: sqlTenantDirectory } }),
    directory: sqlTenantDirectory(directory.driver),
    isMixed: true,
    async close() {
      await own.close()
      await directory.close()
    },
  }
}
