/** What is wrong with a database, from what was thrown: also what no repeating mends, and somebody can. */

/** What errors carry beside their message, depending on who threw them. */
export interface Fault {
  readonly name?: string
  readonly message?: string
  readonly code?: unknown
  readonly status?: unknown
  readonly retryable?: unknown
  readonly overloaded?: unknown
  readonly cause?: unknown
}

const DEPTH = 5

/** The error and what caused it, outermost first: clients wrap what the network threw. */
export const faultsOf = (error: unknown): Fault[] => {
  const faults: Fault[] = []
  for (let fault = error; fault instanceof Object && faults.length < DEPTH; fault = (fault as Fault).cause)
    faults.push(fault)
  return faults
}

/** No space, or a disk that takes no more writes, which is what SQLite tells of a full one at a commit. */
export const OUT_OF_SPACE = /\b(SQLITE_FULL|SQLITE_IOERR_(WRITE|FSYNC|TRUNCATE)|ENOSPC|EDQUOT)/
const READ_ONLY = /\bSQLITE_READONLY/

const hasCode = (error: unknown, code: RegExp) => faultsOf(error).some((fault) => code.test(String(fault.code ?? '')))

/** Whether a write failed for want of space: reading goes on meanwhile. */
export const isOutOfSpace = (error: unknown): boolean => hasCode(error, OUT_OF_SPACE)

/** Whether a write failed where reading goes on: for want of space, or since the file may only be read. */
export const isReadable = (error: unknown): boolean => isOutOfSpace(error) || hasCode(error, READ_ONLY)

/** The server of a database refuses whoever asks, or has no such database. */
export class ServerRefusedError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`The server answers HTTP ${status}`)
    this.status = status
  }
}

/**
 * What is wrong lasts until somebody mends the database or the configuration. The message says it to operators; what the
 * database said is the cause.
 */
export class DatabaseFaultError extends Error {}

/** Tables that every release has had. */
const UNMIGRATED = /no such table: (main\.)?(organizations|members|credentials|objects|attributes)\b/
const UNUSABLE = /\bSQLITE_(CORRUPT|NOTADB|CANTOPEN|READONLY|PERM)/
/** What a libSQL server says of a database and not of a statement. */
const CLOSED = /^(AUTH|BLOCKED|NAMESPACE)/
/** What D1 says of a database: of a statement it tells SQLite's own code. */
const OF_D1 = /^D1_ERROR: (?!.*\bSQLITE_)(.{1,200})/

/** `refused`: who asks has no right to it; `absent`: there is none; `unmigrated`: it was never one of this product. */
export interface LastingFault {
  readonly kind: 'refused' | 'absent' | 'unmigrated' | 'unusable'
  /** In the words of the database, with no address and no secret. */
  readonly detail: string
}

const unusableBy = ({ message = '', code, status }: Fault): string | undefined => {
  if (typeof status === 'number') return status >= 300 && status < 500 ? `HTTP ${status}` : undefined
  const text = String(code ?? '')
  return UNUSABLE.exec(`${text} ${message}`)?.[0] ?? (CLOSED.test(text) ? text : OF_D1.exec(message)?.[1])
}

/**
 * What no repeating mends, and somebody can: of what a driver throws and has not sorted. Anything else is a fault of ours.
 * @returns undefined for that
 */
export const lastingFault = (error: unknown): LastingFault | undefined => {
  const faults = faultsOf(error)
  const is = (...statuses: readonly number[]) => faults.some(({ status }) => statuses.some((one) => one === status))
  const detail = faults.map(unusableBy).find((one) => one !== undefined) ?? ''
  if (is(401, 403)) return { kind: 'refused', detail }
  if (is(404, 410)) return { kind: 'absent', detail }
  if (faults.some(({ message = '' }) => UNMIGRATED.test(message))) return { kind: 'unmigrated', detail }
  return detail === '' ? undefined : { kind: 'unusable', detail }
}
