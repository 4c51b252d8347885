import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { d1Driver } from '../src/storage/drivers/d1.ts'
import { migrate } from '../src/storage/migrations.ts'
import { bundle } from './lib/bundle.ts'
import { type Reply, sendOne } from './lib/load.ts'
import { machine } from './lib/report.ts'
import { median, quantile } from './lib/statistics.ts'

/**
 * `npm run bench:tenants`: tenants in three shapes in one deployment, made and operated through its API, one request after
 * the other unless it says otherwise. `--quick` makes 60. The first request of a tenant finds nothing in the isolate: it asks
 * the directory, reads credential and schema, then writes.
 */

const TENANTS = process.argv.includes('--quick') ? 60 : 1_000
/** D1 databases that a tenant each lives in; all others are halved between the shared one and objects. */
const OWN = process.argv.includes('--quick') ? 5 : 50
const LATER = 5
const WAVE = 10
const SECRET = 'operator-secret-of-the-benchmark-of-tenants'

const bindingOf = (n: number) => `DB_${n}`

const start = async (directory: string) => {
  const contents = readFileSync(await bundle('src/worker.ts', 'wrangler.toml', directory), 'utf8')
  const own = Object.fromEntries(Array.from({ length: OWN }, (_, n) => [bindingOf(n), bindingOf(n)]))
  const worker = {
    name: 'tenants',
    modules: [{ type: 'ESModule' as const, path: 'worker.js', contents }],
    compatibilityDate: '2026-10-23',
    d1Databases: { DB: 'shared', ...own },
    durableObjects: { ORGANIZATIONS: { className: 'OrganizationDatabase', useSQLite: true } },
    bindings: { LOG: 'off', TENANT_DIRECTORY: 'object', OPERATOR_SECRET: SECRET },
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
  const options = convertV4MiniflareOptions({ log: new Log(LogLevel.WARN), cf: false, workers: [worker] })
  // Kept on disk, as the platform keeps it; in memory it would be faster than it is.
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: join(directory, 'state') })
  await miniflare.ready
  const database = (name: string) => miniflare.getD1Database(name, 'tenants') as unknown as Promise<D1Database>
  await migrate(d1Driver(await database('DB')))
  return { origin: await miniflare.unsafeGetDirectURL('tenants'), database, dispose: () => miniflare.dispose() }
}

const samples = new Map<string, number[]>()

const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now()
  const made = await work()
  samples.set(what, [...(samples.get(what) ?? []), performance.now() - started])
  return made
}

const expecting = ({ status, text }: Reply, ...statuses: readonly number[]): string => {
  if (!statuses.includes(status)) throw new Error(`Answered ${status}, not ${statuses}: ${text.slice(0, 300)}`)
  return text
}

interface Tenant {
  readonly id: string
  readonly shape: string
  readonly key: string
}

const operating = (origin: URL) => {
  const send = (method: string, path: string, token: string, body?: object) =>
    sendOne({ url: new URL(path, origin).href, method, token }, body === undefined ? '' : JSON.stringify(body))
  const operate = (method: string, path: string, body?: object) => send(method, `/v1/tenants${path}`, SECRET, body)
  const assert = (key: string, email: string) =>
    send('PUT', '/v2/crm/people?matchingAttribute=email', key, { firstName: 'T', emails: [email] })
  return { operate, assert }
}

type Operating = ReturnType<typeof operating>

const make = async ({ operate, assert }: Operating, n: number): Promise<Tenant> => {
  const shape = n < OWN ? 'database' : n % 2 === 0 ? 'shared' : 'object'
  const place = { shape, ...(shape === 'database' && { binding: bindingOf(n) }) }
  const made = await timed(`${shape}: created`, () => operate('POST', '', { name: `Tenant ${n}`, place }))
  const { id, adminKey: key } = JSON.parse(expecting(made, 201))
  for (let i = 0; i <= LATER; i++) {
    const what = `${shape}: ${i === 0 ? 'first request' : 'later requests'}`
    expecting(await timed(what, () => assert(key, `person-${i}@${id}.example`)), 201)
  }
  if ((n + 1) % 100 === 0) process.stderr.write(`${n + 1} of ${TENANTS}\n`)
  return { id, shape, key }
}

