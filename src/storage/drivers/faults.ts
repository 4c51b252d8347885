import { faultsOf, OUT_OF_SPACE } from '../database-fault.ts'

/**
 * Which failures of a database pass by themselves. Every store has its own way of saying so: Cloudflare in sentences
 * (D1's error list, the Durable Objects' page on error handling), libSQL in codes, the network in either.
 */

/** SQLite's own codes: of all that they can say, only these are about the moment and not about the statement. */
const SQLITE = /\bSQLITE_[A-Z]+/
const SQLITE_PASSES = /\bSQLITE_(BUSY|LOCKED|IOERR|INTERRUPT|NOMEM|PROTOCOL|FULL)/

const PLATFORM = new RegExp(
  [
    'network connection lost',
    'is overloaded',
    'too much load',
    'transient issue',
    'client disconnected',
    'exceeded timeout',
    'caused object to be reset',
    'and was reset',
    'reset because its code was updated',
    'internal error',
  ].join('|'),
  'i',
)

/** D1 and Durable Objects. */
export const platformPasses = (error: unknown): boolean =>
  faultsOf(error).some(({ message = '', retryable, overloaded }) => {
    if (retryable === true || overloaded === true) return true
    return SQLITE.test(message) ? SQLITE_PASSES.test(message) : PLATFORM.test(message)
  })

const NETWORK_CODE = /^(ECONN|EPIPE|EHOST|ENET|EAI_|ENOTFOUND|ETIMEDOUT|UND_ERR_)/
const NETWORK = /fetch failed|network connection lost|connection (closed|refused|reset)|socket hang up/i
const HRANA = new Set(['HRANA_CLOSED_ERROR', 'HRANA_WEBSOCKET_ERROR', 'STREAM_EXPIRED', 'TRANSACTION_CLOSED'])

const isStatusThatPasses = (status: unknown) =>
  typeof status === 'number' && (status >= 500 || status === 408 || status === 425 || status === 429)

/** libSQL: a file, or a server over HTTP. */
export const libsqlPasses = (error: unknown): boolean =>
  faultsOf(error).some(({ name = '', message = '', code, status }) => {
    const text = String(code ?? '')
    if (SQLITE.test(text)) return SQLITE_PASSES.test(text)
    if (OUT_OF_SPACE.test(text)) return true
    if (name === 'TimeoutError' || name === 'AbortError') return true
    return HRANA.has(text) || isStatusThatPasses(status) || NETWORK_CODE.test(text) || NETWORK.test(message)
  })

/** Of what calling a server throws: `fetch` and the reading of an answer have no words of their own for what went wrong. */
const UNREADABLE = new Set(['SyntaxError', 'TypeError', 'EndlessAnswer'])

/** Whether the server has answered something that is no answer: HTML, half of the JSON, JSON of another shape. */
const isUnreadable = (error: unknown): boolean => {
  const faults = faultsOf(error)
  const [{ name = '', code } = {}] = faults
  if (UNREADABLE.has(name) || code === 'HRANA_PROTO_ERROR') return true
  return code === 'SERVER_ERROR' && faults.every(({ status }) => status === undefined)
}

/** What `fetch` of workerd says of a host that has no address, or of one that it cannot reach. */
const UNREACHED_BY_WORKERD = /^internal error; reference = /

/** libSQL over HTTP. What is no answer tells of a proxy or a server that is about to be another, so it passes, too. */
export const libsqlServerPasses = (error: unknown): boolean =>
  libsqlPasses(error) ||
  isUnreadable(error) ||
  faultsOf(error).some(({ message = '' }) => UNREACHED_BY_WORKERD.test(message))

const WORD = /^[A-Z][A-Z0-9_]+$/
const UNTOLD = new Set(['Error', 'LibsqlError', ''])

/**
 * What happened, in one word that holds neither an address nor a secret, as messages may: the code of the innermost error
 * that has one, else its kind.
 */
export const faultName = (error: unknown): string => {
  const faults = faultsOf(error).reverse()
  for (const { code, status, message = '' } of faults) {
    if (typeof status === 'number') return `HTTP_${status}`
    if (typeof code === 'string' && WORD.test(code)) return code
    const [sqlite] = SQLITE.exec(message) ?? []
    if (sqlite) return sqlite
  }
  return faults.find(({ name = '' }) => !UNTOLD.has(name))?.name ?? 'unavailable'
}
