import { createApp } from './app.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { createServices } from './deps.ts'
import { authFailures, type Env, keyRequestsOf, settingsOf } from './env.ts'
import { workerAddress } from './http/client-address.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { sweepReplays } from './storage/old-replays.ts'
import { tenancyOf } from './tenancy.ts'

export { OrganizationDatabase } from './storage/drivers/durable-object.ts'

/** One database that does not answer must not keep the others from being swept; it is tried again by the next run. */
const sweepAll = async (env: Env) => {
  const runs = tenancyOf(env)
    .databases()
    .map((driver) => sweepReplays(driver, Date.now()))
  for (const run of await Promise.allSettled(runs))
    if (run.status === 'rejected') console.error('Old replays could not be deleted', run.reason)
}

let app: ReturnType<typeof createApp> | undefined

const appOf = (env: Env) => {
  const settings = settingsOf(env)
  const { ASSETS, AUTH_FAILURES, KEY_REQUESTS, OPERATOR_SECRET } = env
  const pages = crossOrigin(env.CORS_ORIGINS)
  const { connect, create } = tenancyOf(env)
  return createApp({
    services: createServices(connect, {
      ...(OPERATOR_SECRET && { operator: { secret: OPERATOR_SECRET, create } }),
      ...(AUTH_FAILURES && { failures: rateLimit(authFailures, AUTH_FAILURES) }),
      ...(KEY_REQUESTS && { requests: rateLimit(keyRequestsOf(env), KEY_REQUESTS) }),
    }),
    clientAddress: workerAddress(env.CLIENT_ADDRESS, env.TRUSTED_PROXIES),
    ...(pages && { crossOrigin: pages }),
    serverTiming: settings.serverTiming,
    ...(settings.log && { log: (line: string) => console.log(line) }),
    ...(ASSETS && { assets: (request: Request) => ASSETS.fetch(request) }),
  })
}

export default {
  fetch(request, env, context) {
    app ??= appOf(env)
    return app.fetch(request, env, context)
  },
  scheduled: (_event, env) => sweepAll(env),
} satisfies ExportedHandler<Env>
