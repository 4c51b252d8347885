import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { openDatabase } from '../../src/node/database.ts'
import { readOnly } from '../../src/storage/driver.ts'
import { type Job, readJobs } from '../../src/storage/jobs/job.ts'
import { seedParts } from '../support/job-suite.ts'
import { seedKey, startServer } from '../support/node-server.ts'

/** Jobs of a Node server: it drives them behind the answer, with nobody asking, and goes on with them when it starts. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A database with an organisation that has so many parts; the file is looked into beside the server. */
const open = async (records: number) => {
  const databaseUrl = `file:${join(folder, `${crypto.randomUUID()}.db`)}`
  const { organizationId, token } = await seedKey(databaseUrl, { scopes: ['crm:write', 'admin'] })
  const { driver, close } = await openDatabase(databaseUrl)
  await seedParts(driver, organizationId, administration(asOperator(driver, organizationId)), {}, records)
  const start = async () => {
    const server = await startServer(databaseUrl)
    started.push(server.child)
    return server
  }
  const index = (url: string) =>
    fetch(`${url}/v1/objects/parts/attributes/serial`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ unique: true }),
    })
  /** Looks until the job is as it should be. */
  const jobOnce = async (holds: (job: Job) => boolean): Promise<Job> => {
    for (;;) {
      const [job] = await readJobs(readOnly(driver), organizationId, 1)
      if (job && holds(job)) return job
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const findings = async () => {
    const found = []
    for await (const one of verifyOrganization(asOperator(driver, organizationId), { repair: false })) found.push(one)
    return found
  }
  return { driver, start, index, jobOnce, findings, close }
}

it('comes to its end though nobody asks again', async () => {
  const { start, index, jobOnce, findings, close } = await open(12_000)
  const { url } = await start()
  expect((await index(url)).status).toBe(200)
  expect(await jobOnce(({ finishedAt }) => finishedAt !== null)).toMatchObject({ done: 12_000, duplicates: null })
  expect(await findings()).toEqual([])
  await close()
}, 60_000)

it('goes on behind its last chunk after a kill -9, and does none twice', async () => {
  const { driver, start, index, jobOnce, findings, close } = await open(12_000)
  // So that it is killed inside a chunk, whatever the speed of the machine: this one would take hours.
  const endless =
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT count(*) FROM n'
  const hold = `CREATE TRIGGER hold BEFORE UPDATE ON jobs WHEN NEW.step > 3 BEGIN SELECT (${endless}); END`
  await driver.batch([{ sql: hold, params: [] }])
  const first = await start()
  void index(first.url).catch(() => undefined)
  const { done } = await jobOnce(({ step }) => step === 3)
  first.child.kill('SIGKILL')
  await first.exited
  expect(await jobOnce(() => true)).toMatchObject({ finishedAt: null, step: 3, done })
  expect(done).toBeGreaterThan(0)
  await driver.batch([{ sql: 'DROP TRIGGER hold', params: [] }])
  await start()
  expect(await jobOnce(({ finishedAt }) => finishedAt !== null)).toMatchObject({ done: 12_000, duplicates: null })
  expect(await findings()).toEqual([])
  await close()
}, 60_000)
