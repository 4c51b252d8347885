import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mood, startMoodyServer } from '../test/support/moody-server.ts'
import { sendOne } from './lib/load.ts'
import { machine } from './lib/report.ts'
import { startNode } from './lib/servers.ts'
import { quantile } from './lib/statistics.ts'

/**
 * `npm run bench:neighbours`: what the tenants of a Node server notice when the database of one of them is away. Two tenants write
 * at the same time, one in the server's own file, one in a libSQL database that misbehaves.
 */

const SECONDS = 6
const LANES = 4
const TIMEOUT_MS = 1_000
const SECRET = 'operator-secret-of-the-benchmark-of-neighbours'
const MOODS: readonly (Mood | undefined)[] = [
  undefined,
  'refuses',
  'hangs',
  'closes',
  'hangs half way',
  'answers HTML',
  'fails with a page',
  undefined,
]

interface Seen {
  readonly milliseconds: number[]
  readonly statuses: Set<number>
}

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-neighbours-'))
const moody = await startMoodyServer(join(folder, 'away.db'))
const server = await startNode({
  operatorSecret: SECRET,
  variables: { TENANT_DIRECTORY: 'file:{folder}/tenants.db', DATABASE_TIMEOUT_MS: String(TIMEOUT_MS) },
})

const create = async (place: object): Promise<string> => {
  const target = { url: `${server.origin}/v1/tenants`, method: 'POST', token: SECRET }
  const { status, text } = await sendOne(target, JSON.stringify({ name: 'Neighbour', place }))
  if (status !== 201) throw new Error(`The tenant could not be made: ${status} ${text}`)
  return JSON.parse(text).adminKey
}

let written = 0
const write = async (token: string, until: number): Promise<Seen> => {
  const seen: Seen = { milliseconds: [], statuses: new Set() }
  const target = { url: `${server.origin}/v2/crm/people?matchingAttribute=email`, method: 'PUT', token }
  const lane = async () => {
    while (performance.now() < until) {
      const started = performance.now()
      const { status } = await sendOne(target, JSON.stringify({ firstName: 'N', emails: [`n${written++}@x.example`] }))
      seen.milliseconds.push(performance.now() - started)
      seen.statuses.add(status)
      // Who is refused does not ask again at once.
      if (status === 503) await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return seen
}

try {
  const well = await create({ shape: 'shared' })
  const ill = await create({ shape: 'database', url: moody.url })
  console.log(`Time limit ${TIMEOUT_MS} ms, ${LANES} connections each, ${SECONDS} s a line. ${machine()}\n`)
  console.log(
    '| the database of the other | requests/s | p50 ms | p99 ms | the other is answered | it waits, p50 / most, ms |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  await Promise.all([write(well, performance.now() + 2_000), write(ill, performance.now() + 2_000)])
  for (const mood of MOODS) {
    await moody.turn(mood)
    const until = performance.now() + SECONDS * 1_000
    const [one, other] = await Promise.all([write(well, until), write(ill, until)])
    if ([...one.statuses].join() !== '201') throw new Error(`The tenant that is well was answered ${[...one.statuses]}`)
    const at = (seen: Seen, share: number) => quantile(seen.milliseconds, share).toFixed(1)
    const waits = `${at(other, 0.5)} / ${Math.max(...other.milliseconds).toFixed(0)}`
    const rate = Math.round(one.milliseconds.length / SECONDS)
    const line = [mood ?? 'is well', rate, at(one, 0.5), at(one, 0.99), [...other.statuses].sort().join(', '), waits]
    console.log(`| ${line.join(' | ')} |`)
  }
} finally {
  await server.stop()
  await moody.close()
  rmSync(folder, { recursive: true, force: true })
}
