import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type AppOptions, createApp } from './app.ts'
import { isOperator } from './auth/operator.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { endWith } from './cli/failure.ts'
import { createServices } from './deps.ts'
import { authFailures } from './env.ts'
import type { Backlog } from './hooks/backlog.ts'
import { publicFiles } from './node/assets.ts'
import { deliveryJournal } from './node/delivery-journal.ts'
import { drain } from './node/drain.ts'
import { listen } from './node/listen.ts'
import { nodeOutbox } from './node/outbox.ts'
import { requireFreePort } from './node/port.ts'
import { repeat } from './node/repeat.ts'
import { RequestsUnderWay } from './node/requests.ts'
import { requireServerNode } from './node/require-version.ts'
import { type ServedDatabase, serveDatabase } from './node/served-database.ts'
import { type NodeSettings, nodeSettings, startWarnings } from './node/settings.ts'
import { onStop } from './node/stop.ts'
import { type NodeDeployment, nodeDeployment } from './node/tenancy.ts'
import { WaitingRequests } from './node/waiting.ts'
import { secretBox } from './secrets/secret-box.ts'
import { delivering } from './storage/subscriptions/drive-behind.ts'
import { UsageKeeper } from './storage/usage/keeper.ts'
import type { Outbox } from './subscriptions/sending.ts'
import { otherRuler } from './tenants/ruler.ts'
import { lookAfter } from './tenants/upkeep.ts'

/** The same app on Node, with its own database file. Ready once it says where it listens. */

/** What a deployment says in code; all else is in the environment: docs/storage.md. */
export interface ServeOptions extends Pick<AppOptions, 'contracts'> {
  /** Done once the environment is known to be usable and the port free, before the database is opened. */
  readonly prepare?: () => void | Promise<void>
}

/**
 * Of bytes: four of the largest batches that have come, or hundreds of single records, which the database works off in a
 * fraction of a second. An organisation alone gets half of it.
 */
const LIMITS = { requests: 512, bytes: 4 * 8_388_608, bodyMs: 60_000, pace: { bytes: 5_120, seconds: 5 } }

const requests = new RequestsUnderWay(LIMITS)
const waiting = new WaitingRequests(() => requests.stepAside())
const stopping = new AbortController()
let ready = true

/** Where tenants have databases of their own, their names are for operators. */
const mayLook = async (request: Request, { isMixed }: NodeDeployment, { operator }: NodeSettings): Promise<boolean> =>
  !isMixed || isOperator(request.headers, operator)

const appOver = (
  { isReady, state }: ServedDatabase,
  deployment: NodeDeployment,
  settings: NodeSettings,
  backlog: Backlog,
  outbox: Outbox,
  usage: UsageKeeper | undefined,
  contracts: AppOptions['contracts'],
) =>
  createApp({
    ...(contracts && { contracts }),
    services: createServices(waiting.connect(requests.connect(deployment.places.connect)), {
      places: deployment.places,
      hookSecrets: secretBox(settings.hookKeys),
      backlog,
      outbox,
      ...(usage && { usage }),
      // A request that is over takes its batches with it; a job goes on.
      connectBehind: deployment.places.connect,
      ...(settings.operator && { operator: { ...settings.operator, deployment } }),
      failures: rateLimit(authFailures),
      stopping: stopping.signal,
      waiting,
      ...(settings.keyRequests && { requests: rateLimit(settings.keyRequests) }),
    }),
    clientAddress: (c) =>
      settings.trustedProxies.clientOf(getConnInfo(c).remote.address, c.req.header('x-forwarded-for')),
    ...(settings.crossOrigin && { crossOrigin: settings.crossOrigin }),
    serverTiming: settings.serverTiming,
    assets: publicFiles(),
    ready: async () => ready && isReady(),
    databases: async (request) =>
      (await mayLook(request, deployment, settings)) ? [state(), ...deployment.states()] : undefined,
    directory: async (request) => ((await mayLook(request, deployment, settings)) ? otherRuler(deployment) : undefined),
    ...(settings.log && { log: (line: string) => console.log(line) }),
  })

/**
 * Says that it is not ready and goes on listening, until no load balancer sends anything here any more; every answer
 * meanwhile ends its connection, so that none is cut while a request is on its way. Then streams end with a line that
 * says where to go on, and what is left is waited for.
 */
const stop = async (server: Server, close: () => Promise<void>, unreadyMs: number, drainMs: number) => {
  ready = false
  requests.closeConnections()
  await wait(unreadyMs)
  stopping.abort()
  const finished = await drain(server, drainMs)
  await close()
  process.exit(finished ? 0 : 1)
}

/**
 * Serves until the process is told to stop, and then ends it: once in a process.
 * @throws Error in one line, naming what of the environment cannot be used
 */
export const serve = async ({ contracts, prepare }: ServeOptions = {}): Promise<void> => {
  requireServerNode()
  const settings = nodeSettings(process.env)
  await requireFreePort(settings.port, settings.host)
  await prepare?.()
  const log = (line: string) => console.log(line)
  const database = await serveDatabase({ ...settings, name: 'DATABASE_URL' }, log)
  const deployment = await nodeDeployment(database.driver, settings, log)
  const journal = deliveryJournal(settings.hooksJournalUrl, log)
  const { usageMs } = settings
  const usage = usageMs === undefined ? undefined : new UsageKeeper(deployment.places.connect, { everyMs: usageMs })
  const close = async () => {
    await usage?.writeAll()
    await journal.close()
    await deployment.close()
    await database.close()
  }
  const outbox = nodeOutbox({ inside: settings.subscriptionsInside })
  const app = appOver(database, deployment, settings, journal, outbox, usage, contracts)
  const { server, url } = await listen(app, requests, settings)
  await journal.start(app.resume)
  const migrated = database.migrated()
  const warnings = startWarnings(settings)
  const started = { at: new Date().toISOString(), listening: url, migrated: migrated ?? null }
  console.log(JSON.stringify({ ...started, ...(warnings.length > 0 && { warnings }) }))
  if (!migrated) database.reach().catch(endWith)

  const subscriptions = delivering(outbox, secretBox(settings.hookKeys))
  const upkeep = async () => {
    if (ready && database.migrated()) await lookAfter(deployment, Date.now(), { log, subscriptions })
  }
  repeat(upkeep, settings.sweepMs).catch(endWith)
  onStop((signal) => stop(server, close, signal === 'SIGINT' ? 0 : settings.unreadyMs, settings.drainMs))
}
