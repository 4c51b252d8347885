import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'

/** A database that lies in a folder, so that it can be opened again by another process. */
export interface OpenStore {
  readonly driver: SqlDriver
  close(): Promise<void>
}

const openD1 = async (folder: string): Promise<OpenStore> => {
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      cf: false,
      modules: true,
      script: 'export default {}',
      compatibilityDate: '2026-10-23',
      d1Databases: { DB: 'crash' },
    }),
    resourcePersistencePath: folder,
  })
  const database = (await miniflare.getD1Database('DB')) as unknown as D1Database
  return { driver: d1Driver(database), close: () => miniflare.dispose() }
}

const openLibsql = async (folder: string): Promise<OpenStore> => {
  const file = await libsqlFile(`file:${join(folder, 'crash.db')}`)
  return { driver: file, close: () => file.close() }
}

export const crashStores = { 'libSQL file': openLibsql, 'local D1': openD1 } as const
export type CrashStore = keyof typeof crashStores
