import { setTimeout as wait } from 'node:timers/promises'
import { getConnInfo } from '@hono/node-server/conninfo'
import { createApp } from './app.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { createServices } from './deps.ts'
import { idsFollow } from './engine/ids.ts'
import { authFailures } from './env.ts'
import { publicFiles } from './node/assets.ts'
import { openDatabase } from './node/database.ts'
import { drain } from './node/drain.ts'
import { listen } from './node/listen.ts'
import { newestRecordId } from './node/newest-record.ts'
import { RequestsUnderWay } from './node/requests.ts'
import { nodeSettings } from './node/settings.ts'
import { buildSite } from './site/build.ts'
import { migrate } from './storage/migrations.ts'
import { sweepReplays } from './storage/old-replays.ts'

/** `npm run serve`: the same app on Node, with its own database file. Ready once it says where it listens. */

/**
 * Four of the largest batches at once, or hundreds of single records, which the database works off in a fraction of a
 * second.
 */
const LIMITS = { requests: 512, bytes: 32_000_000, bodyMs: 60_000 }

buildSite()
const settings = nodeSettings(process.env)
const { driver, isReady, close } = await openDatabase(settings.databaseUrl, settings.databaseToken)
const migrated = await migrate(driver)
idsFollow((await newestRecordId(driver)) ?? '')
const requests = new RequestsUnderWay(LIMITS)
const stopping = new AbortController()
let ready = true

const app = createApp({
  services: createServices(requests.connect(driver), {
    failures: rateLimit(authFailures),
    stopping: stopping.signal,
    ...(settings.keyRequests.limit > 0 && { requests: rateLimit(settings.keyRequests) }),
  }),
  clientAddress: (c) =>
    settings.trustedProxies.clientOf(getConnInfo(c).remote.address, c.req.header('x-forwarded-for')),
  ...(settings.crossOrigin && { crossOrigin: settings.crossOrigin }),
  serverTiming: settings.serverTiming,
  assets: publicFiles(),
  ready: async () => ready && isReady(),
  ...(settings.log && { log: (line: string) => console.log(line) }),
})

const { server, url } = await listen(app, requests, settings)
console.log(JSON.stringify({ at: new Date().toISOString(), listening: url, migrated }))

const sweep = setInterval(() => {
  sweepReplays(driver, Date.now()).catch((error: unknown) => console.error('Old replays could not be deleted', error))
}, settings.sweepMs)
sweep.unref()

/**
 * Says that it is not ready and goes on listening, until no load balancer sends anything here any more; every answer
 * meanwhile ends its connection, so that none is cut while a request is on its way. Then streams end with a line that
 * says where to go on, and what is left is waited for.
 */
const stop = async (unreadyMs: number) => {
  if (!ready) return
  ready = false
  clearInterval(sweep)
  requests.closeConnections()
  await wait(unreadyMs)
  stopping.abort()
  const finished = await drain(server, settings.drainMs)
  await close()
  process.exit(finished ? 0 : 1)
}

process.on('SIGTERM', () => stop(settings.unreadyMs))
// Somebody sits there and waits; there is no load balancer.
process.on('SIGINT', () => stop(0))
