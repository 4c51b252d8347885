import { createApp } from './app.ts'
import { failureLimit } from './auth/failures.ts'
import { createServices } from './deps.ts'
import { AUTH_FAILURES_PERIOD, type Env, settingsOf } from './env.ts'
import { cloudflareAddress } from './http/client-address.ts'
import { tenancyOf } from './tenancy.ts'

export { OrganizationDatabase } from './storage/durable-object.ts'

let app: ReturnType<typeof createApp> | undefined

const appOf = (env: Env) => {
  const settings = settingsOf(env)
  const { ASSETS, AUTH_FAILURES, OPERATOR_SECRET } = env
  const { connect, create } = tenancyOf(env)
  return createApp({
    services: createServices(connect, {
      ...(OPERATOR_SECRET && { operator: { secret: OPERATOR_SECRET, create } }),
      ...(AUTH_FAILURES && { failures: failureLimit(AUTH_FAILURES, AUTH_FAILURES_PERIOD) }),
    }),
    clientAddress: cloudflareAddress,
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
} satisfies ExportedHandler<Env>
