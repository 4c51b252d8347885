import Database from 'libsql'
import type { Statement } from '../driver.ts'

/**
 * One connection to an embedded database, used from one thread: every call returns when the database is done. What goes
 * in and what comes out are plain values, because they travel between threads.
 */

/** How long a transaction waits for one of another process before it is answered as unavailable, in milliseconds. */
const BUSY_MS = 2_000

/** Statements that are kept compiled. The product has fewer texts; administration with lists of values has more. */
const KEPT_STATEMENTS = 200

/** Milliseconds after which no further batch of a group is begun: others may wait who have had no turn. */
const GROUP_MS = 30

/** What must not be kept: a schema change runs once, and a pragma may be about the connection. */
const RUN_ONCE = /^\s*(CREATE|ALTER|DROP|PRAGMA|VACUUM|ANALYZE|REINDEX)\b/i

export interface ConnectionOptions {
  /** `:memory:`, or the path of the file. */
  readonly path: string
  /** Refuses whatever would write. */
  readonly readOnly: boolean
}

/** Rows as the database tells them, their columns named once. */
export interface RawResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** What the database threw, as it can be sent to another thread. */
export interface Fault {
  readonly message: string
  readonly code: string
}

export type BatchAnswer =
  | { readonly results: readonly RawResult[]; readonly milliseconds: number }
  | { readonly fault: Fault }

export interface Connection {
  /**
   * Runs batches that arrived together, and answers each when all of them are durable. Where they take long it ends early:
   * of those that it has not begun there is no answer.
   */
  run(batches: readonly (readonly Statement[])[]): BatchAnswer[]
  close(): void
}

const faultOf = (error: unknown): Fault => ({
  message: error instanceof Error ? error.message : String(error),
  code: String((error as { code?: unknown } | undefined)?.code ?? ''),
})

const isBusy = ({ code }: Fault) => /^SQLITE_(BUSY|LOCKED)/.test(code)

/** Compiling the assert statement takes ten times as long as running it for one record. Rows of a reader are arrays. */
export const keptStatements = (db: Database.Database) => {
  const kept = new Map<string, Database.Statement>()
  return (sql: string): Database.Statement => {
    const known = kept.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    if (statement.reader) statement.raw(true)
    if (RUN_ONCE.test(sql)) return statement
    const [oldest] = kept.keys()
    if (kept.size >= KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest)
    kept.set(sql, statement)
    return statement
  }
}

/**
 * The names of a kept statement's columns: to ask for them costs as much as a small statement does. It is done after the
 * statement was run, which may have compiled it anew for a changed schema; with `*` that changes the names too.
 */
const keptColumns = () => {
  const kept = new WeakMap<Database.Statement, readonly string[]>()
  return (statement: Database.Statement, sql: string): readonly string[] => {
    const known = kept.get(statement)
    if (known) return known
    const names = statement.columns().map(({ name }) => name)
    if (!sql.includes('*')) kept.set(statement, names)
    return names
  }
}

const open = ({ path, readOnly }: ConnectionOptions): Database.Database => {
  const db = new Database(path, { timeout: BUSY_MS })
  // WAL lets others read meanwhile; FULL keeps what was acknowledged through a loss of power.
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768',
  )
  if (readOnly) db.exec('PRAGMA query_only = ON')
  return db
}

/** @throws what SQLite throws when the file cannot be opened */
export const openConnection = (options: ConnectionOptions): Connection => {
  let db = open(options)
  let prepared = keptStatements(db)
  const columnsOf = keptColumns()
  const control = (sql: string) => prepared(sql).run()

  const runStatement = ({ sql, params }: Statement): RawResult => {
    const statement = prepared(sql)
    if (!statement.reader) {
      statement.run(params)
      return { columns: [], rows: [] }
    }
    const rows = statement.all(params) as unknown[][]
    return { columns: rows.length > 0 ? columnsOf(statement, sql) : [], rows }
  }

  const runStatements = (statements: readonly Statement[]): BatchAnswer => {
    const started = performance.now()
    const results = statements.map(runStatement)
    return { results, milliseconds: performance.now() - started }
  }

  /** A connection on which something failed beyond one batch is not trusted with a further transaction. */
  const reopen = () => {
    try {
      db.close()
    } finally {
      db = open(options)
      prepared = keptStatements(db)
    }
  }

  const alone = (statements: readonly Statement[]): BatchAnswer => {
    try {
      control(options.readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE')
    } catch (error) {
      reopen()
      return { fault: faultOf(error) }
    }
    try {
      const answer = runStatements(statements)
      control('COMMIT')
      return answer
    } catch (error) {
      if (db.inTransaction) control('ROLLBACK')
      return { fault: faultOf(error) }
    }
  }

  /** Of the first batches, until the time of a group is over; of one at least. */
  const whileInTime = (
    batches: readonly (readonly Statement[])[],
    run: (statements: readonly Statement[]) => BatchAnswer,
  ): BatchAnswer[] => {
    const until = performance.now() + GROUP_MS
    const answers: BatchAnswer[] = []
    for (const statements of batches) {
      if (answers.length > 0 && performance.now() > until) break
      answers.push(run(statements))
    }
    return answers
  }

  /** Each in a transaction of its own; once the database is busy for one, the others do not wait as long again. */
  const oneByOne = (batches: readonly (readonly Statement[])[]): BatchAnswer[] => {
    let busy: BatchAnswer | undefined
    const answers = whileInTime(batches, (statements) => {
      const answer = alone(statements)
      if ('fault' in answer && isBusy(answer.fault)) busy = answer
      return answer
    })
    const waitedFor = busy
    return waitedFor ? batches.map((_, i) => answers[i] ?? waitedFor) : answers
  }

  /** @throws when the whole transaction is gone, and not only what this batch did in it */
  const within = (statements: readonly Statement[]): BatchAnswer => {
    control('SAVEPOINT batch')
    try {
      const answer = runStatements(statements)
      control('RELEASE batch')
      return answer
    } catch (error) {
      if (!db.inTransaction) throw error
      control('ROLLBACK TO batch')
      control('RELEASE batch')
      return { fault: faultOf(error) }
    }
  }

  /** One transaction, so one wait for the disk, with a savepoint for each batch. */
  const together = (batches: readonly (readonly Statement[])[]): BatchAnswer[] => {
    try {
      control('BEGIN IMMEDIATE')
    } catch (error) {
      reopen()
      return batches.map(() => ({ fault: faultOf(error) }))
    }
    try {
      const answers = whileInTime(batches, within)
      control('COMMIT')
      return answers
    } catch {
      // Nothing of it was committed. Run one by one, only those fail that cannot be written themselves.
      if (db.inTransaction) control('ROLLBACK')
      return oneByOne(batches)
    }
  }

  return {
    run: (batches) => (batches.length === 1 || options.readOnly ? oneByOne(batches) : together(batches)),
    close: () => db.close(),
  }
}
