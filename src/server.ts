import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { createApp } from './app.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { copyReferencePage } from './cli/reference-page.ts'
import { createServices } from './deps.ts'
import { authFailures } from './env.ts'
import { publicFiles } from './node/assets.ts'
import { openDatabase } from './node/database.ts'
import { drain } from './node/drain.ts'
import { nodeSettings } from './node/settings.ts'
import { migrate } from './storage/migrations.ts'
import { sweepReplays } from './storage/old-replays.ts'

/** `npm run serve`: the same app on Node, with its own database file. Ready once it says where it listens. */

copyReferencePage()
const settings = nodeSettings(process.env)
const { driver, close } = await openDatabase(settings.databaseUrl, settings.databaseToken)
const applied = await migrate(driver)
let stopping = false

const isReady = async (): Promise<boolean> => {
  if (stopping) return false
  try {
    await driver.batch([{ sql: 'SELECT 1 FROM organizations LIMIT 1', params: [] }])
    return true
  } catch {
    return false
  }
}

const app = createApp({
  services: createServices(() => driver, {
    failures: rateLimit(authFailures),
    ...(settings.keyRequests.limit > 0 && { requests: rateLimit(settings.keyRequests) }),
  }),
  clientAddress: (c) =>
    settings.trustedProxies.clientOf(getConnInfo(c).remote.address, c.req.header('x-forwarded-for')),
  serverTiming: settings.serverTiming,
  assets: publicFiles(),
  ready: isReady,
  ...(settings.log && { log: (line: string) => console.log(line) }),
})

const server = serve({ fetch: app.fetch, hostname: settings.host, port: settings.port }, ({ address, port }) => {
  const host = address.includes(':') ? `[${address}]` : address
  console.log(JSON.stringify({ at: new Date().toISOString(), listening: `http://${host}:${port}`, migrated: applied }))
}) as Server

const sweep = setInterval(() => {
  sweepReplays(driver, Date.now()).catch((error: unknown) => console.error('Old replays could not be deleted', error))
}, settings.sweepMs)
sweep.unref()

const stop = async () => {
  if (stopping) return
  stopping = true
  clearInterval(sweep)
  const finished = await drain(server, settings.drainMs)
  close()
  process.exit(finished ? 0 : 1)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
