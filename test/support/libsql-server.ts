import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { REVOKED, startHranaServer } from './hrana-server.ts'

/** The test files that need one. Some of what they do is about all organisations of a database, so none shares it. */
const files = ['storage', 'tenancy'] as const

type Urls = Readonly<Record<(typeof files)[number], string>>

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrls: Urls
    /** Below it there is an empty database for each path. */
    libsqlServer: string
    libsqlToken: string
    /** One that the server does not take. */
    libsqlRevokedToken: string
  }
}

/**
 * Gives the tests libSQL databases: one for each of the files, or for all of them that of LIBSQL_TEST_URL (and
 * LIBSQL_TEST_TOKEN), which takes `--no-file-parallelism`; and our own small server, for whoever needs many.
 */
export default async ({ provide }: TestProject) => {
  const given = process.env.LIBSQL_TEST_URL
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const server = await startHranaServer(join(folder, 'server.db'))
  provide('libsqlToken', process.env.LIBSQL_TEST_TOKEN ?? '')
  provide('libsqlServer', server.url)
  provide('libsqlRevokedToken', REVOKED)
  provide('libsqlUrls', Object.fromEntries(files.map((file) => [file, given || `${server.url}/${file}/`])) as Urls)
  return async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  }
}