const listAll = async ({ operate }: Operating): Promise<number> => {
  let count = 0
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`
    const page = JSON.parse(expecting(await operate('GET', `?limit=1000${query}`), 200))
    count += page.tenants.length
    cursor = page.nextCursor
  } while (cursor !== null)
  return count
}

/** @returns those that failed; no other is kept from its turn */
const migrateAll = async ({ operate }: Operating, tenants: readonly Tenant[]): Promise<readonly string[]> => {
  const failed: string[] = []
  for (let at = 0; at < tenants.length; at += WAVE)
    await Promise.all(
      tenants.slice(at, at + WAVE).map(async ({ id }) => {
        if ((await operate('POST', `/${id}/migrate`)).status !== 200) failed.push(id)
      }),
    )
  return failed
}

const exportAll = async ({ operate }: Operating, tenants: readonly Tenant[]): Promise<number> => {
  let rows = 0
  for (const { id } of tenants) {
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `?cursor=${cursor}`
      const page = JSON.parse(expecting(await operate('GET', `/${id}/export${query}`), 200))
      rows += page.lines.length
      cursor = page.nextCursor
    } while (cursor !== null)
  }
  return rows
}

/** Ten writers meanwhile. @returns how many asserts were accepted of those sent after the suspension was answered */
const suspendWrittenTo = async ({ operate, assert }: Operating, { id, key }: Tenant) => {
  let isSuspended = false
  let isOver = false
  let before = 0
  let after = 0
  const write = async (writer: number) => {
    for (let n = 0; !isOver; n++) {
      const sentAfter = isSuspended
      const reply = await assert(key, `writer-${writer}-${n}@${id}.example`)
      expecting(reply, 201, 403)
      if (reply.status === 201) sentAfter ? after++ : before++
    }
  }
  const writers = Array.from({ length: 10 }, (_, writer) => write(writer))
  await new Promise((resolve) => setTimeout(resolve, 300))
  await timed('suspended, with ten writers', async () => expecting(await operate('POST', `/${id}/suspend`), 200))
  isSuspended = true
  await new Promise((resolve) => setTimeout(resolve, 300))
  isOver = true
  await Promise.all(writers)
  return { before, after }
}

const directory = mkdtempSync(join(tmpdir(), 'edge-upsert-tenants-'))
try {
  const { origin, database, dispose } = await start(directory)
  try {
    const api = operating(origin)
    const tenants: Tenant[] = []
    for (let n = 0; n < TENANTS; n++) tenants.push(await make(api, n))
    const listed = await timed('all listed', () => listAll(api))
    // As if its database had been migrated by hand, and badly.
    const broken = tenants[0] as Tenant
    await (await database(bindingOf(0))).prepare("DELETE FROM d1_migrations WHERE name = '0007_tenants.sql'").run()
    const failed = await timed(`all migrated, in waves of ${WAVE}`, () => migrateAll(api, tenants))
    if (failed.join() !== broken.id) throw new Error(`These failed: ${failed}`)
    const served = tenants.filter(({ id }) => id !== broken.id)
    const rows = await timed('all exported', () => exportAll(api, served))
    const accepted: string[] = []
    for (const shape of ['shared', 'object', 'database']) {
      const tenant = served.find((one) => one.shape === shape) as Tenant
      const { before, after } = await suspendWrittenTo(api, tenant)
      accepted.push(`${shape} ${before} before, ${after} after`)
    }
    console.log(`${listed} tenants in three shapes (${OWN} with a D1 of their own); milliseconds. ${machine()}\n`)
    console.log('| | median | p95 |\n|---|---|---|')
    for (const [what, all] of samples)
      console.log(`| ${what} | ${median(all).toFixed(1)} | ${quantile(all, 0.95).toFixed(1)} |`)
    console.log(`\n${rows} rows exported. One tenant could not be migrated, and no other waited for it.`)
    console.log(`Asserts accepted that were sent before and after a suspension was answered: ${accepted.join('; ')}.`)
  } finally {
    await dispose()
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
