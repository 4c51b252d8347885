import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, it } from 'vitest'
import { libsqlFile } from '../../src/storage/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'

/** KILLS=20 is what docs/storage.md reports; a few are enough to notice when something breaks. */
const KILLS = Number(process.env.KILLS ?? 4)
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const url = `file:${join(folder, 'crash.db')}`
afterAll(() => rmSync(folder, { recursive: true }))

/** Kills the writer at some moment of its work. @returns what it had acknowledged by then */
const writeAndKill = async (round: number): Promise<readonly string[]> => {
  const child = spawn(process.execPath, ['test/support/crash-writer.ts', url, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { acknowledged?: readonly string[] }
    if (said.acknowledged) acknowledged.push(...said.acknowledged)
    else setTimeout(() => child.kill('SIGKILL'), 50 + Math.random() * 250)
  }
  return acknowledged
}

/** Key rows against the keys that the records' data calls for, both ways; and scratch that must be empty. */
const DRIFT = `
WITH derived AS (
  SELECT r.organization_id, 'emails' AS name, e.value, r.id FROM records r, json_each(r.data, '$.emails[0]') e
  UNION ALL
  SELECT r.organization_id, 'tracking_id', r.data ->> '$.tracking_id[0]', r.id FROM records r
), stored AS (SELECT organization_id, name, value, record_id FROM record_keys)
SELECT
  (SELECT count(*) FROM (SELECT * FROM derived EXCEPT SELECT * FROM stored)) AS missing,
  (SELECT count(*) FROM (SELECT * FROM stored EXCEPT SELECT * FROM derived)) AS orphaned,
  (SELECT count(*) FROM refusals) + (SELECT count(*) FROM undo_log) AS scratch`

it(`loses nothing acknowledged and leaves nothing half written, killed ${KILLS} times`, async () => {
  const prepared = await libsqlFile(url)
  await migrate(prepared)
  prepared.close()
  let total = 0
  for (let round = 0; round < KILLS; round++) {
    const acknowledged = await writeAndKill(round)
    total += acknowledged.length
    const file = await libsqlFile(url)
    const { results } = await file.batch([
      { sql: DRIFT, params: [] },
      {
        sql: `SELECT count(*) AS kept FROM json_each(?1) a WHERE EXISTS (
                SELECT 1 FROM record_keys k WHERE k.name = 'tracking_id' AND k.value = 'moved-' || a.value)`,
        params: [JSON.stringify(acknowledged)],
      },
    ])
    expect(results[0]?.rows[0]).toMatchObject({ missing: 0, orphaned: 0, scratch: 0 })
    expect(results[1]?.rows[0]?.kept).toBe(acknowledged.length)
    file.close()
  }
  expect(total).toBeGreaterThan(KILLS)
}, 120_000)
