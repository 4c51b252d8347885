import { createApp } from './app.ts'
import { createServices } from './deps.ts'
import { type Env, settingsOf } from './env.ts'
import { cloudflareAddress } from './http/client-address.ts'
import { tenancyOf } from './tenancy.ts'

export { OrganizationDatabase } from './storage/durable-object.ts'

let app: ReturnType<typeof createApp> | undefined

const appOf = (env: Env) => {
  const settings = settingsOf(env)
  const { ASSETS } = env
  return createApp({
    services: createServices(tenancyOf(env).connect),
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
