import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HistoryMode } from '../../src/schema/schema.ts'
import { bundleContenders } from '../lib/bundle.ts'
import { BULK, PEOPLE, setUpOrganization, startFleet } from '../lib/fleet.ts'
import type { Reply, Target } from '../lib/load.ts'
import { allWritten } from '../lib/seed.ts'
import { listening, startServer, workerdPid } from '../lib/servers.ts'
import { startPostgres } from './postgres.ts'

/** Who is measured, each as a process tree of its own that answers single requests and, mostly, batches. */

export const names = [
  'Hono + pg',
  'Hono + node:sqlite',
  'our Node server',
  'our Node server, history of values',
  'bare worker',
  'our worker',
  'our worker, history of values',
] as const
export type Name = (typeof names)[number]
/** All others are measured against this one. */
export const YARDSTICK: Name = 'Hono + pg'

export interface Contender {
  readonly single: Target
  /** Up to a thousand people at once, and whether an answer says that all were written. */
  readonly batch?: { readonly target: Target; readonly allWritten: (reply: Reply) => boolean }
  /** The processes that, with all that they started, do the work. */
  readonly roots: readonly number[]
}

const KEY = 'benchmark-of-peers'

/** A peer in a process of its own. The channel to it closes when this process ends, and the peer ends with it. */
const startPeer = async (file: string, environment: Record<string, string>) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'servers', file)], {
    env: { ...process.env, KEY, NODE_NO_WARNINGS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const origin = await listening(child)
  const target = (method: string, path: string): Target => ({ url: `${origin}${path}`, method, token: KEY })
  const isComplete = (reply: Reply) => reply.status === 200
  return {
    single: target('PUT', '/people'),
    batch: { target: target('POST', '/people/batch'), allWritten: isComplete },
    roots: [child.pid ?? 0],
  }
}

const startOurNode = async () => {
  const server = await startServer('node')
  const forHistory = async (history: HistoryMode): Promise<Contender> => {
    const token = await server.withDatabase((driver) => setUpOrganization(driver, history))
    return {
      single: { url: `${server.origin}${PEOPLE}`, method: 'PUT', token },
      batch: { target: { url: `${server.origin}${BULK}`, method: 'POST', token }, allWritten },
      roots: [server.pid],
    }
  }
  return {
    'our Node server': await forHistory('off'),
    'our Node server, history of values': await forHistory('values'),
  }
}

const startWorkers = async () => {
  const fleet = await startFleet(await bundleContenders(mkdtempSync(join(tmpdir(), 'workers-'))))
  const roots = [workerdPid()]
  return {
    'bare worker': { single: await fleet.target('bare'), roots },
    'our worker': {
      single: await fleet.target('ours'),
      batch: { target: await fleet.target('ours', BULK), allWritten },
      roots,
    },
    'our worker, history of values': {
      single: await fleet.keepingTarget(),
      batch: { target: await fleet.keepingTarget(BULK), allWritten },
      roots,
    },
  }
}

/** Starts them all, each over an empty database in the folder for temporary files. They run until this process ends. */
export const startContenders = async () => {
  const postgres = await startPostgres()
  const pg = await startPeer('postgres.ts', { PGHOST: postgres.host })
  const file = join(mkdtempSync(join(tmpdir(), 'sqlite-')), 'peer.db')
  const contenders: Readonly<Record<Name, Contender>> = {
    'Hono + pg': { ...pg, roots: [...pg.roots, postgres.pid] },
    'Hono + node:sqlite': await startPeer('sqlite.ts', { DATABASE: file }),
    ...(await startOurNode()),
    ...(await startWorkers()),
  }
  return { contenders, about: postgres.about }
}
