import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { expect, it } from 'vitest'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { shared } from '../../src/tenants/place.ts'
import { Places } from '../../src/tenants/places.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'

/** How long an isolate believes what the directory has told it. The clock is the test's. */

const MINUTE = 60_000

const remembering = () => {
  const driver = d1Driver(env.DB)
  let asked = 0
  let now = Date.now()
  const counted: SqlDriver = {
    batch: (...batch) => {
      asked++
      return driver.batch(...batch)
    },
  }
  const places = new Places({
    home: shared,
    open: () => driver,
    directory: { driver: counted, over: sqlTenantDirectory },
    now: () => now,
  })
  return {
    async askedBy(id: string): Promise<number> {
      const before = asked
      await places.connect(id).batch([{ sql: 'SELECT 1', params: [] }])
      return asked - before
    },
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

it('asks for a tenant that there is once an hour', async () => {
  const id = v7()
  const directory = sqlTenantDirectory(d1Driver(env.DB))
  const line = await directory.add({ id, name: 'Known', place: shared, createdAt: 0 })
  await directory.change(line, { status: 'active' })
  const { askedBy, pass } = remembering()
  expect([await askedBy(id), await askedBy(id)]).toEqual([1, 0])
  pass(59 * MINUTE)
  expect(await askedBy(id)).toBe(0)
  pass(2 * MINUTE)
  expect([await askedBy(id), await askedBy(id)]).toEqual([1, 0])
})

it('asks for one that there is not again after seconds: it may have been made', async () => {
  const id = v7()
  const { askedBy, pass } = remembering()
  expect([await askedBy(id), await askedBy(id)]).toEqual([1, 0])
  pass(5_000)
  expect(await askedBy(id)).toBe(0)
  pass(10_000)
  expect([await askedBy(id), await askedBy(id)]).toEqual([1, 0])
})
