import { DurableObject } from 'cloudflare:workers'
import { hookKeys, secretBox } from '../../secrets/secret-box.ts'
import { fetchOutbox } from '../../subscriptions/sending.ts'
import {
  AbortError,
  type BatchResult,
  driverError,
  type SqlDriver,
  type Statement,
  type StatementResult,
  UnavailableError,
  UpgradingError,
} from '../driver.ts'
import { isBeginning } from '../jobs/begin.ts'
import { runJobs } from '../jobs/run.ts'
import { MigrationError, migrate } from '../migrations.ts'
import { delivering } from '../subscriptions/drive-behind.ts'
import { runSubscriptions } from '../subscriptions/lanes.ts'
import { furtherSweep, hasMore, sweepStatements } from '../sweep.ts'
import { platformPasses } from './faults.ts'

const SWEEP_EVERY_MS = 3_600_000

/** Whoever has begun a job drives it, too; the alarm is for when they are gone. */
const ALARM_MS = 30_000

/** Milliseconds of an alarm that jobs take, and subscriptions after them: requests have their turn between two chunks. */
const ALARM_JOBS_MS = 20_000

/** Of the variables of the Worker, what its objects read. */
interface ObjectEnv {
  readonly HOOKS_KEY?: string
}

/** What the object answers. Errors lose their class on the way, so they travel as values. */
export type ObjectAnswer =
  | { readonly results: readonly StatementResult[] }
  | { readonly refused: string }
  | { readonly unavailable: string }
  | { readonly upgrading: string }
  | { readonly failed: string }
  | { readonly absent: true }
  | { readonly unmigrated: string; readonly because: string }

/**
 * One organisation's database. The first batch that may create it makes it; from then on it brings itself up to date
 * whenever it wakes. A batch that may not create it leaves an object that was never made without a byte of storage.
 */
export class OrganizationDatabase extends DurableObject<ObjectEnv> {
  #migrated: Promise<unknown> | undefined
  #sweptAt = 0

  async batch(statements: readonly Statement[], mayCreate: boolean): Promise<ObjectAnswer> {
    if (!this.#migrated && !mayCreate && !this.#exists()) return { absent: true }
    try {
      await this.#upToDate()
      const { results } = this.#run(statements)
      if (statements.some(isBeginning)) await this.ctx.storage.setAlarm(Date.now() + ALARM_MS)
      else if (this.#isSubscribed() && (await this.ctx.storage.getAlarm()) === null)
        await this.ctx.storage.setAlarm(Date.now() + ALARM_MS)
      this.#sweep()
      return { results }
    } catch (error) {
      if (error instanceof MigrationError) return { unmigrated: error.migration, because: error.reason }
      if (error instanceof AbortError) return { refused: error.message }
      if (error instanceof UpgradingError) return { upgrading: error.message }
      if (error instanceof UnavailableError) return { unavailable: error.message }
      return { failed: error instanceof Error ? error.message : String(error) }
    }
  }

  /**
   * Everything that was ever stored here is gone, as if the object had never been made.
   * @param statuses of the organisation: one that is served is never erased, whoever says so
   * @param revision that it was read with: another one is of somebody who has come since. Workers of the release before name none
   * @returns whether nothing is here any more
   */
  async erase(organizationId: string, statuses: readonly string[], revision?: number): Promise<boolean> {
    const { storage } = this.ctx
    if (this.#exists()) {
      const sql = 'SELECT status, revision FROM organizations WHERE id = ?'
      const [row] = storage.sql.exec(sql, organizationId).toArray()
      if (row && !(statuses.includes(String(row.status)) && row.revision === (revision ?? row.revision))) return false
    }
    await storage.deleteAll()
    this.#migrated = undefined
    return true
  }

  /**
   * Goes back to what was stored at that time, within the 30 days that the platform keeps. The object restarts: whatever it
   * does not answer any more may be sent again.
   * @param time milliseconds since 1970
   */
  async rewind(time: number): Promise<{ readonly impossible?: string }> {
    const { storage } = this.ctx
    try {
      await storage.onNextSessionRestoreBookmark(await storage.getBookmarkForTime(time))
      // After the answer has gone out.
      setTimeout(() => this.ctx.abort('The object goes back in time'), 0)
      return {}
    } catch (error) {
      return { impossible: error instanceof Error ? error.message : String(error) }
    }
  }

  /** Whether that time is kept. A method of its own: an object of an earlier release has none, and would not go back. */
  async canRewind(time: number): Promise<{ readonly impossible?: string }> {
    try {
      await this.ctx.storage.getBookmarkForTime(time)
      return {}
    } catch (error) {
      return { impossible: error instanceof Error ? error.message : String(error) }
    }
  }

  /** Jobs and subscriptions go on even if nobody asks any more. What fails is tried again by the platform. */
  override async alarm(): Promise<void> {
    if (!this.#exists()) return
    await this.#upToDate()
    const driver = {
      batch: async (statements: readonly Statement[]) => {
        await scheduler.wait(0)
        return this.#run(statements)
      },
    }
    const isDone = await runJobs(driver, { until: Date.now() + ALARM_JOBS_MS })
    const next = this.#isSubscribed() ? await this.#tellSubscribers(driver) : undefined
    const soon = Date.now() + ALARM_MS
    if (!isDone) await this.ctx.storage.setAlarm(Math.min(soon, next ?? soon))
    else if (next !== undefined) await this.ctx.storage.setAlarm(Math.max(next, Date.now() + 1))
  }

  /** @returns when there will be something to send again */
  #tellSubscribers(driver: SqlDriver): Promise<number | undefined> {
    const box = secretBox(hookKeys(this.env.HOOKS_KEY))
    const until = Date.now() + ALARM_JOBS_MS
    return runSubscriptions(driver, { ...delivering(fetchOutbox(), box), until })
  }

  /** Whether anything written here is to be told. A look at its own table, which is empty where nobody has subscribed. */
  #isSubscribed(): boolean {
    return this.ctx.storage.sql.exec("SELECT 1 FROM subscriptions WHERE state = 'on' LIMIT 1").toArray().length > 0
  }

  /** Once per awakening; a failure is tried again by the next call. */
  #upToDate(): Promise<unknown> {
    this.#migrated ??= migrate({ batch: async (statements) => this.#run(statements) }).catch((error: unknown) => {
      this.#migrated = undefined
      throw error
    })
    return this.#migrated
  }

  /**
   * At most once an hour and only of an object that is awake anyway: an alarm would wake every idle object every day for
   * old replays that cost next to nothing. Too old to be replayed they are whether deleted or not.
   */
  #sweep() {
    const now = Date.now()
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return
    this.#sweptAt = now
    try {
      // While there is more, the next batch goes on.
      const { results } = this.#run(sweepStatements(now))
      this.#run(furtherSweep(results))
      if (hasMore(results)) this.#sweptAt = 0
    } catch (error) {
      console.error('What is old could not be swept', error)
    }
  }

  #exists(): boolean {
    return this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'd1_migrations'").toArray().length > 0
  }

  /** The clock of an object stands still while it computes, so the caller measures. */
  #run(statements: readonly Statement[]): BatchResult {
    const { storage } = this.ctx
    try {
      const results = storage.transactionSync(() =>
        statements.map(({ sql, params }) => {
          const cursor = storage.sql.exec(sql, ...params)
          const rows = cursor.toArray()
          return { rows, rowsRead: cursor.rowsRead, rowsWritten: cursor.rowsWritten }
        }),
      )
      return { results, milliseconds: 0 }
    } catch (error) {
      throw driverError(error, platformPasses)
    }
  }
}
