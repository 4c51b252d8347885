import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { bundle } from '../lib/bundle.ts'
import { BULK, startFleet } from '../lib/fleet.ts'
import type { Target } from '../lib/load.ts'
import { batchItem, type Person } from '../lib/people.ts'
import { cpuOfTree } from '../lib/processes.ts'
import { listening, startNode, workerdPid } from '../lib/servers.ts'
import { KEY } from './app.ts'
import { startPostgres } from './postgres.ts'

/** A service under comparison, with an empty table of people. */
export interface Contender {
  readonly name: string
  /** What it does not do, of what ours does. */
  readonly leavesOut: string
  readonly single: Target
  /** Many people a request; absent where it takes one only. */
  readonly bulk?: Target & { readonly write: (person: Person) => unknown }
  /** Seconds of CPU that it has spent so far, its database's included. */
  cpu(): number
  stop(): Promise<void>
}

const RULES = 'types, limits, several addresses a person, roles, an answer that says what changed'

const startPeer = async (script: string, env: Record<string, string>) => {
  const child = spawn(process.execPath, [`bench/peers/${script}.ts`], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const origin = await listening(child)
  return {
    single: { url: `${origin}/people`, method: 'PUT', token: KEY },
    bulk: { url: `${origin}/people/batch`, method: 'POST', token: KEY, write: (person: Person): unknown => person },
    pid: child.pid ?? 0,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

const postgres = async (): Promise<Contender> => {
  const database = await startPostgres()
  const { single, bulk, pid, stop } = await startPeer('hono-pg', { PGHOST: database.folder })
  return {
    name: `Hono + pg, ${database.version.replace(/^postgres \(PostgreSQL\) (\S+).*/, 'PostgreSQL $1')}`,
    leavesOut: `${RULES}; writes what is unchanged, fails a whole batch for one conflict`,
    single,
    bulk,
    cpu: () => cpuOfTree(pid) + cpuOfTree(database.pid),
    async stop() {
      await stop()
      await database.stop()
    },
  }
}

const sqlite = async (): Promise<Contender> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-sqlite-'))
  const { single, bulk, pid, stop } = await startPeer('hono-sqlite', { DATABASE: join(folder, 'people.db') })
  return {
    name: 'Hono + node:sqlite',
    leavesOut: `${RULES}; one thread for everything, fails a whole batch for one conflict`,
    single,
    bulk,
    cpu: () => cpuOfTree(pid),
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const SINGLE = '/v2/crm/people?matchingAttribute=email'

const node = async (): Promise<Contender> => {
  const server = await startNode()
  const token = await server.withDatabase(async (driver) => {
    const { value: id } = await createOrganization(driver, { name: 'Peers' })
    const operator = administration(asOperator(driver, id))
    await operator.addAttribute('people', { label: 'External id', type: 'text', unique: true })
    const key = { kind: 'key', name: 'peers', scopes: ['crm:read', 'crm:write'] } as const
    return (await operator.issueCredential(key)).secret
  })
  return {
    name: 'our Node server',
    leavesOut: '-',
    single: { url: server.origin + SINGLE, method: 'PUT', token },
    bulk: { url: server.origin + BULK, method: 'POST', token, write: batchItem },
    cpu: () => cpuOfTree(server.pid),
    stop: server.stop,
  }
}

/** Both workers in one workerd: whichever does nothing costs nothing. */
const workers = async (): Promise<readonly Contender[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-peers-'))
  const [ours, bare, fourCalls] = await Promise.all(
    (['ours', 'bare', 'four-calls'] as const).map((name) =>
      bundle(`bench/workers/${name}.ts`, 'bench/wrangler.toml', join(folder, name)),
    ),
  )
  const fleet = await startFleet({ ours: ours ?? '', bare: bare ?? '', 'four-calls': fourCalls ?? '' })
  const pid = workerdPid()
  const cpu = () => cpuOfTree(pid)
  return [
    {
      name: 'bare worker, local D1',
      leavesOut: `${RULES}; keys, the second unique column; writes what is unchanged`,
      single: await fleet.target('bare'),
      cpu,
      stop: async () => {},
    },
    {
      name: 'our Worker, local D1',
      leavesOut: '-',
      single: await fleet.target('ours'),
      bulk: { ...(await fleet.target('ours', BULK)), write: batchItem },
      cpu,
      async stop() {
        await fleet.dispose()
        rmSync(folder, { recursive: true, force: true })
      },
    },
  ]
}

/** In the order of the table; the first is what the others are compared with. */
export const startContenders = async (): Promise<readonly Contender[]> => {
  const started: Contender[] = []
  try {
    for (const start of [postgres, sqlite, node]) started.push(await start())
    started.push(...(await workers()))
    return started
  } catch (error) {
    for (const one of started) await one.stop()
    throw error
  }
}
