import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Database from 'libsql'
import { keptStatements } from '../../src/storage/drivers/libsql-connection.ts'

/**
 * A libSQL server for tests: Hrana 2 as JSON over HTTP, over the embedded engine, on one connection.
 * Every stream lives for one request, since every batch of ours does; a baton is refused rather than half supported.
 */

type Value =
  | { readonly type: 'null' }
  | { readonly type: 'integer' | 'text'; readonly value: string }
  | { readonly type: 'float'; readonly value: number }

interface Stmt {
  readonly sql?: string
  readonly sql_id?: number
  readonly args?: readonly Value[]
  readonly want_rows?: boolean
}

type Condition =
  | { readonly type: 'ok' | 'error'; readonly step: number }
  | { readonly type: 'not'; readonly cond: Condition }
  | { readonly type: 'and' | 'or'; readonly conds: readonly Condition[] }

interface Step {
  readonly stmt: Stmt
  readonly condition?: Condition | null
}

type StreamRequest =
  | { readonly type: 'execute'; readonly stmt: Stmt }
  | { readonly type: 'batch'; readonly batch: { readonly steps: readonly Step[] } }
  | { readonly type: 'store_sql'; readonly sql_id: number; readonly sql: string }
  | { readonly type: 'close_sql'; readonly sql_id: number }
  | { readonly type: 'sequence' | 'describe'; readonly sql?: string; readonly sql_id?: number }
  | { readonly type: 'close' | 'get_autocommit' }

interface HranaError {
  readonly message: string
  readonly code: string
}

const errorOf = (error: unknown): HranaError => {
  const code = (error as { code?: unknown }).code
  return {
    message: error instanceof Error ? error.message : String(error),
    code: typeof code === 'string' ? code : 'SQLITE_UNKNOWN',
  }
}

const fromWire = (value: Value): string | number | bigint | null => {
  switch (value.type) {
    case 'null':
      return null
    case 'integer':
      return BigInt(value.value)
    default:
      return value.value
  }
}

const toWire = (value: unknown): Value => {
  if (value === null || value === undefined) return { type: 'null' }
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) }
  if (typeof value === 'number') return { type: 'float', value }
  return { type: 'text', value: String(value) }
}

/** The connection that all streams share. */
interface Connection {
  readonly db: Database.Database
  readonly prepared: (sql: string) => Database.Statement
}

/** No test of this server takes the power away, so nothing waits for the disk. */
const connectionTo = (path: string): Connection => {
  const db = new Database(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768')
  return { db, prepared: keptStatements(db) }
}

/** One stream: the SQL texts that it has stored. */
class Stream {
  readonly #db: Database.Database
  readonly #prepared: Connection['prepared']
  readonly #texts = new Map<number, string>()

  constructor({ db, prepared }: Connection) {
    this.#db = db
    this.#prepared = prepared
  }

  run(request: StreamRequest): object {
    switch (request.type) {
      case 'execute':
        return { type: 'execute', result: this.#execute(request.stmt) }
      case 'batch':
        return { type: 'batch', result: this.#batch(request.batch.steps) }
      case 'store_sql':
        this.#texts.set(request.sql_id, request.sql)
        return { type: 'store_sql' }
      case 'close_sql':
        this.#texts.delete(request.sql_id)
        return { type: 'close_sql' }
      case 'sequence':
        this.#db.exec(this.#textOf(request))
        return { type: 'sequence' }
      case 'get_autocommit':
        return { type: 'get_autocommit', is_autocommit: !this.#db.inTransaction }
      case 'close':
        return { type: 'close' }
      default:
        throw new Error(`This server does not answer ${request.type}`)
    }
  }

  /** A transaction that the client left open must not leak into the next stream. */
  end(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
  }

  #textOf({ sql, sql_id }: { readonly sql?: string; readonly sql_id?: number }): string {
    const text = sql ?? this.#texts.get(sql_id ?? -1)
    if (text === undefined) throw new Error('The statement names a text that was not stored')
    return text
  }

  #execute(stmt: Stmt): object {
    const statement = this.#prepared(this.#textOf(stmt))
    const args = (stmt.args ?? []).map(fromWire)
    statement.safeIntegers(true)
    if (!statement.reader) {
      const { changes } = statement.run(args)
      return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: null }
    }
    const rows = statement.all(args) as unknown[][]
    const cols = statement.columns().map(({ name }) => ({ name, decltype: null }))
    return { cols, rows: rows.map((row) => row.map(toWire)), affected_row_count: 0, last_insert_rowid: null }
  }

  #batch(steps: readonly Step[]): object {
    const results: (object | null)[] = []
    const errors: (HranaError | null)[] = []
    const holds = (condition: Condition): boolean => {
      switch (condition.type) {
        case 'ok':
          return results[condition.step] !== null
        case 'error':
          return errors[condition.step] !== null
        case 'not':
          return !holds(condition.cond)
        case 'and':
          return condition.conds.every(holds)
        case 'or':
          return condition.conds.some(holds)
      }
    }
    for (const { stmt, condition } of steps) {
      let result: object | null = null
      let error: HranaError | null = null
      try {
        if (!condition || holds(condition)) result = this.#execute(stmt)
      } catch (thrown) {
        error = errorOf(thrown)
      }
      results.push(result)
      errors.push(error)
    }
    return { step_results: results, step_errors: errors }
  }
}

const answer = (connection: Connection, requests: readonly StreamRequest[]): object => {
  const stream = new Stream(connection)
  try {
    const results = requests.map((request) => {
      try {
        return { type: 'ok', response: stream.run(request) }
      } catch (error) {
        return { type: 'error', error: errorOf(error) }
      }
    })
    return { baton: null, base_url: null, results }
  } finally {
    stream.end()
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export interface HranaServer {
  readonly url: string
  close(): Promise<void>
}

const listening = (server: Server) =>
  new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

/** A token that no server takes. */
export const REVOKED = 'revoked'

const PIPELINE = '/v2/pipeline'

/**
 * Below the URL there is a database for each path, as `/acme`: made when it is first asked.
 * @param path of the database file; those of paths stand beside it
 * @param token what clients must send as bearer token, if anything
 */
export const startHranaServer = async (path: string, token?: string): Promise<HranaServer> => {
  const open = new Map<string, Connection>()
  const databaseAt = (name: string): Connection => {
    const connection = open.get(name) ?? connectionTo(`${path}${name.replaceAll('/', '.')}`)
    open.set(name, connection)
    return connection
  }
  databaseAt('')
  const server = createServer(async (request, response) => {
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const body = await bodyOf(request)
    const { authorization } = request.headers
    if (authorization === `Bearer ${REVOKED}` || (token !== undefined && authorization !== `Bearer ${token}`))
      return send(401, { message: 'Unauthorized', code: 'AUTH' })
    if (request.method === 'GET' && request.url === '/v2') return send(200, {})
    const { method, url = '' } = request
    if (method !== 'POST' || !/^(\/[\w-]+)?\/v2\/pipeline$/.test(url)) return send(404, { message: 'Not found' })
    const { baton, requests } = JSON.parse(body) as { baton?: string | null; requests: readonly StreamRequest[] }
    if (baton) return send(400, { message: 'A stream lives for one request here', code: 'BATON' })
    send(200, answer(databaseAt(url.slice(0, -PIPELINE.length)), requests))
  })
  const port = await listening(server)
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          for (const { db } of open.values()) db.close()
          resolve()
        })
      }),
  }
}
