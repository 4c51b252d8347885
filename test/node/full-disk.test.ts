import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDatabase } from '../../src/node/database.ts'
import { type NodeServer, seedKey, startServer } from '../support/node-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const started: NodeServer[] = []
afterAll(() => {
  for (const { child } of started) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** The system refuses whatever would make a file larger than this many blocks: a disk that is full, without mounting one. */
const LIMIT = 'ulimit -S -f 8000;'
const PER_REQUEST = 50

it('a full disk is 503 and not ready; reading goes on, what was acknowledged is there, and with space all goes on', async () => {
  const databaseUrl = `file:${join(folder, 'full.db')}`
  const { organizationId, token } = await seedKey(databaseUrl)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const write = ({ url }: NodeServer, request: number) => {
    const items = Array.from({ length: PER_REQUEST }, (_, i) => ({
      match: { emails: `r${request}-${i}@full.example` },
      values: { emails: [`r${request}-${i}@full.example`], description: 'x'.repeat(4_000) },
    }))
    return fetch(`${url}/v1/objects/people/records/batch`, { method: 'POST', headers, body: JSON.stringify(items) })
  }
  const readyOf = async ({ url }: NodeServer) => (await fetch(`${url}/ready`)).status

  const full = await startServer(databaseUrl, {}, LIMIT)
  started.push(full)
  expect(await readyOf(full)).toBe(200)
  let acknowledged = 0
  let refused = await write(full, 0)
  for (let request = 1; refused.status === 200; request++) {
    acknowledged += PER_REQUEST
    refused = await write(full, request)
  }
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(acknowledged).toBeGreaterThan(0)
  expect(await readyOf(full)).toBe(503)
  expect((await fetch(`${full.url}/v1/objects/people/records?limit=1`, { headers })).status).toBe(200)
  full.child.kill('SIGKILL')
  await full.exited

  const { driver, close } = await openDatabase(databaseUrl)
  const count = { sql: 'SELECT count(*) AS stored FROM records WHERE organization_id = ?1', params: [organizationId] }
  expect((await driver.batch([count])).results[0]?.rows).toEqual([{ stored: acknowledged }])
  await close()
  const roomy = await startServer(databaseUrl)
  started.push(roomy)
  expect((await write(roomy, 1_000_000)).status).toBe(200)
  expect(await readyOf(roomy)).toBe(200)
})
