import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { type Env, settingsOf } from '../../src/env.ts'
import { cloudflareAddress } from '../../src/http/client-address.ts'
import { d1Driver } from '../../src/storage/d1.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { type BenchEnv, trip } from './trip.ts'

/** The product as src/worker.ts runs it: nothing is left out. Added is the delay. */

const distant = (driver: SqlDriver, env: BenchEnv): SqlDriver => ({
  async batch(statements) {
    await trip(env)
    return driver.batch(statements)
  },
})

const appOf = (env: Env & BenchEnv) => {
  const driver = d1Driver(env.DB)
  const services = createServices(() => (env.DELAY_MS ? distant(driver, env) : driver))
  return createApp({ services, clientAddress: cloudflareAddress, serverTiming: settingsOf(env).serverTiming })
}

let app: ReturnType<typeof appOf> | undefined

export default {
  fetch(request, env, context) {
    app ??= appOf(env)
    return app.fetch(request, env, context)
  },
} satisfies ExportedHandler<Env & BenchEnv>
