import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SqlDriver } from '../storage/driver.ts'
import { batchQueue, type QueueLimits } from '../storage/drivers/batch-queue.ts'
import { type BreakerOptions, type WatchedDriver, withBreaker } from '../storage/drivers/breaker.ts'
import { type FileOptions, libsqlFile } from '../storage/drivers/libsql-file.ts'
import { libsqlHttp } from '../storage/drivers/libsql-http.ts'
import { migrate, refuseNewer } from '../storage/migrations.ts'
import { databaseFailure } from './database-failure.ts'
import { databaseName } from './database-url.ts'
import { requireServerNode } from './require-version.ts'

export interface OpenDatabase {
  readonly driver: SqlDriver
  /** The same database for requests, which wait for a batch only so long. */
  watched(options: BreakerOptions): WatchedDatabase
  close(): Promise<void>
}

export interface WatchedDatabase {
  readonly driver: SqlDriver
  readonly state: WatchedDriver['state']
  /** Whether requests may be sent here: it can be read and, as far as is known, written. @throws nothing */
  isReady(): Promise<boolean>
}

/** A server has its own queue; what is kept here is only what it has not yet been asked. */
const REMOTE: QueueLimits = {
  groups: 32,
  groupBatches: 1,
  groupCharacters: Number.POSITIVE_INFINITY,
  waitingBatches: 1_000,
  waitingCharacters: 16_000_000,
}

const queued = (remote: SqlDriver) =>
  batchQueue(async ([statements = []]) => [{ result: await remote.batch(statements) }], REMOTE)

const openRemote = (url: string, authToken: string | undefined): OpenDatabase => {
  const connect = (timeoutMs?: number) =>
    libsqlHttp({ url, ...(authToken !== undefined && { authToken }), ...(timeoutMs !== undefined && { timeoutMs }) })
  return {
    driver: queued(connect()),
    watched(options) {
      // Behind the queue: the time that a batch waits for its turn says nothing about the server.
      const remote = withBreaker(connect(options.timeoutMs), options)
      const driver = queued(remote)
      // Past the queue as well: it waits for no batch of a client.
      const isReady = () =>
        remote.batch([{ sql: 'SELECT 1 FROM organizations LIMIT 1', params: [] }]).then(
          () => true,
          () => false,
        )
      return { driver, state: remote.state, isReady }
    },
    close: async () => undefined,
  }
}

const openFile = async (url: string, options: FileOptions): Promise<OpenDatabase> => {
  const file = await libsqlFile(url, options)
  return {
    driver: file,
    watched(options) {
      // Never open: a file that takes no writes (its disk is full, another process has it) can still be read.
      const driver = withBreaker(file, { ...options, faults: Number.POSITIVE_INFINITY })
      return { driver, state: driver.state, isReady: () => file.isReady() }
    },
    close: () => file.close(),
  }
}

/**
 * The file or the server that the URL names; a file's folder is made if need be. A server is not asked yet.
 * @throws Error saying in one line what is wrong with the URL or the file
 */
export const openDatabase = async (
  url: string,
  authToken?: string,
  options: FileOptions = {},
): Promise<OpenDatabase> => {
  requireServerNode()
  const name = databaseName(url)
  try {
    if (!url.startsWith('file:')) return openRemote(url, authToken)
    mkdirSync(dirname(name), { recursive: true })
    return await openFile(url, options)
  } catch (error) {
    throw databaseFailure(url, error, true)
  }
}

/**
 * Opens a database and brings it up to date.
 * @throws Error saying in one line why it cannot be used
 */
export const openMigrated = async (
  url: string,
  authToken?: string,
  options: FileOptions = {},
): Promise<OpenDatabase & { readonly migrated: readonly string[] }> => {
  const opened = await openDatabase(url, authToken, options)
  try {
    await refuseNewer(opened.driver)
    return { ...opened, migrated: await migrate(opened.driver) }
  } catch (error) {
    await opened.close()
    throw databaseFailure(url, error)
  }
}
