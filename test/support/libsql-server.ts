import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startHranaServer } from './hrana-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrl: string
    libsqlToken: string
  }
}

/** Gives the tests a libSQL server: the one of LIBSQL_TEST_URL (and LIBSQL_TEST_TOKEN), or our own small one. */
export default async ({ provide }: TestProject) => {
  const given = process.env.LIBSQL_TEST_URL
  provide('libsqlToken', process.env.LIBSQL_TEST_TOKEN ?? '')
  if (given) {
    provide('libsqlUrl', given)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const server = await startHranaServer(join(folder, 'server.db'))
  provide('libsqlUrl', server.url)
  return async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  }
}
