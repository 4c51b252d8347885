import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startHranaServer } from './hrana-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Below it there is an empty database for each path. */
    libsqlServer: string
    libsqlUrl: string
    libsqlToken: string
  }
}

/**
 * Gives the tests a libSQL database: the one of LIBSQL_TEST_URL (and LIBSQL_TEST_TOKEN), or that of our own small server;
 * and that server, for whoever needs many.
 */
export default async ({ provide }: TestProject) => {
  const given = process.env.LIBSQL_TEST_URL
  provide('libsqlToken', process.env.LIBSQL_TEST_TOKEN ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const server = await startHranaServer(join(folder, 'server.db'))
  provide('libsqlServer', server.url)
  provide('libsqlUrl', given || server.url)
  return async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  }
}
