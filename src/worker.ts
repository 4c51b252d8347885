import { type AppOptions, createApp } from './app.ts'
import { requireOperator } from './auth/operator.ts'
import { rateLimit } from './auth/rate-limit.ts'
import { createServices } from './deps.ts'
import { authFailures, databaseTimeoutOf, type Env, keyRequestsOf, settingsOf } from './env.ts'
import { cloudflareAddress, workerAddress } from './http/client-address.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { circuitBreakers } from './storage/drivers/breakers.ts'
import { sweepReplays } from './storage/old-replays.ts'
import { type Connect, tenancyOf } from './tenancy.ts'

export { OrganizationDatabase } from './storage/drivers/durable-object.ts'

/** One database that does not answer must not keep the others from being swept; it is tried again by the next run. */
const sweepAll = async (env: Env) => {
  const runs = tenancyOf(env)
    .databases()
    .map((driver) => sweepReplays(driver, Date.now()))
  for (const run of await Promise.allSettled(runs))
    if (run.status === 'rejected') console.error('Old replays could not be deleted', run.reason)
}

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

/** Every database of the deployment behind its breaker: the one that all share, or that of each organisation. */
const watchedTenancy = (env: Env, log: ((line: string) => void) | undefined) => {
  const { connect, create } = tenancyOf(env)
  const { of, states } = circuitBreakers({ timeoutMs: databaseTimeoutOf(env), ...(log && { log }) })
  const isShared = (env.TENANCY ?? 'shared') === 'shared'
  const watched =
    (reach: Connect): Connect =>
    (organizationId) =>
      of(isShared ? 'DB' : organizationId).over(reach(organizationId))
  /** Which organisations there are is nobody's business but the operator's. */
  const databases = async ({ headers }: Request) => {
    if (isShared) return states()
    return requireOperator(headers, env.OPERATOR_SECRET ?? '').then(states, () => undefined)
  }
  return { connect: watched(connect), create: watched(create), databases }
}

const configuredApp = (env: Env) => {
  const { AUTH_FAILURES, KEY_REQUESTS, OPERATOR_SECRET } = env
  const basics = basicsOf(env)
  const pages = crossOrigin(env.CORS_ORIGINS)
  const keyRequests = keyRequestsOf(env)
  const { connect, create, databases } = watchedTenancy(env, basics.log)
  return createApp({
    ...basics,
    services: createServices(connect, {
      ...(OPERATOR_SECRET && { operator: { secret: OPERATOR_SECRET, create } }),
      ...(AUTH_FAILURES && { failures: rateLimit(authFailures, AUTH_FAILURES) }),
      ...(KEY_REQUESTS && keyRequests && { requests: rateLimit(keyRequests, KEY_REQUESTS) }),
    }),
    clientAddress: workerAddress(env.CLIENT_ADDRESS, env.TRUSTED_PROXIES),
    ...(pages && { crossOrigin: pages }),
    databases,
  })
}

/**
 * What a deployment answers whose variables cannot be used: that it is alive and not ready, its pages, and to whatever
 * needs a database that something went wrong. The line of each such request says which variable it is.
 */
const misconfiguredApp = (env: Env, error: unknown) => {
  const unusable: Connect = () => {
    throw error
  }
  return createApp({
    ...basicsOf(env),
    services: createServices(unusable),
    clientAddress: cloudflareAddress,
    ready: async () => false,
  } satisfies AppOptions)
}

let app: ReturnType<typeof createApp> | undefined

const appOf = (env: Env) => {
  try {
    return configuredApp(env)
  } catch (error) {
    console.error('This deployment cannot be used as it is configured', error)
    return misconfiguredApp(env, error)
  }
}

export default {
  fetch(request, env, context) {
    app ??= appOf(env)
    return app.fetch(request, env, context)
  },
  scheduled: (_event, env) => sweepAll(env),
} satisfies ExportedHandler<Env>
