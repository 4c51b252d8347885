import { createClient } from '@libsql/client/sqlite3'
import type { SqlDriver } from './driver.ts'
import { libsqlDriver } from './libsql.ts'

/** How long a transaction waits for one of another process before it is answered as unavailable. */
const BUSY_MS = 2_000

export interface LibsqlFile extends SqlDriver {
  close(): void
}

/**
 * An embedded database in a file; Node only. One connection, and a batch runs on it without giving up the thread:
 * that is the queue that keeps two write transactions of this process apart.
 * WAL lets a backup or another process read meanwhile; the default `synchronous = FULL` keeps every acknowledged
 * write through a loss of power.
 * @param url `file:` and a path
 */
export const libsqlFile = async (url: string): Promise<LibsqlFile> => {
  const client = createClient({ url, concurrency: 1, timeout: BUSY_MS })
  await client.execute('PRAGMA journal_mode = WAL')
  return { ...libsqlDriver(client), close: () => client.close() }
}
