import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../src/node/database.ts'
import { type Mood, startMoodyServer } from '../test/support/moody-server.ts'
import { sendOne } from './lib/load.ts'
import { machine } from './lib/report.ts'
import { startNode } from './lib/servers.ts'
import { quantile } from './lib/statistics.ts'

/**
 * `npm run bench:neighbours`: what the tenants of a Node server notice when the database of one of them is away, behind, or not to
 * be used as it is configured. Two tenants write at the same time, one in the server's own file, one in such a database.
 */

const SECONDS = 6
const LANES = 4
const TIMEOUT_MS = 1_000
const SECRET = 'operator-secret-of-the-benchmark-of-neighbours'
const MOODS: readonly Mood[] = ['refuses', 'hangs', 'closes', 'hangs half way', 'answers HTML', 'fails with a page']

/** What is wrong with the database of the other tenant. */
interface Trouble {
  readonly name: string
  readonly key: string
  readonly mood?: Mood
}

interface Seen {
  readonly milliseconds: number[]
  readonly statuses: Set<number>
}

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-neighbours-'))
const fileUrl = (name: string) => `file:${join(folder, name)}`
const moody = await startMoodyServer(join(folder, 'away.db'))
const behind = await startMoodyServer(join(folder, 'behind.db'))
const misconfigured = await startMoodyServer(join(folder, 'misconfigured.db'))
const server = await startNode({
  operatorSecret: SECRET,
  variables: { TENANT_DIRECTORY: fileUrl('tenants.db'), DATABASE_TIMEOUT_MS: String(TIMEOUT_MS) },
})

const create = async (place: object): Promise<{ readonly id: string; readonly adminKey: string }> => {
  const target = { url: `${server.origin}/v1/tenants`, method: 'POST', token: SECRET }
  const { status, text } = await sendOne(target, JSON.stringify({ name: 'Neighbour', place }))
  if (status !== 201) throw new Error(`The tenant could not be made: ${status} ${text}`)
  return JSON.parse(text)
}

const change = async (name: string, sql: string, ...params: readonly string[]): Promise<readonly unknown[]> => {
  const { driver, close } = await openDatabase(fileUrl(name))
  try {
    return (await driver.batch([{ sql, params }])).results[0]?.rows ?? []
  } finally {
    await close()
  }
}

/** Its database has lost the program of this release, as if it had never been migrated to it. */
const createBehind = async (): Promise<string> => {
  const { adminKey } = await create({ shape: 'database', url: behind.url })
  const views = await change('behind.db', "SELECT name FROM sqlite_master WHERE type = 'view' AND name GLOB 'assert_*'")
  for (const view of views as { name: string }[]) await change('behind.db', `DROP VIEW ${view.name}`)
  if (views.length === 0) throw new Error('The database has no program that it could lose')
  return adminKey
}

/** Its place names a variable that there is not. */
const createMisconfigured = async (): Promise<string> => {
  const { id, adminKey } = await create({ shape: 'database', url: misconfigured.url })
  const sql = "UPDATE tenants SET place = json_set(place, '$.token', 'TENANT_TOKEN_NONE') WHERE id = ?1 RETURNING id"
  if ((await change('tenants.db', sql, id)).length !== 1) throw new Error('The directory has no such tenant')
  return adminKey
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

const cell = (seen: Seen, share: number) => quantile(seen.milliseconds, share).toFixed(1)

/** A line of the table. @throws Error when the tenant that is well has noticed anything but time */
const measured = async (well: string, { name, key, mood }: Trouble): Promise<string> => {
  await moody.turn(mood)
  const until = performance.now() + SECONDS * 1_000
  const [one, other] = await Promise.all([write(well, until), write(key, until)])
  if ([...one.statuses].join() !== '201') throw new Error(`The tenant that is well was answered ${[...one.statuses]}`)
  const waits = `${cell(other, 0.5)} / ${Math.max(...other.milliseconds).toFixed(0)}`
  const rate = Math.round(one.milliseconds.length / SECONDS)
  const cells = [name, rate, cell(one, 0.5), cell(one, 0.99), [...other.statuses].sort().join(', '), waits]
  return `| ${cells.join(' | ')} |`
}

try {
  const { adminKey: well } = await create({ shape: 'shared' })
  const { adminKey: ill } = await create({ shape: 'database', url: moody.url })
  const troubles: readonly Trouble[] = [
    { name: 'is well', key: ill },
    ...MOODS.map((mood) => ({ name: mood, key: ill, mood })),
    { name: 'is not migrated', key: await createBehind() },
    { name: 'names a token that there is not', key: await createMisconfigured() },
    { name: 'is well again', key: ill },
  ]
  console.log(`Time limit ${TIMEOUT_MS} ms, ${LANES} connections each, ${SECONDS} s a line. ${machine()}\n`)
  console.log(
    '| the database of the other | requests/s of the one | p50 ms | p99 ms | the other is answered | it waits, p50 / most, ms |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  await Promise.all([write(well, performance.now() + 2_000), write(ill, performance.now() + 2_000)])
  for (const trouble of troubles) console.log(await measured(well, trouble))
} finally {
  await server.stop()
  for (const database of [moody, behind, misconfigured]) await database.close()
  rmSync(folder, { recursive: true, force: true })
}
