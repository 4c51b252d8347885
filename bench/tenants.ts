import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { bundle } from './lib/bundle.ts'
import { type Reply, sendOne } from './lib/load.ts'
import { machine } from './lib/report.ts'
import { median, quantile } from './lib/statistics.ts'

/**
 * `npm run bench:tenants`: organisations in `object` mode, each made and used one after the other. `--quick` makes 50.
 * The first request of an organisation finds nothing in the cache: it reads credential and schema, then writes.
 */

const TENANTS = process.argv.includes('--quick') ? 50 : 1_000
const LATER = 5

const start = async (directory: string) => {
  const contents = readFileSync(await bundle('bench/workers/tenants.ts', 'wrangler.toml', directory), 'utf8')
  const worker = {
    name: 'tenants',
    modules: [{ type: 'ESModule' as const, path: 'tenants.js', contents }],
    compatibilityDate: '2026-10-23',
    d1Databases: { DB: 'unused' },
    durableObjects: { ORGANIZATIONS: { className: 'OrganizationDatabase', useSQLite: true } },
    bindings: { LOG: 'off', TENANCY: 'object' },
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
  const options = convertV4MiniflareOptions({ log: new Log(LogLevel.WARN), cf: false, workers: [worker] })
  // Kept on disk, as the platform keeps it; in memory it would be faster than it is.
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: join(directory, 'state') })
  await miniflare.ready
  return { origin: await miniflare.unsafeGetDirectURL('tenants'), dispose: () => miniflare.dispose() }
}

const timed = async (samples: number[], expected: number, call: () => Promise<Reply>): Promise<string> => {
  const started = performance.now()
  const { status, text } = await call()
  samples.push(performance.now() - started)
  if (status !== expected) throw new Error(`Answered ${status}, not ${expected}: ${text.slice(0, 300)}`)
  return text
}

const measure = async (origin: URL) => {
  const made: number[] = []
  const first: number[] = []
  const later: number[] = []
  const url = (path: string) => new URL(path, origin).href
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    const token = await timed(made, 200, () => sendOne({ url: url('/bench/tenant'), method: 'POST', token: '' }, ''))
    const people = { url: url('/v2/crm/people?matchingAttribute=email'), method: 'PUT', token }
    for (let n = 0; n <= LATER; n++) {
      const body = JSON.stringify({ firstName: 'T', emails: [`person-${n}@tenant.example`] })
      await timed(n === 0 ? first : later, 201, () => sendOne(people, body))
    }
    if ((tenant + 1) % 100 === 0) process.stderr.write(`${tenant + 1} of ${TENANTS}\n`)
  }
  return { 'made, with its schema and a key': made, 'first request': first, 'later requests': later }
}

const directory = mkdtempSync(join(tmpdir(), 'edge-upsert-tenants-'))
try {
  const { origin, dispose } = await start(directory)
  try {
    const samples = await measure(origin)
    console.log(`${TENANTS} organisations, each in its own Durable Object; milliseconds. ${machine()}\n`)
    console.log('| | median | p95 |\n|---|---|---|')
    for (const [what, all] of Object.entries(samples))
      console.log(`| ${what} | ${median(all).toFixed(1)} | ${quantile(all, 0.95).toFixed(1)} |`)
  } finally {
    await dispose()
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
