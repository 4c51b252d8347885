import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { requireFreePort } from '../node/port.ts'
import { portOf, sweepMsOf } from '../node/settings.ts'
import { onStop } from '../node/stop.ts'
import { migrate } from '../storage/migrations.ts'
import { CALLED } from './called.ts'
import { consoleUrl, type DemoCredentials, referenceUrl, setUpDemo } from './demo.ts'
import { open } from './open.ts'
import { loadWrangler } from './wrangler.ts'

const HOST = '127.0.0.1'

const credentialsFile = '.demo/credentials.json'

const readKept = (): Partial<DemoCredentials> =>
  existsSync(credentialsFile) ? (JSON.parse(readFileSync(credentialsFile, 'utf8')) as Partial<DemoCredentials>) : {}

const keep = (baseUrl: string, credentials: DemoCredentials) => {
  mkdirSync(dirname(credentialsFile), { recursive: true })
  writeFileSync(credentialsFile, `${JSON.stringify({ baseUrl, ...credentials }, null, 2)}\n`)
}

const seed = async (baseUrl: string): Promise<DemoCredentials> => {
  const { driver, close } = await open({ database: 'd1' })
  try {
    await migrate(driver)
    const credentials = await setUpDemo(driver, readKept())
    keep(baseUrl, credentials)
    return credentials
  } finally {
    await close()
  }
}

/** The Worker in workerd, in this process's care: it ends with it. Changes of the code are served when they are saved. */
const startWorker = async (port: number, { operatorSecret, hooksKey }: DemoCredentials) => {
  const { unstable_startWorker } = await loadWrangler()
  const worker = await unstable_startWorker({
    config: 'wrangler.toml',
    bindings: {
      OPERATOR_SECRET: { type: 'plain_text', value: operatorSecret },
      HOOKS_KEY: { type: 'plain_text', value: hooksKey },
    },
    dev: { server: { hostname: HOST, port }, inspector: false, logLevel: 'error', watch: true },
  })
  await worker.ready
  return worker
}

/** workerd runs no cron by itself. More often than wrangler.toml says: whoever tries something out is waiting for it. */
const UPKEEP_SECONDS = 60

/** Where wrangler's server lets a cron trigger be pulled. */
const CRON = '/cdn-cgi/handler/scheduled'

/** What fails is told once, and again when it fails after it has worked. @param everyMs from the end of one to the next */
const runUpkeep = async (baseUrl: string, everyMs: number) => {
  let told = false
  for (;;) {
    await wait(everyMs)
    const failure = await fetch(`${baseUrl}${CRON}`).then(
      ({ ok, status }) => (ok ? undefined : `it answers ${status}`),
      (error: unknown) => String(error),
    )
    if (failure !== undefined && !told) console.error(`The upkeep (${baseUrl}${CRON}) has failed: ${failure}`)
    told = failure !== undefined
  }
}

/** @throws Error when it does not answer as it should */
const requireAnswer = async (baseUrl: string) => {
  const { status } = await fetch(`${baseUrl}/health`)
  if (status !== 200) throw new Error(`${baseUrl}/health answers ${status}: see what it says above.`)
}

/**
 * The demo is made in the local D1, and tenants of this Worker may live elsewhere: then nobody is told credentials that
 * let nobody in.
 */
const isDemoFound = async (baseUrl: string, { adminToken }: DemoCredentials): Promise<boolean> => {
  const { status } = await fetch(`${baseUrl}/v1/organization`, { headers: { authorization: `Bearer ${adminToken}` } })
  if (status !== 401) return true
  rmSync(credentialsFile)
  return false
}

const announcement = (baseUrl: string) => `
edge-upsert runs at ${baseUrl}`

const withoutDemo = (baseUrl: string, { operatorSecret }: DemoCredentials) => `${announcement(baseUrl)}
Console:            ${baseUrl}/console/
Reference:          ${baseUrl}/docs/reference/
There is no demo: tenants live elsewhere than in the local D1 (TENANCY in wrangler.toml or .dev.vars). Make one of your own:

OPERATOR_SECRET=${operatorSecret} ${CALLED} tenant create --name Demo --api ${baseUrl}
`

const greeting = (baseUrl: string, credentials: DemoCredentials) => `${announcement(baseUrl)}
Demo credentials:   ${credentialsFile}
Console and reference, with the demo's credentials in the part of the links that no server is sent:
${consoleUrl(baseUrl, credentials)}
${referenceUrl(baseUrl, credentials)}

Create a person; the same again changes nothing, and says so:

curl -i -X PUT '${baseUrl}/v1/objects/people/records' \\
  -H 'Authorization: Bearer ${credentials.bearerToken}' \\
  -H 'Content-Type: application/json' \\
  -d '{"match":{"emails":"ada@engine.example"},"values":{"first_name":"Ada","emails":["ada@engine.example"]}}'
`

/** `npm start`: migrates a local D1, seeds the demo, runs the Worker of wrangler.toml, says how to use it. */
export const start = async (): Promise<void> => {
  const port = portOf(process.env)
  const upkeepMs = sweepMsOf(process.env, UPKEEP_SECONDS)
  const baseUrl = `http://${HOST}:${port}`
  await requireFreePort(port, HOST)
  let worker: ReturnType<typeof startWorker> | undefined
  onStop(async () => {
    await (await worker)?.dispose()
    process.exit(0)
  })
  const credentials = await seed(baseUrl)
  worker = startWorker(port, credentials)
  await worker
  await requireAnswer(baseUrl)
  void runUpkeep(baseUrl, upkeepMs)
  console.log(
    (await isDemoFound(baseUrl, credentials)) ? greeting(baseUrl, credentials) : withoutDemo(baseUrl, credentials),
  )
}
