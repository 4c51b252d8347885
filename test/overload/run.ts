import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { machine } from '../../bench/lib/report.ts'
import { quantile } from '../../bench/lib/statistics.ts'
import { openDatabase } from '../../src/node/database.ts'
import { seedKey, startServer } from '../support/node-server.ts'
import type { Answer } from './connection.ts'
import { closedLoop, openLoop, type Work } from './load.ts'

/**
 * `npm run test:overload`: ten times what the Node server can do, for a minute, whatever becomes of the requests. Every
 * one must be answered or turned away at the socket, health told all the time, memory bounded, full speed there again two
 * seconds later, and every acknowledged write stored. `-- <seconds>` makes it shorter.
 */

const SECONDS = Number(process.argv[2] ?? 60)
const TIMES = 10
const CONNECTIONS = 16
const CAPACITY_MS = 5_000
const SLICE_MS = 250
const RECOVERED = 0.8
const RULES = { healthMs: 100, residentMb: 640, recoveryMs: 2_000 }
const ALLOWED = new Set<Answer>([200, 201, 429, 503, 'refused'])

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-overload-'))
const databaseUrl = `file:${join(folder, 'overload.db')}`

const counts = new Map<Answer, number>()
const acknowledged: string[] = []
let made = 0
const next = (): Work => {
  const email = `person${made++}@overload.example`
  return {
    body: JSON.stringify({ firstName: 'Ada', lastName: `Number ${made}`, jobTitle: 'Engineer', emails: [email] }),
    answered(answer) {
      counts.set(answer, (counts.get(answer) ?? 0) + 1)
      if (answer === 200 || answer === 201) acknowledged.push(email)
    },
  }
}

/** How many acknowledged writes are not there. */
const lostOf = async (organizationId: string): Promise<number> => {
  const { driver, close } = await openDatabase(databaseUrl)
  let found = 0
  for (let at = 0; at < acknowledged.length; at += 10_000) {
    const emails = JSON.stringify(acknowledged.slice(at, at + 10_000))
    const sql = `SELECT count(*) AS found FROM json_each(?1) a WHERE EXISTS (
      SELECT 1 FROM record_keys k WHERE k.organization_id = ?2 AND k.object = 'people' AND k.name = 'emails' AND k.value = a.value)`
    const { results } = await driver.batch([{ sql, params: [emails, organizationId] }])
    found += results[0]?.rows[0]?.found as number
  }
  await close()
  return acknowledged.length - found
}

const { organizationId, token } = await seedKey(databaseUrl)
const { child, url, exited } = await startServer(databaseUrl, { LOG: 'off', KEY_REQUESTS_LIMIT: '0' })
const target = { url: `${url}/v2/crm/people?matchingAttribute=email`, token }
const observer = new Worker(fileURLToPath(new URL('./observer.ts', import.meta.url).href), {
  workerData: { url, pid: child.pid },
})
const observed = async () => {
  const told = once(observer, 'message')
  observer.postMessage('tell')
  return (await told)[0] as { readonly health: readonly number[]; readonly residentMb: number }
}

await closedLoop(target, CONNECTIONS, CAPACITY_MS, next)
const capacity = await closedLoop(target, CONNECTIONS, CAPACITY_MS, next)
const calm = await observed()
counts.clear()
const before = acknowledged.length
console.log(`Capacity ${capacity.toFixed(0)}/s; now ${(TIMES * capacity).toFixed(0)}/s for ${SECONDS} s`)
const { unsent, ended } = await openLoop(target, TIMES * capacity, 1_000 * SECONDS, next)
const overloaded = await observed()
const answers = [...counts].sort(([a], [b]) => String(a).localeCompare(String(b)))
const served = (acknowledged.length - before) / SECONDS

let recoveryMs = Number.POSITIVE_INFINITY
while (recoveryMs === Number.POSITIVE_INFINITY && performance.now() - ended < 10 * RULES.recoveryMs) {
  const perSecond = await closedLoop(target, CONNECTIONS, SLICE_MS, next)
  if (perSecond >= RECOVERED * capacity) recoveryMs = performance.now() - ended
}
await observer.terminate()
child.kill('SIGTERM')
await exited
const lost = await lostOf(organizationId)
rmSync(folder, { recursive: true })

const healthMs = quantile(overloaded.health, 0.99)
const told = ({ health }: typeof calm) =>
  `${quantile(health, 0.5).toFixed(0)} / ${quantile(health, 0.99).toFixed(0)} ms`
const figures: readonly (readonly [string, string, boolean])[] = [
  ['capacity, 16 connections', `${capacity.toFixed(0)}/s`, true],
  ['written meanwhile', `${served.toFixed(0)}/s`, true],
  ...answers.map(([answer, count]) => [`answers: ${answer}`, String(count), ALLOWED.has(answer)] as const),
  ['found every client waiting', String(unsent), true],
  ['/health, p50 / p99, and before', `${told(overloaded)}, ${told(calm)}`, healthMs <= RULES.healthMs],
  [
    'memory at most, and before',
    `${overloaded.residentMb.toFixed(0)} MB, ${calm.residentMb.toFixed(0)} MB`,
    overloaded.residentMb <= RULES.residentMb,
  ],
  [`${100 * RECOVERED} % of the capacity again after`, `${recoveryMs.toFixed(0)} ms`, recoveryMs <= RULES.recoveryMs],
  [`acknowledged writes (${acknowledged.length}) lost`, String(lost), lost === 0],
]
console.log(`${machine()}; database in ${tmpdir()}\n\n| figure | measured | as it must be |\n|---|---|---|`)
for (const [name, measured, met] of figures) console.log(`| ${name} | ${measured} | ${met ? 'yes' : 'NO'} |`)
process.exit(figures.every(([, , met]) => met) ? 0 : 1)
