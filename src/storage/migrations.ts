import { AbortError, type SqlDriver, UnavailableError } from './driver.ts'
import { migrationFiles } from './migration-files.ts'
import { proveProgram } from './program/canary.ts'

export type Migration = (typeof migrationFiles)[number]

/** The table that `wrangler d1 migrations apply` keeps, so that either may go on where the other stopped. */
const APPLIED = `
CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

const rowsOf = async (driver: SqlDriver, sql: string) =>
  (await driver.batch([{ sql, params: [] }], { readOnly: true })).results[0]?.rows ?? []

/** The names of what has been applied. It only looks: also where nothing ever was. */
const appliedMigrations = async (driver: SqlDriver): Promise<ReadonlySet<string>> => {
  const tables = await rowsOf(driver, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'd1_migrations'")
  const applied = tables.length === 0 ? [] : await rowsOf(driver, 'SELECT name FROM d1_migrations')
  return new Set(applied.map(({ name }) => String(name)))
}

/** What `migrate` would apply. */
export const pendingMigrations = async (driver: SqlDriver): Promise<readonly Migration[]> => {
  const applied = await appliedMigrations(driver)
  return migrationFiles.filter((migration) => !applied.has(migration.name))
}

/**
 * For whoever starts anew on a database. What runs already may meet a newer one, in the middle of a deployment.
 * @throws Error when a newer release has migrated it: this one does not know what it holds
 */
export const refuseNewer = async (driver: SqlDriver): Promise<void> => {
  const known = new Set<string>(migrationFiles.map((migration) => migration.name))
  const [unknown] = [...(await appliedMigrations(driver))].filter((name) => !known.has(name))
  if (unknown !== undefined)
    throw new Error(`A newer release has migrated the database (${unknown} is unknown here): run that release.`)
}

/** Files that scripts/build-program.ts makes. */
const isProgram = (name: string): boolean => name.endsWith('_program.sql')

/** A migration that a database does not take, by its name. What the database said is the cause. */
export class MigrationError extends Error {
  readonly migration: string
  readonly reason: string

  constructor(migration: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`The migration ${migration} failed: ${reason}`, { cause })
    this.migration = migration
    this.reason = reason
  }
}

const noteApplied = ({ name }: Migration) => ({ sql: 'INSERT INTO d1_migrations (name) VALUES (?1)', params: [name] })
const statementsOf = ({ statements }: Migration) => statements.map((sql) => ({ sql, params: [] }))

const apply = async (driver: SqlDriver, migration: Migration): Promise<void> => {
  const { name } = migration
  try {
    await driver.batch([noteApplied(migration), ...statementsOf(migration)])
  } catch (error) {
    // Another that migrates at the same time, or a database that is away: neither is the migration's fault.
    throw error instanceof AbortError || error instanceof UnavailableError ? error : new MigrationError(name, error)
  }
}

/**
 * Makes a new database, in one transaction, with its programs last: for every column that is added SQLite reads all of the
 * schema again, and the programs are nearly all of it. No other file runs a program.
 * @returns false when the database is as it was, and the files are to be applied one by one: somebody else has begun, or
 * one of them fails, which is to be told by its name
 */
const makeAnew = async (driver: SqlDriver): Promise<boolean> => {
  const { true: programs = [], false: others = [] } = Object.groupBy(migrationFiles, ({ name }) => `${isProgram(name)}`)
  try {
    await driver.batch([...migrationFiles.map(noteApplied), ...[...others, ...programs].flatMap(statementsOf)])
    return true
  } catch (error) {
    if (error instanceof UnavailableError) throw error
    return false
  }
}

/**
 * Brings a database up to date, a new one in one transaction, another with one for each file. Safe to run from several places at once: the file's
 * name goes in first, so whoever comes second is stopped by its uniqueness and looks again. A program that was applied is
 * proved against this very database before it is trusted with anything.
 * @returns the names of the files that this call has applied
 * @throws MigrationError when the database does not take one: what was applied before it stays
 * @throws Error when the database runs the program otherwise than it must
 */
export const migrate = async (driver: SqlDriver): Promise<readonly string[]> => {
  const done: string[] = []
  const pending = await pendingMigrations(driver)
  let [next] = pending
  if (next) await driver.batch([{ sql: APPLIED, params: [] }])
  if (pending.length === migrationFiles.length && (await makeAnew(driver))) {
    done.push(...pending.map(({ name }) => name))
    next = undefined
  }
  while (next) {
    let refused: unknown
    try {
      await apply(driver, next)
      done.push(next.name)
    } catch (error) {
      if (!(error instanceof AbortError)) throw error
      refused = error
    }
    const [following] = await pendingMigrations(driver)
    if (refused && following?.name === next.name) throw new MigrationError(next.name, refused)
    next = following
  }
  if (done.some(isProgram)) await proveProgram(driver)
  return done
}
