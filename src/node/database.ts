import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SqlDriver } from '../storage/driver.ts'
import { libsqlFile } from '../storage/libsql-file.ts'
import { libsqlHttp } from '../storage/libsql-http.ts'

export interface OpenDatabase {
  readonly driver: SqlDriver
  close(): void
}

/** The file or the server that the URL names; a file's folder is made if need be. */
export const openDatabase = async (url: string, authToken?: string): Promise<OpenDatabase> => {
  if (!url.startsWith('file:'))
    return { driver: libsqlHttp({ url, ...(authToken !== undefined && { authToken }) }), close: () => undefined }
  const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '')
  mkdirSync(dirname(path), { recursive: true })
  const file = await libsqlFile(url)
  return { driver: file, close: () => file.close() }
}
