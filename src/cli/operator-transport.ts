import { databaseName, isMissingFile } from '../node/database-url.ts'
import { type NodeDeployment, nodeDeployment } from '../node/tenancy.ts'
import type { SqlDriver } from '../storage/driver.ts'
import type { Deployment } from '../tenants/deployment.ts'
import { rulerIn } from '../tenants/ruler.ts'
import { sharedDeployment } from '../tenants/shared.ts'
import { requireUrl, urlUnder } from './api-url.ts'
import { sentenceOf } from './failure.ts'
import { nextCommand } from './next-command.ts'
import { D1, databaseOf, withDatabase, workerVariables } from './open.ts'
import type { Reach, Target } from './target.ts'

/** How commands reach the operator's API: that of a running deployment, or that of an app made for them in this process. */
export interface Transport {
  send(method: string, path: string, body: object | undefined): Promise<Response>
  /** What is behind an answer that names nothing but its request, where this process knows it. */
  reasonOf(requestId: string): string | undefined
}

const requestTo = (base: string, secret: string, method: string, path: string, body: object | undefined): Request =>
  new Request(urlUnder(base, path), {
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
  requireUrl(api)
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
const inProcess = async (deployment: Deployment): Promise<Transport> => {
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

/**
 * A file that is not there is made where a tenant is, and no directory has those of the database yet: elsewhere its name is
 * misspelt.
 * @throws Error that names the variable
 */
const requireDirectory = async (url: string, driver: SqlDriver, mayBeNew: boolean): Promise<void> => {
  let name: string
  try {
    name = databaseName(url)
  } catch (error) {
    throw new Error(`TENANT_DIRECTORY: ${sentenceOf(error)}`, { cause: error })
  }
  if (!isMissingFile(url) || (mayBeNew && (await rulerIn(driver)) === undefined)) return
  throw new Error(
    `TENANT_DIRECTORY: There is no database file ${name}: set it to that of the deployment, or make a new one with "${nextCommand({ database: url }, 'migrate')}".`,
  )
}

const deploymentOf = async (
  target: Target,
  driver: SqlDriver,
  mayBeNew: boolean,
): Promise<Deployment & Pick<NodeDeployment, 'close'>> => {
  const directoryUrl = process.env.TENANT_DIRECTORY || undefined
  if (databaseOf(target) === D1) return { ...sharedDeployment(driver), close: async () => undefined }
  if (directoryUrl !== undefined) await requireDirectory(directoryUrl, driver, mayBeNew)
  const settings = { directoryUrl, databaseTimeoutMs: PATIENCE_MS }
  return nodeDeployment(driver, settings, (line) => console.error(line), { isServed: false })
}

/** What the options of a command are besides. */
const isTarget = (name: string): boolean => ['database', 'remote', 'config', 'env', 'binding'].includes(name)

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
  if (api !== undefined) {
    const [other] = Object.entries(target).flatMap(([name, value]) =>
      isTarget(name) && value !== undefined ? [name] : [],
    )
    if (other !== undefined)
      throw new Error(`--api is about a running deployment, --${other} about a database: leave one of them away.`)
    return work(overHttp(api))
  }
  if (databaseOf(target) === D1) await requireAllInD1(target)
  return withDatabase(
    target,
    async (driver) => {
      const deployment = await deploymentOf(target, driver, mayBeNew)
      try {
        return await work(await inProcess(deployment))
      } finally {
        await deployment.close()
      }
    },
    { mayBeNew },
  )
}
