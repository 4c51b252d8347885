import { type NodeDeployment, nodeDeployment } from '../node/tenancy.ts'
import type { SqlDriver } from '../storage/driver.ts'
import type { ServedDeployment } from '../tenants/deployment.ts'
import { sharedDeployment } from '../tenants/shared.ts'
import { D1, databaseOf, type Target, withDatabase, workerVariables } from './open.ts'

/** How commands reach the operator's API: that of a running deployment, or that of an app made for them in this process. */
export interface Transport {
  send(method: string, path: string, body: object | undefined): Promise<Response>
  /** What is behind an answer that names nothing but its request, where this process knows it. */
  reasonOf(requestId: string): string | undefined
}

/** What the options of a command say about the deployment that it is about. */
export interface Reach extends Target {
  /** Of a running deployment; absent: the database of the target, in this process. */
  readonly api?: string
}

const requestTo = (base: string, secret: string, method: string, path: string, body: object | undefined): Request =>
  new Request(new URL(path, base), {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })

/** @throws Error when it cannot be asked */
const overHttp = (api: string): Transport => {
  const [secret] = (process.env.OPERATOR_SECRET ?? '').split(/\s+/).filter((word) => word !== '')
  if (secret === undefined) throw new Error('--api needs OPERATOR_SECRET: set it to a secret of the deployment.')
  if (!/^https?:/.test(api) || !URL.canParse(api))
    throw new Error(`--api: "${api}" is no URL; it begins with https:// or http://.`)
  return {
    send: (method, path, body) =>
      fetch(requestTo(api, secret, method, path, body)).catch((error: unknown) => {
        throw new Error(`Nothing answers at ${api}: see that the URL is right.`, { cause: error })
      }),
    reasonOf: () => undefined,
  }
}

/**
 * The same routes, checks and log of operators as over HTTP; whoever has the database needs no secret. The app is loaded
 * here, since other commands need none of it.
 */
const inProcess = async (deployment: ServedDeployment): Promise<Transport> => {
  const [{ createApp }, { createServices }] = await Promise.all([import('../app.ts'), import('../deps.ts')])
  const secret = crypto.randomUUID()
  const reasons = new Map<string, string>()
  const { places } = deployment
  const app = createApp({
    services: createServices(places.connect, {
      places,
      operator: { secrets: [secret], allowlist: [], name: 'command', deployment },
    }),
    clientAddress: () => undefined,
    serverTiming: false,
    log(line) {
      const { requestId, status, error } = JSON.parse(line) as { requestId: string; status: number; error?: string }
      if (status >= 500 && error !== undefined) reasons.set(requestId, error.split('\n')[0] ?? '')
    },
  })
  return {
    send: async (method, path, body) => app.fetch(requestTo('http://command', secret, method, path, body)),
    reasonOf(requestId) {
      const reason = reasons.get(requestId)
      reasons.delete(requestId)
      return reason
    },
  }
}

/** @throws Error where the Worker of this database keeps tenants, or its directory, where only it can reach them */
const requireAllInD1 = async (target: Target) => {
  const { TENANCY = 'shared', TENANT_DIRECTORY = TENANCY === 'shared' ? 'shared' : 'object' } =
    await workerVariables(target)
  if (TENANCY === 'shared' && TENANT_DIRECTORY === 'shared') return
  throw new Error(
    `Tenants of this Worker live where only it can reach them (TENANCY is ${TENANCY}, TENANT_DIRECTORY ${TENANT_DIRECTORY}): give its URL with --api, and OPERATOR_SECRET.`,
  )
}

/** Milliseconds: a command has more time than a request. */
const PATIENCE_MS = 300_000

const deploymentOf = async (
  target: Target,
  driver: SqlDriver,
): Promise<ServedDeployment & Pick<NodeDeployment, 'close'>> => {
  const directoryUrl = process.env.TENANT_DIRECTORY || undefined
  if (databaseOf(target) === D1) return { ...sharedDeployment(driver), close: async () => undefined }
  return nodeDeployment(driver, { directoryUrl, databaseTimeoutMs: PATIENCE_MS }, (line) => console.error(line))
}

/**
 * Opens the way to the operator's API for as long as the work takes.
 * @param mayBeNew whether a database file that is not there is made
 * @throws Error in one line when there is no way
 */
export const withTransport = async <T>(
  { api, ...target }: Reach,
  work: (transport: Transport) => Promise<T>,
  { mayBeNew = false } = {},
): Promise<T> => {
  if (api !== undefined) return work(overHttp(api))
  if (databaseOf(target) === D1) await requireAllInD1(target)
  return withDatabase(
    target,
    async (driver) => {
      const deployment = await deploymentOf(target, driver)
      try {
        return await work(await inProcess(deployment))
      } finally {
        await deployment.close()
      }
    },
    { mayBeNew },
  )
}
