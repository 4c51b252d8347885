import { beforeAll, expect, it } from 'vitest'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { HOUR_MS, UsageCounter } from '../../src/storage/usage/counter.ts'
import { addUsage, KEY_USE_MS, USAGE_DAYS } from '../../src/storage/usage/usage-sql.ts'
import { openWorld, type StorageWorld } from './storage-world.ts'

/** What every store must do for those who count what is asked: docs/operations.md. */

const NOW = 1_800_000_000_000
const HOUR = NOW / HOUR_MS

/** In rows of one answer each, which took as long as they say. */
const counted = (
  organizationId: string,
  keyId: string,
  at: number,
  ...answers: readonly (readonly [status: number, ms: number])[]
) => {
  const counter = new UsageCounter()
  const cost = { calls: 1, rowsRead: 10, rowsWritten: undefined, milliseconds: 1 }
  for (const [status, milliseconds] of answers)
    counter.count({ organizationId, contract: 'v1', keyIds: [keyId], at, status, milliseconds, cost })
  const taken = counter.take(organizationId)
  if (!taken) throw new Error('Nothing was counted')
  return taken
}

export const usageSuite = (driver: () => SqlDriver): void => {
  let world: StorageWorld
  beforeAll(async () => {
    world = await openWorld(driver())
  })

  const add = (at: number, ...answers: readonly (readonly [status: number, ms: number])[]) =>
    driver().batch(addUsage(world.organizationId, counted(world.organizationId, world.keyId, at, ...answers), at))
  const become = (status: string) =>
    driver().batch([
      { sql: 'UPDATE organizations SET status = ?2 WHERE id = ?1', params: [world.organizationId, status] },
    ])
  const hours = () => world.operator.listUsage({ from: 0, until: HOUR * 2 })
  const lastUsed = async () => (await world.operator.listCredentials({ limit: 10 })).map(({ lastUsedAt }) => lastUsedAt)

  it('is added up by hour, forgotten in time, and left alone where nobody is served', async () => {
    expect(await lastUsed()).toEqual([null])
    await add(NOW, [200, 4], [404, 4])
    await add(NOW + KEY_USE_MS - 1, [200, 4], [503, 9_000])
    const hour = { at: NOW, contract: 'v1', requests: 4, clientErrors: 1, serverErrors: 1, calls: 4 }
    const first = { ...hour, rowsRead: 40, rowsWritten: null, p50: 4, p95: 5_000 }
    expect(await hours()).toEqual([first])
    expect(await lastUsed()).toEqual([NOW])
    await become('moving')
    const before = NOW + HOUR_MS * 24 * USAGE_DAYS
    await add(before, [200, 1])
    expect(await hours()).toEqual([first])
    await become('active')
    await add(before, [200, 1])
    expect(await hours()).toMatchObject([first, { requests: 1, at: before }])
    expect(await lastUsed()).toEqual([before])
    await add(before + HOUR_MS, [200, 1])
    expect(await hours()).toMatchObject([{ at: before }, { at: before + HOUR_MS }])
  })
}
