import { isOutOfSpace } from '../database-fault.ts'
import { type BatchResult, driverError, type SqlDriver, type StatementResult } from '../driver.ts'
import { batchQueue, type QueueLimits } from './batch-queue.ts'
import { DatabaseThread } from './database-thread.ts'
import { libsqlPasses } from './faults.ts'
import { type BatchAnswer, type ConnectionOptions, openConnection, type RawResult } from './libsql-connection.ts'

/**
 * 1,000 single writes wait about half a second, and 16 million characters of large ones about one second, so that
 * everything is fast again a second or two after too much of it ends. A group is what the writer does in a few tens of
 * milliseconds.
 */
const WRITER: QueueLimits = {
  groups: 1,
  groupBatches: 64,
  groupCharacters: 500_000,
  waitingBatches: 1_000,
  waitingCharacters: 16_000_000,
}

const READER: QueueLimits = { ...WRITER, groupBatches: 16 }

/** A table that comes and goes, so that pages are really allocated and written; each is a transaction of its own. */
const SPACE_PROBE = [
  ['CREATE TABLE IF NOT EXISTS space_probe (filling BLOB)', 'INSERT INTO space_probe VALUES (zeroblob(1000000))'],
  ['DROP TABLE space_probe'],
].map((texts) => texts.map((sql) => ({ sql, params: [] })))

export interface LibsqlFile extends SqlDriver {
  /** Whether it can be read and written. After a full disk a write is tried first. @throws nothing */
  isReady(): Promise<boolean>
  /** When nothing waits any more. */
  close(): Promise<void>
}

export interface FileOptions {
  /**
   * Whether others are served meanwhile. A command waits for every answer anyway, and two threads take longer to start
   * than most of what commands ask: without them, all is done by one connection in the thread of the caller.
   */
  readonly threads?: boolean
}

/** What runs groups: a thread, or the caller's own. */
type Runner = Pick<DatabaseThread, 'run' | 'close'> & { start(): Promise<unknown> }

const inThisThread = (options: ConnectionOptions): Runner => {
  const connection = openConnection(options)
  return {
    start: async () => undefined,
    run: async (group) => connection.run(group),
    close: async () => connection.close(),
  }
}

const rowsOf = ({ columns, rows }: RawResult): StatementResult => ({
  rows: rows.map((row) => {
    const named: Record<string, unknown> = {}
    for (let i = 0; i < columns.length; i++) named[columns[i] as string] = row[i]
    return named
  }),
})

const resultOf = ({ results, milliseconds }: Extract<BatchAnswer, { results: unknown }>): BatchResult => ({
  results: results.map(rowsOf),
  milliseconds,
})

/** `file:` and a path, as libSQL's own client takes it; `file::memory:` lives as long as its one connection. */
export const filePathOf = (url: string): string => url.slice('file:'.length).replace(/^\/\/(?=\/)/, '')

/**
 * An embedded database in a file; Node only. All writes go through one connection on a thread of its own, which writes
 * what waits in one transaction with a savepoint for each batch, and answers after it is durable. What only reads has a
 * thread and a connection besides, so that it waits for no write. `milliseconds` of a result are those of its own
 * statements, without the commit that it shares.
 * @param url `file:` and a path
 * @throws Error when the file cannot be opened
 */
export const libsqlFile = async (url: string, { threads = true }: FileOptions = {}): Promise<LibsqlFile> => {
  const path = filePathOf(url)
  let outOfSpace = false

  const queueOf = (runner: Runner, limits: QueueLimits) =>
    batchQueue(async (group) => {
      const answers = await runner.run(group)
      return answers.map((answer) => {
        if ('results' in answer) return { result: resultOf(answer) }
        const error = Object.assign(new Error(answer.fault.message), { code: answer.fault.code })
        if (isOutOfSpace(error)) outOfSpace = true
        return { error: driverError(error, libsqlPasses) }
      })
    }, limits)

  const writing = { path, readOnly: false }
  const writerRunner = threads ? new DatabaseThread(writing) : inThisThread(writing)
  const readerRunner = threads && path !== ':memory:' ? new DatabaseThread({ path, readOnly: true }) : undefined
  const writer = queueOf(writerRunner, WRITER)
  const reader = readerRunner ? queueOf(readerRunner, READER) : writer
  await writerRunner.start()

  /** Of its own, so that whoever asks whether the file can be read waits for nobody who reads it; started by the first who asks. */
  const probeThread = new DatabaseThread({ path, readOnly: true })
  let probe: SqlDriver | undefined
  const startProbe = async () => {
    if (!readerRunner) return
    await probeThread.start()
    probe = queueOf(probeThread, READER)
  }

  const tryToWrite = async () => {
    for (const statements of SPACE_PROBE) await writer.batch(statements)
    outOfSpace = false
  }

  return {
    batch: (statements, options) => (options?.readOnly ? reader : writer).batch(statements, options),
    async isReady() {
      try {
        if (outOfSpace) await tryToWrite()
        if (!probe) startProbe().catch(() => undefined)
        await (probe ?? reader).batch([{ sql: 'SELECT 1 FROM organizations LIMIT 1', params: [] }])
        return true
      } catch {
        return false
      }
    },
    async close() {
      await Promise.all([writerRunner, readerRunner, probeThread].map((runner) => runner?.close()))
    },
  }
}
