import { type AppOptions, createApp } from './app.ts'
import { isOperator, operatorSettings } from './auth/operator.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { createServices } from './deps.ts'
import {
  authFailures,
  databaseCallsOf,
  databaseTimeoutOf,
  type Env,
  keyRequestsOf,
  settingsOf,
  usageMsOf,
} from './env.ts'
import { cloudflareAddress, workerAddress } from './http/client-address.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { hookKeys, secretBox } from './secrets/secret-box.ts'
import { circuitBreakers } from './storage/drivers/breakers.ts'
import { type QueuedDelivery, queueBacklog, resumeFrom } from './storage/drivers/delivery-queue.ts'
import { sweepLarge } from './storage/drivers/large-deliveries.ts'
import { delivering } from './storage/subscriptions/drive-behind.ts'
import { UsageKeeper } from './storage/usage/keeper.ts'
import { subscriptionLimits } from './subscriptions/definition.ts'
import { fetchOutbox } from './subscriptions/sending.ts'
import { tenancyOf } from './tenancy.ts'
import { sharedFault } from './tenants/fault.ts'
import { otherRuler } from './tenants/ruler.ts'
import { lookAfter } from './tenants/upkeep.ts'

export { OrganizationDatabase } from './storage/drivers/durable-object.ts'

/** What a deployment says in code; all else is in its configuration. */
export type WorkerOptions = Pick<AppOptions, 'contracts'>

/** The platform lets work behind an answer go on for 30 seconds. */
const JOBS_MS = 20_000

/** Of them, those in which an attempt may begin: it has its own time to be answered, and then it is noted. */
const SENDING_MS = 30_000 - subscriptionLimits.answerMs - 5_000

/** What needs no configuration. */
const basicsOf = (env: Env) => {
  const { serverTiming, log } = settingsOf(env)
  const { ASSETS } = env
  return {
    serverTiming,
    ...(log && { log: (line: string) => console.log(line) }),
    ...(ASSETS && { assets: (request: Request) => ASSETS.fetch(request) }),
  }
}

const configuredApp = (env: Env, { contracts }: WorkerOptions) => {
  const { AUTH_FAILURES, KEY_REQUESTS } = env
  const basics = basicsOf(env)
  const pages = crossOrigin(env.CORS_ORIGINS)
  const keyRequests = keyRequestsOf(env)
  const operator = operatorSettings(env)
  const usageMs = usageMsOf(env)
  const breakers = circuitBreakers({ timeoutMs: databaseTimeoutOf(env), ...(basics.log && { log: basics.log }) })
  const deployment = tenancyOf(env, (name, driver) => breakers.of(name).over(driver))
  const { places, isMixed } = deployment
  // Which organisations there are is nobody's business but the operator's.
  const mayLook = async ({ headers }: Request) => !isMixed || isOperator(headers, operator)
  return createApp({
    ...basics,
    ...(contracts && { contracts }),
    services: createServices(places.connect, {
      places,
      hookSecrets: secretBox(hookKeys(env.HOOKS_KEY)),
      ...(env.DELIVERIES && { backlog: queueBacklog(env.DELIVERIES, env.LARGE_DELIVERIES) }),
      outbox: fetchOutbox(),
      ...(usageMs !== undefined && { usage: new UsageKeeper(places.connect, { everyMs: usageMs }) }),
      jobsMs: JOBS_MS,
      sendingMs: SENDING_MS,
      streams: { calls: databaseCallsOf(env) },
      ...(operator && { operator: { ...operator, deployment } }),
      ...(AUTH_FAILURES && { failures: rateLimit(authFailures, AUTH_FAILURES) }),
      ...(KEY_REQUESTS && keyRequests && { requests: rateLimit(keyRequests, KEY_REQUESTS) }),
    }),
    clientAddress: workerAddress(env.CLIENT_ADDRESS, env.TRUSTED_PROXIES),
    ...(pages && { crossOrigin: pages }),
    databases: async (request) => ((await mayLook(request)) ? breakers.states() : undefined),
    directory: async (request) => ((await mayLook(request)) ? otherRuler(deployment) : undefined),
    shared: async (request) => ((await mayLook(request)) ? sharedFault(deployment) : undefined),
  })
}

/**
 * What a deployment answers whose variables cannot be used: that it is alive and not ready, its pages, and to whatever
 * needs a database that something went wrong. The line of each such request says which variable it is.
 */
const misconfiguredApp = (env: Env, error: unknown) => {
  const unusable = () => {
    throw error
  }
  return createApp({
    ...basicsOf(env),
    services: createServices(unusable),
    clientAddress: cloudflareAddress,
    ready: async () => false,
  } satisfies AppOptions)
}

const appOf = (env: Env, options: WorkerOptions) => {
  try {
    return configuredApp(env, options)
  } catch (error) {
    console.error('This deployment cannot be used as it is configured', error)
    return misconfiguredApp(env, error)
  }
}

/** A Worker that speaks these contracts. Its module exports OrganizationDatabase besides: docs/operations.md. */
export const createWorker = (options: WorkerOptions = {}) => {
  let app: ReturnType<typeof createApp> | undefined
  return {
    fetch(request, env, context) {
      app ??= appOf(env, options)
      return app.fetch(request, env, context)
    },
    async queue(batch, env, context) {
      app ??= appOf(env, options)
      const { resume } = app
      // Bound to the batch: what nobody waits for ends with it.
      const later = (work: Promise<unknown>) => context.waitUntil(work)
      await resumeFrom(batch, (waiting) => resume(waiting, later), env.LARGE_DELIVERIES)
    },
    async scheduled(_event, env) {
      const now = Date.now()
      if (env.LARGE_DELIVERIES) await sweepLarge(env.LARGE_DELIVERIES, now)
      await lookAfter(tenancyOf(env), now, {
        jobsMs: JOBS_MS,
        subscriptions: delivering(fetchOutbox(), secretBox(hookKeys(env.HOOKS_KEY))),
      })
    },
  } satisfies ExportedHandler<Env, QueuedDelivery>
}

export default createWorker()
