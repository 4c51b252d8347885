import { createClient } from '@libsql/client/sqlite3'
import { type BatchResult, type SqlDriver, type Statement, UnavailableError } from './driver.ts'
import { libsqlDriver } from './libsql.ts'

/** How long a transaction waits for one of another process before it is answered as unavailable. */
const BUSY_MS = 2_000

export interface LibsqlFile extends SqlDriver {
  close(): void
}

const isBusy = (error: unknown): boolean =>
  error instanceof UnavailableError && /^SQLITE_(BUSY|LOCKED)/.test((error.cause as { code?: string }).code ?? '')

/**
 * An embedded database in a file; Node only. Batches queue for one connection, so two write transactions of this
 * process never meet.
 * WAL lets a backup or another process read meanwhile; the default `synchronous = FULL` keeps every acknowledged
 * write through a loss of power.
 * @param url `file:` and a path
 */
export const libsqlFile = async (url: string): Promise<LibsqlFile> => {
  const client = createClient({ url, concurrency: 1, timeout: BUSY_MS })
  await client.execute('PRAGMA journal_mode = WAL')
  const driver = libsqlDriver(client)
  let last: Promise<unknown> = Promise.resolve()

  const attempt = async (statements: readonly Statement[]): Promise<BatchResult> => {
    try {
      return await driver.batch(statements)
    } catch (error) {
      // A BEGIN that timed out stays "in progress" on its connection, and no transaction there could ever commit.
      if (isBusy(error)) await client.reconnect()
      throw error
    }
  }

  return {
    batch(statements) {
      const turn = last.then(() => attempt(statements))
      last = turn.catch(() => undefined)
      return turn
    },
    close: () => client.close(),
  }
}
