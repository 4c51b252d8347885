import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { NewCredential } from '../../src/admin/credentials.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { openDatabase } from '../../src/node/database.ts'
import { migrate } from '../../src/storage/migrations.ts'

export interface NodeServer {
  readonly child: ChildProcess
  readonly url: string
  /** Null: its database was away. */
  readonly migrated: readonly string[] | null
  /** What it says at its start of what is not set, or open. */
  readonly warnings: readonly string[]
  /** Exit code and signal. */
  readonly exited: Promise<unknown[]>
  /** The lines of the log so far, parsed. */
  readonly log: readonly Record<string, unknown>[]
}

/**
 * The server as an operator runs it; resolves when it says where it listens. Whoever starts it ends it.
 * @param limits of the process, as a shell sets them
 */
export const startServer = async (
  databaseUrl: string,
  variables: Readonly<Record<string, string>> = {},
  limits = '',
): Promise<NodeServer> => {
  const child = spawn('/bin/sh', ['-c', `${limits} exec "$0" src/server.ts`, process.execPath], {
    env: { ...process.env, PORT: '0', UNREADY_SECONDS: '0', DATABASE_URL: databaseUrl, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const log: Record<string, unknown>[] = []
  const lines = createInterface({ input: child.stdout })
  // Before anything is waited for: the next line may come together with the first.
  lines.on('line', (line) => log.push(JSON.parse(line)))
  await Promise.race([once(lines, 'line'), exited])
  const first = log.shift()
  if (first === undefined) throw new Error('The server ended before it listened')
  const {
    listening: url,
    migrated,
    warnings = [],
  } = first as Pick<NodeServer, 'migrated'> & {
    readonly listening: string
    readonly warnings?: readonly string[]
  }
  return { child, url, migrated, warnings, exited, log }
}

/** An organisation of its own in the database, and a key to it. */
export const seedKey = async (databaseUrl: string, credential: Partial<NewCredential> = {}) => {
  const { driver, close } = await openDatabase(databaseUrl, undefined, { threads: false })
  try {
    await migrate(driver)
    const { value: organizationId } = await createOrganization(driver, { name: 'Self-hosted' })
    const operator = administration(asOperator(driver, organizationId))
    const key = await operator.issueCredential({ kind: 'key', name: 'k', scopes: ['crm:write'], ...credential })
    return { organizationId, keyId: key.id, token: key.secret }
  } finally {
    await close()
  }
}
