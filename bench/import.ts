import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { administration } from '../src/admin/administration.ts'
import { asOperator } from '../src/admin/authority.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import { EdgeUpsert } from '../src/client/index.ts'
import { type Server, startNode, startWorker } from './lib/servers.ts'

/**
 * `npm run bench:import` (`-- 20000` for fewer rows): a CSV by `edge-upsert import` into a Node server and into the Worker: all new, all
 * unchanged, and killed half way and gone on with; beside a loop of single calls.
 */

const ROWS = Number(process.argv[2] ?? 100_000)
const SINGLES = 500
/** What the command's JavaScript may hold: if anything were kept of each row, the file would not fit. */
const HEAP_MB = 64

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-import-'))

const fileOf = (name: string): string => {
  const line = (n: number) =>
    `Ada ${n},Lovelace,${name}-${n}@bench.example,Analyst,+44 20 7946 ${String(n % 10_000).padStart(4, '0')},London,"12, St James's Square",Met at the conference; stand ${n % 90}`
  const path = join(folder, `${name}.csv`)
  const head = 'first_name,last_name,emails,job_title,phone_number,city,street_one,note'
  writeFileSync(path, `${[head, ...Array.from({ length: ROWS }, (_, n) => line(n))].join('\n')}\n`)
  return path
}

/** Runs before the command, and says at its end how many requests it has made, and what memory it took. */
const COUNTING = `data:text/javascript,${encodeURIComponent(`
  let requests = 0
  const send = globalThis.fetch
  globalThis.fetch = (...args) => (requests++, send(...args))
  process.on('exit', () => console.error(JSON.stringify({ requests, kilobytes: process.resourceUsage().maxRSS })))
`)}`

interface Ran {
  readonly seconds: number
  readonly requests: number
  readonly megabytes: number
}

/** @param killAt rows after which it is killed. @throws Error when it does not end as it should */
const run = async (server: Server, key: string, file: string, killAt = Number.POSITIVE_INFINITY): Promise<Ran> => {
  const command = [
    'src/cli/admin.ts',
    'import',
    file,
    '--object',
    'people',
    '--match',
    'emails',
    '--api',
    server.origin,
  ]
  const env = { ...process.env, API_KEY: key, XDG_STATE_HOME: folder }
  const started = performance.now()
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, '--import', COUNTING, ...command], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'close')
  let last = ''
  for await (const line of createInterface({ input: child.stderr })) {
    last = line
    if (Number(/imported: (\d+)/.exec(line)?.[1] ?? 0) >= killAt) child.kill('SIGKILL')
  }
  const [code] = await ended
  const seconds = (performance.now() - started) / 1_000
  if (code === null && killAt <= ROWS) return { seconds, requests: 0, megabytes: 0 }
  if (code !== 0) throw new Error(`The import ended with ${code}: ${last}`)
  const { requests, kilobytes } = JSON.parse(last) as { requests: number; kilobytes: number }
  return { seconds, requests, megabytes: kilobytes / 1_024 }
}

const seed = (server: Server): Promise<string> =>
  server.withDatabase(async (driver) => {
    const { value: id } = await createOrganization(driver, { name: 'Import' })
    const operator = administration(asOperator(driver, id))
    const scopes = ['crm:read', 'crm:write'] as const
    return (await operator.issueCredential({ kind: 'key', name: 'b', scopes: [...scopes] })).secret
  })

const count = (server: Server, table: 'records' | 'changes'): Promise<number> =>
  server.withDatabase(async (driver) => {
    const { results } = await driver.batch([{ sql: `SELECT count(*) AS n FROM ${table}`, params: [] }])
    return Number(results[0]?.rows[0]?.n)
  })

const singles = async (server: Server, key: string): Promise<number> => {
  const people = new EdgeUpsert({ url: server.origin, key }).records('people')
  const started = performance.now()
  for (let n = 0; n < SINGLES; n++) {
    const email = `single-${n}@bench.example`
    const values = {
      first_name: `Ada ${n}`,
      last_name: 'Lovelace',
      emails: [email],
      job_title: 'Analyst',
      city: 'London',
    }
    await people.assert({ match: { emails: email }, values }, { record: false })
  }
  return (performance.now() - started) / 1_000
}

const measure = async (start: () => Promise<Server>) => {
  const server = await start()
  const row = (what: string, rows: number, seconds: number, more: readonly (number | string)[]) =>
    console.log(
      `| ${server.kind} | ${[what, rows, seconds.toFixed(1), Math.round(rows / seconds), ...more].join(' | ')} |`,
    )
  try {
    const key = await seed(server)
    await run(server, key, warm)
    for (const what of ['new', 'unchanged']) {
      const before = await count(server, 'changes')
      const { seconds, requests, megabytes } = await run(server, key, first)
      row(what, ROWS, seconds, [requests, Math.round(megabytes), (await count(server, 'changes')) - before])
    }
    row('single calls, new', SINGLES, await singles(server, key), [SINGLES, '', SINGLES])
    const before = await count(server, 'records')
    const changes = await count(server, 'changes')
    const killed = await run(server, key, second, ROWS / 2)
    const there = (await count(server, 'records')) - before
    const { seconds, requests, megabytes } = await run(server, key, second)
    const all = (await count(server, 'records')) - before
    const written = (await count(server, 'changes')) - changes
    row(`killed after ${killed.seconds.toFixed(1)} s with ${there} in, the rest`, ROWS - there, seconds, [
      requests,
      Math.round(megabytes),
      written,
    ])
    if (all !== ROWS || written !== ROWS) throw new Error(`${all} records and ${written} changes of ${ROWS} rows`)
  } finally {
    await server.stop()
  }
}

const warm = join(folder, 'warm.csv')
writeFileSync(warm, `emails\n${Array.from({ length: 2_000 }, (_, n) => `warm-${n}@bench.example`).join('\n')}\n`)
const first = fileOf('first')
const second = fileOf('second')
try {
  const load = loadavg()[0]?.toFixed(1)
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}, load ${load} before it began\n`,
  )
  console.log('| server | rows | how many | seconds | rows/s | requests | MB at most | changes written |')
  console.log('|---|---|---|---|---|---|---|---|')
  await measure(startNode)
  await measure(startWorker)
} finally {
  rmSync(folder, { recursive: true })
}
