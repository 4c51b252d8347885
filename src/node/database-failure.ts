import { faultsOf, ServerRefusedError } from '../storage/database-fault.ts'
import { UnavailableError, UpgradingError } from '../storage/driver.ts'
import { databaseName } from './database-url.ts'

/** From what a database or its folder threw to what is wrong and what to do about it, for who has just started something. */

const WRITABLE = 'See that the path is right, and that this user may write the file and its folder'

/** By what the code of the error contains, the most special first. */
const remedies: readonly (readonly [RegExp, string, string])[] = [
  [/SQLITE_NOTADB/, 'is no SQLite database', 'Name another file'],
  [/SQLITE_CORRUPT/, 'is damaged', 'Put a backup in its place'],
  [/SQLITE_(BUSY|LOCKED)/, 'is locked by another process', 'Repeat it when that has finished'],
  [/SQLITE_FULL|ENOSPC|EDQUOT/, 'has no room left', 'Make room on its disk'],
  [/SQLITE_READONLY|SQLITE_IOERR|EROFS/, 'cannot be written', WRITABLE],
  [/SQLITE_CANTOPEN|Unable to open|EACCES|EPERM|ENOENT|ENOTDIR|EEXIST|EISDIR/, 'cannot be opened', WRITABLE],
  [
    /^40[13]$/,
    'refuses the token',
    'Set DATABASE_TOKEN to one that it takes, or the TENANT_TOKEN_… that the place of its tenant names',
  ],
  [/^404$/, 'is not there', 'See that the URL is right'],
  [
    /ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|UND_ERR|TimeoutError|^5\d\d$/,
    'cannot be reached',
    'See that it runs and that its URL is right',
  ],
]

const isOfDatabase = (error: unknown, faults: ReturnType<typeof faultsOf>) =>
  error instanceof UnavailableError ||
  error instanceof ServerRefusedError ||
  faults.some(({ name, code }) => name === 'LibsqlError' || /^SQLITE_/.test(String(code ?? '')))

/**
 * @param opening whether nothing but opening was tried: then whatever failed is about the database
 * @returns an error whose message is one line; the error as it was when it is not about the database
 */
export const databaseFailure = (url: string, error: unknown, opening = false): unknown => {
  const faults = faultsOf(error)
  if (error instanceof UpgradingError)
    return new Error(
      `The database ${databaseName(url)} is of another release than this one: migrate it, or run that.`,
      {
        cause: error,
      },
    )
  if (!opening && !isOfDatabase(error, faults)) return error
  const codes = faults.flatMap(({ name = '', message = '', code, status }) => [
    String(code ?? ''),
    String(status ?? ''),
    name,
    message,
  ])
  const [, wrong, remedy] = remedies.find(([pattern]) => codes.some((code) => pattern.test(code))) ?? [
    undefined,
    'failed',
    'Repeat it, and look at the database if it fails again',
  ]
  const detail = faults.at(-1)?.message || codes.find((code) => code !== '') || 'no reason given'
  return new Error(`The database ${databaseName(url)} ${wrong} (${detail}). ${remedy}.`, { cause: error })
}
