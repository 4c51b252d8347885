import { type App, createApp } from '../../src/app.ts'
import { rateLimit } from '../../src/auth/rate-limit.ts'
import type { DemoCredentials } from '../../src/cli/demo.ts'
import { createServices } from '../../src/deps.ts'
import { keyRequestsOf } from '../../src/env.ts'
import { secretBox } from '../../src/secrets/secret-box.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { sharedDeployment } from '../../src/tenants/shared.ts'
import type { Described } from './described.ts'

/** What stands in the examples for secrets: the reference page puts in those that it was given (public/reference.js). */
export const PLACEHOLDERS = { key: 'YOUR_API_KEY', developerSecret: 'YOUR_DEVELOPER_SECRET' } as const

/** From where the demo takes its developer secret. */
const ADDRESS = '127.0.0.1'

/** The product over the demo, as `npm start` serves it: in this process, with requests from this machine. */
export const demoApp = (
  driver: SqlDriver,
  { operatorSecret, hooksKey }: DemoCredentials,
  described: readonly Described[],
): App => {
  const quota = keyRequestsOf({})
  return createApp({
    contracts: described.map(({ entry }) => entry),
    services: createServices(() => driver, {
      ...(quota && { requests: rateLimit(quota) }),
      hookSecrets: secretBox([hooksKey]),
      operator: { secrets: [operatorSecret], allowlist: [], deployment: sharedDeployment(driver) },
    }),
    clientAddress: () => ADDRESS,
    serverTiming: false,
  })
}
