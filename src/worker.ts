import { createApp } from './app.ts'
import { operatorSettings } from './auth/operator.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { createServices } from './deps.ts'
import { authFailures, type Env, keyRequestsOf, settingsOf } from './env.ts'
import { workerAddress } from './http/client-address.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { tenancyOf } from './tenancy.ts'
import { lookAfter } from './tenants/upkeep.ts'

export { OrganizationDatabase } from './storage/drivers/durable-object.ts'

let app: ReturnType<typeof createApp> | undefined

const appOf = (env: Env) => {
  const settings = settingsOf(env)
  const { ASSETS, AUTH_FAILURES, KEY_REQUESTS } = env
  const pages = crossOrigin(env.CORS_ORIGINS)
  const deployment = tenancyOf(env)
  const { places } = deployment
  const operator = operatorSettings(env)
  return createApp({
    services: createServices(places.connect, {
      places,
      ...(operator && { operator: { ...operator, deployment } }),
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
  scheduled: (_event, env) => lookAfter(tenancyOf(env), Date.now()),
} satisfies ExportedHandler<Env>
