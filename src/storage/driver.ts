import { isNotMigrated } from './not-migrated.ts'
import { isOtherProgram } from './program/names.ts'

/** What a statement may be given. Numbers bind as REAL in every driver: cast, or pass them inside JSON. */
export type SqlValue = string | number | null

export interface Statement {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

export interface StatementResult {
  readonly rows: readonly Record<string, unknown>[]
  /** Absent where the driver does not tell (libSQL). */
  readonly rowsRead?: number
  readonly rowsWritten?: number
}

export interface BatchResult {
  readonly results: readonly StatementResult[]
  /** Milliseconds that the database itself spent, where the driver tells; else those of the call. */
  readonly milliseconds: number
}

/** What a driver may make use of, and need not. */
export interface BatchOptions {
  /** None of the statements writes, not even into a view: a store may run them beside its writer. */
  readonly readOnly?: boolean
  /** Asked just before a batch that had to wait is run: whether nobody waits for its answer any more. */
  readonly isAbandoned?: () => boolean
  /** Whose records it is about: those that wait are run in turn, organisation by organisation. Absent: the operator's. */
  readonly organizationId?: string
}

/**
 * The whole of what a store needs of a database: run statements in order, in one transaction, in one call.
 * All of D1, libSQL and a Durable Object can do that, and nothing more is common to them.
 */
export interface SqlDriver {
  /**
   * @throws AbortError when a trigger or constraint refused: nothing was written
   * @throws UnavailableError when the database failed or timed out: repeating is safe
   * @throws UpgradingError when the database has another version of the assert program: nothing was done
   * @throws NoDatabaseError when the organisation has none
   * @throws Error of any other kind when something is wrong that no repeating will mend
   */
  batch(statements: readonly Statement[], options?: BatchOptions): Promise<BatchResult>
}

/** The driver for statements that write nothing. */
export const readOnly = (driver: SqlDriver): SqlDriver => ({
  batch: (statements, options) => driver.batch(statements, { ...options, readOnly: true }),
})

/** The driver for what is done for one organisation, whoever does it. */
export const inTurnOf = (organizationId: string, driver: SqlDriver): SqlDriver => ({
  batch: (statements, options) => driver.batch(statements, { ...options, organizationId }),
})

/** The transaction was rolled back by SQL. `message` is SQLite's own and stays inside. */
export class AbortError extends Error {}

/** The database could not be reached, is overloaded, out of space, or took too long. */
export class UnavailableError extends Error {}

/** There is too much to do already: the database was not asked, and this is no fault of it. */
export class OverloadedError extends UnavailableError {}

/** Nobody waits for the answer any more: the database was not asked. */
export class AbandonedError extends UnavailableError {}

/** The database has failed several times in a row, so it is left alone for a while and was not asked. */
export class BreakerOpenError extends UnavailableError {
  /** Milliseconds until it is asked again. */
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/** What is known of a database from the answers to others: for the log and `/ready?verbose`. Holds no address. */
export interface DatabaseState {
  readonly name: string
  /** `open`: nothing is sent to it for a while. `half-open`: one batch is under way, to see whether it is back. */
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** Since when, in ISO 8601. */
  readonly since: string
  /** Kind and time of its last failure; absent where there was none. */
  readonly fault?: string
  readonly faultAt?: string
}

/** The database has another version of the assert program: this build, or the database, is about to be replaced. */
export class UpgradingError extends Error {}

/** There is no database for the organisation: it does not exist, whoever says that they are of it. */
export class NoDatabaseError extends Error {}

/** SQLite's and the drivers' words for "refused by a constraint or by RAISE". */
const REFUSED = /SQLITE_CONSTRAINT|constraint failed|edge-upsert:/i

/**
 * Sorts what a driver threw; what is neither a refusal nor passes by itself (a missing table, a wrong token) stays as
 * it is. Nothing of the message ever reaches a client.
 * @param passes whether repeating may help; drivers/faults.ts has one for every kind of driver
 */
export const driverError = (error: unknown, passes: (error: unknown) => boolean): unknown => {
  const message = error instanceof Error ? error.message : String(error)
  if (isOtherProgram(message) || isNotMigrated(message)) return new UpgradingError(message, { cause: error })
  if (REFUSED.test(message)) return new AbortError(message, { cause: error })
  return passes(error) ? new UnavailableError(message, { cause: error }) : error
}
