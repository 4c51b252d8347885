import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startHranaServer } from './hrana-server.ts'

/** The test files that need one. Some of what they do is about all organisations of a database, so none shares it. */
const files = ['storage', 'tenancy', 'tenants'] as const

type Urls = Readonly<Record<(typeof files)[number], string>>

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrls: Urls
    libsqlToken: string
  }
}

const urls = (urlOf: (index: number) => string | undefined) =>
  Object.fromEntries(files.map((file, i) => [file, urlOf(i)])) as Urls

/**
 * Gives the tests libSQL servers: small ones of our own, or all of them the one of LIBSQL_TEST_URL (and
 * LIBSQL_TEST_TOKEN), which takes `--no-file-parallelism`.
 */
export default async ({ provide }: TestProject) => {
  const given = process.env.LIBSQL_TEST_URL
  provide('libsqlToken', process.env.LIBSQL_TEST_TOKEN ?? '')
  if (given) {
    provide(
      'libsqlUrls',
      urls(() => given),
    )
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const servers = await Promise.all(files.map((file) => startHranaServer(join(folder, `${file}.db`))))
  provide(
    'libsqlUrls',
    urls((i) => servers[i]?.url),
  )
  return async () => {
    await Promise.all(servers.map((server) => server.close()))
    rmSync(folder, { recursive: true })
  }
}
