import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { type CrashStore, crashStores } from '../support/crash-store.ts'

/** `npm run test:crash` kills 20 times, as docs/reliability.md reports; a few are enough to notice a break. */
const KILLS = Number(process.env.KILLS ?? 2)

interface Written {
  readonly organizationId: string
  readonly acknowledged: readonly string[]
  readonly refused: readonly string[]
}

/**
 * The writer is killed in the middle of some request after so many answers, and up to so many more. Of its eight lanes
 * one has had four answers by then, so it has been refused as well.
 */
const LEAST_ANSWERS = 32
const MORE_ANSWERS = 60
const MIDDLE_MS = 10

/** Kills the writer, and the database server that it started, at some moment of their work. */
const writeAndKill = async (store: CrashStore, folder: string, round: number): Promise<Written> => {
  // A group of its own: the signal reaches workerd in the same instant, so it cannot finish what it was doing.
  const child = spawn(process.execPath, ['test/support/crash-writer.ts', store, folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(child, 'exit')
  const kill = () => process.kill(-(child.pid as number), 'SIGKILL')
  const written = { organizationId: '', acknowledged: [] as string[], refused: [] as string[] }
  let left = LEAST_ANSWERS + Math.floor(Math.random() * MORE_ANSWERS)
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Partial<Written>
    written.acknowledged.push(...(said.acknowledged ?? []))
    written.refused.push(...(said.refused ?? []))
    if (said.organizationId !== undefined) written.organizationId = said.organizationId
    // Counted in answers and not in time, so that a slow machine has as much to lose.
    if (said.acknowledged && --left === 0) setTimeout(kill, Math.random() * MIDDLE_MS)
  }
  expect(await ended).toEqual([null, 'SIGKILL'])
  return written
}

/** What `verify` does not look at: acknowledged and refused writes, and the scratch tables of the assert program. */
const lookAt = async (driver: SqlDriver, { organizationId, acknowledged, refused }: Written) => {
  const { results } = await driver.batch([
    {
      sql: `SELECT count(*) AS kept FROM json_each(?1) a WHERE EXISTS (
              SELECT 1 FROM record_keys k JOIN records r
                ON r.organization_id = k.organization_id AND r.object = k.object AND r.id = k.record_id
              WHERE k.organization_id = ?2 AND k.object = 'people' AND k.name = 'tracking_id'
                AND k.value = 'moved-' || a.value AND r.data ->> '$.emails[0][0]' = a.value)`,
      params: [JSON.stringify(acknowledged), organizationId],
    },
    {
      sql: `SELECT count(*) AS halves FROM json_each(?1) a WHERE EXISTS (
              SELECT 1 FROM record_keys k WHERE k.organization_id = ?2 AND k.object = 'people' AND k.value = a.value)`,
      params: [JSON.stringify(refused), organizationId],
    },
    { sql: 'SELECT (SELECT count(*) FROM refusals) + (SELECT count(*) FROM undo_log) AS scratch', params: [] },
  ])
  return { ...results[0]?.rows[0], ...results[1]?.rows[0], ...results[2]?.rows[0] }
}

const driftOf = async (driver: SqlDriver, organizationId: string) => {
  const all = []
  for await (const finding of verifyOrganization(asOperator(driver, organizationId), { repair: false }))
    all.push(finding)
  return all
}

describe.each(Object.keys(crashStores) as CrashStore[])('%s', (store) => {
  it(`loses nothing acknowledged and leaves nothing half written, killed ${KILLS} times`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
    const opened = async <T>(use: (driver: SqlDriver) => Promise<T>): Promise<T> => {
      const { driver, close } = await crashStores[store](folder)
      return use(driver).finally(close)
    }
    try {
      await opened(migrate)
      const rounds: Written[] = []
      for (let round = 0; round < KILLS; round++) {
        const written = await writeAndKill(store, folder, round)
        rounds.push(written)
        const { acknowledged, refused, organizationId } = written
        expect(refused.length).toBeGreaterThan(0)
        await opened(async (driver) => {
          expect(await driftOf(driver, organizationId)).toEqual([])
          expect(await lookAt(driver, written)).toEqual({ kept: acknowledged.length, halves: 0, scratch: 0 })
        })
      }
      // What an earlier life had acknowledged is not lost by a later death.
      const total = rounds.flatMap((r) => r.acknowledged).length
      await opened(async (driver) => {
        for (const round of rounds)
          expect(await lookAt(driver, round)).toMatchObject({ kept: round.acknowledged.length })
      })
      expect(total).toBeGreaterThanOrEqual(KILLS)
      if (process.env.KILLS) console.log(`${store}: ${KILLS} kills, ${total} acknowledged records, all present`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 300_000)
})
