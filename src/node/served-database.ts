import { setTimeout as wait } from 'node:timers/promises'
import { idsFollow } from '../engine/ids.ts'
import { type DatabaseState, type SqlDriver, UnavailableError } from '../storage/driver.ts'
import { migrate, refuseNewer } from '../storage/migrations.ts'
import { openDatabase } from './database.ts'
import { databaseFailure } from './database-failure.ts'
import { newestRecordId } from './newest-record.ts'
import type { NodeSettings } from './settings.ts'

/** Milliseconds that a load balancer waits gladly; a database that takes longer to answer is not ready. */
const READY_MS = 1_000

/** Milliseconds between two tries to reach a server: twice as many each time. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

export interface ServedDatabase {
  /** Answers as unavailable until the database has been reached and brought up to date. */
  readonly driver: SqlDriver
  /** Names of the migrations applied so far; undefined while the database could not be reached. */
  migrated(): readonly string[] | undefined
  /** Goes on trying until the database is there, or is closed. @throws Error saying in one line why it cannot be used */
  reach(): Promise<void>
  /** @throws nothing, and answers within a second or so */
  isReady(): Promise<boolean>
  state(): DatabaseState
  close(): Promise<void>
}

const isAway = (error: unknown) => error instanceof Error && error.cause instanceof UnavailableError

const withinReadyTime = (answer: Promise<boolean>) => {
  const late = new AbortController()
  return Promise.race([answer, wait(READY_MS, false, { signal: late.signal })]).finally(() => late.abort())
}

type Settings = Pick<NodeSettings, 'databaseUrl' | 'databaseToken' | 'databaseTimeoutMs'> & {
  /** What the log and /ready call the database: its address may hold a secret. */
  readonly name: string
  /** As `FileOptions` has it. */
  readonly threads?: boolean
}

/**
 * The database of `npm run serve`, brought up to date. A server that is away is no reason not to start: whoever starts
 * both at once would have to start this one again. A file that cannot be used is.
 * @param log takes what happens to it, a line each
 * @throws Error saying in one line why the database cannot be used
 */
export const serveDatabase = async (settings: Settings, log: (line: string) => void): Promise<ServedDatabase> => {
  const { name, databaseUrl: url, databaseToken, databaseTimeoutMs: timeoutMs, threads = true } = settings
  const opened = await openDatabase(url, databaseToken, { threads })
  const { driver, state, isReady } = opened.watched({ name, timeoutMs, log })
  const tell = (what: object) => log(JSON.stringify({ at: new Date().toISOString(), database: name, ...what }))
  let migrated: readonly string[] | undefined
  const closing = new AbortController()

  const prepare = async () => {
    try {
      // Within the time limit of requests; what follows may take longer.
      await refuseNewer(driver)
      const applied = await migrate(opened.driver)
      idsFollow((await newestRecordId(driver)) ?? '')
      migrated = applied
    } catch (error) {
      throw databaseFailure(url, error)
    }
  }

  let failure: unknown
  try {
    await prepare()
  } catch (error) {
    failure = error
    if (url.startsWith('file:') || !isAway(error)) {
      await opened.close()
      throw error
    }
  }

  return {
    driver: {
      batch: (statements, options) =>
        migrated
          ? driver.batch(statements, options)
          : Promise.reject(new UnavailableError('The database has not been reached since the start')),
    },
    migrated: () => migrated,
    async reach() {
      for (let waitMs = FIRST_WAIT_MS; !migrated; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
        tell({ error: failure instanceof Error ? failure.message : String(failure), retryInSeconds: waitMs / 1_000 })
        await wait(waitMs, undefined, { signal: closing.signal }).catch(() => undefined)
        if (closing.signal.aborted) return
        try {
          await prepare()
          tell({ migrated })
        } catch (error) {
          if (!isAway(error)) throw error
          failure = error
        }
      }
    },
    isReady: async () => migrated !== undefined && withinReadyTime(isReady()),
    state,
    close() {
      closing.abort()
      return opened.close()
    },
  }
}
