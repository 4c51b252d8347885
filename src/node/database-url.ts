import { existsSync } from 'node:fs'
import { filePathOf } from '../storage/drivers/libsql-file.ts'

/** What may be given as the URL of a database, and how it is called in messages. */

const REMOTE = new Set(['libsql:', 'https:', 'http:'])
const CHOICE = 'Give the path of a file as file:data/edge-upsert.db, or the URL of a server as libsql://host.'

/**
 * @returns what a message may call the database: without the token that a URL may hold
 * @throws Error when the text is no URL that a database can have
 */
export const databaseName = (url: string): string => {
  if (url.startsWith('file:')) {
    const path = filePathOf(url)
    // file://data/x.db would be the file /x.db of the host data.
    if (path === '' || path.startsWith('//')) throw new Error(`"${url}" names no database file. ${CHOICE}`)
    return path
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && REMOTE.has(parsed.protocol) && parsed.host !== '') return `${parsed.protocol}//${parsed.host}`
  // What is no URL of ours may be anybody's, password included; only its kind is repeated.
  const what = parsed
    ? `A database at ${parsed.protocol}`
    : url.includes('@')
      ? 'The database'
      : `"${url}" as a database`
  throw new Error(`${what} cannot be used. ${CHOICE}`)
}

/** Whether the URL is that of a file that there is not: to open it would make it. */
export const isMissingFile = (url: string): boolean => url.startsWith('file:') && !existsSync(databaseName(url))
